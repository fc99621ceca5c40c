"""One rule of conduct asked about a few dates given as a mapping, as in a worked example or a training set.

The same checks as for a trial, under BAT6026's limits unless others are given.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.escalation.conformance import conform
from pkpipe.escalation.conformance.dated_records import FAIL, WORST_FIRST, Limits, Trial
from pkpipe.escalation.engine.rules import ESCALATE
from pkpipe.escalation.subjects.evaluability import RECORD_SCHEMA, judged
from pkpipe.protocol.escalation import Conduct, EscalationPlan, IntraPatient, Level, WindowRules
from pkpipe.schema import dates

DOSES: Final = (0.01, 0.03, 0.1, 0.3, 1, 3, 6, 10)
DRUG: Final = "DRUG"
LATER: Final = datetime.date(2999, 12, 31)
Inputs = Mapping[str, Any]


def usual_limits(anchor: str = "previous_dose") -> Limits:
    """BAT6026's numbers: 21 days, two in a window, 24 h, four cycles, ±3 days, 17 cycles, 72 h, 28 days."""
    levels = tuple(
        Level(code=code, doses={DRUG: dose}) for code, dose in zip("ABCDEFGH", DOSES, strict=True)
    )
    conduct = Conduct.model_validate(
        {
            "dosing_anchor": anchor,
            "dose_reduction_allowed": False,
            "intrapatient": IntraPatient(min_cycles=4),
            "exams": ("vital_signs", "laboratory", "performance_status"),
        }
    )
    plan = EscalationPlan(
        levels=levels,
        titration_levels=("A", "B"),
        dlt_window_days=21,
        dlt_last_day=22,
        constraints=WindowRules(max_in_window=2, first_gap_hours=24),
        conduct=conduct,
    )
    return Limits(
        plan,
        cycle_days={DRUG: 21},
        dosing_window_days={DRUG: 3},
        max_cycles={DRUG: 17},
        screening_days=28,
        exam_hours=72,
        eot_days=28,
        safety_visits=((21, 28), (83, 97)),
        survival_gap=(70, 98),
        survival_days=365,
    )


def judge_case(rule: str, inputs: Inputs, limits: Limits | None = None) -> str:
    """The worst result of one rule over the dates given; C09 answers IN_WINDOW or OUTSIDE_WINDOW.

    Raises:
        DataError: a rule that is not asked this way, or a date that is none.
    """
    if rule not in BUILDERS:
        raise DataError(f"rule '{rule}' (allowed: {', '.join(BUILDERS)})")
    bounds = limits or usual_limits(inputs.get("anchor", "previous_dose"))
    rows = conform(BUILDERS[rule](inputs, bounds), bounds, only=frozenset({rule}))
    result = min(rows["RESULT"].to_list(), key=WORST_FIRST.index)
    if rule == "C09":
        return "OUTSIDE_WINDOW" if result == FAIL else "IN_WINDOW"
    return str(result)


def _subjects(rows: Sequence[tuple[str, Inputs]], limits: Limits) -> pl.DataFrame:
    """Judged records of subjects given as (level, {first_dose, off, dlt_onset})."""
    texts = pl.DataFrame(
        {
            "USUBJID": [str(i) for i, _ in enumerate(rows, start=1)],
            "LEVEL": [level for level, _ in rows],
            **{
                name: [row.get(name) for _, row in rows]
                for name in ("first_dose", "off", "dlt_onset")
            },
        },
        schema_overrides={"first_dose": pl.String, "off": pl.String, "dlt_onset": pl.String},
    )
    for name in ("first_dose", "off", "dlt_onset"):
        _check_dates(texts[name])
    return judged(
        _with_record_columns(
            texts.with_columns(
                TRTSDT=dates.day(pl.col("first_dose")),
                TRTSDTM=dates.moment(pl.col("first_dose")),
                LEFTDT=dates.day(pl.col("off")),
                DLTDT=dates.day(pl.col("dlt_onset")),
                DLTDTM=dates.moment(pl.col("dlt_onset")),
            )
        ),
        limits.plan,
    ).with_columns(COHORT="LEVEL")


def _with_record_columns(frame: pl.DataFrame) -> pl.DataFrame:
    fixed = {"CASE": pl.lit(""), "AS_OF": pl.lit(LATER), "COUNTS": pl.lit(value=True)}
    return frame.select(
        (pl.col(n) if n in frame.columns else fixed.get(n, pl.lit(None))).cast(t).alias(n)
        for n, t in RECORD_SCHEMA.items()
    )


def _check_dates(texts: pl.Series) -> None:
    wrong = texts.filter(texts.is_not_null() & dates_missing(texts))
    if len(wrong):
        raise DataError(f"'{wrong[0]}' is no whole date (allowed: 2022-03-01 or 2022-03-01T09:00)")


def dates_missing(texts: pl.Series) -> pl.Series:
    """True where a text gives no day."""
    return texts.to_frame("x").select(dates.day(pl.col("x")).is_null()).to_series()


