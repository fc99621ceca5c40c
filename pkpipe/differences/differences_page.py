"""The differences as a page that opens from disk, and as lines for a terminal."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import Final
from urllib.parse import quote

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pkpipe.differences import Differences
from pkpipe.differences.causes import UNEXPLAINED
from pkpipe.differences.displayed_values import DECISION, LISTING, SUMMARY
from pkpipe.differences.displays import ABOUT_RUN

FOREMOST: Final = (DECISION, SUMMARY)
DECIDES: Final = ("T14.1.4.2", "T14.1.4.1")  # the decision, and the counts it rests on
LONGEST: Final = 120  # signs of a text in a terminal
MOST: Final = 5000  # rows of a page; the tables beside it hold all of them


def html(found: Differences, folder: Path) -> str:
    """The page, with links to both reports; every text from data is escaped by the template engine.

    folder: where the page will lie.
    """
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
        reports=_reports(found, folder),
        causes_of_shown=by_cause(found.shown).to_dicts(),
        shown=rarest_first(found.shown, MOST).to_dicts(),
        shown_all=found.shown.height,
        causes_of_numbers=by_cause(found.numbers).to_dicts(),
        numbers=rarest_first(found.numbers, MOST).to_dicts(),
        data=rarest_first(found.data, MOST).to_dicts(),
        numbers_all=found.numbers.height,
        data_all=found.data.height,
        causes_of_data=by_cause(found.data).to_dicts(),
        unexplained=found.unexplained.height + found.unexplained_shown.height,
    )


def _reports(found: Differences, folder: Path) -> list[tuple[str, str]]:
    """Both reports as seen from the page, for those that are there."""
    pages = [
        (run.name, run.folder / "report" / "index.html") for run in (found.before, found.after)
    ]
    return [
        (name, quote(Path(os.path.relpath(page, folder)).as_posix()))
        for name, page in pages
        if page.is_file()
    ]


def by_cause(changes: pl.DataFrame) -> pl.DataFrame:
    """How many changes each cause made."""
    return changes.group_by("CAUSE").len("N").sort("N", "CAUSE", descending=[True, False])


def rarest_first(changes: pl.DataFrame, most: int) -> pl.DataFrame:
    """The first changes: unexplained ones, then those of rare causes before the many of a later date.

    The decision comes before other displays, and what only tells of the run comes last.
    """
    count = pl.len().over("CAUSE")
    explained = ~pl.col("CAUSE").str.contains(UNEXPLAINED)
    result = pl.col("CAUSE") == ABOUT_RUN
    if "DISPLAY" in changes.columns:
        foremost = [pl.col("DISPLAY") != number for number in DECIDES]
        foremost.append(pl.col("DISPLAY").str.starts_with(LISTING))
    else:
        foremost = [pl.col("TABLE") != name for name in FOREMOST]
    return changes.sort(explained, result, count, "CAUSE", *foremost, maintain_order=True).head(
        most
    )


def lines(found: Differences, most: int = 20) -> list[str]:
    """A summary, then the first changes of both kinds."""
    said = [f"{found.data.height} changes in the data"]
    said += [f"  {n} {cause}" for cause, n in by_cause(found.data).iter_rows()]
    said += [_data_line(row) for row in rarest_first(found.data, most).iter_rows(named=True)]
    said += _more(found, found.data.height, most)
    said.append(f"{found.shown.height} numbers of displays differ")
    said += [f"  {n} {cause}" for cause, n in by_cause(found.shown).iter_rows()]
    said += [_shown_line(r) for r in rarest_first(found.shown, most).iter_rows(named=True)]
    said += _more(found, found.shown.height, most)
    said.append(f"{found.numbers.height} displayed values differ")
    said += [f"  {n} {cause}" for cause, n in by_cause(found.numbers).iter_rows()]
    said += [_number_line(r) for r in rarest_first(found.numbers, most).iter_rows(named=True)]
    return said + _more(found, found.numbers.height, most)


def _more(found: Differences, height: int, most: int) -> list[str]:
    all_of_it = (
        f"pkpipe diff {found.after.study.study.id} {found.before.name} {found.after.name} -o FOLDER"
    )
    return [f"  ... and {height - most} more: {all_of_it}"] if height > most else []


def _data_line(row: dict[str, object]) -> str:
    what = (
        ""
        if row["FIELD"] is None
        else f" {row['FIELD']}: {_value(row['OLD'])} -> {_value(row['NEW'])}"
    )
    return f"  {row['TABLE']} {row['RECORD']}: {row['CHANGE']}{what} ({row['CAUSE']})"


def _shown_line(row: dict[str, object]) -> str:
    place = " ".join(str(row[name]) for name in ("DISPLAY", "ROW", "COL", "STAT"))
    old, new = (textwrap.shorten(_value(row[name]), LONGEST) for name in ("OLD", "NEW"))
    return f"  {place}: {old} -> {new} ({row['CAUSE']})"


def _number_line(row: dict[str, object]) -> str:
    names = ("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT", "FIELD")
    key = " ".join(str(row[name]) for name in names if row[name])
    return f"  {key}: {_value(row['OLD'])} -> {_value(row['NEW'])} ({row['CAUSE']})"


def _value(value: object) -> str:
    return "empty" if value is None else str(value)
