"""The planned samples of the protocol as a table, and the match of a sample to its plan."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pkpipe.protocol.schedule import PlannedSample
from pkpipe.protocol.study import Study

PLAN_SCHEMA = pl.Schema(
    {
        "PARAMCD": pl.String(),
        "MATRIX": pl.String(),
        "DRUG": pl.String(),
        "CYCLE": pl.Int64(),
        "TPKEY": pl.String(),  # timepoint in upper case, the key of the match
        "PLANPT": pl.String(),
        "PLANH": pl.Float64(),  # nominal hours from that cycle's dose
        "PREDOSE": pl.Boolean(),
        "EARLYH": pl.Float64(),
        "LATEH": pl.Float64(),
    }
)


def planned_concentrations(study: Study) -> pl.DataFrame:
    """One row an analyte, cycle and planned time."""
    rows = [
        (a.code, a.matrix, a.drug, cycle, *_times(sample))
        for sample in study.schedule.pk
        for a in study.analytes
        if _concerns(sample, a.code, a.drug)
        for cycle in sample.cycles
    ]
    return _table(rows)


def planned_biomarkers(study: Study) -> pl.DataFrame:
    """One row a biomarker, cycle and planned time."""
    rows = [
        (b.code, b.specimen, b.drug, cycle, *_times(sample))
        for sample in study.schedule.biomarker
        for b in study.biomarkers
        if _concerns(sample, b.code, b.drug)
        for cycle in sample.cycles
    ]
    return _table(rows)


def _concerns(sample: PlannedSample, code: str, drug: str) -> bool:
    """Whether a planned sample measures this analyte."""
    return (sample.drug is None or sample.drug == drug) and (
        not sample.analytes or code in sample.analytes
    )


def _times(sample: PlannedSample) -> tuple[str, str, float, bool, float, float]:
    return (
        sample.timepoint.upper(),
        sample.timepoint,
        sample.hours,
        sample.predose,
        sample.early_hours,
        sample.late_hours,
    )


def _table(rows: Iterable[tuple[object, ...]]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=PLAN_SCHEMA, orient="row")
    return frame.unique(["PARAMCD", "MATRIX", "CYCLE", "TPKEY"], keep="first", maintain_order=True)


def is_predose(timepoint: pl.Expr, number: pl.Expr) -> pl.Expr:
    """Whether a sample says of itself that it was drawn before the dose."""
    said = timepoint.str.contains(r"(?i)^pre-?\s?(dose|infusion)")
    return (said | ((number < 0) & timepoint.is_not_null())).fill_null(value=False)
