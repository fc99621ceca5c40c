"""The choices of a response analysis: one model for `pkpipe recist --options` and the section `response:`.

Of RECIST 1.1 are the defaults that it gives; the rest is what the verb does where nobody says anything, and
what a study must state.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from pkpipe.protocol.base import Frozen

Days = Annotated[int, Field(ge=0)]
Criterion = Literal["RECIST 1.1", "iRECIST"]
Anchor = Literal["treatment", "randomization"]
Source = Literal["derived", "reported"]
Accepted = Literal["evaluator", "every", "none"]
PartialDates = Literal["last", "first", "ne"]
INVESTIGATOR: Final = "INVESTIGATOR"  # CDISC EVAL; who assessed where nobody is named
BASELINE_MAX_DAYS: Final = 28
THIN_SLICE_MM: Final = (
    5.0  # up to this slice thickness a measurable lesion has 10 mm (RECIST 1.1, 3.1.1)
)


def _several(given: object) -> object:
    """A single name is a list of one."""
    return (given,) if isinstance(given, str) else given


class ResponseRules(Frozen):
    """Counted from when, confirmed how, of which records (REC-5 to REC-8, REC-11)."""

    anchor: Anchor = Field(default="treatment", description="date from which days count")
    sd_min_days: Days = Field(default=42, description="stable disease counts from this day on")
    sd_window_days: Days = Field(default=0, description="scan window subtracted from sd_min_days")
    confirm_days: Days = Field(default=28, description="from a response to its confirmation")
    max_ne: Days = Field(
        default=1, description="NE allowed between a response and its confirmation"
    )
    accept_sd: bool = Field(default=False, description="one SD allowed between PR and confirmation")
    evaluator: str | None = Field(
        default=None,
        description="RSEVAL / TREVAL that leads, a reader as EVAL/EVALID; empty: the investigator",
    )
    accepted: Accepted = Field(
        default="evaluator",
        description="of whom, where flagged (--ACPTFL), only accepted records are used, as one series: of "
        "the evaluator asked for, of every evaluator with several readers, of nobody",
    )
    too_small_mm: Annotated[float, Field(gt=0)] = Field(
        default=5.0, description="size of a target lesion too small to measure"
    )
    slice_mm: Annotated[float, Field(gt=0)] = Field(
        default=THIN_SLICE_MM,
        description="slice thickness of the scans: above 5 mm a measurable lesion has twice as much",
    )
    partial_dates: PartialDates = Field(
        default="last",
        description="an assessment without day: last or first day it can mean, or not evaluable",
    )
    no_assessment: Literal["MISSING", "NE"] = Field(
        default="MISSING", description="best response of a subject without a counted assessment"
    )
    new_therapy: Literal["ignore", "keep"] = Field(
        default="ignore", description="assessments after the start of new anti-cancer therapy"
    )
    reappearance: Literal["progression", "sum"] = Field(
        default="progression",
        description="a lesion back after an overall complete response: progression (for the confirmed best "
        "response also PR or SD reported after CR: Eisenhauer 2009, table 3), or by the sum alone",
    )
    assessment_days: Days = Field(
        default=7,
        description="scans of one reader within so many days, without the name of a visit, are one "
        "assessment; 0: each day is one",
    )
    icpd_min_days: Days = Field(default=28, description="earliest confirmation of iUPD")
    icpd_max_days: Days = Field(default=56, description="latest confirmation of iUPD")
    clinical_benefit_weeks: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="duration of stable disease that is clinical benefit (CBR)"
    )


class ResponseChoices(ResponseRules):
    """The rules, the criteria they are applied with, and which responses lead."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1), BeforeValidator(_several)] = (
        Field(default=("RECIST 1.1",), description="one, or several of which the first leads")
    )
    primary: Source | None = Field(
        default=None,
        description="best response from the lesions (derived), or from the responses as reported; none: "
        "derived where there are lesions",
    )


class ResponseFile(ResponseChoices):
    """The file `pkpipe recist --options` names; a study has the last of its keys in `schedule.tumour`."""

    baseline_max_days: Days = Field(
        default=BASELINE_MAX_DAYS, description="an older baseline scan is a finding"
    )
