"""What media of a package take from the displays of a run: cells with the id of the result each one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pkpipe.render.printed_page import Grid, Page, Texts


@dataclass(frozen=True)
class Cell:
    """A text that stands in a result, with the id of the result; "" where it is no cell of one."""

    text: str
    id: str = ""


@dataclass
class Places:
    """Where each result is printed: one row a cell, for the file `numbers.csv`."""

    file: str
    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, place: str, cell: Cell) -> str:
        """Remember where the cell stands, and give its text."""
        if cell.id:
            told = {"file": self.file, "place": place, "id": cell.id, "text": cell.text}
            self.rows.append(told)
        return cell.text


def sheet(page: Page | None, code: str = "") -> Grid | None:
    """The table of a display with that code; without a code the first one."""
    if page is None:
        return None
    start = f"{page.number}/{code}|" if code else page.number
    for grid in page.grids:
        if any(str(name or "").startswith(start) for name in grid.ids.ravel()[: grid.ids.shape[1]]):
            return grid
    return None


def row_of(grid: Grid | None, key: str) -> tuple[Cell, ...]:
    """The cells of the row that is about `key`; nothing where there is none."""
    if grid is None or key not in grid.keys:
        return ()
    return cells(grid, grid.keys.index(key))


def cells(grid: Grid, place: int) -> tuple[Cell, ...]:
    """The cells of a row."""
    pairs = zip(grid.texts[place], grid.ids[place], strict=True)
    return tuple(Cell(str(text), str(name or "")) for text, name in pairs)


def rows_of(grid: Grid) -> Iterator[tuple[Cell, ...]]:
    """Every row as cells."""
    yield from (cells(grid, place) for place in range(grid.height))


def with_columns(grid: Grid, places: Sequence[int]) -> Grid:
    """The same table with these of its columns, in this order."""
    taken = {
        name: getattr(grid, name)[:, list(places)] for name in ("texts", "ids", "values", "behind")
    }
    return replace(
        grid,
        heads=tuple(grid.heads[i] for i in places),
        numeric=tuple(grid.numeric[i] for i in places),
        columns=tuple(grid.columns[i] for i in places),
        labels=sum(1 for i in places if i < grid.labels),
        **taken,
    )


def column(grid: Grid, key: str) -> int | None:
    """The place of the column with that code; None: there is none."""
    return grid.columns.index(key) if key in grid.columns else None


def columns(grid: Grid, keys: Sequence[str]) -> Grid:
    """The table with the columns of these keys, those it has."""
    places = (column(grid, key) for key in keys)
    return with_columns(grid, [place for place in places if place is not None])


def stacked(grids: Sequence[Grid], head: str) -> Grid:
    """Tables with the same columns as one, each row led by the title of its table."""
    first = grids[0]
    alike = [grid for grid in grids if grid.columns == first.columns]
    titles = np.array([[grid.title] for grid in alike for _ in range(grid.height)], dtype=object)
    none = np.full_like(titles, None)
    led: dict[str, Any] = {
        name: np.hstack([none, _below(alike, name)]) for name in ("ids", "values", "behind")
    }
    return replace(
        first,
        heads=(head, *first.heads),
        numeric=(False, *first.numeric),
        columns=("TABLE", *first.columns),
        labels=first.labels + 1,
        keys=tuple(key for grid in alike for key in grid.keys),
        texts=np.hstack([titles, _below(alike, "texts")]),
        **led,
    )


def _below(grids: Sequence[Grid], name: str) -> Texts:
    return np.vstack([getattr(grid, name) for grid in grids])


Pages = Mapping[str, Page]
