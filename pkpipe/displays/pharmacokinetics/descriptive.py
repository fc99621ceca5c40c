"""Descriptive statistics as cells: which rule formats each statistic of PKCONC, PKSTAT and PDSTAT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.formats import FORMATS
from pkpipe.displays.pharmacokinetics.parameter_words import TIMES

C: Final = pl.col
RULES: Final[Mapping[str, str]] = {
    "N": "values",
    "NBLQ": "blq",
    "MEAN": "mean",
    "SD": "sd",
    "CV": "cv",
    "GMEAN": "gmean",
    "GCV": "gcv",
    "MEDIAN": "median",
    "MIN": "minimum",
    "MAX": "maximum",
}
OF_TIMES: Final = {"MEDIAN": "time_median", "MIN": "time_minimum", "MAX": "time_maximum"}
BLQ: Final = "BLQ"
BLQ_NOTE: Final = Words("BLQ: below the limit of quantification.", "BLQ：低于定量下限。")
NOT_CALCULATED: Final = Words(
    "–: not calculated, as there are too few values or too many are BLQ.",
    "–：数值过少或低于定量下限的比例过高，未计算。",
)


def columns(stats: tuple[str, ...]) -> list[tuple[str, Words]]:
    """The statistics side by side, with their headings."""
    return [(stat, FORMATS[RULES[stat]].words) for stat in stats]


def as_cells(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a summary (STAT, AVAL, N, AVALU) as cells, COLUMN naming the statistic."""
    timed = C("PARAMCD").is_in(list(TIMES)) & C("STAT").is_in(list(OF_TIMES))
    return rows.with_columns(
        COLUMN=C("STAT"),
        VALUE=C("AVAL"),
        UNIT=C("AVALU"),
        TEXT=pl.lit(None, dtype=pl.String),
        STAT=pl.when(timed)
        .then(C("STAT").replace(OF_TIMES))
        .otherwise(C("STAT").replace_strict(RULES, return_dtype=pl.String)),
    )


def notes_of(cells: pl.DataFrame) -> tuple[Words, ...]:
    """The footnotes that something in the cells needs."""
    given = ((BLQ_NOTE, C("TEXT").str.starts_with(BLQ)), (NOT_CALCULATED, C("VALUE").is_null()))
    return tuple(note for note, needs in given if cells.select(needs.any()).item())
