r"""RTF 1.9: one file a display, ASCII only, every text literal, heads repeated on every page.

Written by hand; docs/decisions.md says why. A character outside ASCII is `\uN?`, two of them beyond U+FFFF.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pkpipe.displays.edition import Edition
from pkpipe.render import frame_wording
from pkpipe.render.frame_wording import Speech
from pkpipe.render.layout import Part, edges, parts
from pkpipe.render.margins import above, below
from pkpipe.render.pictures import Png
from pkpipe.render.printed_page import Drawing, Grid, Page

# Twips, 1440 an inch: A4 on its side.
WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 16838, 11906, 1134, 1800, 1700
ROOM: Final = WIDTH - 2 * SIDE
TALLEST: Final = HEIGHT - TOP - BOTTOM - 1300  # of a picture: its title and caption beside it
TWIPS: Final = 20  # a point
SIZE, SMALL = 17, 15  # half points
GAP: Final = 80
LINE: Final = r"\brdrs\brdrw10"
START: Final = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0\deflang2057"
    r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset134 SimSun;}}"
)
SECTION: Final = (
    rf"\paperw{WIDTH}\paperh{HEIGHT}\landscape\margl{SIDE}\margr{SIDE}\margt{TOP}\margb{BOTTOM}"
    rf"\sectd\lndscpsxn\pgwsxn{WIDTH}\pghsxn{HEIGHT}\headery600\footery500"
)
FIELD: Final = r"{{\field{{\*\fldinst {0}}}{{\fldrslt 1}}}}"
CHINESE: Final = re.compile(
    "([\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]+)"
)
SPECIAL: Final = re.compile(r"[\\{}\n\r\t]|[^\x00-\x7f]")
MEANT: Final[Mapping[str, str]] = {
    "\\": r"\\",
    "{": r"\{",
    "}": r"\}",
    "\n": r"\line ",
    "\r": r"\line ",
    "\t": r"\tab ",
}


def rtf(
    page: Page,
    edition: Edition,
    speech: Speech,
    pngs: Mapping[str, Png] | None = None,
    head: tuple[str, str, str] | None = None,
) -> bytes:
    """The file of one display; pngs: its drawings by their name; head: as of a PDF."""
    body = [*_tables(page, speech), *_pictures(page.drawings, pngs or {})]
    if page.empty:
        body = [_paragraph(f"{speech(frame_wording.NOT_SHOWN)}: {page.empty}", r"\qc\sb600", SIZE)]
    parts_of_file = (
        *(START, rf"{{\info{{\title {literal(f'{page.number} {page.title}')}}}}}", SECTION),
        *(r"{\header", *_header(page, head or above(edition, speech), speech), "}"),
        *(r"{\footer", *_footer(page, edition, speech), "}"),
        *(*body, "}"),
    )
    return ("\n".join(parts_of_file) + "\n").encode("ascii")


@functools.lru_cache(maxsize=1 << 16)
def literal(text: str) -> str:
    """The text as RTF prints it, whatever is in it; Chinese in a font that has it."""
    if not SPECIAL.search(text):
        return text
    pieces = CHINESE.split(text)
    return "".join(
        rf"{{\f1 {_coded(piece)}}}" if place % 2 else _coded(piece)
        for place, piece in enumerate(pieces)
    )


def _coded(text: str) -> str:
    return SPECIAL.sub(lambda m: MEANT[m[0]] if m[0] in MEANT else _units(m[0]), text)


def _units(sign: str) -> str:
    code = sign.encode("utf-16-le")
    pairs = (int.from_bytes(code[i : i + 2], "little", signed=True) for i in range(0, len(code), 2))
    return "".join(rf"\u{unit}?" for unit in pairs)


def _paragraph(text: str, how: str, size: int) -> str:
    return rf"\pard\plain{how}\f0\fs{size} {literal(text)}\par"


def _header(page: Page, lines: tuple[str, str, str], speech: Speech) -> Iterator[str]:
    number = literal(speech(frame_wording.PAGE).format(x="\x01", y="\x02"))
    number = number.replace("\x01", FIELD.format("PAGE")).replace("\x02", FIELD.format("NUMPAGES"))
    tabs = rf"\pard\plain\ql\tqr\tx{ROOM}\f0\fs{SMALL} "
    yield rf"{tabs}{literal(lines[0])}\tab {number}\par"
    yield rf"{tabs}{literal(lines[1])}\tab {literal(lines[2])}\par"
    yield _paragraph(f"{page.number}  {page.title}", r"\qc\sb120\b", SIZE + 3)
    if page.population:
        told = f"{speech(frame_wording.POPULATION)}: {page.population}"
        yield _paragraph(told, r"\qc\sa80", SIZE)


def _footer(page: Page, edition: Edition, speech: Speech) -> Iterator[str]:
    for line in (*page.notes, *below(page, edition, speech)):
        yield _paragraph(line, r"\ql", SMALL)


def _tables(page: Page, speech: Speech) -> Iterator[str]:
    for grid in page.grids:
        if grid.title:
            yield _paragraph(grid.title, r"\ql\keepn\sb160\sa60\b", SIZE)
        split = parts(grid)
        for place, part in enumerate(split, start=1):
            if len(split) > 1:
                told = speech(frame_wording.PART).format(x=place, y=len(split))
                yield _paragraph(told, r"\ql\keepn\sb120\sa40\i", SMALL)
            yield from _table(grid, part)
            yield r"\pard\plain\f0\fs8\par"


def _table(grid: Grid, part: Part) -> Iterator[str]:
    numeric = [grid.numeric[c] for c in part.columns]
    texts = grid.texts[:, list(part.columns)].tolist()
    around = rf"\clbrdrt{LINE}\clbrdrb{LINE}\clvertalb"
    yield _row(_definition(part, around, r"\trhdr"), [grid.heads[c] for c in part.columns], numeric)
    plain, last = _definition(part, r"\clvertalt"), _definition(part, rf"\clbrdrb{LINE}\clvertalt")
    for row in texts[:-1]:
        yield _row(plain, row, numeric)
    yield _row(last, texts[-1], numeric)


def _definition(part: Part, cell: str, row: str = "") -> str:
    at = "".join(rf"{cell}\cellx{edge}" for edge in edges(part.widths, ROOM))
    return rf"\trowd\trgaph{GAP}\trleft0\trkeep{row}{at}"


def _row(definition: str, texts: Sequence[str], numeric: Sequence[bool]) -> str:
    cells = "".join(
        rf"\pard\plain\intbl\q{'r' if right else 'l'}\f0\fs{SIZE} {literal(text)}\cell"
        for text, right in zip(texts, numeric, strict=True)
    )
    return rf"{definition}{cells}\row"


def _pictures(drawings: Sequence[Drawing], pngs: Mapping[str, Png]) -> Iterator[str]:
    for place, drawing in enumerate(drawings):
        new = r"\pagebb" if place else ""
        if drawing.title:
            yield _paragraph(drawing.title, rf"\qc\keepn{new}\sa60\b", SIZE)
            new = ""
        png = pngs[drawing.name]
        scale = min(1.0, ROOM / (png.width * TWIPS), TALLEST / (png.height * TWIPS))
        wide, tall = (round(points * TWIPS * scale) for points in (png.width, png.height))
        told = literal(drawing.caption or drawing.title)
        yield (
            rf"\pard\plain\qc{new}{{\pict{{\*\picprop{{\sp{{\sn wzDescription}}{{\sv {told}}}}}}}"
            rf"\pngblip\picw{png.pixels[0]}\pich{png.pixels[1]}\picwgoal{wide}\pichgoal{tall}"
            f"\n{png.content.hex()}}}\\par"
        )
        if drawing.caption:
            yield _paragraph(drawing.caption, r"\ql\sb60", SMALL)
