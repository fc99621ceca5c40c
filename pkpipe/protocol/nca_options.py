"""The choices of a non-compartmental analysis: one model for `pkpipe nca --options` and the section `nca:`.

Science that is not a matter of choice (how an area is added up) is code; everything a protocol or an analysis
plan may decide stands here. Defaults are those of the methods and of `docs/nca_differences.md`; acceptance
limits have none, since only an analysis plan can set them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from pkpipe.errors import ConfigError
from pkpipe.protocol.base import Frozen
from pkpipe.protocol.blq_options import Blq, BlqAroundPeak, BlqByPosition, NonNegative, blq_rule
from pkpipe.protocol.effect_options import EffectRules
from pkpipe.protocol.file_reading.faults import faults

AucMethod = Literal["linear_up_log_down", "linear", "linear_log"]
TimeBasis = Literal["actual", "nominal", "nominal_if_within"]
PeakAsPoint = Literal["exclude", "include", "by_route"]
DuringInfusion = Literal["exclude", "include"]
RisingWindow = Literal["ignore", "veto"]
# Weights of the points of the terminal slope by their concentration y, in the line through the logs.
SlopeWeights = Literal["uniform", "1/y", "1/y2"]
SlopeMethod = Literal["log_linear", "tobit"]


# A predose sample may be this share of the interval old where no window is stated (PKNCA's default).
PREDOSE_SHARE: Final = 0.05
# Options that are hours, whatever unit the tables have (and `lambda_z.not_before`, `partial_areas`).
HOURS: Final = ("predose_window", "trough_window", "eoi_window", "nominal_window")


class StartRules(Frozen):
    """The concentration at the dose where no sample was drawn then."""

    infusion: Literal["zero", "none"] = Field("zero", description="first dose by infusion")
    extravascular: Literal["zero", "none"] = Field("zero", description="first extravascular dose")
    bolus: Literal["back_extrapolate", "none"] = Field(
        "back_extrapolate", description="line through the first two logs if falling, else the first"
    )
    later_dose: Literal["none", "interval_minimum"] = Field(
        "none", description="a later dose without a predose sample; the minimum is Phoenix's choice"
    )


class TerminalSlope(Frozen):
    """How the points of the terminal slope are chosen."""

    min_points: Annotated[int, Field(ge=2)] = Field(3, description="fewest points")
    max_points: Annotated[int, Field(ge=2)] | None = Field(None, description="most points")
    not_before: NonNegative | None = Field(None, description="h after the start of the interval")
    r2adj_tolerance: NonNegative = Field(
        1e-4, description="among windows this close to the best adjusted R², the longest"
    )
    cmax: PeakAsPoint = Field(
        "exclude", description="may the peak be a point? by_route: for a bolus only"
    )
    during_infusion: DuringInfusion = Field(
        "exclude", description="may samples up to the end of infusion be points?"
    )
    rising: RisingWindow = Field(
        "ignore",
        description="a rising window is left out, or may win and then nothing is estimated",
    )
    weights: SlopeWeights = Field(
        "uniform", description="of each point, by its concentration y, in the line through the logs"
    )
    method: SlopeMethod = Field(
        "log_linear",
        description="least squares through the logs, or with each BLQ as below its LLOQ (Tobit), where the "
        "window with the smallest residual SD is chosen",
    )

    @model_validator(mode="after")
    def _ordered(self) -> TerminalSlope:
        if self.max_points is not None and self.max_points < self.min_points:
            raise ValueError(f"max_points {self.max_points} is below min_points {self.min_points}")
        if self.method == "tobit" and self.weights != "uniform":
            raise ValueError(f"method tobit has no weights ({self.weights}): leave one of them out")
        return self


class TauEdge(Frozen):
    """When the end of a dosing interval may be reached by extrapolation."""

    min_coverage: Annotated[float, Field(ge=0, le=1)] = Field(
        0.8, description="share of τ that the samples must span"
    )


class PartialArea(Frozen):
    """An area between two times after every dose; none of a dose that another follows before its end."""

    start: NonNegative = Field(description="h after the dose")
    end: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(description="h after the dose")

    @model_validator(mode="after")
    def _ordered(self) -> PartialArea:
        if self.end <= self.start:
            raise ValueError(f"end {self.end:g} does not lie after start {self.start:g}")
        return self


class Acceptance(Frozen):
    """When a value is doubted: it keeps its number and gains a reason. None switches a limit off."""

    samples_min: Annotated[int, Field(ge=1)] | None = Field(
        None, description="quantifiable samples, below: areas are not reported"
    )
    r2adj_min: Annotated[float, Field(le=1)] | None = Field(
        None, description="adjusted R² below: not reported"
    )
    span_min: NonNegative | None = Field(None, description="half-lives spanned, below: flagged")
    span_reject: NonNegative | None = Field(
        None, description="half-lives spanned, below: not reported"
    )
    extrapolated_max: NonNegative | None = Field(
        None, description="% of the area extrapolated, above: flagged"
    )
    extrapolated_reject: NonNegative | None = Field(
        None, description="% of the area extrapolated, above: not reported"
    )
    half_life_within_window: bool = Field(
        default=False, description="flag a half-life longer than the sampled time"
    )


class Options(Frozen):
    """All choices of one analysis: the keys of `pkpipe nca --options`, and of `nca:` in a study file."""

    auc_method: AucMethod = Field("linear_up_log_down", description="rule of each segment")
    blq: Blq = Field(
        BlqByPosition(), description="by position, around the peak, or a name LOQ1 to LOQ5"
    )
    start: StartRules = Field(
        StartRules(), description="the value at the dose where none was drawn"
    )
    predose_to_start: bool = Field(
        default=True, description="a predose sample stands for the value at the dose"
    )
    predose_window: NonNegative | None = Field(
        None, description="h it may be old; none: 5 % of the interval"
    )
    trough_window: NonNegative = Field(
        0.0, description="h before the end of the interval in which a trough is drawn"
    )
    eoi_window: NonNegative | None = Field(
        None,
        description="h around the end of infusion in which its sample is drawn; none: as the schedule of a "
        "study plans it (0.25 where it plans none), in the verb at the end itself",
    )
    tmax: Literal["first", "last"] = Field("first", description="of equal maxima")
    lambda_z: TerminalSlope = Field(TerminalSlope(), description="choice of the terminal slope")
    tau_edge: TauEdge = Field(TauEdge(), description="how the end of τ is reached")
    partial_areas: tuple[PartialArea, ...] = Field(
        (), description="areas between two times after every dose, as in [{start: 0, end: 24}]"
    )
    accept: Acceptance = Field(Acceptance(), description="limits beyond which a value is doubted")
    time_basis: TimeBasis = Field("actual", description="which time the arithmetic uses")
    nominal_window: NonNegative | None = Field(
        None,
        description="h between actual and nominal time, for nominal_if_within; none: the window that the "
        "schedule of a study gives the sample",
    )
    time_above: NonNegative | None = Field(
        None,
        description="concentration; gives times, percents and areas above and below it, of partial areas too",
    )
    effect: EffectRules | None = Field(
        None, description="of responses to the drug (pkpipe nca --effect), not of concentrations"
    )

    @field_validator("partial_areas")
    @classmethod
    def _areas_once(cls, areas: tuple[PartialArea, ...]) -> tuple[PartialArea, ...]:
        for area in areas:
            if areas.count(area) > 1:
                raise ValueError(f"from {area.start:g} to {area.end:g} h is given twice")
        return areas

    @model_validator(mode="after")
    def _window_given(self) -> Options:
        if self.time_basis == "nominal_if_within" and self.nominal_window is None:
            raise ValueError("time_basis nominal_if_within needs nominal_window (hours)")
        return self

    @model_validator(mode="after")
    def _fit_has_its_limit(self) -> Options:
        if self.lambda_z.method == "tobit" and self.accept.r2adj_min is not None:
            raise ValueError(
                "accept.r2adj_min: a line with censored samples (lambda_z.method tobit) has no R²; leave it "
                "out, or null in a study file"
            )
        return self

    @property
    def present(self) -> tuple[str, ...]:
        """The options that some parameters are of."""
        above = () if self.time_above is None else ("time_above",)
        return (*above, "tobit") if self.lambda_z.method == "tobit" else above

    @property
    def blq_rule(self) -> BlqByPosition | BlqAroundPeak:
        """The rule for BLQ, by position or around the peak, whatever name it was asked by."""
        return blq_rule(self.blq)

    def in_time_unit(self, hours: float) -> Options:
        """The same windows in the unit of the tables; hours: how many of them one such unit is."""
        if hours == 1:
            return self
        own: dict[str, Any] = {n: v / hours for n in HOURS if (v := getattr(self, n)) is not None}
        start = self.lambda_z.not_before
        own["lambda_z"] = self.lambda_z.model_copy(
            update={} if start is None else {"not_before": start / hours}
        )
        own["partial_areas"] = tuple(
            a.model_copy(update={"start": a.start / hours, "end": a.end / hours})
            for a in self.partial_areas
        )
        if self.effect is not None:
            lines = (
                line.model_copy(update={"start": line.start / hours, "end": line.end / hours})
                for line in self.effect.slopes
            )
            own["effect"] = self.effect.model_copy(update={"slopes": tuple(lines)})
        return self.model_copy(update=own)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], where: str = "options") -> Options:
        """Options from a plain mapping, such as a YAML file holds.

        Raises:
            ConfigError: every unknown key with those that are allowed, every value that cannot be used.
        """
        given = dict(mapping)
        try:
            return cls.model_validate(given)
        except ValidationError as problem:
            lines = [f"{where}: {fault.words}" for fault in faults(problem, given, cls)]
            raise ConfigError("\n  ".join(lines)) from problem
