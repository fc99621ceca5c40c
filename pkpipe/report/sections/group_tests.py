"""What a study's comparison of groups found, beside the curves it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.number_text import limits, p_value, significant, whole
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Table, text_table

DESCRIPTIVE: Final = (
    "Descriptive: subjects were not drawn by lot into these groups, and p-values are not adjusted."
)
NOT_ESTIMABLE: Final = "NE"
Row = dict[str, object]


def comparisons(tables: Mapping[str, pl.DataFrame], study: Study, endpoint: str) -> list[Table]:
    """One table a comparison of this endpoint; none where the study compares no groups."""
    rows = tables["KMTEST"].filter(pl.col("PARAMCD") == endpoint)
    level = study.survival.level if study.survival else 0.95
    return [
        _table(part, level) for _, part in rows.group_by("GROUP", "REFVAL", maintain_order=True)
    ]


def _table(rows: pl.DataFrame, level: float) -> Table:
    column, reference = str(rows["GROUP"][0]).lower(), str(rows["REFVAL"][0])
    found: dict[tuple[str, str], Row] = {
        (str(r["GROUPVAL"]), str(r["STAT"])): r for r in rows.iter_rows(named=True)
    }
    groups = [g for g in rows["GROUPVAL"].unique(maintain_order=True) if g != "ALL"]
    header = (
        *(column.capitalize(), "Subjects", "Events", "Expected events"),
        *("Hazard ratio", f"{100 * level:g} % CI", "p", "Why not estimable"),
    )
    body = [_line(found, str(g), reference) for g in groups]
    return text_table(
        f"Groups compared: each {column} against {reference}",
        header,
        body,
        f"{_logrank(found)} {_strata(rows)}Hazard ratios: Cox, ties by Efron; below 1: a lower "
        f"hazard than in {reference}. {DESCRIPTIVE}",
    )


def _strata(rows: pl.DataFrame) -> str:
    strata = rows["STRATA"][0]
    return "" if strata is None else f"Stratified by {strata}. "


def _line(found: dict[tuple[str, str], Row], group: str, reference: str) -> list[str]:
    n, events, expected = (found[group, stat] for stat in ("N", "EVENTS", "LOGRANK_EXPECTED"))
    counts = [group, whole(_number(n)), whole(_number(events)), significant(_number(expected))]
    if group == reference:
        return [*counts, "reference", "", "", ""]
    ratio, p = found[group, "HR"], found[group, "HR_P"]
    if ratio["STATUS"] == NOT_ESTIMABLE:
        return [*counts, NOT_ESTIMABLE, "", "", str(ratio["REASON"])]
    interval = limits(_number(ratio, "LOWER"), _number(ratio, "UPPER"), 2)
    return [*counts, significant(_number(ratio)), interval, p_value(_number(p)), ""]


def _number(row: Row, column: str = "ESTIMATE") -> float | None:
    value = row[column]
    return value if isinstance(value, float) else None


def _logrank(found: dict[tuple[str, str], Row]) -> str:
    chisq, freedom, p = (found["ALL", f"LOGRANK_{s}"] for s in ("CHISQ", "DF", "P"))
    if chisq["STATUS"] == NOT_ESTIMABLE:
        return f"Log-rank test: not estimable ({chisq['REASON']})."
    return (
        f"Log-rank test: χ² {significant(_number(chisq))}, degrees of freedom "
        f"{whole(_number(freedom))}, p {_p(p_value(_number(p)))}."
    )


def _p(text: str) -> str:
    return text if text.startswith("<") else f"= {text}"
