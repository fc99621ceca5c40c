"""LB to ADLB with grades and baseline grades, and the shift from baseline to the worst grade."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING, Collected
from pkpipe.safety.bds import BDS_COLUMNS, analysed
from pkpipe.safety.grading import beyond, graded
from pkpipe.safety.groups_counted import members

ADLB_COLUMNS: Final = (
    *BDS_COLUMNS,
    *("ANRLO", "ANRHI", "ANRIND", "BNRIND", "ATOXGRL", "ATOXGRH", "BTOXGRL", "BTOXGRH"),
)
# What grades and shifts are made of.
RANGE: Final = ("LB.LBSTNRLO", "LB.LBSTNRHI")
MADE_OF: Final = ("LB.LBSTRESN", "LB.LBSTRESU", *RANGE)
_RANGE: Final = {"LOW": -1, "NORMAL": 0, "HIGH": 1}


def adlb_of(lb: pl.DataFrame, adsl: pl.DataFrame, known: Collected = EVERYTHING) -> pl.DataFrame:
    """One row a laboratory record with CTCAE grades in both directions and those of its baseline."""
    rows = analysed(lb, "LB", adsl, "LBSTNRLO", "LBSTNRHI", "LBNRIND").rename(
        {"LBSTNRLO": "ANRLO", "LBSTNRHI": "ANRHI"}
    )
    ranged = rows.with_columns(ANRIND=_indicator(known))
    base_range = ranged.filter(pl.col("ABLFL") == "Y").select(
        "USUBJID", "PARAMCD", "AVALU", BNRHI="ANRHI", BNRIND="ANRIND"
    )
    on = ["USUBJID", "PARAMCD", "AVALU"]
    full = graded(
        ranged.join(base_range, on=on, how="left", nulls_equal=True, maintain_order="left")
    )
    base_grade = full.filter(pl.col("ABLFL") == "Y").select(
        *on, BTOXGRL="ATOXGRL", BTOXGRH="ATOXGRH"
    )
    return (
        full.join(base_grade, on=on, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            REASON=pl.concat_str(["REASON", "GRADERSN"], separator="; ", ignore_nulls=True).replace(
                "", None
            )
        )
        .select(ADLB_COLUMNS)
    )


def _indicator(known: Collected) -> pl.Expr:
    """LOW, NORMAL or HIGH by the normal range; the laboratory's own word where it gives no range.

    Where only one limit is collected of all tests, a value within it is not known to be normal.
    """
    told = pl.col("LBNRIND").str.to_uppercase()
    if not known.has(*RANGE):
        return pl.when(pl.col("AVAL").is_not_null()).then(told)
    low = beyond(pl.col("AVAL"), pl.col("ANRLO"), "L").fill_null(value=False)
    high = beyond(pl.col("AVAL"), pl.col("ANRHI"), "H").fill_null(value=False)
    ranged = pl.col("ANRLO").is_not_null() | pl.col("ANRHI").is_not_null()
    return (
        pl.when(pl.col("AVAL").is_null())
        .then(None)
        .when(low)
        .then(pl.lit("LOW"))
        .when(high)
        .then(pl.lit("HIGH"))
        .when(ranged)
        .then(pl.lit("NORMAL"))
        .otherwise(told)
    )


def with_worst(adlb: pl.DataFrame) -> pl.DataFrame:
    """ADLB with `WORSTLFL` and `WORSTHFL`: the first of the worst grade of a test after first dose."""
    for direction in ("L", "H"):
        grade, by = pl.col(f"ATOXGR{direction}"), ("USUBJID", "PARAMCD")
        after = (pl.col("POSTFL") == "Y").fill_null(value=False) & grade.is_not_null()
        worst = after & (grade == grade.filter(after).max().over(by))
        first = worst & (worst.cum_sum().over(by) == 1)
        adlb = adlb.with_columns(pl.when(first).then(pl.lit("Y")).alias(f"WORST{direction}FL"))
    return adlb


def lbshift_of(
    adlb: pl.DataFrame, adsl: pl.DataFrame, known: Collected = EVERYTHING
) -> pl.DataFrame:
    """Subjects by baseline and worst post-baseline grade, per test, direction and group.

    DIRECTION L and H: CTCAE grades 0 to 4; a missing baseline counts as 0. DIRECTION R: normal range, -1 low,
    0 normal, 1 high; a subject who was low and later high counts in both, a missing baseline as 0. N is
    the group's subjects with a post-baseline value of that test that can be judged. What values and ranges
    are made of and was not collected is named in a row of its own, without a test.
    """
    after = adlb.filter(pl.col("POSTFL") == "Y")
    ranges = after.with_columns(
        R=pl.col("ANRIND").replace_strict(_RANGE, default=None, return_dtype=pl.Int64),
        BR=pl.col("BNRIND").replace_strict(_RANGE, default=None, return_dtype=pl.Int64),
    )
    by = ["USUBJID", "PARAMCD"]
    graded_shifts = [
        after.drop_nulls(f"ATOXGR{d}")
        .group_by(by)
        .agg(BGRADE=pl.col(f"BTOXGR{d}").drop_nulls().first(), WGRADE=pl.col(f"ATOXGR{d}").max())
        .with_columns(DIRECTION=pl.lit(d))
        for d in ("L", "H")
    ]
    reached = (
        ranges.drop_nulls("R").group_by([*by, "R"]).agg(BGRADE=pl.col("BR").drop_nulls().first())
    )
    abnormal = reached.filter(pl.col("R") != 0)
    calm = reached.filter(pl.col("R") == 0).join(abnormal, on=by, how="anti")
    range_shift = (
        pl.concat([abnormal, calm]).rename({"R": "WGRADE"}).with_columns(DIRECTION=pl.lit("R"))
    )
    columns = [*by, "DIRECTION", "BGRADE", "WGRADE"]
    shifts = pl.concat([f.select(columns) for f in (*graded_shifts, range_shift)]).with_columns(
        pl.col("BGRADE").fill_null(0)
    )
    keys = ["GROUP", "GROUPVAL", "PARAMCD", "DIRECTION"]
    placed = shifts.join(members(adsl).drop("N"), on="USUBJID", how="inner")
    n = placed.group_by(keys).agg(N=pl.col("USUBJID").n_unique().cast(pl.Int64))
    rows = (
        placed.group_by([*keys, "BGRADE", "WGRADE"])
        .agg(X=pl.len().cast(pl.Int64))
        .join(n, on=keys, how="left")
        .sort(*keys, "BGRADE", "WGRADE")
        .with_columns(REASON=pl.lit(None, dtype=pl.String))
    )
    lost = known.reason(*MADE_OF)
    if lost is None:
        return rows
    said = pl.DataFrame({"GROUP": ["ALL"], "GROUPVAL": ["ALL"], "REASON": [lost]})
    return pl.concat([said, rows], how="diagonal").select(rows.columns)
