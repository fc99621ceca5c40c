"""Choices of the non-compartmental analysis. The keys are those of `pkpipe nca --options`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen

BlqRule = Literal["keep", "drop", "zero", "half_lloq"] | float
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
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
    single_dose_profiles: bool = Field(
        description="the first profile is taken to infinity (CL = Dose/AUCINF), later ones to τ"
    )
    summary: PkSummaries


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
