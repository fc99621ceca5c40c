"""What a SAS transport file cannot hold: refused with dataset, variable and row, all at once, never cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at, no_findings
from pkpipe.submission.dataset import Made, Variable
from pkpipe.submission.texts import LONGEST

C: Final = pl.col
SOURCE: Final = "SAS transport format V5 (TS-140)"
NAME: Final = r"[A-Z][A-Z0-9_]{0,7}"
LONGEST_LABEL: Final = 40  # bytes
# Of an IBM float of 8 bytes. From 2**53 on a double is not every whole number: what was written is lost.
SMALLEST, EXACT = 5.4e-79, 2**53

NAMES: Final = Check(
    "SUB-NAME",
    "error",
    "the name of a dataset or variable is not one of SAS transport V5",
    SOURCE,
    allowed="1 to 8 of A-Z, 0-9 and _, a letter first",
)
LABELS: Final = Check(
    "SUB-LABEL",
    "error",
    "the label is too long for SAS transport V5",
    SOURCE,
    allowed="at most 40 bytes; a Chinese character has 3",
)
TEXTS: Final = Check(
    "SUB-TEXT",
    "error",
    "the text is too long for SAS transport V5",
    SOURCE,
    allowed="at most 200 bytes; a Chinese character has 3. Shorten it in the raw table",
)
NUMBERS: Final = Check(
    "SUB-NUMBER",
    "error",
    "the number cannot be held by SAS transport V5",
    SOURCE,
    allowed="0, or 5.4e-79 to below 9007199254740992 (2**53), either sign. Correct it in the raw table",
)
KEYS: Final = Check(
    "SUB-KEY",
    "error",
    "rows have the same key",
    "ADaMIG 1.3",
    allowed="one row for each combination of the dataset's key variables",
)
CHECKS: Final = (NAMES, LABELS, TEXTS, NUMBERS, KEYS)


def findings(datasets: Iterable[Made]) -> pl.DataFrame:
    """Everything in every dataset that cannot be delivered."""
    return all_findings([found for made in datasets for found in _of(made)] or [no_findings()])


def _of(made: Made) -> Iterator[pl.DataFrame]:
    yield from _names(made.code, made.of.label, made.variables)
    rows = made.rows.with_row_index("ROW", offset=1).with_columns(C("ROW").cast(pl.Int64))
    for variable in made.variables:
        value = C(variable.name)
        if variable.type == "text":
            yield _long(rows.filter(value.str.len_bytes() > LONGEST), made.code, variable)
        elif variable.type in {"number", "integer"}:
            yield _unheld(rows.filter(_not_held(value.cast(pl.Float64))), made.code, variable)
    if made.of.keys:
        yield _twice(rows, made)


def _names(code: str, label: str, variables: Sequence[Variable]) -> Iterator[pl.DataFrame]:
    told = [(code, None, code, label), *((code, v.name, v.name, v.label) for v in variables)]
    for _, column, name, text in told:
        place = pl.DataFrame({"ROW": [None]}, schema={"ROW": pl.Int64})
        if not re.fullmatch(NAME, name):
            yield findings_at(place, NAMES, table=code, column=column, value=name)
        size = len(text.encode())
        if size > LONGEST_LABEL:
            words = f"{LABELS.words}: {size} > {LONGEST_LABEL} bytes"
            yield findings_at(place, LABELS, table=code, column=column, value=text, message=words)


def _long(rows: pl.DataFrame, code: str, variable: Variable) -> pl.DataFrame:
    size = C(variable.name).str.len_bytes().cast(pl.String)
    words = pl.concat_str(pl.lit(f"{TEXTS.words}: "), size, pl.lit(f" > {LONGEST} bytes"))
    return findings_at(
        rows,
        TEXTS,
        table=code,
        column=variable.name,
        value=C(variable.name),
        message=words,
        subject=C("USUBJID"),
    )


def _not_held(value: pl.Expr) -> pl.Expr:
    size = value.abs()
    return ~value.is_finite() | (size >= EXACT) | ((size < SMALLEST) & (size > 0))


def _unheld(rows: pl.DataFrame, code: str, variable: Variable) -> pl.DataFrame:
    return findings_at(
        rows,
        NUMBERS,
        table=code,
        column=variable.name,
        value=C(variable.name).cast(pl.String),
        subject=C("USUBJID"),
    )


def _twice(rows: pl.DataFrame, made: Made) -> pl.DataFrame:
    keys = [*made.of.keys]
    again = rows.filter(pl.len().over(keys) > 1)
    told = pl.concat_str(*(C(k).cast(pl.String).fill_null("") for k in keys), separator=" | ")
    return findings_at(
        again, KEYS, table=made.code, column=", ".join(keys), value=told, subject=C("USUBJID")
    )
