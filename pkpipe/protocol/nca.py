"""Section `nca:` of a study file: the options of `pkpipe nca`, and what only a trial has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import BY_KEY, Frozen, StatedFrozen
from pkpipe.protocol.blq_options import Blq, BlqByPosition, NonNegative
from pkpipe.protocol.nca_options import (
    Acceptance,
    AucMethod,
    DuringInfusion,
    Options,
    PeakAsPoint,
    RisingWindow,
    SlopeMethod,
    SlopeWeights,
    StartRules,
    TauEdge,
    TerminalSlope,
    TimeBasis,
)
from pkpipe.protocol.ratio_options import TreatmentComparison

Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Confidence = Annotated[float, Field(gt=0, lt=1)]
Hours = Annotated[float, Field(ge=0)]


class PkSummaries(Frozen):
    """How concentrations and parameters are described."""

    window: Literal["protocol", "all"] = Field(
        description="TIME-4: which records enter by-time tables"
    )
    blq_share_max_geometric: Share = Field(
        description="share of BLQ samples above which no geometric mean is shown (CONC-SUM)"
    )
    blq_share_max_mean: Share = Field(
        description="share of BLQ samples above which no mean is shown (CONC-SUM)"
    )
    min_n_spread: Annotated[int, Field(ge=2)] = Field(
        description="fewest values for an SD or CV; below it they are not shown"
    )
    dose_deviation_max_percent: Percent = Field(
        description="DOSE-3: above, listed and not summarised"
    )


class DoseProportionality(Frozen):
    """Power model of parameters on dose (methods 6.2): ln P = a + b ln D."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    confidence: Confidence = Field(description="confidence level of the interval of the slope")
    min_levels: Annotated[int, Field(ge=2)] = Field(description="fewest planned doses")
    min_subjects: Annotated[int, Field(ge=3)] = Field(description="fewest subjects for a fit")
    subset_from: str | None = Field(
        default=None,
        description="also fitted from this level upwards, where low doses are not linear by biology",
    )


class Accumulation(Frozen):
    """Ratio of a later profile to the first (methods PK-RAC)."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    confidence: Confidence = Field(description="confidence level of the ratio's interval")
    min_subjects: Annotated[int, Field(ge=2)] = Field(description="fewer: no mean ratio")


class SteadyState(Frozen):
    """Trend of troughs over doses (methods PK-SS)."""

    confidence: Confidence = Field(description="confidence level of the trend's interval")
    max_change_percent: Annotated[float, Field(gt=0)] = Field(
        description="a trend of at most so much per dose is none"
    )
    min_troughs: Annotated[int, Field(ge=2)] = Field(description="troughs of a subject that counts")
    min_subjects: Annotated[int, Field(ge=2)] = Field(description="such subjects at a level")


class SlopeChange(Frozen):
    """What another rule for the terminal slope does otherwise; what is not named stays as planned."""

    min_points: Annotated[int, Field(ge=2)] | None = Field(
        default=None, description="fewest samples on the slope"
    )
    max_points: Annotated[int, Field(ge=2)] | None = Field(
        default=None, description="most samples on the slope"
    )
    not_before: NonNegative | None = Field(
        default=None, description="h after the dose before which no sample is used"
    )
    r2adj_tolerance: NonNegative | None = Field(
        default=None,
        description="a longer window is taken if its adjusted R2 is at most so much lower",
    )
    cmax: PeakAsPoint | None = Field(
        default=None, description="may the peak be a point of the slope"
    )
    during_infusion: DuringInfusion | None = Field(
        default=None, description="may samples during the infusion be points of the slope"
    )
    rising: RisingWindow | None = Field(
        default=None, description="what becomes of windows that rise"
    )
    weights: SlopeWeights | None = Field(
        default=None, description="weights of the points by their concentration y"
    )
    method: SlopeMethod | None = Field(
        default=None, description="least squares, or Tobit with each BLQ as below its LLOQ"
    )


class Sensitivity(Frozen):
    """Other conventions under which the parameters are computed again, in every combination."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    blq: tuple[Blq, ...] = Field(default=(), description="other rules for BLQ samples")
    auc_method: tuple[AucMethod, ...] = Field(
        default=(), description="other rules for the area of a segment"
    )
    lambda_z: Annotated[dict[str, SlopeChange], BY_KEY] = Field(
        default={}, description="name of the rule: changes"
    )
    time_basis: tuple[TimeBasis, ...] = Field(
        default=(), description="other clock: actual or nominal times"
    )
    moves_percent: Annotated[float, Field(ge=0)] = Field(
        description="a value that changes by more than this has moved"
    )


