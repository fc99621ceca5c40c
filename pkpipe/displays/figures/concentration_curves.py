"""Concentrations against time: all subjects of a level, and means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import AFTER_DOSE, NOMINAL_AFTER_DOSE
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import Margins, finite, legend_columns, logarithmic, room, slug
from pkpipe.protocol.drugs import Analyte

C: Final = pl.col
EVERY_DOSE: Final = Words("all doses", "全部剂量")
COURSE_TIMES: Final = 3  # a cycle with fewer nominal times has no course to show
MOST_CYCLES: Final = 3  # with a course, in one drawing
DAYS: Final = Words("days", "天")
HOUR: Final = Words("h", "小时")
WITH_SD: Final = Words("mean ± SD", "均值 ± 标准差")
GEOMETRIC: Final = Words("geometric mean, geometric SD, log", "几何均值，几何标准差，对数")
HOURS: Final = {"h": 1.0, "day": 24.0}


@dataclass(frozen=True)
class Scale:
    """The time axis of an analyte: what one of its units is in hours, and its word."""

    hours: float
    word: Words

    def label(self, what: Words) -> Words:
        """The words at the axis."""
        return Words(f"{what.en} ({self.word.en})", f"{what.zh}（{self.word.zh}）")


def scale_of(analyte: Analyte) -> Scale:
    """Days for an antibody, hours for a payload: the unit in which its half-life is told."""
    return Scale(HOURS[analyte.time_unit], DAYS if analyte.time_unit == "day" else HOUR)


def course_cycles(adpc: pl.DataFrame) -> list[int]:
    """Cycles whose planned samples show a course, the first ones."""
    times = adpc.group_by("CYCLE").agg(C("NRRLT").n_unique())
    rich = times.filter(C("NRRLT") >= COURSE_TIMES)["CYCLE"].drop_nulls().sort()
    return [int(cycle) for cycle in rich[:MOST_CYCLES]]


def named(level: str, levels: Mapping[str, str]) -> Words:
    """A level in words; without levels all doses stand together."""
    return same(levels.get(level, level)) if level else EVERY_DOSE


def by_level(rows: pl.DataFrame, levels: Mapping[str, str]) -> list[tuple[str, pl.DataFrame]]:
    found = {str(k[0] or ""): g for k, g in rows.group_by("LEVEL", maintain_order=True)}
    return [(level, found[level]) for level in (*levels, "") if level in found]


def spaghetti(
    adpc: pl.DataFrame,
    pkconc: pl.DataFrame,
    analyte: Analyte,
    levels: Mapping[str, str],
    colours: Colours,
) -> list[Picture]:
    """The first cycle with a course: a panel a level with all its subjects and their geometric mean, log."""
    own = adpc.filter(C("PARAMCD") == analyte.code, C("MATRIX") == analyte.matrix)
    cycles = course_cycles(own)
    if not cycles:
        return []
    rows = own.filter(C("CYCLE") == cycles[0], C("PROFILE").is_not_null(), C("AVAL") > 0)
    panels = by_level(rows.sort("USUBJID", "ARRLT", nulls_last=True), levels)
    if not panels:
        return []
    middle = _statistic(pkconc, analyte, "GMEAN").filter(C("CYCLE") == cycles[0])
    scale, lines = scale_of(analyte), math.ceil(len(panels) / 4)
    name = slug(f"spaghetti-{analyte.code}")

    def draw(figure: Canvas, tell: Tell) -> None:
        axes = figure.subplots(lines, min(4, len(panels)), sharex=True, sharey=True, squeeze=False)
        for axis, (level, frame) in zip(axes.flat, panels, strict=False):
            mean = middle.filter(C("LEVEL").fill_null("") == level)
            _all_subjects(axis, frame, mean, colours[level], scale)
            n = frame["USUBJID"].n_unique()
            axis.set_title(f"{tell(named(level, levels))}, n = {n}", fontsize=8.5)
        _outer(axes, len(panels), analyte.unit, tell(scale.label(AFTER_DOSE)))

    title = Words(
        f"{analyte.name}, all subjects by dose, cycle {cycles[0]}",
        f"{analyte.name}，按剂量的全部受试者，第 {cycles[0]} 周期",
    )
    caption = Words(
        "Thin: subjects, at actual times; black: geometric mean by nominal time. BLQ is not drawn.",
        "细线：受试者（实际时间）；黑线：按计划时间的几何均值。BLQ 未绘制。",
    )
    around = Margins(top=0.3, between=0.15, above=0.4)
    drawing = in_both(name, (9.0, 0.8 + 2.2 * lines), draw, around)
    return [Picture(drawing.en, name, caption, analyte.code, title, drawing.zh)]


def _all_subjects(
    axis: Axes, frame: pl.DataFrame, mean: pl.DataFrame, shade: str, scale: Scale
) -> None:
    """Thin lines of subjects under the line of their geometric means."""
    for _, subject in frame.group_by("USUBJID", maintain_order=True):
        times = finite((subject["ARRLT"] / scale.hours).to_list())
        axis.plot(times, finite(subject["AVAL"].to_list()), "-", lw=0.7, alpha=0.7, color=shade)
    times = (mean["ATPTN"] / scale.hours).to_list()
    axis.plot(times, mean["AVAL"].to_list(), "k.-", lw=1.6, ms=4)


def _outer(axes: NDArray[Any], shown: int, unit: str, below: str) -> None:
    """A log scale for all panels, words at the outer ones, nothing where there is no panel."""
    logarithmic(axes[0, 0], "y")
    for axis in axes.flat[shown:]:
        axis.set_axis_off()
    for axis in axes[:, 0]:
        axis.set_ylabel(unit)
    for axis in axes[-1]:
        axis.set_xlabel(below)


def _statistic(pkconc: pl.DataFrame, analyte: Analyte, stat: str) -> pl.DataFrame:
    """One statistic of all cohorts of each level, by cycle and nominal time."""
    return pkconc.filter(
        C("PARAMCD") == analyte.code,
        C("MATRIX") == analyte.matrix,
        C("COHORT") == "ALL",
        C("STAT") == stat,
        C("AVAL").is_not_null(),
    ).sort("CYCLE", "ATPTN")


def mean_curves(
    pkconc: pl.DataFrame, analyte: Analyte, levels: Mapping[str, str], colours: Colours
) -> list[Picture]:
    """A drawing a cycle with a course: means with SD, linear, and geometric means with their SD, log."""
    keys = ["LEVEL", "CYCLE", "ATPTN"]
    parts = [
        _statistic(pkconc, analyte, stat).select(*keys, C("AVAL").alias(stat))
        for stat in ("MEAN", "SD", "GMEAN", "GCV")
    ]
    wide = parts[0]
    for part in parts[1:]:
        wide = wide.join(part, on=keys, how="full", coalesce=True, nulls_equal=True)
    wide = wide.with_columns(C("LEVEL").fill_null("")).sort(keys, nulls_last=True)
    times = wide.group_by("CYCLE").agg(C("ATPTN").n_unique())
    cycles = times.filter(C("ATPTN") >= COURSE_TIMES)["CYCLE"].drop_nulls().sort()
    return [
        _means_of_cycle(wide.filter(C("CYCLE") == c), int(c), analyte, levels, colours)
        for c in cycles
    ]


def _means_of_cycle(
    rows: pl.DataFrame, cycle: int, analyte: Analyte, levels: Mapping[str, str], colours: Colours
) -> Picture:
    name, scale = slug(f"mean-{analyte.code}-{cycle}"), scale_of(analyte)
    factor = (1 + (C("GCV") / 100) ** 2).log().sqrt().exp()  # the geometric SD
    told = rows.with_columns(
        UP=C("SD"),
        DOWN=pl.min_horizontal("SD", "MEAN"),
        GUP=C("GMEAN") * (factor - 1),
        GDOWN=C("GMEAN") * (1 - 1 / factor),
        TIME=C("ATPTN") / scale.hours,
    )
    drawn = [x for x in (*levels, "") if x in told["LEVEL"]]
    columns = legend_columns(len(drawn))

    def draw(figure: Canvas, tell: Tell) -> None:
        axes = figure.subplots(1, 2)
        ends = (("MEAN", "DOWN", "UP"), ("GMEAN", "GDOWN", "GUP"))
        for axis, (value, down, up), what in zip(axes, ends, (WITH_SD, GEOMETRIC), strict=True):
            for level in drawn:
                own = told.filter(C("LEVEL") == level, C(value).is_not_null())
                axis.errorbar(
                    own["TIME"].to_list(),
                    own[value].to_list(),
                    yerr=[own[down].fill_null(0.0).to_list(), own[up].fill_null(0.0).to_list()],
                    fmt="o-",
                    ms=3,
                    elinewidth=0.7,
                    capsize=2,
                    color=colours[level],
                    label=tell(named(level, levels)),
                )
            axis.set_title(tell(what))
            axis.set_xlabel(tell(scale.label(NOMINAL_AFTER_DOSE)))
            axis.set_ylabel(analyte.unit)
        if told["GMEAN"].drop_nulls().len():
            logarithmic(axes[1], "y")
        axes[1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)

    title = Words(
        f"{analyte.name}, means by level, cycle {cycle}",
        f"{analyte.name}，各剂量水平均值，第 {cycle} 周期",
    )
    caption = Words(
        "Left: arithmetic mean with one SD, BLQ as 0. Right: geometric mean of quantifiable values, times "
        "and over the geometric SD. What table 14.4.1.1 does not give is not drawn; bars need the SD.",
        "左：算术均值 ± 标准差，BLQ 按 0 计。右：可定量值的几何均值乘除几何标准差。"
        "表 14.4.1.1 未给出的统计量未绘制；误差线需有标准差。",
    )
    beside = columns * (0.4 + room((levels.get(x, x) for x in drawn), 8))
    around = Margins(right=beside)
    drawing = in_both(name, (7.6 + beside, 3.4), draw, around)
    return Picture(drawing.en, name, caption, analyte.code, title, drawing.zh)
