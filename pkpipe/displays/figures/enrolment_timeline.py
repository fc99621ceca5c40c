"""The course of the escalation: a line a subject from its first dose to the end of its DLT window."""

from __future__ import annotations

import datetime
from typing import Final

import polars as pl
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.dose_ladder import SUBJECT_MARKERS
from pkpipe.displays.figures.plot import Margins, room, short

ROW_INCHES: Final = 0.19
DECIDED, CUTOFF = "#5B5B5B", "#000000"
CAPTION: Final = Words(
    "A line a subject from its first dose to the end of its DLT window, in the order of dosing, with its "
    "level. Dashed: decisions recorded; solid: the data cutoff.",
    "每名受试者一条线，自首次给药至DLT观察窗结束，按给药顺序排列并注明剂量水平。虚线：已记录的决定；"
    "实线：数据截止日。",
)


def enrolment_timeline(
    subjects: pl.DataFrame, decisions: pl.DataFrame, cutoff: datetime.date | None
) -> Picture:
    """subjects: ADDLT of those dosed; decisions: date and level of those recorded."""
    order = subjects.filter(pl.col("STATE").is_in(list(SUBJECT_MARKERS))).sort("TRTSDT", "USUBJID")
    names = [
        f"{level}  {short(name)}" for level, name in order.select("LEVEL", "USUBJID").iter_rows()
    ]

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        places = range(order.height)
        edges = [SUBJECT_MARKERS[state][3] for state in order["STATE"]]
        starts, ends = (
            [date2num(day) for day in order[name].fill_null(order["TRTSDT"])]
            for name in ("TRTSDT", "WINENDT")
        )
        axis.hlines(places, starts, ends, colors=edges, linewidth=3)
        axis.scatter(starts, places, s=14, c=edges, zorder=3)
        for (day,) in decisions.select("date").unique(maintain_order=True).iter_rows():
            axis.axvline(date2num(day), color=DECIDED, linestyle="--", linewidth=0.8, zorder=1)
        if cutoff is not None:
            axis.axvline(date2num(cutoff), color=CUTOFF, linewidth=1, zorder=1)
        axis.set_yticks(places, names)
        axis.set_ylim(order.height - 0.4, -0.6)
        locator = AutoDateLocator(maxticks=9)
        axis.xaxis.set_major_locator(locator)
        axis.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))
        axis.tick_params(labelsize=7)
        held = [state for state in SUBJECT_MARKERS if (order["STATE"] == state).any()]
        figure.legend(
            handles=[_handle(state, tell) for state in held],
            loc="lower center",
            ncols=max(len(held), 1),
        )

    height = 1.2 + ROW_INCHES * max(order.height, 4)
    around = Margins(left=0.2 + room(names, 7), right=0.4, bottom=0.75, top=0.15)
    drawing = in_both("enrolment-timeline", (9, height), draw, around)
    return Picture(drawing.en, "enrolment-timeline", CAPTION, chinese=drawing.zh)


def _handle(state: str, tell: Tell) -> Line2D:
    words, _, _, edge = SUBJECT_MARKERS[state]
    return Line2D([], [], color=edge, linewidth=3, label=tell(words))
