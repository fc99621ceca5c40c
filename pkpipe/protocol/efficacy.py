"""Choices for tumour response and time to event."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from pkpipe.protocol.base import Frozen, StatedFrozen, described
from pkpipe.protocol.response_options import (
    INVESTIGATOR,
    Accepted,
    PartialDates,
    ResponseChoices,
    Source,
)
from pkpipe.protocol.survival_options import (
    CLAIMED,
    ENTRIES,
    KINDS_OF_EVENT,
    STRATA,
    CurveRules,
    Endpoint,
    TteChoices,
)


class ResponsePlan(StatedFrozen, ResponseChoices):
    """Section `response:` of a study file: the options of `pkpipe recist`, and what only a trial has.

    The age of a baseline scan is in `schedule.tumour`. Where the study says nothing, a date without a day is
    not imputed (TIME-7), and accepted records are chosen of every evaluator, since each is reported.
    """

    STATED: ClassVar[tuple[str, ...]] = (
        *("criteria", "anchor", "sd_min_days", "sd_window_days", "max_ne", "accept_sd"),
        "clinical_benefit_weeks",
    )

    evaluator: str = Field(description=described(ResponseChoices, "evaluator"))
    primary: Source = Field(description=described(ResponseChoices, "primary"))
    partial_dates: PartialDates = Field(
        default="ne", description=described(ResponseChoices, "partial_dates")
    )
    accepted: Accepted = Field(default="every", description=described(ResponseChoices, "accepted"))
    confirmation: bool = Field(description="the primary response rate is the confirmed one")

    @field_validator("evaluator")
    @classmethod
    def _whom_it_means(cls, given: str) -> str:
        name = given.strip()
        return INVESTIGATOR if name.upper() in {"", INVESTIGATOR} else name

    @property
    def leads(self) -> tuple[str, str | None]:
        """The evaluator who leads, and which of its readers, where the study names one (EVAL/EVALID)."""
        who, _, identity = self.evaluator.partition("/")
        return who, identity or None


class Comparison(Frozen):
    """Groups of subjects held against one of them: log-rank test and hazard ratios, descriptive."""

    group: Literal["COHORT", "LEVEL", "PART", "TUMTYPE"] = Field(
        description="column of ADSL that tells the groups"
    )
    reference: str = Field(description="value of the group the others are held against")
    against: tuple[str, ...] = Field(
        default=(), description="values held against it; none: every other that occurs"
    )
    endpoints: Annotated[tuple[Endpoint, ...], Field(min_length=1)] = Field(
        description="endpoints that are compared"
    )


class SurvivalPlan(StatedFrozen, TteChoices, CurveRules):
    """Section `survival:` of a study file: the options of `pkpipe tte` and `pkpipe km`, and a trial's own.

    Of a verb's arguments --at says when a curve is read, --by and --cox which groups are compared; the
    sections `response:` and `schedule:` say the anchor, whose assessments count and when they are planned.
    """

    STATED: ClassVar[tuple[str, ...]] = (
        *("endpoints", "scheme", "sensitivity", "response", "min_at_risk", "min_n_curve"),
    )

    landmarks_months: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        description="when the curves are read"
    )
    month_days: Annotated[float, Field(gt=0)] = Field(
        description="days of a month in reports (TIME-8)"
    )
    comparisons: tuple[Comparison, ...] = Field(
        default=(), description="groups to compare; none: no test between groups is made"
    )

    @model_validator(mode="after")
    def _columns_of_a_study(self) -> Self:
        """Strata and entries are columns of ADSL, competing events descriptions of ADTTE."""
        asked = (
            ("strata", self.strata, STRATA),
            ("entry", (self.entry,) if self.entry else (), ENTRIES),
            ("competing", tuple(self.competing), self.kinds_of_event),
        )
        wrong = [
            f"{key} names {name!r} (allowed: {', '.join(known)})"
            for key, names, known in asked
            for name in names
            if name not in known
        ]
        missing = [k for k in self.kinds_of_event if self.competing and k not in self.competing]
        wrong += [f"competing does not name {kind!r}, an event of its scheme" for kind in missing]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def strata_of(self, comparison: Comparison) -> tuple[str, ...]:
        """The strata in which groups are compared; the column of the groups makes none."""
        return tuple(c for c in self.strata if c != comparison.group)

    @property
    def kinds_of_event(self) -> tuple[str, ...]:
        """EVNTDESC of the events that end progression-free survival under the leading scheme."""
        return (*KINDS_OF_EVENT, *(CLAIMED if self.scheme == "C" else ()))
