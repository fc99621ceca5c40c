"""The `escalation:` section of a study file: the dose-escalation design and its conduct rules as data.

A key whose value neither the protocol nor an authority gives has no default: it is null until the study
says it, and what needs it stops by name (`min_dose_fraction`) or is reported as not assessable (`conduct`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from pkpipe.protocol.base import BY_KEY, Frozen
from pkpipe.protocol.design_letter_tables import wrong_table_rows

Rule = Literal["3+3", "rolling_six", "boin", "mtpi2", "i3+3", "crm"]
# Rules whose table is computed from the target rate.
INTERVAL: Final = ("boin", "mtpi2", "i3+3")
# Rules that are known and not carried out: what to do instead.
NOT_CARRIED_OUT: Final = {
    "rolling_six": "a decision_table of its rows, which waits for a cohort where rolling six does not",
    "crm": "boin, mtpi2 or i3+3 with the same target; `target_dlt_rate` shows what the CRM would say beside "
    "the decision",
}
Exam = Literal["vital_signs", "physical_examination", "laboratory", "performance_status"]


class Level(Frozen):
    """One dose level, in the order of the list that holds it."""

    code: str = Field(min_length=1, pattern=r"^[^:|;\s]+$", description="name of the level, e.g. A")
    doses: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="drug to planned dose, in the unit of the study's regimen"
    )
    optional: bool = Field(default=False, description="may be opened above the planned levels")
    inserted: bool = Field(
        default=False,
        description="put between two levels later; levels above may have been dosed before",
    )

    @field_validator("doses", mode="before")
    @classmethod
    def _one_dose(cls, doses: object) -> object:
        if isinstance(doses, Mapping) and any(
            isinstance(v, Mapping | list) for v in doses.values()
        ):
            raise ValueError(
                "step-up doses by day are not planned by this version (instead: the full dose of the level, "
                "and EX.EXPDOSE with what was planned for each dose)"
            )
        return doses


class WindowRules(Frozen):
    """How subjects of one level may follow each other (ESC-5)."""

    max_in_window: int | None = Field(
        default=None, ge=1, description="most subjects of a level in the DLT window at once"
    )
    first_gap_hours: float | None = Field(
        default=None, ge=0, description="hours between the first subject of a level and the next"
    )
    gap_between: Literal["first_and_later", "every_pair"] = Field(
        default="first_and_later", description="whom the gap separates (V03)"
    )


class IntraPatient(Frozen):
    """When a subject may go on at the next higher level (SEED-9, C05)."""

    min_cycles: int = Field(ge=1, description="cycles received before the increase")
    max_target_dlt: int = Field(
        default=1, ge=0, description="most DLTs the target level may have shown"
    )


class Conduct(Frozen):
    """Rules of treatment that only conformance asks for; a null is a rule the protocol does not set."""

    dosing_anchor: Literal["previous_dose", "first_dose"] = Field(
        default="previous_dose", description="what the planned date is counted from (V04)"
    )
    dose_reduction_allowed: bool | None = Field(default=None, description="may a dose be reduced")
    intrapatient: IntraPatient | None = Field(
        default=None, description="conditions for an increase within a subject"
    )
    exams: tuple[str, ...] = Field(
        default=(),
        description="examinations due before each dose: vital_signs, physical_examination, laboratory, "
        "performance_status",
    )


class Assessment(Frozen):
    """An examination an evaluable subject had in the DLT window (SET-DLT)."""

    exam: Exam = Field(description="which examination")
    days: tuple[int, ...] = Field(
        min_length=1, description="study days on which it is due, the first dose being day 1"
    )
    window_days: int = Field(default=0, ge=0, description="days it may be early or late")


class EscalationPlan(Frozen):
    """The design an escalation meeting works by."""

    levels: tuple[Level, ...] = Field(min_length=1, description="dose levels, lowest first")
    titration_levels: tuple[str, ...] = Field(
        default=(), description="levels with single-subject cohorts until a related grade 2 or more"
    )
    highest_open_level: str | None = Field(
        default=None,
        description="highest level that may be dosed; null: the last that is not optional",
    )
    dlt_window_days: int = Field(ge=1, description="days of the DLT window after the first dose")
    dlt_last_day: int | None = Field(
        default=None,
        ge=1,
        description="last study day on which an onset counts; null: dlt_window_days + 1 (V02)",
    )
    mtd_subjects: int = Field(
        default=6, ge=1, description="evaluable subjects a level needs to be declared MTD"
    )
    cohort_size: int = Field(default=3, ge=1, description="subjects of a cohort outside titration")
    min_dose_fraction: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="share of each planned dose in the window an evaluable subject received; no default",
    )
    required_assessments: tuple[Assessment, ...] = Field(
        default=(),
        description="examinations in the window without which a subject without DLT is not evaluable; "
        "none: the protocol names none",
    )
    backfill_counts: bool = Field(
        default=False, description="do backfill subjects count for the decision (SET-DLT)"
    )
    design: Rule | None = Field(
        default=None,
        description="rule of the decision; boin, mtpi2, i3+3: a table computed from `target`; null: the "
        "decision table where one is given, else 3+3",
    )
    target: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="DLT rate that boin, mtpi2 and i3+3 aim at; no default",
    )
    below_target: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="mtpi2, i3+3: rates so far below the target are as good",
    )
    above_target: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="mtpi2, i3+3: rates so far above the target are as good",
    )
    level_subjects: int | None = Field(
        default=None,
        ge=1,
        description="boin, mtpi2, i3+3: evaluable subjects of a level with which the trial ends there; null: "
        "twice mtd_subjects",
    )
    decision_table: str | None = Field(
        default=None, description="CSV with another design's n-by-y table, relative to this file"
    )
    table_rows: Annotated[dict[int, str], BY_KEY] = Field(
        default_factory=dict,
        description="the same table in place: evaluable n to one letter for y = 0, 1, ... n (E S D U)",
    )
    target_dlt_rate: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="rate the MTD should be nearest to: with a decision table, and for other designs as "
        "context (BOIN, mTPI-2, CRM)",
    )
    approvals: int = Field(
        default=1,
        ge=1,
        description="different persons who have to sign a run (pkpipe sign --meaning approval) before its "
        "decision counts as approved",
    )
    constraints: WindowRules = Field(
        default_factory=WindowRules, description="how subjects of one level may follow each other"
    )
    conduct: Conduct = Field(
        default_factory=Conduct, description="rules of treatment that only conformance asks for"
    )

    @property
    def codes(self) -> tuple[str, ...]:
        """Level codes, lowest first."""
        return tuple(level.code for level in self.levels)

    @property
    def top(self) -> str:
        """Code of the highest level that may be dosed now."""
        if self.highest_open_level is not None:
            return self.highest_open_level
        planned = [level.code for level in self.levels if not level.optional]
        return planned[-1] if planned else self.levels[0].code

    @property
    def last_day(self) -> int:
        """Last study day (first dose is day 1) on which the onset of a DLT counts.

        An event on day window + 1 is "21 days after the first dose": counted, the cautious reading.
        """
        return self.dlt_window_days + 1 if self.dlt_last_day is None else self.dlt_last_day

    @property
    def aim(self) -> float | None:
        """The rate the MTD should be nearest to."""
        return self.target_dlt_rate if self.target is None else self.target

    @property
    def by_table(self) -> bool:
        """True of a design that is a table of letters, given or computed."""
        return bool(self.decision_table or self.table_rows) or self.design in INTERVAL

    @field_validator("design")
    @classmethod
    def _carried_out(cls, rule: Rule | None) -> Rule | None:
        if rule in NOT_CARRIED_OUT:
            others = ", ".join(r for r in get_args(Rule) if r not in NOT_CARRIED_OUT)
            raise ValueError(
                f"{rule} is not carried out by this version (allowed: {others}; or {NOT_CARRIED_OUT[rule]})"
            )
        return rule

    @model_validator(mode="after")
    def _levels_belong_together(self) -> Self:
        codes = self.codes
        wrong = [
            *(f"levels: code {c!r} is given twice" for c in sorted(_twice(codes))),
            *(
                f"titration_levels: {c!r} is not a level (allowed: {', '.join(codes)})"
                for c in self.titration_levels
                if c not in codes
            ),
        ]
        wrong += [
            f"required_assessments: {a.exam} on day {day} (allowed: 1 to {self.last_day}, the DLT window)"
            for a in self.required_assessments
            for day in a.days
            if not 1 <= day <= self.last_day
        ]
        if self.titration_levels and self.titration_levels != codes[: len(self.titration_levels)]:
            wrong.append("titration_levels: must be the lowest levels, in order")
        if self.highest_open_level is not None and self.highest_open_level not in codes:
            wrong.append(
                f"highest_open_level: {self.highest_open_level!r} is not a level "
                f"(allowed: {', '.join(codes)})"
            )
        if self.decision_table is None:
            wrong += wrong_table_rows(self.table_rows)
        elif self.table_rows:
            wrong.append("table_rows: give either decision_table or table_rows, not both")
        if self.by_table and self.titration_levels:
            wrong.append("titration_levels: a decision table has no titration, use []")
        wrong += self._wrong_design()
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_design(self) -> list[str]:
        """What is missing of a computed table, or contradicts it."""
        wrong = []
        if self.design is not None and (self.decision_table or self.table_rows):
            wrong.append("design: give either a design or a decision table, not both")
        if self.design in INTERVAL and self.aim is None:
            wrong.append(
                f"target: this key is missing and has no default (the DLT rate that {self.design} aims at)"
            )
        if self.design in INTERVAL and self.aim is not None:
            low, high = self.aim - self.below_target, self.aim + self.above_target
            if not 0 < low < high < 1:
                wrong.append(
                    f"below_target, above_target: {low:g} to {high:g} is no range of rates "
                    "(allowed: inside 0 to 1)"
                )
        return wrong


def _twice(codes: tuple[str, ...]) -> set[str]:
    return {c for c in codes if codes.count(c) > 1}
