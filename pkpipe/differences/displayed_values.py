"""Every displayed value by a key of its own, so that two runs can be compared value by value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.builders import LABEL
from pkpipe.displays.formats import TEXT
from pkpipe.schema.adam.by_room import DISPLAYED as DISPLAYED_TABLES
from pkpipe.schema.adam.displays import ARD

C: Final = pl.col
_NOTHING: Final = pl.lit(None, dtype=pl.String)
KEY: Final = ("TABLE", "COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT", "NO", "FIELD")
VALUES_SCHEMA: Final = pl.Schema(
    {name: pl.Int64() if name == "NO" else pl.String() for name in KEY} | {"VALUE": pl.String()}
)
SUMMARY_KEY: Final = ("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT")
# Not values: what the row is about, and its place on the page.
NOT_SHOWN: Final = ("STUDY", "CUTOFF", "ORD", *SUMMARY_KEY)
SUMMARY, DECISION = "cohorts/SUMMARY", "escalation/DECISION"
# The other tables whose numbers the report prints, each with its key.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    name: table.key for name, table in DISPLAYED_TABLES.items() if name not in {SUMMARY, DECISION}
}
DISPLAYED: Final = (SUMMARY, DECISION, *KEYS)
SHOWN: Final = f"displays/{ARD.code}"  # what people read, cell by cell
LISTING: Final = "L"


def displayed_values(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a displayed value of the `DISPLAYED` tables that are there, as text with every digit."""
    others = [_keyed(name, tables[name]) for name in KEYS if name in tables]
    others += [cells_of(tables[SHOWN])] if SHOWN in tables else []
    return pl.concat([_summary(tables[SUMMARY]), _decision(tables[DECISION]), *others])


def cells_of(ard: pl.DataFrame) -> pl.DataFrame:
    """Each shown number by the key of the ARD, as the text that people read, wherever it stands on the page.

    Words of a table are among them, such as a proposal or why there is no number; those of listings are not.
    """
    words = (C("STAT") == TEXT) & C("DISPLAY").str.starts_with(LISTING)
    shown = ard.filter(C("STAT") != LABEL, ~words)
    return shown.select(
        TABLE=pl.lit(SHOWN),
        COHORT="COL",
        TOPIC="DISPLAY",
        SUBTOPIC=pl.concat_str(ARD.key, separator="|"),
        PARAMCD="ROW",
        STAT="STAT",
        NO=pl.int_range(pl.len(), dtype=pl.Int64).over(ARD.key),
        FIELD=pl.lit("TEXT"),
        VALUE="TEXT",
    ).cast(VALUES_SCHEMA)  # fmt: skip


def _keyed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A summary table by its key: the cohort, level or group, parameter and statistic, the rest in words."""
    key = [n for n in KEYS[name] if n in frame.columns]
    group = next((n for n in ("COHORT", "GROUPVAL", "LEVEL") if n in key), None)
    rest = [n for n in key if n not in {group, "PARAMCD", "STAT"}]
    said = (
        pl.concat_str([C(n).cast(pl.String) for n in rest], separator=" / ", ignore_nulls=True)
        if rest
        else _NOTHING
    )
    named = {f"_{n}": C(n) if n in key else _NOTHING for n in ("PARAMCD", "STAT")}
    wide = frame.select(_COHORT=C(group) if group else _NOTHING, _SUBTOPIC=said, **named)
    values = frame.select(n for n in frame.columns if n not in key)
    about = wide.rename({n: n.removeprefix("_") for n in wide.columns}).with_columns(
        TABLE=pl.lit(name), TOPIC=pl.lit(name.partition("/")[0].upper())
    )
    shown = [n for n in values.columns if n not in NOT_SHOWN]
    return _long(pl.concat([about, values.select(shown)], how="horizontal"), shown)


def _summary(frame: pl.DataFrame) -> pl.DataFrame:
    values = [name for name in frame.columns if name not in NOT_SHOWN]
    return _long(frame.with_columns(TABLE=pl.lit(SUMMARY)), values)


def _decision(frame: pl.DataFrame) -> pl.DataFrame:
    """The study's row, whose level is a value, and a row a level."""
    is_level = C("SCOPE") == "LEVEL"
    rows = frame.with_columns(
        TABLE=pl.lit(DECISION),
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
