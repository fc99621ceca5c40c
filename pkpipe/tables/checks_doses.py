"""Checks of one dose: its time, its length, its amount, its cycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.tables import dates
from pkpipe.tables.checks_results import row_check
from pkpipe.tables.checks_rows import RowCheck

C: Final = pl.col
OVER_PLAN, UNDER_PLAN = 1.1, 0.9
LONG, SHORT = 3.0, 1 / 3  # times the planned length of the infusion


def _hours() -> pl.Expr:
    """Length of the administration, null without both times."""
    span = dates.moment(C("EXENDTC")) - dates.moment(C("EXSTDTC"))
    return span.dt.total_seconds() / 3600


def _against_plan(study: Study, wrong: Callable[[pl.Expr, float], pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(
        pl.lit(value=False),
        *(
            (C("EXTRT") == d.code) & (C("EXDOSE") > 0) & wrong(_hours(), d.infusion_hours)
            for d in study.drugs
            if d.infusion_hours > 0
        ),
    )


def _unplanned_dose(study: Study) -> pl.Expr:
    """True for a planned dose that no level of the protocol has; cohorts outside it have no list."""
    plan = study.escalation
    if plan is None:
        return pl.lit(value=False)
    return pl.any_horizontal(
        (C("EXTRT") == d.code)
        & (C("EXDOSU") == d.dose_unit)
        & ~C("EXPDOSE").is_in(
            [level.doses[d.code] for level in plan.levels if d.code in level.doses]
        )
        for d in study.drugs
    )


def _beyond_cycles(study: Study) -> pl.Expr:
    return pl.any_horizontal(
        (C("EXTRT") == d.code) & ((C("CYCLE") > d.max_cycles) | (C("CYCLE") < 1))
        for d in study.drugs
    )


DOSE_ROWS: Final[tuple[RowCheck, ...]] = (
    row_check(
        "EX-NO-TIME",
        "EX.EXSTDTC",
        (dates.precision(C("EXSTDTC")) != "time") & (C("EXDOSE") > 0),
        ("a dose without time of day", "date and time"),
        "methods TIME-2",
    ),
    row_check(
        "EX-NO-END",
        "EX.EXENDTC",
        lambda s: _against_plan(s, lambda _hours, _planned: C("EXENDTC").is_null()),
        ("an infusion without an end", "the end of the infusion"),
        "methods DOSE-1",
    ),
    row_check(
        "EX-LONG",
        "EX.EXENDTC",
        lambda s: _against_plan(s, lambda hours, planned: hours > LONG * planned),
        ("an infusion over three times as long as planned", "drugs.infusion_hours"),
        "methods DOSE-1",
    ),
    row_check(
        "EX-SHORT",
        "EX.EXENDTC",
        lambda s: (
            _against_plan(
                s, lambda hours, planned: hours.is_between(0, SHORT * planned, closed="left")
            )
            & C("EXINTRFL").ne_missing(pl.lit("Y"))
        ),
        ("an infusion under a third as long as planned", "drugs.infusion_hours"),
        "methods DOSE-1",
    ),
    row_check(
        "EX-PLAN",
        "EX.EXPDOSE",
        _unplanned_dose,
        ("a planned dose that no level has", "a dose of escalation.levels"),
        "escalation.levels",
    ),
    row_check(
        "EX-OVER",
        "EX.EXDOSE",
        C("EXDOSE") > OVER_PLAN * C("EXPDOSE"),
        ("over 110 % of the planned dose", "EXPDOSE"),
        "ICH E6(R3) 4.5",
    ),
    row_check(
        "EX-UNDER",
        "EX.EXADJ",
        (C("EXDOSE") < UNDER_PLAN * C("EXPDOSE"))
        & C("EXADJ").is_null()
        & C("EXINTRFL").ne_missing(pl.lit("Y")),
        ("under 90 % of the planned dose, and no reason", "why the dose was less"),
    ),
    row_check(
        "EX-CYCLE",
        "EX.CYCLE",
        _beyond_cycles,
        ("a cycle that is not planned", "1 to drugs.max_cycles"),
        "drugs.max_cycles",
    ),
    row_check(
        "EX-ZERO",
        "EX.EXDOSE",
        (C("EXDOSE") == 0) & C("EXADJ").is_null(),
        ("a dose of zero, and no reason", "above 0, or a reason in EXADJ"),
    ),
)
