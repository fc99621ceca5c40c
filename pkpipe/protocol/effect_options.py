"""The choices of an NCA of a drug effect: what the response is compared with, and which slopes are wanted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen

Number = Annotated[float, Field(allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class EffectSlope(Frozen):
    """A regression line through the responses between two times."""

    start: NonNegative = Field(description="h after the dose")
    end: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(description="h after the dose")
    scale: Literal["linear", "log"] = Field(
        "linear", description="of the response, or of its natural logarithm"
    )

    @model_validator(mode="after")
    def _ordered(self) -> EffectSlope:
        if self.end <= self.start:
            raise ValueError(f"end {self.end:g} does not lie after start {self.start:g}")
        return self


class EffectRules(Frozen):
    """Of a drug effect: baseline, threshold, slopes."""

    baseline: Literal["predose", "predose_mean"] | Number = Field(
        "predose",
        description="the last response at or before the dose, the mean of those since the dose before, or a "
        "number; a column RBASE in DOSE has it where it is filled",
    )
    threshold: Number | None = Field(None, description="a response; gives areas and times about it")
    threshold_of_baseline: NonNegative | None = Field(
        None, description="the threshold as a share of the baseline, such as 0.5"
    )
    slopes: Annotated[tuple[EffectSlope, ...], Field(max_length=9)] = Field(
        (), description="lines through the responses, as in [{start: 2, end: 8}]"
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> EffectRules:
        if self.threshold is not None and self.threshold_of_baseline is not None:
            raise ValueError("threshold and threshold_of_baseline: give one of them")
        return self

    @property
    def has_threshold(self) -> bool:
        """Is the response compared with a threshold as well?"""
        return self.threshold is not None or self.threshold_of_baseline is not None
