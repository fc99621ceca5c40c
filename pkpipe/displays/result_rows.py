"""Displays to rows: every shown cell as one row, every display, and the columns of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import lost
from pkpipe.displays.builders import LABEL
from pkpipe.displays.display import NOT_MADE, Content, Display, Material, Nothing, Picture, Sheet
from pkpipe.displays.figures.told import described
from pkpipe.displays.formats import TEXT
from pkpipe.displays.populations import POPULATIONS, number_of
from pkpipe.schema.adam.displays import ARD, COLUMNS, DISPLAYS, FIGURES

SHOWN: Final = "shown"
PLAIN_NUMBER: Final = r"[-−]?(?:0|[1-9]\d*)(?:\.\d+)?"
WHO: Final = ("USUBJID", "SUBJID", "SITEID", "COHORT", "LEVEL")  # whose numbers are names
TEXT_STATISTICS: Final = (TEXT, LABEL)  # statistics of cells that are no numbers


def contents(displays: Sequence[Display], material: Material) -> list[tuple[Display, Content]]:
    """What each display holds; one whose sources were not collected says so instead."""
    return [(display, _content(display, material)) for display in displays]


def _content(display: Display, material: Material) -> Content:
    """Made once: a summary of other displays takes their lines as they are."""
    if display.number not in material.made:
        material.made[display.number] = _made(display, material)
    return material.made[display.number]


def _made(display: Display, material: Material) -> Content:
    reason = material.known.reason(*display.rests_on)
    if reason is not None:
        return Nothing(lost(reason))
    made = display.make(material)
    if isinstance(made, Nothing):
        return made
    chinese = material.study.report.language != "en"
    sheets = tuple(
        _described(display, s, chinese=chinese) if isinstance(s, Picture) else s
        for s in made
        if isinstance(s, Picture) or s.cells.height
    )
    return sheets or Nothing(NOT_MADE)


def _described(display: Display, picture: Picture, *, chinese: bool) -> Picture:
    """The drawing with its title and description inside; its own title tells it from its neighbours.

    chinese: the report is in Chinese (too), so it is drawn in Chinese as well.
    """
    titles = [
        ": ".join(filter(None, both)) for both in zip(display.title, picture.title, strict=True)
    ]
    english, translated = (
        partial(described, name=picture.name, title=title, told=caption)
        for title, caption in zip(titles, picture.caption, strict=True)
    )
    drawn = picture.chinese() if chinese and picture.chinese else picture.svg if chinese else None
    told = None if drawn is None else partial(translated, drawn)
    return replace(picture, svg=english(picture.svg), chinese=told)


def tables_of(
    made: Sequence[tuple[Display, Content]], material: Material, code: str
) -> dict[str, pl.DataFrame]:
    """The four tables of a run: ARD, DISPLAYS, COLUMNS, FIGURES; code: the hash of what made them."""
    cells = [_cells(d, s, n, code) for d, c in made for n, s in enumerate(_sheets(c))]
    columns = [row for d, c in made for n, s in enumerate(_sheets(c)) for row in _columns(d, s, n)]
    drawings = [row for d, c in made for row in _drawings(d, c)]
    displays = [_display(n, d, c, material) for n, (d, c) in enumerate(made)]
    return {
        "ARD": ARD.as_declared(pl.concat(cells)) if cells else ARD.empty(),
        "DISPLAYS": pl.DataFrame(displays, schema=DISPLAYS.schema, orient="row"),
        "COLUMNS": pl.DataFrame(columns, schema=COLUMNS.schema, orient="row"),
        "FIGURES": pl.DataFrame(drawings, schema=FIGURES.schema, orient="row"),
    }


def _sheets(content: Content) -> Iterator[Sheet]:
    if not isinstance(content, Nothing):
        yield from (s for s in content if isinstance(s, Sheet))


def _cells(display: Display, sheet: Sheet, number: int, code: str) -> pl.DataFrame:
    at = "/".join(part for part in (display.number, sheet.code) if part)
    rows = sheet.cells
    return rows.with_columns(
        ID=pl.concat_str(pl.lit(at), "ROW", "COL", "STAT", separator="|", ignore_nulls=True),
        DISPLAY=pl.lit(display.number),
        SHEET=pl.lit(number, dtype=pl.Int64),
        ROWN=pl.col("ROW").rle_id().cast(pl.Int64),
        RULE=_of_numbers(", ".join(display.rule)),
        CONFIG=_of_numbers(", ".join(display.config)),
        CODE=_of_numbers(f"{display.make.__module__}@{code}"),
        TABLES=pl.col("TABLES").fill_null(", ".join(display.sources)),
    )


def _of_numbers(said: str) -> pl.Expr:
    """What is said of how a number was made; of a word nothing, and most cells of listings are words."""
    return pl.when(~pl.col("STAT").is_in(TEXT_STATISTICS)).then(
        pl.lit(said or None, dtype=pl.String)
    )


def _columns(display: Display, sheet: Sheet, number: int) -> Iterator[dict[str, object]]:
    alone = _of_numbers_alone(sheet)
    for place, column in enumerate(sheet.columns):
        yield {
            "DISPLAY": display.number,
            "SHEET": number,
            "SHEETEN": sheet.title.en,
            "SHEETZH": sheet.title.zh,
            "COLN": place,
            "COL": column.key,
            "HEADEN": column.head.en,
            "HEADZH": column.head.zh,
            "NUMERIC": "Y" if column.numeric or column.key in alone else None,
        }


def _of_numbers_alone(sheet: Sheet) -> frozenset[str]:
    """Columns of words that are numbers all the same, such as cycles: they stand on the right too."""
    worded = [c.key for c in sheet.columns if not c.numeric and c.key not in WHO]
    text = pl.col("TEXT").fill_null("")
    told = sheet.cells.filter(pl.col("COL").is_in(worded)).group_by("COL")
    found = told.agg(
        ALL=text.str.contains(rf"^(?:{PLAIN_NUMBER}|–)?$").all(),
        ANY=text.str.contains(f"^{PLAIN_NUMBER}$").any(),
    )
    return frozenset(found.filter("ALL", "ANY")["COL"])


def _drawings(display: Display, content: Content) -> Iterator[dict[str, object]]:
    if isinstance(content, Nothing):
        return
    for number, picture in enumerate(p for p in content if isinstance(p, Picture)):
        yield {
            "DISPLAY": display.number,
            "SHEET": number,
            "CODE": picture.code,
            "NAME": picture.name,
            "TITLEEN": picture.title.en,
            "TITLEZH": picture.title.zh,
            "CAPTEN": picture.caption.en,
            "CAPTZH": picture.caption.zh,
            "SVG": picture.svg,
            "SVGZH": picture.chinese() if picture.chinese else None,
        }


def _display(
    place: int, display: Display, content: Content, material: Material
) -> dict[str, object]:
    population = POPULATIONS[display.population].words
    empty = content.why if isinstance(content, Nothing) else None
    notes = dict.fromkeys([*display.notes, *(n for s in _sheets(content) for n in s.notes)])
    return {
        "number": display.number,
        "kind": display.kind,
        "title_en": display.title.en,
        "title_zh": display.title.zh,
        "population": population.en,
        "n": number_of(display.population, material),
        "state": SHOWN if empty is None else empty.en,
        "ORD": place,
        "POPZH": population.zh,
        "STATEZH": "" if empty is None else empty.zh,
        "NOTESEN": "\n".join(note.en for note in notes if empty is None and note.en),
        "NOTESZH": "\n".join(note.zh for note in notes if empty is None and note.zh),
        "SOURCES": ", ".join(display.sources),
    }
