"""Copies of the domains that arrived as SDTM: a trace (SRCDOM, SRCSEQ) leads to a record that is there.

A domain is copied where its files have SDTM's names and values as they came: the study file gives it no other
name, code, date format, unit, constant or sequence. Rows are those kept at the data cutoff, variables all of
SDTM that were delivered; what SDTM has no variable for is a supplemental qualifier (SUPP--).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema.adam.declaration import Type
from pkpipe.schema.sdtm import DOMAINS, DomainSpec
from pkpipe.schema.sdtm_labels import DATASETS, sdtm_label
from pkpipe.schema.sdtm_labels import structure as structure_of
from pkpipe.schema.sdtmig import CLASSES, in_order, is_variable
from pkpipe.submission.dataset import (
    TABULATION,
    Class,
    Dataset,
    Made,
    Origin,
    Tables,
    Variable,
)
from pkpipe.submission.limits import EXACT
from pkpipe.submission.records_as_delivered import with_unused
from pkpipe.submission.variable_codelists import with_terms

C: Final = pl.col
FOLDER: Final = "tabulations/sdtm"
DELIVERED: Final = "COLUMN"  # of COLLECT.HOW
OF: Final[dict[str, Class]] = {
    "findings": "FINDINGS",
    "interventions": "INTERVENTIONS",
    "events": "EVENTS",
}
CLASS: Final[dict[str, Class]] = {
    domain: OF[kind] for kind, domains in CLASSES.items() for domain in domains
} | {"DM": "SPECIAL PURPOSE"}
CHARACTER: Final = frozenset({"AETOXGR"})  # a number to pkpipe, a text in SDTM
QUALIFIERS: Final[dict[str, str]] = {
    "STUDYID": "Study Identifier",
    "RDOMAIN": "Related Domain Abbreviation",
    "USUBJID": "Unique Subject Identifier",
    "IDVAR": "Identifying Variable",
    "IDVARVAL": "Identifying Variable Value",
    "QNAM": "Qualifier Variable Name",
    "QLABEL": "Qualifier Variable Label",
    "QVAL": "Data Value",
    "QORIG": "Origin",
}
# Where the values of a qualifier come from, by its domain.
OF_QUALIFIERS: Final[dict[str, Callable[[str], tuple[Origin, str]]]] = {
    "STUDYID": lambda _: ("Assigned", "study.studyid of the study file"),
    "RDOMAIN": lambda code: ("Assigned", code),
    "USUBJID": lambda code: ("Predecessor", f"{code}.USUBJID"),
    "IDVAR": lambda code: ("Assigned", "empty" if code == "DM" else f"{code}SEQ"),
    "IDVARVAL": lambda code: ("Predecessor", f"{code}.{code}SEQ"),
    "QNAM": lambda _: ("Assigned", "The name of the variable as pkpipe reads it."),
    "QLABEL": lambda _: ("Assigned", "The label of the variable."),
    "QVAL": lambda code: ("Predecessor", f"The column of the delivered {code} that QNAM names"),
    "QORIG": lambda _: ("Not Available", ""),
}
SET_HERE: Final = {
    "STUDYID": "study.studyid of the study file",
    "DOMAIN": "The two letters of the domain.",
}
ISO: Final = (
    *(("DTC", "partialDatetime"), ("DUR", "durationDatetime"), ("ELTM", "durationDatetime")),
    *(("STINT", "durationDatetime"), ("ENINT", "durationDatetime"), ("EVLINT", "durationDatetime")),
)
COPIED: Final = (
    "Copy of the delivered domain as known at the data cutoff {cutoff}: records after it are left out; an "
    "end after it is empty, that of an exposure is the cutoff; a coded word stands as the term it is read "
    "as. A predecessor is the variable of the delivery; whether it was collected or derived is said by the "
    "define.xml of the delivery."
)
# What pkpipe reads beside SDTM's variables.
OURS: Final[dict[str, str]] = {
    "TUMTYPE": "Tumor Type",
    "EXDOSEMG": "Dose Given (mg)",
    "EXPDOSE": "Planned Dose",
    "EXINTRFL": "Interruption Flag",
    "CYCLE": "Treatment Cycle",
    "AEDLTFL": "Dose-Limiting Toxicity Flag",
    "AEIRFL": "Immune-Related Event Flag",
    "DTYPE": "Derivation Type",
}


def tabulations(tables: Tables, study: Study) -> tuple[Made, ...]:
    """The domains that arrived as SDTM and have a row, each followed by its supplemental qualifiers."""
    collected = tables["COLLECT"].filter(C("HOW") == DELIVERED)
    there = {code: {*collected.filter(C("TABLE") == code)["COLUMN"]} for code in DOMAINS}
    copied = (
        code for code in DOMAINS if tables[code].height and _as_sdtm(code, there[code], study)
    )
    return tuple(
        made
        for code in copied
        for made in _copies(
            DOMAINS[code], there[code], with_unused(tables[code], code, tables), study
        )
    )


def _as_sdtm(code: str, there: set[str], study: Study) -> bool:
    """Whether the study file leaves names and values of the files as they came, with their numbers."""
    source = study.source_of(code)
    if source is None or (code != "DM" and f"{code}SEQ" not in there):
        return False
    renamed = (*source.columns, *source.constants, *source.codes, *source.dates, *source.times)
    changed = source.units or source.sequence or source.decimal != "."
    return not changed and not any(is_variable(code, name) for name in renamed)


def _copies(spec: DomainSpec, there: set[str], table: pl.DataFrame, study: Study) -> Iterator[Made]:
    code = spec.code
    rows = table.with_columns(STUDYID=pl.lit(study.study.studyid), DOMAIN=pl.lit(code))
    unused = {*rows.columns} - {*spec.names}
    names = in_order(code, {"STUDYID", "DOMAIN", *there, *unused})
    types = {column.name: _type(column.kind, column.name) for column in spec.columns}
    found = [_variable(code, n, types.get(n) or _type_of(rows[n])) for n in names]
    said = COPIED.format(cutoff=study.cutoff)
    of = Dataset(
        *(code, "validate", DATASETS[code], CLASS[code], structure_of(code)),
        keys=("STUDYID", "USUBJID") if code == "DM" else ("STUDYID", "USUBJID", f"{code}SEQ"),
        purpose=TABULATION,
        domain=code,
        comment=said,
    )
    yield _made(of, rows, found)
    others = [n for n in spec.names if n in there and not is_variable(code, n)]
    more = _qualifiers(code, rows, others)
    if more.height:
        labels = QUALIFIERS.items()
        given = [Variable(n, "text", label, *OF_QUALIFIERS[n](code)) for n, label in labels]
        supplemental = replace(
            of,
            code=f"SUPP{code}",
            label=f"Supplemental Qualifiers for {code}",
            structure="RELATIONSHIP",
            record=structure_of("SUPPQUAL"),
            keys=("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
        )
        yield _made(supplemental, more, given)


def _variable(code: str, name: str, kind: Type) -> Variable:
    """A variable as it came; whether it was collected or derived is in the define.xml of the delivery."""
    if name in SET_HERE:
        return Variable(name, kind, sdtm_label(name) or name, "Assigned", SET_HERE[name])
    iso = next((what for end, what in ISO if kind == "text" and name.endswith(end)), "")
    said = f"{code}.{name}"
    return Variable(name, kind, sdtm_label(name) or name, "Predecessor", said, iso=iso)


def _type(kind: str, name: str) -> Type:
    return "number" if kind in {"number", "integer"} and name not in CHARACTER else "text"


def _type_of(values: pl.Series) -> Type:
    return "number" if values.dtype.is_numeric() else "text"


def _qualifiers(code: str, rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """One row a record and value that SDTM has no variable for, by the sequence number of the record."""
    by = None if code == "DM" else f"{code}SEQ"
    record = pl.lit(None, pl.String) if by is None else C(by).cast(pl.String)
    parts = [
        rows.filter(C(name).is_not_null()).select(
            "STUDYID",
            "USUBJID",
            RDOMAIN=pl.lit(code),
            IDVAR=pl.lit(by, pl.String),
            IDVARVAL=record,
            QNAM=pl.lit(name),
            QLABEL=pl.lit(OURS[name]),
            QVAL=C(name).cast(pl.String),
            QORIG=pl.lit(None, pl.String),  # the delivery does not say where it was collected
        )
        for name in names
    ]
    if not parts:
        return pl.DataFrame(schema=dict.fromkeys(QUALIFIERS, pl.String))
    return pl.concat(parts)


def _made(of: Dataset, rows: pl.DataFrame, found: list[Variable]) -> Made:
    """The copy; it has keys where no two records have the same, and whole numbers where all are."""
    unique = rows.select(pl.struct(of.keys).n_unique()).item() == rows.height
    of = of if unique else replace(of, keys=())
    typed = rows.select(
        C(v.name).cast(pl.Float64 if v.type == "number" else pl.String) for v in found
    )
    whole = [v.name for v in found if v.type == "number" and _whole(typed[v.name])]
    exact = typed.with_columns(C(whole).cast(pl.Int64))
    kinds = (replace(v, type="integer") if v.name in whole else v for v in found)
    return Made(of, exact, tuple(with_terms(of, v, exact) for v in kinds))


def _whole(values: pl.Series) -> bool:
    return bool(((values == values.round()) & (values.abs() < EXACT)).all())
