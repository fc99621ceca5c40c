"""All displays as one workbook, a sheet a display: numbers are numbers that show their text."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pkpipe.displays.edition import Edition
from pkpipe.displays.number_text import fixed
from pkpipe.render import frame_wording
from pkpipe.render.frame_wording import Speech
from pkpipe.render.margins import above, below
from pkpipe.render.printed_page import Grid, Page
from pkpipe.store.sheets import WIDEST, fitting, new_workbook

NUMBER: Final = re.compile(r"-?\d+(?:\.(\d+))?(?:[eE][+-]?\d+)?")
MOST_FORMATS: Final = (
    4_000  # a workbook holds some 60 000; beyond, such a number is written as its text
)
NARROWEST: Final = 9


@dataclass
class _Book:
    """A workbook while it is written, with its formats, each made once."""

    book: Workbook
    speech: Speech
    made: dict[str, Format] = field(default_factory=dict)

    def number(self, text: str, value: object) -> Format | None:
        """How a cell with the raw value shows this text; None: it is a text and no number."""
        found = NUMBER.fullmatch(text)
        if not isinstance(value, float) or found is None:
            return None
        decimals = len(found[1] or "")
        # what a spreadsheet rounds has 15 digits: 0.026649999999999997 it would show as 0.0267
        if fixed(float(f"{value:.15g}"), decimals) == text:
            return self._format(f"0.{'0' * decimals}" if decimals else "0")
        if abs(float(text) - value) > abs(value) * 0.1 or len(self.made) > MOST_FORMATS:
            return None
        return self._format(f'"{text}"')  # three significant figures of 1234 are 1230

    def _format(self, code: str) -> Format:
        if code not in self.made:
            self.made[code] = self.book.add_format(
                {"num_format": code, "align": "right", "valign": "top"}
            )
        return self.made[code]

    def text(self, name: str, **how: object) -> Format:
        """A named format of texts."""
        if name not in self.made:
            self.made[name] = self.book.add_format(how)
        return self.made[name]

    def fits(self, text: str) -> str:
        """The text, or as much of it as a cell holds and how long it was."""
        return fitting(text, self.speech(frame_wording.CUT))


def xlsx(pages: Sequence[Page], edition: Edition, speech: Speech) -> bytes:
    """Every display in one file."""
    file = io.BytesIO()
    made = edition.cutoff if edition.cutoff[:1].isdigit() else "1980-01-01"
    book = _Book(new_workbook(file, datetime.date.fromisoformat(made)), speech)
    _contents(book, pages, edition)
    for page in pages:
        _sheet(book, page, edition)
    book.book.close()
    return file.getvalue()


def _contents(book: _Book, pages: Sequence[Page], edition: Edition) -> None:
    speech = book.speech
    sheet = book.book.add_worksheet(speech(frame_wording.CONTENTS))
    bold = book.text("bold", bold=True)
    for row, line in enumerate(
        (speech(frame_wording.TITLE), speech(edition.title), *above(edition, speech))
    ):
        sheet.write_string(row, 0, book.fits(line), bold if row == 0 else None)
    head = 6
    heads = (
        frame_wording.NUMBER,
        frame_wording.TITLE_OF,
        frame_wording.POPULATION,
        frame_wording.STATE,
    )
    for place, name in enumerate(heads):
        sheet.write_string(head, place, speech(name), book.text("head", bold=True, bottom=1))
    for row, page in enumerate(pages, start=head + 1):
        # A link within the workbook; numbers of the catalogue are letters, digits and dots.
        sheet.write_url(row, 0, f"internal:'{page.number}'!A1", string=page.number)
        for place, text in enumerate((page.title, page.population, _state(page, speech)), start=1):
            sheet.write_string(row, place, book.fits(text))
    for place, width in enumerate((12, WIDEST, 36, 40)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(head + 1, 0)


def _state(page: Page, speech: Speech) -> str:
    return page.empty or speech(frame_wording.SHOWN)


def _sheet(book: _Book, page: Page, edition: Edition) -> None:
    speech = book.speech
    sheet = book.book.add_worksheet(page.number)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{page.number}&R{speech(frame_wording.PAGE).format(x='&P', y='&N')}")
    title = (
        f"{page.number}  {page.title}",
        f"{speech(frame_wording.POPULATION)}: {page.population}",
    )
    row = 0
    for line in (*title, ", ".join(above(edition, speech))):
        sheet.write_string(
            row, 0, book.fits(line), book.text("bold", bold=True) if not row else None
        )
        row += 1
    for line in _without_tables(page, speech):
        sheet.write_string(row + 1, 0, book.fits(line))
        row += 1
    for grid in page.grids:
        row = _table(book, sheet, grid, row + 1)
    for line in (*page.notes, *below(page, edition, speech)):
        row += 1
        sheet.write_string(row, 0, book.fits(line), book.text("note", italic=True))
    _columns(sheet, page)


def _without_tables(page: Page, speech: Speech) -> Iterator[str]:
    if page.empty:
        yield f"{speech(frame_wording.NOT_SHOWN)}: {page.empty}"
    for drawing in page.drawings:
        yield f"figures/{drawing.name}.svg  {drawing.title}  {drawing.caption}".rstrip()


def _table(book: _Book, sheet: Worksheet, grid: Grid, row: int) -> int:
    """Heads and rows from this row on; the row after them."""
    if grid.title:
        sheet.write_string(row, 0, book.fits(grid.title), book.text("bold", bold=True))
        row += 1
    head = book.text("head", bold=True, bottom=1, text_wrap=True, valign="bottom")
    plain = book.text("plain", text_wrap=True, valign="top")
    right = book.text("right", align="right", valign="top")
    for place, text in enumerate(grid.heads):
        sheet.write_string(row, place, book.fits(text), head)
    for texts, values in zip(grid.texts.tolist(), grid.values.tolist(), strict=True):
        row += 1
        for place, (text, value) in enumerate(zip(texts, values, strict=True)):
            how = book.number(text, value)
            if how is not None:
                sheet.write_number(row, place, value, how)
            elif text:
                cell = right if grid.numeric[place] else plain
                sheet.write_string(row, place, book.fits(text), cell)
    return row + 1


def _columns(sheet: Worksheet, page: Page) -> None:
    """Columns as wide as their texts; what stands above the tables may run over several."""
    widths: dict[int, int] = {}
    for grid in page.grids:
        for place, head in enumerate(grid.heads):
            longest = max(map(len, grid.texts[:, place]), default=0)
            width = max(longest, min(len(head), 14), NARROWEST) + 2
            widths[place] = max(widths.get(place, 0), min(width, WIDEST))
    for place, width in widths.items():
        sheet.set_column(place, place, width)
