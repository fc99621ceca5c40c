"""The results of an analysis in Python: the long table, which explains its numbers and draws itself."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.registry.evaluate import numbers, wide
from pkpipe.nca.results.explained import explained
from pkpipe.nca.results.profile_pictures import Curve, curve_of, draw_profile, draw_together

if TYPE_CHECKING:  # drawing is a second of imports that a table does not need
    from matplotlib.figure import Figure

Profile = Any  # the value of the key, several in their order, or a mapping of keys to values


class Explanation(str):
    """The text of an explanation. It was written out already, so a notebook does not show it once more."""

    __slots__ = ()

    def __repr__(self) -> str:
        return ""


class Results(pl.DataFrame):
    """One row an interval and parameter, with unit, status and reason.

    What is selected of it is a plain table of polars.
    """

    _analysis: Analysis | None = None

    @classmethod
    def of(cls, table: pl.DataFrame, analysis: Analysis) -> Results:
        """The table together with the analysis it came from."""
        made = cls(table)
        made._analysis = analysis
        return made

    def wide(self) -> pl.DataFrame:
        """One row an interval, one column a parameter."""
        return wide(self._made_by())

    def explain(self, profile: Profile, code: str, *, start: float | None = None) -> Explanation:
        """Write out how a number came about, step by step, and return the text.

        profile: the key of the profile, or a tuple of all keys, or a mapping; None if there is one profile.
        start: of the interval, where the profile has several; the first one that has the parameter otherwise.

        Raises:
            ConfigError: no such profile, interval or parameter, with those there are.
        """
        analysis = self._made_by()
        unit = self._unit(profile, code.upper(), start)
        text = Explanation(explained(analysis, unit, code.upper(), self._name(unit)))
        sys.stdout.write(f"{text}\n")
        return text

    def plot(  # type: ignore[override] # of a table polars draws the columns; here the profiles are drawn
        self, profile: Profile = None, *, start: float | None = None
    ) -> Figure:
        """A figure of one profile with its terminal fit, or of all profiles together.

        Raises:
            ConfigError: no such profile or interval, with those there are.
        """
        from matplotlib.figure import Figure as Canvas  # noqa: PLC0415 (0.3 s, only for a picture)

        analysis = self._made_by()
        figure = Canvas(figsize=(9.0, 3.6), layout="constrained")
        if profile is not None or analysis.height == 1:
            unit = self._unit(profile, None, start)
            draw_profile(figure, curve_of(analysis, unit, self._name(unit)), axis_words(analysis))
            return figure
        curves = [self._curve(int(unit)) for unit in np.flatnonzero(analysis.intervals.kind != 2)]
        draw_together(figure, curves, axis_words(analysis), f"{len(curves)} profiles")
        return figure

    def _curve(self, unit: int) -> Curve:
        return curve_of(self._made_by(), unit, self._name(unit))

    def _made_by(self) -> Analysis:
        if self._analysis is None:
            raise ConfigError(
                "this is a part of the results: ask the table that nca() returned, and filter afterwards"
            )
        return self._analysis

    def _name(self, unit: int) -> str:
        return profile_name(self._made_by(), unit)

    def _unit(self, profile: Profile, code: str | None, start: float | None) -> int:
        """The interval that is asked for."""
        analysis = self._made_by()
        groups = _groups(analysis, profile)
        fits = np.isin(analysis.intervals.group, groups)
        if start is not None:
            fits &= analysis.intervals.start == start
        units = np.flatnonzero(fits)
        if len(units) == 0:
            raise ConfigError(f"no interval of {profile} starts at {start}")
        if code is None:
            return int(units[0])
        for unit in units:
            if code in {p.code for p in numbers(analysis, int(unit))[1]}:
                return int(unit)
        there = [p.code for p in numbers(analysis, int(units[0]))[1]]
        near = difflib.get_close_matches(code, there, n=3, cutoff=0.4)
        raise ConfigError(
            f"{code} is no parameter of this profile (nearest: {', '.join(near) or 'none'})"
        )


def axis_words(analysis: Analysis) -> tuple[str, str]:
    """What stands at the axes."""
    conc = f" ({analysis.units.conc})" if analysis.units.conc else ""
    return f"Time after start ({analysis.units.time})", f"Concentration{conc}"


def profile_name(analysis: Analysis, unit: int) -> str:
    """The keys of a profile as a reader would name it."""
    group = int(analysis.intervals.group[unit])
    if not analysis.keys:
        return "the profile"
    return " ".join(str(v) for v in analysis.groups[group].select(analysis.keys).row(0))


def _groups(analysis: Analysis, profile: Profile) -> np.ndarray:
    """The groups that a profile's name fits.

    Raises:
        ConfigError: none does.
    """
    if profile is None or not analysis.keys:
        return np.arange(analysis.groups.height)
    if isinstance(profile, Mapping):
        wanted = {str(k): str(v) for k, v in profile.items()}
    else:
        parts = profile if isinstance(profile, tuple | list) else (profile,)
        wanted = {k: str(v) for k, v in zip(analysis.keys, parts, strict=False)}
    if lost := [k for k in wanted if k not in analysis.keys]:
        raise ConfigError(f"{', '.join(lost)}: no key (keys: {', '.join(analysis.keys)})")
    same = analysis.groups.select(
        pl.all_horizontal(pl.col(k).cast(pl.String) == v for k, v in wanted.items())
    )
    found = np.flatnonzero(same.to_series().fill_null(value=False).to_numpy())
    if len(found) == 0:
        first = analysis.groups.select(analysis.keys).head(5).rows()
        there = "; ".join(" ".join(map(str, row)) for row in first)
        raise ConfigError(
            f"no profile {profile!r} (keys: {', '.join(analysis.keys)}; e.g. {there})"
        )
    return found
