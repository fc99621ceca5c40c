"""Administrations of EX records, and what is not collected: truth tables of our own."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe import snapshot, validate
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.qualify.answers import words_of
from pkpipe.qualify.compared_answers import Requirement, facts, pairs
from pkpipe.rooms import BY_NAME
from pkpipe.schema.own_inputs import SPECS
from pkpipe.shipped import root
from pkpipe.simulation import TRUTH, simulate
from pkpipe.snapshot.mapping import empty
from pkpipe.store.files import write_table
from pkpipe.validate.checks.cells import typed

C: Final = pl.col
GIVEN: Final = Requirement(
    *("OQ-EX-1", "subjects", "Administrations, dose, cycles and duration of the records of EX"),
    "by hand from the definitions of docs/methods.md",
    "relative 1e-12",
)
NOT_NONE: Final = Requirement(
    *("OQ-NC-1", "cohorts", "What is not collected has no number, and says so"),
    "by construction: the column or table is taken out of the delivery",
)
ARM: Final = "F"
CUTOFF: Final = datetime.date(2026, 12, 31)
SUMS: Final = ("TDOSE", "NCYCLE", "DURD", "DI")
SEED: Final = 28
SUBJECTS: Final = 12
Tables = dict[str, pl.DataFrame]
# What is taken out; the rooms that are asked; the table and column that must be empty.
TAKEN_OUT: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], str, str], ...]] = (
    (("AE",), ("subjects", "safety"), "AESUM", "X"),
    (("AE",), ("subjects", "escalation"), "ADDLT", "STATE"),
    (("AE.AEDLTFL",), ("subjects", "escalation"), "ADDLT", "STATE"),
    (("LB",), ("subjects", "safety"), "LBSHIFT", "N"),
    (("PC",), ("subjects", "pk"), "PKSTAT", "AVAL"),
    (("IS",), ("subjects", "pk", "immunogenicity"), "ADASUM", "X"),
    (("TU", "TR", "RS"), ("subjects", "tumor"), "RSPSUM", "X"),
)


def study() -> Study:
    """The example study that comes with the package."""
    return load_sound_study(root() / "config" / "bat6026.yaml")


def checks_of_administrations() -> Iterator[pl.DataFrame]:
    """Doses and their sums from drawn records."""
    planned = study().at(CUTOFF)
    drug = planned.drugs[0].code
    rows: list[tuple[str, float | None, float | None]] = []
    for case in words_of("truth", "administrations.csv").iter_rows(named=True):
        tables = BY_NAME["subjects"].run(_drawn(case, drug), planned)
        got = dict(tables["ADEXSUM"].select("PARAMCD", "AVAL").iter_rows())
        got["administrations"] = tables["ADEX"].filter(C("DOSE") > 0).height
        rows += [
            (
                f"{case['case']}: {name}",
                None if case[name] == "none" else float(case[name]),
                got[name],
            )
            for name in ("administrations", *SUMS)
            if case[name]
        ]
    yield pairs(GIVEN, rows, 1e-12)


def _drawn(case: Mapping[str, Any], drug: str) -> Tables:
    """Records of one subject as `dose unit start end frequency cycle`; a dot is an empty cell."""
    cells = [record.split() for record in case["records"].split(";")]
    names = ("EXDOSE", "EXDOSU", "EXSTDTC", "EXENDTC", "EXDOSFRQ", "CYCLE")
    ex = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    ex = ex.with_columns(C(names).replace(".", None), USUBJID=pl.lit("1"), EXTRT=pl.lit(drug))
    tables = {code: _domain(code, pl.DataFrame()) for code in SPECS}
    tables["DM"] = _domain("DM", pl.DataFrame({"USUBJID": ["1"], "ARMCD": [ARM]}))
    tables["EX"] = _domain("EX", ex)
    if case["weight"]:
        weight = {"USUBJID": "1", "VSTESTCD": "WEIGHT", "VSDTC": "2026-01-05"}
        tables["VS"] = _domain("VS", pl.DataFrame({**weight, "VSSTRESN": [case["weight"]]}))
    return tables


def _domain(code: str, drawn: pl.DataFrame) -> pl.DataFrame:
    """A validated domain with these columns; all others are empty."""
    spec = SPECS[code]
    place = pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    texts = pl.concat([empty(spec), drawn], how="diagonal")
    return typed(texts, spec).with_columns(SRCFILE=pl.lit("drawn"), SRCROW=place)


def checks_of_collection() -> Iterator[pl.DataFrame]:
    """A small trial without one of its tables or columns."""
    planned = study().at(CUTOFF)
    drawn = simulate(planned, SEED, subjects=SUBJECTS)
    whole = results(drawn, planned, _rooms())
    left: dict[tuple[str, ...], Tables] = {}
    rows: list[tuple[str, str, str]] = []
    for out, _, table, column in TAKEN_OUT:
        if out not in left:
            left[out] = results(_without(drawn, out), _not_planned(planned, out), _rooms(out))
        given = whole[table][column].count()
        what = f"{table}.{column}"
        rows.append((f"{what} of the whole delivery", "numbers", "numbers" if given else "none"))
        said = "no number, each row with its reason"
        told = _told(left[out][table], column, said)
        rows.append((f"{what} without {', '.join(out)}", said, told))
        if table == "ADDLT":
            first = left[out]["DECISION"].filter(SCOPE="STUDY").row(0, named=True)
            told = f"{first['DECISION']}: {first['REASON']}"
            wanted = f"NO_DECISION: no decision: not collected: {', '.join(out)}"
            rows.append((f"decision without {', '.join(out)}", wanted, told))
    yield facts(NOT_NONE, rows)


def _rooms(out: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """The rooms that are asked when this is taken out, or at all, each once and in the order of the flow."""
    asked = {room for gone, rooms, *_ in TAKEN_OUT if out in {None, gone} for room in rooms}
    return tuple(room for room in BY_NAME if room in asked)


def _told(table: pl.DataFrame, column: str, said: str) -> str:
    numbers_left = table[column].count()
    without = table.filter(~C("REASON").str.starts_with("not collected").fill_null(value=False))
    if numbers_left or without.height:
        return f"{numbers_left} numbers, {without.height} of {table.height} rows without the reason"
    return said


def _without(drawn: Mapping[str, pl.DataFrame], out: tuple[str, ...]) -> Tables:
    left = {name: frame for name, frame in drawn.items() if name not in out}
    for name in (name for name in out if "." in name):
        code, column = name.split(".")
        left[code] = left[code].drop(column)
    return left


def _not_planned(planned: Study, out: tuple[str, ...]) -> Study:
    sources = {code: source for code, source in planned.sources.items() if code not in out}
    return planned.model_copy(update={"sources": sources})


def results(drawn: Mapping[str, pl.DataFrame], planned: Study, rooms: tuple[str, ...]) -> Tables:
    """What these rooms make of a drawn delivery, with all that stands before them."""
    with tempfile.TemporaryDirectory() as name:
        for code, frame in drawn.items():
            if TRUTH not in code:
                write_table(frame, Path(name) / f"{code.lower()}.csv", exact=True)
        found = snapshot.run(Path(name), planned)
    found = {**found, **validate.run(found, planned)}
    for room in rooms:
        reads = {r.rpartition("/")[2] for r in BY_NAME[room].reads}
        found = {**found, **BY_NAME[room].run({n: found[n] for n in reads}, planned)}
    return found
