"""Slides as PowerPoint: native tables and charts, on our own template or the sponsor's."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import SlideLayout
from pptx.table import _Cell
from pptx.text.text import TextFrame, _Paragraph, _Run
from pptx.util import Emu, Pt

from pkpipe import disk
from pkpipe.errors import ConfigError
from pkpipe.meeting import package_wording
from pkpipe.meeting.details import CHOSEN
from pkpipe.meeting.fitting import EMU, GAP, Room, fitted, holds_numbers
from pkpipe.meeting.native_chart import draw
from pkpipe.meeting.office_files import same_bytes
from pkpipe.meeting.package_identity import About
from pkpipe.meeting.part import Part
from pkpipe.meeting.shown import Cell, Places, cells
from pkpipe.meeting.slides import Chart, Series, Slide, slides
from pkpipe.render.layout import width_of

WIDE, HIGH = 12_192_000, 6_858_000  # of a slide, 16 to 9, in EMU
OWN_TEMPLATE: Final = "pkpipe"  # names our own template
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LATIN, ASIAN = f"{DRAWING}latin", f"{DRAWING}ea"
EDGE: Final = 0.035  # of the width, on both sides
INK, RED = (0x16, 0x32, 0x4F), (0xA6, 0x1B, 0x1B)
FACT_LETTERS: Final = 900  # beyond so many the facts are set smaller
TITLES: Final = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
FONT, CHINESE_FONT = "Arial", "Microsoft YaHei"  # of our own template


def deck(about: About, template: Path | None) -> Part:
    """`slides.pptx`, and which results stand on it.

    Raises:
        ConfigError: the template is no file of PowerPoint, or has no layout with a title.
    """
    places, made = Places("slides"), _opened(template)
    layout = _layout(made, template)
    shown = slides(about)
    _first(made, layout, about, len(shown) + 1)
    for number, slide in enumerate(shown, start=2):
        _Writer(made, layout, about, places, number, len(shown) + 1).write(slide)
    made.core_properties.title = f"{about.say(package_wording.SLIDES)} – {about.edition.study}"
    file = io.BytesIO()
    made.save(file)
    return {"slides.pptx": same_bytes(file.getvalue(), about.edition.cutoff)}, places, []


def _opened(template: Path | None) -> Presentation:

    if template is None:
        made = pptx.Presentation()
        made.slide_width, made.slide_height = Emu(WIDE), Emu(HIGH)
        made.core_properties.title = OWN_TEMPLATE  # until it has its own
        return made
    try:
        made = pptx.Presentation(io.BytesIO(disk.read_bytes(template)))
    except Exception as problem:  # what is no PowerPoint file fails in many ways
        raise ConfigError(
            f"--template {template}: cannot be read as PowerPoint ({type(problem).__name__}: {problem})"
        ) from problem
    for one in list(made.slides._sldIdLst):
        made.part.drop_rel(one.rId)
        made.slides._sldIdLst.remove(one)
    return made


def _layout(made: Presentation, template: Path | None) -> SlideLayout:
    """The layout with a title and least besides."""
    titled = [
        one
        for one in made.slide_layouts
        if any(p.placeholder_format.type in TITLES for p in _placeholders(one))
    ]
    if not titled:
        names = ", ".join(one.name for one in made.slide_layouts) or "there is none"
        raise ConfigError(
            f"--template {template}: no layout of it has a title (layouts: {names}); "
            "the slides need one, as 'Title Only' is"
        )
    layout = min(titled, key=lambda one: len(one.placeholders))
    if template is None:
        title = next(p for p in _placeholders(layout) if p.placeholder_format.type in TITLES)
        side = EDGE * WIDE
        title.left, title.top = Emu(round(side)), Emu(round(0.03 * HIGH))
        title.width, title.height = Emu(round(WIDE - 2 * side)), Emu(round(0.11 * HIGH))
    return layout


def _placeholders(layout: SlideLayout) -> list[BaseShape]:
    return [layout.placeholders[place] for place in range(len(layout.placeholders))]


def _first(made: Presentation, layout: SlideLayout, about: About, of: int) -> None:
    writer = _Writer(made, layout, about, Places("slides"), 1, of)
    writer.start(about.say(package_wording.SLIDES))
    told = [(head, Cell(text)) for head, text in about.identity]
    if about.since:
        told.append((about.say(package_wording.SINCE), Cell(about.since)))
    signed = about.standing.lines(about.speech)
    told += [(about.say(package_wording.SIGNATURE), Cell(line)) for line in signed]
    writer.paragraphs((), told, writer.body)


def _with_font(run: _Run) -> None:
    """A font for Latin and one for Chinese; a sponsor's template has its own."""
    run.font.name = FONT
    latin = run.font._rPr.find(LATIN)
    asian = latin.makeelement(ASIAN, {"typeface": CHINESE_FONT})
    latin.addnext(asian)


