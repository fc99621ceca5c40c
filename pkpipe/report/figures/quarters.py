"""The percent with an event by quarter of exposure, a panel an exposure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.figures.plot import Margins, colour, slug, svg
from pkpipe.displays.number_text import significant
from pkpipe.report.page_blocks import Figure

COLUMNS: Final = 4
WIDTH: Final = 5  # places of a panel: its four quarters and a gap
WHAT: Final = ("PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "ENDPOINT")
FLOOR, FULL = -4, 105  # a percent axis, with room for a marker at 0 and at 100
LINE: Final = 1.55  # inches
AROUND: Final = Margins(0.62, 0.1, 0.6, 0.25, above=0.85)


def exposure_words(row: Mapping[str, Any]) -> str:
    """The exposure with what it was measured in: one analyte may be measured in serum and in plasma."""
    return f"{row['PARCAT1']} in {row['MATRIX'].lower()}, {row['PARAMCD']}"


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
    rows_of_panels = [panels[i : i + COLUMNS] for i in range(0, len(panels), COLUMNS)]

    def draw(figure: Canvas) -> None:
        axes = figure.subplots(len(rows_of_panels), 1, squeeze=False)[:, 0]
        for axis, line in zip(axes, rows_of_panels, strict=True):
            _line_of_panels(axis, line)

    name = slug(f"quarters-{endpoint}")
    level = 100 * float(rows["LEVELCI"][0])
    caption = (
        f"Percent of subjects with the event, exact {level:g} % limits; below, the median exposure and "
        "events of subjects. All levels are pooled, and exposure goes with the level: descriptive only. "
        "Quarters of CTROUGH and of parameters of later cycles hold only subjects who stayed until then."
    )
    size = (
        10.0,
        AROUND.top
        + AROUND.bottom
        + LINE * len(rows_of_panels)
        + AROUND.above * (len(rows_of_panels) - 1),
    )
    title = f"{words} by quarter of exposure"
    return Figure(name, title, svg(name, size, draw, AROUND), caption)


def _line_of_panels(axis: Axes, panels: list[pl.DataFrame]) -> None:
    """Panels side by side on one axis (an axis each costs ten times the drawing)."""
    points = pl.concat(
        p.with_columns(AT=pl.col("STAT").str.slice(1).cast(pl.Int64) + WIDTH * i)
        for i, p in enumerate(panels)
    )
    value, low, high = (points[c].to_numpy() for c in ("AVAL", "LOWER", "UPPER"))
    axis.errorbar(
        points["AT"].to_list(),
        value,
        yerr=[value - low, high - value],
        fmt="o",
        ms=4,
        capsize=2,
        color=colour(0),
    )
    told = [f"{significant(r['EXPMED'])}\n{r['X']}/{r['N']}" for r in points.iter_rows(named=True)]
    axis.set_xticks(points["AT"].to_list(), told, fontsize=7)
    axis.set_xlim(0.4, WIDTH * COLUMNS - 0.4)
    axis.set_ylim(FLOOR, FULL)
    axis.set_ylabel("subjects (%)")
    axis.grid(visible=False, axis="x")
    axis.spines["bottom"].set_visible(False)
    for i, panel in enumerate(panels):
        middle, first = WIDTH * i + 2.5, panel.row(0, named=True)
        axis.plot([middle - 2, middle + 2], [FLOOR, FLOOR], color="#4D4D4D", lw=0.8, clip_on=False)
        what = f"{exposure_words(first)}, cycle {first['CYCLE']}"
        axis.annotate(
            what, (middle, FULL), ha="center", va="bottom", fontsize=7.5, annotation_clip=False
        )
        axis.annotate(
            first["EXPU"] or "",
            (middle, FLOOR),
            xytext=(0, -30),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8,
            annotation_clip=False,
        )
