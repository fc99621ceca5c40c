"""Whose assessments count: the rows of ADRS, the leading reader, the others beside it."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.needed import EVENT_CRITERIA

CRITERIA: Final = EVENT_CRITERIA
_RESPONSE_SHAPE: Final = {
    **dict.fromkeys(("USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC"), pl.String()),
    **dict.fromkeys(("AVALC", "ADTF", "TRGRESP", "NTRGRESP"), pl.String()),
    "ADT": pl.Date(),
    "BASE": pl.Float64(),
    "SRCROW": pl.Int64(),
}


def responses(adrs: pl.DataFrame) -> pl.DataFrame:
    """ADRS rows of the criteria that count, with READER as one name."""
    rows = adrs.select(
        (pl.col(n) if n in adrs.columns else pl.lit(None)).cast(kind).alias(n)
        for n, kind in _RESPONSE_SHAPE.items()
    ).filter(pl.col("CRIT") == CRITERIA)
    return rows.with_columns(
        READER=pl.concat_str("EVAL", "EVALID", separator="/", ignore_nulls=True)
    )


def leading_reader(rows: pl.DataFrame, study: Study) -> tuple[str, str]:
    """The evaluator of the study, or the first of its readers; and derived or reported."""
    if study.response is None:
        return "", ""
    wanted = study.response.evaluator
    readers = rows["READER"].drop_nulls().unique().sort().to_list()
    own = [r for r in readers if r == wanted or str(r).startswith(f"{wanted}/")]
    return str([*own, wanted][0]), study.response.primary


def other_readers(rows: pl.DataFrame, leading: str) -> list[str]:
    """Readers beside the leading one (independent review): the leading scheme by their assessments."""
    overall = rows.filter(pl.col("PARAMCD") == "OVR")
    readers = overall["READER"].drop_nulls().unique().sort().to_list()
    return [str(r) for r in readers if r != leading]


def source_of(rows: pl.DataFrame, reader: str, wanted: str) -> str:
    """Derived or reported, as the study leads; the other where this reader has no such time point."""
    mine = rows.filter(pl.col("READER") == reader, pl.col("PARAMCD") == "OVR")
    sources = mine["SRC"].unique().sort().to_list()
    return wanted if wanted in sources else str([*sources, wanted][0])