class ConjugateRatios(Frozen):
    """The parts of an antibody-drug conjugate against each other (methods 6.3)."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    apart_minutes: Annotated[float, Field(ge=0)] = Field(
        description="tubes drawn further apart are not the same sample"
    )
    confidence: Confidence = Field(description="confidence level of ratios of geometric means")
    min_subjects: Annotated[int, Field(ge=2)] = Field(description="fewer have no limits")
    release_limited_from: Annotated[float, Field(gt=0)] = Field(
        description="a payload half-life of so many times the conjugate's is that of its release"
    )


class NcaPlan(StatedFrozen, Options):
    """Section `nca:` of a study file: every option of `pkpipe nca`, and below them what only a trial has.

    Of a verb's tables INTERVALS say which doses are single ones and how far a profile reaches
    (`single_dose_profiles`, `allowed_late_hours`); levels, cycles and summaries are of a trial alone.
    """

    STATED: ClassVar[tuple[str, ...]] = (
        *("predose_window", "trough_window", "time_basis"),
        *("lambda_z.rising", "tau_edge.min_coverage"),
        *("accept.r2adj_min", "accept.span_min", "accept.extrapolated_max"),
    )
    EARLIER: ClassVar[Mapping[str, str]] = {
        "pre_window_hours": "predose_window",
        "trough_window_hours": "trough_window",
    }
    ASSUMED: ClassVar[Mapping[str, object]] = {"accept.half_life_within_window": True}

    allowed_late_hours: Hours = Field(
        description="h after τ in which a closing sample still belongs to the profile"
    )
    profile_min_samples: Annotated[int, Field(ge=2)] = Field(
        default=4, description="samples after the dose below which only observed values are given"
    )
    rising_fold: Annotated[float, Field(gt=1)] | None = Field(
        default=None,
        description="a value after the peak that exceeds the one before it so many times is remarked",
    )
    single_dose_profiles: bool = Field(
        description="the first profile is taken to infinity (CL = Dose/AUCINF), later ones to τ"
    )
    summary: PkSummaries
    dose_proportionality: DoseProportionality | None = None
    accumulation: Accumulation | None = None
    steady_state: SteadyState | None = None
    sensitivity: Sensitivity | None = None
    conjugate: ConjugateRatios | None = None
    compare: Annotated[dict[str, TreatmentComparison], BY_KEY] = Field(
        default={},
        description="name of the comparison: treatments whose geometric means are set against each other, as "
        "`pkpipe compare` does (formulations, fed and fasted, periods)",
    )

    @model_validator(mode="after")
    def _of_concentrations(self) -> Self:
        if self.effect is not None:
            raise ValueError(
                "effect: of the verb alone (pkpipe nca --effect); a study has none of it"
            )
        return self

    @model_validator(mode="after")
    def _window_given(self) -> Self:
        """Unlike a file of options alone: the schedule has the windows of the samples."""
        return self


OF_A_TRIAL: Final = tuple(n for n in NcaPlan.model_fields if n not in Options.model_fields)
# For a study that states no analysis: the room still runs, on no concentration at all.
OBSERVE_ONLY = NcaPlan(
    auc_method="linear_up_log_down",
    blq=BlqByPosition(first="keep", middle="drop", last="keep"),
    start=StartRules(infusion="none", extravascular="none", bolus="none"),
    predose_to_start=False,
    predose_window=0,
    trough_window=0,
    allowed_late_hours=0,
    lambda_z=TerminalSlope(
        min_points=3,
        r2adj_tolerance=1e-4,
        cmax="exclude",
        during_infusion="exclude",
        rising="ignore",
    ),
    tau_edge=TauEdge(min_coverage=1),
    accept=Acceptance(r2adj_min=None, span_min=None, extrapolated_max=None),
    time_basis="actual",
    single_dose_profiles=True,
    summary=PkSummaries(
        window="all",
        blq_share_max_geometric=0,
        blq_share_max_mean=0,
        min_n_spread=3,
        dose_deviation_max_percent=0,
    ),
)
