"""Supplemental qualifiers: the records of SUPP-- as columns of the rows they belong to (SDTMIG 3.4, 8.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, one
from pkpipe.finding.table import findings_at
from pkpipe.protocol.sources import Source
from pkpipe.reading.delivery import RawFile
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.snapshot.checks.deliveries import (
    SUPP_CLASH,
    SUPP_COLUMN,
    SUPP_LOST,
    SUPP_TWICE,
    SUPP_UNUSED,
)

C: Final = pl.col
NEEDED: Final = ("USUBJID", "QNAM", "QVAL")
OPTIONAL: Final = ("RDOMAIN", "IDVAR", "IDVARVAL")
PLACE: Final = ("SRCFILE", "SRCROW")


def qualified(
    raw: RawFile, files: Sequence[RawFile], spec: DomainSpec, source: Source
) -> tuple[RawFile, pl.DataFrame]:
    """A file of the domain with its qualifiers as columns, and what is wrong with them."""
    told = [as_findings([row for file in files for row in _columns_missing(file, spec)])]
    readable = [f for f in files if f.frame is not None and _whole(f.frame)]
    if raw.frame is None or not readable:
        return raw, told[0]
    records = pl.concat(_records(file) for file in readable).filter(
        (C("RDOMAIN") == spec.code).fill_null(value=True)
    )
    names = _wanted(records, spec, source)
    told.append(_unused(records, names, spec, readable))
    clashing = [n for n in names if n in raw.frame.columns and raw.frame[n].is_not_null().any()]
    told.append(as_findings([_clash(name, raw, spec) for name in clashing]))
    subject = source.columns.get("USUBJID", "USUBJID")
    if subject not in raw.frame.columns:
        return raw, pl.concat(told)
    mine = records.filter(C("QNAM").is_in([n for n in names if n not in clashing]))
    frame, told_of_rows = _joined(raw.frame, mine, subject, spec, source)
    return replace(raw, frame=frame), pl.concat([*told, *told_of_rows])


def _whole(frame: pl.DataFrame) -> bool:
    return set(NEEDED) <= set(frame.columns)


def _columns_missing(file: RawFile, spec: DomainSpec) -> Iterator[dict[str, str | int | None]]:
    for name in NEEDED if file.frame is not None else ():
        assert file.frame is not None
        if name not in file.frame.columns:
            allowed = f"{', '.join((*NEEDED, *OPTIONAL))} in sources.{spec.code}.supplemental"
            yield one(SUPP_COLUMN, TABLE=spec.code, FILE=file.name, COLUMN=name, ALLOWED=allowed)


def _records(file: RawFile) -> pl.DataFrame:
    assert file.frame is not None
    there = file.frame.columns
    extra = [C(n) if n in there else pl.lit(None, dtype=pl.String).alias(n) for n in OPTIONAL]
    return file.frame.select(*NEEDED, *extra, "SRCROW", SRCFILE=pl.lit(file.name)).filter(
        C("QVAL").is_not_null()
    )


def _wanted(records: pl.DataFrame, spec: DomainSpec, source: Source) -> list[str]:
    """Qualifiers that are used: named as one of our columns, mapped onto one, or asked for by a filter."""
    asked = {*spec.names, *source.columns.values(), *source.filtered}
    names = records["QNAM"].drop_nulls().unique(maintain_order=True).to_list()
    return [name for name in names if name in asked]


def _unused(
    records: pl.DataFrame, names: Sequence[str], spec: DomainSpec, files: Sequence[RawFile]
) -> pl.DataFrame:
    others = records.filter(~C("QNAM").is_in(list(names)))["QNAM"].drop_nulls().unique().sort()
    if others.is_empty():
        return as_findings([])
    said = f"{SUPP_UNUSED.words}: {', '.join(others)}"
    allowed = f"sources.{spec.code}.columns: {{our column: QNAM}} uses one"
    place = {"TABLE": spec.code, "FILE": files[0].name, "COLUMN": "QNAM"}
    return as_findings([one(SUPP_UNUSED, **place | {"MESSAGE": said}, ALLOWED=allowed)])


def _clash(name: str, raw: RawFile, spec: DomainSpec) -> dict[str, str | int | None]:
    allowed = f"one of them: no such column, or no such QNAM in sources.{spec.code}.supplemental"
    return one(SUPP_CLASH, TABLE=spec.code, FILE=raw.name, COLUMN=name, ALLOWED=allowed)


def _joined(
    frame: pl.DataFrame, records: pl.DataFrame, subject: str, spec: DomainSpec, source: Source
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows with a column a qualifier; records of no row, and second values, as findings."""
    hits = pl.concat([pl.DataFrame(schema=_HIT), *_keyed(frame, records, subject, source)])
    found = records.select(*PLACE).join(hits.select(*PLACE).unique(), on=PLACE, how="anti")
    lost = records.join(found, on=PLACE, how="semi", maintain_order="left")
    twice = hits.filter(C("QVAL").n_unique().over("_ROW", "QNAM") > 1)
    told = [
        _findings(SUPP_LOST, lost, spec, "a row with this USUBJID and IDVARVAL"),
        _findings(SUPP_TWICE, twice, spec, "one value a row"),
    ]
    if hits.is_empty():
        names = records["QNAM"].unique(maintain_order=True).to_list()
        empty = [pl.lit(None, dtype=pl.String).alias(n) for n in names if n not in frame.columns]
        return frame.with_columns(empty), told
    wide = hits.unique(["_ROW", "QNAM"], keep="first", maintain_order=True).pivot(
        "QNAM", index="_ROW", values="QVAL", aggregate_function="first"
    )
    plain = frame.drop([n for n in wide.columns if n in frame.columns])
    joined = plain.join(
        wide.rename({"_ROW": "SRCROW"}), on="SRCROW", how="left", maintain_order="left"
    )
    return joined, told


