"""How a number of a drug effect came about: the curve, its segments about the level, the number."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.further_analyses.drug_effect import parts_about
from pkpipe.nca.further_analyses.drug_effect_results import EffectAnalysis
from pkpipe.nca.registry.effect_parameters import effect_parameters

DIGITS = 6


class Effects(pl.DataFrame):
    """One row an interval and parameter of a drug effect."""

    _analysis: EffectAnalysis | None = None

    @classmethod
    def of(cls, analysis: EffectAnalysis) -> Effects:
        """The rows together with the analysis they came from."""
        made = cls(analysis.rows())
        made._analysis = analysis
        return made

    def explain(self, profile: object, code: str, *, start: float | None = None) -> str:
        """Write out how a number came about, step by step, and return the text.

        profile: the key of the profile, or a tuple of all keys; None if there is one. start: of the interval.

        Raises:
            ConfigError: no such profile, interval or parameter.
        """
        if self._analysis is None:
            raise ConfigError(
                "this is a part of the results: ask the table that drug_effect() returned"
            )
        text = "\n".join(
            _lines(self._analysis, _unit(self._analysis, profile, start), code.upper())
        )
        sys.stdout.write(f"{text}\n")
        return text


def _unit(analysis: EffectAnalysis, profile: object, start: float | None) -> int:
    keys = analysis.of.keys
    wanted = profile if isinstance(profile, tuple) else (profile,)
    groups = analysis.groups.with_row_index("_G")
    if profile is not None and keys:
        pairs = zip(keys, wanted, strict=False)
        groups = groups.filter(*(pl.col(k).cast(pl.String) == str(v) for k, v in pairs))
    fits = np.isin(analysis.asked.group, groups["GROUP"].to_numpy())
    if start is not None:
        fits &= analysis.asked.start == start
    units = np.flatnonzero(fits)
    if len(units) == 0:
        raise ConfigError(f"no interval of {profile!r} (keys: {', '.join(keys) or 'none'})")
    return int(units[0])


def _lines(analysis: EffectAnalysis, unit: int, code: str) -> Iterator[str]:
    known = {p.code: p for p in effect_parameters(analysis.of.rules)}
    if code not in known:
        raise ConfigError(f"{code} is no parameter of this effect (there are: {', '.join(known)})")
    numbers = {name: float(values[unit]) for name, values in analysis.numbers.items()}
    yield f"{code} ({known[code].label}), from {analysis.asked.start[unit]:g} {analysis.of.units.time} on"
    yield ""
    yield f"RBASE = {_n(numbers['RBASE'])}   ({known['RBASE'].formula})"
    about_threshold = code.endswith("T") or code in {"RTHR", "TONSET", "TOFFON", "TBTWN"}
    name = "RTHR" if about_threshold and "RTHR" in numbers else "RBASE"
    if name == "RTHR":
        yield f"RTHR = {_n(numbers['RTHR'])}   ({known['RTHR'].formula})"
    yield f"the curve, and what of it is above and below {name}:"
    yield from _segments(analysis, unit, numbers[name])
    yield f"{code} = {_n(numbers[code])}   ({known[code].formula})"
    if np.isnan(numbers[code]):
        yield f"  {analysis.why[code][unit]}"


def _segments(analysis: EffectAnalysis, unit: int, level: float) -> Iterator[str]:
    curve = analysis.curve
    first, last = int(curve.first[unit]), int(curve.first[unit + 1])
    levels = np.full(len(curve.size), level)
    parts = parts_about(curve, levels)
    heads = (
        "from",
        "to",
        "response",
        "response",
        "area above",
        "area below",
        "time above",
        "time below",
    )
    yield "  " + " ".join(f"{h:>11}" for h in heads)
    for row in range(first, last - 1):
        values = (
            *(curve.time[row], curve.time[row + 1], curve.response[row], curve.response[row + 1]),
            *(part[row] for part in parts),
        )
        yield "  " + " ".join(f"{_n(float(v)):>11}" for v in values)
    sums = " ".join(f"{_n(float(part[first : last - 1].sum())):>11}" for part in parts)
    yield f"  {'sum':>11} {'':>35} {sums}"


def _n(value: float) -> str:
    return "no value" if np.isnan(value) else f"{value:.{DIGITS}g}"
