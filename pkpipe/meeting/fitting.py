"""How a table fits a slide: size of its type, widths of its columns, and how many rows it can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pkpipe.render.layout import UNBROKEN, WIDES, width_of
from pkpipe.render.printed_page import Grid

EMU: Final = 12_700  # of a point
SIZES: Final = (14, 12, 11, 10, 9)  # points of a table, the largest that fits
GAP: Final = 9.0  # points beside a text in a cell
LINE, WIDE_LINE = 1.22, 1.5  # height of a line in its size; of one with Chinese
NARROWEST: Final = 30.0  # points
BOLD: Final = 1.08  # how much wider headings are
LIMITS: Final = re.compile(
    r"[^ ].*?\)(?= \()|[^ ].*"
)  # a number stays in one line, its limits in theirs
WIDE_SIGNS: Final = 6.0  # sizes of the type: so many Chinese signs stand beside each other
WORD: Final = 12.0  # sizes of the type: a longer word is broken


@dataclass(frozen=True)
class Room:
    """A part of a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """As the library wants it."""
        found = (round(v * EMU) for v in (self.left, self.top, self.width, self.height))
        left, top, width, height = found
        return left, top, width, height


@dataclass(frozen=True)
class Fit:
    """A table as it fits: size of the type; in points the widths of its columns and the heights of its rows.

    heights: of the headings first; of rows that do not fit there is none.
    """

    size: float
    widths: list[float]
    heights: list[float]


def fitted(grid: Grid, room: Room) -> Fit:
    """The largest type with which every row fits; where none does, the smallest and the first rows."""
    found = Fit(SIZES[-1], [], [])
    for size in SIZES:
        across = widths(grid, size, room.width)
        heights, taken = list(_heights(grid, size, across)), 0.0
        tops = [taken := taken + height for height in heights]
        rows = max(sum(top <= room.height for top in tops), 2)
        found = Fit(size, across, heights[:rows])
        if rows >= len(heights):
            break
    return found


def widths(grid: Grid, size: float, room: float) -> list[float]:
    """Each column gets what its longest word or number needs; what is left goes to the short texts first."""
    least, best = zip(*(_needs(grid, at, size) for at in range(len(grid.heads))), strict=True)
    if sum(best) <= room:
        return [width * room / sum(best) for width in best]
    given = [width * min(1.0, room / sum(least)) for width in least]
    more = [whole - word for word, whole in zip(least, best, strict=True)]
    shared = _shared(given, more, room)
    # Between its two widths a number with limits would be broken within the limits: it gets the smaller one.
    broken = [at for at, width in enumerate(shared) if width < _whole_numbers(grid, at, size)]
    shared = _shared(given, [0.0 if at in broken else m for at, m in enumerate(more)], room)
    return [shared[0] + max(room - sum(shared), 0.0), *shared[1:]]


def fits(grid: Grid, size: float, room: float) -> bool:
    """Whether no word and no number of a table is broken in that type."""
    return sum(_needs(grid, at, size)[0] for at in range(len(grid.heads))) <= room


def _shared(given: Sequence[float], more: Sequence[float], room: float) -> list[float]:
    """What is left of the room goes to those first that need least more."""
    widths, left = [*given], max(room - sum(given), 0.0)
    for nth, at in enumerate(sorted(range(len(more)), key=more.__getitem__)):
        share = min(more[at], left / (len(more) - nth))
        widths[at] += share
        left -= share
    return widths


def _whole_numbers(grid: Grid, at: int, size: float) -> float:
    """Points for the longest line of a column in which some number has its limits; 0: none has."""
    texts = [str(text) for text in grid.texts[:, at]] if holds_numbers(grid, at) else []
    limited = any(len(LIMITS.findall(text)) > 1 for text in texts)
    return max(_line(text, size) for text in texts) if limited else 0.0


def _needs(grid: Grid, at: int, size: float) -> tuple[float, float]:
    """Points for the longest part that stays in one line, and for the longest line."""
    texts = {str(text) for text in grid.texts[:, at]}
    head = grid.heads[at]
    parts = LIMITS if holds_numbers(grid, at) else UNBROKEN
    kept = {part for text in texts for part in parts.findall(text)}
    heads = [_line(word, size * BOLD) for word in UNBROKEN.findall(head)]
    best = max(_line(head, size * BOLD), *(_line(text, size) for text in texts))
    least = max([*heads, *(_line(text, size) for text in kept)], default=NARROWEST)
    if any(
        WIDES.search(text) for text in (head, *texts)
    ):  # may break anywhere, which nobody can read
        least = max(least, min(best, WIDE_SIGNS * size))
    return min(max(least, NARROWEST), WORD * size), max(best, NARROWEST)


def holds_numbers(grid: Grid, at: int) -> bool:
    """Whether a number stands in the column; a column of groups may hold words only."""
    return grid.numeric[at] and any(value is not None for value in grid.values[:, at])


def _line(text: str, size: float) -> float:
    """Points that a text takes with what is beside it."""
    return max(width_of(line) for line in text.split("\n")) * size / 1000 * 1.05 + GAP


def _heights(grid: Grid, size: float, widths: Sequence[float]) -> Iterator[float]:
    """Of the headings, then of each row."""
    for row in (grid.heads, *grid.texts):
        lines = max(
            sum(-(-int(_line(part, size) - GAP) // max(int(width - GAP), 1)) or 1
                for part in str(text).split("\n"))
            for text, width in zip(row, widths, strict=True)
        )  # fmt: skip
        wide = any(WIDES.search(str(text)) for text in row)
        yield lines * size * (WIDE_LINE if wide else LINE) + 3.5
