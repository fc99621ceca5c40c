"""Choices of the immunogenicity analysis. The keys are those of `pkpipe ada --options`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.drugs import Code, Positive


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

    ratio: Positive | None = None
    log10_change: Positive | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Boost:
        if (self.ratio is None) == (self.log10_change is None):
            raise ValueError("give exactly one of ratio, log10_change")
        return self


class AdaPlan(Frozen):
    """Section `immunogenicity:` of a study file."""

    assays: tuple[AdaAssay, ...]
    missing_baseline: Literal["negative", "separate"]
    boosted: Boost
    persistent_days: Annotated[int, Field(gt=0)]
    short_followup: Literal["transient", "indeterminate", "persistent"]
    titre_scale: Literal["dilution", "log10"] | None = Field(
        default=None,
        description="how IS gives titres; null: dilutions with a ratio, log10 with a log10 change",
    )
