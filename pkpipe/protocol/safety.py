"""Choices for adverse events, laboratory, vital signs, ECG and examinations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen

Days = Annotated[int, Field(ge=0)]


class Criterion(Frozen):
    """A count the protocol asks for, e.g. QTcF above 500 ms; there is no default list (SAF-4)."""

    code: str
    domain: Literal["VS", "EG", "LB"]
    test: str = Field(description="VSTESTCD / EGTESTCD / LBTESTCD")
    label: str
    operator: Literal[">", ">=", "<", "<="]
    value: float
    change: float | None = Field(
        default=None, description="and a change from baseline compared by the same operator"
    )
    unit: str


class SafetyPlan(Frozen):
    """Section `safety:` of a study file."""

    meddra: str
    ctcae: str
    teae_days: Days = Field(
        description="days after the last dose in which an event is treatment-emergent"
    )
    teae_window_days: Days = Field(description="days added to that for the visit window")
    teae_ends_with_new_therapy: bool
    irae_days: Days | None = Field(
        description="days after the last dose for immune-related events; null: none"
    )
    related_values: tuple[str, ...] = Field(description="AEREL values that count as related")
    criteria: tuple[Criterion, ...] = ()
