"""The report: one self-contained page a study and cutoff, and every figure as a file of its own.

Numbers become text in this room only. It draws what other rooms computed and computes nothing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.all_findings import everything_found
from pkpipe.report.blocks import Figure, Section
from pkpipe.report.page import html, visible
from pkpipe.report.sections import (
    assumptions,
    cohort_pages,
    data_quality,
    decision,
    efficacy,
    exposure_response,
    pharmacology,
    safety,
)


def build(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, str]:
    """Files of the report: `index.html` and `figures/<name>.svg`, name to content."""
    tables = {**tables, "FINDINGS": everything_found(tables)}
    sections = (
        decision.section(tables, study),
        cohort_pages.section(tables, study),
        *pharmacology.sections(tables, study),
        *efficacy.sections(tables, study),
        safety.section(tables, study),
        exposure_response.section(tables),
        data_quality.section(tables, study),
        assumptions.section(tables, study),
    )
    files = {"index.html": html(sections, tables, study)}
    for figure in _figures(sections):
        files[f"figures/{figure.name}.svg"] = _standalone(figure.svg)
    return {name: visible(text) for name, text in files.items()}


def _figures(sections: tuple[Section, ...]) -> list[Figure]:
    found: list[Figure] = []
    for section in sections:
        found += [b for b in section.blocks if isinstance(b, Figure)]
        found += _figures(section.parts)
    return found


def _standalone(svg: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{svg}'
