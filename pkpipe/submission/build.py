"""A dataset made of the table it is declared of: rows in their order, variables as they are delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.adam.declaration import Column, Table, Type
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.submission import terms
from pkpipe.submission.dataset import Added, Dataset, Made, Origin, Tables, Variable
from pkpipe.submission.datasets import DATASETS
from pkpipe.submission.parameters import AS_WAS, one_meaning
from pkpipe.submission.source_records import OWN, visit_numbers, with_source
from pkpipe.submission.standard import label_of
from pkpipe.submission.texts import split_texts
from pkpipe.submission.variable_codelists import with_terms

C: Final = pl.col
FIRST: Final = ("STUDYID", "USUBJID", "ASEQ")
SUBJECT: Final = "ADSL"
IN_CHINESE: Final = "the same in Chinese"
TYPES: Final[dict[Type, pl.DataType]] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "time": pl.Time(),
}
KINDS: Final[dict[str, Type]] = {
    "text": "text",
    "number": "number",
    "integer": "integer",
    "dtc": "text",
    "date": "date",
}


def all_made(tables: Tables, study: Study) -> tuple[Made, ...]:
    """Every dataset that the study has rows for; ADSL always."""
    subjects = made(DATASETS[0], tables, study, None)
    rest = (made(of, tables, study, subjects) for of in DATASETS[1:] if tables[of.code].height)
    return (subjects, *rest)


def made(of: Dataset, tables: Tables, study: Study, subjects: Made | None) -> Made:
    """One dataset; subjects: ADSL as it is delivered, of which variables are merged."""
    table = table_of(of)
    rows = tables[of.code]
    if of.before is not None:
        rows = of.before(rows, tables, study)
    rows = with_source(rows, of, tables)
    rows = _with_visits(rows, of, tables)
    rows = _with_core(rows, of, subjects)
    if "PARAMCD" in table.names:
        rows = _one_to_one(one_meaning(rows, of.qualifiers))
    rows = _no_change_at_baseline(rows)
    rows = rows.with_columns(pl.lit(study.study.studyid).alias("STUDYID"))
    for added in of.added:
        rows = rows.with_columns(added.value.cast(TYPES[added.type]).alias(added.name))
    rows = rows.rename(dict(of.renamed))
    rows = _ordered(rows, of)
    found = tuple(_variables(of, table, rows))
    rows = _own_words_in_ascii(rows, found).select(v.name for v in found)
    rows, split = split_texts(rows, found, of.split)
    return Made(of, rows, tuple(with_terms(of, v, rows) for v in split))


def table_of(of: Dataset) -> Table:
    """The derived table that a dataset is made of."""
    return next(table for table in BY_ROOM[of.room] if table.code == of.code)


def _with_visits(rows: pl.DataFrame, of: Dataset, tables: Tables) -> pl.DataFrame:
    if "AVISITN" not in {added.name for added in of.added}:
        return rows
    domains = ("TR", "RS") if of.domain in {"TR", "RS"} else (of.domain,)
    return rows.join(visit_numbers(tables, *domains), on="VISIT", how="left", maintain_order="left")


def _with_core(rows: pl.DataFrame, of: Dataset, subjects: Made | None) -> pl.DataFrame:
    if subjects is None:
        return rows
    names = [name for name in dict.fromkeys((*of.core, "TRTSDT")) if name not in rows.columns]
    return rows.join(
        subjects.rows.select("USUBJID", *names), on="USUBJID", how="left", maintain_order="left"
    )


def _one_to_one(rows: pl.DataFrame) -> pl.DataFrame:
    """AVALC only where each value of a parameter has one text, and each text one value (ADaMIG)."""
    if not {"AVAL", "AVALC"} <= {*rows.columns}:
        return rows
    both = C("AVAL").is_not_null() & C("AVALC").is_not_null()
    texts = C("AVALC").filter(both).n_unique().over("PARAMCD", "AVAL")
    values = C("AVAL").filter(both).n_unique().over("PARAMCD", "AVALC")
    loose = (both & ((texts > 1) | (values > 1))).any().over("PARAMCD")
    return rows.with_columns(AVALC=pl.when(~(loose & both)).then(C("AVALC")))


def _no_change_at_baseline(rows: pl.DataFrame) -> pl.DataFrame:
    """One rule in every dataset: a baseline record has no change from itself."""
    if "ABLFL" not in rows.columns:
        return rows
    names = [name for name in ("CHG", "PCHG") if name in rows.columns]
    after = C("ABLFL").is_null()
    return rows.with_columns(pl.when(after).then(C(name)).alias(name) for name in names)


def _ordered(rows: pl.DataFrame, of: Dataset) -> pl.DataFrame:
    """The rows by their keys, with the place of each within its subject."""
    keys = [key for key in of.keys if key != "ASEQ"]
    rows = rows.sort(keys, nulls_last=True, maintain_order=True)
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID"))


def _own_words_in_ascii(rows: pl.DataFrame, variables: tuple[Variable, ...]) -> pl.DataFrame:
    """Signs outside ASCII only where they were collected."""
    own = [v.name for v in variables if v.type == "text" and v.origin != "Predecessor"]
    return rows.with_columns(terms.in_ascii(C(name)) for name in own)


def _variables(of: Dataset, table: Table, rows: pl.DataFrame) -> Iterator[Variable]:
    """Identifiers, what is merged, the table's own variables, what is added; each name once."""
    seen = set[str]()
    added = {variable.name: variable for variable in of.added}
    for variable in (*_identifiers(of), *_merged(of), *_own(of, table, added), *_more(of, rows)):
        if variable.name not in seen and variable.name in rows.columns:
            seen.add(variable.name)
            yield variable