def _doses(rows: Sequence[Inputs], limits: Limits) -> pl.DataFrame:
    """Doses of one subject given as {date, dose}; dates default to one every cycle."""
    start = datetime.date(2022, 1, 3)
    texts = [
        str(row.get("date") or start + datetime.timedelta(days=21 * i))
        for i, row in enumerate(rows)
    ]
    amounts = [row.get("dose") for row in rows]
    by_dose = {float(level.doses[DRUG]): i for i, level in enumerate(limits.plan.levels)}
    frame = pl.DataFrame(
        {
            "USUBJID": pl.Series(["1"] * len(rows), dtype=pl.String),
            "COHORT": pl.Series(["A"] * len(rows), dtype=pl.String),
            "DRUG": pl.Series([DRUG] * len(rows), dtype=pl.String),
            "CYCLE": pl.Series(range(1, len(rows) + 1), dtype=pl.Int64),
            "text": pl.Series(texts, dtype=pl.String),
            "PLANDOSE": pl.Series(amounts, dtype=pl.Float64, strict=False),
            "LEVELN": pl.Series(
                [None if a is None else by_dose.get(float(a)) for a in amounts], dtype=pl.Int64
            ),
        }
    )
    _check_dates(frame["text"])
    return frame.with_columns(ASTDT=dates.day(pl.col("text")), ASTDTM=dates.moment(pl.col("text")))


def _waiting(inputs: Inputs, limits: Limits) -> Trial:
    before = [("A", row) for row in inputs["previous_group"]]
    following = ("B", {"first_dose": inputs["next_group_first_dose"]})
    return Trial(_subjects([*before, following], limits))


def _group(inputs: Inputs, limits: Limits) -> Trial:
    return Trial(_subjects([("C", row) for row in inputs["group"]], limits))


def _gap(inputs: Inputs, limits: Limits) -> Trial:
    moments = [inputs["first_subject"], *inputs["later_subjects"]]
    return Trial(_subjects([("C", {"first_dose": m}) for m in moments], limits))


def _nobody(limits: Limits) -> pl.DataFrame:
    return _subjects([], limits)


def _planned(inputs: Inputs, limits: Limits) -> Trial:
    rows = [{"dose": dose} for dose in inputs["planned_dose_mg_per_kg_by_cycle"]]
    return Trial(_nobody(limits), doses=_doses(rows, limits))


def _increase(inputs: Inputs, limits: Limits) -> Trial:
    day = datetime.date.fromisoformat(inputs["date"])
    cycles = int(inputs["cycles_received_before"])
    earlier = [
        {"date": str(day - datetime.timedelta(days=21 * i)), "dose": inputs["from_dose"]}
        for i in range(cycles, 0, -1)
    ]
    doses = _doses([*earlier, {"date": inputs["date"], "dose": inputs["to_dose"]}], limits)
    target = next((x.code for x in limits.plan.levels if x.doses[DRUG] == inputs["to_dose"]), None)
    decisions = pl.DataFrame(
        {
            "date": [inputs["target_cleared_date"]],
            "level": [target],
            "decision": [ESCALATE],
            "next_level": [None],
            "dlt": [inputs["target_dlt_count"]],
        },
        schema={
            "date": pl.String,
            "level": pl.String,
            "decision": pl.String,
            "next_level": pl.String,
            "dlt": pl.Int64,
        },
    ).with_columns(dates.day(pl.col("date")))
    agreements = pl.DataFrame(
        {"USUBJID": ["1"], "ADT": [inputs["agreement_date"]]},
        schema={"USUBJID": pl.String, "ADT": pl.String},
    ).with_columns(dates.day(pl.col("ADT")))
    return Trial(
        _nobody(limits),
        doses=doses,
        decisions=decisions.drop_nulls("date"),
        agreements=agreements.drop_nulls("ADT"),
    )


def _on_time(inputs: Inputs, limits: Limits) -> Trial:
    return Trial(_nobody(limits), doses=_doses([{"date": d} for d in inputs["dose_dates"]], limits))


def _cycles(inputs: Inputs, limits: Limits) -> Trial:
    return Trial(_nobody(limits), doses=_doses([{}] * int(inputs["cycles_administered"]), limits))


def _exams(inputs: Inputs, limits: Limits) -> Trial:
    given = {name: text for name, text in inputs["exams"].items() if text is not None}
    frame = pl.DataFrame(
        {"USUBJID": ["1"] * len(given), "EXAM": list(given), "text": list(given.values())},
        schema={"USUBJID": pl.String, "EXAM": pl.String, "text": pl.String},
    )
    _check_dates(frame["text"])
    exams = frame.with_columns(ADT=dates.day(pl.col("text")), ADTM=dates.moment(pl.col("text")))
    return Trial(
        _nobody(limits), doses=_doses([{"date": inputs["dose_datetime"]}], limits), exams=exams
    )


def _onset(inputs: Inputs, limits: Limits) -> Trial:
    return Trial(_subjects([("C", inputs)], limits))


BUILDERS: Final[dict[str, Callable[[Inputs, Limits], Trial]]] = {
    "C01": _waiting,
    "C02": _group,
    "C03": _gap,
    "C04": _planned,
    "C05": _increase,
    "C06": _on_time,
    "C07": _cycles,
    "C08": _exams,
    "C09": _onset,
}
