"""Rows of the long table from a table with one column a parameter, of what the kernel does not compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.units import Dimension, StudyUnits, factor, result_unit, spelled

C: Final = pl.col
DIMENSIONS: Final = {
    "conc": Dimension(conc=1),
    "time": Dimension(time=1),
    "area": Dimension(conc=1, time=1),
    "slope": Dimension(conc=1, time=-1),
    "rate": Dimension(time=-1),
    "percent": Dimension(percent=True),
    "number": Dimension(),
}


class Named(Protocol):
    """A parameter: its code, label and what it measures (a key of DIMENSIONS)."""

    @property
    def code(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class HandedOut:
    """Beside which columns, in which units, which parameters."""

    beside: tuple[str, ...]  # keys, and columns that are kept
    units: StudyUnits
    wanted: Mapping[str, str]  # units of results
    codes: tuple[str, ...] = ()  # none: all
    response: str | None = None  # unit of what is measured, where that is no concentration


def plain_rows(found: pl.DataFrame, parameters: Sequence[Named], handed: HandedOut) -> pl.DataFrame:
    """Every interval, parameter after parameter; WHY_ of a code has the reason where it has no value.

    Raises:
        ConfigError: a unit that does not fit.
    """
    known = {p.code: p for p in parameters}
    codes = [c for c in handed.codes if c in known] or list(known)
    parts = []
    for place, code in enumerate(codes):
        unit, by = _unit(code, known[code].kind, handed)
        lost = C(code).is_null()
        parts.append(
            found.select(
                *handed.beside,
                "START",
                "END",
                PPTESTCD=pl.lit(code),
                PPTEST=pl.lit(known[code].label),
                PPSTRESN=C(code) * by,
                PPSTRESU=pl.lit(unit, dtype=pl.String),
                PPSTAT=pl.when(lost).then(pl.lit("NOT DONE")),
                PPREASND=pl.when(lost).then(f"WHY_{code}"),
                STATUS=pl.lit("OK"),
                REASON=pl.lit(None, dtype=pl.String),
                _PLACE=pl.lit(place),
                _ROW=pl.int_range(pl.len()),
            )
        )
    return pl.concat(parts).sort("_ROW", "_PLACE").drop("_ROW", "_PLACE")


def _unit(code: str, kind: str, handed: HandedOut) -> tuple[str | None, float]:
    own, raw = result_unit(DIMENSIONS[kind], handed.units)
    asked = handed.wanted.get(code)
    if handed.response is not None and DIMENSIONS[kind].conc:
        if asked is not None:
            raise ConfigError(f"--units {code}={asked}: a response is handed out in its own unit")
        by_time = {1: f"*{handed.units.time}", -1: f"/{handed.units.time}", 0: ""}
        return f"{handed.response}{by_time[DIMENSIONS[kind].time]}", 1.0
    if asked is None:
        return own, raw
    if own is None:
        raise ConfigError(
            f"--units {code}={asked}: the unit of CONC is not known (--units CONC=UNIT)"
        )
    try:
        return spelled(asked), raw * factor(own, asked)
    except ConfigError as problem:
        raise ConfigError(f"--units {code}={asked}: {code} is measured in {own}") from problem
