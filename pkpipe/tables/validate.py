"""The second room: text tables to typed ones, and every finding of every table in one.

It says what is wrong and stops nothing: `pkpipe stage validate` stops the study if `stopping` is not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.tables.checks import found
from pkpipe.tables.checks_arrival import MISSING_FILE, NO_COLUMN, UNREADABLE
from pkpipe.tables.checks_cells import cell_findings, typed
from pkpipe.tables.checks_rows import RowCheck
from pkpipe.tables.declared_units import in_declared_units, unit_findings
from pkpipe.tables.domains import DomainSpec
from pkpipe.tables.findings import all_findings, errors_of
from pkpipe.tables.inputs import SPECS
from pkpipe.tables.registry import ACROSS, DECISION_ONLY, ROW_CHECKS

# A table that arrived without these is judged no further: what follows would only repeat it.
INCOMPLETE = (MISSING_FILE.id, UNREADABLE.id, NO_COLUMN.id)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """Domain tables typed, in declared units, sorted by their key; FINDINGS with everything wrong."""
    texts = {code: tables[code] for code in SPECS}
    cells = all_findings(_in_cells(texts))
    types = {code: typed(frame, SPECS[code]) for code, frame in texts.items()}
    findings = all_findings(
        [
            tables["ARRIVAL"],
            cells,
            *(_news(rows, cells) for rows in _in_rows(types, study)),
            *unit_findings(types["PC"], study),
            *_across(types, study, _incomplete(tables["ARRIVAL"])),
        ]
    )
    types["PC"] = in_declared_units(types["PC"], study)
    return {
        **{code: _sorted(frame, SPECS[code]) for code, frame in types.items()},
        "FINDINGS": findings,
    }


def stopping(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings for which a study cannot run: errors on which more than the dose decision rests."""
    return errors_of(findings).filter(~pl.col("CHECK").is_in(DECISION_ONLY))


def _in_cells(texts: Mapping[str, pl.DataFrame]) -> Iterable[pl.DataFrame]:
    for code, frame in texts.items():
        yield from cell_findings(frame, SPECS[code])


def _in_rows(types: Mapping[str, pl.DataFrame], study: Study) -> Iterable[pl.DataFrame]:
    for row_check in ROW_CHECKS:
        if row_check.applies(study) and row_check.domain in study.sources:
            yield _wrong_rows(types[row_check.domain], row_check, study)


def _news(found_in_rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Without what only follows from a cell that could not be read."""
    if found_in_rows.is_empty():
        return found_in_rows
    return found_in_rows.join(cells, on=["TABLE", "FILE", "ROW", "COLUMN"], how="anti")


def _wrong_rows(frame: pl.DataFrame, check: RowCheck, study: Study) -> pl.DataFrame:
    wrong = frame.filter(check.wrong(study).fill_null(value=False))
    if check.once_per:
        wrong = wrong.unique(check.once_per, keep="first", maintain_order=True)
    return found(check.check, wrong, check.domain, check.column, check.allowed(study))


def _incomplete(arrival: pl.DataFrame) -> frozenset[str]:
    return frozenset(arrival.filter(pl.col("CHECK").is_in(INCOMPLETE))["TABLE"])


def _across(
    types: Mapping[str, pl.DataFrame], study: Study, incomplete: frozenset[str]
) -> Iterable[pl.DataFrame]:
    for cross in ACROSS:
        collected = all(code in study.sources for code in cross.needs)
        if collected and not incomplete.intersection(cross.needs):
            yield from cross.find(types, study)


def _sorted(frame: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """By the key, then by place: rows in another order give the same table."""
    return frame.sort(*spec.key, "SRCFILE", "SRCROW", nulls_last=False, maintain_order=True)
