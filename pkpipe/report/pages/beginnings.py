"""What the decision page shows of a display: its beginning, and in words what it leaves to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pkpipe.displays.bilingual import Words
from pkpipe.render.printed_page import Grid
from pkpipe.render.printed_page import Page as Display

MOST_ROWS: Final = 12  # of a table on the decision page; its topic has them all
MOST_GROUPS: Final = 12  # columns of numbers side by side
AFTER: Final = 2  # of those, how many stand behind the level last dosed
TOTAL: Final = "ALL"  # the column of all groups together
TABLES: Final = {"T14.1.4.2": 2}  # beside the proposal what each outcome would change; others: one
RESPONSE: Final = "T14.2.1.1"
HERE: Final = Words("Here: {}", "此处：{}")
COMMA: Final = Words(", ", "，")
OF: Final = {
    "rows": Words("{} of {} rows", "{}/{}行"),
    "groups": Words("{} of {} groups side by side", "{}/{}个并列组"),
    "tables": Words("{} of {} tables", "{}/{}个表"),
    "drawings": Words("{} of {} drawings", "{}/{}幅图"),
}


@dataclass(frozen=True)
class Beginning:
    """A display as far as the decision page has it; left: what the page leaves out, NONE where nothing."""

    display: Display
    left: Words | None


def beginning(display: Display, level: str) -> Beginning:
    """The first tables and drawing, each with its first rows and groups, or those around the level.

    level: code of the level last dosed; where rows or groups are levels, it is among those kept.
    """
    first = display.grids[: TABLES.get(display.number, 1)]
    chosen = [_leading(grid) if display.number == RESPONSE else grid for grid in first]
    kept = tuple(_begun(grid, level) for grid in chosen)
    counts = [
        *(("rows", g.height, whole.height) for g, whole in zip(kept, first, strict=True)),
        *(("groups", len(_groups(g)), len(_groups(w))) for g, w in zip(kept, first, strict=True)),
        ("tables", len(kept), len(display.grids)),
        ("drawings", len(display.drawings[:1]), len(display.drawings)),
    ]
    less = [(OF[what], shown, whole) for what, shown, whole in counts if shown < whole]
    return Beginning(
        replace(display, grids=kept, drawings=display.drawings[:1]), _said(less) if less else None
    )


def _said(less: Sequence[tuple[Words, int, int]]) -> Words:
    """`Here: 12 of 30 rows, 12 of 61 groups side by side`."""
    told = [
        between.join(words[language].format(shown, whole) for words, shown, whole in less)
        for language, between in enumerate(COMMA)
    ]
    return Words(*(said.format(one) for said, one in zip(HERE, told, strict=True)))


def _begun(grid: Grid, level: str) -> Grid:
    groups = _groups(grid)
    total = [place for place in groups[-1:] if grid.columns[place] == TOTAL]
    others = groups[: len(groups) - len(total)]
    taken = [*_window(others, MOST_GROUPS - len(total), grid.columns, level), *total]
    left_out = set(groups) - set(taken)
    columns = [place for place in range(len(grid.columns)) if place not in left_out]
    rows = _window(list(range(grid.height)), MOST_ROWS, grid.keys, level)
    return grid.only(columns).rows(rows)


def _leading(grid: Grid) -> Grid:
    """Of the response the first set and kind (`evaluable/CBOR_PR`), with the rates of that set."""
    first = grid.keys[0].partition("_")[0]
    same_set = f"{first.rpartition('/')[0]}/"
    wanted = (
        place
        for place, key in enumerate(grid.keys)
        if key.startswith(f"{first}_") or (key.startswith(same_set) and "_" not in key)
    )
    return grid.rows(list(wanted))


def _groups(grid: Grid) -> list[int]:
    """The columns of numbers behind those of labels."""
    return [n for n, number in enumerate(grid.numeric) if number and n >= grid.labels]


def _window(places: Sequence[int], most: int, codes: Sequence[str], level: str) -> list[int]:
    """The first of the places, or as many that end a little behind the level."""
    at = next((n for n, place in enumerate(places) if codes[place] == level), 0)
    last = min(max(at + 1 + AFTER, most), len(places))
    return list(places[max(last - most, 0) : last])
