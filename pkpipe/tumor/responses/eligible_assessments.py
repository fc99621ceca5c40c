"""Which assessments count for a best response, and why another does not (REC-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.tumor.criteria import WORST_OF_DAY
from pkpipe.tumor.lesions.segments import BY_READER, ever_before, first_match, starts
from pkpipe.tumor.options import ResponseOptions


@dataclass(frozen=True)
class Exclusion:
    """One reason why an assessment does not count; the first that holds is given."""

    when: pl.Expr
    reason: str


_ADT, _ANCHOR = pl.col("ADT"), pl.col("ANCHOR")

EXCLUSIONS: Final = (
    Exclusion(pl.col("AVALC").is_null(), "no response given"),
    Exclusion(pl.col("NORESP"), "no response to rate (not done, or no evidence of disease)"),
    Exclusion(pl.col("CLASS").is_null(), "response not in the codelist"),
    Exclusion(pl.col("UNDATED"), "date incomplete, not imputed: not evaluable"),
    Exclusion(_ADT.is_null(), "no date"),
    Exclusion(_ANCHOR.is_null() & pl.col("HASREF"), "no anchor date for this subject"),
    Exclusion((_ADT < _ANCHOR) & (pl.col("ANCHOR") == pl.col("TRTSDT")), "before treatment"),
    Exclusion(_ADT < _ANCHOR, "before the anchor date"),
    Exclusion(pl.col("CUTDT") < _ADT, "after the data cutoff"),
    Exclusion(pl.col("NACTDT") < _ADT, "after the start of new anti-cancer therapy"),
)
NOT_WORST: Final = "another response of that day is worse"
AFTER_PD: Final = "after progression"


def counted(assessments: pl.DataFrame, ref: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """The assessments in order of time, each with what it is worth.

    assessments: USUBJID, READER, ADT, AVALC, SEQ, UNDATED, one row an assessment.
    Adds CLASS, ANL01FL (counts), ANL02FL (and not after the first progression), ANLRSN, DAY from the anchor.
    """
    dates = ref.select("USUBJID", "ANCHOR", "TRTSDT", "CUTDT", "NACTDT", "DTHDT")
    if options.new_therapy == "keep":
        dates = dates.with_columns(NACTDT=pl.lit(None, dtype=pl.Date))
    rows = (
        assessments.join(dates, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            HASREF=pl.lit("NOREF" not in ref.columns),
            NORESP=pl.col("AVALC").is_in(options.words.no_response),
            CLASS=pl.col("AVALC").replace_strict(
                options.words.class_of, default=None, return_dtype=pl.String
            ),
        )
        .sort(*BY_READER, "ADT", "SEQ", "AVALC", nulls_last=True)
        .with_columns(
            WHY=first_match((e.when, pl.lit(e.reason)) for e in EXCLUSIONS),
            G=starts(BY_READER).cum_sum() - 1,
        )
    )
    rows = _worst_of_day(rows)
    good = pl.col("WHY").is_null()
    after = ever_before(good & (pl.col("CLASS") == "PD"), pl.col("G"))
    return rows.with_columns(
        ANL01FL=pl.when(good).then(pl.lit("Y")),
        ANL02FL=pl.when(~after).then(pl.lit("Y")),
        ANLRSN=pl.coalesce("WHY", pl.when(after).then(pl.lit(AFTER_PD))),
        DAY=(_ADT - _ANCHOR).dt.total_days(),
        # A day that must not be imputed served to put the rows in order, and is not shown.
        ADT=pl.when(~pl.col("UNDATED")).then("ADT"),
    ).drop("WHY", "NORESP")


def _worst_of_day(rows: pl.DataFrame) -> pl.DataFrame:
    """Of several responses on one day the worst counts, of equal ones the last."""
    days = rows.with_columns(D=starts(("G", "ADT")).cum_sum())
    if days["D"].n_unique() == days.height:
        return rows
    place = pl.col("CLASS").replace_strict(
        {kind: i for i, kind in enumerate(WORST_OF_DAY)}, default=None, return_dtype=pl.Int64
    )
    score = pl.when(pl.col("WHY").is_null()).then(place * pl.len() + pl.int_range(pl.len()))
    days = days.with_columns(SCORE=score)
    beaten = pl.col("SCORE") < pl.col("SCORE").max().over("D")
    return days.with_columns(WHY=pl.coalesce("WHY", pl.when(beaten).then(pl.lit(NOT_WORST)))).drop(
        "D", "SCORE"
    )
