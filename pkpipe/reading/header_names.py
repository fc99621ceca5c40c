"""The names of the columns of a file that a person hands to a verb, as its header has them."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from pkpipe.errors import DataError

# How polars calls the second column of a name.
SECOND: Final = re.compile(r"(.*)_duplicated_\d+")
# How a line below a table begins, that is no row of it.
REMARK: Final = (
    r"(?i)^(source|notes?|remarks?|program|generated|created|printed|page|legend|abbreviations?)\b.*[:\s]\S"
    r"|^(sub)?total$|^(grand total|end of (file|table|listing|report))\b|^[*#†‡]"
    r"|^(数据)?来源|^(备?注|说明|制表|打印)[:：]|^(合计|总计|小计)$"
)
LEAST_COLUMNS: Final = 2
NO_WIDTH: Final = "\ufeff\u200b"  # marks that stand beside a name without being seen


def first_of(column: str) -> str | None:
    """The name that a column has in its file, if it is not the first one of that name."""
    found = SECOND.fullmatch(column)
    return None if found is None else found.group(1)


def with_plain_names(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns under their names without blanks around, without row names and empty columns.

    Raises:
        DataError: a name stands twice, or values under none.
    """
    if has_row_names(frame):
        frame = frame.drop(frame.columns[0])
    unnamed = [c for c in frame.columns if not _plain(SECOND.sub(r"\1", c))]
    if any(frame[c].null_count() < frame.height for c in unnamed):
        raise DataError("values stand under an empty column name (allowed: a name for each)")
    frame = frame.drop(unnamed)
    plain = [_plain(c) for c in frame.columns]
    seconds = [m.group(1) for c in plain if (m := SECOND.fullmatch(c))]
    lost = {c for c in plain if c in seconds or plain.count(c) > 1}
    if lost:
        told = ", ".join(sorted(lost))
        raise DataError(f"two columns are called {told} (allowed: each name once)")
    return frame.rename(dict(zip(frame.columns, plain, strict=True)))


def has_row_names(frame: pl.DataFrame) -> bool:
    """Row names as R and pandas write them: a first column without name, of whole numbers that rise."""
    if not frame.width or _plain(SECOND.sub(r"\1", frame.columns[0])):
        return False
    numbers = frame.to_series(0).cast(pl.String).cast(pl.Int64, strict=False)
    return bool(
        numbers.len() and not numbers.null_count() and (numbers.diff().drop_nulls() > 0).all()
    )


def check_remarks(frame: pl.DataFrame) -> None:
    """Every row is one of the table: none is a line below or above it, in a single cell.

    Raises:
        DataError: one says where the table comes from, or what it holds in all.
    """
    texts = [c for c, kind in frame.schema.items() if kind == pl.String]
    if frame.width < LEAST_COLUMNS or not texts:
        return
    filled = pl.sum_horizontal(pl.col(c).is_not_null() for c in frame.columns)
    said = pl.coalesce(pl.when(pl.col(c).str.contains(REMARK)).then(pl.col(c)) for c in texts)
    lines = frame.select(ROW=pl.int_range(2, pl.len() + 2), SAID=said, FILLED=filled)
    alone = lines.filter(pl.col("SAID").is_not_null(), pl.col("FILLED") == 1)
    if alone.height:
        row, text, _ = alone.row(0)
        raise DataError(
            f"row {row}: '{text}' is no row of the table (allowed: a header line and the rows, with no "
            "line above or below them)"
        )


def _plain(name: str) -> str:
    return name.strip().strip(NO_WIDTH).strip()
