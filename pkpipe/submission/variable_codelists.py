"""The values of a variable that is no free text: those that are declared, then others that occur."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.column import Column
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.submission import terms
from pkpipe.submission.dataset import TABULATION, Dataset, Term, Variable

# Variables whose values are codes, beside flags and what the tables declare: decoded by another variable.
DECODED: Final[Mapping[str, str]] = {
    **{"PARAMCD": "PARAM", "PPTESTCD": "PPTEST", "AVISITN": "AVISIT", "QNAM": "QLABEL"},
    **{f"{code}TESTCD": f"{code}TEST" for code in DOMAINS},
}
LISTED: Final = frozenset(
    (
        *(
            "SEX",
            "RACE",
            "ETHNIC",
            "COUNTRY",
            "AGEU",
            "AGEGR1",
            "AVALU",
            "AVISIT",
            "ROUTE",
            "EXDOSFRQ",
        ),
        *(
            "DOSEU",
            "DOSEPU",
            "RRLTU",
            "SRCDOM",
            "SRCVAR",
            "PARCAT1",
            "PARCAT2",
            "PARCAT3",
            "PARCODE",
        ),
        *(
            "AESEV",
            "AEREL",
            "AEACN",
            "AEOUT",
            "AESER",
            "AESDTH",
            "AEDLTFL",
            "AEIRFL",
            "EVAL",
            "DTHFL",
        ),
        *("PKSUM1F", "PPSUMFL", "PPANMETH", "COHORT", "LEVEL", "TRTP", "TRTA", "TRT01P", "TRT01A"),
    )
)


def with_terms(of: Dataset, variable: Variable, rows: pl.DataFrame) -> Variable:
    """The variable with its codelist and the bytes it needs."""
    text = variable.type == "text"
    longest = rows[variable.name].str.len_bytes().max() if text else 8
    length = max(int(longest), 1) if isinstance(longest, int) else 1
    return replace(variable, terms=_terms(of, variable, rows), length=length)


def _terms(of: Dataset, variable: Variable, rows: pl.DataFrame) -> tuple[Term, ...]:
    name = variable.name
    if name in DECODED and DECODED[name] in rows.columns and variable.type == "text":
        pairs = rows.select(name, DECODED[name]).unique(name, keep="first").drop_nulls().sort(name)
        return tuple(
            Term(code, decode, _extended(of, name, code)) for code, decode in pairs.iter_rows()
        )
    declared = _declared(of, name)
    listed = name in LISTED or (of.purpose == TABULATION and bool(_words(of, name)))
    if not declared and not listed:
        return ()
    known = {*declared, *_words(of, name)}
    found = [v for v in rows[name].drop_nulls().unique().sort().to_list() if v not in declared]
    open_list = not _words(of, name)
    return tuple(
        Term(v, extended=_extended(of, name, v) or (not open_list and v not in known))
        for v in (*declared, *found)
    )


def _declared(of: Dataset, name: str) -> tuple[str, ...]:
    """The values that the code of a room writes into a column."""
    back = {new: old for old, new in of.renamed.items()}
    tables = (table for table in BY_ROOM[of.room] if table.code == of.code)
    listed = (c.codelist for table in tables for c in table if c.name == back.get(name, name))
    changed = name in {a.name for a in of.added} | {"PARAMCD", "AVALU"}
    return () if changed else next(listed, ())


def _words(of: Dataset, name: str) -> tuple[str, ...]:
    """The terms of the CDISC list of a variable of SDTM, as far as pkpipe knows them."""
    column = _column(of, name)
    return column.codelist.words if column is not None and column.codelist is not None else ()


def _column(of: Dataset, name: str) -> Column | None:
    domain = DOMAINS.get("DM" if of.code == "ADSL" else of.domain)
    return next((c for c in domain.columns if c.name == name), None) if domain else None


def of_cdisc(of: Dataset, name: str) -> bool:
    """Whether the codelist of a variable of SDTM is CDISC's and pkpipe has its terms."""
    column = _column(of, name)
    found = None if column is None else column.codelist
    return found is not None and found.source.startswith("CDISC")


def _extended(of: Dataset, name: str, code: str) -> bool:
    """Whether a code of a PK parameter or its unit is the sponsor's and no term of the CDISC list."""
    if of.code != "ADPP":
        return False
    parameter = name == "PPTESTCD" and code not in terms.pk_parameters()
    return parameter or (name == "AVALU" and code not in terms.pk_units())
