"""What was assumed: contradictions of the protocol text and how this study decides them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Section, Table


def section(_tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """Stated assumptions and the choices that move numbers."""
    assumptions = Table(
        "Contradictions and gaps of the protocol text, as decided in the study file",
        ("Id", "What the text says or leaves open", "Decision"),
        tuple((a.id, a.finding, a.decision) for a in study.assumptions),
        "" if study.assumptions else "None stated.",
    )
    return Section("assumptions", "Stated assumptions", (assumptions, _choices(study)))


def _choices(study: Study) -> Table:
    sections = {
        "nca": study.nca,
        "immunogenicity": study.immunogenicity,
        "response": study.response,
        "survival": study.survival,
        "safety": study.safety,
    }
    rows = [
        (name, key, _words(value))
        for name, model in sections.items()
        if model is not None
        for key, value in model.model_dump(mode="json").items()
    ]
    return Table(
        "Choices that move numbers, as resolved for this run",
        ("Section", "Key", "Value"),
        tuple(rows),
    )


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "; ".join(_words(v) for v in value) or "none"
    return "none" if value is None else str(value)
