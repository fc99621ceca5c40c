"""The tables a study's own display can be made of, their columns, and what each rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, BIOMARKERS, CONCENTRATIONS, NOT_COLLECTED
from pkpipe.clinical.dose_decision import DLT
from pkpipe.clinical.ends import LED_TO_DEATH
from pkpipe.clinical.response import RESTS_ON, SIZE, rests_on, time_to
from pkpipe.displays.display import Material
from pkpipe.protocol.own_displays import OwnDisplay
from pkpipe.protocol.study import Study
from pkpipe.safety.adae import MADE_OF
from pkpipe.safety.labs import MADE_OF as MADE_OF_GRADES
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.adam.declaration import Table
from pkpipe.schema.own_inputs import SPECS

SUBJECT: Final = "USUBJID"
SUBJECTS: Final = "subjects/ADSL"
PARAMETER: Final = "PARAMCD"
MEDICATION: Final = "validate/CM"  # the one raw table that displays are made from
# Each table with a row or more a subject: its raw domain, and what its rows rest on.
TABLES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    SUBJECTS: ("DM", ("DM",)),
    "subjects/ADEX": ("EX", ("EX",)),
    "subjects/ADEXSUM": ("EX", ("EX",)),
    "pk/ADPC": ("PC", CONCENTRATIONS),
    "pk/PROFILE": ("PC", CONCENTRATIONS),
    "pk/ADPP": ("PC", CONCENTRATIONS),
    "pk/ADPD": ("CP", BIOMARKERS),
    "pk/PDPAIR": ("CP", (*BIOMARKERS, *CONCENTRATIONS)),
    "immunogenicity/ADAB": ("IS", ANTIBODIES),
    "immunogenicity/ADASAMP": ("IS", ANTIBODIES),
    "immunogenicity/ADAPK": ("IS", (*ANTIBODIES, *CONCENTRATIONS)),
    "tumor/ADTR": ("TR", RESTS_ON["derived"]),
    "tumor/ADRS": ("RS", ()),
    "tumor/WATERFAL": ("TR", SIZE),
    "tumor/SPIDER": ("TR", SIZE),
    "survival/ADTTE": ("", ()),
    "safety/ADAE": ("AE", ("AE",)),
    "safety/ADLB": ("LB", ("LB",)),
    "safety/ADVS": ("VS", ("VS",)),
    "safety/ADEG": ("EG", ("EG",)),
    "safety/ADPE": ("PE", ("PE",)),
    "escalation/ADDLT": ("", DLT),
    MEDICATION: ("CM", ("CM",)),
}
# Of findings: the end of the raw column that a column is made of.
FINDINGS: Final[Mapping[str, str]] = {
    **{"PARAMCD": "TESTCD", "PARAM": "TEST", "AVAL": "STRESN", "AVALC": "STRESC"},
    **{"AVALU": "STRESU", "BASE": "STRESN", "CHG": "STRESN", "ADT": "DTC"},
}
# Columns made of others than the raw one of their name.
MADE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {flag: (need,) for flag, need in MADE_OF}
    | {
        "AEDECOD": ("AE.AEDECOD|AE.AETERM",),
        "AESOC": ("AE.AESOC|AE.AEBODSYS",),
        "ASEVN": ("AE.AESEV",),
        "DTHFL": LED_TO_DEATH,
    }
    | dict.fromkeys(("ATOXGRL", "ATOXGRH", "WORSTLFL", "WORSTHFL"), MADE_OF_GRADES)
)
MADE_IN: Final = ("safety/ADAE", "safety/ADLB")
# Of ADSL: the column that says why others are empty for everybody.
WHY: Final[Mapping[str, str]] = {
    **dict.fromkeys(("EOTDT", "DCTREAS", "EOSDT", "EOSSTT", "DCSREAS"), "DISPRS"),
    **dict.fromkeys(("DTHDT", "DTHDTF", "DTHCAUS"), "DTHRS"),
}


@dataclass(frozen=True)
class Known:
    """What is known of a column before a row is read."""

    kind: str  # text, number, integer, date, datetime, dtc
    label: str
    codelist: tuple[str, ...] = ()
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a mean can be taken of it."""
        return self.kind in {"number", "integer"}


