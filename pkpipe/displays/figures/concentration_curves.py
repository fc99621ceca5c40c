"""Concentrations against time: every subject, all subjects of a level, and means."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from pkpipe.displays.display import Picture
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import Margins, colour, finite, logarithmic, room, slug, svg
from pkpipe.displays.words import Words
from pkpipe.protocol.drugs import Analyte

C: Final = pl.col
MARKS: Final = "osD^vP*X"
PAGE: Final = 16  # subjects told apart in one drawing
COURSE_TIMES: Final = 3  # a cycle with fewer nominal times has no course to show
MOST_CYCLES: Final = 3  # with a course, in one drawing
HOURS: Final = {"h": 1.0, "day": 24.0}
ROW: Final = 2.1  # inches of a line of panels


@dataclass(frozen=True)
class Scale:
    """The time axis of an analyte: what one of its units is in hours, and its word."""

    hours: float
    word: str

    def label(self, what: str) -> str:
        """The words at the axis."""
        return f"{what} ({self.word})"


def scale_of(analyte: Analyte) -> Scale:
    """Days for an antibody, hours for a payload: the unit in which its half-life is told."""
    return Scale(HOURS[analyte.time_unit], "days" if analyte.time_unit == "day" else "h")


def course_cycles(adpc: pl.DataFrame) -> list[int]:
    """Cycles whose planned samples show a course, the first ones."""
    times = adpc.group_by("CYCLE").agg(C("NRRLT").n_unique())
    rich = times.filter(C("NRRLT") >= COURSE_TIMES)["CYCLE"].drop_nulls().sort()
    return [int(cycle) for cycle in rich[:MOST_CYCLES]]


def individual(adpc: pl.DataFrame, analyte: Analyte, levels: Mapping[str, str]) -> list[Picture]:
    """Drawings of a level: each cycle with a course by itself, linear and log; below, the whole treatment."""
    own = adpc.filter(C("PARAMCD") == analyte.code, C("MATRIX") == analyte.matrix)
    cycles = course_cycles(own)
    shown = own.filter(C("AVAL").is_not_null()).sort("USUBJID", "AFRLT", nulls_last=True)
    pictures = []
    for level, frame in _by_level(shown, levels):
        subjects = frame["USUBJID"].unique().sort().to_list()
        pages = [subjects[i : i + PAGE] for i in range(0, len(subjects), PAGE)]
        for number, page in enumerate(pages):
            rows = frame.filter(C("USUBJID").is_in(page))
            part = f" ({number + 1} of {len(pages)})" if len(pages) > 1 else ""
            part_zh = f"（第 {number + 1}/{len(pages)} 部分）" if len(pages) > 1 else ""
            name = slug(f"conc-{analyte.code}-{level}-{number + 1}")
            told = levels.get(level, level)
            title = Words(
                f"{analyte.name}, individual profiles, {told}{part}",
                f"{analyte.name}，个体药时曲线，{told}{part_zh}",
            )
            drawing = _subjects(rows, page, cycles, analyte, name)
            pictures.append(Picture(drawing, name, _individual_caption(page), analyte.code, title))
    return pictures


def _individual_caption(page: Sequence[str]) -> Words:
    return Words(
        f"Subjects: {len(page)}, each with its own colour and mark in every panel. Upper panels: each cycle "
        "with a course by time after its dose, linear and logarithmic; lowest panel: all samples by time "
        "from the first dose. Actual times; BLQ and missing results are not drawn.",
        f"受试者 {len(page)} 例，同一受试者在各图中使用相同颜色和符号。"
        "上方：有完整采样的各周期按给药后时间（线性和对数）；最下方：全部样本按首次给药后时间。"
        "采用实际时间；BLQ 和缺失结果未绘制。",
    )


def _by_level(rows: pl.DataFrame, levels: Mapping[str, str]) -> list[tuple[str, pl.DataFrame]]:
    found = {str(k[0] or ""): g for k, g in rows.group_by("LEVEL", maintain_order=True)}
    return [(level, found[level]) for level in (*levels, "") if level in found]


def _subjects(
    rows: pl.DataFrame, subjects: Sequence[str], cycles: Sequence[int], analyte: Analyte, name: str
) -> str:
    scale = scale_of(analyte)
    held = [c for c in cycles if rows.filter(C("CYCLE") == c, C("PROFILE").is_not_null()).height]
    around = Margins(right=0.55 + room(subjects, 6.5), above=0.78)

    def draw(figure: Canvas) -> None:
        grid = figure.add_gridspec(len(held) + 1, 2)
        for line, cycle in enumerate(held):
            own = rows.filter(C("CYCLE") == cycle, C("PROFILE").is_not_null())
            for column in range(2):
                axis = figure.add_subplot(grid[line, column])
                _lines(axis, own, "ARRLT", subjects, scale)
                axis.set_title(f"cycle {cycle}{', log' if column else ''}")
                axis.set_xlabel(scale.label("time after dose"))
                if column:
                    logarithmic(axis, "y")
                else:
                    axis.set_ylabel(analyte.unit)
        axis = figure.add_subplot(grid[len(held), :])
        _lines(axis, rows, "AFRLT", subjects, scale)
        logarithmic(axis, "y")
        axis.set_title("all cycles, log")
        axis.set_xlabel(scale.label("time from first dose"))
        axis.set_ylabel(analyte.unit)
        figure.legend(
            handles=axis.get_lines(),
            loc="upper right",
            fontsize=6.5,
            title="subject",
            handlelength=1.6,
        )

    return svg(name, (9.0, 0.8 + (ROW + 0.45) * (len(held) + 1)), draw, around)


def _lines(
    axis: Axes, rows: pl.DataFrame, time: str, subjects: Sequence[str], scale: Scale
) -> None:
    """A line a subject, broken where a sample has no time."""
    places = {str(k[0]): g for k, g in rows.group_by("USUBJID", maintain_order=True)}
    for place, subject in enumerate(subjects):
        own = places.get(subject)
        if own is None:
            continue
        ordered = own.sort(time, nulls_last=True)
        axis.plot(
            finite((ordered[time] / scale.hours).to_list()),
            finite(ordered["AVAL"].to_list()),
            color=colour(place),
            marker=MARKS[place % len(MARKS)],
            markersize=2.8,
            linewidth=0.8,
            label=subject,
        )


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
    panels = _by_level(rows.sort("USUBJID", "ARRLT", nulls_last=True), levels)
    if not panels:
        return []
    middle = _statistic(pkconc, analyte, "GMEAN").filter(C("CYCLE") == cycles[0])
    scale, lines = scale_of(analyte), math.ceil(len(panels) / 4)
    name = slug(f"spaghetti-{analyte.code}")

    def draw(figure: Canvas) -> None:
        axes = figure.subplots(lines, min(4, len(panels)), sharex=True, sharey=True, squeeze=False)
        for axis, (level, frame) in zip(axes.flat, panels, strict=False):
            mean = middle.filter(C("LEVEL").fill_null("") == level)
            _all_subjects(axis, frame, mean, colours[level], scale)
            n = frame["USUBJID"].n_unique()
            axis.set_title(f"{levels.get(level, level)}, n = {n}", fontsize=8.5)
        _outer(axes, len(panels), analyte.unit, scale.label("time after dose"))

    title = Words(
        f"{analyte.name}, all subjects by dose, cycle {cycles[0]}",
        f"{analyte.name}，按剂量的全部受试者，第 {cycles[0]} 周期",
    )
    caption = Words(
        "Thin: subjects, at actual times; black: geometric mean by nominal time. BLQ is not drawn.",
        "细线：受试者（实际时间）；黑线：按计划时间的几何均值。BLQ 未绘制。",
    )
    around = Margins(top=0.3, between=0.15, above=0.4)
    drawing = svg(name, (9.0, 0.8 + 2.2 * lines), draw, around)
    return [Picture(drawing, name, caption, analyte.code, title)]


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

    def draw(figure: Canvas) -> None:
        axes = figure.subplots(1, 2)
        ends = (("MEAN", "DOWN", "UP"), ("GMEAN", "GDOWN", "GUP"))
        for axis, (value, down, up), what in zip(
            axes, ends, ("mean ± SD", "geometric mean, geometric SD, log"), strict=True
        ):
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
                    label=levels.get(level, level),
                )
            axis.set_title(what)
            axis.set_xlabel(scale.label("nominal time after dose"))
            axis.set_ylabel(analyte.unit)
        if told["GMEAN"].drop_nulls().len():
            logarithmic(axes[1], "y")
        axes[1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))

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
    around = Margins(right=0.35 + room((levels.get(x, x) for x in drawn), 8))
    return Picture(svg(name, (9.4, 3.4), draw, around), name, caption, analyte.code, title)
