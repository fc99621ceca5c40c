"""The files of `pkpipe recist` and `pkpipe tte`: read and refused alike, whichever verb is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import (
    RESPONSE_TEST_UNKNOWN,
    RS_CODELIST,
    TR_GROUP,
    of_no_known_test,
)
from pkpipe.clinical.codelists_tests import LESION_TEST
from pkpipe.clinical.ends import says_dead
from pkpipe.clinical.lesions import BELOW_ZERO, NOT_IN_MM, SIZE_LOST, of_a_lesion, size_lost
from pkpipe.clinical.subject_dates import PARTIAL, TWICE
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, as_errors, findings_at, raise_if_any
from pkpipe.reading.verb_files import say
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema import dates
from pkpipe.schema.codelists import LESION_CLASS
from pkpipe.schema.codelists_subjects import DISPOSITION
from pkpipe.schema.column import Column
from pkpipe.schema.two_spellings import findings_of_names, findings_of_strangers
from pkpipe.sentences import sentence
from pkpipe.tumor.given_files.verb_columns import STANDARD, TR
from pkpipe.tumor.lesions.sizes_and_states import resolved
from pkpipe.tumor.lesions.states import STATE_LOST, state_lost
from pkpipe.tumor.options import ResponseOptions

ROW: Final = "SRCROW"
OVERALL: Final = "OVRLRESP"
NUMBER: Final = r"^\s*(\d+(?:\.\d+)?)\s*(?:mm|MM)?\s*$"
# A size by a test nobody knows is no size: the lesion would be without one.
NO_SIZE_TEST: Final = Check(
    "TR-TEST",
    "error",
    "no measurement that is known, and the lesion has no other size on that day",
    "CDISC TRTESTCD (C96778)",
    allowed=", ".join(LESION_TEST.words),
    table="TR",
    column="TRTESTCD",
)
DEAD_NO_DAY: Final = Check(
    "REF-DEAD",
    "error",
    "dead, and no day of death: time would run on as of one who lives",
    "methods EFF-OS",
    allowed="the day in DTHDT, or DTHFL N",
    table="REF",
    column="DTHFL",
)
NO_STANDARD: Final = Check(
    "RS-ORRES",
    "error",
    "a response as collected, and no standard one: it would be no response",
    "SDTMIG 4.5.1",
    allowed="the response in RSSTRESC",
    table="RS",
    column="RSORRES",
)
CHECKS: Final = (NO_SIZE_TEST, DEAD_NO_DAY, NO_STANDARD, RESPONSE_TEST_UNKNOWN, STATE_LOST)
# What validation stops a study for stops a verb too: without these records the answer is another.
STOPPING: Final = (NOT_IN_MM.id, BELOW_ZERO.id, RS_CODELIST.id)


def read_table_of(path: Path, columns: tuple[Column, ...], others: str = STANDARD) -> pl.DataFrame:
    """A table of the tumour domains, its coded words as terms, with the row of the file.

    It may be without rows: survival alone needs no response, and the verbs say what they miss.
    """
    table = read_known(path, columns, row=ROW, others=others, may_be_empty=True)
    if (
        "RSTESTCD" in table.columns and OVERALL in table["RSTESTCD"]
    ):  # without any, the verbs say so
        raise_if_any(_at(table.filter(of_no_known_test()), RESPONSE_TEST_UNKNOWN, path))
    if {"RSORRES", "RSSTRESC"} <= set(table.columns):
        lost = pl.col("RSORRES").cast(pl.String).is_not_null() & pl.col("RSSTRESC").is_null()
        raise_if_any(_at(table.filter((pl.col("RSTESTCD") == OVERALL) & lost), NO_STANDARD, path))
    return table


def read_reference(
    path: Path, columns: tuple[Column, ...], anchor: str, others: str = STANDARD
) -> pl.DataFrame:
    """The dates of each subject.

    Raises:
        ConfigError: the anchor is in no row.
        DataError: a subject is in several rows.
    """
    ref = read_known(path, columns, row=ROW, others=others)
    day_unknown = ref.filter(pl.col("DTHDT").is_null())
    known = {*(c.name for c in columns), ROW}
    of_end = replace(DEAD_NO_DAY, column="EOSREAS", allowed="the day in DTHDT, or another reason")
    dead = [_at(day_unknown.filter(pl.col("DTHFL") == "Y"), DEAD_NO_DAY, path)]
    if "EOSREAS" in ref.columns:
        of_death = DISPOSITION.term(pl.col("EOSREAS").cast(pl.String)) == "DEATH"
        dead.append(_at(day_unknown.filter(of_death), of_end, path))
    dead += [
        _at(day_unknown.filter(says_dead(name)), replace(DEAD_NO_DAY, column=name), path)
        for name, kind in ref.schema.items()
        if name not in known and kind == pl.String
    ]
    raise_if_any(all_findings(dead))
    cuts = ref["CUTDT"].unique().sort(nulls_last=True)
    if cuts.len() > 1:
        told = ", ".join("empty" if day is None else str(day) for day in cuts.head(4))
        say(path, f"CUTDT is not one day in every row: {told}")
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


def read_lesions(path: Path) -> pl.DataFrame:
    """TR, the sizes also where only their text was sent.

    Raises:
        DataError: a lesion in two spellings, or target lesions measured by no test that is known.
    """
    tr = read_table_of(path, TR)
    number = pl.col("TRSTRESC").str.extract(NUMBER).cast(pl.Float64, strict=False)
    untyped = pl.col("TRSTRESN").is_null() & number.is_not_null() & pl.col("TRSTAT").is_null()
    if texts := tr.select(untyped.sum()).item():
        say(path, f"TRSTRESN is empty and TRSTRESC a number, which is read: {texts} rows")
        tr = tr.with_columns(TRSTRESN=pl.coalesce("TRSTRESN", number))
    lesion = (pl.col("TRGRPID") == "TARGET").fill_null(value=True) & pl.col("TRLNKID").is_not_null()
    lesion = lesion & of_a_lesion(pl.col("TRTESTCD"))
    target = tr.filter(lesion & pl.col("TRSTRESN").is_not_null())
    lost = tr.filter(lesion, size_lost())
    known = pl.col("TRTESTCD").is_in(LESION_TEST.words)
    unsized = target.filter(~known).join(
        target.filter(known),
        on=["USUBJID", "TRLNKID", "TRDTC"],
        how="anti",
        nulls_equal=True,
        maintain_order="left",
    )
    where = ("USUBJID", "TREVAL", "TREVALID")
    twice = findings_of_names(
        tr, "TRLNKID", where, file=path.name, row=pl.col(ROW), subject=pl.col("USUBJID")
    )
    judged = tr.filter(pl.col("TRLNKID").is_not_null(), state_lost())
    unread = [
        *(_at(unsized, NO_SIZE_TEST, path), _at(lost, SIZE_LOST, path)),
        _at(judged, STATE_LOST, path),
    ]
    raise_if_any(all_findings([twice, *unread]))
    return tr


def _at(rows: pl.DataFrame, check: Check, path: Path) -> pl.DataFrame:
    return findings_at(
        rows,
        check,
        file=path.name,
        row=pl.col(ROW),
        subject=pl.col("USUBJID"),
        value=pl.col(str(check.column)),
    )


def stop_at(findings: pl.DataFrame, table: str, path: Path, lesions: pl.DataFrame) -> None:
    """What no answer can be given beside: words, units and sizes that cannot be used.

    table, path: the table that leads, and its file; of others nothing stops.
    lesions: the rows that are used; a group that is not known matters where its row is none of them.

    Raises:
        DataError: every such row.
    """
    group = (pl.col("CHECK") == TR_GROUP.id) & ~pl.col("ROW").is_in(lesions[ROW].implode())
    odd = ~LESION_CLASS.read(pl.col("VALUE")).is_in(LESION_CLASS.words)
    stops = pl.col("CHECK").is_in(STOPPING) | (group & odd)
    found = findings.filter(pl.col("TABLE") == table, stops)
    raise_if_any(as_errors(found.with_columns(FILE=pl.lit(path.name))))


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
