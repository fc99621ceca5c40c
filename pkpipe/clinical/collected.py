"""Not collected is not none: whether the table and every column that a number rests on were collected.

A room sees tables in which an absent column is a column of nulls, so the snapshot writes what was delivered
(COLLECT, one row a table, column and file) and every count, rate, state and decision asks here, naming what
it rests on beside it. Without it the answer is null with the reason that this module words.

What a result rests on is written as a tuple of needs. A need is a table (`AE`), a column of one (`AE.AEREL`),
or several of which one is enough, with `|` between them (`DM.DTHDTC|DS|SS`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

import polars as pl

from pkpipe.protocol.sources import Domain
from pkpipe.protocol.study import Study
from pkpipe.sentences import CHINESE, Words, sentence

COLLECT: Final = pl.Schema(
    {
        "TABLE": pl.String(),
        "COLUMN": pl.String(),
        "FILE": pl.String(),
        "HOW": pl.String(),  # COLUMN delivered, CONSTANT of the study file, ABSENT
        "FILLED": pl.String(),  # Y: some row has a value, N: none has; null: the file has no row
    }
)
COLUMN, CONSTANT, ABSENT = "COLUMN", "CONSTANT", "ABSENT"
# Columns in which an empty cell is an answer: a flag of which only Y is recorded, a date of what may never
# happen, a word about what was changed or not done. Delivered and empty in every row, they say "none"; any
# other column that is empty in every row says nothing (SDTMIG 3.4: DTHFL, --STAT; sponsors' flags alike).
EMPTY_SAYS_NONE: Final = frozenset(
    {
        *("DM.DTHFL", "DM.DTHDTC", "DM.RFENDTC"),
        *("AE.AESER", "AE.AESDTH", "AE.AEDLTFL", "AE.AEIRFL", "AE.AEENDTC"),
        *("EX.EXADJ", "EX.EXINTRFL", "EX.EXOCCUR", "EX.EXSTAT", "PE.PECLSIG", "CM.CMENDTC"),
    }
)
STATUS: Final = ("STAT", "REASND")  # of findings domains: what was not done, and why
NOT_COLLECTED: Final = "not collected"
NOT_COLLECTED_ZH: Final = "未收集"
# A result that is not there although its record is.
NOT_DONE: Final = Words("not done: {}", "未采集：{}")
NO_REASON: Final = Words("no reason given", "未说明原因")
# A result of these domains. A concentration is a number or a word such as BLQ; whether there are antibodies
# is a word: of a negative there is no titre.
CONCENTRATIONS: Final = ("PC", "PC.PCSTRESN|PC.PCSTRESC|PC.PCORRES")
ANTIBODIES: Final = ("IS", "IS.ISSTRESC|IS.ISORRES")
BIOMARKERS: Final = ("CP", "CP.CPSTRESN")
# Events of listed preferred terms: by the words of a site alone, nobody has one.
CODED_EVENTS: Final = ("AE", "AE.AEDECOD")


def not_collected(names: Iterable[str]) -> str:
    """The reason of a number that cannot be given, in the one wording of it."""
    return f"{NOT_COLLECTED}: {', '.join(names)}"


def lost(reason: str) -> Words:
    """The same reason in both languages; the names of tables and columns stay."""
    return Words(reason, f"{NOT_COLLECTED_ZH}：{reason.removeprefix(f'{NOT_COLLECTED}: ')}")


def told_in(column: str, reason: str | None) -> str | None:
    """The reason in the language of the column it is put in, e.g. TRACEZH."""
    chinese = reason is not None and column.endswith(CHINESE.ending)
    return lost(str(reason)).zh if chinese else reason


def reason_in_chinese(reason: pl.Expr) -> pl.Expr:
    """The Chinese of reasons that say what was not collected; null for any other, which stands as it is."""
    said = reason.str.strip_prefix(f"{NOT_COLLECTED}: ")
    return pl.when(said != reason).then(pl.lit(f"{NOT_COLLECTED_ZH}：") + said)


@dataclass(frozen=True)
class Collected:
    """What a study collects: tables with a source, and why a column of one is not there."""

    tables: frozenset[str]
    lacking: Mapping[str, str]  # column such as AE.AEREL: a remark, "" where no file has it

    def has(self, *needs: str) -> bool:
        """True where everything named was collected."""
        return self.reason(*needs) is None

    def reason(self, *needs: str) -> str | None:
        """Why a result that rests on these cannot be given, naming each that is missing; None: it can."""
        lost = dict.fromkeys(words for need in needs if (words := self._without(need)) is not None)
        return not_collected(lost) if lost else None

    def _without(self, need: str) -> str | None:
        """The need in words where it is not met."""
        lost = [self._lost(one) for one in need.split("|")]
        if any(words is None for words in lost):
            return None
        return " or ".join(dict.fromkeys(str(words) for words in lost))

    def _lost(self, name: str) -> str | None:
        table = name.partition(".")[0]
        if table not in self.tables:
            return table
        remark = self.lacking.get(name)
        if remark is None:
            return None
        return f"{name} ({remark})" if remark else name


EVERYTHING: Final = Collected(frozenset(get_args(Domain)), {})
"""What is known where nobody said what was delivered: every column of every table."""


def collected(tables: Mapping[str, pl.DataFrame], study: Study) -> Collected:
    """What the study file has a source for and the snapshot saw delivered.

    Tables without COLLECT (made in memory, or the files of a verb) are taken to have every column.
    """
    sources = frozenset(study.sources)
    delivered = tables.get("COLLECT")
    return Collected(sources, {} if delivered is None else _lacking(delivered))


def is_constant(tables: Mapping[str, pl.DataFrame], name: str) -> bool:
    """True where the study file gives one value for every row of the column, so that no row says its own."""
    delivered = tables.get("COLLECT")
    if delivered is None:
        return False
    table, _, column = name.partition(".")
    of = delivered.filter(pl.col("TABLE") == table, pl.col("COLUMN") == column)
    return bool((of["HOW"] == CONSTANT).any())


def withheld(
    rows: pl.DataFrame,
    reason: str | None,
    values: Sequence[str],
    why: str = "REASON",
    where: pl.Expr | None = None,
) -> pl.DataFrame:
    """The rows with these values null and the reason beside them; as they were where nothing is missing."""
    if reason is None:
        return rows
    hit = pl.lit(value=True) if where is None else where
    return rows.with_columns(
        *(pl.when(~hit).then(pl.col(name)).alias(name) for name in values if name in rows.columns),
        pl.when(hit).then(pl.lit(reason)).otherwise(pl.col(why)).alias(why),
    )


def remarked(
    rows: pl.DataFrame, remark: str | None, where: pl.Expr, why: str = "REASON"
) -> pl.DataFrame:
    """The rows with a remark added to what is said of them; their numbers stay.

    For a number that can be given without something not collected, but reads differently for it.
    """
    if remark is None:
        return rows
    told = pl.concat_str(why, pl.lit(remark), separator="; ", ignore_nulls=True)
    return rows.with_columns(pl.when(where).then(told).otherwise(pl.col(why)).alias(why))


def remarks(rows: pl.DataFrame, value: str, why: str = "REASON") -> list[str]:
    """What is said of numbers that are given although something was not collected, each once."""
    told = rows.filter(pl.col(value).is_not_null())[why]
    return (
        told.str.extract(f"({NOT_COLLECTED}: .*)$")
        .drop_nulls()
        .unique(maintain_order=True)
        .to_list()
    )


def _lacking(delivered: pl.DataFrame) -> dict[str, str]:
    """The columns that a number cannot rest on, each with what is to be said of it.

    A column that only some files of a table have is missing from the rows of the others, so that no number
    over all of them can rest on it; a file without rows lacks nothing.
    """
    named = delivered.with_columns(
        NAME=pl.concat_str("TABLE", pl.lit("."), "COLUMN"),
        LOST=pl.col("HOW") == ABSENT,
        ROWS=pl.col("FILLED").is_not_null(),
    )
    per = named.group_by("NAME", maintain_order=True).agg(
        pl.col("TABLE", "COLUMN").first(),
        ALL=pl.col("LOST").all(),
        IN_PART=(pl.col("LOST") & pl.col("ROWS")).any(),
        FILES=pl.col("FILE").filter(pl.col("LOST") & pl.col("ROWS")).str.join(", "),
        EMPTY=(pl.col("FILLED") == "N").any() & ~(pl.col("FILLED") == "Y").any(),
    )
    status = pl.any_horizontal(pl.col("COLUMN") == pl.col("TABLE") + end for end in STATUS)
    bare = pl.col("EMPTY") & ~status & ~pl.col("NAME").is_in(sorted(EMPTY_SAYS_NONE))
    remark = (
        pl.when("ALL")
        .then(pl.lit(""))
        .when("IN_PART")
        .then(sentence("not in {}", "FILES"))
        .when(bare)
        .then(pl.lit("no row has a value"))
    )
    found = per.select("NAME", REMARK=remark).drop_nulls("REMARK")
    return dict(found.iter_rows())
