"""The choices of a non-compartmental analysis: closed, frozen, each with what it means.

Science that is not a matter of choice (how an area is added up) is code; everything a protocol or an analysis
plan may decide stands here. Defaults are those of `docs/nca_differences.md` and the peers; acceptance limits
have none, since only an analysis plan can set them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pkpipe.errors import ConfigError

NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
BlqRule = Literal["keep", "drop", "zero", "half_lloq"] | NonNegative
# Dropping a BLQ drawn at the dose itself leaves no value to start from; this one spares that sample.
FirstRule = Literal["drop_after_start"] | BlqRule
# After the last quantifiable sample two named sets treat the first BLQ and those behind it differently.
LastRule = Literal["half_lloq_then_drop", "half_lloq_then_zero"] | BlqRule
AucMethod = Literal["linear_up_log_down", "linear", "linear_log"]


# Options that are hours, whatever unit the tables have (and `lambda_z.not_before`).
HOURS: Final = ("predose_window", "trough_window", "eoi_window", "nominal_window")


class Closed(BaseModel):
    """A group of options: an unknown key is an error, a set value never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BlqByPosition(Closed):
    """What stands for a BLQ before the first, between, and after the last quantifiable sample."""

    first: FirstRule = Field("keep", description="before the first quantifiable sample")
    middle: BlqRule = Field("drop", description="between two quantifiable samples")
    last: LastRule = Field("keep", description="after the last quantifiable sample")


class BlqAroundPeak(Closed):
    """What stands for a BLQ before and after the peak."""

    before_tmax: BlqRule
    after_tmax: BlqRule


# Named sets of the NCA Consortium (methods CONC-ALT): exclude; zero; the first behind the last quantifiable
# sample at half the LLOQ and those behind it excluded or zero; all at half the LLOQ. "Exclude" spares the
# zero at the dose itself.
NAMED_BLQ: Final[dict[str, BlqByPosition]] = {
    "LOQ1": BlqByPosition(first="drop_after_start", middle="drop", last="drop"),
    "LOQ2": BlqByPosition(first="zero", middle="zero", last="zero"),
    "LOQ3": BlqByPosition(first="drop_after_start", middle="drop", last="half_lloq_then_drop"),
    "LOQ4": BlqByPosition(first="zero", middle="zero", last="half_lloq_then_zero"),
    "LOQ5": BlqByPosition(first="half_lloq", middle="half_lloq", last="half_lloq"),
}


class StartRules(Closed):
    """The concentration at the dose where no sample was drawn then."""

    infusion: Literal["zero", "none"] = Field("zero", description="first dose by infusion")
    extravascular: Literal["zero", "none"] = Field("zero", description="first extravascular dose")
    bolus: Literal["back_extrapolate", "none"] = Field(
        "back_extrapolate", description="line through the first two logs if falling, else the first"
    )
    later_dose: Literal["none", "interval_minimum"] = Field(
        "none", description="a later dose without a predose sample; the minimum is Phoenix's choice"
    )


class TerminalSlope(Closed):
    """How the points of the terminal slope are chosen."""

    min_points: Annotated[int, Field(ge=2, description="fewest points")] = 3
    max_points: Annotated[int, Field(ge=2)] | None = Field(None, description="most points")
    not_before: NonNegative | None = Field(None, description="h after the start of the interval")
    r2adj_tolerance: NonNegative = Field(
        1e-4, description="among windows this close to the best adjusted R², the longest"
    )
    cmax: Literal["exclude", "include", "by_route"] = Field(
        "exclude", description="may the peak be a point? by_route: for a bolus only"
    )
    during_infusion: Literal["exclude", "include"] = Field(
        "exclude", description="may samples up to the end of infusion be points?"
    )
    rising: Literal["ignore", "veto"] = Field(
        "ignore",
        description="a rising window is left out, or may win and then nothing is estimated",
    )

    @model_validator(mode="after")
    def _ordered(self) -> TerminalSlope:
        if self.max_points is not None and self.max_points < self.min_points:
            raise ValueError(f"max_points {self.max_points} is below min_points {self.min_points}")
        return self


class TauEdge(Closed):
    """When the end of a dosing interval may be reached by extrapolation."""

    min_coverage: Annotated[
        float, Field(ge=0, le=1, description="share of τ that the samples must span")
    ] = 0.8