_HIT: Final = pl.Schema(
    {
        "_ROW": pl.Int64(),
        "QNAM": pl.String(),
        "QVAL": pl.String(),
        "USUBJID": pl.String(),
        "SRCFILE": pl.String(),
        "SRCROW": pl.Int64(),
    }
)


def _keyed(
    frame: pl.DataFrame, records: pl.DataFrame, subject: str, source: Source
) -> Iterator[pl.DataFrame]:
    """The records of each identifying variable with the rows they belong to; without one, by subject."""
    for idvar in records["IDVAR"].unique(maintain_order=True).to_list():
        mine = records.filter(C("IDVAR").eq_missing(pl.lit(idvar, dtype=pl.String)))
        column = None if idvar is None else source.columns.get(idvar, idvar)
        if column is not None and column not in frame.columns:
            continue
        value = pl.lit(None, dtype=pl.String) if column is None else _plain(C(column))
        rows = frame.select(_ROW=C("SRCROW"), USUBJID=C(subject), _ID=value)
        asked = mine.with_columns(
            _ID=pl.lit(None, dtype=pl.String) if idvar is None else _plain(C("IDVARVAL"))
        )
        hits = asked.join(
            rows, on=["USUBJID", "_ID"], how="inner", nulls_equal=True, maintain_order="left"
        )
        yield hits.select(list(_HIT))


def _plain(text: pl.Expr) -> pl.Expr:
    """A key as it is compared: numbers as numbers, since 1 is 1.0 in another format."""
    return pl.coalesce(text.cast(pl.Float64, strict=False).cast(pl.String), text)


def _findings(check: Check, rows: pl.DataFrame, spec: DomainSpec, allowed: str) -> pl.DataFrame:
    return findings_at(
        rows,
        check,
        table=spec.code,
        file=C("SRCFILE"),
        row=C("SRCROW"),
        subject=C("USUBJID"),
        column=C("QNAM"),
        value=C("QVAL"),
        allowed=allowed,
    )
