"""A display made of small tables, as the rows that a reader sees."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pkpipe.clinical.collected import EVERYTHING
from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.displays.display import Material
from pkpipe.displays.own import own_displays
from pkpipe.displays.result_rows import contents, tables_of
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import ROOMS

TINY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml")
BY_NUMBER = {display.number: display for display in CATALOGUE}
DECLARED = {table.code: table for room in ROOMS for table in room.tables}


class Shown:
    """The rows of one display; `text` is what stands in a cell."""

    def __init__(self, number, study=TINY, known=EVERYTHING, **tables):
        empty = {code: table.empty() for code, table in DECLARED.items()}
        given = {code: DECLARED[code].as_declared(frame) if code in DECLARED else frame
                 for code, frame in tables.items()}  # fmt: skip
        self.tables = empty | given
        own = {display.number: display for display in own_displays(study)}
        made = contents([(BY_NUMBER | own)[number]], Material(self.tables, study, known))
        parts = tables_of(made, Material(self.tables, study, known), "code")
        self.parts = parts
        self.cells, self.state = parts["ARD"], parts["DISPLAYS"].row(0, named=True)
        self.columns, self.figures = parts["COLUMNS"], parts.get("FIGURES")

    def cell(self, row, column):
        found = self.cells.filter(pl.col("ROW") == row, pl.col("COL") == column)
        assert found.height == 1, (row, column, self.cells.select("ROW", "COL").rows())
        return found.row(0, named=True)

    def text(self, row, column):
        return self.cell(row, column)["TEXT"]

    def behind(self, row, column):
        """The rows that the cell names, found by its condition."""
        cell = self.cell(row, column)
        table = self.tables[cell["TABLES"].partition("/")[2]]
        return pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True)
