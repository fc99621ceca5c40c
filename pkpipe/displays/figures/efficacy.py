"""Waterfall, spider, Kaplan-Meier with numbers at risk."""

from __future__ import annotations

from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pkpipe.displays.display import Picture
from pkpipe.displays.figures.plot import RESPONSE_COLOURS, Margins, colour, finite, room, svg
from pkpipe.displays.words import Words

PR_PERCENT: Final = -30.0
PD_PERCENT: Final = 20.0


def waterfall(rows: pl.DataFrame) -> Picture | None:
    """Best percentage change of the sum of diameters, one bar a subject, coloured by best response."""
    drawn = rows.filter(pl.col("DRAWN") == "Y").sort("ORDER", "USUBJID")
    if drawn.is_empty():
        return None
    labels = drawn["COHORT"].fill_null("").to_list()

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        best = drawn["BOR"].fill_null("NE").to_list()
        heights = drawn["BESTPCHG"].to_list()
        axis.bar(
            range(len(heights)),
            heights,
            color=[RESPONSE_COLOURS.get(b, "#BDBDBD") for b in best],
            width=0.85,
        )
        for place, (height, confirmed) in enumerate(
            zip(heights, drawn["CONFFL"].to_list(), strict=True)
        ):
            if confirmed == "Y":
                axis.annotate(
                    "●",
                    (place, height),
                    ha="center",
                    va="top" if height < 0 else "bottom",
                    fontsize=6,
                )
        for limit in (PR_PERCENT, PD_PERCENT):
            axis.axhline(limit, color="#777777", linewidth=0.8, linestyle="--")
        axis.axhline(0, color="black", linewidth=0.8)
        axis.set_xticks(range(len(labels)), labels, rotation=90, fontsize=6.5)
        axis.set_xlabel("subject's cohort")
        axis.set_ylabel("best change from baseline (%)")
        axis.grid(visible=False, axis="x")
        axis.legend(handles=_response_patches(best), loc="upper right", ncols=3)

    missing = _left_out(rows.filter(pl.col("DRAWN") != "Y"))
    caption = Words(
        f"{drawn.height} subjects; best sum up to the first progression, before new therapy. "
        f"● confirmed response. Dashed: −30 % and +20 %. {missing.en}",
        f"{drawn.height} 例受试者；首次进展前（含）且新抗肿瘤治疗前的最佳总和。"
        f"● 已确认缓解。虚线：−30 % 和 +20 %。{missing.zh}",
    )
    around = Margins(left=0.65, top=0.1, bottom=0.34 + room(labels, 6.5))
    drawing = svg("waterfall", (9, 3.6), draw, around)
    title = Words("Best change in target lesions", "靶病灶最佳变化")
    return Picture(drawing, "waterfall", caption, title=title)


def _left_out(missing: pl.DataFrame) -> Words:
    """Who is not drawn and why, counted, as a caption says it."""
    if missing.is_empty():
        return Words("Not drawn: nobody.", "未绘制：无。")
    reasons = missing.group_by("REASON").len().sort("REASON")
    told = "; ".join(f"{n} {reason or 'no reason given'}" for reason, n in reasons.iter_rows())
    return Words(f"Not drawn: {told}.", f"未绘制：{told}。")


def _response_patches(best: list[str]) -> list[Patch]:
    return [Patch(color=c, label=code) for code, c in RESPONSE_COLOURS.items() if code in best]


def spider(rows: pl.DataFrame, order: list[str]) -> Picture | None:
    """Change of the sum of diameters over time, one line a subject, coloured by level or cohort."""
    shown = rows.filter(pl.col("PCHG").is_not_null()).with_columns(
        GRP=pl.col("LEVEL").fill_null(pl.col("COHORT"))
    )
    if shown.is_empty():
        return None
    groups = [g for g in order if g in set(shown["GRP"].to_list())]
    groups += sorted(set(shown["GRP"].drop_nulls().to_list()) - set(groups))

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        for (subject,), line in shown.sort("USUBJID", "ADY").group_by(
            "USUBJID", maintain_order=True
        ):
            del subject
            axis.plot(
                line["ADY"].to_list(),
                line["PCHG"].to_list(),
                "-o",
                ms=2.2,
                linewidth=0.9,
                color=colour(groups.index(line["GRP"][0])),
            )
        for limit in (PR_PERCENT, PD_PERCENT):
            axis.axhline(limit, color="#777777", linewidth=0.8, linestyle="--")
        handles = [Line2D([], [], color=colour(i), label=g) for i, g in enumerate(groups)]
        axis.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0), title="level or cohort"
        )
        axis.set_xlabel("study day")
        axis.set_ylabel("change from baseline (%)")

    missing = _left_out(rows.filter(pl.col("ADY").is_null()))
    n = shown["USUBJID"].n_unique()
    caption = Words(
        f"{n} subjects with a measured sum; dashed: −30 % and +20 %. {missing.en}",
        f"{n} 例受试者有测量总和；虚线：−30 % 和 +20 %。{missing.zh}",
    )
    around = Margins(left=0.65, right=0.15 + max(room(groups, 8) + 0.45, 1.1), top=0.1)
    drawing = svg("spider", (9, 3.8), draw, around)
    title = Words("Change in target lesions over time", "靶病灶随时间的变化")
    return Picture(drawing, "spider", caption, title=title)


