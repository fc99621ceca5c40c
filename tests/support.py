"""Small drawn tables for sentences: columns typed as the domain or ADaM convention says."""

from pathlib import Path

import polars as pl

from pkpipe.reading.files import read_table
from pkpipe.schema import dates
from pkpipe.schema.column import TYPES
from pkpipe.schema.own_inputs import SPECS

ROOT = Path(__file__).resolve().parent.parent


def table(text: str, **types: pl.DataType) -> pl.DataFrame:
    """A table drawn with `|`; an empty cell is null; types follow the names: *DTM, *DT, *N, *FL ..."""
    lines = [[c.strip() for c in line.split("|")] for line in text.strip().splitlines()]
    header, rows = lines[0], lines[1:]
    frame = pl.DataFrame(
        {name: [row[i] or None for row in rows] for i, name in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )
    return frame.with_columns(_typed(name, types) for name in header)


def _typed(name: str, types: dict) -> pl.Expr:
    value = pl.col(name)
    if name in types:
        return value.cast(types[name])
    if name.endswith("DTM"):
        return dates.moment_or_midnight(value).alias(name)
    if name.endswith("DT"):
        return value.str.to_date("%Y-%m-%d")
    if name in {"AVAL", "BASE", "CHG", "PCHG", "DOSE"} or name.endswith(("STRESN", "DOSE")):
        return value.cast(pl.Float64)
    if name in {"CYCLE", "DOSENO", "CNSR", "N", "X"} or name.endswith("SEQ"):
        return value.cast(pl.Int64)
    return value


def domain(code: str, text: str = "") -> pl.DataFrame:
    """A validated domain drawn with `|`: all its columns, those not drawn null."""
    drawn = table(text) if text else pl.DataFrame()
    return typed_domain(code, drawn)


def typed_domain(code: str, frame: pl.DataFrame, file: str = "drawn.csv") -> pl.DataFrame:
    """A frame in the columns and types of a validated domain, with the row it came from."""
    height = frame.height
    columns = [
        (frame[c.name] if c.name in frame.columns else pl.Series(c.name, [None] * height))
        .cast(TYPES[c.kind])
        .alias(c.name)
        for c in SPECS[code].columns
    ]
    return pl.DataFrame(columns).with_columns(
        SRCFILE=pl.lit(file), SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )


def no_domains() -> dict[str, pl.DataFrame]:
    """Every domain, empty: what a room sees of what a study does not collect."""
    return {code: domain(code) for code in SPECS}


def domain_file(code: str, path: Path) -> pl.DataFrame:
    """A domain from a file in SDTM's own names."""
    return typed_domain(code, read_table(path), path.name)
