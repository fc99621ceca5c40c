"""What a package prints, read back from its files and held against the results it was made of."""

import csv
import io
import re
from collections import defaultdict

import docx
import pptx
from pypdf import PdfReader

from pkpipe.displays.visible import visible
from pkpipe.meeting.details import chosen
from pkpipe.render.layout import parts
from pkpipe.render.printed_page import pages

NUMBER = re.compile(r"\d+(?:\.\d+)?")
BREAKS = re.compile(r"[\s\u200b]+")
UNNAMED = ("results.csv", "numbers.csv", "MANIFEST.json")


def squeezed(text):
    """Without blanks and places where a line may break, which a PDF does not keep."""
    return BREAKS.sub("", text)


def pages_of(content):
    """The text of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def printed(tables, chinese=False):
    """The text of every result by its id, as a page shows it."""
    ard = tables["ARD"]
    texts = zip(ard["ID"], ard["TEXTZH"] if chinese else ard["TEXT"], ard["TEXT"], strict=True)
    return {name: visible(text if text is not None else other or "") for name, text, other in texts}


def places(files, name):
    """Where `numbers.csv` says which result stands, of one file: place, id, text."""
    rows = csv.DictReader(io.StringIO(files["numbers.csv"].decode()))
    return [row for row in rows if row["file"] == name]


def not_their_result(files, name, texts):
    """Entries of `numbers.csv` whose text is not that of their results."""
    wrong = []
    for row in places(files, name):
        named = [texts[i] for i in row["id"].split(" ") if i in texts] or [texts.get(row["id"])]
        if row["text"] != "; ".join(map(str, named)) and row["text"] != "；".join(map(str, named)):
            wrong.append((row, named))
    return wrong


def rows_of_places(files, name):
    """Texts that stand beside each other on a page, in their order, by place."""
    beside = defaultdict(str)
    for row in places(files, name):
        beside[row["place"]] += squeezed(row["text"])
    return beside


def of_details(content, tables, language):
    """The displays of a `details.pdf`, each with the squeezed text of its pages."""
    texts = [squeezed(text) for text in pages_of(content)][1:]  # the first ones list the contents
    for page in chosen({page.number: page for page in pages(tables, language)}):
        head = squeezed(f"{page.number}{page.title}")
        yield page, [text for text in texts if head in text]


def rows_not_printed(page, texts):
    """Rows of a display that do not stand in its pages cell by cell; one may go on on the next page."""
    whole = "".join(texts)
    wrong = []
    for grid in page.grids:
        for part in parts(grid):
            for row in grid.texts[:, list(part.columns)]:
                cells = [squeezed(str(text)) for text in row]
                if "".join(cells) not in whole:
                    wrong.append((page.number, cells))
    return wrong


def numbers_of(*texts):
    return {number for text in texts for number in NUMBER.findall(text)}


def numbers_from_nowhere(text, *known):
    """Numbers of a page that none of the known texts has."""
    return numbers_of(text) - numbers_of(*known)


def cells_of_slides(content):
    """Every text of a deck: of boxes, cells of tables, labels of charts."""
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)
            elif shape.has_chart:
                for series in shape.chart.plots[0].series:
                    drawn = [place for place, value in enumerate(series.values) if value]
                    yield from (series.points[p].data_label.text_frame.text for p in drawn)
            elif shape.has_text_frame:
                yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)


def cells_of_form(content):
    """Every cell of the tables of a DOCX."""
    tables = docx.Document(io.BytesIO(content)).tables
    return [cell.text for table in tables for row in table.rows for cell in row.cells]
