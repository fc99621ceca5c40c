"""The exclusion ledger: what people leave out or pick by hand, who, why, and what it changes.

An entry points to a record and says what stood there. If that has changed since, the entry is stale: the
judgement was about another number, so the run stops until somebody confirms it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.nca import PARAMETERS
from pkpipe.pk.analysis import Placed, arranged
from pkpipe.protocol.nca import NcaPlan
from pkpipe.tables import dates
from pkpipe.tables.findings import all_findings, raise_if_any

SAMPLES: Final = ("CONCENTRATION", "LAMBDA_Z")
SAME_VALUE: Final = 1e-6  # relative: how far a value may be from what the entry says stood there
NEEDED: Final = {
    "CONCENTRATION": ("PARCAT1", "ADTM"),
    "LAMBDA_Z": ("PARCAT1", "ADTM"),
    "PARAMETER": ("PARCAT1", "PARAMCD"),
    "PROFILE": ("PARCAT1",),
}
# What may narrow an entry down; empty means: whichever there is.
NARROWS: Final = ("MATRIX", "PROFILE", "CYCLE")
EFFECTS: Final = pl.Schema(
    dict.fromkeys(
        ("ENTRY", "ACTION", "TARGET", "STATE", "USUBJID", "PROFILE", "PARAMCD"), pl.String()
    )
    | dict.fromkeys(("BEFORE", "AFTER"), pl.Float64())
    | dict.fromkeys(("AVALU", "STATUSB", "STATUSA", "REASON", "RECBY"), pl.String())
    | {"RECDT": pl.Date(), "APPRBY": pl.String()}
)


def resolved(ledger: pl.DataFrame, it: Placed, adpp: pl.DataFrame) -> pl.DataFrame:
    """Each entry with the record it points to: HIT (row of PC, or profile), CURRENT, STATE.

    STATE `APPLIED`; `CONFIRMED` stale and confirmed since; `GONE` confirmed, and the record is no more.

    Raises:
        DataError: an entry names too little, points to several records, or is stale and not confirmed.
    """
    rows = ledger.with_columns(AT=dates.moment(pl.col("ADTM")))
    hits = pl.concat([_samples(rows, it), _parameters(rows, adpp), _profiles(rows, it.profiles)])
    counted = hits.group_by("ENTRY", maintain_order=True).agg(
        N=pl.len(), HIT=pl.col("HIT").first(), CURRENT=pl.col("CURRENT").first()
    )
    found = rows.join(counted, on="ENTRY", how="left", maintain_order="left").with_columns(
        N=pl.col("N").fill_null(0)
    )
    here, now = pl.col("AVAL"), pl.col("CURRENT")
    close = ((here - now).abs() <= SAME_VALUE * now.abs()).fill_null(here.is_null() & now.is_null())
    stale = (pl.col("N") == 0) | ((pl.col("TARGET") != "PROFILE") & ~close)
    confirmed = pl.col("CONFBY").is_not_null() & pl.col("CONFDT").is_not_null()
    found = found.with_columns(
        STALE=stale & ~confirmed,
        STATE=pl.when(~stale)
        .then(pl.lit("APPLIED"))
        .when(pl.col("N") == 0)
        .then(pl.lit("GONE"))
        .otherwise(pl.lit("CONFIRMED")),
    )
    raise_if_any(_faults(found))
    return found


def _narrowed(joined: pl.DataFrame) -> pl.DataFrame:
    fits = [pl.col(c).is_null() | (pl.col(c) == pl.col(f"{c}_IS")) for c in NARROWS]
    return joined.filter(pl.all_horizontal(fits)).select("ENTRY", "HIT", "CURRENT")


def _samples(rows: pl.DataFrame, it: Placed) -> pl.DataFrame:
    """Concentrations by subject, analyte and time; for a slope, where they come after the dose."""
    known = it.rows.select(
        "USUBJID",
        PARCAT1="PARAMCD",
        AT="ADTM",
        MATRIX_IS="MATRIX",
        CYCLE_IS="CYCLE",
        CURRENT="AVAL",
        HIT="SRCID",
    )
    stands = it.drawn.filter(pl.col("TIME") > 0).select(HIT="SRCID", SLOPEOF="PROFILE")
    wanted = rows.filter(pl.col("TARGET").is_in(SAMPLES))
    joined = wanted.join(known, on=["USUBJID", "PARCAT1", "AT"], how="inner", maintain_order="left")
    joined = joined.join(stands, on="HIT", how="left", maintain_order="left")
    return _narrowed(
        joined.with_columns(
            # a sample is excluded wherever it stands, so the profile does not narrow it down
            PROFILE=pl.when(pl.col("TARGET") == "LAMBDA_Z").then("PROFILE"),
            PROFILE_IS="SLOPEOF",
            CYCLE=pl.when(pl.col("TARGET") == "CONCENTRATION").then("CYCLE"),
        )
    ).unique(maintain_order=True)


def _parameters(rows: pl.DataFrame, adpp: pl.DataFrame) -> pl.DataFrame:
    known = adpp.select(
        *("USUBJID", "PARCAT1", "PARAMCD"),
        MATRIX_IS="MATRIX",
        PROFILE_IS="PROFILE",
        CYCLE_IS="CYCLE",
        CURRENT="AVAL",
        HIT="PROFILE",
    )
    wanted = rows.filter(pl.col("TARGET") == "PARAMETER")
    return _narrowed(wanted.join(known, on=["USUBJID", "PARCAT1", "PARAMCD"], how="inner"))


def _profiles(rows: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    known = profiles.select(
        "USUBJID",
        PARCAT1="PARAMCD",
        MATRIX_IS="MATRIX",
        PROFILE_IS="PROFILE",
        CYCLE_IS="CYCLE",
        CURRENT=pl.lit(None, dtype=pl.Float64),
        HIT="PROFILE",
    )
    wanted = rows.filter(pl.col("TARGET") == "PROFILE")
    return _narrowed(wanted.join(known, on=["USUBJID", "PARCAT1"], how="inner"))


def _faults(found: pl.DataFrame) -> pl.DataFrame:
    """What stops the run, one row an entry and fault."""
    one = "an entry that points to one record"
    now = pl.format(
        "stale: {} stood there when the entry was made, now {}",
        pl.col("AVAL").cast(pl.String).fill_null("no number"),
        pl.when(pl.col("N") == 0)
        .then(pl.lit("there is no such record"))
        .otherwise(pl.col("CURRENT").cast(pl.String).fill_null("no number")),
    )
    unnamed = [
        (
            (pl.col("TARGET") == target) & pl.col(column).is_null(),
            column,
            pl.lit(f"a {target} entry names no {column}"),
            one,
        )
        for target, columns in NEEDED.items()
        for column in columns
    ]
    picks = (pl.col("ACTION") == "PICK") & (pl.col("TARGET") != "LAMBDA_Z")
    several = pl.lit("points to more than one record")
    checks = (
        *unnamed,
        (picks, "ACTION", pl.lit("only terminal points are picked"), "PICK with LAMBDA_Z"),
        (pl.col("N") > 1, "ENTRY", several, f"{one}; MATRIX, CYCLE or PROFILE tell them apart"),
        (pl.col("STALE"), "AVAL", now, "the value as it is now, or CONFBY and CONFDT"),
    )
    return all_findings(
        found.filter(broken).select(
            CHECK=pl.lit("LEDGER"),
            SEVERITY=pl.lit("error"),
            TABLE=pl.lit("LEDGER"),
            FILE="SRCFILE",
            ROW="SRCROW",
            USUBJID="USUBJID",
            COLUMN=pl.lit(column),
            VALUE=pl.col(column).cast(pl.String),
            MESSAGE=pl.format("entry {}: {}", "ENTRY", message),
            ALLOWED=pl.lit(allowed),
        )
        for broken, column, message, allowed in checks
    )


def _of(entries: pl.DataFrame, target: str, action: str = "EXCLUDE") -> pl.DataFrame:
    """Entries of a kind that have a record, as HIT and the words of the ledger, one row a record."""
    words = pl.format("ledger {}: {}", "ENTRY", "REASON").str.join("; ")
    chosen = (
        (pl.col("TARGET") == target) & (pl.col("ACTION") == action) & pl.col("HIT").is_not_null()
    )
    return (
        entries.filter(chosen)
        .group_by("HIT", "PARAMCD", "PROFILE", maintain_order=True)
        .agg(SAID=words)
    )


def without(it: Placed, entries: pl.DataFrame, plan: NcaPlan) -> Placed:
    """The samples and profiles with concentrations excluded and terminal points picked or left out."""
    out = _of(entries, "CONCENTRATION").select(SRCID="HIT", SAID="SAID")
    used = it.used.join(out.unique("SRCID"), on="SRCID", how="left", maintain_order="left")
    used = used.with_columns(
        EXCLRSN=pl.coalesce("EXCLRSN", "SAID"), SUMRSN=pl.coalesce("SAID", "SUMRSN")
    ).with_columns(
        EXCLFL=pl.when(pl.col("EXCLRSN").is_not_null()).then(pl.lit("Y")),
        AVALNCA=pl.when(pl.col("EXCLRSN").is_null()).then("AVALNCA"),
    )
    again = arranged(used.drop("SAID"), it.doses, plan)
    picked = pl.concat(
        [
            _of(entries, "LAMBDA_Z", action).select(SRCID="HIT", FLAG=pl.lit(flag)).unique("SRCID")
            for action, flag in (("PICK", "Y"), ("EXCLUDE", "N"))
        ]
    ).unique("SRCID", keep="first", maintain_order=True)
    drawn = again.drawn.join(picked, on="SRCID", how="left", maintain_order="left").with_columns(
        LAMZFL=pl.when(pl.col("TIME") > 0).then("FLAG")
    )
    profile = _of(entries, "PROFILE").select(PROFILE="HIT", SAID="SAID").unique("PROFILE")
    rows = again.rows.join(profile, on="PROFILE", how="left", maintain_order="left").with_columns(
        SUMRSN=pl.coalesce("SUMRSN", "SAID")
    )
    rows = rows.with_columns(
        SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
    )
    return Placed(again.used, it.doses, rows.drop("SAID"), drawn.drop("FLAG"), again.profiles)


def judged_by_hand(adpp: pl.DataFrame, it: Placed, entries: pl.DataFrame) -> pl.DataFrame:
    """Excluded parameters with their dependents, and excluded profiles, are not reported."""
    whole = _of(entries, "PROFILE").select(PROFILE="HIT", WHOLE="SAID").unique("PROFILE")
    single = (
        _of(entries, "PARAMETER")
        .select(PROFILE="HIT", EXCLUDED="PARAMCD", SINGLE="SAID")
        .join(_dependents(), on="EXCLUDED", how="inner", maintain_order="left")
        .group_by("PROFILE", "PARAMCD", maintain_order=True)
        .agg(SINGLE=pl.col("SINGLE").unique(maintain_order=True).str.join("; "))
    )
    slopes = (
        it.drawn.filter(pl.col("LAMZFL") == "Y").select("PROFILE").unique().with_columns(HAND=True)
    )
    said = pl.coalesce("WHOLE", "SINGLE")
    manual = pl.col("HAND").fill_null(value=False) & pl.col("PARAMCD").is_in(["LAMZ", "LAMZHL"])
    note = pl.when(manual & pl.col("AVAL").is_not_null()).then(pl.lit("terminal points by hand"))
    return (
        adpp.join(whole, on="PROFILE", how="left", maintain_order="left")
        .join(single, on=["PROFILE", "PARAMCD"], how="left", maintain_order="left")
        .join(slopes, on="PROFILE", how="left", maintain_order="left")
        .with_columns(
            STATUS=pl.when(said.is_not_null()).then(pl.lit("NR")).otherwise("STATUS"),
            REASON=pl.concat_str(said, note, "REASON", separator="; ", ignore_nulls=True),
            SUMFL=pl.when(said.is_not_null()).then(pl.lit("N")).otherwise("SUMFL"),
            SUMRSN=pl.coalesce(said, "SUMRSN"),
        )
        .with_columns(REASON=pl.when(pl.col("REASON") != "").then("REASON"))
        .drop("WHOLE", "SINGLE", "HAND")
    )


def _dependents() -> pl.DataFrame:
    """EXCLUDED and every PARAMCD that is computed from it, itself included."""
    needs = {p.code: set(p.needs) for p in PARAMETERS}
    pairs = []
    for code in needs:
        reached, grew = {code}, True
        while grew:
            more = {c for c, n in needs.items() if n & reached} | reached
            grew, reached = more != reached, more
        pairs += [(code, c) for c in sorted(reached)]
    return pl.DataFrame(pairs, schema={"EXCLUDED": pl.String, "PARAMCD": pl.String}, orient="row")
