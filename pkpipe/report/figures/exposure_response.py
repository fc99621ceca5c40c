"""Biomarkers by visit and cohort, and the percent with an event by quarter of exposure."""

from __future__ import annotations

import math
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.protocol.drugs import Biomarker
from pkpipe.report.blocks import Figure, slug
from pkpipe.report.figures.canvas import colour, svg
from pkpipe.report.numbers import significant

MARKS: Final = "os^Dvx*"
LEAST: Final = 2  # subjects behind a mean that is drawn
COLUMNS: Final = 4
WHAT: Final = ("PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "ENDPOINT")
FLOOR, FULL = -4, 105  # a percent axis, with room for a marker at 0 and at 100


def marker_figure(pdstat: pl.DataFrame, marker: Biomarker) -> Figure | None:
    """Means by visit, a line a cohort: as measured against a threshold, else percent change."""
    kind = "PCHG" if marker.saturated_from is None else "AVAL"
    rows = pdstat.filter(
        (pl.col("PARAMCD") == marker.code)
        & (pl.col("KIND") == kind)
        & (pl.col("COHORT") != "ALL")
        & (pl.col("N") >= LEAST)
    ).sort("CYCLE", "ATPTN", "VISIT", nulls_last=True)
    if rows.is_empty():
        return None
    visits = rows.select("CYCLE", "VISIT", "ATPTN", "ATPT").unique(
        ["CYCLE", "VISIT", "ATPTN"], keep="first", maintain_order=True
    )
    place = visits.select("CYCLE", "VISIT", "ATPTN").with_row_index("PLACE")
    rows = rows.join(place, on=["CYCLE", "VISIT", "ATPTN"], how="left", nulls_equal=True)
    labels = [_visit(r["VISIT"], r["ATPT"]) for r in visits.iter_rows(named=True)]

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        for i, cohort in enumerate(rows["COHORT"].unique().sort()):
            own = rows.filter(pl.col("COHORT") == cohort).sort("PLACE")
            style = {"color": colour(i), "ms": 4, "label": cohort}
            axis.plot(own["PLACE"].to_list(), own["MEAN"].to_list(), f"-{MARKS[i % 7]}", **style)
        if marker.saturated_from is not None:
            words = f"saturated from {marker.saturated_from:g} {marker.unit}"
            axis.axhline(marker.saturated_from, color="#4D4D4D", ls="--", lw=1, label=words)
        axis.set_xticks(range(len(labels)), labels, rotation=60, ha="right")
        axis.set_ylabel(f"mean ({marker.unit})" if kind == "AVAL" else "mean change (%)")
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="Cohort")

    what = "mean" if kind == "AVAL" else "mean percent change from baseline"
    caption = (
        f"Subjects of a cohort with a result, once a visit and time; a mean of fewer than {LEAST} is "
        "not drawn. Spread and counts are in PDSTAT. Later visits hold only subjects who stayed."
    )
    name = slug(f"marker-{marker.code}")
    title = f"{marker.name}: {what} by visit and cohort"
    return Figure(name, title, svg(name, (9.0, 4.2), draw), caption)


def _visit(visit: str | None, time: str | None) -> str:
    """`CYCLE 3 DAY 8` as `C3D8`, with the time unless it says the same."""
    short = (visit or "").replace("CYCLE ", "C").replace(" DAY ", "D")
    return short if not time or time == short else f"{short} {time.lower()}".strip()


def quarters_figure(expresp: pl.DataFrame, endpoint: str, words: str) -> Figure | None:
    """A panel an exposure: percent with the event in each quarter, exact limits, subjects below."""
    rows = expresp.filter(
        (pl.col("ENDPOINT") == endpoint)
        & (pl.col("STAT") != "SLOPE")
        & pl.col("AVAL").is_not_null()
    )
    panels = rows.partition_by(WHAT, maintain_order=True)
    if not panels:
        return None
    lines = math.ceil(len(panels) / COLUMNS)

    def draw(figure: Canvas) -> None:
        axes = figure.subplots(lines, COLUMNS, sharey=True, squeeze=False)
        for axis, panel in zip(axes.flat, panels, strict=False):
            _panel(axis, panel)
        for spare in list(axes.flat)[len(panels) :]:
            spare.set_visible(False)
        for first in axes[:, 0]:
            first.set_ylabel("subjects (%)")

    name = slug(f"quarters-{endpoint}")
    level = 100 * float(rows["LEVELCI"][0])
    caption = (
        f"Percent of subjects with the event, exact {level:g} % limits; below, the median exposure and "
        "events of subjects. All levels are pooled, and exposure goes with the level: descriptive only. "
        "Quarters of CTROUGH and of parameters of later cycles hold only subjects who stayed until then."
    )
    return Figure(
        name,
        f"{words} by quarter of exposure",
        svg(name, (10.0, 0.4 + 2.4 * lines), draw),
        caption,
    )


def _panel(axis: Axes, panel: pl.DataFrame) -> None:
    place = [int(s[1:]) for s in panel["STAT"]]
    value, low, high = (panel[c].to_numpy() for c in ("AVAL", "LOWER", "UPPER"))
    axis.errorbar(
        place, value, yerr=[value - low, high - value], fmt="o", ms=4, capsize=2, color=colour(0)
    )
    ticks = [f"{significant(r['EXPMED'])}\n{r['X']}/{r['N']}" for r in panel.iter_rows(named=True)]
    axis.set_xticks(place, ticks, fontsize=7)
    axis.set_xlim(0.5, 4.5)
    axis.set_ylim(FLOOR, FULL)
    first = panel.row(0, named=True)
    axis.set_title(f"{first['PARCAT1']} {first['PARAMCD']}, cycle {first['CYCLE']}", fontsize=8.5)
    axis.set_xlabel(first["EXPU"] or "", fontsize=8)
