"""Exposure against toxicity, response and tumour size: quarters drawn, slopes in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pkpipe.displays.number_text import DASH, limits, significant, whole
from pkpipe.report.figures.quarters import exposure_words, quarters_figure
from pkpipe.report.page_blocks import Paragraph, Section, Table, text_table

OUTCOME_WORDS: Final = {
    "DLT": "DLT",
    "RESPONSE": "Response",
    "BESTPCHG": "Best change in tumour size",
}
POOLED: Final = (
    "Subjects of all levels together. Exposure goes with the level, so this describes and does not explain; "
    "nothing here was planned or adjusted for the number of comparisons."
)
NOTE: Final = (
    "Change of the log odds, with profile-likelihood limits, or of the best percent change, with t limits, "
    "per doubling of exposure; NE not estimable. Those of CTROUGH and of later cycles rest on subjects who "
    "stayed until then. Quarters, also of tumour size, are in EXPRESP. "
)


def section(tables: Mapping[str, pl.DataFrame]) -> Section:
    """A figure an endpoint that is yes or no, and every slope or why there is none."""
    rows = tables["EXPRESP"]
    title = "Exposure and response"
    if rows.is_empty():
        words = (
            "No exposure that enters summaries, no endpoint to set it against, or no "
            "exposure_response.outcomes in the study file."
        )
        return Section("exposure-response", title, (Paragraph(words),))
    drawn = [quarters_figure(rows, code, OUTCOME_WORDS[code]) for code in ("DLT", "RESPONSE")]
    figures = tuple(f for f in drawn if f is not None)
    return Section("exposure-response", title, (Paragraph(POOLED), *figures, _slopes(rows)))


def _slopes(rows: pl.DataFrame) -> Table:
    slopes = rows.filter(pl.col("STAT") == "SLOPE")
    body = [_slope(r) for r in slopes.iter_rows(named=True)]
    confidence = slopes["LEVELCI"].drop_nulls().first()
    level = f"{100 * confidence:g} % CI" if isinstance(confidence, float) else "CI"
    header = ("Exposure", "Cycle", "Endpoint", "n", "With event", "Slope", level, "Remark")
    told = slopes.select("ENDPOINT", "DEFIN").unique(maintain_order=True).iter_rows()
    note = NOTE + "; ".join(f"{OUTCOME_WORDS[code]}: {words}" for code, words in told) + "."
    table = text_table("Slopes per doubling of exposure", header, body, note, text_columns=3)
    return replace(table, numeric=frozenset(range(3, len(header) - 1)))


def _slope(row: Mapping[str, Any]) -> tuple[str, ...]:
    known = row["LOWER"] is not None and row["UPPER"] is not None
    return (
        f"{exposure_words(row)} ({row['EXPU'] or ''})",
        str(row["CYCLE"] if row["CYCLE"] is not None else DASH),
        OUTCOME_WORDS[row["ENDPOINT"]],
        whole(row["N"]),
        whole(row["X"]),
        "NE" if row["AVAL"] is None else significant(row["AVAL"]),
        limits(row["LOWER"], row["UPPER"], 2) if known else "",
        str(row["REASON"] or ""),
    )
