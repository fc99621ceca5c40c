"""Choices of the immunogenicity analysis. The keys are those of `pkpipe ada --options`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.drugs import Code, Positive
from pkpipe.protocol.nca import Confidence, Share


class AdaAssay(Frozen):
    """One drug's tiered assay, as IS names its tests."""

    drug: Code = Field(description="ISBDAGNT")
    screen: str | None = Field(description="ISTESTCD of the screening result")
    confirm: str | None = Field(description="ISTESTCD of the confirmation result")
    titre: str | None = Field(description="ISTESTCD of the titre")
    nab: str | None = Field(description="ISTESTCD of the neutralising-antibody result")
    mrd_titre: Positive | None = Field(description="titre at the minimum required dilution")
    drug_tolerance: Positive | None = Field(
        description="drug concentration above which a negative is inconclusive"
    )
    tolerance_analyte: Code | None = Field(
        default=None, description="PCTESTCD the tolerance is stated for"
    )


class Boost(Frozen):
    """When a titre counts as boosted: a ratio to baseline, or a change in log10 titre."""

    ratio: Positive | None = Field(
        default=None, description="titre over the baseline titre from which it counts as boosted"
    )
    log10_change: Positive | None = Field(
        default=None, description="change of log10 titre from which it counts as boosted"
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Boost:
        if (self.ratio is None) == (self.log10_change is None):
            raise ValueError("give exactly one of ratio, log10_change")
        return self


class LossOfExposure(Frozen):
    """When a trough is lost: below those of ADA-negative subjects, and below the own trough before it."""

    percentile: Annotated[float, Field(gt=0, lt=50)] = Field(
        description="of ADA-negative subjects at the same dose and visit"
    )
    percentile_from: Annotated[int, Field(ge=2)] = Field(
        description="fewest of them for a percentile; below that their minimum"
    )
    of_prior: Share = Field(description="share of the own trough before it")


class AdaImpact(Frozen):
    """What antibodies do to exposure, safety and response (methods ADA-14, ADA-15)."""

    confidence: Confidence = Field(description="of ratios of geometric means by ADA status")
    loss: LossOfExposure = Field(description="when a trough counts as lost")
    landmark_day: Annotated[int, Field(gt=1)] = Field(
        description="status by this day of the drug; events and responses after it"
    )
    infusion_reactions: tuple[str, ...] = Field(description="AEDECOD")
    hypersensitivity: tuple[str, ...] = Field(description="AEDECOD")


class AdaPlan(Frozen):
    """Section `immunogenicity:` of a study file."""

    assays: tuple[AdaAssay, ...] = Field(
        description="one entry for each drug against which antibodies are measured"
    )
    missing_baseline: Literal["negative", "separate"] = Field(
        description="a subject without a baseline sample: counted as negative, or in a line of its own"
    )
    boosted: Boost = Field(
        description="when a titre counts as boosted; give exactly one of the two"
    )
    persistent_days: Annotated[int, Field(gt=0)] = Field(
        description="days between the first and the last positive sample from which ADA are persistent"
    )
    short_followup: Literal["transient", "indeterminate", "persistent"] = Field(
        description="what a positive last sample with too short a follow-up is called"
    )
    titre_scale: Literal["dilution", "log10"] | None = Field(
        default=None,
        description="how IS gives titres; null: dilutions with a ratio, log10 with a log10 change",
    )
    impact: AdaImpact | None = Field(
        default=None, description="null: exposure, safety and response by status are not analysed"
    )