def _identifiers(of: Dataset) -> Iterator[Variable]:
    yield _assigned("STUDYID", "text", "study.studyid of the study file")
    origin = "DM.USUBJID" if of.code == SUBJECT else "ADSL.USUBJID"
    yield Variable("USUBJID", "text", label_of("USUBJID"), "Predecessor", origin)
    if of.code != SUBJECT:
        said = f"Place of the row within its subject, by {', '.join(k for k in of.keys if k != 'ASEQ')}."
        yield Variable("ASEQ", "integer", label_of("ASEQ"), "Derived", said)


def _assigned(name: str, kind: Type, said: str) -> Variable:
    return Variable(name, kind, label_of(name), "Assigned", said)


def _merged(of: Dataset) -> Iterator[Variable]:
    subjects = {c.name: c for c in table_of(DATASETS[0])}
    more = {a.name: a for a in DATASETS[0].added}
    for name in of.core:
        kind: Type = subjects[name].type if name in subjects else more[name].type
        label = label_of(name, subjects[name].label if name in subjects else "")
        yield Variable(name, kind, label, "Predecessor", f"ADSL.{name}")


def left_out(of: Dataset) -> dict[str, str]:
    """Columns of the table that are not delivered, each with why; a text has its Chinese twin beside it."""
    names = table_of(of).names
    twins = {n: IN_CHINESE for n in names if n.endswith("ZH") and n.removesuffix("ZH") in names}
    return {**of.left_out, **twins}


def _own(of: Dataset, table: Table, added: dict[str, Added]) -> Iterator[Variable]:
    not_delivered = left_out(of)
    for column in table:
        if column.name in not_delivered or column.name == "USUBJID":
            continue
        name = of.renamed.get(column.name, column.name)
        if name in added:
            yield _of_added(added[name], column.label)
        else:
            yield _of_column(of, column, name)


def _of_column(of: Dataset, column: Column, name: str) -> Variable:
    predecessor = _predecessor(of, column)
    meaning = column.meaning or column.label
    unit = f", in {column.unit}" if column.unit else ""
    told = f"{meaning[:1].upper()}{meaning[1:]}{unit}. Program: pkpipe.{of.room}"
    said = predecessor or told.replace("`", "")
    origin: Origin = "Predecessor" if predecessor else "Derived"
    return Variable(name, column.type, label_of(name, column.label), origin, said)


def _predecessor(of: Dataset, column: Column) -> str:
    """The variable of SDTM that a column is, as it came; a column with a meaning of its own is derived."""
    domain = "DM" if of.code == SUBJECT else of.domain
    known = domain in DOMAINS and column.name in DOMAINS[domain].names
    return f"{domain}.{column.name}" if known and not column.meaning else ""


def _more(of: Dataset, rows: pl.DataFrame) -> Iterator[Variable]:
    kinds = {c.name: KINDS[c.kind] for c in DOMAINS[of.domain].columns} if of.domain else {}
    for name in of.taken:
        if f"{OWN}{name}" not in rows.columns:
            yield Variable(name, kinds[name], label_of(name), "Predecessor", f"{of.domain}.{name}")
    for added in of.added:
        yield _of_added(added)
    if AS_WAS in rows.columns and rows.filter(C(AS_WAS) != C("PARAMCD")).height:
        said = "PARAMCD without the signs that tell analyte, specimen, reader, criteria or scheme."
        yield Variable(AS_WAS, "text", label_of(AS_WAS), "Derived", said)


def _of_added(added: Added, label: str = "") -> Variable:
    told = added.label or label_of(added.name, label)
    return Variable(added.name, added.type, told, added.origin, added.said)
