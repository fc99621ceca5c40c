"""Pictures of profiles: the samples, those the terminal slope rests on, and its line.

The drawing functions take a figure and know nothing of where it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pkpipe.nca.analysis import Analysis
from pkpipe.nca.laid_out.profile_blocks import observed_block
from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats
from pkpipe.nca.registry.evaluate import numbers

if TYPE_CHECKING:  # a figure is made by whoever shows it
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SAMPLES: Final = "#0072B2"
POINTS: Final = "#D55E00"
TOLD: Final = ("LAMZHL", "R2ADJ", "LAMZNPT", "AUCIFO", "AUCLST", "CMAX")


@dataclass(frozen=True)
class Curve:
    """One profile as it is drawn."""

    name: str
    time: Floats
    conc: Floats  # a BLQ is 0
    points: Flags  # of the terminal slope
    line: tuple[Floats, Floats] | None  # the terminal line
    told: str  # the numbers beside it


def curve_of(analysis: Analysis, unit: int, name: str) -> Curve:
    """The samples of an interval and its terminal line."""
    work = analysis.work.part(unit, unit + 1)
    seen = observed_block(analysis.samples, work, np.zeros(1, np.int64))
    drawn = ~np.isnan(seen.conc[:, 0])
    time, conc = seen.time[drawn, 0], seen.conc[drawn, 0]
    values, _ = numbers(analysis, unit)
    low, high, rate = (values.get(c, np.nan) for c in ("LAMZLL", "LAMZUL", "LAMZ"))
    if np.isnan(rate):
        return Curve(name, time, conc, np.zeros(len(time), bool), None, _told(analysis, values))
    along = np.linspace(low, high, 40)  # an exponential is curved on a linear axis
    line = (along, values["CLSTP"] * np.exp(-rate * (along - values["TLST"])))
    points: Flags = (time >= low) & (time <= high) & (conc > 0)
    return Curve(name, time, conc, points, line, _told(analysis, values))


def _told(analysis: Analysis, values: dict[str, float]) -> str:
    parts = []
    for code in TOLD:
        value = values.get(code, np.nan)
        if np.isfinite(value):
            scale = analysis.out.scale(code, analysis.units)
            unit = "" if scale.unit in {None, "1"} or scale.bridged else f" {scale.unit}"
            parts.append(f"{code} {value * scale.factor:.4g}{unit}")
    return ", ".join(parts)


def draw_profile(figure: Figure, curve: Curve, axes_words: tuple[str, str]) -> None:
    """The profile on a linear and on a logarithmic axis."""
    linear, logarithmic = figure.subplots(1, 2)
    for axes in (linear, logarithmic):
        draw_curve(axes, curve, logarithmic=axes is logarithmic)
        axes.set_xlabel(axes_words[0])
    linear.set_ylabel(axes_words[1])
    linear.set_ylim(bottom=0)
    logarithmic.set_yscale("log", nonpositive="mask")
    linear.set_title(curve.name, loc="left")
    logarithmic.set_title(curve.told, loc="right", fontsize=7)


def draw_curve(axes: Axes, curve: Curve, *, logarithmic: bool = False) -> None:
    """Samples, points of the slope, line; a logarithmic axis has no place for a zero."""
    conc = np.where(curve.conc > 0, curve.conc, np.nan) if logarithmic else curve.conc
    axes.plot(curve.time, conc, "-", color=SAMPLES, linewidth=0.8, alpha=0.6)
    axes.plot(curve.time[~curve.points], conc[~curve.points], "o", color=SAMPLES, markersize=3.5)
    axes.plot(curve.time[curve.points], curve.conc[curve.points], "o", color=POINTS, markersize=4.5)
    if curve.line is not None:
        axes.plot(*curve.line, "--", color=POINTS, linewidth=1.4)


def draw_together(
    figure: Figure, curves: Sequence[Curve], axes_words: tuple[str, str], title: str
) -> None:
    """All profiles in one picture, on a linear and on a logarithmic axis."""
    linear, logarithmic = figure.subplots(1, 2)
    for axes in (linear, logarithmic):
        for curve in curves:
            axes.plot(curve.time, curve.conc, ".-", color=SAMPLES, linewidth=0.7, alpha=0.5)
        axes.set_xlabel(axes_words[0])
    linear.set_ylabel(axes_words[1])
    linear.set_ylim(bottom=0)
    logarithmic.set_yscale("log", nonpositive="mask")
    linear.set_title(title, loc="left")
