"""Checks of whole tables as delivered: the cutoff would take the rows away that tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, found, one
from pkpipe.schema.sdtm import DOMAINS

C: Final = pl.col
Tables = Mapping[str, pl.DataFrame]
FIRST_YEAR, LAST_YEAR = 1990, 2100

SEQ_TWICE: Final = Check(
    "SEQ-TWICE", "query", "the sequence number is used twice for the subject", "SDTMIG 3.4, --SEQ"
)
# Columns of a name that is often empty, on which a rule rests.
ASKED: Final = ("CMCAT", "DSCAT", "RSCAT")
MAY_BE_BARE: Final = (
    *(f"{d}{c}" for d in ("SS", "PE", "RS") for c in ("STRESN", "STRESU")),
    *("ISSTRESU", "VSTPT", "EGTPT", "VISITNUM"),
    *("DTHDTC", "DTHFL", "RFENDTC", "BRTHDTC", "EXLOT", "EXLNKID", "EXOCCUR", "ARMNRS", "CMSCAT"),
)
ABSURD: Final = Check(
    "DATE-ABSURD", "query", "a year in which no trial ran: is it right?", "cutoffs from 1990 on"
)
COLUMN_EMPTY: Final = Check(
    "COLUMN-EMPTY", "note", "no row has a value: what rests on it is left out", "SDTMIG 3.4"
)
SEQ_GAP: Final = Check(
    "SEQ-GAP", "query", "a sequence number is missing before this row: was a record lost?", "--SEQ"
)
FEW_EMPTY = 2
ENOUGH = 6  # rows enough to tell a habit
# Empty in many trials, for a reason or by habit; by domain where only some of them.
OFTEN_EMPTY: Final = (
    *("STAT", "REASND", "ORRES", "ORRESU", "NAM", "EVALID", "ACPTFL", "BLFL", "ADJ", "BODSYS"),
    *("METHOD", "LLOQ", "CAT", "DRVFL", "DTYPE"),
)


def before_the_cut(tables: Tables) -> Iterable[pl.DataFrame]:
    """What is asked of whole deliveries: the cutoff would take the rows away that tell."""
    domains = {code: tables[code] for code in DOMAINS if code in tables}
    yield from _numbered(domains)
    for code, frame in domains.items():
        for column in DOMAINS[code].columns:
            if column.kind == "dtc" and column.name != "BRTHDTC":
                year = C(column.name).str.slice(0, 4).cast(pl.Int64, strict=False)
                odd = frame.filter((year < FIRST_YEAR) | (year > LAST_YEAR))
                yield found(ABSURD, odd, code, column.name, f"{FIRST_YEAR} to {LAST_YEAR}")


def never_filled(tables: Tables, kept: Tables) -> Iterable[pl.DataFrame]:
    """Columns without a value in whole deliveries, of the tables that have a record at the cutoff.

    A column may be filled only after the cutoff, and before the first record nothing rests on any.
    """
    for code in DOMAINS:
        if code in tables and not kept[code].is_empty():
            yield as_findings(_empty_columns(code, tables[code]))


def _empty_columns(code: str, frame: pl.DataFrame) -> list[dict[str, str | int | None]]:
    """Columns without a value in a table that has nearly all the others; a sparse table lacks many."""
    nulls = frame.null_count().row(0, named=True) if frame.height else {}
    empty = [
        column.name
        for column in DOMAINS[code].columns
        if nulls.get(column.name) == frame.height > 0
        and (column.name in ASKED or column.name.removeprefix(code) not in OFTEN_EMPTY)
        and column.name not in MAY_BE_BARE
        and not column.required
    ]
    if len(empty) > FEW_EMPTY:
        return []
    allowed = "a value where there is one"
    return [one(COLUMN_EMPTY, TABLE=code, COLUMN=name, ALLOWED=allowed) for name in empty]


def _numbered(tables: Tables) -> Iterable[pl.DataFrame]:
    """Sequence numbers used twice, or missing in a table that otherwise counts without gaps."""
    for code, frame in tables.items():
        name = f"{code}SEQ"
        if name not in frame.columns:
            continue
        number = C(name).cast(pl.Float64, strict=False)
        rows = frame.with_columns(_N=number).filter(
            C("USUBJID").is_not_null(), C("_N") == C("_N").floor()
        )
        if rows.height < ENOUGH:
            continue
        rows = rows.sort("USUBJID", "_N", "SRCFILE", "SRCROW", maintain_order=True)
        twice = rows.filter(pl.struct("USUBJID", "_N").is_duplicated())
        yield found(SEQ_TWICE, twice.drop("_N"), code, name, "each number once a subject")
        same = C("USUBJID") == C("USUBJID").shift().fill_null("")
        before = pl.when(same).then(C("_N").shift()).otherwise(0)
        gap = rows.filter(C("_N") - before > 1)
        subjects = rows["USUBJID"].n_unique()
        if gap["USUBJID"].n_unique() <= max(1, subjects // 10):
            yield found(SEQ_GAP, gap.drop("_N"), code, name, "1, 2, 3, ... without a gap")
