"""A column that a file does not have is one finding, not one of every row."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import ABSENT
from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence
from pkpipe.snapshot.checks.deliveries import NO_COLUMN
from pkpipe.snapshot.mapping import ANY_VALUE, mended
from pkpipe.validate.checks.decisions_collected import DEATH_NOT_JUDGED, NOT_JUDGED

C: Final = pl.col
PLACE: Final = ("TABLE", "FILE", "COLUMN")
# Questions about an event or a death and not about its empty cell: each is asked by subject.
BY_RECORD: Final = (NOT_JUDGED.id, DEATH_NOT_JUDGED.id)


def collapsed(findings: pl.DataFrame, delivered: pl.DataFrame | None, study: Study) -> pl.DataFrame:
    """The findings with those about empty cells of an absent column as one line with their number.

    Where the missing column is a finding itself (COLUMN-MISSING), it is all that is said.
    """
    if delivered is None or findings.is_empty():
        return findings
    findings = _with_units(findings, study)
    lost = delivered.filter(C("HOW") == ABSENT).select(PLACE).unique(maintain_order=True)
    about = C("ROW").is_not_null() & C("VALUE").is_null() & (C("CHECK") != NO_COLUMN.id)
    about &= ~C("CHECK").is_in(BY_RECORD)
    rows = findings.with_row_index("_N").filter(about)
    rows = rows.join(lost, on=PLACE, how="semi", maintain_order="left")
    if rows.is_empty():
        return findings
    kind = ["CHECK", "SEVERITY", *PLACE, "MESSAGE"]
    told = findings.filter(C("CHECK") == NO_COLUMN.id).select(PLACE)
    once = (
        rows.group_by(kind, maintain_order=True)
        .agg(_ROWS=pl.len(), FIRST=C("ROW").min())
        .join(told, on=PLACE, how="anti", maintain_order="left")
        .filter(C("_ROWS") > 1)
    )
    few = rows.join(once.select(kind), on=kind, how="anti").join(told, on=PLACE, how="anti")
    kept = findings.with_row_index("_N").join(
        rows.join(few.select("_N"), on="_N", how="anti").select("_N"), on="_N", how="anti"
    )
    how = {
        (table, column): _advice(table, column, study)
        for table, column in once.select("TABLE", "COLUMN").unique().iter_rows()
    }
    advice = pl.Series(
        [how[p] for p in once.select("TABLE", "COLUMN").iter_rows()], dtype=pl.String
    )
    lines = once.with_columns(
        ROW=pl.lit(None, dtype=pl.Int64),
        USUBJID=pl.lit(None, dtype=pl.String),
        VALUE=pl.lit(None, dtype=pl.String),
        MESSAGE=sentence(
            "no column {} ({} rows, the first is row {}): {}", "COLUMN", "_ROWS", "FIRST", "MESSAGE"
        ),
        ALLOWED=advice,
    ).select(FINDINGS_SCHEMA.names())
    return pl.concat([kept.sort("_N").drop("_N"), lines.cast(FINDINGS_SCHEMA)])


def _unit(table: str, column: str, study: Study) -> str | None:
    """The one unit a study has for a column of units; null where it has several, or it is no such column."""
    of: dict[tuple[str, str], set[str]] = {
        ("EX", "EXDOSU"): {d.dose_unit for d in study.drugs},
        ("PC", "PCSTRESU"): {a.unit for a in study.analytes},
    }
    known = of.get((table, column), set())
    return next(iter(known)) if len(known) == 1 else None


def _advice(table: str, column: str, study: Study) -> str:
    return mended(table, column).replace(ANY_VALUE, _unit(table, column, study) or ANY_VALUE)


def _with_units(findings: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Findings of missing columns of units, with the unit of the study in what mends them."""
    missing = C("CHECK") == NO_COLUMN.id
    allowed = C("ALLOWED")
    for table, column in (("EX", "EXDOSU"), ("PC", "PCSTRESU")):
        if (unit := _unit(table, column, study)) is not None:
            mine = (
                missing
                & (C("TABLE") == table)
                & C("ALLOWED").str.contains(f"{{{column}:", literal=True)
            )
            said = C("ALLOWED").str.replace(ANY_VALUE, unit, literal=True)
            allowed = pl.when(mine).then(said).otherwise(allowed)
    return findings.with_columns(ALLOWED=allowed)
