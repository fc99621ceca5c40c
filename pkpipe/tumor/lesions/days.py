"""Scans of one assessment taken over several days without a name for the visit: one time point.

RECIST 1.1 judges all lesions of an assessment together (4.3, 4.4) and gives no number of days; a planned scan
has a window of some days either way, so scans further apart belong to different assessments. Two names of a
visit on one day are one assessment as well. A day joins
the one before only if no lesion was assessed on both, and days up to the first dose stay apart: the baseline
is completed otherwise (`carried_to_baseline`).
"""

from __future__ import annotations

import polars as pl

from pkpipe.clinical.visits import names_no_single
from pkpipe.tumor.lesions.segments import BY_READER, starts
from pkpipe.tumor.lesions.sizes_and_states import LESION, ordered
from pkpipe.tumor.options import ResponseOptions


def joined_days(rows: pl.DataFrame, ref: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """For each time point that is part of a longer one its TPKEY and NEWKEY, that of its last day.

    rows: `lesion_rows`.  ref: one row a subject with FIRSTDT.
    """
    named_twice = pl.col("TPKEY").n_unique().over(*BY_READER, "ADATE") > 1
    loose = rows.filter(
        pl.col("FULLDAY"),
        pl.col("VISIT").is_null() | names_no_single() | named_twice,
    )
    if loose.is_empty() or not options.assessment_days:
        return _nothing(rows)
    after = loose.join(ref.select("USUBJID", "FIRSTDT"), on="USUBJID", how="left").filter(
        (pl.col("ADATE") > pl.col("FIRSTDT")).fill_null(value=True)
    )
    days = after.select(*BY_READER, "TPKEY", "ADATE").unique().sort(*BY_READER, "ADATE", "TPKEY")
    gap = (pl.col("ADATE") - pl.col("ADATE").shift(1)).dt.total_days()
    apart = starts(BY_READER) | (gap > options.assessment_days)
    grouped = days.with_columns(GROUP=apart.cum_sum())
    span = (pl.col("ADATE").max() - pl.col("ADATE").min()).dt.total_days()
    groups = grouped.group_by("GROUP").agg(
        NDAY=pl.col("TPKEY").n_unique(), SPAN=span, NEWKEY=pl.col("TPKEY").last()
    )
    repeated = _twice(after, grouped)
    whole = groups.filter(pl.col("NDAY") > 1, pl.col("SPAN") <= options.assessment_days)
    whole = whole.join(repeated, on="GROUP", how="anti")
    found = grouped.join(whole, on="GROUP", how="inner")
    return found.select(*BY_READER, "TPKEY", "NEWKEY").unique().sort(*BY_READER, "TPKEY")


def _twice(after: pl.DataFrame, grouped: pl.DataFrame) -> pl.DataFrame:
    """Groups of days in which a lesion was assessed more than once: these are several assessments."""
    valued = after.filter(pl.col("SIZE").is_not_null() | pl.col("STATE").is_not_null())
    placed = valued.join(grouped, on=(*BY_READER, "TPKEY", "ADATE"), how="inner")
    seen = placed.group_by("GROUP", "GRP", "TRLNKID").agg(N=pl.col("TPKEY").n_unique())
    return seen.filter(pl.col("N") > 1).select("GROUP").unique()


def _nothing(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(*BY_READER, "TPKEY", NEWKEY="TPKEY").clear()


def in_one(rows: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """Lesion rows with the time points that belong together under one key."""
    if joined.is_empty():
        return rows
    return ordered(under_one_key(rows, joined))


def under_one_key(rows: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """Rows of any table with READER and TPKEY, the keys of joined days replaced."""
    if joined.is_empty():
        return rows
    return (
        rows.join(joined, on=LESION[:3], how="left", maintain_order="left")
        .with_columns(TPKEY=pl.coalesce("NEWKEY", "TPKEY"))
        .drop("NEWKEY")
    )
