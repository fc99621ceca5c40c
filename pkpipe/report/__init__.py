"""The report: one self-contained page a study and cutoff, and every figure as a file of its own.

Numbers become text in this room only. It draws what other rooms computed and computes nothing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.blocks import Figure, Section
from pkpipe.report.page import html, visible
from pkpipe.report.sections import (
    cohort_pages,
    data_quality,
    decision,
    efficacy,
    pharmacology,
    safety,
    stated,
)
from pkpipe.tables.findings import all_findings


def build(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, str]:
    """Files of the report: `index.html` and `figures/<name>.svg`, name to content."""
    tables = {**tables, "FINDINGS": _all_findings(tables)}
    sections = (
        decision.section(tables, study),
        cohort_pages.section(tables, study),
        *pharmacology.sections(tables, study),
        *efficacy.sections(tables, study),
        safety.section(tables, study),
        data_quality.section(tables, study),
        stated.section(tables, study),
    )
    files = {"index.html": html(sections, tables, study)}
    for figure in _figures(sections):
        files[f"figures/{figure.name}.svg"] = _standalone(figure.svg)
    return {name: visible(text) for name, text in files.items()}


def _all_findings(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The findings of the border and of the topics as one."""
    return all_findings([tables["FINDINGS"], tables["TUMFIND"], _of_times(tables["ADTTE"])])


def _of_times(adtte: pl.DataFrame) -> pl.DataFrame:
    """What time to event found impossible, such as PFS longer than OS, as findings."""
    rows = adtte.filter((pl.col("ANL01FL") == "Y") & pl.col("FINDING").is_not_null())
    return rows.select(
        CHECK=pl.lit("TTE-TIMES"),
        SEVERITY=pl.lit("query"),
        TABLE=pl.lit("ADTTE"),
        FILE=pl.lit(None, dtype=pl.String),
        ROW=pl.lit(None, dtype=pl.Int64),
        USUBJID="USUBJID",
        COLUMN="PARAMCD",
        VALUE=pl.col("AVAL").cast(pl.String),
        MESSAGE="FINDING",
        ALLOWED=pl.lit(None, dtype=pl.String),
    )


def _figures(sections: tuple[Section, ...]) -> list[Figure]:
    found: list[Figure] = []
    for section in sections:
        found += [b for b in section.blocks if isinstance(b, Figure)]
        found += _figures(section.parts)
    return found


def _standalone(svg: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{svg}'
