"""Kaplan-Meier curves with the numbers at risk under them."""

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
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import Margins, finite, legend_columns, room
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.schema.adam.common import ALL

EVERYBODY: Final = Words("all", "全部")
PROBABILITY: Final = Words("probability", "概率")
AT_RISK: Final = Words("at risk", "风险人数")
CURVE_INCHES: Final = 2.9  # height of the panel of the curves
LINE_INCHES: Final = 0.2  # of a line of numbers at risk


@dataclass(frozen=True)
class Curves:
    """Whose curves are drawn: an endpoint, the groups of a column, and how they are told."""

    endpoint: str
    title: Words
    start: Words  # what the time is counted from
    groups: tuple[str, ...]
    column: str = "COHORT"
    names: Mapping[str, str] | None = None  # of the groups, for the legend; None: their codes

    @property
    def name(self) -> str:
        """Of the file."""
        by = "" if self.column == "COHORT" else f"-{self.column.lower()}"
        return f"km-{self.endpoint.lower()}{by}"


def km_figure(
    curve: pl.DataFrame, asked: Curves, plan: SurvivalPlan, colours: Colours
) -> Picture | None:
    """Curves of everybody and of groups, each as far as enough subjects are at risk; numbers from KMCURVE."""
    rows = curve.filter(pl.col("PARAMCD") == asked.endpoint)
    everybody = rows.filter(pl.col("GROUP") == ALL)
    if everybody.is_empty():
        return None
    found = rows.filter(pl.col("GROUP") == asked.column, pl.col("GROUPVAL").is_in(asked.groups))
    parts = {str(k[0]): g for k, g in found.group_by("GROUPVAL", maintain_order=True)}
    lines = {ALL: everybody, **{g: parts[g] for g in asked.groups if g in parts}}
    names = {g: (asked.names or {}).get(g, g) for g in lines} | {ALL: ""}
    month = plan.month_days
    ticks = month_ticks([enough(f, plan) for f in lines.values()], month)
    columns = legend_columns(len(lines))
    table = 0.2 + LINE_INCHES * len(lines)

    months = Words(f"months since {asked.start.en}", f"自{asked.start.zh}起的月数")

    def draw(figure: Canvas, tell: Tell) -> None:
        upper, lower = figure.subplots(2, 1, height_ratios=[CURVE_INCHES, table], sharex=True)
        for group, frame in lines.items():
            told = (colours[group], names[group] or tell(EVERYBODY))
            _km_line(upper, enough(frame, plan), month, told, everybody=group == ALL)
        upper.set_ylim(0, 1.03)
        upper.set_xticks(ticks)
        upper.set_ylabel(tell(PROBABILITY))
        upper.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)
        risk_table(lower, lines, ticks, month, tell)
        lower.set_xlabel(tell(months))

    caption = Words(
        "Product-limit estimate; shaded: limits of all subjects; ticks: censored. A curve ends where fewer "
        f"than {plan.min_at_risk} subjects are at risk; groups of fewer than {plan.min_n_curve} have none.",
        "乘积极限法估计；阴影：全部受试者的置信限；短线：删失。"
        f"风险人数少于 {plan.min_at_risk} 例后不再绘制曲线；少于 {plan.min_n_curve} 例的组不绘制曲线。",
    )
    right = 0.15 + columns * (room([*names.values(), *EVERYBODY], 8) + 0.5)
    around = Margins(left=max(0.6, 0.2 + room(lines)), right=right, top=0.1, above=0.28)
    size = (6.6 + right, CURVE_INCHES + table + 0.28 + around.bottom + around.top)
    drawing = in_both(asked.name, size, draw, around)
    return Picture(drawing.en, asked.name, caption, title=asked.title, chinese=drawing.zh)


def month_ticks(lines: Sequence[pl.DataFrame], month: float) -> list[float]:
    """Months at which an axis is told, as far as the longest line."""
    longest = max(max(f["TIME"].to_list(), default=0.0) for f in lines)
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60) if longest / month / s <= 10)
    return [float(step * i) for i in range(int(longest / month // step) + 1)]


def risk_table(
    axis: Axes, lines: Mapping[str, pl.DataFrame], ticks: list[float], month: float, tell: Tell
) -> None:
    """How many are at risk at each tick, a line a group."""
    for place, frame in enumerate(lines.values()):
        for tick in ticks:
            told = str(at_risk(frame, tick * month))
            axis.text(tick, -place, told, ha="center", va="center", fontsize=8)
    names = [tell(EVERYBODY) if group == ALL else group for group in lines]
    axis.set_yticks([-i for i in range(len(lines))], names)
    axis.set_ylim(-len(lines) + 0.4, 0.6)
    axis.set_title(tell(AT_RISK), loc="left", fontsize=8)
    axis.grid(visible=False)
    axis.tick_params(length=0)
    for side in ("left", "bottom"):
        axis.spines[side].set_visible(False)


def enough(frame: pl.DataFrame, plan: SurvivalPlan) -> pl.DataFrame:
    """The curve as far as the plan's number of subjects is at risk."""
    return frame.filter(pl.col("NRISK") >= plan.min_at_risk).sort("TIME")


def _km_line(
    axis: Axes, frame: pl.DataFrame, month: float, told: tuple[str, str], *, everybody: bool
) -> None:
    shade, label = told
    times = [0.0, *(t / month for t in frame["TIME"].to_list())]
    survival = [1.0, *frame["SURV"].to_list()]
    width = 1.8 if everybody else 1.0
    axis.step(times, survival, where="post", color=shade, label=label, linewidth=width)
    censored = frame.filter(pl.col("NCENSOR") > 0)
    axis.plot(
        [t / month for t in censored["TIME"].to_list()],
        censored["SURV"].to_list(),
        "|",
        ms=6,
        color=shade,
    )
    if everybody:
        low, high = ([1.0, *finite(frame[c].to_list())] for c in ("LOWER", "UPPER"))
        axis.fill_between(times, low, high, step="post", color=shade, alpha=0.13, linewidth=0)


def at_risk(frame: pl.DataFrame, day: float) -> int:
    """Subjects with a time of at least `day`: the risk set of the curve's next row, none after the last."""
    later = frame.filter(pl.col("TIME") >= day - 1e-9).sort("TIME")
    return int(later["NRISK"][0]) if later.height else 0
