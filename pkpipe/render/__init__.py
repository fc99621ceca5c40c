"""The displays as files: RTF, PDF, XLSX, SVG and the reporting event. Nothing is computed here.

It reads the shown numbers (ARD), the displays, their columns and drawings, and the words of the study.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from pkpipe.displays.edition import Edition, edition
from pkpipe.errors import ConfigError
from pkpipe.protocol.study import Study
from pkpipe.render import ars, pdf, rtf, xlsx
from pkpipe.render.frame_wording import LANGUAGES, Language, Speech
from pkpipe.render.pictures import as_png
from pkpipe.render.printed_page import Page, pages

Format = Literal["rtf", "xlsx", "pdf", "svg", "json"]
FORMATS: Final[tuple[Format, ...]] = ("rtf", "xlsx", "pdf", "svg", "json")
Files = dict[str, bytes]
CLOSE: Final = 3


@dataclass(frozen=True)
class Wanted:
    """What is to be made: languages in order, numbers of displays (none: all of them), formats."""

    languages: tuple[Language, ...] = ("en",)
    only: tuple[str, ...] = ()
    formats: Collection[str] = FORMATS


@dataclass(frozen=True)
class Rendered:
    """The files by name, and what a reader of the log must know."""

    files: Files
    told: tuple[str, ...]


def languages_of(word: str) -> tuple[Language, ...]:
    """The languages of `en`, `zh` or `both`."""
    return LANGUAGES if word == "both" else tuple(lang for lang in LANGUAGES if lang == word)


def build(tables: Mapping[str, pl.DataFrame], study: Study) -> Rendered:
    """Every file of a run, in the languages of the study file."""
    wanted = Wanted(languages_of(study.report.language))
    return rendered(tables, edition(tables["SOURCES"], study), wanted)


def rendered(tables: Mapping[str, pl.DataFrame], of: Edition, wanted: Wanted) -> Rendered:
    """The files that are wanted; of two languages the second is in the name of its files.

    Raises:
        ConfigError: a wanted number is of no display; the nearest ones are named.
    """
    files: Files = {}
    told: list[str] = []
    for place, language in enumerate(wanted.languages):
        shown = _only(pages(tables, language), wanted.only)
        made = _files(shown, of, language, wanted)
        for name, content in made.files.items():
            if files.get(name) != content:  # a drawing without words is the same in both languages
                files[_named(name, language if place else "")] = content
        told += made.told
    if "json" in wanted.formats:
        files["ars.json"] = ars.ars(tables, _only(pages(tables, "en"), wanted.only), of)
    return Rendered(files, tuple(told))


def _named(name: str, language: str) -> str:
    """`T14.3.1.1.rtf`, `T14.3.1.1.zh.rtf`."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{language}.{suffix}" if language else name


def _only(shown: list[Page], numbers: Sequence[str]) -> list[Page]:
    known = [page.number for page in shown]
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise ConfigError("\n  ".join(_unknown(number, known) for number in unknown))
    return [page for page in shown if not numbers or page.number in numbers]


def _unknown(number: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(number, known, n=CLOSE, cutoff=0)
    return f"'{number}' is no display of this run (nearest: {', '.join(near) or 'there is none'})"


def _files(shown: Sequence[Page], of: Edition, language: Language, wanted: Wanted) -> Rendered:
    speech, files, told = Speech(language), Files(), []
    if "rtf" in wanted.formats:
        files |= _rtf(shown, of, speech)
    if "xlsx" in wanted.formats:
        files["all.xlsx"] = xlsx.xlsx(shown, of, speech)
    if "pdf" in wanted.formats:
        book = pdf.pdf(shown, of, speech)
        files["all.pdf"] = book.content
        told = [*_lost(book.lost)]
    if "svg" in wanted.formats:
        drawings = [drawing for page in shown for drawing in page.drawings]
        files |= {f"figures/{d.name}.svg": d.svg.encode() for d in drawings}
    return Rendered(files, tuple(told))


def _rtf(shown: Sequence[Page], of: Edition, speech: Speech) -> Files:
    drawings = [drawing for page in shown for drawing in page.drawings]
    pngs = as_png(drawings) if drawings else {}
    return {f"{page.number}.rtf": rtf.rtf(page, of, speech, pngs) for page in shown}


def _lost(lost: Mapping[int, str]) -> Iterator[str]:
    if lost:
        signs = ", ".join(lost.values())
        yield (
            f"all.pdf: no font has {signs}; their numbers stand in their place "
            "(PKPIPE_FONT names a font file that has them)"
        )
