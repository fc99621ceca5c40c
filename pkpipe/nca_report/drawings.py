"""The pictures of a report: every profile with its fit, all of a group together, and the means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.figures.plot import Margins, colour, logarithmic, slug, svg
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.results.profile_pictures import Curve, curve_of, draw_curve
from pkpipe.nca.results.result_table import axis_words, profile_name
from pkpipe.nca_report.given import Given
from pkpipe.nca_report.summaries import timed
from pkpipe.report.page_blocks import Figure

C: Final = pl.col
LINES: Final = 4  # of profiles in one drawing, two profiles a line
EDGE: Final = Margins(left=0.6, right=0.1, bottom=0.45, top=0.4, between=0.45, above=0.75)
WIDE: Final = (10.6, 6.9)


def profile_figures(given: Given, most: int) -> list[Figure]:
    """Every profile on a linear and on a logarithmic axis, eight to a drawing."""
    analysis = given.analysis
    if analysis is None:
        return []
    units = given.units()[:most]
    per = 2 * LINES
    figures = []
    for first in range(0, len(units), per):
        curves = [curve_of(analysis, u, _name(analysis, u)) for u in units[first : first + per]]
        name = f"profiles-{first // per + 1}"
        figures.append(_figure(name, curves, axis_words(analysis)))
        given.told(min(first + per, len(units)), len(units))
    return figures


def _name(analysis: Analysis, unit: int) -> str:
    start = analysis.intervals.start[unit]
    at = f" from {start:g}" if start > 0 else ""
    return profile_name(analysis, unit) + at


def _figure(name: str, curves: Sequence[Curve], words: tuple[str, str]) -> Figure:
    lines = -(-len(curves) // 2)

    def draw(figure: Canvas) -> None:
        grid = figure.subplots(lines, 4, squeeze=False)
        for place, curve in enumerate(curves):
            pair = grid[place // 2, 2 * (place % 2) : 2 * (place % 2) + 2]
            for axes in pair:
                draw_curve(axes, curve, logarithmic=axes is pair[1])
                axes.tick_params(labelsize=6, which="both")
            pair[0].set_ylim(bottom=0)
            if (curve.conc > 0).any():
                logarithmic(pair[1], "y")
            pair[0].set_title(curve.name, loc="left", fontsize=8, fontweight="bold")
            pair[1].set_title(_told(curve), loc="right", fontsize=6)
        for axes in grid[-1]:
            axes.set_xlabel(words[0], fontsize=7)
        for line in grid:
            line[0].set_ylabel(words[1], fontsize=7)
        for axes in grid.ravel()[2 * len(curves) :]:
            axes.set_axis_off()

    height = 0.9 + 1.75 * lines
    drawing = svg(name, (WIDE[0], height), draw, EDGE)
    title = f"{curves[0].name} to {curves[-1].name}" if len(curves) > 1 else curves[0].name
    caption = (
        "Left: linear axis; right: logarithmic. Orange: the points of the terminal slope and its line. "
        "A result below the limit of quantification is drawn at 0, on the logarithmic axis not at all."
    )
    return Figure(name, title, drawing, caption)


def _told(curve: Curve) -> str:
    """The numbers in two lines."""
    parts = curve.told.split(", ")
    return "\n".join(", ".join(parts[i : i + 3]) for i in range(0, len(parts), 3))


def together_figures(given: Given) -> list[Figure]:
    """Every group: all its profiles in thin lines, and the means of all groups with their SD."""
    rows, note = timed(given)
    if rows is None or given.analysis is None:
        return []
    words = axis_words(given.analysis)
    groups = list(given.groups)
    # analytes and matrices are measured on scales of their own, cohorts are compared
    apart = [g for g in groups if g in given.keys]
    beside = [g for g in groups if g not in apart]
    parts = rows.partition_by(apart, as_dict=True, maintain_order=True) if apart else {(): rows}
    figures = []
    for key, part in sorted(parts.items(), key=lambda item: str(item[0])):
        title = ", ".join(map(str, key)) or "All profiles"
        figures.append(_spaghetti(title, part, given, (beside, words)))
        figures.append(_means(title, part, (beside, words), note))
    return figures


Looks = tuple[list[str], tuple[str, str]]


def _by(rows: pl.DataFrame, beside: list[str]) -> list[tuple[str, pl.DataFrame]]:
    if not beside:
        return [("", rows)]
    parts = rows.sort(beside, maintain_order=True).partition_by(
        beside, as_dict=True, maintain_order=True
    )
    return [(" ".join(map(str, key)), part) for key, part in parts.items()]


def _spaghetti(title: str, rows: pl.DataFrame, given: Given, looks: Looks) -> Figure:
    beside, words = looks

    def draw(figure: Canvas) -> None:
        for second, axes in enumerate(_pair(figure, words)):
            for place, (name, part) in enumerate(_by(rows, beside)):
                x, y = _broken(part, list(given.keys))
                y = np.where(y > 0, y, np.nan) if second else y
                axes.plot(x, y, "-", color=colour(place), linewidth=0.7, alpha=0.6, label=name)
            if beside:
                axes.legend()
            _scale(axes, rows, logarithmically=bool(second))

    name = slug(f"all {title}")
    return Figure(name, f"{title}: every profile", svg(name, (WIDE[0], 4.2), draw), "Actual times.")


def _broken(rows: pl.DataFrame, keys: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of all profiles one after the other, with a gap between two."""
    ordered = rows.sort([*keys, "TIME"], maintain_order=True)
    time, value = ordered["TIME"].to_numpy(), ordered["VALUE"].fill_null(0.0).to_numpy()
    if not keys:
        return time, value
    new = np.flatnonzero(
        ordered.select(pl.any_horizontal(C(k).ne_missing(C(k).shift()) for k in keys))
        .to_series()
        .to_numpy()
    )[1:]
    return np.insert(time, new, np.nan), np.insert(value, new, np.nan)


