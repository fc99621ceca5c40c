"""The reference answers that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

ANSWERS: Final = Path(__file__).resolve().parent / "answers"


def answers_of(folder: str | Path, name: str) -> pl.DataFrame:
    """A table of answers; `NA` is an empty one; groups and levels are texts.

    folder: its name among the answers that come with the package, or a path of others.
    """
    return pl.read_csv(
        ANSWERS / folder / name,
        null_values=["NA", ""],
        infer_schema_length=None,
        schema_overrides={"group": pl.String, "level": pl.String},
    )


def words_of(folder: str, name: str) -> pl.DataFrame:
    """A table of answers, every column a text."""
    return pl.read_csv(ANSWERS / folder / name, infer_schema=False)
