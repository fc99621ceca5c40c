"""A table of samples that holds collections too: urine and faeces beside plasma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.finding.table import all_findings, raise_if_any
from pkpipe.nca.further_analyses.excretion import ExcretionUnits, bridge_to_dose, split
from pkpipe.nca.further_analyses.excretion_results import Question, recovered
from pkpipe.nca.given_tables import check_list as checks
from pkpipe.nca.given_tables.row_checks import Tables, finding
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME
from pkpipe.units import StudyUnits

C = pl.col


def measured_units(given: Mapping[str, str]) -> tuple[StudyUnits, ExcretionUnits]:
    """The units of samples and doses, and those of collections.

    Raises:
        ConfigError: a unit that does not measure what it is given for.
    """
    units = StudyUnits(given.get("CONC"), given.get("DOSE"), given.get("TIME", "h"))
    conc = given.get("EXCRETA", units.conc)
    excreta = ExcretionUnits(conc, given.get("VOLUME"), given.get("AMOUNT"))
    if amount := excreta.of_amount():
        bridge_to_dose(amount, units)
    return units, excreta


def taken_apart(tables: Tables, of: Question) -> tuple[Tables, pl.DataFrame | None]:
    """The tables without collections, and the long rows of these; None if there is none.

    Raises:
        DataError: collections that cannot be used, each with its place.
    """
    samples, collections = split(tables.conc)
    if collections.is_empty():
        return replace(tables, conc=samples), None
    _check(collections, of.keys, tables.names[0])
    theirs = _of_groups(tables, collections, of.keys)
    rows = recovered(samples, collections, theirs, of)
    return _without(replace(tables, conc=samples), collections, of.keys), rows


def together(
    table: pl.DataFrame | None, rows: pl.DataFrame | None, keys: Sequence[str]
) -> pl.DataFrame:
    """Both parts of a long or a wide table in the order of their keys."""
    parts = [p for p in (table, rows) if p is not None]
    if len(parts) == 1:
        return parts[0]
    whole = pl.concat(parts, how="diagonal_relaxed")
    return whole.sort([*keys, "START", "END"], nulls_last=True, maintain_order=True)


def as_wide(rows: pl.DataFrame, beside: Sequence[str]) -> pl.DataFrame:
    """The long rows of collections with a column a parameter."""
    index = [*beside, "START", "END"]
    return rows.pivot("PPTESTCD", index=index, values="PPSTRESN", maintain_order=True)


def _of_groups(tables: Tables, rows: pl.DataFrame, keys: Sequence[str]) -> Tables:
    """Doses and intervals of the profiles that some rows are of."""

    def of(frame: pl.DataFrame | None) -> pl.DataFrame | None:
        own = [] if frame is None else [k for k in keys if k in frame.columns]
        if frame is None or not own:
            return frame
        return frame.join(rows, on=own, how="semi", nulls_equal=True, maintain_order="left")

    dose = of(tables.dose)
    assert dose is not None
    return replace(tables, dose=dose, intervals=of(tables.intervals))


def _without(tables: Tables, collections: pl.DataFrame, keys: Sequence[str]) -> Tables:
    """The tables without doses and intervals of profiles that have collections only."""

    def of(frame: pl.DataFrame | None) -> pl.DataFrame | None:
        if frame is None or any(k not in frame.columns for k in keys) or not keys:
            return frame
        on = list(keys)
        alone = collections.join(tables.conc, on=on, how="anti", nulls_equal=True)
        return frame.join(alone, on=on, how="anti", nulls_equal=True, maintain_order="left")

    dose = of(tables.dose)
    assert dose is not None
    return replace(tables, dose=dose, intervals=of(tables.intervals))


def _check(collections: pl.DataFrame, keys: Sequence[str], name: str) -> None:
    """Every collection has times in their order and no amount below zero, and none overlaps another."""
    has = collections.columns
    if "TIMEEND" not in has and "AMOUNT" not in has:
        raise ConfigError(
            f"{name}: collections have a VOLUME and no TIMEEND (TIME is the start of each, TIMEEND its end)"
        )
    tests = [(checks.COLLECTION_START, C("TIME").is_null() | ~C("TIME").is_finite())]
    if "TIMEEND" in has:
        tests.append((checks.COLLECTION_NO_END, C("TIMEEND").is_null()))
        tests.append((checks.COLLECTION_END, C("TIMEEND") < C("TIME")))
        before = C("TIMEEND").shift().over(list(keys) or pl.lit(0), order_by="TIME")
        tests.append((checks.COLLECTION_OVERLAP, C("TIME") < before - SAME_TIME))
    tests += [
        (check, (C(check.column or "") < 0) | C(check.column or "").is_infinite())
        for check in (checks.COLLECTION_VOLUME, checks.COLLECTION_AMOUNT, checks.COLLECTION_CONC)
        if check.column in has
    ]
    found = [
        finding(collections.filter(wrong), [*keys], name, check)
        for check, wrong in tests
        if collections.select(wrong.any()).item()
    ]
    if found:
        raise_if_any(all_findings(found))
