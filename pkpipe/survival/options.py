"""The choices of one time-to-event analysis: rules, scheme, date of start, planned scans."""

from __future__ import annotations

from typing import Final

from pydantic import model_validator

from pkpipe.protocol.response_options import Anchor
from pkpipe.protocol.schedule import TumourSchedule
from pkpipe.protocol.survival_options import Days, Scheme, TteChoices, TteRules

# Schemes in which planned assessments are counted or dated by.
COUNTING: Final = ("A", "B")
# Schemes that follow a subject on under a new anti-cancer therapy; the others stop there.
FOLLOWS_ON: Final[tuple[Scheme, ...]] = ("E", "last_assessment")


class PlannedScans(TumourSchedule):
    """When scans are planned: by a rule, or by explicit weeks from the start date."""

    baseline_max_days: Days = 28

    @model_validator(mode="before")
    @classmethod
    def _weeks_alone_will_do(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("weeks") and "every_weeks" not in given:
            return {**given, "every_weeks": given["weeks"][0]}
        return given


class TteOptions(TteRules):
    """The rules of one scheme, counted from when, with the planned scans."""

    anchor: Anchor = "treatment"
    schedule: TumourSchedule | None = None

    @classmethod
    def of(
        cls, choices: TteChoices, scheme: Scheme, anchor: Anchor, schedule: TumourSchedule | None
    ) -> TteOptions:
        """The choices of a file or a study under one of the schemes."""
        rules = {name: getattr(choices, name) for name in TteRules.model_fields}
        return cls(**rules | {"scheme": scheme}, anchor=anchor, schedule=schedule)

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
