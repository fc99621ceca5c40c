"""Response rates with exact intervals, for both denominators and every grouping (REC-9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.schema.adam.common import SUBJECT_GROUPS
from pkpipe.statistics import clopper_pearson

LEVEL: Final = 0.95


@dataclass(frozen=True)
class Rate:
    """A share of subjects: who counts, as a condition on `best_responses`."""

    code: str
    label: str
    when: pl.Expr


def _is(column: str, *kinds: str) -> pl.Expr:
    return pl.col(column).is_in(kinds)


RATES: Final = (
    Rate("ORR", "Objective response, unconfirmed (CR + PR)", _is("BOR", "CR", "PR")),
    Rate("CORR", "Objective response, confirmed (CR + PR)", _is("CBOR", "CR", "PR")),
    Rate("DCR", "Disease control (CR + PR + SD)", _is("CBOR", "CR", "PR", "SD", "NON")),
    Rate("CBR", "Clinical benefit (CR + PR + long SD)", pl.col("CBRDT").is_not_null()),
    *(
        Rate(f"{name}_{kind}", f"{words} best response {kind}", _is(name, kind))
        for name, words in (("BOR", "Unconfirmed"), ("CBOR", "Confirmed"))
        for kind in ("CR", "PR", "SD", "NON", "PD", "UPD", "NE", "MISSING")
    ),
)
DENOMINATORS: Final = {"treated": pl.col("TREATED"), "evaluable": pl.col("EVALUABLE")}


def response_rates(best: pl.DataFrame, *, benefit: bool, immune: bool) -> pl.DataFrame:
    """One row a group, denominator and rate: X of N, PCT with exact LOWER and UPPER, REASON.

    best: `best_responses` with COHORT, LEVEL, PART, TUMTYPE and the flags TREATED, EVALUABLE.
    benefit: a duration for clinical benefit was chosen.  immune: unconfirmed progression is a class.
    """
    rates = [
        r for r in RATES if (benefit or r.code != "CBR") and (immune or not r.code.endswith("_UPD"))
    ]
    counts = pl.concat(
        _counts(best, group, denominator, rates)
        for group in ("ALL", *SUBJECT_GROUPS)
        for denominator in DENOMINATORS
    )
    lower, upper = clopper_pearson(counts["X"].to_numpy(), counts["N"].to_numpy(), LEVEL)
    some = pl.col("N") > 0
    return counts.with_columns(LOWER=pl.Series(lower), UPPER=pl.Series(upper)).with_columns(
        PCT=pl.when(some).then(100 * pl.col("X") / pl.col("N")),
        LOWER=pl.when(some).then(100 * pl.col("LOWER")),
        UPPER=pl.when(some).then(100 * pl.col("UPPER")),
        LEVELCI=pl.lit(LEVEL),
        REASON=pl.when(~some).then(pl.lit("no subject in the denominator")),
    )


def _counts(
    best: pl.DataFrame, group: str, denominator: str, rates: Sequence[Rate]
) -> pl.DataFrame:
    value = pl.lit("ALL") if group == "ALL" else pl.col(group)
    keyed = best.with_columns(GROUPVAL=value.cast(pl.String)).filter(
        pl.col("GROUPVAL").is_not_null()
    )
    inside = DENOMINATORS[denominator].fill_null(value=False)
    wide = keyed.group_by("GROUPVAL").agg(
        N=inside.sum(), **{r.code: (r.when.fill_null(value=False) & inside).sum() for r in rates}
    )
    labels = {r.code: r.label for r in rates}
    order = {r.code: i for i, r in enumerate(rates)}
    return (
        wide.unpivot(
            [r.code for r in rates],
            index=["GROUPVAL", "N"],
            variable_name="PARAMCD",
            value_name="X",
        )
        .sort("GROUPVAL", pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int32))
        .select(
            GROUP=pl.lit(group),
            GROUPVAL="GROUPVAL",
            DENOM=pl.lit(denominator),
            PARAMCD="PARAMCD",
            PARAM=pl.col("PARAMCD").replace_strict(labels, return_dtype=pl.String),
            X=pl.col("X").cast(pl.Int64),
            N=pl.col("N").cast(pl.Int64),
        )
    )
