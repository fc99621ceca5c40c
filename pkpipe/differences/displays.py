"""The numbers that people read, of two runs: which moved, appeared or went, in which display, and why."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.differences.causes import change_of
from pkpipe.differences.displayed_values import KEY, SHOWN, cells_of
from pkpipe.differences.stored import StoredRun

C: Final = pl.col
SHOWN_SCHEMA: Final = pl.Schema(
    {
        "DISPLAY": pl.String(),
        "TITLE": pl.String(),
        "ROW": pl.String(),
        "COL": pl.String(),
        "STAT": pl.String(),
        "CHANGE": pl.String(),  # added, removed, changed
        "OLD": pl.String(),  # as it was printed
        "NEW": pl.String(),
        "CAUSE": pl.String(),
        "STEPS": pl.String(),
        "ID": pl.String(),  # of the ARD
    }
)
# Displays that tell of files, findings and settings: nothing is made again to see why they differ.
ABOUT_RUN: Final = "about the run"
CHANGES: Final = ("changed", "removed", "added")  # a number that moved is looked for first


def shown_changes(before: StoredRun, after: StoredRun, moved: pl.DataFrame) -> pl.DataFrame:
    """One row a shown number that differs; moved: every displayed value that does, with its cause.

    In the order of the catalogue, numbers that moved before those that went or appeared.
    """
    if before.displays is None or after.displays is None:
        return SHOWN_SCHEMA.to_frame()
    titles = pl.concat([after.displays, before.displays]).unique(
        "number", keep="first", maintain_order=True
    )
    ordered = titles.select(TOPIC="number", TITLE="title_en").with_row_index("_PLACE")
    found = pl.concat([moved.filter(C("TABLE") == SHOWN), _of_files(before, after)])
    return (
        found.join(ordered, on="TOPIC", how="left", maintain_order="left")
        .sort(C("CHANGE").cast(pl.Enum(CHANGES)), "_PLACE", maintain_order=True)
        .select(
            *("TITLE", "STAT", "CHANGE", "OLD", "NEW", "CAUSE", "STEPS"),
            DISPLAY="TOPIC",
            ROW="PARAMCD",
            COL="COHORT",
            ID="SUBTOPIC",
        )
        .select(SHOWN_SCHEMA.names())
        .cast(SHOWN_SCHEMA)
    )


def _of_files(before: StoredRun, after: StoredRun) -> pl.DataFrame:
    old, new = (cells_of(run.shown(of_files=True)) for run in (before, after))
    wide = old.with_columns(_OLD=pl.lit(value=True)).join(
        new.with_columns(_NEW=pl.lit(value=True)),
        on=KEY,
        how="full",
        nulls_equal=True,
        coalesce=True,
        maintain_order="left_right",
    )
    return wide.filter(C("VALUE").ne_missing(C("VALUE_right"))).select(
        *KEY,
        CHANGE=change_of(C("_OLD").is_not_null(), C("_NEW").is_not_null()),
        OLD="VALUE",
        NEW="VALUE_right",
        CAUSE=pl.lit(ABOUT_RUN),
        STEPS=pl.lit(None, dtype=pl.String),
    )
