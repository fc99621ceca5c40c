"""Tables that a person may open in a spreadsheet: no cell is computed, followed or cut by it."""

from __future__ import annotations

from typing import Final

import polars as pl

C: Final = pl.col
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection); full-width signs count as
# their narrow ones in some of them. A per cent sign counts before two hexadecimal digits, which may stand for
# one of the others; alone it is a unit.
FORMULA: Final = (
    r"^[\s\x00\x{feff}]*(?:[=+\-@|\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|%[0-9A-Fa-f]{2})|^[\t\r\n]"
)
NUMBER: Final = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"
# Control characters and the marks that turn the direction of writing have no place in a cell.
UNSEEN: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]"
LONGEST: Final = 32_000  # characters a spreadsheet holds in one cell, rounded down
TEXTS: Final = (pl.String, pl.Categorical, pl.Enum)


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text a spreadsheet would take for a formula behind an apostrophe; no unseen characters."""
    texts = [name for name, kind in frame.schema.items() if isinstance(kind, TEXTS)]
    return frame.with_columns(_safe(name) for name in texts).rename(_named(frame.columns))


def safe_texts(texts: pl.Series) -> pl.Series:
    """The same of texts that stand in no table yet."""
    return pl.select(_safe_text(pl.lit(texts))).to_series()


def _named(names: list[str]) -> dict[str, str]:
    """A column name of other people is a cell as well."""
    foreign = [name for name in names if not name.isidentifier()]
    return dict(zip(foreign, safe_texts(pl.Series(foreign, dtype=pl.String)), strict=True))


def _safe(name: str) -> pl.Expr:
    return _safe_text(C(name).cast(pl.String)).alias(name)


def _safe_text(text: pl.Expr) -> pl.Expr:
    seen = text.str.replace_all(UNSEEN, " ")
    long = seen.str.len_bytes() > LONGEST
    cut = pl.when(long).then(_cut(seen)).otherwise(seen)
    formula = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return pl.when(formula).then(pl.lit("'") + cut).otherwise(cut)


def _cut(text: pl.Expr) -> pl.Expr:
    short = text.str.slice(0, LONGEST) + " ..."
    return pl.when(text.str.len_chars() > LONGEST).then(short).otherwise(text)
