"""Choices for adverse events, laboratory, vital signs, ECG and examinations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen

Days = Annotated[int, Field(ge=0)]


class Criterion(Frozen):
    """A count the protocol asks for, e.g. QTcF above 500 ms; there is no default list (SAF-4)."""

    code: str = Field(description="short name of the count")
    domain: Literal["VS", "EG", "LB"] = Field(description="table with the measurement")
    test: str = Field(description="VSTESTCD / EGTESTCD / LBTESTCD")
    label: str = Field(description="what the table calls it")
    operator: Literal[">", ">=", "<", "<="] = Field(
        description="how the result is compared with `value`"
    )
    value: float = Field(description="the limit, in `unit`")
    change: float | None = Field(
        default=None, description="and a change from baseline compared by the same operator"
    )
    unit: str = Field(description="unit of the limit")


class SafetyPlan(Frozen):
    """Section `safety:` of a study file."""

    meddra: str = Field(description="MedDRA version of the coded terms, as footnotes name it")
    ctcae: str = Field(description="CTCAE version of the grades, as footnotes name it")
    teae_days: Days = Field(
        description="days after the last dose in which an event is treatment-emergent"
    )
    teae_window_days: Days = Field(description="days added to that for the visit window")
    teae_ends_with_new_therapy: bool = Field(
        description="does the treatment-emergent period end where new anti-cancer therapy starts"
    )
    irae_days: Days | None = Field(
        description="days after the last dose for immune-related events; null: none"
    )
    related_values: tuple[str, ...] = Field(description="AEREL values that count as related")
    criteria: tuple[Criterion, ...] = Field(
        default=(), description="counts the protocol asks for, such as QTcF above 500 ms"
    )
