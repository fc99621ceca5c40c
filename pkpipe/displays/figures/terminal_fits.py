"""Every terminal fit of an analyte: a small panel a profile, the points the line rests on marked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.concentration_curves import Scale, scale_of
from pkpipe.displays.figures.plot import Margins, colour, slug
from pkpipe.displays.number_text import fixed, significant, whole
from pkpipe.protocol.drugs import Analyte

C: Final = pl.col
COLUMNS: Final = 5
EDGE: Final = Margins(0.06, 0.06, 0.06, 0.06)  # the panels have their axes inside
INSIDE: Final = (0.17, 0.79)  # left edge and width of the drawing inside its cell
UP: Final = (0.17, 0.50)  # lower edge and height of it; the words stand above, the time below
MOST: Final = 60
TOLD: Final = ("LAMZHL", "R2ADJ", "LAMZNPT")
DOUBTED: Final = "#B2182B"
AXIS: Final = "#9A9A9A"

Place = tuple[float, float]


@dataclass
class Marks:
    """What is drawn, gathered over all panels by the way it looks."""

    points: dict[tuple[str, str, str], list[Place]] = field(default_factory=dict)
    lines: dict[tuple[str, float], list[list[Place]]] = field(default_factory=dict)
    words: list[tuple[Place, str, str, float, str]] = field(default_factory=list)


def terminal_fits(lzfit: pl.DataFrame, adpp: pl.DataFrame, analyte: Analyte) -> list[Picture]:
    """Drawings of each cycle that has a fit; the profiles without one are counted in the caption."""
    rows = lzfit.filter(C("PARCAT1") == analyte.code, C("MATRIX") == analyte.matrix)
    own = adpp.filter(C("PARCAT1") == analyte.code, C("MATRIX") == analyte.matrix)
    profiles = own.select("PROFILE", "CYCLE").unique()
    told = _told(own)
    pictures = []
    for cycle in rows["CYCLE"].drop_nulls().unique().sort().to_list():
        of = rows.filter(C("CYCLE") == cycle)
        panels = [p for _, p in of.group_by("PROFILE", maintain_order=True)]
        planned = profiles.filter(C("CYCLE") == cycle).height
        for first in range(0, len(panels), MOST):
            shown = panels[first : first + MOST]
            counts = (len(panels), planned, first)
            pictures.append(_cycle(shown, told, analyte, int(cycle), counts))
    return pictures


def _cycle(
    shown: list[pl.DataFrame],
    told: Mapping[str, str],
    analyte: Analyte,
    cycle: int,
    counts: tuple[int, int, int],
) -> Picture:
    fits, profiles, first = counts
    lines = math.ceil(len(shown) / COLUMNS)
    name = slug(f"terminal-{analyte.code}-{cycle}{f'-{first}' if first else ''}")
    marks, scale = Marks(), scale_of(analyte)
    for place, panel in enumerate(shown):
        corner = (place % COLUMNS, lines - 1 - place // COLUMNS)
        _panel(marks, panel, corner, told.get(panel["PROFILE"][0], ""), scale)

    def draw(figure: Canvas, _tell: Tell) -> None:
        axis = figure.subplots()
        _draw(axis, marks)
        axis.set_xlim(0, COLUMNS)
        axis.set_ylim(0, lines)
        axis.set_axis_off()

    part = f", {first + 1} to {first + len(shown)}" if fits > MOST else ""
    title = Words(
        f"{analyte.name}, terminal fits, cycle {cycle}{part}",
        f"{analyte.name}，末端消除相拟合，第 {cycle} 周期{part.replace(' to ', '～').replace(', ', '，')}",
    )
    caption = Words(
        f"Concentration ({analyte.unit}, logarithmic) against time after the dose ({scale.word.en}), each "
        "panel on its own scale; under the subject its half-life, adjusted R² and number of points. Filled "
        "points: the line is fitted through them; open: not used; square: picked or left out by the "
        f"exclusion ledger; cross: a BLQ with the value of its rule. {fits} of {profiles} profiles of "
        f"cycle {cycle} have a fit; why the others have none is in listing 16.2.5.3. Red: not reported.",
        f"浓度（{analyte.unit}，对数）对给药后时间（{scale.word.zh}），各图坐标独立；"
        "受试者下方为末端消除半衰期、校正决定系数和点数。"
        "实心点：用于拟合；空心点：未使用；方块：由排除清单选定或排除；叉号：按规则替代的 BLQ。"
        f"第 {cycle} 周期 {profiles} 次给药中 {fits} 次有拟合，其余原因见列表 16.2.5.3。红色：不予报告。",
    )
    size = (9.4, 0.3 + 1.45 * lines)
    drawing = in_both(name, size, draw, EDGE)
    return Picture(drawing.en, name, caption, analyte.code, title, drawing.zh)


def _told(adpp: pl.DataFrame) -> dict[str, str]:
    """Half-life, adjusted R² and points of each profile, in words."""
    rows = adpp.filter(C("PARAMCD").is_in(TOLD)).select("PROFILE", "PARAMCD", "AVAL", "AVALU")
    found: dict[str, dict[str, tuple[float | None, str]]] = {}
    for profile, code, value, unit in rows.iter_rows():
        found.setdefault(profile, {})[code] = (value, unit or "")
    words = {}
    for profile, values in found.items():
        (half, unit), (fit, _), (points, _) = (values.get(c, (None, "")) for c in TOLD)
        words[profile] = f"t½ {significant(half)} {unit}, R² {fixed(fit, 3)}, n {whole(points)}"
    return words


def _panel(
    marks: Marks, rows: pl.DataFrame, corner: tuple[int, int], told: str, scale: Scale
) -> None:
    """One profile scaled into its cell, with the ends of both axes told."""
    (left, width), (bottom, height) = INSIDE, UP
    column, row = corner
    fitted = rows.filter(C("FITTED") > 0)
    logs = [math.log(v) for v in (*rows["AVAL"], *fitted["FITTED"])]
    span, low = max(rows["TIME"]) or 1.0, min(logs)
    tall = (max(logs) - low) or 1.0

    def at(time: float, value: float) -> Place:
        up = (math.log(value) - low) / tall
        return column + left + width * time / span, row + bottom + height * up

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
    marks.lines.setdefault((shade, 1.1), []).append([at(*ends[0]), at(*ends[-1])])
    _axes(marks, (column, row), (math.exp(low), math.exp(low + tall)), span / scale.hours)
    marks.words.append(((column + 0.04, row + 0.86), subject, shade, 6.6, "left"))
    marks.words.append(((column + 0.04, row + 0.76), told, "#555555", 5.8, "left"))


def _axes(marks: Marks, cell: tuple[int, int], ends: tuple[float, float], last: float) -> None:
    """Two axes of a panel: lowest and highest concentration, the dose and the last time."""
    (left, width), (bottom, height) = INSIDE, UP
    x, y = cell[0] + left - 0.02, cell[1] + bottom - 0.04
    corner, top, right = (x, y), (x, y + height + 0.06), (x + width + 0.04, y)
    marks.lines.setdefault((AXIS, 0.7), []).append([top, corner, right])
    words = (
        ((x - 0.01, y + 0.02), significant(ends[0], 2), "right"),
        ((x - 0.01, y + height), significant(ends[1], 2), "right"),
        ((x + 0.02, y - 0.09), "0", "center"),
        ((x + 0.02 + width, y - 0.09), significant(last, 2), "center"),
    )
    marks.words += [(place, text, "#555555", 5.4, where) for place, text, where in words]


def _draw(axis: Axes, marks: Marks) -> None:
    for (shade, width), segments in marks.lines.items():
        axis.add_collection(LineCollection(segments, colors=[shade], linewidths=width))
    for (shape, edge, inside), places in marks.points.items():
        axis.plot(
            *zip(*places, strict=True),
            shape,
            ms=2.8,
            markeredgewidth=0.7,
            markeredgecolor=edge,
            markerfacecolor=inside,
        )
    for (x, y), text, shade, size, where in marks.words:
        axis.text(x, y, text, fontsize=size, color=shade, ha=where)
