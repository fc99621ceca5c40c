"""One row a comparison: what is asked, who gave the answer, expected, got, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

C: Final = pl.col
PASS: Final = "PASS"
FAIL: Final = "FAIL"
LISTED: Final = "LISTED"  # differs from the source as the shipped list says, with its cause
DEVIATION: Final = "DEVIATION"  # this installation is not the locked one
COLUMNS: Final = (
    *("id", "requirement", "area", "source", "expected", "got", "tolerance", "verdict"),
    *("item", "note"),
)
KEY: Final = "requirement_id"
ROWS: Final = (KEY, *COLUMNS[1:])
EMPTY: Final = "empty"


@dataclass(frozen=True)
class Requirement:
    """What must hold: its id, the room that answers, the sentence, and who gave the answers."""

    id: str
    area: str
    words: str
    source: str
    tolerance: str = "equal"


def numbers(
    of: Requirement, rows: pl.DataFrame, relative: float, *, least: float = 0.0
) -> pl.DataFrame:
    """Checks of numbers; rows: item, expected, got. Within `relative` of the larger one, or of `least`.

    Two that are empty are equal; one that is empty is not.
    """
    want, have = (C(n).cast(pl.Float64).fill_nan(None) for n in ("expected", "got"))
    scale = pl.max_horizontal(want.abs(), have.abs(), pl.lit(least))
    near = (want == have) | ((want - have).abs() <= relative * scale)
    same = near.fill_null(value=False) | (want.is_null() & have.is_null())
    return _rows(of, rows, same)


def pairs(
    of: Requirement,
    rows: Sequence[tuple[str, float | None, float | None]],
    relative: float,
    *,
    least: float = 0.0,
) -> pl.DataFrame:
    """Checks of single numbers: item, expected, got; within what `numbers` allows."""
    schema = {"item": pl.String, "expected": pl.Float64, "got": pl.Float64}
    return numbers(of, pl.DataFrame(rows, schema=schema, orient="row"), relative, least=least)


def texts(of: Requirement, rows: pl.DataFrame) -> pl.DataFrame:
    """Checks of texts, codes and counts; rows: item, expected, got."""
    want, have = (C(n).cast(pl.String) for n in ("expected", "got"))
    return _rows(of, rows, want.eq_missing(have))


def facts(of: Requirement, rows: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    """Checks of single facts: item, expected, got."""
    schema = dict.fromkeys(("item", "expected", "got"), pl.String)
    return texts(of, pl.DataFrame(rows, schema=schema, orient="row"))


def broken(of: Requirement, why: str) -> pl.DataFrame:
    """What could not be asked because the program stopped."""
    return facts(of, [("the program answers", "an answer", why)])


def _rows(of: Requirement, rows: pl.DataFrame, same: pl.Expr) -> pl.DataFrame:
    source = C("source") if "source" in rows.columns else pl.lit(of.source)
    note = C("note") if "note" in rows.columns else pl.lit("")
    return rows.select(
        pl.lit(of.id).alias(KEY),
        requirement=pl.lit(of.words),
        area=pl.lit(of.area),
        source=source,
        expected=C("expected").cast(pl.String).fill_null(EMPTY),
        got=C("got").cast(pl.String).fill_null(EMPTY),
        tolerance=pl.lit(of.tolerance),
        verdict=pl.when(same).then(pl.lit(PASS)).otherwise(pl.lit(FAIL)),
        item=C("item"),
        note=note,
    )


def numbered(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All checks in the columns of checks.csv; the id is that of the requirement and a number in it."""
    whole = pl.concat([part.select(C(ROWS).cast(pl.String)) for part in parts])
    place = pl.int_range(1, pl.len() + 1).over(KEY).cast(pl.String).str.zfill(5)
    return whole.with_columns(id=pl.concat_str(KEY, pl.lit("."), place)).select(COLUMNS)


def verdict_of(checks: pl.DataFrame) -> str:
    """FAIL if one check fails; WITH DEVIATIONS if this is not the locked installation; else PASS."""
    found = set(checks["verdict"])
    if FAIL in found:
        return FAIL
    return "WITH DEVIATIONS" if DEVIATION in found else PASS