def columns_of(name: str) -> Mapping[str, Known]:
    """The columns of a table by their names."""
    if name == MEDICATION:
        return {c.name: Known(c.kind, c.name, c.allowed) for c in SPECS[code_of(name)].columns}
    return {c.name: Known(c.type, c.label, c.codelist, c.unit) for c in _declared(name)}


def key_of(name: str) -> tuple[str, ...]:
    """The columns that name a record of a table."""
    return SPECS[code_of(name)].key if name == MEDICATION else _declared(name).key


def code_of(name: str) -> str:
    """The code of `room/TABLE`."""
    return name.partition("/")[2]


def _declared(name: str) -> Table:
    room, _, code = name.partition("/")
    return next(table for table in BY_ROOM[room] if table.code == code)


def needs_of(name: str, column: str) -> tuple[str, ...]:
    """The raw columns that a column rests on, as pkpipe/clinical/collected.py names them."""
    if name in MADE_IN and column in MADE:
        return MADE[column]
    domain = TABLES[name][0]
    raw = SPECS[domain].names if domain else ()
    ended = f"{domain}{FINDINGS.get(column, '')}"
    if domain and column not in raw and ended in raw:
        return (f"{domain}.{ended}",)
    return (f"{domain}.{column}",) if column in raw and column != SUBJECT else ()


def needs_of_rows(plan: OwnDisplay, study: Study) -> tuple[str, ...]:
    """What the rows of a display rest on, whatever their columns: of responses and times what is asked."""
    if plan.table == "tumor/ADRS":
        return _of_each(
            plan, "SOURCE", {k.upper(): v for k, v in RESTS_ON.items()}, rests_on(study)
        )
    if plan.table == "survival/ADTTE":
        endpoints = study.survival.endpoints if study.survival else ()
        each = {str(endpoint): time_to(endpoint, study) for endpoint in endpoints}
        return _of_each(plan, PARAMETER, each, tuple(n for v in each.values() for n in v))
    return TABLES[plan.table][1]


def _of_each(
    plan: OwnDisplay, column: str, each: Mapping[str, tuple[str, ...]], every: tuple[str, ...]
) -> tuple[str, ...]:
    asked = plan.rows.where.get(column)
    named = (asked,) if isinstance(asked, str) else asked
    if not isinstance(named, tuple):
        return every
    return tuple(n for one in named for n in each.get(str(one).upper(), ()))


def lost_of(material: Material, name: str, columns: Iterable[str]) -> str | None:
    """Why nothing can be said of columns of a table; None: it can."""
    asked = tuple(dict.fromkeys(columns))
    needs = [need for column in asked for need in needs_of(name, column)]
    reason = material.known.reason(*needs)
    if reason is not None:
        return reason
    rows = material[code_of(name)]
    said = (_said(rows, column) for column in asked if column in rows.columns)
    return next((words for words in said if words is not None), None)


def _said(rows: pl.DataFrame, column: str) -> str | None:
    """What a table itself says of a column: beside a flag or an end of ADSL, or of rows without any result.

    A remark in REASON on a row that has its result says nothing of another column that is empty.
    """
    flag = f"{column.removesuffix('FL')}RS" if column.endswith("FL") else ""
    why = WHY.get(column, flag)
    if why in rows.columns:
        told = rows[why].drop_nulls()
        lost = told.filter(told.str.starts_with(NOT_COLLECTED))
        return str(lost[0]) if lost.len() else None
    if "REASON" not in rows.columns or not rows.height or rows[column].null_count() < rows.height:
        return None
    every = rows["REASON"].str.starts_with(NOT_COLLECTED).fill_null(value=False).all()
    return str(rows["REASON"][0]) if every else None