def km_figure(
    curve: pl.DataFrame,
    endpoint: str,
    titles: tuple[Words, Words],
    days_a_month: float,
    groups: list[str],
    column: str = "COHORT",
) -> Picture | None:
    """Kaplan-Meier curves with the numbers at risk under them; the numbers come from the table.

    titles: of the figure, and what the time is counted from.  groups: those of `column` to draw.
    """
    rows = curve.filter((pl.col("PARAMCD") == endpoint) & (pl.col("GROUP") == "ALL"))
    by_group = curve.filter(
        (pl.col("PARAMCD") == endpoint)
        & (pl.col("GROUP") == column)
        & pl.col("GROUPVAL").is_in(groups)
    )
    if rows.is_empty():
        return None
    lines = [("all", rows)] + [
        (str(k[0]), g) for k, g in by_group.group_by("GROUPVAL", maintain_order=True)
    ]
    longest = max(max(f["TIME"].to_list(), default=0.0) for _, f in lines) / days_a_month
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60) if longest / s <= 10)
    ticks = [float(step * i) for i in range(int(longest // step) + 1)]
    name = f"km-{endpoint.lower()}" + ("" if column == "COHORT" else f"-{column.lower()}")

    def draw(figure: Canvas) -> None:
        upper, lower = figure.subplots(
            2, 1, height_ratios=[4, 0.4 + 0.42 * len(lines)], sharex=True
        )
        for place, (label, frame) in enumerate(lines):
            _km_line(upper, frame, days_a_month, colour(place), label)
            for tick in ticks:
                lower.text(
                    tick,
                    -place,
                    str(_at_risk(frame, tick * days_a_month)),
                    ha="center",
                    va="center",
                    fontsize=8,
                )
        upper.set_ylim(0, 1.03)
        upper.set_xticks(ticks)
        upper.set_ylabel("probability")
        upper.legend(loc="upper right")
        lower.set_yticks([-i for i in range(len(lines))], [label for label, _ in lines])
        lower.set_ylim(-len(lines) + 0.4, 0.6)
        lower.set_title("at risk", loc="left", fontsize=8)
        lower.grid(visible=False)
        lower.tick_params(length=0)
        lower.set_xlabel(f"months since {titles[1].en}")
        for side in ("left", "bottom"):
            lower.spines[side].set_visible(False)

    caption = Words(
        "Product-limit estimate; shaded: limits of all subjects; ticks: censored.",
        "乘积极限法估计；阴影：全部受试者的置信限；短线：删失。",
    )
    around = Margins(left=max(0.6, 0.2 + room(x for x, _ in lines)), top=0.1, above=0.28)
    size = (8.4, 3.6 + 0.22 * len(lines))
    return Picture(svg(name, size, draw, around), name, caption, title=titles[0])


def _km_line(axis: Axes, frame: pl.DataFrame, days_a_month: float, shade: str, label: str) -> None:
    frame = frame.sort("TIME")
    times = [0.0, *(t / days_a_month for t in frame["TIME"].to_list())]
    survival = [1.0, *frame["SURV"].to_list()]
    axis.step(
        times,
        survival,
        where="post",
        color=shade,
        label=label,
        linewidth=1.8 if label == "all" else 1.0,
    )
    censored = frame.filter(pl.col("NCENSOR") > 0)
    axis.plot(
        [t / days_a_month for t in censored["TIME"].to_list()],
        censored["SURV"].to_list(),
        "|",
        ms=6,
        color=shade,
    )
    if label == "all":
        low, high = ([1.0, *finite(frame[c].to_list())] for c in ("LOWER", "UPPER"))
        axis.fill_between(times, low, high, step="post", color=shade, alpha=0.13, linewidth=0)


def _at_risk(frame: pl.DataFrame, day: float) -> int:
    """Subjects with a time of at least `day`: the risk set of the curve's next row, none after the last."""
    later = frame.filter(pl.col("TIME") >= day - 1e-9).sort("TIME")
    return int(later["NRISK"][0]) if later.height else 0