class _Writer:
    """One slide while it is written."""

    def __init__(
        self,
        made: Presentation,
        layout: SlideLayout,
        about: About,
        places: Places,
        number: int,
        of: int,
    ) -> None:
        self.slide = made.slides.add_slide(layout)
        self.about, self.places, self.number, self.of = about, places, number, of
        self.own = made.core_properties.title == OWN_TEMPLATE
        self.width = (made.slide_width or WIDE) / EMU  # a template need not say its size
        self.height = (made.slide_height or HIGH) / EMU
        title = self.slide.shapes.title
        top = (title.top + title.height) / EMU + 6
        side = EDGE * self.width
        self.body = Room(side, top, self.width - 2 * side, self.height * 0.91 - top)

    def write(self, slide: Slide) -> None:
        self.start(slide.title)
        body = self.body
        if slide.chart is not None and slide.table is not None:
            half = body.width * 0.5
            self.chart(slide.chart, Room(body.left, body.top, half - 8, body.height))
            self.table(slide, Room(body.left + half, body.top, body.width - half, body.height))
        elif slide.chart is not None:
            self.chart(slide.chart, body)
        elif slide.table is not None:
            self.table(slide, body)
        else:
            self.paragraphs(slide.said, slide.facts, body)

    def start(self, title: str) -> None:
        """Title, and below the body the state of the package and the number of the slide."""
        frame = self.slide.shapes.title.text_frame
        frame.text, frame.word_wrap, frame.vertical_anchor = title, True, MSO_ANCHOR.MIDDLE
        self._set(frame.paragraphs[0], 26, INK, bold=True)
        for place in list(self.slide.placeholders):
            if place.placeholder_format.type not in TITLES:
                place._element.getparent().remove(place._element)
        foot = Room(self.body.left, self.height * 0.935, self.body.width, self.height * 0.05)
        frame = self._box(foot, "state")
        paragraph = frame.paragraphs[0]
        paragraph.text = f"{self.about.status}   {self.about.head}   {self.number}/{self.of}"
        self._set(paragraph, 10, INK if self.about.signed else RED, bold=True)

    def paragraphs(
        self, said: Sequence[Cell], facts: Sequence[tuple[str, Cell]], room: Room
    ) -> None:
        frame = self._box(room, "said")
        letters = sum(width_of(cell.text) for _, cell in facts) / 550
        size = 16 if letters < FACT_LETTERS else 13
        lines = [("", cell) for cell in said] + list(facts)
        for place, (head, cell) in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            if head:
                paragraph.add_run().text = f"{head}: "
            run = paragraph.add_run()
            run.text = self.places.add(f"slide {self.number}, line {place + 1}", cell)
            self._set(paragraph, size if head else 22, None if head else INK, bold=False)
            if head:
                paragraph.runs[0].font.bold = True

            paragraph.space_after = Pt(6)

    def table(self, slide: Slide, room: Room) -> None:
        """As large as it fits; where it does not, its first rows and where the rest is."""
        grid = slide.table
        assert grid is not None
        fit = fitted(grid, Room(room.left, room.top, room.width, room.height - 20))
        size, rows = fit.size, len(fit.heights) - 1
        shape = self.slide.shapes.add_table(
            rows + 1, len(grid.heads), *Room(room.left, room.top, room.width, 10).emu
        )
        shape.name = slide.number
        table = shape.table
        for place, width in enumerate(fit.widths):
            table.columns[place].width = round(width * EMU)
        right = [holds_numbers(grid, at) for at in range(len(grid.heads))]
        lines = [tuple(Cell(head) for head in grid.heads), *(cells(grid, i) for i in range(rows))]
        for number, line in enumerate(lines):
            table.rows[number].height = round(fit.heights[number] * EMU)
            for place, cell in enumerate(line):
                where = f"slide {self.number}, row {number}, column {place + 1}"
                self._cell(table.cell(number, place), self.places.add(where, cell), size,
                           head=number == 0, right=right[place])  # fmt: skip
        if rows < grid.height:
            below = Room(room.left, room.top + room.height - 16, room.width, 16)
            paragraph = self._box(below, "more").paragraphs[0]
            rest = (
                package_wording.MORE if slide.number in CHOSEN else package_wording.MORE_OF_REPORT
            )
            paragraph.text = self.about.say(rest).format(number=slide.number)
            self._set(paragraph, 10, INK, bold=False)

    def _cell(self, cell: _Cell, text: str, size: float, *, head: bool, right: bool) -> None:

        cell.margin_left = cell.margin_right = Emu(round(GAP / 2 * EMU))
        cell.margin_top = cell.margin_bottom = Emu(round(1.5 * EMU))
        cell.text = text
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor(*(INK if head else (0xFF, 0xFF, 0xFF)))
        for paragraph in cell.text_frame.paragraphs:
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            self._set(paragraph, size, (0xFF, 0xFF, 0xFF) if head else (0, 0, 0), bold=head)

    def chart(self, chart: Chart, room: Room) -> None:
        """Native bars, each with its text of the results."""

        def label(series: Series, place: int) -> str:
            where = f"slide {self.number}, {series.name}, {chart.categories[place]}"
            return self.places.add(where, series.cells[place])

        draw(self.slide.shapes.add_chart, chart, room, FONT if self.own else None, label)

    def _box(self, room: Room, name: str) -> TextFrame:
        shape = self.slide.shapes.add_textbox(*room.emu)
        shape.name = name
        frame: TextFrame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        return frame

    def _set(
        self,
        paragraph: _Paragraph,
        size: float,
        colour: tuple[int, int, int] | None,
        *,
        bold: bool,
    ) -> None:

        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold
            if self.own:
                _with_font(run)
            if colour is not None:
                run.font.color.rgb = RGBColor(*colour)
