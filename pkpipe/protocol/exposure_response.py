"""How exposure is set against biomarkers, toxicity and tumour response, and how little is too little."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.blq_options import BlqValue
from pkpipe.protocol.drugs import Positive

Confidence = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class Between(Frozen):
    """A closed range of a quantity above 0."""

    low: Positive = Field(description="lowest value")
    high: Positive = Field(description="highest value")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high:
            raise ValueError("low must be less than high")
        return self


class MarkerCurves(Frozen):
    """Emax and sigmoid Emax of a biomarker on the concentration in the same sample (PDEMAX)."""

    result: Literal["AVAL", "CHG", "PCHG"] = Field(
        description="the result itself, its change or percent change from baseline"
    )
    models: Annotated[tuple[Literal["EMAX", "SIGEMAX"], ...], Field(min_length=1)] = Field(
        description="curves that are fitted"
    )
    apart_minutes: Annotated[float, Field(ge=0)] = Field(
        description="most minutes between the tube of the marker and that of the concentration"
    )
    blq: BlqValue = Field(
        description="a BLQ after the first dose; before it there is no drug, so 0"
    )
    confidence: Confidence = Field(description="confidence level of the limits")
    min_points: Annotated[int, Field(ge=8)] = Field(
        description="fewest pairs of result and concentration"
    )
    min_subjects: Annotated[int, Field(ge=6)] = Field(
        description="degrees of freedom are subjects less parameters"
    )
    min_each_side: Count = Field(
        description="subjects with a concentration below EC50, and as many at or above it"
    )
    min_gain: Annotated[float, Field(ge=0)] = Field(
        description="AICc by which a model with more parameters must be better"
    )
    ec50_fold: Annotated[float, Field(gt=1)] = Field(
        description="EC50 is sought so many times below the lowest and above the highest concentration"
    )
    hill: Between = Field(description="where the Hill coefficient is sought")
    max_fold: Annotated[float, Field(gt=1)] = Field(
        description="upper over lower limit of EC50 beyond which it counts as not identified"
    )


class OutcomeSlopes(Frozen):
    """Exposure against DLT, response and change in tumour size (EXPRESP)."""

    min_quarters: Annotated[int, Field(ge=4)] = Field(description="subjects, for quarters")
    min_slope: Annotated[int, Field(ge=3)] = Field(description="subjects, for a slope")
    min_each: Count = Field(description="subjects with, and as many without, the event")
    confidence: Confidence = Field(description="confidence level of the slope's interval")


class ExposureResponsePlan(Frozen):
    """Section `exposure_response:` of a study file."""

    markers: MarkerCurves | None = None
    outcomes: OutcomeSlopes | None = None
