"""The exclusion ledger applied: samples left out, terminal points picked, parameters and profiles struck."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pkpipe.nca import PARAMETERS
from pkpipe.pk import pk_sentences
from pkpipe.pk.samples.concentrations import with_use
from pkpipe.pk.samples.placed import Placed, arranged
from pkpipe.protocol.nca import NcaPlan
from pkpipe.sentences import sentence

STRUCK: Final = pl.Schema({"PROFILE": pl.String(), "PARAMCD": pl.String()})


def _of(entries: pl.DataFrame, target: str, action: str = "EXCLUDE") -> pl.DataFrame:
    """Entries of a kind that have a record, as HIT and the words of the ledger, one row a record."""
    words = sentence(pk_sentences.OF_LEDGER.en, "ENTRY", "REASON").str.join("; ")
    chosen = (
        (pl.col("TARGET") == target) & (pl.col("ACTION") == action) & pl.col("HIT").is_not_null()
    )
    return (
        entries.filter(chosen)
        .group_by("HIT", *(["PARAMCD"] if target == "PARAMETER" else []), maintain_order=True)
        .agg(SAID=words)
    )


def without(it: Placed, entries: pl.DataFrame, plan: NcaPlan) -> Placed:
    """The samples and profiles with concentrations excluded and terminal points picked or left out."""
    out = _of(entries, "CONCENTRATION").select(SRCID="HIT", SAID="SAID")
    used = it.used.join(out, on="SRCID", how="left", maintain_order="left")
    # as if it had no result: what stands at the same time is then no duplicate
    used = used.with_columns(MISSING=pl.coalesce("MISSING", "SAID")).drop("SAID")
    again = arranged(with_use(used, plan), it.doses, plan)
    picked = pl.concat(
        [
            _of(entries, "LAMBDA_Z", action).select(SRCID="HIT", FLAG=pl.lit(flag))
            for action, flag in (("PICK", "Y"), ("EXCLUDE", "N"))
        ]
    )
    drawn = again.drawn.join(picked, on="SRCID", how="left", maintain_order="left").with_columns(
        LAMZFL=pl.when(pl.col("TIME") > 0).then("FLAG")
    )
    profile = _of(entries, "PROFILE").select(PROFILE="HIT", SAID="SAID")
    rows = again.rows.join(profile, on="PROFILE", how="left", maintain_order="left").with_columns(
        SUMRSN=pl.coalesce("SUMRSN", "SAID")
    )
    rows = rows.with_columns(
        SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
    )
    return Placed(again.used, it.doses, rows.drop("SAID"), drawn.drop("FLAG"), again.profiles)


def struck(entries: pl.DataFrame) -> pl.DataFrame:
    """PROFILE and PARAMCD of everything the ledger keeps out of summaries as a value or a whole profile."""
    every = pl.DataFrame({"PARAMCD": [p.code for p in PARAMETERS]})
    whole = _of(entries, "PROFILE").select(PROFILE="HIT").join(every, how="cross")
    return pl.concat([whole, _single(entries).select("PROFILE", "PARAMCD")]).unique(
        maintain_order=True
    )


def judged_by_hand(adpp: pl.DataFrame, it: Placed, entries: pl.DataFrame) -> pl.DataFrame:
    """Excluded parameters with their dependents, and excluded profiles, are not reported."""
    whole = _of(entries, "PROFILE").select(PROFILE="HIT", WHOLE="SAID")
    single = _single(entries)
    slopes = (
        it.drawn.filter(pl.col("LAMZFL") == "Y").select("PROFILE").unique().with_columns(HAND=True)
    )
    said = pl.coalesce("WHOLE", "SINGLE")
    manual = pl.col("HAND").fill_null(value=False) & pl.col("PARAMCD").is_in(["LAMZ", "LAMZHL"])
    note = pl.when(manual & pl.col("AVAL").is_not_null()).then(pl.lit(pk_sentences.BY_HAND.en))
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


def _single(entries: pl.DataFrame) -> pl.DataFrame:
    """PROFILE, PARAMCD and the words (SINGLE) for excluded parameters and what is computed from them."""
    return (
        _of(entries, "PARAMETER")
        .select(PROFILE="HIT", EXCLUDED="PARAMCD", SINGLE="SAID")
        .join(_dependents(), on="EXCLUDED", how="inner", maintain_order="left")
        .group_by("PROFILE", "PARAMCD", maintain_order=True)
        .agg(SINGLE=pl.col("SINGLE").unique(maintain_order=True).str.join("; "))
    )


@cache
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
