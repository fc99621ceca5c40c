"""What a reader should know of how the tables were read: sentences, none of them a fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.nca.checks import ROW, Tables, excluded, is_blq

Notes = tuple[tuple[str, str], ...]  # table and sentence
NOTHING: Final[Notes] = ()
C = pl.col


def noted(tables: Tables, keys: Sequence[str], copies: int) -> Notes:
    """The sentences, in reading order; copies: how many samples stand twice."""
    conc, dose, asked = tables.names
    found: list[tuple[str, str]] = []
    for name, frame in ((dose, tables.dose), (asked, tables.intervals)):
        lost = [] if frame is None else [k for k in keys if k not in frame.columns]
        if lost:
            found.append((name, f"no column {', '.join(lost)}: its rows serve every one of them"))
    found += [(conc, words) for words in _below_limit(tables.conc)]
    if copies:
        found.append(
            (conc, f"samples that stand twice with the same time and value, counted once: {copies}")
        )
    if "DURATION" in tables.dose.columns:
        found += [(dose, words) for words in _no_duration(tables.dose)]
    return tuple(found)


def _below_limit(conc: pl.DataFrame) -> list[str]:
    if "LLOQ" not in conc.columns:
        return []
    said = C("BLQ") == 1 if "BLQ" in conc.columns else pl.lit(value=False)
    below = is_blq(conc) & ~said.fill_null(value=False) & (C("CONC") > 0)
    rows = conc.filter(below & ~excluded(conc))
    if rows.is_empty():
        return []
    row, value, limit = rows.select(ROW, "CONC", "LLOQ").row(0)
    return [
        f"results below their own LLOQ, taken as BLQ: {rows.height} (first: row {row}, CONC {value:g}, "
        f"LLOQ {limit:g})"
    ]


def _no_duration(dose: pl.DataFrame) -> list[str]:
    rows = dose.filter((C("ROUTE") == "iv_infusion") & C("DURATION").is_null())
    if rows.is_empty():
        return []
    first = ", ".join(str(r) for r in rows[ROW].head(5))
    return [
        f"infusions without DURATION: {rows.height} (row {first}); what needs it is not done; write how long "
        "each lasted, or 0 if it was given at once"
    ]
