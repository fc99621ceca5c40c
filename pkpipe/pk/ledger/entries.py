"""The exclusion ledger: what people leave out or pick by hand, who, why, and what it changes.

An entry points to a record and says what stood there. If that has changed since, the entry is stale: the
judgement was about another number, so the run stops until somebody confirms it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from pkpipe.clinical.ledger_checks import (
    AGAINST,
    ONE_RECORD,
    PICK,
    SEVERAL,
    STALE,
    UNNAMED,
)
from pkpipe.finding.table import all_findings, findings_at, raise_if_any
from pkpipe.pk.samples.placed import Placed
from pkpipe.schema import dates
from pkpipe.schema.own_inputs import GONE
from pkpipe.sentences import sentence

SAMPLES: Final = ("CONCENTRATION", "LAMBDA_Z")
SAME_VALUE: Final = 1e-6  # relative: how far a value may be from what the entry says stood there
POINTED: Final = ("ENTRY", "HIT", "CURRENT", "CURRENTC")
# What an entry means that names neither a number nor a word: a sample was BLQ, a parameter was not done.
UNSAID: Final = {"CONCENTRATION": "BLQ", "LAMBDA_Z": "BLQ", "PARAMETER": "NOT DONE"}
# What may narrow an entry down; empty means: whichever there is.
NARROWS: Final = ("MATRIX", "PROFILE", "CYCLE")
EFFECTS: Final = pl.Schema(
    dict.fromkeys(
        ("ENTRY", "ACTION", "TARGET", "STATE", "USUBJID", "PROFILE", "PARAMCD"), pl.String()
    )
    | dict.fromkeys(("START", "END", "BEFORE", "AFTER"), pl.Float64())
    | dict.fromkeys(("AVALU", "STATUSB", "STATUSA", "REASON", "RECBY"), pl.String())
    | {"RECDT": pl.Date(), "APPRBY": pl.String()}
)


def resolved(
    ledger: pl.DataFrame, it: Placed, adpp: pl.DataFrame, cutoff: date | None = None
) -> pl.DataFrame:
    """Each entry with the record it points to: HIT (row of PC, or profile), CURRENT, STATE.

    STATE `APPLIED`; `CONFIRMED` changed, and the value as it is now confirmed; `GONE` confirmed that the
    record is no more; `LATER` about a sample after the data cutoff, so this analysis does not know it.

    Raises:
        DataError: an entry names too little, points to several records, contradicts another, or is stale:
            the record holds neither the value of the entry nor the one confirmed.
    """
    found = followed(ledger, it, adpp, cutoff)
    raise_if_any(_faults(found))
    return found


def followed(
    ledger: pl.DataFrame, it: Placed, adpp: pl.DataFrame, cutoff: date | None = None
) -> pl.DataFrame:
    """As `resolved`, also where something is wrong: STALE, N (records it points to) and AGAINST say what."""
    rows = _said(ledger).with_columns(AT=dates.moment(pl.col("ADTM")))
    hits = pl.concat([_samples(rows, it), _parameters(rows, adpp), _profiles(rows, it.profiles)])
    counted = hits.group_by("ENTRY", maintain_order=True).agg(
        N=pl.len(), **{c: pl.col(c).first() for c in POINTED[1:]}
    )
    found = rows.join(counted, on="ENTRY", how="left", maintain_order="left").with_columns(
        N=pl.col("N").fill_null(0)
    )
    none = pl.col("N") == 0
    found = found.with_columns(CURRENTC=pl.when(none).then(pl.lit(GONE)).otherwise("CURRENTC"))
    # what a profile held is known only if the entry says it
    followed = (pl.col("TARGET") != "PROFILE") | pl.col("AVAL").is_not_null()
    changed = none | (followed & ~_same("AVAL"))
    # a confirmation is of one value: what changes after it is stale again
    confirmed = pl.col("CONFBY").is_not_null() & pl.col("CONFDT").is_not_null() & _same("CONFVAL")
    later = dates.first_day(pl.col("ADTM")) > pl.lit(cutoff, dtype=pl.Date)
    found = found.with_columns(LATER=later.fill_null(value=False)).with_columns(
        HIT=pl.when(~pl.col("LATER")).then("HIT"),
        N=pl.when(~pl.col("LATER")).then("N").otherwise(0),
        STALE=changed & ~confirmed & ~pl.col("LATER"),
        STATE=pl.when(pl.col("LATER"))
        .then(pl.lit("LATER"))
        .when(~changed)
        .then(pl.lit("APPLIED"))
        .when(none)
        .then(pl.lit("GONE"))
        .otherwise(pl.lit("CONFIRMED")),
    )
    return _with_contradictions(found)


def _said(ledger: pl.DataFrame) -> pl.DataFrame:
    """AVALC and CONFVALC as meant: where neither number nor word is given, what that stands for."""
    words = [c for c in ("AVALC", "CONFVALC") if c not in ledger.columns]
    unsaid = pl.col("TARGET").replace_strict(UNSAID, default=None, return_dtype=pl.String)
    return ledger.with_columns(pl.lit(None, dtype=pl.String).alias(c) for c in words).with_columns(
        AVALC=pl.when(pl.col("AVAL").is_null()).then(pl.coalesce("AVALC", unsaid)),
        CONFVALC=pl.when(pl.col("CONFVAL").is_null()).then(pl.coalesce("CONFVALC", pl.lit(GONE))),
    )


def _same(column: str) -> pl.Expr:
    """Whether the record holds what the entry says: this number, or for want of one the same word."""
    said, now = pl.col(column), pl.col("CURRENT")
    near = (said - now).abs() <= SAME_VALUE * now.abs()
    word = pl.col(f"{column}C").eq_missing(pl.col("CURRENTC"))
    return near.fill_null(said.is_null() & now.is_null() & word)


def _with_contradictions(found: pl.DataFrame) -> pl.DataFrame:
    """Adds AGAINST: the entry that leaves out the very sample this one picks."""
    out = found.filter(pl.col("TARGET").is_in(SAMPLES) & (pl.col("ACTION") == "EXCLUDE"))
    against = (
        out.filter(pl.col("HIT").is_not_null())
        .unique("HIT", keep="first", maintain_order=True)
        .select("HIT", ACTION=pl.lit("PICK"), AGAINST="ENTRY")
    )
    return found.join(against, on=["HIT", "ACTION"], how="left", maintain_order="left")


def _narrowed(joined: pl.DataFrame) -> pl.DataFrame:
    fits = [pl.col(c).is_null() | (pl.col(c) == pl.col(f"{c}_IS")) for c in NARROWS]
    return joined.filter(pl.all_horizontal(fits))


def _samples(rows: pl.DataFrame, it: Placed) -> pl.DataFrame:
    """Concentrations by subject, analyte and time; for a slope, where they come after the dose."""
    known = it.rows.select(
        "USUBJID",
        PARCAT1="PARAMCD",
        AT="ADTM",
        MATRIX_IS="MATRIX",
        CYCLE_IS="CYCLE",
        CURRENT="AVAL",
        CURRENTC=pl.when(pl.col("BLQ")).then(pl.lit("BLQ")).otherwise(pl.lit("NOT DONE")),
        HIT="SRCID",
    )
    stands = it.drawn.filter(pl.col("TIME") > 0).select(HIT="SRCID", SLOPEOF="PROFILE")
    wanted = rows.filter(pl.col("TARGET").is_in(SAMPLES))
    joined = wanted.join(known, on=["USUBJID", "PARCAT1", "AT"], how="inner", maintain_order="left")
    joined = joined.join(stands, on="HIT", how="left", maintain_order="left")
    fitting = _narrowed(
        joined.with_columns(
            # a sample is excluded wherever it stands, so the profile does not narrow it down
            PROFILE=pl.when(pl.col("TARGET") == "LAMBDA_Z").then("PROFILE"),
            PROFILE_IS="SLOPEOF",
            CYCLE=pl.when(pl.col("TARGET") == "CONCENTRATION").then("CYCLE"),
        )
    )
    # of two results at one time the entry means the one with its value; of equal ones, the later row
    return (
        fitting.with_columns(MEANT=_same("AVAL"), PLACE=pl.int_range(pl.len()))
        .sort("ENTRY", "MATRIX_IS", "MEANT", "PLACE")
        .unique(["ENTRY", "MATRIX_IS"], keep="last", maintain_order=True)
        .select(POINTED)
    )


def _parameters(rows: pl.DataFrame, adpp: pl.DataFrame) -> pl.DataFrame:
    known = adpp.select(
        *("USUBJID", "PARCAT1", "PARAMCD"),
        MATRIX_IS="MATRIX",
        PROFILE_IS="PROFILE",
        CYCLE_IS="CYCLE",
        CURRENT="AVAL",
        CURRENTC=pl.lit("NOT DONE"),
        HIT="PROFILE",
    )
    wanted = rows.filter(pl.col("TARGET") == "PARAMETER")
    joined = wanted.join(
        known, on=["USUBJID", "PARCAT1", "PARAMCD"], how="inner", maintain_order="left"
    )
    return _narrowed(joined).select(POINTED)


def _profiles(rows: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    known = profiles.select(
        "USUBJID",
        PARCAT1="PARAMCD",
        MATRIX_IS="MATRIX",
        PROFILE_IS="PROFILE",
        CYCLE_IS="CYCLE",
        CURRENT="CONCSUM",
        CURRENTC=pl.lit(None, dtype=pl.String),
        HIT="PROFILE",
    )
    wanted = rows.filter(pl.col("TARGET") == "PROFILE")
    joined = wanted.join(known, on=["USUBJID", "PARCAT1"], how="inner", maintain_order="left")
    return _narrowed(joined).select(POINTED)


def _shown(column: str) -> pl.Expr:
    """A number, or the word that stands for want of one."""
    return pl.coalesce(pl.col(column).cast(pl.String), f"{column}C")


def _faults(found: pl.DataFrame) -> pl.DataFrame:
    """What stops the run, one row an entry and fault."""
    first = pl.col("CONFBY").is_null()
    saw = pl.when(first).then(_shown("AVAL")).otherwise(_shown("CONFVAL"))
    found = found.with_columns(SAW=saw.replace({GONE: "no record"}))
    now = sentence(
        "stale: {} stood there when the entry was {}, now {}",
        pl.col("SAW").fill_null("nothing"),
        pl.when(first).then(pl.lit("made")).otherwise(pl.lit("confirmed")),
        _shown("CURRENT").replace({GONE: "there is no such record"}),
    )
    unnamed = [
        (
            replace(check, allowed=ONE_RECORD),
            (pl.col("TARGET") == target) & pl.col(column).is_null(),
            pl.lit(f"a {target} entry names no {column}"),
        )
        for (target, column), check in UNNAMED.items()
    ]
    picks = (pl.col("ACTION") == "PICK") & (pl.col("TARGET") != "LAMBDA_Z")
    both = sentence("picks the sample that entry {} leaves out", "AGAINST")
    tests = (
        *unnamed,
        (PICK, picks, pl.lit(PICK.words)),
        (SEVERAL, pl.col("N") > 1, pl.lit(SEVERAL.words)),
        (AGAINST, pl.col("AGAINST").is_not_null(), both),
        (STALE, pl.col("STALE"), now),
    )
    return all_findings(
        findings_at(
            found.filter(fails),
            check,
            file=pl.col("SRCFILE"),
            row=pl.col("SRCROW"),
            subject=pl.col("USUBJID"),
            value=pl.col(str(check.column)).cast(pl.String),
            message=sentence("entry {}: {}", "ENTRY", message),
        )
        for check, fails, message in tests
    )
