"""When what is planned: samples, scans, visits, each with its window."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.drugs import Code, Drug, Hours

# What people call a time point. A name decides nothing: one that says something else than the schedule, or
# that no schedule plans, is asked about; only a verb that is given no schedule reads it.
PREDOSE_WORDS: Final = (
    r"(?i)^(?:\d+\s?(?:h|hr|hours?|min|minutes?)\s)?(?:c(?:ycle)?[\s_-]?\d+[\s_,-]*)?(?:d(?:ay)?[\s_-]?\d+[\s_,:-]*)?"
    r"(?:pre(?:[\s_-]?(?:dose|dosing|infusion|treatment|administration)\b|\s*$)"
    r"|screening\b|baseline\b|(?:before|prior\sto)\s(?:the\s)?(?:first\s|next\s)?(?:dose|dosing|infusion|treatment)\b)"
    r"|(?:给药|用药|输注|滴注|注射|输液|治疗)前|^筛选|^基线"
)
END_WORDS: Final = (
    r"(?i)^(?!.*(?:after|post|\+|后)).*"
    r"(?:(?:^|[\s_-])eoi\b|end[\s_-]of[\s_-](?:the[\s_-])?infusion|(?:输注|滴注|输液)结束)"
)

Weeks = Annotated[float, Field(gt=0)]
Days = Annotated[int, Field(ge=0)]


class PlannedSample(Frozen):
    """A planned sample, repeated in the cycles named."""

    timepoint: str = Field(description="PCTPT / ISTPT / CPTPT, e.g. PREDOSE, EOI, 24H")
    cycles: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        description="numbers of the cycles (doses) in which it is drawn"
    )
    hours: Annotated[float, Field(allow_inf_nan=False)] = Field(
        description="nominal hours from the start of that cycle's dose; predose: 0, or negative"
    )
    predose: bool = Field(
        default=False,
        description="drawn before the dose; nothing else says so, least of all its name",
    )
    end_of_infusion: bool | None = Field(
        default=None,
        description="drawn at the end of the infusion; empty: where `hours` are the drug's infusion_hours",
    )
    early_hours: Hours = Field(description="window before the nominal time")
    late_hours: Hours = Field(description="window after the nominal time")
    analytes: tuple[Code, ...] = Field(default=(), description="empty: all analytes of the drug")
    drug: Code | None = Field(default=None, description="empty: every drug")

    @model_validator(mode="after")
    def _before_or_after(self) -> PlannedSample:
        if self.hours < 0 and not self.predose:
            raise ValueError("hours below 0 are before the dose: give predose: true")
        if self.predose and self.end_of_infusion:
            raise ValueError("before the dose and at the end of the infusion, give one of them")
        return self

    def ends_infusion(self, drug: Drug) -> bool:
        """True for the sample at the end of this drug's infusion."""
        if self.end_of_infusion is not None:
            return self.end_of_infusion
        infused = drug.route == "iv_infusion" and drug.infusion_hours > 0
        return infused and not self.predose and self.hours == drug.infusion_hours


class TumourSchedule(Frozen):
    """Imaging: every so many weeks from the first dose, perhaps less often later."""

    every_weeks: Weeks = Field(
        description="weeks between two assessments, counted from the first dose"
    )
    until_week: Weeks | None = Field(default=None, description="from here on `then_every_weeks`")
    then_every_weeks: Weeks | None = Field(
        default=None, description="weeks between two assessments after `until_week`"
    )
    window_days: Days = Field(description="days that an assessment may be early or late")
    baseline_max_days: Days = Field(description="a baseline scan is at most so old at first dose")
    weeks: tuple[Weeks, ...] = Field(default=(), description="explicit weeks instead of the rule")

    @model_validator(mode="after")
    def _both_or_none(self) -> TumourSchedule:
        if (self.until_week is None) != (self.then_every_weeks is None):
            raise ValueError("until_week and then_every_weeks belong together, give both or none")
        return self

    def planned_weeks(self, horizon: float) -> tuple[float, ...]:
        """Planned assessment weeks after first dose, up to the horizon (weeks)."""
        if self.weeks:
            return tuple(w for w in self.weeks if w <= horizon)
        weeks, week = [], self.every_weeks
        while week <= horizon:
            weeks.append(week)
            late = self.until_week is not None and week >= self.until_week
            week += self.then_every_weeks if late and self.then_every_weeks else self.every_weeks
        return tuple(weeks)


class FollowUp(Frozen):
    """Visits after the last dose."""

    eot_days: Days = Field(description="end-of-treatment visit, days after the last dose")
    eot_late_days: Days = Field(description="days that it may be late")
    safety_days: tuple[Days, ...] = Field(description="safety visits, days after the last dose")
    safety_window_days: tuple[Days, ...] = Field(description="± or + days of each safety visit")
    survival_every_weeks: Weeks | None = Field(
        description="weeks between two contacts for survival; null: no such follow-up"
    )
    survival_window_days: Days | None = Field(
        description="days that a contact may be early or late"
    )
    survival_max_days: Days | None = Field(description="survival follow-up ends after so many days")


class Schedule(Frozen):
    """Everything planned after screening; a list left empty means: not collected."""

    screening_days: Days = Field(
        description="days before the first dose in which screening may take place"
    )
    pk: tuple[PlannedSample, ...] = Field(default=(), description="planned concentration samples")
    ada: tuple[PlannedSample, ...] = Field(default=(), description="planned antibody samples")
    nab: tuple[PlannedSample, ...] = Field(
        default=(), description="planned samples for neutralising antibodies"
    )
    biomarker: tuple[PlannedSample, ...] = Field(
        default=(), description="planned biomarker samples"
    )
    tumour: TumourSchedule | None = Field(default=None, description="planned imaging; null: none")
    safety_cycle_days: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="days of each cycle with vital signs, examination and laboratory"
    )
    exam_before_dose_hours: Hours | None = Field(
        default=None, description="examinations at most so old"
    )
    follow_up: FollowUp | None = Field(
        default=None, description="visits after the last dose; null: none are planned"
    )
