"""Waterfall, spider, swimmer, Kaplan-Meier with numbers at risk."""

from __future__ import annotations

from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pkpipe.report.blocks import Figure
from pkpipe.report.figures.canvas import RESPONSE_COLOURS, colour, finite, svg

PR_PERCENT: Final = -30.0
PD_PERCENT: Final = 20.0


def waterfall(rows: pl.DataFrame) -> Figure | None:
    """Best percentage change of the sum of diameters, one bar a subject, coloured by best response."""
    drawn = rows.filter(pl.col("DRAWN") == "Y").sort("ORDER", "USUBJID")
    if drawn.is_empty():
        return None

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
        labels = [f"{c}" for c in drawn["COHORT"].fill_null("").to_list()]
        axis.set_xticks(range(len(labels)), labels, rotation=90, fontsize=6.5)
        axis.set_xlabel("subject's cohort")
        axis.set_ylabel("best change from baseline (%)")
        axis.grid(visible=False, axis="x")
        axis.legend(handles=_response_patches(best), loc="upper right", ncols=3)

    missing = rows.filter(pl.col("DRAWN") != "Y")
    reasons = missing.group_by("REASON").len().sort("REASON")
    left_out = "; ".join(f"{n} {reason or 'no reason given'}" for reason, n in reasons.iter_rows())
    caption = (
        f"{drawn.height} subjects; best sum up to the first progression, before new therapy. "
        f"● confirmed response. Dashed: −30 % and +20 %. Not drawn: {left_out or 'nobody'}."
    )
    return Figure(
        "waterfall", "Best change in target lesions", svg("waterfall", (9, 3.6), draw), caption
    )


def _response_patches(best: list[str]) -> list[Patch]:
    return [Patch(color=c, label=code) for code, c in RESPONSE_COLOURS.items() if code in best]


def spider(rows: pl.DataFrame, order: list[str]) -> Figure | None:
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

    caption = (
        f"{shown['USUBJID'].n_unique()} subjects with a measured sum; dashed: −30 % and +20 %."
    )
    return Figure(
        "spider", "Change in target lesions over time", svg("spider", (9, 3.8), draw), caption
    )


def swimmer(rows: pl.DataFrame) -> Figure | None:
    """Time on treatment, response, progression and death of every treated subject."""
    bars = rows.filter(pl.col("EVENT") == "TREATMENT").sort("ORDER", "USUBJID")
    if bars.is_empty():
        return None
    place = {u: i for i, u in enumerate(reversed(bars["USUBJID"].to_list()))}
    cohorts = bars["COHORT"].fill_null("").unique(maintain_order=True).to_list()

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        starts, ends = bars["STARTDY"].to_list(), bars["ENDDY"].to_list()
        axis.barh(
            [place[u] for u in bars["USUBJID"]],
            [(e or s) - s + 1 for s, e in zip(starts, ends, strict=True)],
            left=starts,
            height=0.62,
            color=[colour(cohorts.index(c or "")) for c in bars["COHORT"]],
            alpha=0.45,
        )
        _marks(axis, rows, place)
        axis.set_yticks(list(place.values()), list(place), fontsize=5.5)
        handles = [Patch(color=colour(i), alpha=0.45, label=c) for i, c in enumerate(cohorts)]
        axis.legend(handles=handles, loc="lower right", title="cohort", ncols=2)
        axis.set_ylim(-1, len(place))
        axis.set_xlabel("study day")
        axis.grid(visible=False, axis="y")

    size = (9, min(14.0, 1.2 + 0.155 * len(place)))
    caption = (
        f"{len(place)} treated subjects. Bars: treatment, coloured by cohort; "
        "▲ response (CR dark, PR light; △ hollow: not confirmed), ✕ progression, "
        "■ death, ► treatment ongoing at the cutoff, │ data cutoff."
    )
    return Figure(
        "swimmer", "Treatment, response and outcome by subject", svg("swimmer", size, draw), caption
    )


def _marks(axis: Axes, rows: pl.DataFrame, place: dict[str, int]) -> None:
    styles = {
        "RESPONSE": ("^", "#5AAE61", 22),
        "PD": ("x", "#B2182B", 22),
        "DEATH": ("s", "black", 16),
        "ONGOING": (">", "#333333", 22),
        "CUTOFF": ("|", "#999999", 18),
    }
    known = rows.filter(pl.col("USUBJID").is_in(list(place)) & pl.col("STARTDY").is_not_null())
    for event, (marker, shade, size) in styles.items():
        points = known.filter(pl.col("EVENT") == event)
        if points.is_empty():
            continue
        inside, edges = _shades(points["AVALC"].to_list(), shade, response=event == "RESPONSE")
        axis.scatter(
            points["STARTDY"].to_list(),
            [place[u] for u in points["USUBJID"]],
            marker=marker,
            s=size,
            c=inside,
            edgecolors=edges or None,
            zorder=3,
        )


def _shades(
    words: list[str | None], shade: str, *, response: bool
) -> tuple[str | list[str], list[str]]:
    """Inside and edge of the marks; a response is told as `PR confirmed` and hollow until confirmed."""
    if not response:
        return shade, []
    told = [(word or "").partition(" ") for word in words]
    edges = [RESPONSE_COLOURS.get(kind, shade) for kind, _, _ in told]
    inside = [
        edge if status == "confirmed" else "white"
        for edge, (_, _, status) in zip(edges, told, strict=True)
    ]
    return inside, edges


def km_figure(
    curve: pl.DataFrame, endpoint: str, title: str, days_a_month: float, groups: list[str]
) -> Figure | None:
    """Kaplan-Meier curves with the numbers at risk under them; the numbers come from the table."""
    rows = curve.filter((pl.col("PARAMCD") == endpoint) & (pl.col("GROUP") == "ALL"))
    by_cohort = curve.filter(
        (pl.col("PARAMCD") == endpoint)
        & (pl.col("GROUP") == "COHORT")
        & pl.col("GROUPVAL").is_in(groups)
    )
    if rows.is_empty():
        return None
    lines = [("all", rows)] + [
        (str(k[0]), g) for k, g in by_cohort.group_by("GROUPVAL", maintain_order=True)
    ]
    longest = max(max(f["TIME"].to_list(), default=0.0) for _, f in lines) / days_a_month
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60) if longest / s <= 10)
    ticks = [float(step * i) for i in range(int(longest // step) + 1)]
    name = f"km-{endpoint.lower()}"

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
        lower.set_xlabel(
            "months since first dose" if endpoint != "DOR" else "months since first response"
        )
        for side in ("left", "bottom"):
            lower.spines[side].set_visible(False)

    caption = "Product-limit estimate; shaded: limits of all subjects; ticks: censored."
    return Figure(name, title, svg(name, (8.4, 3.6 + 0.22 * len(lines)), draw), caption)


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
