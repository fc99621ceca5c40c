"""The choices of a time-to-event analysis: the keys of `pkpipe tte --options` and of the study's section."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.schedule import TumourSchedule

Scheme = Literal["A", "B", "C", "E", "last_assessment"]
Endpoint = Literal["PFS", "OS", "DOR", "TTR"]
Days = Annotated[int, Field(ge=0)]
ENDPOINTS: Final[tuple[Endpoint, ...]] = ("PFS", "OS", "DOR", "TTR")
# Schemes in which planned assessments are counted or dated by.
COUNTING: Final = ("A", "B")
# Schemes that follow a subject on under a new anti-cancer therapy; the others stop there.
FOLLOWS_ON: Final[tuple[Scheme, ...]] = ("E", "last_assessment")


class PlannedScans(TumourSchedule):
    """When scans are planned: by a rule, or by explicit weeks from the start date."""

    baseline_max_days: Days = 28

    @model_validator(mode="before")
    @classmethod
    def _weeks_alone_will_do(cls, given: Any) -> Any:  # noqa: ANN401 (pydantic hands over whatever was read)
        if isinstance(given, dict) and given.get("weeks") and "every_weeks" not in given:
            return {**given, "every_weeks": given["weeks"][0]}
        return given


class Gap(Frozen):
    """Where no assessments are planned by date: a gap over 2 x interval + window counts as two missed."""

    interval_days: Annotated[int, Field(gt=0)]
    window_days: Days


class TteOptions(Frozen):
    """Which endpoints, counted from when, censored by which scheme (methods: EFF-*)."""

    endpoints: tuple[Endpoint, ...] = ENDPOINTS
    scheme: Scheme = "A"
    anchor: Literal["treatment", "randomization"] = "treatment"
    response: Literal["confirmed", "unconfirmed"] = "confirmed"
    schedule: TumourSchedule | None = None
    gap: Gap | None = None
    missed: Annotated[int, Field(ge=1)] = Field(
        default=2, description="so many missed assessments before an event censor it"
    )

    @model_validator(mode="after")
    def _one_way_to_count(self) -> TteOptions:
        if self.schedule is not None and self.gap is not None:
            raise ValueError(
                "`schedule` and `gap` are two ways to count missed assessments: give one"
            )
        if self.scheme == "B" and self.schedule is None:
            raise ValueError("scheme B dates progression at planned assessments: give `schedule`")
        return self

    @property
    def start(self) -> str:
        """Column of the start date."""
        return "RANDDT" if self.anchor == "randomization" else "TRTSDT"

    @property
    def start_words(self) -> str:
        """What the start date is, as EVNTDESC and CNSDTDSC say it."""
        return "Randomization" if self.anchor == "randomization" else "First dose"

    @property
    def counts_missed(self) -> bool:
        """True if there is a way to tell a missed assessment."""
        return self.schedule is not None or self.gap is not None
