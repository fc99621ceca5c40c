"""The choices of a non-compartmental analysis: one model for `pkpipe nca --options` and the section `nca:`.

Science that is not a matter of choice (how an area is added up) is code; everything a protocol or an analysis
plan may decide stands here. Defaults are those of the methods and of `docs/nca_differences.md`; acceptance
limits have none, since only an analysis plan can set them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from pkpipe.errors import ConfigError
from pkpipe.protocol.base import Frozen
from pkpipe.protocol.file_reading.faults import faults

NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
# What stands for a BLQ. A new value is a word here and its share of the limit in SHARE_OF_LLOQ.
BlqValue = Literal["drop", "zero", "half_lloq"]
BlqRule = Literal["keep", BlqValue] | NonNegative
SHARE_OF_LLOQ: Final[dict[str, float]] = {"zero": 0.0, "half_lloq": 0.5}  # "drop", "keep": no value
# Dropping a BLQ drawn at the dose itself leaves no value to start from; this one spares that sample.
FirstRule = Literal["drop_after_start"] | BlqRule
# After the last quantifiable sample two named sets treat the first BLQ and those behind it differently.
LastRule = Literal["half_lloq_then_drop", "half_lloq_then_zero"] | BlqRule
AucMethod = Literal["linear_up_log_down", "linear", "linear_log"]
TimeBasis = Literal["actual", "nominal", "nominal_if_within"]
PeakAsPoint = Literal["exclude", "include", "by_route"]
DuringInfusion = Literal["exclude", "include"]
RisingWindow = Literal["ignore", "veto"]
# Weights of the points of the terminal slope by their concentration y, in the line through the logs.
SlopeWeights = Literal["uniform", "1/y", "1/y2"]
NamedBlq = Literal["LOQ1", "LOQ2", "LOQ3", "LOQ4", "LOQ5"]


# A predose sample may be this share of the interval old where no window is stated (PKNCA's default).
PREDOSE_SHARE: Final = 0.05
# Options that are hours, whatever unit the tables have (and `lambda_z.not_before`, `partial_areas`).
HOURS: Final = ("predose_window", "trough_window", "eoi_window", "nominal_window")


class BlqByPosition(Frozen):
    """What stands for a BLQ before the first, between, and after the last quantifiable sample."""

    first: FirstRule = Field("keep", description="before the first quantifiable sample")
    middle: BlqRule = Field("drop", description="between two quantifiable samples")
    last: LastRule = Field("keep", description="after the last quantifiable sample")


class BlqAroundPeak(Frozen):
    """What stands for a BLQ before and after the peak."""

    before_tmax: BlqRule = Field(description="before the peak")
    after_tmax: BlqRule = Field(description="at and after the peak")


# Named sets of the NCA Consortium (methods CONC-ALT): exclude; zero; the first behind the last quantifiable
# sample at half the LLOQ and those behind it excluded or zero; all at half the LLOQ. "Exclude" spares the
# zero at the dose itself.
NAMED_BLQ: Final[dict[NamedBlq, BlqByPosition]] = {
    "LOQ1": BlqByPosition(first="drop_after_start", middle="drop", last="drop"),
    "LOQ2": BlqByPosition(first="zero", middle="zero", last="zero"),
    "LOQ3": BlqByPosition(first="drop_after_start", middle="drop", last="half_lloq_then_drop"),
    "LOQ4": BlqByPosition(first="zero", middle="zero", last="half_lloq_then_zero"),
    "LOQ5": BlqByPosition(first="half_lloq", middle="half_lloq", last="half_lloq"),
}


def read_blq(value: object) -> object:
    """A rule for BLQ as it was spelled: a name, or the model whose keys it has."""
    if isinstance(value, str):
        name = value.strip().replace("-", "").upper()
        if name not in get_args(NamedBlq):
            raise ValueError(f"'{value}' is no named set (allowed: {', '.join(NAMED_BLQ)})")
        return name
    if isinstance(value, Mapping) and {"before_tmax", "after_tmax"} & value.keys():
        return BlqAroundPeak.model_validate(value)
    if isinstance(value, Mapping):
        return BlqByPosition.model_validate(value)
    return value


def first_and_then(rule: LastRule) -> tuple[str | float, str | float]:
    """What stands for the first BLQ behind the last quantifiable sample, and for those behind it."""
    if not isinstance(rule, str) or "_then_" not in rule:
        return rule, rule
    first, _, then = rule.partition("_then_")
    return first, then


Blq = Annotated[NamedBlq | BlqByPosition | BlqAroundPeak, BeforeValidator(read_blq)]


def blq_rule(rule: Blq) -> BlqByPosition | BlqAroundPeak:
    """The rule behind a name; another rule is itself."""
    return NAMED_BLQ[rule] if isinstance(rule, str) else rule


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

    @model_validator(mode="after")
    def _ordered(self) -> TerminalSlope:
        if self.max_points is not None and self.max_points < self.min_points:
            raise ValueError(f"max_points {self.max_points} is below min_points {self.min_points}")
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
        None, description="concentration; gives the time spent above it"
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
