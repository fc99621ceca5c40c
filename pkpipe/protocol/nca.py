"""Choices of the non-compartmental analysis. The keys are those of `pkpipe nca --options`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen

BlqRule = Literal["keep", "drop", "zero", "half_lloq"] | float
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Confidence = Annotated[float, Field(gt=0, lt=1)]
NamedBlq = Literal["LOQ1", "LOQ2", "LOQ3", "LOQ4", "LOQ5"]
Hours = Annotated[float, Field(ge=0)]


class BlqByPosition(Frozen):
    """What stands for a BLQ before the first, between, and after the last quantifiable sample."""

    first: BlqRule
    middle: BlqRule
    last: BlqRule


class StartRules(Frozen):
    """The concentration at the dose where none was drawn."""

    infusion: Literal["zero", "none"]
    extravascular: Literal["zero", "none"]
    bolus: Literal["back_extrapolate", "none"]
    later_dose: Literal["none", "interval_minimum"] = Field(
        default="none", description="a later dose without a predose sample (NCA-P2)"
    )


class TerminalSlope(Frozen):
    """How the terminal slope is chosen."""

    min_points: Annotated[int, Field(ge=2)]
    max_points: Annotated[int, Field(ge=2)] | None = None
    not_before: Hours | None = None
    r2adj_tolerance: Annotated[float, Field(ge=0)]
    cmax: Literal["exclude", "include", "by_route"]
    during_infusion: Literal["exclude", "include"]
    rising: Literal["ignore", "veto"]


class TauEdge(Frozen):
    """When the end of a dosing interval may be reached by extrapolation."""

    min_coverage: Share


class Acceptance(Frozen):
    """When a value is doubted: it keeps its value and gains a reason; null switches a rule off."""

    r2adj_min: Share | None
    span_min: Annotated[float, Field(ge=0)] | None
    extrapolated_max: Percent | None
    span_reject: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="below this span the value is not reported in summaries"
    )


class PkSummaries(Frozen):
    """How concentrations and parameters are described."""

    window: Literal["protocol", "all"] = Field(
        description="TIME-4: which records enter by-time tables"
    )
    blq_share_max_geometric: Share
    blq_share_max_mean: Share
    min_n_spread: Annotated[int, Field(ge=2)]
    dose_deviation_max_percent: Percent = Field(
        description="DOSE-3: above, listed and not summarised"
    )


class DoseProportionality(Frozen):
    """Power model of parameters on dose (methods 6.2): ln P = a + b ln D."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    confidence: Confidence
    min_levels: Annotated[int, Field(ge=2)] = Field(description="fewest planned doses")
    min_subjects: Annotated[int, Field(ge=3)]
    subset_from: str | None = Field(
        default=None,
        description="also fitted from this level upwards, where low doses are not linear by biology",
    )


class Accumulation(Frozen):
    """Ratio of a later profile to the first (methods PK-RAC)."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    confidence: Confidence
    min_subjects: Annotated[int, Field(ge=2)] = Field(description="fewer: no mean ratio")


class SteadyState(Frozen):
    """Trend of troughs over doses (methods PK-SS)."""

    confidence: Confidence
    max_change_percent: Annotated[float, Field(gt=0)] = Field(
        description="a trend of at most so much per dose is none"
    )
    min_troughs: Annotated[int, Field(ge=2)] = Field(description="troughs of a subject that counts")
    min_subjects: Annotated[int, Field(ge=2)] = Field(description="such subjects at a level")


class SlopeChange(Frozen):
    """What another rule for the terminal slope does otherwise; what is not named stays as planned."""

    min_points: Annotated[int, Field(ge=2)] | None = None
    max_points: Annotated[int, Field(ge=2)] | None = None
    r2adj_tolerance: Annotated[float, Field(ge=0)] | None = None
    cmax: Literal["exclude", "include", "by_route"] | None = None
    during_infusion: Literal["exclude", "include"] | None = None
    rising: Literal["ignore", "veto"] | None = None


class Sensitivity(Frozen):
    """Other conventions under which the parameters are computed again, in every combination."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    blq: tuple[NamedBlq | BlqByPosition, ...] = ()
    auc_method: tuple[Literal["linear_up_log_down", "linear", "linear_log"], ...] = ()
    lambda_z: dict[str, SlopeChange] = Field(default={}, description="name of the rule: changes")
    time_basis: tuple[Literal["actual", "nominal", "nominal_if_within"], ...] = ()
    moves_percent: Annotated[float, Field(ge=0)] = Field(
        description="a value that changes by more than this has moved"
    )


class ConjugateRatios(Frozen):
    """The parts of an antibody-drug conjugate against each other (methods 6.3)."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="PARAMCD")
    apart_minutes: Annotated[float, Field(ge=0)] = Field(
        description="tubes drawn further apart are not the same sample"
    )
    confidence: Confidence
    min_subjects: Annotated[int, Field(ge=2)] = Field(description="fewer have no limits")
    release_limited_from: Annotated[float, Field(gt=0)] = Field(
        description="a payload half-life of so many times the conjugate's is that of its release"
    )


class NcaPlan(Frozen):
    """Section `nca:` of a study file."""

    auc_method: Literal["linear_up_log_down", "linear", "linear_log"]
    blq: BlqByPosition
    start: StartRules
    predose_to_start: bool = Field(description="a predose sample stands for the value at the dose")
    pre_window_hours: Hours = Field(description="a predose sample is at most so old")
    trough_window_hours: Hours = Field(
        description="a trough is drawn at most so long before the next dose"
    )
    allowed_late_hours: Hours = Field(description="a closing sample may be so late after τ")
    lambda_z: TerminalSlope
    tau_edge: TauEdge
    accept: Acceptance
    time_basis: Literal["actual", "nominal", "nominal_if_within"]
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


# For a study that states no analysis: the room still runs, on no concentration at all.
OBSERVE_ONLY = NcaPlan(
    auc_method="linear_up_log_down",
    blq=BlqByPosition(first="keep", middle="drop", last="keep"),
    start=StartRules(infusion="none", extravascular="none", bolus="none"),
    predose_to_start=False,
    pre_window_hours=0,
    trough_window_hours=0,
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
