"""Every terminal fit of an analyte: a small panel a profile, the points the line rests on marked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.figures.plot import Margins, colour, svg
from pkpipe.displays.numbers import fixed, significant, whole
from pkpipe.report.blocks import Figure, slug

COLUMNS: Final = 6
EDGE: Final = Margins(0.06, 0.06, 0.06, 0.06)  # the panels have no axes outside
INSIDE: Final = (0.05, 0.86)  # left edge and width of the drawing inside its cell
HEIGHT: Final = 0.58  # of the drawing in its cell; the words stand above
MOST: Final = 60
TOLD: Final = ("LAMZHL", "R2ADJ", "LAMZNPT")
DOUBTED: Final = "#B2182B"
KEY: Final = (
    "Filled points: the line is fitted through them; open: not used; square: picked or left out by the "
    "exclusion ledger; cross: a BLQ with the value of its rule."
)

Place = tuple[float, float]


@dataclass
class Marks:
    """What is drawn, gathered over all panels by the way it looks."""

    points: dict[tuple[str, str, str], list[Place]] = field(default_factory=dict)
    lines: dict[str, list[list[Place]]] = field(default_factory=dict)
    words: list[tuple[Place, str, str, float]] = field(default_factory=list)


def terminal_fits(
    lzfit: pl.DataFrame, adpp: pl.DataFrame, analyte: str, label: str
) -> list[Figure]:
    """One drawing a cycle that has a fit; the profiles without one are counted in the caption."""
    rows = lzfit.filter(pl.col("PARCAT1") == analyte)
    profiles = adpp.filter(pl.col("PARCAT1") == analyte).select("PROFILE", "CYCLE").unique()
    told = _told(adpp.filter(pl.col("PARCAT1") == analyte))
    figures = []
    for cycle in rows["CYCLE"].drop_nulls().unique().sort().to_list():
        of = rows.filter(pl.col("CYCLE") == cycle)
        planned = profiles.filter(pl.col("CYCLE") == cycle).height
        figures.append(_cycle(of, told, (analyte, label, cycle), planned))
    return figures


def _cycle(
    rows: pl.DataFrame, told: dict[str, str], which: tuple[str, str, int], profiles: int
) -> Figure:
    analyte, label, cycle = which
    panels = [p for _, p in rows.group_by("PROFILE", maintain_order=True)]
    shown = panels[:MOST]
    lines = math.ceil(len(shown) / COLUMNS)
    name = slug(f"terminal-{analyte}-{cycle}")
    marks = Marks()
    for place, panel in enumerate(shown):
        corner = (place % COLUMNS, lines - 1 - place // COLUMNS)
        _panel(marks, panel, corner, told.get(panel["PROFILE"][0], ""))

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        _draw(axis, marks)
        axis.set_xlim(0, COLUMNS)
        axis.set_ylim(0, lines)
        axis.set_axis_off()

    left_out = "" if len(panels) <= MOST else f" The first {MOST} are drawn, all are in LZFIT."
    caption = (
        "Logarithm of the concentration against time after the dose, each panel on its own scale; under the "
        f"subject its half-life, adjusted R² and number of points. {KEY} {len(panels)} of {profiles} "
        f"profiles of cycle {cycle} have a fit; why the others have none is in ADPP. Red: not "
        f"reported.{left_out}"
    )
    size = (9.0, 0.3 + 1.12 * lines)
    title = f"{label}: terminal fits, cycle {cycle}"
    return Figure(name, title, svg(name, size, draw, EDGE), caption)


def _told(adpp: pl.DataFrame) -> dict[str, str]:
    """Half-life, adjusted R² and points of each profile, in words."""
    rows = adpp.filter(pl.col("PARAMCD").is_in(TOLD)).select("PROFILE", "PARAMCD", "AVAL", "AVALU")
    found: dict[str, dict[str, tuple[float | None, str]]] = {}
    for profile, code, value, unit in rows.iter_rows():
        found.setdefault(profile, {})[code] = (value, unit or "")
    words = {}
    for profile, values in found.items():
        (half, unit), (fit, _), (points, _) = (values.get(c, (None, "")) for c in TOLD)
        words[profile] = f"t½ {significant(half)} {unit}, R² {fixed(fit, 3)}, n {whole(points)}"
    return words


def _panel(marks: Marks, rows: pl.DataFrame, corner: tuple[int, int], told: str) -> None:
    """One profile scaled into its cell."""
    left, width = INSIDE
    column, row = corner
    fitted = rows.filter(pl.col("FITTED") > 0)
    logs = [math.log(v) for v in (*rows["AVAL"], *fitted["FITTED"])]
    span, low = max(rows["TIME"]) or 1.0, min(logs)
    height = (max(logs) - low) or 1.0

    def at(time: float, value: float) -> Place:
        up = HEIGHT * (math.log(value) - low) / height
        return column + left + width * time / span, row + 0.06 + up

    status, subject = rows["STATUS"][0], str(rows["USUBJID"][0])
    shade = DOUBTED if status == "NR" else colour(0)
    looks = rows.select("TIME", "AVAL", "USEDFL", "HANDFL", "BLQFL").iter_rows()
    for time, value, used, by_hand, blq in looks:
        shape = "x" if blq else "s" if by_hand else "o"
        edge = shade if used else "#777777"
        marks.points.setdefault((shape, edge, edge if used else "white"), []).append(
            at(time, value)
        )
    ends = fitted.sort("TIME").select("TIME", "FITTED").rows()
    marks.lines.setdefault(shade, []).append([at(*ends[0]), at(*ends[-1])])
    marks.words.append(((column + left, row + 0.86), subject, shade, 5.6))
    marks.words.append(((column + left, row + 0.73), told, "#555555", 4.8))


def _draw(axis: Axes, marks: Marks) -> None:
    for shade, segments in marks.lines.items():
        axis.add_collection(LineCollection(segments, colors=[shade], linewidths=1.1))
    for (shape, edge, inside), places in marks.points.items():
        axis.plot(
            *zip(*places, strict=True),
            shape,
            ms=2.8,
            markeredgewidth=0.7,
            markeredgecolor=edge,
            markerfacecolor=inside,
        )
    for (x, y), text, shade, size in marks.words:
        axis.text(x, y, text, fontsize=size, color=shade)
