"""Names of subjects, drugs, matrices and groups: two spellings of one name would be two of them.

A name is no word of a codelist: nobody says which spelling is right, so none is changed. What differs in
nothing but letter case, blanks, hyphens, width or leading zeros is asked about before anything is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NotRequired, TypedDict, Unpack

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import Cell, findings_at
from pkpipe.schema.coded_words import folded
from pkpipe.sentences import sentence

NAME_SPELLING: Final = Check(
    "NAME-SPELLING",
    "error",
    "one name in two spellings?",
    "one row, one name",
    allowed="each name in one spelling, in all files",
)
# Two subjects where there is one: half of what happened to it would be nobody's.
SUBJECT_SPELLING: Final = Check(
    "SUBJECT-SPELLING",
    "error",
    "a subject in two spellings?",
    "SDTMIG 3.4, USUBJID",
    allowed="each subject in one spelling",
)
CHECKS: Final = (NAME_SPELLING, SUBJECT_SPELLING)
LEADING_ZEROS: Final = r"(^|[^0-9.])0+([0-9])"
ONLY_ZEROS_BEHIND: Final = r"^(\d+)\.0+$"  # a number that a program wrote as 1.0
BESIDE_DIGIT: Final = r"(\d) (\D)|(\D) (\d)"


class Place(TypedDict):
    """Where a row stands."""

    file: Cell
    row: pl.Expr
    subject: NotRequired[Cell]


def compared(name: pl.Expr) -> pl.Expr:
    """A name as two spellings of it are alike: `S-01`, `s 1` and `S1`; `10 mg` and `10mg`; `1` and `1.0`."""
    plain = folded(name).str.replace(ONLY_ZEROS_BEHIND, "$1")
    plain = plain.str.replace_all(LEADING_ZEROS, "$1$2")
    return plain.str.replace_all(BESIDE_DIGIT, "$1$2$3$4")


def commonest_spelling(term: pl.Expr) -> pl.Expr:
    """A coded term as most rows spell it: `Nausea` and `NAUSEA` are counted as one."""
    rows = pl.len().over(term)
    return term.sort_by([rows, term], descending=[True, False]).first().over(folded(term))


def rarer_spellings(names: pl.Series) -> dict[str, str | None]:
    """The texts of a column that most rows spell otherwise, each with that spelling."""
    name = pl.col("T")
    texts = names.drop_nulls().to_frame("T").group_by("T").agg(_N=pl.len())
    first = name.sort_by(["_N", "T"], descending=[True, False]).first().over(folded(name))
    return dict(texts.select("T", READ=first).filter(name != pl.col("READ")).sort("T").iter_rows())


def in_two_spellings(name: pl.Expr) -> pl.Expr:
    """True where another row of the table has the name in another spelling."""
    text = name.cast(pl.String)
    return text.is_not_null() & (pl.struct(text).n_unique().over(compared(text)) > 1)


def findings_of_names(
    rows: pl.DataFrame,
    column: str,
    within: Sequence[str] = (),
    check: Check = NAME_SPELLING,
    **place: Unpack[Place],
) -> pl.DataFrame:
    """A finding for each further spelling of a name, at its first row.

    within: the name is one of its subject, or of its subject and reader; another may spell it otherwise.
    """
    name = pl.col(column).cast(pl.String)
    named = rows.filter(name.is_not_null()).unique([*within, column], maintain_order=True)
    keyed = named.with_columns(_KEY=compared(name))
    first = keyed.with_columns(_FIRST=name.first().over(*within, "_KEY"))
    again = first.filter(name != pl.col("_FIRST"))
    told = sentence("{} {} and {}", pl.lit(check.words), "_FIRST", name)
    return findings_at(again, check, column=column, value=name, message=told, **place)


def spelled_otherwise(names: pl.Series, there: pl.Series) -> dict[str, str]:
    """Names that are not there, each with the other spelling that is."""
    lost = _keyed(names).join(_keyed(there), on="NAME", how="anti", maintain_order="left")
    found = lost.join(_keyed(there), on="KEY", how="inner", maintain_order="left", suffix="_THERE")
    return dict(found.select("NAME", "NAME_THERE").unique("NAME", maintain_order=True).iter_rows())


def findings_of_strangers(
    rows: pl.DataFrame, column: str, there: pl.Series, other: str, **place: Unpack[Place]
) -> pl.DataFrame:
    """A finding for the first row of each name that another file has in another spelling only."""
    alike = spelled_otherwise(rows[column], there)
    name = pl.col(column).cast(pl.String)
    first = rows.filter(name.is_in(list(alike)) & name.is_first_distinct())
    allowed = name.replace_strict(alike, default=None, return_dtype=pl.String)
    message = pl.lit(f"spelled otherwise in {other}")
    return findings_at(
        first, NAME_SPELLING, column=column, value=name, message=message, allowed=allowed, **place
    )


def _keyed(names: pl.Series) -> pl.DataFrame:
    seen = names.drop_nulls().cast(pl.String).unique(maintain_order=True)
    return pl.DataFrame({"NAME": seen}).with_columns(KEY=compared(pl.col("NAME")))
