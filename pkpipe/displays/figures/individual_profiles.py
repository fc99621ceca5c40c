"""Concentrations of every subject: each cycle with a course by itself, and the whole treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import AFTER_DOSE, AFTER_FIRST, SUBJECT, cycle_words
from pkpipe.displays.figures.both_languages import Both, Tell, in_both
from pkpipe.displays.figures.concentration_curves import (
    Scale,
    by_level,
    course_cycles,
    named,
    scale_of,
)
from pkpipe.displays.figures.plot import Margins, colour, finite, logarithmic, room, slug
from pkpipe.protocol.drugs import Analyte

C: Final = pl.col
ALL_CYCLES: Final = Words("all cycles", "全部周期")
PROFILE_MARKERS: Final = "osD^vP*X"
PAGE: Final = 16  # subjects told apart in one drawing
ROW: Final = 2.1  # inches of a line of panels


def individual(adpc: pl.DataFrame, analyte: Analyte, levels: Mapping[str, str]) -> list[Picture]:
    """Drawings of a level: each cycle with a course by itself, linear and log; below, the whole treatment."""
    own = adpc.filter(C("PARAMCD") == analyte.code, C("MATRIX") == analyte.matrix)
    cycles = course_cycles(own)
    shown = own.filter(C("AVAL").is_not_null()).sort("USUBJID", "AFRLT", nulls_last=True)
    pictures = []
    for level, frame in by_level(shown, levels):
        subjects = frame["USUBJID"].unique().sort().to_list()
        pages = [subjects[i : i + PAGE] for i in range(0, len(subjects), PAGE)]
        for number, page in enumerate(pages):
            rows = frame.filter(C("USUBJID").is_in(page))
            part = f" ({number + 1} of {len(pages)})" if len(pages) > 1 else ""
            part_zh = f"（第 {number + 1}/{len(pages)} 部分）" if len(pages) > 1 else ""
            name = slug(f"conc-{analyte.code}-{level}-{number + 1}")
            told = named(level, levels)
            title = Words(
                f"{analyte.name}, individual profiles, {told.en}{part}",
                f"{analyte.name}，个体药时曲线，{told.zh}{part_zh}",
            )
            drawing = _subjects(rows, page, cycles, analyte, name)
            pictures.append(
                Picture(
                    drawing.en, name, _individual_caption(page), analyte.code, title, drawing.zh
                )
            )
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


def _subjects(
    rows: pl.DataFrame, subjects: Sequence[str], cycles: Sequence[int], analyte: Analyte, name: str
) -> Both:
    scale = scale_of(analyte)
    held = [c for c in cycles if rows.filter(C("CYCLE") == c, C("PROFILE").is_not_null()).height]
    around = Margins(right=0.55 + room(subjects, 6.5), above=0.78)

    def draw(figure: Canvas, tell: Tell) -> None:
        grid = figure.add_gridspec(len(held) + 1, 2)
        for line, cycle in enumerate(held):
            own = rows.filter(C("CYCLE") == cycle, C("PROFILE").is_not_null())
            for column in range(2):
                axis = figure.add_subplot(grid[line, column])
                _lines(axis, own, "ARRLT", subjects, scale)
                axis.set_title(tell(logged(cycle_words(cycle)) if column else cycle_words(cycle)))
                axis.set_xlabel(tell(scale.label(AFTER_DOSE)))
                if column:
                    logarithmic(axis, "y")
                else:
                    axis.set_ylabel(analyte.unit)
        axis = figure.add_subplot(grid[len(held), :])
        _lines(axis, rows, "AFRLT", subjects, scale)
        logarithmic(axis, "y")
        axis.set_title(tell(logged(ALL_CYCLES)))
        axis.set_xlabel(tell(scale.label(AFTER_FIRST)))
        axis.set_ylabel(analyte.unit)
        figure.legend(
            handles=axis.get_lines(),
            loc="upper right",
            fontsize=6.5,
            title=tell(SUBJECT),
            handlelength=1.6,
        )

    return in_both(name, (9.0, 0.8 + (ROW + 0.45) * (len(held) + 1)), draw, around)


def logged(words: Words) -> Words:
    """Of a panel with a logarithmic axis."""
    return Words(f"{words.en}, log", f"{words.zh}，对数")


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
            marker=PROFILE_MARKERS[place % len(PROFILE_MARKERS)],
            markersize=2.8,
            linewidth=0.8,
            label=subject,
        )