def _means(title: str, rows: pl.DataFrame, looks: Looks, note: str) -> Figure:
    beside, words = looks

    def draw(figure: Canvas) -> None:
        for second, axes in enumerate(_pair(figure, words)):
            for place, (name, part) in enumerate(_by(rows, beside)):
                of = (
                    part.group_by("AT", maintain_order=True)
                    .agg(M=C("VALUE").fill_null(0.0).mean(), S=C("VALUE").fill_null(0.0).std())
                    .sort("AT")
                )
                axes.errorbar(
                    of["AT"].to_numpy(), of["M"].to_numpy(), yerr=of["S"].fill_null(0.0).to_numpy(),
                    fmt="o-", color=colour(place), markersize=3, linewidth=1.1, elinewidth=0.7, capsize=2,
                    label=name,
                )  # fmt: skip
            if beside:
                axes.legend()
            _scale(axes, rows, logarithmically=bool(second))

    name = slug(f"mean {title}")
    caption = (
        f"Arithmetic mean and SD; a result below the limit of quantification counts as 0. {note}"
    )
    return Figure(name, f"{title}: mean", svg(name, (WIDE[0], 4.2), draw), caption)


def _pair(figure: Canvas, words: tuple[str, str]) -> list[Axes]:
    pair = figure.subplots(1, 2)
    for axes in pair:
        axes.set_xlabel(words[0])
    pair[0].set_ylabel(words[1])
    return list(pair)


def _scale(axes: Axes, rows: pl.DataFrame, *, logarithmically: bool) -> None:
    """The left panel from zero, the right one logarithmic."""
    if not logarithmically:
        axes.set_ylim(bottom=0)
    elif (rows["VALUE"] > 0).any():
        least = float(rows.filter(C("VALUE") > 0)["VALUE"].to_numpy().min())
        logarithmic(axes, "y")
        axes.set_ylim(bottom=least / 2)
