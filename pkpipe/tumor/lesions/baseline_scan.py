"""Which time point is the baseline, and which scans come before it or after."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.visits import of_baseline, unscheduled
from pkpipe.sentences import ENGLISH, Say, Words
from pkpipe.tumor.lesions.segments import starts

LESION: Final = ("USUBJID", "READER", "GRP", "TRLNKID")


def with_baseline(points: pl.DataFrame, ref: pl.DataFrame) -> pl.DataFrame:
    """Adds ROLE (BASELINE, POST, EARLY), ROLEWHY in words, RANK for sorting, ANCHOR.

    The baseline is the last screening or baseline visit, or unscheduled scan up to the first dose; where
    no visit is named so, the last scan up to the first dose, and without a first dose the first scan.
    A scan of a later visit dated up to the first dose is EARLY: listed, in no sum (REC-1).
    """
    points = points.join(
        ref.select("USUBJID", "ANCHOR", "FIRSTDT"),
        on="USUBJID",
        how="left",
        maintain_order="left",
    )
    series = ("USUBJID", "READER")
    free = pl.col("VISIT").is_null() | unscheduled()
    early = (pl.col("ADATE") <= pl.col("FIRSTDT")).fill_null(value=False)
    points = points.with_columns(NAMED=of_baseline(), UPTO=early).sort(
        *series, "ADATE", "VISITNUM", "TPKEY", nulls_last=True
    )
    points = points.with_columns(G=starts(series).cum_sum() - 1)
    has_name = pl.col("NAMED").any().over("G")
    first = pl.col("FIRSTDT").is_null() & starts(("G",))
    candidate = (
        pl.when(has_name).then(pl.col("NAMED") | (free & early)).otherwise(pl.col("UPTO") | first)
    )
    points = points.with_columns(CANDIDATE=candidate)
    # The last candidate; one up to the first dose is preferred to a baseline visit after it.
    score = pl.when("CANDIDATE").then(
        pl.col("UPTO").cast(pl.Int64) * pl.len() + pl.int_range(pl.len())
    )
    points = points.with_columns(SCORE=score)
    chosen = pl.col("SCORE") == pl.col("SCORE").max().over("G")
    points = points.with_columns(
        ROLE=pl.when(chosen.fill_null(value=False))
        .then(pl.lit("BASELINE"))
        .when(pl.col("CANDIDATE") | pl.col("UPTO"))
        .then(pl.lit("EARLY"))
        .otherwise(pl.lit("POST"))
    )
    return _described(points).sort("T").drop("NAMED", "UPTO", "CANDIDATE", "SCORE", "G")


def carried_to_baseline(used: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Lesion rows in which a baseline that took several visits is complete.

    A lesion without a value at the baseline visit has that of its last earlier screening scan.
    """
    place = points.filter(pl.col("ROLE") == "BASELINE").select(*LESION[:2], BASE_T="T")
    screening = points.filter(pl.col("CARRY")).select("T")
    if screening.is_empty():
        return used
    valued = pl.col("SIZE").is_not_null() | pl.col("STATE").is_not_null()
    at_baseline = used.filter(valued).join(place.select(T="BASE_T"), on="T", how="semi")
    carried = (
        used.filter(valued, pl.col("GRP") != "NEW")
        .join(screening, on="T", how="semi")
        .join(at_baseline, on=LESION, how="anti")
        .sort(*LESION, "ADATE", "SRCROW", descending=[False] * 4 + [True, True], nulls_last=True)
        .filter(starts(LESION))
        .join(place, on=LESION[:2], how="inner")
        .with_columns(T=pl.col("BASE_T").cast(used.schema["T"]))
        .drop("BASE_T")
    )
    replaced = used.join(carried.select("T", *LESION), on=("T", *LESION), how="anti")
    return pl.concat([replaced, carried.select(used.columns)]).sort("T", "GRP", "TRLNKID")


def _described(points: pl.DataFrame) -> pl.DataFrame:
    early = pl.col("ROLE") == "EARLY"
    return points.with_columns(
        CARRY=early & pl.col("CANDIDATE").fill_null(value=False),
        RANK=pl.col("ROLE").replace_strict(
            {"EARLY": 0, "BASELINE": 1, "POST": 2}, return_dtype=pl.Int8
        ),
    ).with_columns(ROLEWHY=role_words(ENGLISH))


BASELINE: Final = Words("baseline", "基线")
CARRIED: Final = Words(
    "a later baseline scan counts; lesions only seen here are taken from here",
    "以之后的基线扫描为准；仅在此次所见的病灶取自此次",
)
BEFORE: Final = Words("assessment before treatment, not counted", "治疗前的评估，不计入")


def role_words(say: Say) -> pl.Expr:
    """What an assessment is that is no later than the baseline; null after it."""
    return (
        pl.when(pl.col("ROLE") == "BASELINE")
        .then(say(BASELINE))
        .when("CARRY")
        .then(say(CARRIED))
        .when(pl.col("ROLE") == "EARLY")
        .then(say(BEFORE))
    )
