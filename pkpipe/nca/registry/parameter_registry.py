"""What a parameter is: its code, label, dimension, formula, source, who it applies to and how it is computed.

One entry is one parameter; order of computation, units, labels, reasons and documentation follow from it.
"""

from __future__ import annotations

import graphlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import polars as pl

from pkpipe.nca import reasons
from pkpipe.units import Dimension

Summary = Literal["geometric", "arithmetic", "median"]
Cause = Literal["SEEN", "DRAWN", "PEAK", "LOW", "EOI", "AREA", "SLOPE", "WINDOW", "LEVEL"]

CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,7}")  # PPTESTCD
ANY: Final = frozenset({"extravascular", "iv_bolus", "iv_infusion", "unknown"})
IV: Final = frozenset({"iv_bolus", "iv_infusion"})
EV: Final = frozenset({"extravascular"})
BOLUS: Final = frozenset({"iv_bolus"})
INFUSION: Final = frozenset({"iv_infusion"})
WHOLE: Final = frozenset({"SD", "MD"})  # a profile, not a partial area
FIRST: Final = frozenset({"SD"})
STEADY: Final = frozenset({"MD"})
PARTIAL: Final = frozenset({"PART"})
ALL_KINDS: Final = WHOLE | PARTIAL


@dataclass(frozen=True, eq=False)  # an entry is itself and no other
class Parameter:
    """One parameter. Its expression names other parameters and what the kernel read off the samples."""

    code: str
    label: str
    dimension: Dimension
    formula: str
    source: str
    summary: Summary
    expr: pl.Expr
    kinds: frozenset[str] = WHOLE
    routes: frozenset[str] = ANY
    needs_tau: bool = False  # only where a dosing interval is known
    option: str | None = None  # only where this option is set
    unless: str | None = None  # not where this option is set
    why: Cause | None = None  # the kernel's column that says why there is no value
    missing: int = reasons.DIVISION  # the cause when none of its needs has one

    def __post_init__(self) -> None:
        """A code or a label that a transport file would refuse is refused here."""
        if not CODE.fullmatch(self.code) or not 0 < len(self.label.encode()) <= 40:
            raise ValueError(f"{self.code}: code of 1 to 8 A-Z 0-9 _, label of 1 to 40 bytes")

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The columns it is computed from, read off the expression, in the order they stand in it."""
        return tuple(n for n in dict.fromkeys(self.expr.meta.root_names()) if n != self.code)

    @property
    def cause_column(self) -> str:
        """The kernel's column with the cause; an area to the end of τ has one for each way it is reached."""
        if self.why != "WINDOW":
            return f"WHY_{self.why}"
        way = self.needs[0][-1]
        return f"WHY_WINDOW{way if way in 'PLA' else ''}"

    @property
    def uses_slope(self) -> bool:
        """Does the area reach beyond the last quantifiable sample by the terminal slope?"""
        return self.why == "WINDOW" and not self.needs[0].endswith(("L", "A"))

    def applies(self, kind: str, route: str, *, tau: bool, options: Collection[str]) -> bool:
        """Is it reported for this type of profile?"""
        return (
            kind in self.kinds
            and route in self.routes
            and (tau or not self.needs_tau)
            and (self.option is None or self.option in options)
            and self.unless not in options
        )


def computing_levels(parameters: Mapping[str, Parameter]) -> list[list[str]]:
    """Codes in levels: each needs only those of the levels before it (and the kernel's columns).

    Raises:
        graphlib.CycleError: two parameters need each other.
    """
    order = {code: [n for n in p.needs if n in parameters] for code, p in parameters.items()}
    sorter = graphlib.TopologicalSorter(order)
    sorter.prepare()
    place = {code: i for i, code in enumerate(parameters)}
    levels: list[list[str]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=place.__getitem__)
        levels.append(ready)
        sorter.done(*ready)
    return levels


def resting_on(names: frozenset[str], parameters: Mapping[str, Parameter]) -> frozenset[str]:
    """The parameters computed from one of these columns of the kernel, also by way of other parameters."""
    found = set(names)
    for level in computing_levels(parameters):
        found |= {code for code in level if found.intersection(parameters[code].needs)}
    return frozenset(found - names)
