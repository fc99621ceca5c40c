"""The sign-off form: what is proposed, what the committee decides, who votes how; DOCX and PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pkpipe.meeting import package_wording
from pkpipe.meeting.office_files import same_bytes
from pkpipe.meeting.package_identity import About
from pkpipe.meeting.part import Part, missing_in
from pkpipe.meeting.refusal import DECISION
from pkpipe.meeting.shown import Places, row_of, sheet
from pkpipe.render.frame_wording import PAGE
from pkpipe.render.pdf import Book, printed

ROWS: Final = 6  # empty lines for members of the committee
TEMPLATE, DATA = "form.typ", "form.json"
FACTS: Final = ("PROPOSAL", "NENROL", "REASON", "PENDING")
FONT: Final = "Arial"
CHINESE_FONT: Final = "SimSun"
WIDTHS: Final = (4.2, 4.2, 3.2, 7.4, 4.2, 3.0)  # of the columns of members, in cm


@dataclass(frozen=True)
class Form:
    """What stands on the form."""

    title: str
    facts: tuple[tuple[str, str], ...]
    blanks: tuple[str, ...]  # what the committee fills in, with empty cells between


def sign_off(about: About) -> Part:
    """`signoff.docx` and `signoff.pdf`, which results stand on them, and what no font has."""
    places = Places("signoff")
    form = _form(about, places)
    book = _pdf(form, about)
    files = {"signoff.docx": _docx(form, about), "signoff.pdf": book.content}
    return files, places, missing_in("signoff.pdf", book)


def _form(about: About, places: Places) -> Form:
    facts = sheet(about.pages.get(DECISION), "PROPOSAL")
    rows = [(key, row) for key in FACTS if (row := row_of(facts, key))]
    told = [(row[0].text, places.add(key.lower(), row[1])) for key, row in rows]
    page = about.pages.get(DECISION)
    if not told and page is not None:
        told = [(about.say(package_wording.PROPOSED), page.empty)]
    blanks = (package_wording.AS_PROPOSED, package_wording.OTHERWISE, package_wording.TO_ENROL)
    return Form(
        about.say(package_wording.FORM),
        (*about.identity, *told),
        (f"☐ {about.say(blanks[0])}", "", f"☐ {about.say(blanks[1])}", "",
         about.say(blanks[2]), "", about.say(package_wording.MEMBERS[-1]), ""),
    )  # fmt: skip


def _pdf(form: Form, about: About) -> Book:
    data = {
        "language": about.language,
        "title": form.title,
        "head": about.head,
        "status": about.status,
        "feet": list(about.feet),
        "page": about.say(PAGE),
        "facts": form.facts,
        "decided": about.say(package_wording.DECIDED),
        "blanks": form.blanks,
        "votes": about.say(package_wording.VOTES),
        "members": [about.say(member) for member in package_wording.MEMBERS],
        "rows": ROWS,
    }
    template = (Path(__file__).parent / TEMPLATE).read_text(encoding="utf-8")
    return printed(template, (DATA, data), {}, about.edition, about.speech)


def _docx(form: Form, about: About) -> bytes:
    document = docx.Document()
    _page_of(document, about)
    document.add_heading(form.title, level=1)
    _grid(document, [(head, text) for head, text in form.facts], (5.2, 21.0))
    document.add_heading(about.say(package_wording.DECIDED), level=2)
    blanks = form.blanks
    _grid(document, [blanks[:4], blanks[4:]], (5.6, 7.5, 5.6, 7.5), bold=(0, 2))
    document.add_paragraph(about.say(package_wording.VOTES))
    heads = tuple(about.say(member) for member in package_wording.MEMBERS)
    _grid(document, [heads, *[("",) * len(heads)] * ROWS], WIDTHS, bold=(), first=True)
    file = io.BytesIO()
    document.core_properties.title = f"{form.title} – {about.edition.study}"
    document.save(file)
    return same_bytes(file.getvalue(), about.edition.cutoff)


def _page_of(document: Document, about: About) -> None:
    """A4 across, one font, the state of the package above each page and its run below."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.75)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), CHINESE_FONT)
    document.styles["Normal"].font.size = Pt(9)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    head = section.header.paragraphs[0]
    head.add_run(f"{about.head}   ")
    head.add_run(about.status).bold = True
    foot = section.footer.paragraphs[0]
    foot.add_run("\n".join(about.feet)).font.size = Pt(7)


def _grid(
    document: Document,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    bold: Sequence[int] = (0,),
    *,
    first: bool = False,
) -> None:
    """A table with lines; bold: columns of headings; first: the first row is headings, the rest is tall."""
    table = document.add_table(rows=len(rows), cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for place, width in enumerate(widths):
        table.columns[place].width = Cm(width)
    for number, row in enumerate(rows):
        line = table.rows[number]
        line.height = Cm(0.95 if first and number else 0.6)
        for place, text in enumerate(row):
            cell = line.cells[place]
            cell.width = Cm(widths[place])
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            run = cell.paragraphs[0].add_run(text)
            run.bold = place in bold or (first and number == 0)
