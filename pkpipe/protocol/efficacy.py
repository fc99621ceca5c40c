"""Choices for tumour response and time to event."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen

Days = Annotated[int, Field(ge=0)]


class ResponsePlan(Frozen):
    """Section `response:` of a study file (REC-1 to REC-12)."""

    criteria: tuple[Literal["RECIST 1.1", "iRECIST"], ...]
    evaluator: str = Field(description="RSEVAL / TREVAL whose assessments lead")
    anchor: Literal["treatment", "randomization"]
    primary: Literal["derived", "reported"] = Field(
        description="best response from the lesions, or from the responses as reported"
    )
    confirmation: bool = Field(description="the primary response rate is the confirmed one")
    sd_min_days: Days
    sd_window_days: Days = Field(description="subtracted from sd_min_days (REC-7)")
    confirm_days: Days
    max_ne: Days
    accept_sd: bool
    clinical_benefit_weeks: Annotated[float, Field(gt=0)] | None
    too_small_mm: Annotated[float, Field(gt=0)] = Field(
        description="value of a lesion too small to measure"
    )
    assessment_days: Days = Field(
        default=7,
        description="scans within so many days, without the name of a visit, are one assessment",
    )
    slice_mm: Annotated[float, Field(gt=0)] = Field(
        default=5.0,
        description="slice thickness of the scans; above 5 mm a measurable lesion has twice as much",
    )


class Comparison(Frozen):
    """Groups of subjects held against one of them: log-rank test and hazard ratios, descriptive."""

    group: Literal["COHORT", "LEVEL", "PART", "TUMTYPE"] = Field(
        description="column of ADSL that tells the groups"
    )
    reference: str = Field(description="value of the group the others are held against")
    against: tuple[str, ...] = Field(
        default=(), description="values held against it; none: every other that occurs"
    )
    endpoints: Annotated[tuple[Literal["PFS", "OS", "DOR", "TTR"], ...], Field(min_length=1)]


class SurvivalPlan(Frozen):
    """Section `survival:` of a study file (EFF-*, KM-*)."""

    endpoints: tuple[Literal["PFS", "OS", "DOR", "TTR"], ...]
    scheme: Literal["A", "B", "C", "E", "last_assessment"]
    sensitivity: tuple[Literal["A", "B", "C", "E", "last_assessment"], ...]
    response: Literal["confirmed", "unconfirmed"]
    conf: Literal["log-log", "log", "plain"]
    level: Annotated[float, Field(gt=0, lt=1)]
    landmarks_months: tuple[Annotated[float, Field(gt=0)], ...]
    min_at_risk: Annotated[int, Field(ge=1)] = Field(
        description="landmarks only while so many are at risk"
    )
    min_n_curve: Annotated[int, Field(ge=1)] = Field(
        description="below, a listing instead of a curve"
    )
    month_days: Annotated[float, Field(gt=0)] = Field(
        description="days of a month in reports (TIME-8)"
    )
    comparisons: tuple[Comparison, ...] = Field(
        default=(), description="groups to compare; none: no test between groups is made"
    )
