"""Laboratory values to CTCAE grades, low and high apart, each missing grade with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from pkpipe.safety.ctcae import CTCAE_5, MONOVALENT, UNITLESS, UNITS, Criterion, Limit

# A value within a billionth of a limit is at the limit: 3 x 0.7 is 2.0999999999999996 in binary.
RELATIVE: Final = 1e-9
NO_UNIT: Final = "unit not known to the criterion"
NO_RANGE: Final = "no normal range"
NO_CRITERION: Final = "no CTCAE criterion for this test"


def graded(labs: pl.DataFrame, criteria: Sequence[Criterion] = CTCAE_5) -> pl.DataFrame:
    """Laboratory rows with `ATOXGRL`, `ATOXGRH` (0 to 4, null: not gradable) and why a grade is missing.

    labs: `PARAMCD`, `AVAL`, `AVALU`, `ANRLO`, `ANRHI`, `BASE`, `BNRHI` (upper limit at baseline), `POSTFL`.
    Rows at or before first dose are graded by the normal range and fixed limits only, never against
    baseline (SAF-3); after it, baseline-relative limits hold where CTCAE has them.
    """
    written = pl.col("AVALU").str.replace_all("[µμ]", "u").str.to_uppercase()
    spelled = (
        pl.when(pl.col("PARAMCD").is_in(UNITLESS)).then(written.fill_null("1")).otherwise(written)
    )
    unit = spelled.replace_strict({k: u for k, (u, _) in UNITS.items()}, default=None)
    factor = spelled.replace_strict({k: f for k, (_, f) in UNITS.items()}, default=None)
    monovalent = pl.col("PARAMCD").is_in(MONOVALENT) & (spelled == "MEQ/L")
    ready = labs.with_columns(
        UNIT=pl.when(monovalent).then(pl.lit("mmol/L")).otherwise(unit),
        FACTOR=pl.when(monovalent).then(1.0).otherwise(factor),
        ABNORMAL=(
            (pl.col("POSTFL") == "Y") & beyond(pl.col("BASE"), pl.col("BNRHI"), "H")
        ).fill_null(value=False),
        AFTER=(pl.col("POSTFL") == "Y").fill_null(value=False),
    )
    low, high = _grade_of(criteria, "L"), _grade_of(criteria, "H")
    tests = {d: _tests(c for c in criteria if c.direction == d) for d in ("L", "H")}
    return (
        ready.with_columns(ATOXGRL=low, ATOXGRH=high)
        .with_columns(GRADERSN=_why(tests["L"], tests["H"], _in_units(criteria)))
        .drop("UNIT", "FACTOR", "ABNORMAL", "AFTER")
    )


def _tests(criteria: Iterable[Criterion]) -> list[str]:
    return sorted({t for c in criteria for t in c.tests})


def _grade_of(criteria: Sequence[Criterion], direction: str) -> pl.Expr:
    """The grade of each row under the criterion of its test, null where none applies or nothing is known."""
    grade: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for criterion in criteria:
        if criterion.direction == direction:
            mine = pl.col("PARAMCD").is_in(criterion.tests)
            grade = pl.when(mine).then(_under(criterion)).otherwise(grade)
    return grade


def _under(criterion: Criterion) -> pl.Expr:
    usual = _ladder(criterion, criterion.limits)
    if not criterion.if_abnormal:
        return usual
    relative = _ladder(criterion, criterion.if_abnormal)
    return pl.when("ABNORMAL").then(relative).otherwise(usual)


def _ladder(criterion: Criterion, limits: Sequence[Limit]) -> pl.Expr:
    """The worst grade whose limit is passed; 0 if the mildest limit is known and not passed.

    Null in a unit the criterion does not know: a value above ULN might then be of any grade.
    """
    mildest = _limit(limits[-1])
    known = pl.col("AVAL").is_not_null() & mildest.is_not_null()
    grade: pl.Expr = pl.when(known).then(pl.lit(0, dtype=pl.Int64))
    for limit in reversed(limits):
        passed = beyond(pl.col("AVAL"), _limit(limit), criterion.direction, reached=limit.reached)
        grade = pl.when(passed).then(pl.lit(limit.grade, dtype=pl.Int64)).otherwise(grade)
    stated = [_stated(x).is_not_null() for x in limits if x.fixed is not None]
    return pl.when(pl.all_horizontal(stated)).then(grade) if stated else grade


def _stated(limit: Limit) -> pl.Expr:
    """A fixed number in the unit of the row."""
    fixed = {unit: float(number) for unit, number in (limit.fixed or {}).items()}
    ours = pl.col("UNIT").replace_strict(fixed, default=None, return_dtype=pl.Float64)
    return ours / pl.col("FACTOR")


def _limit(limit: Limit) -> pl.Expr:
    """The limit in the unit of the row."""
    if limit.reference == "BASE":
        return pl.when("AFTER").then(pl.col("BASE") * limit.times)
    if limit.reference in {"LLN", "ULN"}:
        return pl.col("ANRLO" if limit.reference == "LLN" else "ANRHI") * limit.times
    stated = _stated(limit)
    return pl.col("ANRHI") + stated if limit.reference == "ULN+" else stated


def beyond(value: pl.Expr, limit: pl.Expr, direction: str, *, reached: bool = False) -> pl.Expr:
    """True where the value passes the limit (below it for L); equal passes only if `reached`."""
    width = limit.abs() * RELATIVE
    past = value - limit if direction == "H" else limit - value
    return past >= -width if reached else past > width


def _in_units(criteria: Sequence[Criterion]) -> list[str]:
    """Tests of which some limit is a number in a unit."""
    of_units = [
        c for c in criteria if any(x.fixed is not None for x in (*c.limits, *c.if_abnormal))
    ]
    return _tests(of_units)


def _why(low: Sequence[str], high: Sequence[str], in_units: Sequence[str]) -> pl.Expr:
    """Why a row has no grade in a direction in which its test has a criterion."""
    lacks = (pl.col("PARAMCD").is_in(low) & pl.col("ATOXGRL").is_null()) | (
        pl.col("PARAMCD").is_in(high) & pl.col("ATOXGRH").is_null()
    )
    graded_at_all = pl.col("PARAMCD").is_in([*low, *high])
    return (
        pl.when(~graded_at_all)
        .then(pl.lit(NO_CRITERION))
        .when(~lacks | pl.col("AVAL").is_null())
        .then(None)
        .when(pl.col("UNIT").is_null() & pl.col("PARAMCD").is_in(in_units))
        .then(pl.lit(NO_UNIT))
        .otherwise(pl.lit(NO_RANGE))
    )
