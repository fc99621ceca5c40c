"""Every terminal fit of an analyte in one drawing: a small panel a profile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from pkpipe.report.blocks import Figure, slug
from pkpipe.report.figures.canvas import colour, svg

COLUMNS: Final = 8
INSIDE: Final = (0.08, 0.84)  # left edge and width of the drawing inside its cell
MOST: Final = 64
NEEDED: Final = ("LAMZ", "CLST", "CLSTP", "TLST", "LAMZLL", "LAMZUL")


@dataclass(frozen=True)
class Fit:
    """One profile: its points, the line in hours and log concentration, and how it is judged."""

    label: str
    status: str
    times: list[float]
    logs: list[float]
    start: tuple[float, float]
    end: tuple[float, float]


def terminal_fits(
    adpc: pl.DataFrame, adpp: pl.DataFrame, analyte: str, label: str
) -> Figure | None:
    """The fits of the first cycle that has any; profiles without one are counted in the caption."""
    rows = adpp.filter(
        (pl.col("PARCAT1") == analyte)
        & pl.col("PARAMCD").is_in(NEEDED)
        & pl.col("AVAL").is_not_null()
    )
    cycles = rows.filter(pl.col("PARAMCD") == "LAMZ")["CYCLE"].drop_nulls().to_list()
    if not cycles:
        return None
    cycle = min(cycles)
    fits = _fits(adpc, rows.filter(pl.col("CYCLE") == cycle))
    profiles = adpp.filter((pl.col("PARCAT1") == analyte) & (pl.col("CYCLE") == cycle))[
        "PROFILE"
    ].n_unique()
    shown = fits[:MOST]
    lines = math.ceil(len(shown) / COLUMNS)
    name = slug(f"terminal-{analyte}")

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        for place, fit in enumerate(shown):
            _panel(axis, fit, place % COLUMNS, lines - 1 - place // COLUMNS)
        axis.set_xlim(0, COLUMNS)
        axis.set_ylim(0, lines)
        axis.set_axis_off()

    left_out = "" if len(fits) <= MOST else f" The first {MOST} are drawn."
    caption = (
        "Logarithm of the concentration against time, each panel on its own scale; line: the terminal fit "
        f"over the points it used. {len(fits)} of {profiles} profiles of cycle {cycle} have a fit; the "
        f"others' reasons are in ADPP. Red: not reported.{left_out}"
    )
    size = (9.0, 0.35 + 0.92 * lines)
    return Figure(name, f"{label}: terminal fits, cycle {cycle}", svg(name, size, draw), caption)


def _fits(adpc: pl.DataFrame, rows: pl.DataFrame) -> list[Fit]:
    values = rows.pivot(
        on="PARAMCD", index=["PROFILE", "USUBJID"], values="AVAL", aggregate_function="first"
    )
    judged = rows.filter(pl.col("PARAMCD") == "LAMZ").select("PROFILE", "STATUS", UNIT="AVALU")
    wide = (
        values.join(judged, on="PROFILE", how="inner").drop_nulls(NEEDED).sort("USUBJID", "PROFILE")
    )
    points = adpc.filter((pl.col("AVAL") > 0) & (pl.col("ARRLT") >= 0)).select(
        "PROFILE", "ARRLT", "AVAL"
    )
    grouped = (
        points.sort("PROFILE", "ARRLT")
        .group_by("PROFILE", maintain_order=True)
        .agg("ARRLT", "AVAL")
    )
    found = []
    for r in wide.join(grouped, on="PROFILE", how="inner", maintain_order="left").iter_rows(
        named=True
    ):
        rate = r["LAMZ"] / (24.0 if str(r["UNIT"]).endswith("day") else 1.0)
        top = math.log(r["CLSTP"])
        first, last = r["LAMZLL"], r["LAMZUL"]
        # the sample before the next dose closes the profile, but stands with that dose in ADPC
        times, levels = [*r["ARRLT"], r["TLST"]], [*r["AVAL"], r["CLST"]]
        found.append(
            Fit(
                r["USUBJID"],
                r["STATUS"],
                times,
                [math.log(c) for c in levels],
                (first, top + rate * (r["TLST"] - first)),
                (last, top + rate * (r["TLST"] - last)),
            )
        )
    return found


def _panel(axis: Axes, fit: Fit, column: int, row: int) -> None:
    """One profile scaled into its cell."""
    left, width = INSIDE
    times, logs = [*fit.times, fit.end[0]], [*fit.logs, fit.start[1], fit.end[1]]
    span, low = max(times) or 1.0, min(logs)
    height = (max(logs) - low) or 1.0

    def at(time: float, log: float) -> tuple[float, float]:
        return column + left + width * time / span, row + 0.08 + 0.68 * (log - low) / height

    shade = "#B2182B" if fit.status == "NR" else colour(0)
    dots = [at(t, c) for t, c in zip(fit.times, fit.logs, strict=True)]
    axis.plot([x for x, _ in dots], [y for _, y in dots], "o", ms=2.2, color="#777777")
    axis.add_collection(
        LineCollection([[at(*fit.start), at(*fit.end)]], colors=[shade], linewidths=1.3)
    )
    axis.text(column + left, row + 0.86, fit.label, fontsize=4.8, color=shade)
