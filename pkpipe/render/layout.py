"""How a table fits a sheet of paper: widths of columns by what stands in them, wide tables in parts."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from pkpipe.render.printed_page import Grid

# Widths are in thousandths of the size of the type; of Latin text those of Helvetica (and Arial).
ROOM: Final = 82_000  # of a landscape A4 sheet with 8.5 point type, a little left over
GAP: Final = 1_000  # on both sides of a column together
NARROWEST: Final = 2_000
WORD: Final = 14_000  # a longer word is broken
LINE: Final = 44_000  # a longer text is in several lines, which are easier to read
# Lines of a text are not all full; of 1.0, 1.15 and parts of a word this gave the fewest.
RAGGED: Final = 1.15
MOST_LINES: Final = 40
LATIN: Final = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556,) * 10,
    *(278, 278, 584, 584, 584, 556, 1015),
    *(667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833),
    *(722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611),
    *(278, 278, 278, 469, 556, 333),
    *(556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833),
    *(556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500),
    *(334, 260, 334, 584),
)
WIDTHS: Final = dict(zip(map(chr, range(0x20, 0x7F)), LATIN, strict=True))
LONG: Final = 24  # signs of a word that is given places to break
OTHER, WIDE_SIGN = 600, 1_000
# A Chinese character is as wide as high, and a line may break behind it.
WIDE: Final = (
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
    "\U00020000-\U0003ffff]"
)
WIDES: Final = re.compile(WIDE)
UNBROKEN: Final = re.compile(rf"{WIDE}|(?:(?!{WIDE})\S)+")


@dataclass(frozen=True)
class Part:
    """Some columns of a table side by side on a sheet, each with its share of the room."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Needs:
    """What one column needs: for its longest word, its longest text in one line, and all of that text."""

    least: int
    best: int  # a very long text is in several lines
    whole: int


def parts(grid: Grid, room: int = ROOM) -> list[Part]:
    """The table in as few parts as its words allow; each repeats the columns that say what a row is about."""
    needs = [_needs(grid, column) for column in range(len(grid.heads))]
    fronts, rest = list(range(grid.labels)), list(range(grid.labels, len(needs)))
    taken = sum(needs[i].least for i in fronts)
    groups = _groups(rest, needs, max(room - taken, room // 3))
    return [_part([*fronts, *group], needs, room) for group in groups or [[]]]


def _needs(grid: Grid, column: int) -> Needs:
    """A number with what belongs to it stays in one line; texts may break, headings into two lines."""
    texts = set(grid.texts[:, column])
    heads = _size(grid.heads[column])
    sizes = [_size(text) for text in texts]
    line = max([heads[0], heads[1] * 2 // 3, *(size[1] for size in sizes)])
    word = max([heads[0], *(size[1 if grid.numeric[column] else 0] for size in sizes)])
    return Needs(
        max(min(word, WORD), NARROWEST) + GAP,
        max(min(line, LINE), NARROWEST) + GAP,
        max((size[1] for size in sizes), default=0),
    )


@functools.lru_cache(maxsize=1 << 16)
def _size(text: str) -> tuple[int, int]:
    """Width of the longest part that stays in one line, and of the longest line."""
    words = text.split() if text.isascii() else UNBROKEN.findall(text)
    return max(map(width_of, words), default=0), max(map(width_of, text.split("\n")))


@functools.lru_cache(maxsize=1 << 16)
def width_of(text: str) -> int:
    """Width of a line."""
    wide = 0 if text.isascii() else len(WIDES.findall(text)) * (WIDE_SIGN - OTHER)
    return wide + sum(WIDTHS.get(sign, OTHER) for sign in text)


def _groups(columns: Sequence[int], needs: Sequence[Needs], room: int) -> list[list[int]]:
    """Columns in as few groups as fit, about equally many in each."""
    greedy = _filled(columns, needs, room)
    if len(greedy) < 2:
        return greedy
    even = -(-len(columns) // len(greedy))
    split = [list(columns[i : i + even]) for i in range(0, len(columns), even)]
    fits = all(sum(needs[c].least for c in group) <= room for group in split)
    return split if fits else greedy


def _filled(columns: Sequence[int], needs: Sequence[Needs], room: int) -> list[list[int]]:
    groups: list[list[int]] = []
    left = 0
    for column in columns:
        if not groups or needs[column].least > left:
            groups.append([])
            left = room
        groups[-1].append(column)
        left -= needs[column].least
    return groups


def _part(columns: Sequence[int], needs: Sequence[Needs], room: int) -> Part:
    """Columns as wide as keeps the rows low; the room left is shared, short texts first."""
    widths = _lowest([needs[c] for c in columns], room)
    left = max(room - sum(widths), 0.0)
    wanted = {i: needs[c].best - widths[i] for i, c in enumerate(columns)}
    for nth, i in enumerate(sorted(wanted, key=wanted.__getitem__)):
        more = min(wanted[i], left / (len(columns) - nth))
        widths[i] += more
        left -= more
    scale = max(1.0, sum(widths) / room)
    return Part(tuple(columns), tuple(w / scale / room for w in widths))


def _lowest(needs: Sequence[Needs], room: int) -> list[float]:
    """Widths with which no text has more lines than it must; where words alone take the room, theirs."""
    for lines in range(1, MOST_LINES + 1):
        widths = [_in_lines(need, lines) for need in needs]
        if sum(widths) <= room:
            return widths
    return [float(need.least) for need in needs]


def _in_lines(need: Needs, lines: int) -> float:
    """Width in which the longest text of a column has about so many lines."""
    across = need.whole / lines * (RAGGED if lines > 1 else 1.0) + GAP
    return float(min(max(across, need.least), need.best))


def edges(widths: Sequence[float], whole: int) -> list[int]:
    """Right edges of columns in whole units of a medium."""
    return [round(edge * whole) for edge in accumulate(widths)]


def breakable(text: str, most: int = LONG) -> str:
    """The text with places where a word too long for its column may break; they are not seen."""
    return re.sub(rf"([!-~]{{{most}}})(?=[!-~])", "\\1\u200b", text)
