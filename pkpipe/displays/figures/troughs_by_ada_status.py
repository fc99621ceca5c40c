"""Every subject's troughs by cycle, coloured by what is known of its antibodies (ADA-14)."""

from __future__ import annotations

import math
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import BY_CYCLE, TROUGH, level_words, with_unit
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.plot import Margins, logarithmic, slug
from pkpipe.protocol.drugs import Analyte

COLUMNS: Final = 3
LEGEND: Final = {1: 2, 2: 3, 3: 5}  # entries side by side, by columns of panels
# Tag, words, colour, size; drawn in this order, so that the affected lie on top.
TAGS: Final = (
    ("UNKNOWN", Words("not known", "未知"), "#DDDDDD", 2.5),
    ("NEGATIVE", Words("ADA-negative", "ADA 阴性"), "#8A8A8A", 2.5),
    ("UNAFFECTED", Words("from before treatment", "治疗前已有"), "#7A5195", 3.5),
    ("BEFORE", Words("before onset", "出现前"), "#0072B2", 3.5),
    ("ON_OR_AFTER", Words("on or after onset", "出现当日或之后"), "#B2182B", 3.5),
)


def troughs_by_status(adapk: pl.DataFrame, analyte: Analyte) -> Picture | None:
    """One panel a level in which somebody has antibodies; none where nobody has."""
    rows = adapk.filter(
        (pl.col("PARCAT1") == analyte.code)
        & (pl.col("PARAMCD") == "CTROUGH")
        & pl.col("AVAL").is_not_null()
        & pl.col("LEVEL").is_not_null()
    ).sort("LEVEL", "USUBJID", "DOSENO")
    having = pl.col("ADATAG").is_in(["UNAFFECTED", "BEFORE", "ON_OR_AFTER"])
    levels = rows.filter(having)["LEVEL"].unique().sort().to_list()
    if not levels:
        return None
    lines, columns = math.ceil(len(levels) / COLUMNS), min(COLUMNS, len(levels))
    name = slug(f"trough-ada-{analyte.code}")

    def draw(figure: Canvas, tell: Tell) -> None:
        axes = figure.subplots(lines, columns, squeeze=False).ravel()
        for axis in axes[len(levels) :]:
            axis.set_axis_off()
        for place, level in enumerate(levels):
            _panel(axes[place], rows.filter(pl.col("LEVEL") == level), analyte, tell)
            axes[place].set_title(tell(level_words(level)))
        axes[0].set_ylabel(tell(with_unit(TROUGH, analyte.unit)))
        figure.legend(handles=_legend(tell), loc="lower center", ncols=LEGEND[columns])

    drawn = rows.filter(pl.col("LEVEL").is_in(levels))
    below = drawn.filter(pl.col("AVAL") <= 0).height
    caption = Words(
        f"{drawn['USUBJID'].n_unique()} subjects, {drawn.height} troughs of the levels in which somebody has "
        f"antibodies; {below} below the LLOQ (triangles on the dashed line). A trough is "
        "placed by its own sample.",
        f"{drawn['USUBJID'].n_unique()} 名受试者、{drawn.height} 个谷浓度，仅含有受试者出现抗体的剂量水平；"
        f"{below} 个低于定量下限（虚线上的三角）。谷浓度按其采样时间归类。",
    )
    legend = 0.18 * math.ceil(len(TAGS) / LEGEND[columns]) + 0.1
    size = (3.1 * columns + 0.4, 2.7 * lines + 0.2 + legend)
    title = Words(f"{analyte.name}: troughs by antibodies", f"{analyte.name}：按抗体状态的谷浓度")
    around = Margins(right=0.2, bottom=0.48 + legend, between=0.6)
    drawing = in_both(name, size, draw, around)
    return Picture(drawing.en, name, caption, analyte.code, title, drawing.zh)


def _panel(axis: Axes, rows: pl.DataFrame, analyte: Analyte, tell: Tell) -> None:
    seen = pl.max_horizontal("AVAL", pl.lit(analyte.lloq))
    shown = rows.with_columns(SEEN=seen, LOW=pl.col("AVAL") <= 0)
    paths = [
        list(zip(cycles, values, strict=True))
        for cycles, values in shown.group_by("USUBJID", maintain_order=True)
        .agg("CYCLE", "SEEN")
        .select("CYCLE", "SEEN")
        .iter_rows()
    ]
    axis.add_collection(LineCollection(paths, colors="#CCCCCC", linewidths=0.6))
    for tag, _, shade, size in TAGS:
        for low, marker in ((False, "o"), (True, "v")):
            of = shown.filter((pl.col("ADATAG") == tag) & (pl.col("LOW") == low))
            axis.plot(of["CYCLE"].to_list(), of["SEEN"].to_list(), marker, ms=size, color=shade)
    logarithmic(axis, "y")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_minor_locator(NullLocator())
    if shown["LOW"].any():
        axis.axhline(analyte.lloq, color="#888888", linewidth=0.8, linestyle="--")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_xlabel(tell(BY_CYCLE))


def _legend(tell: Tell) -> list[Line2D]:
    return [
        Line2D(
            [], [], linestyle="none", marker="o", markersize=size, color=shade, label=tell(words)
        )
        for _, words, shade, size in TAGS
    ]
