"""Every displayed value by a key of its own, so that two runs can be compared value by value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

C: Final = pl.col
KEY: Final = ("TABLE", "COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT", "NO", "FIELD")
VALUES_SCHEMA: Final = pl.Schema(
    {name: pl.Int64() if name == "NO" else pl.String() for name in KEY} | {"VALUE": pl.String()}
)
SUMMARY_KEY: Final = ("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT")
# Not values: what the row is about, and its place on the page.
NOT_SHOWN: Final = ("STUDY", "CUTOFF", "ORD", *SUMMARY_KEY)


def displayed_values(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a displayed value of `cohorts/SUMMARY` and `escalation/DECISION`, as text with every digit."""
    return pl.concat(
        [_summary(tables["cohorts/SUMMARY"]), _decision(tables["escalation/DECISION"])]
    )


def _summary(frame: pl.DataFrame) -> pl.DataFrame:
    values = [name for name in frame.columns if name not in NOT_SHOWN]
    return _long(frame.with_columns(TABLE=pl.lit("cohorts/SUMMARY")), values)


def _decision(frame: pl.DataFrame) -> pl.DataFrame:
    """The study's row, whose level is a value, and a row a level."""
    is_level = C("SCOPE") == "LEVEL"
    rows = frame.with_columns(
        TABLE=pl.lit("escalation/DECISION"),
        COHORT=pl.when(is_level).then("LEVEL").otherwise(pl.lit("ALL")),
        TOPIC=pl.lit("DECISION"),
        SUBTOPIC=C("SCOPE"),
        PARAMCD=pl.lit("DECISION"),
        STAT=pl.lit(None, dtype=pl.String),
        LEVEL=pl.when(~is_level).then("LEVEL"),
    )
    return _long(rows, [name for name in frame.columns if name != "SCOPE"])


def _long(frame: pl.DataFrame, values: list[str]) -> pl.DataFrame:
    numbered = frame.with_columns(
        NO=pl.int_range(pl.len(), dtype=pl.Int64).over("TABLE", *SUMMARY_KEY)
    )
    as_text = [_text(name, frame.schema[name]) for name in values]
    return (
        numbered.select("TABLE", *SUMMARY_KEY, "NO", *as_text)
        .unpivot(
            on=values,
            index=["TABLE", *SUMMARY_KEY, "NO"],
            variable_name="FIELD",
            value_name="_VALUE",
        )
        .select(*KEY, VALUE="_VALUE")
        .cast(VALUES_SCHEMA)
    )


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    if kind.is_nested():
        return pl.struct(name).struct.json_encode().alias(name)
    return C(name).cast(pl.String)
