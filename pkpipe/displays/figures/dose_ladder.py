"""The dose ladder: levels from low to high, with DLTs, evaluable, pending and excluded subjects at each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.plot import Margins, room

STEP_INCHES: Final = 0.42
# What a subject of a level is: its words, marker, inside and edge.
SUBJECT_MARKERS: Final[Mapping[str, tuple[Words, str, str, str]]] = {
    "EVALUABLE": (Words("evaluable, without DLT", "可评估，无DLT"), "o", "#FFFFFF", "#1B7837"),
    "EVALUABLE_DLT": (Words("evaluable, with DLT", "可评估，有DLT"), "o", "#B2182B", "#B2182B"),
    "PENDING": (Words("in the window (pending)", "观察窗内（待定）"), "D", "#FEE08B", "#8C6D1F"),
    "NOT_EVALUABLE": (Words("excluded, to be replaced", "排除，需替换"), "x", "#777777", "#777777"),
}
SHADES: Final = {"MTD": "#D9F0D3", "MAD": "#D9F0D3", "ABOVE": "#FDDBC7", "NEXT": "#DEEBF7"}
SHADES_LIKE_NEXT: Final = ("ADD", "WAIT")


def dose_ladder(
    subjects: pl.DataFrame,
    levels: pl.DataFrame,
    doses: Mapping[str, str],
    stands: Mapping[str, Words],
    shade: Mapping[str, str],
) -> Picture:
    """One step a level, a mark a subject in the order of dosing, x/n and where the level stands beside it.

    subjects: ADDLT of those dosed; levels: rows of DECISION about levels, lowest first.
    """
    codes = levels["LEVEL"].to_list()
    place = {code: step for step, code in enumerate(codes)}
    dosed = subjects.filter(
        pl.col("LEVEL").is_in(codes) & pl.col("STATE").is_in(list(SUBJECT_MARKERS))
    )
    order = dosed.sort("TRTSDT", "USUBJID").with_columns(
        AT=pl.int_range(pl.len()).over("LEVEL") + 1
    )
    widest = max([6, *order["AT"].to_list()])
    names = [f"{code}  {doses.get(code, '')}".strip() for code in codes]
    sides = [_beside(row, stands) for row in levels.iter_rows(named=True)]

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        for code, step in place.items():
            tone = SHADES.get("NEXT" if shade[code] in SHADES_LIKE_NEXT else shade[code])
            if tone:
                axis.axhspan(step - 0.45, step + 0.45, color=tone, zorder=0)
        _subjects(axis, order, place)
        for step, side in enumerate(sides):
            axis.text(widest + 0.8, step, tell(side), va="center", fontsize=8)
        axis.set_yticks(range(len(codes)), names)
        axis.set_ylim(-0.6, len(codes) - 0.4)
        axis.set_xlim(0.4, widest + 0.7)
        axis.set_xticks(range(1, widest + 1))
        axis.set_xlabel(tell(IN_ORDER))
        axis.grid(visible=False)
        held = [state for state in SUBJECT_MARKERS if (order["STATE"] == state).any()]
        if held:
            handles = [_handle(state, tell) for state in held]
            figure.legend(handles=handles, loc="lower center", ncols=len(held))

    lines = [line for side in sides for text in side for line in text.split("\n")]
    height = 1.3 + STEP_INCHES * len(codes)
    around = Margins(left=0.2 + room(names), right=0.3 + room(lines, 8), bottom=0.85, top=0.15)
    drawing = in_both("dose-ladder", (9, height), draw, around)
    return Picture(drawing.en, "dose-ladder", CAPTION, chinese=drawing.zh)


IN_ORDER: Final = Words("subjects in the order of their first dose", "受试者（按首次给药先后顺序）")


CAPTION: Final = Words(
    "One mark a subject dosed, from the lowest level to the highest. Beside each level: subjects with DLT of "
    "those evaluable, those in the window, those excluded, and where the level stands.",
    "每名给药受试者一个标记，自下而上为由低到高的剂量水平。右侧：发生DLT例数/可评估例数、观察窗内例数、"
    "排除例数及该剂量水平的状态。",
)


def _beside(row: Mapping[str, object], stands: Mapping[str, Words]) -> Words:
    """`1/6 DLT, 1 pending, 1 excluded`, and where the level stands."""
    counts = [same(f"{row['Y']}/{row['N']} DLT")] if row["N"] else []
    if row["PEND"]:
        counts.append(Words(f"{row['PEND']} pending", f"{row['PEND']}例待定"))
    if row["EXCLUDED"]:
        counts.append(Words(f"{row['EXCLUDED']} excluded", f"{row['EXCLUDED']}例排除"))
    said = stands[str(row["LEVEL"])]
    if not counts:
        return said
    return Words(
        f"{', '.join(count.en for count in counts)}\n{said.en}",
        f"{'，'.join(count.zh for count in counts)}\n{said.zh}",
    )


def _subjects(axis: Axes, order: pl.DataFrame, place: Mapping[str, int]) -> None:
    for state, (_, marker, inside, edge) in SUBJECT_MARKERS.items():
        points = order.filter(pl.col("STATE") == state)
        if points.is_empty():
            continue
        at = [place[code] for code in points["LEVEL"]]
        crossed = marker == "x"
        axis.scatter(
            points["AT"].to_list(),
            at,
            s=70,
            marker=marker,
            c=edge if crossed else inside,
            edgecolors=None if crossed else edge,
            linewidths=1.4,
            zorder=3,
        )


def _handle(state: str, tell: Tell) -> Line2D:
    words, marker, inside, edge = SUBJECT_MARKERS[state]
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markersize=8,
        markerfacecolor=inside,
        markeredgecolor=edge,
        label=tell(words),
    )
