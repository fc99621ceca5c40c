"""The files of `pkpipe recist` and `pkpipe tte`: read and refused alike, whichever verb is asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.clinical.subject_dates import PARTIAL, TWICE
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import findings_at, raise_if_any
from pkpipe.reading.two_spellings import findings_of_strangers
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema import codelists as lists
from pkpipe.schema import dates
from pkpipe.schema.column import Column
from pkpipe.sentences import sentence
from pkpipe.tumor.lesions import resolved
from pkpipe.tumor.options import ResponseOptions

ROW: Final = "SRCROW"
OVERALL: Final = "OVRLRESP"
# Columns of SDTM tables that these verbs know and do not need.
STANDARD: Final = (
    r"STUDYID|DOMAIN|SUBJID|SITEID|EPOCH|VISITDY|TAETORD|(TR|TU|RS)"
    r"(SEQ|SPID|REFID|LNKID|LNKGRP|GRPID|TEST|TESTCD|CAT|SCAT|ORRES|ORRESU|STRESC|STRESN|STRESU|REASND|NAM"
    r"|LOC|LAT|DIR|PORTOT|METHOD|BLFL|LOBXFL|DRVFL|EVLINT|DY|ENDY|STDY|STAT|DTC|ENDTC|STDTC|EVAL|EVALID)"
)
_SUBJECT: Final = Column("USUBJID", required=True, filled=True)
_VISIT: Final = (Column("VISIT"), Column("VISITNUM", "number"))
_AS_INVESTIGATOR: Final = "every record counts as the investigator's"


def _reader(domain: str) -> tuple[Column, ...]:
    return (
        Column(
            f"{domain}EVAL",
            codelist=lists.EVALUATOR,
            matters=_AS_INVESTIGATOR,
            called=("EVALUATOR", "READER"),
        ),
        Column(f"{domain}EVALID"),
        Column(f"{domain}ACPTFL", codelist=lists.FLAG),
    )


TR: Final = (
    _SUBJECT,
    Column("TRLNKID", required=True),
    Column("TRGRPID", codelist=lists.LESION_CLASS),
    Column("TRTESTCD", required=True, filled=True),
    Column("TRSTRESN", "number", required=True),
    Column("TRSTRESC"),
    Column("TRSTRESU", matters="every size is taken to be in mm"),
    # Any word here takes a size away, so none is guessed.
    Column("TRSTAT", codelist=lists.NOT_DONE, allowed=lists.NOT_DONE.words),
    Column("TRREASND"),
    *_reader("TR"),
    *_VISIT,
    Column("TRDTC", "dtc", required=True),
    Column("TRSEQ", "number"),
)
TU: Final = (
    _SUBJECT,
    Column("TULNKID", required=True),
    Column("TUSTRESC", codelist=lists.LESION_CLASS),
    Column("TULOC", matters="no lesion is known to be a lymph node", called=("LOCATION", "SITE")),
    *_reader("TU"),
    *_VISIT,
    Column("TUDTC", "dtc"),
)
RS: Final = (
    _SUBJECT,
    Column("RSTESTCD", required=True, codelist=lists.RESPONSE_TEST),
    Column("RSSTRESC", required=True, codelist=lists.RESPONSE),
    Column("RSCAT"),
    *_reader("RS"),
    *_VISIT,
    Column("RSDTC", "dtc", required=True),
    Column("RSSEQ", "number"),
)


def _date(name: str, matters: str = "", *called: str) -> Column:
    return Column(name, "date", matters=matters, called=called)


REF: Final = (
    _SUBJECT,
    _date("TRTSDT", "", "TRTSDTM", "RFSTDTC", "RFXSTDTC"),
    _date("RANDDT"),
    _date("NACTDT", "no new anti-cancer therapy is known, nothing is censored by one"),
    _date("DTHDT", "no death is known", "DTHDTC", "DEATHDT"),
    _date("CUTDT", "nothing is cut at a data cutoff", "CUTOFF"),
)


def read_table_of(path: Path, columns: tuple[Column, ...], others: str = STANDARD) -> pl.DataFrame:
    """A table of the tumour domains, its coded words as terms, with the row of the file.

    It may be without rows: survival alone needs no response, and the verbs say what they miss.
    """
    return read_known(path, columns, row=ROW, others=others, may_be_empty=True)


def read_reference(
    path: Path, columns: tuple[Column, ...], anchor: str, others: str = STANDARD
) -> pl.DataFrame:
    """The dates of each subject.

    Raises:
        ConfigError: the anchor is in no row.
        DataError: a subject is in several rows.
    """
    ref = read_known(path, columns, row=ROW, others=others)
    start = start_of(anchor)
    if ref[start].null_count() == ref.height:
        raise ConfigError(f"{path}: no {start} in any row, but anchor is {anchor}")
    again = ref.filter(~pl.col("USUBJID").is_first_distinct())
    raise_if_any(
        findings_at(
            again,
            TWICE,
            file=path.name,
            row=pl.col(ROW),
            subject=pl.col("USUBJID"),
            value=pl.col("USUBJID"),
            message=sentence("one row a subject is expected, twice: {}", "USUBJID"),
        )
    )
    return ref


def start_of(anchor: str) -> str:
    """The column of the day from which time counts."""
    return "RANDDT" if anchor == "randomization" else "TRTSDT"


def check_responses(path: Path, rs: pl.DataFrame, points: pl.DataFrame, criteria: str) -> None:
    """Some row must be an overall response of the criterion set.

    points: the responses found.

    Raises:
        DataError: none is; what was found instead.
    """
    if points.is_empty():
        tests, sets = (_found(rs, c) for c in ("RSTESTCD", "RSCAT"))
        raise DataError(
            f"{path}: no {OVERALL} row of {criteria} (found: RSTESTCD {tests}; RSCAT {sets})"
        )


def check_subjects(
    path: Path, rows: pl.DataFrame, ref_path: Path, ref: pl.DataFrame, anchor: str
) -> None:
    """Some subject of the rows must have a day from which time counts.

    Raises:
        DataError: none has, so the files are of two trials; or REF spells a subject otherwise.
    """
    raise_if_any(
        findings_of_strangers(
            rows,
            "USUBJID",
            ref["USUBJID"],
            ref_path.name,
            file=path.name,
            row=pl.col(ROW),
            subject=pl.col("USUBJID"),
        )
    )
    start = start_of(anchor)
    dated = ref.filter(pl.col(start).is_not_null())
    if rows.height and rows.join(dated, on="USUBJID", how="semi").is_empty():
        raise DataError(
            f"no subject of {path.name} has a {start} in {ref_path.name} ({path.name}: "
            f"{_found(rows, 'USUBJID')}; {ref_path.name}: {_found(dated, 'USUBJID')})"
        )


def partial_dates(rows: pl.DataFrame, table: str, column: str, choice: str) -> pl.DataFrame:
    """A query for each date without its day, with the day it is taken to be."""
    date = pl.col(f"{table}DTC")
    taken = sentence("the day is not known, taken as {}", resolved(date, choice).cast(pl.String))
    not_used = pl.lit("the day is not known, not evaluable")
    return findings_at(
        rows.filter(dates.day(date).is_null() & date.is_not_null()),
        PARTIAL,
        table=table,
        row=pl.col(ROW),
        subject=pl.col("USUBJID"),
        column=column,
        value=date,
        message=not_used if choice == "ne" else taken,
        allowed="the day; or the option partial_dates: last, first, ne",
    )


def check_reader(path: Path, points: pl.DataFrame, reader: str, options: ResponseOptions) -> None:
    """Who leads must have assessed somebody: of nobody every subject would be without response.

    Raises:
        ConfigError: nobody of that name assessed; who did.
    """
    readers = points["READER"].unique().sort().to_list()
    if readers and reader not in readers:
        asked = options.evaluator or "the investigator, where the options name no evaluator"
        raise ConfigError(
            f"{path}: evaluator: no response by {reader} (found: {', '.join(readers)}; asked for: {asked})"
        )


def check_lesions(path: Path, tr: pl.DataFrame, lesions: pl.DataFrame) -> None:
    """Some row must be of a lesion of a known class.

    Raises:
        DataError: none is; what was found instead.
    """
    if lesions.is_empty():
        raise DataError(
            f"{path}: no row of a target, non-target or new lesion, by TRGRPID or by TUSTRESC of --tu "
            f"(found: TRGRPID {_found(tr, 'TRGRPID')})"
        )


def _found(table: pl.DataFrame, column: str) -> str:
    words: Iterable[str] = table[column].drop_nulls().unique().sort().head(8)
    return ", ".join(words) or "empty"
