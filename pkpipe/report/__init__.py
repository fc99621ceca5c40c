"""The report: one self-contained page a study and cutoff, and every figure as a file of its own.

Numbers become text in this room only. It draws what other rooms computed and computes nothing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.displays.visible import visible
from pkpipe.protocol.study import Study
from pkpipe.render.frame_wording import Language
from pkpipe.report.all_findings import everything_found
from pkpipe.report.html_page import html
from pkpipe.report.page_blocks import Figure, Section
from pkpipe.report.pages.page_files import frame_of, pages_of
from pkpipe.report.pages.subjects import subject_pages
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
    """Files of the report, name to content.

    `index.html` to decide by, a page a topic and a subject; where the study file asks for it `full.html` with
    everything on one page, and `figures/<name>.svg`.
    """
    tables = {**tables, "FINDINGS": everything_found(tables)}
    files = _pages(tables, study)
    if study.report.one_page:
        files |= _one_page(tables, study)
    return {name: visible(text) for name, text in files.items()}


def _one_page(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, str]:
    """`full.html` and every figure of it as a file of its own."""
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
    files = {"full.html": html(sections, tables, study)}
    for figure in _figures(sections):
        files[f"figures/{figure.name}.svg"] = _standalone(figure.svg)
    return files


def _pages(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, str]:
    """The pages in the language of the study file; of both, the Chinese ones in a folder of their own."""
    tongues: dict[str, tuple[Language, ...]] = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
    lead = decision.headline(tables, study)
    files: dict[str, str] = {}
    for place, tongue in enumerate(tongues[study.report.language]):
        folder = "zh/" if place else ""
        frame = frame_of(tables, study, tongue, folder)
        made = {**pages_of(frame, lead), **subject_pages(frame, tables)}
        files |= {f"{folder}{name}": text for name, text in made.items()}
    return files


def _figures(sections: tuple[Section, ...]) -> list[Figure]:
    found: list[Figure] = []
    for section in sections:
        found += [b for b in section.blocks if isinstance(b, Figure)]
        found += _figures(section.parts)
    return found


def _standalone(svg: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{svg}'
