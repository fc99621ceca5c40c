"""Swimmer: treatment of every subject as a bar, with response, progression, death and the data cutoff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pkpipe.displays.display import Picture
from pkpipe.displays.figures.plot import RESPONSE_COLOURS, Margins, colour, room, svg
from pkpipe.displays.words import Words


@dataclass(frozen=True)
class Mark:
    """How an event is drawn and told in the legend."""

    event: str
    marker: str
    shade: str
    size: float  # points squared
    label: str


CUTOFF: Final = Mark("CUTOFF", "|", "#444444", 46, "data cutoff")
MARKS: Final = (
    Mark("RESPONSE", "^", "#5AAE61", 24, "response"),
    Mark("PD", "x", "#B2182B", 24, "progression"),
    Mark("DEATH", "s", "black", 16, "death"),
    CUTOFF,
    Mark("ONGOING", ">", "#333333", 26, "on treatment at the cutoff"),
)
ROW_INCHES: Final = 0.155


def swimmer(rows: pl.DataFrame, order: list[str]) -> Picture | None:
    """Time on treatment, response, progression and death of every treated subject; order: of the cohorts."""
    bars = rows.filter(pl.col("EVENT") == "TREATMENT").sort("ORDER", "USUBJID")
    if bars.is_empty():
        return None
    place = {u: i for i, u in enumerate(reversed(bars["USUBJID"].to_list()))}
    seen = set(bars["COHORT"].fill_null("").to_list())
    cohorts = [c for c in order if c in seen] + sorted(seen - set(order))

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
        side = {"loc": "upper left", "borderaxespad": 0.0}
        first = axis.legend(handles=handles, bbox_to_anchor=(1.01, 1.0), title="cohort", **side)
        axis.add_artist(first)
        below = 1.0 - (0.19 * len(cohorts) + 0.45) / height
        axis.legend(handles=_legend(rows), bbox_to_anchor=(1.01, below), **side)
        axis.set_ylim(-1, len(place))
        axis.set_xlabel("study day")
        axis.grid(visible=False, axis="y")

    height = min(14.0, max(1.2 + ROW_INCHES * len(place), 2.2 + 0.19 * len(cohorts)))
    caption = Words(
        f"{len(place)} treated subjects, the longest treated first. Bars: treatment. A response stands at "
        "its first scan; a tick is the data cutoff of a subject, an arrow treatment that goes on beyond it.",
        f"{len(place)} 例接受治疗的受试者，按治疗时间从长到短排列。横条：治疗。缓解标于首次评估日；"
        "竖线为数据截止日，箭头表示截止日后仍在治疗。",
    )
    title = Words("Treatment, response and outcome by subject", "各受试者的治疗、缓解和转归")
    told = [*cohorts, *(str(entry.get_label()) for entry in _legend(rows))]
    around = Margins(left=0.15 + room(place, 5.5), right=0.45 + room(told, 8), top=0.1)
    return Picture(svg("swimmer", (9, height), draw, around), "swimmer", caption, title=title)


def _marks(axis: Axes, rows: pl.DataFrame, place: dict[str, int]) -> None:
    known = rows.filter(pl.col("USUBJID").is_in(list(place)) & pl.col("STARTDY").is_not_null())
    for mark in MARKS:
        points = known.filter(pl.col("EVENT") == mark.event)
        if points.is_empty():
            continue
        inside, edges = _shades(points["AVALC"].to_list(), mark)
        axis.scatter(
            points["STARTDY"].to_list(),
            [place[u] for u in points["USUBJID"]],
            marker=mark.marker,
            s=mark.size,
            c=inside,
            edgecolors=edges or None,
            zorder=3,
        )


def _shades(words: list[str | None], mark: Mark) -> tuple[str | list[str], list[str]]:
    """Inside and edge of the marks; a response is told as `PR confirmed` and hollow until confirmed."""
    if mark.event != "RESPONSE":
        return mark.shade, []
    told = [(word or "").partition(" ") for word in words]
    edges = [RESPONSE_COLOURS.get(kind, mark.shade) for kind, _, _ in told]
    inside = [
        edge if status == "confirmed" else "white"
        for edge, (_, _, status) in zip(edges, told, strict=True)
    ]
    return inside, edges


def _legend(rows: pl.DataFrame) -> list[Line2D]:
    """One entry for every kind of mark that is drawn, each kind of response by itself."""
    drawn = rows.filter(pl.col("STARTDY").is_not_null())
    entries: list[Line2D] = []
    for mark in MARKS:
        words = drawn.filter(pl.col("EVENT") == mark.event)["AVALC"].unique().sort().to_list()
        if not words:
            continue
        if mark.event != "RESPONSE":
            entries.append(_entry(mark, mark.label, mark.shade, mark.shade))
            continue
        for word in words:
            inside, edges = _shades([word], mark)
            entries.append(_entry(mark, str(word), inside[0], edges[0]))
    return entries


def _entry(mark: Mark, label: str, inside: str, edge: str) -> Line2D:
    size = mark.size**0.5
    style = {"markerfacecolor": inside, "markeredgecolor": edge, "markersize": size}
    return Line2D([], [], linestyle="", marker=mark.marker, label=label, **style)