class Acceptance(Closed):
    """When a value is doubted: it keeps its number and gains a reason. None switches a limit off."""

    samples_min: Annotated[int, Field(ge=1)] | None = Field(
        None, description="quantifiable samples below: areas are not reported"
    )
    r2adj_min: Annotated[float, Field(le=1)] | None = Field(
        None, description="adjusted R² below: not reported"
    )
    span_min: NonNegative | None = Field(None, description="half-lives spanned, below: flagged")
    span_reject: NonNegative | None = Field(None, description="below: not reported")
    extrapolated_max: NonNegative | None = Field(
        None, description="% of the area extrapolated, above: flagged"
    )
    extrapolated_reject: NonNegative | None = Field(None, description="above: not reported")
    half_life_within_window: bool = Field(
        default=False, description="flag a half-life longer than the sampled time"
    )


class Options(Closed):
    """All choices of one analysis; the file `pkpipe nca --options` holds these keys."""

    auc_method: AucMethod = Field("linear_up_log_down", description="rule of each segment")
    blq: BlqByPosition | BlqAroundPeak = Field(
        BlqByPosition(), description="by position, around the peak, or a name LOQ1 to LOQ5"
    )
    start: StartRules = StartRules()
    predose_to_start: bool = Field(
        default=True, description="a predose sample stands for the value at the dose"
    )
    predose_window: NonNegative | None = Field(
        None, description="h it may be old; none: 5 % of the interval"
    )
    trough_window: NonNegative = Field(
        0.0, description="h before the end of the interval in which a trough is drawn"
    )
    eoi_window: NonNegative = Field(
        0.0, description="h around the end of infusion in which its sample is drawn"
    )
    tmax: Literal["first", "last"] = Field("first", description="of equal maxima")
    lambda_z: TerminalSlope = TerminalSlope()
    tau_edge: TauEdge = TauEdge()
    accept: Acceptance = Acceptance()
    time_basis: Literal["actual", "nominal", "nominal_if_within"] = Field(
        "actual", description="which time the arithmetic uses"
    )
    nominal_window: NonNegative | None = Field(None, description="h; needed by nominal_if_within")
    time_above: NonNegative | None = Field(
        None, description="concentration; gives the time spent above it"
    )

    @field_validator("blq", mode="before")
    @classmethod
    def _named_set(cls, value: object) -> object:
        if isinstance(value, str):
            name = value.replace("-", "").upper()
            if name not in NAMED_BLQ:
                raise ValueError(f"'{value}' is no named set (allowed: {', '.join(NAMED_BLQ)})")
            return NAMED_BLQ[name]
        if isinstance(value, Mapping) and {"before_tmax", "after_tmax"} & value.keys():
            return BlqAroundPeak.model_validate(value)
        if isinstance(value, Mapping):
            return BlqByPosition.model_validate(value)
        return value

    @model_validator(mode="after")
    def _window_given(self) -> Options:
        if self.time_basis == "nominal_if_within" and self.nominal_window is None:
            raise ValueError("time_basis nominal_if_within needs nominal_window (hours)")
        return self

    def in_time_unit(self, hours: float) -> Options:
        """The same windows in the unit of the tables; hours: how many of them one such unit is."""
        if hours == 1:
            return self
        own = {n: v / hours for n in HOURS if (v := getattr(self, n)) is not None}
        start = self.lambda_z.not_before
        slope = self.lambda_z.model_copy(
            update={} if start is None else {"not_before": start / hours}
        )
        return self.model_copy(update=own | {"lambda_z": slope})

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], where: str = "options") -> Options:
        """Options from a plain mapping, such as a YAML file holds.

        Raises:
            ConfigError: every unknown key with those that are allowed, every value that cannot be used.
        """
        try:
            return cls.model_validate(dict(mapping))
        except ValidationError as problem:
            raise ConfigError("\n  ".join(_lines(problem, where))) from problem


def _lines(problem: ValidationError, where: str) -> Iterable[str]:
    for error in problem.errors(include_url=False, include_context=False):
        place = tuple(str(p) for p in error["loc"] if not _is_branch(str(p)))
        name = ".".join(place)
        if error["type"] == "extra_forbidden":
            allowed = ", ".join(_model_at(place[:-1]).model_fields)
            yield f"{where}: '{name}' is not a key (allowed: {allowed})"
        else:
            found = error["input"]
            message = error["msg"].removeprefix("Value error, ")
            yield f"{where}: {name or 'value'} is {found!r}: {message}"


def _is_branch(part: str) -> bool:
    """Pydantic names the branch of a union in the place of an error; people did not write it."""
    return part.startswith(("literal[", "constrained", "BlqBy", "BlqAround", "float", "int"))


def _model_at(place: tuple[str, ...]) -> type[BaseModel]:
    model: type[BaseModel] = Options
    for part in place:
        inner = model.model_fields[part].annotation
        if part == "blq":
            return BlqByPosition
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model
