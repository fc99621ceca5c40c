"""The results of sparse sampling as rows of the long table, one group after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.finding.table import raise_if_any
from pkpipe.nca.further_analyses.plain_rows import HandedOut, plain_rows
from pkpipe.nca.further_analyses.sparse import OF_BOOTSTRAP, SPARSE, sparse
from pkpipe.nca.further_analyses.sparse_bootstrap import Bootstrap
from pkpipe.nca.given_tables.check_list import NEGATIVE, SEVERAL_DOSES
from pkpipe.nca.given_tables.row_checks import Tables, excluded, finding, is_blq
from pkpipe.nca.laid_out.sorted_arrays import by_group
from pkpipe.units import StudyUnits

C: Final = pl.col
SPREAD: Final = 1.5  # of the doses of one group: what body weights do not make


@dataclass(frozen=True)
class Sparse:
    """Which groups, whose samples, in which units, which parameters."""

    keys: tuple[str, ...]  # of the groups
    subject: str
    units: StudyUnits
    wanted: dict[str, str]  # units of results
    codes: tuple[str, ...] = ()
    bootstrap: Bootstrap | None = None


def sparse_rows(tables: Tables, of: Sparse) -> pl.DataFrame:
    """Every group after its dose.

    Raises:
        DataError: a group has several doses or none, a subject two results at one time.
    """
    conc = tables.conc.filter(~excluded(tables.conc))
    conc = conc.with_columns(CONC=pl.when(is_blq(conc)).then(0.0).otherwise("CONC"))
    if (below := conc.filter(C("CONC") < 0)).height:
        raise_if_any(finding(below, [*of.keys, of.subject], tables.names[0], NEGATIVE))
    dose = _one_dose(tables, of)
    own = [k for k in of.keys if k in dose.columns]
    after = (
        conc.join(dose, on=own, how="left", nulls_equal=True, maintain_order="left")
        if own
        else conc.join(dose, how="cross")
    )
    if after["_DOSED"].null_count():
        lost = after.filter(C("_DOSED").is_null()).select(of.keys).row(0)
        raise DataError(f"{tables.names[1]}: no dose of group {' '.join(map(str, lost))}")
    after = after.with_columns(TIME=C("TIME") - C("_DOSED")).filter(C("TIME") >= 0)
    is_bolus = C("_ROUTE") == "iv_bolus"
    parts = [
        sparse(rows, of.keys, of.subject, from_zero=not bolus, bootstrap=of.bootstrap)
        for bolus in (False, True)
        if (rows := after.filter(is_bolus if bolus else ~is_bolus)).height
    ]
    found = pl.concat(parts).sort(of.keys, nulls_last=True, maintain_order=True)
    starts = after.select(*of.keys, START="_DOSED").unique(maintain_order=True)
    found = (
        found.join(starts, on=list(of.keys), how="left", nulls_equal=True, maintain_order="left")
        if of.keys
        else found.with_columns(START=starts["START"].first())
    )
    parameters = SPARSE if of.bootstrap is None else (*SPARSE, *OF_BOOTSTRAP)
    handed = HandedOut(of.keys, of.units, of.wanted, of.codes)
    return plain_rows(found.with_columns(END=pl.lit(None, dtype=pl.Float64)), parameters, handed)


def _one_dose(tables: Tables, of: Sparse) -> pl.DataFrame:
    """Time and route of the dose of each group."""
    own = [k for k in of.keys if k in tables.dose.columns]
    dose = tables.dose.select(*own, _DOSED="TIME", _ROUTE="ROUTE").unique(maintain_order=True)
    several = dose.filter(pl.struct(own).is_duplicated()) if own else dose.head(dose.height > 1)
    if several.height:
        who = " ".join(map(str, several.select(own).row(0))) if own else "the table"
        raise DataError(
            f"{tables.names[1]}: {who} has doses at several times or by several routes; --sparse wants one "
            "dose a group (one row, or one a subject at the same time)"
        )
    given = tables.dose.filter(C("DOSE") > 0)
    spread = given.filter(by_group(C("DOSE").max(), own) > SPREAD * by_group(C("DOSE").min(), own))
    if spread.height:
        raise_if_any(finding(spread, own, tables.names[1], SEVERAL_DOSES))
    return dose
