"""A conjugate and its parts on one molar scale, and their ratios over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import NOMINAL, with_unit
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.concentration_curves import Scale, scale_of
from pkpipe.displays.figures.markers import MARKERS
from pkpipe.displays.figures.plot import (
    Margins,
    colour,
    finite,
    legend_columns,
    logarithmic,
    room,
    slug,
)
from pkpipe.protocol.drugs import Analyte
from pkpipe.units import molar_factor

C: Final = pl.col
MOLAR: Final = "nmol/L"
GEOMETRIC_MEAN: Final = Words("geometric mean", "几何均值")
LEAST_TIMES: Final = 3
WIDE: Final = 10  # ratios that span more are drawn on a log axis: the payload's, not a fraction
ACROSS: Final = 4


def molar_figure(
    pkconc: pl.DataFrame, drug: str, analytes: Sequence[Analyte], levels: Mapping[str, str]
) -> list[Picture]:
    """The cycle with the most times: geometric means in nmol/L, a panel a level."""
    curves = _molar(pkconc, analytes, levels)
    cycle = _fullest(curves, "ATPTN")
    if cycle is None:
        return []
    own = curves.filter(C("CYCLE") == cycle)
    shown = [x for x in levels if x in set(own["LEVEL"])]
    lines, scale = math.ceil(len(shown) / ACROSS), scale_of(analytes[0])
    name = slug(f"molar-{drug}")

    def draw(figure: Canvas, tell: Tell) -> None:
        across = min(ACROSS, len(shown))
        axes = figure.subplots(lines, across, sharex=True, sharey=True, squeeze=False)
        for axis, level in zip(axes.flat, shown, strict=False):
            _curves(axis, own.filter(C("LEVEL") == level), analytes, scale)
            axis.set_title(levels[level], fontsize=8.5)
        logarithmic(axes[0, 0], "y")
        for axis in axes.flat[len(shown) :]:
            axis.set_axis_off()
        for axis in axes[:, 0]:
            axis.set_ylabel(tell(with_unit(GEOMETRIC_MEAN, MOLAR)))
        for axis in axes[-1]:
            axis.set_xlabel(tell(scale.label(NOMINAL)))
        handles = {h.get_label(): h for axis in axes.flat for h in axis.get_lines()}
        figure.legend(handles=list(handles.values()), loc="upper center", ncols=len(analytes))

    title = Words(
        f"{drug}, its parts on a molar scale, cycle {cycle}",
        f"{drug}，各组分摩尔浓度，第 {cycle} 周期",
    )
    caption = Words(
        "Geometric means by nominal time in nmol/L, logarithmic. A time with a single result, or at which "
        "more than the planned share is BLQ, is not drawn.",
        "按计划时间的几何均值（nmol/L，对数）。仅有一个结果或 BLQ 比例超过计划上限的时间点未绘制。",
    )
    around = Margins(top=0.6, between=0.15, above=0.4)
    drawing = in_both(name, (9.0, 1.1 + 2.1 * lines), draw, around)
    return [Picture(drawing.en, name, caption, drug, title, drawing.zh)]


def _fullest(rows: pl.DataFrame, time: str) -> int | None:
    """The cycle with the most times; nothing where no cycle has a course."""
    times = rows.group_by("CYCLE").agg(C(time).n_unique()).sort(time, "CYCLE")
    if times.is_empty() or times[time][-1] < LEAST_TIMES:
        return None
    return int(times["CYCLE"][-1])


def _molar(
    pkconc: pl.DataFrame, analytes: Sequence[Analyte], levels: Mapping[str, str]
) -> pl.DataFrame:
    """Geometric means of the analytes that have a weight, in nmol/L."""
    factors = {
        a.code: molar_factor(a.unit, MOLAR, a.molecular_weight)
        for a in analytes
        if a.molecular_weight
    }
    return (
        pkconc.filter(
            C("PARAMCD").is_in(list(factors))
            & (C("COHORT") == "ALL")
            & (C("STAT") == "GMEAN")
            & (C("AVAL") > 0)
            & C("LEVEL").is_in(list(levels))
        )
        .with_columns(
            MOLAR=C("AVAL") * C("PARAMCD").replace_strict(factors, return_dtype=pl.Float64)
        )
        .sort("PARAMCD", "LEVEL", "CYCLE", "ATPTN")
    )


def _curves(axis: Axes, frame: pl.DataFrame, analytes: Sequence[Analyte], scale: Scale) -> None:
    for place, analyte in enumerate(analytes):
        rows = frame.filter(C("PARAMCD") == analyte.code)
        axis.plot(
            (rows["ATPTN"] / scale.hours).to_list(),
            rows["MOLAR"].to_list(),
            "-" + MARKERS[place % len(MARKERS)],
            ms=3.5,
            color=colour(place),
            label=analyte.name,
        )


def ratio_figure(
    adcsum: pl.DataFrame,
    drug: str,
    analyte: Analyte,
    levels: Mapping[str, str],
    colours: Colours,
    names: Mapping[str, Words] | None = None,
) -> list[Picture]:
    """A panel a ratio: geometric means over time by level, in the cycle with the most times."""
    own = adcsum.filter((C("DRUG") == drug) & (C("GMEAN") > 0) & C("LEVEL").is_in(list(levels)))
    cycle = _fullest(own, "NRRLT")
    if cycle is None:
        return []
    ratios = own.filter(C("CYCLE") == cycle).sort("RATIO", "NUMCD", "NRRLT")
    kinds = ratios.select("RATIO", "NUMCD", "DENCD").unique(maintain_order=True).rows()
    drawn = [x for x in levels if x in ratios["LEVEL"]]
    name, scale = slug(f"ratios-{drug}"), scale_of(analyte)
    columns = legend_columns(len(drawn))

    def draw(figure: Canvas, tell: Tell) -> None:
        axes = figure.subplots(1, len(kinds), squeeze=False)[0]
        for axis, (ratio, above, under) in zip(axes, kinds, strict=True):
            rows = ratios.filter((C("RATIO") == ratio) & (C("NUMCD") == above))
            _ratios(axis, rows, drawn, levels, colours, scale)
            axis.set_xlabel(tell(scale.label(NOMINAL)))
            axis.set_ylabel(f"{above} : {under}")
            english = rows["LABEL"][0].lower()
            known = (names or {}).get(ratio, same(english))
            axis.set_title(tell(Words(english, known.zh)))
        axes[-1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)

    title = Words(
        f"{drug}, molar ratios over time, cycle {cycle}",
        f"{drug}，摩尔比随时间变化，第 {cycle} 周期",
    )
    caption = Words(
        "Geometric means of the subjects' molar ratios by nominal time, logarithmic where they span a factor "
        f"of {WIDE}. What table 14.4.5.1 does not give is not drawn.",
        f"各受试者摩尔比按计划时间的几何均值；跨度达 {WIDE} 倍时采用对数坐标。表 14.4.5.1 未给出者未绘制。",
    )
    beside = columns * (0.4 + room((levels[x] for x in drawn), 8))
    drawing = in_both(name, (7.6 + beside, 3.2), draw, Margins(right=beside))
    return [Picture(drawing.en, name, caption, drug, title, drawing.zh)]


def _ratios(
    axis: Axes,
    frame: pl.DataFrame,
    drawn: Sequence[str],
    levels: Mapping[str, str],
    colours: Colours,
    scale: Scale,
) -> None:
    for place, level in enumerate(drawn):
        rows = frame.filter(C("LEVEL") == level)
        axis.plot(
            (rows["NRRLT"] / scale.hours).to_list(),
            rows["GMEAN"].to_list(),
            "-" + MARKERS[place % len(MARKERS)],
            ms=3.5,
            color=colours[level],
            label=levels[level],
        )
    means = finite(frame["GMEAN"].drop_nulls().to_list())
    if max(means) >= WIDE * min(means):
        logarithmic(axis, "y")
    else:
        axis.set_ylim(bottom=0)
