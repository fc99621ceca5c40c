"""The differences as a page that opens from disk, and as lines for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pkpipe.differences import Differences

MOST: Final = 5000  # rows of a page; the tables beside it hold all of them


def html(found: Differences) -> str:
    """The page; every text from data is escaped by the template engine."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        study=found.after.study.study.id,
        before=found.before.name,
        after=found.after.name,
        causes=by_cause(found.numbers).to_dicts(),
        numbers=found.numbers.head(MOST).to_dicts(),
        data=found.data.head(MOST).to_dicts(),
        unexplained=found.unexplained.height,
    )


def by_cause(changes: pl.DataFrame) -> pl.DataFrame:
    """How many changes each cause made."""
    return changes.group_by("CAUSE").len("N").sort("N", "CAUSE", descending=[True, False])


def lines(found: Differences, most: int = 20) -> list[str]:
    """A summary, then the first changes of both kinds."""
    said = [f"{found.data.height} changes in the data"]
    said += [f"  {n} {cause}" for cause, n in by_cause(found.data).iter_rows()]
    said += [_data_line(row) for row in found.data.head(most).iter_rows(named=True)]
    said += _more(found.data.height, most)
    said.append(f"{found.numbers.height} displayed values differ")
    said += [f"  {n} {cause}" for cause, n in by_cause(found.numbers).iter_rows()]
    said += [_number_line(row) for row in found.numbers.head(most).iter_rows(named=True)]
    return said + _more(found.numbers.height, most)


def _more(height: int, most: int) -> list[str]:
    return [f"  ... and {height - most} more in the tables"] if height > most else []


def _data_line(row: dict[str, object]) -> str:
    what = (
        ""
        if row["FIELD"] is None
        else f" {row['FIELD']}: {_value(row['OLD'])} -> {_value(row['NEW'])}"
    )
    return f"  {row['TABLE']} {row['RECORD']}: {row['CHANGE']}{what} ({row['CAUSE']})"


def _number_line(row: dict[str, object]) -> str:
    names = ("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT", "FIELD")
    key = " ".join(str(row[name]) for name in names if row[name])
    return f"  {key}: {_value(row['OLD'])} -> {_value(row['NEW'])} ({row['CAUSE']})"


def _value(value: object) -> str:
    return "empty" if value is None else str(value)
