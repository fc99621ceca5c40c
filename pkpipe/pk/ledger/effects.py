"""LEDGEFF: every ledger entry with the parameters it touches, before and after."""

from __future__ import annotations

import polars as pl

from pkpipe.pk.ledger.entries import EFFECTS, SAMPLES
from pkpipe.pk.samples.placed import Placed
from pkpipe.pk.samples.profiles import profile_id


def effects(
    before: pl.DataFrame, it: Placed, after: pl.DataFrame, entries: pl.DataFrame
) -> pl.DataFrame:
    """One row an entry, profile and parameter whose value or status differs; at least one row an entry.

    `before` and `it`: parameters and samples before anything was left out.
    Where several entries touch a profile, each shows what all of them together change there.
    """
    # a profile may have one partial area more than once, each with its own ends
    key = ["PROFILE", "PARAMCD", "START", "END"]
    of_entries = _touched(entries, it)
    own = pl.col("PROFILE").is_in(of_entries["PROFILE"].unique().implode())
    both = (
        before.filter(own)
        .select(*key, "AVALU", BEFORE="AVAL", STATUSB="STATUS", WHY="REASON")
        .join(
            after.filter(own).select(*key, AFTER="AVAL", STATUSA="STATUS", WHYA="REASON"),
            on=key,
            how="full",
            coalesce=True,
            nulls_equal=True,
            maintain_order="left_right",
        )
    )
    differs = (
        pl.col("BEFORE").ne_missing(pl.col("AFTER"))
        | pl.col("STATUSB").ne_missing(pl.col("STATUSA"))
        # another reason for a value that is there neither before nor after changes nothing
        | (pl.col("AFTER").is_not_null() & pl.col("WHY").ne_missing(pl.col("WHYA")))
    )
    touched = of_entries.join(both.filter(differs), on="PROFILE", how="left", maintain_order="left")
    about = entries.select(
        *("ENTRY", "ACTION", "TARGET", "STATE", "USUBJID", "REASON", "RECBY", "RECDT", "APPRBY")
    )
    return (
        about.join(touched, on="ENTRY", how="left", maintain_order="left")
        .select(EFFECTS.names())
        .cast(EFFECTS)
        .sort("ENTRY", *key, nulls_last=True)
    )


def _touched(entries: pl.DataFrame, it: Placed) -> pl.DataFrame:
    """The profiles of an entry: those in which its sample stands, that of its dose, or the one it names.

    A result that was left out as one of two at a time stands in none, and still the other returns.
    """
    hit = entries.filter(pl.col("HIT").is_not_null()).select("ENTRY", "TARGET", "HIT")
    own = it.used.filter(pl.col("DOSENO").is_not_null() & ~pl.col("TOOLATE"))
    stands = pl.concat(
        [
            it.drawn.select(HIT="SRCID", PROFILE="PROFILE"),
            own.select(HIT="SRCID", PROFILE=profile_id()),
        ]
    ).unique(maintain_order=True)
    of_sample = hit.filter(pl.col("TARGET").is_in(SAMPLES)).join(
        stands, on="HIT", how="inner", maintain_order="left"
    )
    named = hit.filter(~pl.col("TARGET").is_in(SAMPLES)).with_columns(PROFILE="HIT")
    return pl.concat([part.select("ENTRY", "PROFILE") for part in (of_sample, named)])
