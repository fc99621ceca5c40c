"""The choices of times to events and curves: one model for `pkpipe tte`, `pkpipe km` and `survival:`."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import BY_KEY, Frozen

Scheme = Literal["A", "B", "C", "E", "last_assessment"]
Endpoint = Literal["PFS", "OS", "DOR", "TTR"]
Conf = Literal["log-log", "log", "plain"]
Ties = Literal["efron", "breslow"]
Days = Annotated[int, Field(ge=0)]
# Of a study: what may make strata, when a subject may enter, which kinds of event its endpoints have.
STRATA: Final = (
    *("COHORT", "LEVEL", "PART", "TUMTYPE", "ARMCD"),
    *("SITEID", "COUNTRY", "SEX", "RACE", "ETHNIC", "ECOGBL"),
)
ENTRIES: Final = ("RFICDT", "RANDDT", "TRTSDT")
KINDS_OF_EVENT: Final = ("Disease Progression", "Death")
CLAIMED: Final = ("Clinical Progression", "New anti-cancer therapy for claimed progression")
ENDPOINTS: Final[tuple[Endpoint, ...]] = ("PFS", "OS", "DOR", "TTR")


class Gap(Frozen):
    """Where no assessments are planned by date: a gap over 2 x interval + window counts as two missed."""

    interval_days: Annotated[int, Field(gt=0)] = Field(description="between two assessments")
    window_days: Days = Field(description="to either side of an assessment")


class TteRules(Frozen):
    """Which endpoints, censored how (methods: EFF-*)."""

    endpoints: tuple[Endpoint, ...] = Field(default=ENDPOINTS, description="in the order shown")
    scheme: Scheme = Field(default="A", description="of censoring, the leading one")
    response: Literal["confirmed", "unconfirmed"] = Field(
        default="confirmed", description="which responders DOR and TTR are of"
    )
    gap: Gap | None = Field(
        default=None,
        description="counts missed assessments by the time between two, instead of the planned ones",
    )
    missed: Annotated[int, Field(ge=1)] = Field(
        default=2, description="so many missed assessments before an event censor it"
    )


class TteChoices(TteRules):
    """The rules, and the schemes beside the leading one."""

    sensitivity: tuple[Scheme, ...] = Field(
        default=(), description="further schemes, for the endpoints that a scheme can move"
    )

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """The leading scheme and the others, each once."""
        return tuple(dict.fromkeys((self.scheme, *self.sensitivity)))

    @model_validator(mode="after")
    def _dates_are_planned(self) -> Self:
        if self.gap is not None and "B" in self.schemes:
            raise ValueError(
                "scheme B dates progression at planned assessments: it goes with no gap"
            )
        return self


class CurveRules(Frozen):
    """How curves are estimated and read (methods: KM-*)."""

    conf: Conf = Field(default="log-log", description="scale of the limits of a curve")
    level: Annotated[float, Field(gt=0, lt=1)] = Field(default=0.95, description="confidence level")
    min_at_risk: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="readings at a time only while so many are at risk"
    )
    min_n_curve: Annotated[int, Field(ge=1)] = Field(
        default=1, description="subjects of a group, below: counted, not estimated, and no curve"
    )
    ties: Ties = Field(default="efron", description="of event times, in a Cox model")
    strata: tuple[str, ...] = Field(
        default=(),
        description="columns whose values make the strata of tests between groups (methods KM-8)",
    )
    entry: str | None = Field(
        default=None,
        description="when a subject came under observation, if after the start (methods KM-9): "
        "column of the time in `pkpipe km`, of the date in ADSL in a study file",
    )
    competing: Annotated[dict[str, str], BY_KEY] = Field(
        default={},
        description="kinds of event that exclude each other (methods KM-10): the value that stands for "
        "one, and its name; in a study file the value is EVNTDESC of ADTTE",
    )

    @model_validator(mode="after")
    def _kinds_exclude_each_other(self) -> Self:
        names = list(self.competing.values())
        if len(names) == 1:
            raise ValueError(f"one competing event ({names[0]}): two or more exclude each other")
        if len(set(names)) < len(names):
            raise ValueError("two competing events have one name: each has its own")
        if "0" in self.competing:
            raise ValueError("0 is a censored time, no competing event")
        return self

    @model_validator(mode="after")
    def _each_stratum_once(self) -> Self:
        if len(set(self.strata)) < len(self.strata):
            raise ValueError("a column of strata is named twice")
        return self
