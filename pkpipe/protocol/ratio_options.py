"""How treatments are compared: the options of `pkpipe compare`, and `nca: compare:` of a study file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen

Design = Literal["parallel", "crossover"]
Variances = Literal["unequal", "equal"]
Confidence = Annotated[float, Field(gt=0, lt=1)]


class RatioOptions(Frozen):
    """Ratios of geometric means between treatments (methods PK-RATIO)."""

    reference: str = Field(description="the treatment the others are set against")
    parameters: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="PARAMCD; null: those whose summary is a geometric mean"
    )
    design: Design | None = Field(
        default=None, description="null: crossover where a subject has several treatments"
    )
    variances: Variances = Field(default="unequal", description="of parallel groups")
    confidence: Confidence = Field(
        default=0.9, description="of the two-sided limits; EMA CPMP/EWP/QWP/1401/98 Rev. 1: 0.9"
    )


class TreatedProfiles(Frozen):
    """Profiles under one treatment: those that meet every key that is given."""

    treatment: str = Field(description="name of the treatment; entries of one name are joined")
    cohorts: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="cohorts, such as the sequences of a crossover; null: all"
    )
    levels: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="dose levels; null: all"
    )
    cycles: Annotated[tuple[int, ...], Field(min_length=1)] | None = Field(
        default=None, description="cycles, the periods of a crossover; null: all"
    )

    def meets(self, other: TreatedProfiles) -> bool:
        """Whether a profile may be of both."""
        pairs = (
            (self.cohorts, other.cohorts),
            (self.levels, other.levels),
            (self.cycles, other.cycles),
        )
        return all(a is None or b is None or {*map(str, a)} & {*map(str, b)} for a, b in pairs)


class TreatmentComparison(RatioOptions):
    """One comparison of a study: the options of the verb, and which profiles are under which treatment."""

    analytes: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="codes of `analytes`; null: all"
    )
    treatments: Annotated[tuple[TreatedProfiles, ...], Field(min_length=2)] = Field(
        description="which profiles are under which treatment; others are not compared"
    )
    periods: bool = Field(
        default=True, description="in a crossover the cycle is the period and has an effect"
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The treatments in the order of the file."""
        return tuple(dict.fromkeys(of.treatment for of in self.treatments))

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if wrong := [*self._wrong()]:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong(self) -> Iterator[str]:
        if self.reference not in self.names:
            yield (
                f"reference: no treatment is called '{self.reference}' "
                f"(allowed: {', '.join(self.names)})"
            )
        if len(self.names) == 1:
            yield f"treatments: all are '{self.names[0]}' (allowed: two or more treatments)"
        for one, other in combinations(self.treatments, 2):
            if one.treatment != other.treatment and one.meets(other):
                yield (
                    f"treatments: a profile may be under '{one.treatment}' and under '{other.treatment}' "
                    "(allowed: cohorts, levels or cycles that are of one of them alone)"
                )
