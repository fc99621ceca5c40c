"""The choices of a response analysis: the keys of `pkpipe recist --options` and the study's section."""

from __future__ import annotations

from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from pkpipe.clinical.lesions import THIN_SLICE_MM
from pkpipe.protocol.base import Frozen
from pkpipe.schema.codelists import EVALUATOR
from pkpipe.tumor.criteria import CRITERIA, Criteria

Days = Annotated[int, Field(ge=0)]


class ResponseOptions(Frozen):
    """Which criteria, counted from when, confirmed how (REC-5 to REC-8, REC-11)."""

    criteria: Literal["RECIST 1.1", "iRECIST"] = "RECIST 1.1"
    anchor: Literal["treatment", "randomization"] = "treatment"
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
    accepted: Literal["evaluator", "every", "none"] = Field(
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
    partial_dates: Literal["last", "first", "ne"] = Field(
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
    baseline_max_days: Days = Field(default=28, description="an older baseline scan is a finding")
    icpd_min_days: Days = Field(default=28, description="earliest confirmation of iUPD")
    icpd_max_days: Days = Field(default=56, description="latest confirmation of iUPD")
    clinical_benefit_weeks: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="duration of stable disease that is clinical benefit (CBR)"
    )

    @property
    def words(self) -> Criteria:
        """The criterion set by its name."""
        return CRITERIA[self.criteria]

    @property
    def stable_from(self) -> int:
        """Days from the anchor at which stable disease counts."""
        return max(self.sd_min_days - self.sd_window_days, 0)


def in_terms(options: ResponseOptions) -> ResponseOptions:
    """The options with the evaluator as the codelist's term, in whatever spelling it was asked for."""
    if options.evaluator is None:
        return options
    who, sign, identity = options.evaluator.partition("/")
    term = pl.select(EVALUATOR.read(pl.lit(who))).item()
    return options.model_copy(update={"evaluator": f"{term}{sign}{identity}"})
