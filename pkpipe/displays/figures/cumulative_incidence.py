"""Cumulative incidence of competing events, with the numbers at risk under the curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.plot import Margins, finite, legend_columns, room
from pkpipe.displays.figures.survival import (
    CURVE_INCHES,
    LINE_INCHES,
    enough,
    month_ticks,
    risk_table,
)
from pkpipe.protocol.efficacy import SurvivalPlan

INCIDENCE: Final = Words("cumulative incidence", "累积发生率")


@dataclass(frozen=True)
class Line:
    """One curve: its rows of CIFCURVE, how it is told, its colour, and whether its limits are shaded."""

    rows: pl.DataFrame
    words: Words
    colour: str
    limits: bool = False


@dataclass(frozen=True)
class Panel:
    """One picture: its name, title, what the time is counted from, its curves, and who is at risk."""

    name: str
    title: Words
    start: Words
    lines: Sequence[Line]
    at_risk: Mapping[str, pl.DataFrame]  # code of a group to the rows of one of its curves


def incidence_figure(panel: Panel, plan: SurvivalPlan) -> Picture:
    """Steps from 0 on, each as far as enough subjects are at risk."""
    month = plan.month_days
    ticks = month_ticks([enough(line.rows, plan) for line in panel.lines], month)
    columns = legend_columns(len(panel.lines))
    table = 0.2 + LINE_INCHES * len(panel.at_risk)
    months = Words(f"months since {panel.start.en}", f"自{panel.start.zh}起的月数")

    def draw(figure: Canvas, tell: Tell) -> None:
        upper, lower = figure.subplots(2, 1, height_ratios=[CURVE_INCHES, table], sharex=True)
        for line in panel.lines:
            _step(upper, line, enough(line.rows, plan), month, tell)
        upper.set_ylim(0, 1.03)
        upper.set_xticks(ticks)
        upper.set_ylabel(tell(INCIDENCE))
        upper.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)
        risk_table(lower, panel.at_risk, ticks, month, tell)
        lower.set_xlabel(tell(months))

    caption = Words(
        "Aalen-Johansen estimate: the probability of having had the event by then, the others being events "
        f"too. A curve ends where fewer than {plan.min_at_risk} subjects are at risk; groups of fewer than "
        f"{plan.min_n_curve} have none. Shaded: limits.",
        "Aalen–Johansen估计：在其他事件亦视为事件的情况下，至该时间已发生该事件的概率。"
        f"风险人数少于 {plan.min_at_risk} 例后不再绘制曲线；少于 {plan.min_n_curve} 例的组不绘制曲线。"
        "阴影：置信限。",
    )
    told = [text for line in panel.lines for text in line.words]
    right = 0.15 + columns * (room(told, 8) + 0.5)
    around = Margins(left=max(0.6, 0.2 + room(panel.at_risk)), right=right, top=0.1, above=0.28)
    size = (6.6 + right, CURVE_INCHES + table + 0.28 + around.bottom + around.top)
    drawing = in_both(panel.name, size, draw, around)
    return Picture(drawing.en, panel.name, caption, title=panel.title, chinese=drawing.zh)


def _step(axis: Axes, line: Line, rows: pl.DataFrame, month: float, tell: Tell) -> None:
    times = [0.0, *(t / month for t in rows["TIME"].to_list())]
    axis.step(
        times,
        [0.0, *rows["CIF"].to_list()],
        where="post",
        color=line.colour,
        label=tell(line.words),
        linewidth=1.8 if line.limits else 1.0,
    )
    if line.limits:
        low, high = ([0.0, *finite(rows[c].fill_null(0.0).to_list())] for c in ("LOWER", "UPPER"))
        axis.fill_between(times, low, high, step="post", color=line.colour, alpha=0.13, linewidth=0)
