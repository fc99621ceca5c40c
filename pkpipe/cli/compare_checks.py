"""What `pkpipe compare` asks of a table: whose value it is, under which treatment, and is it there once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import findings_at
from pkpipe.reading.verb_files import ROW

C: Final = pl.col
SUBJECT, TREATMENT, PERIOD, VALUE = "SUBJECT", "TREATMENT", "PERIOD", "VALUE"
NOBODY: Final = Check(
    "CMP-EMPTY",
    "error",
    "nobody says whose value this is, or under which treatment or in which period",
    "EMA CPMP/EWP/QWP/1401/98 Rev. 1, section 4.1.8",
    allowed="a subject and a treatment in every row with a value, with --period a period too",
)
TWICE: Final = Check(
    "CMP-TWICE",
    "error",
    "one subject has several values of a parameter under one treatment",
    "EMA CPMP/EWP/QWP/1401/98 Rev. 1, section 4.1.8",
    allowed="one value a subject, treatment and parameter; in a replicate design also a period (--period); "
    "columns that tell tables apart are named by --by",
)
CHECKS: Final = (NOBODY, TWICE)


def asked_of(
    values: pl.DataFrame, file: str, names: Mapping[str, str], groups: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """Rows that cannot be compared, each with its place; names: what the file calls the columns."""
    valued = values.filter(C(VALUE).is_not_null())
    for column, name in names.items():
        empty = valued.filter(C(column).is_null())
        yield findings_at(
            empty, NOBODY, file=file, row=C(ROW), column=name, value="", subject=C(SUBJECT)
        )
    keys = [*groups, *names]
    again = valued.drop_nulls(list(names)).filter(pl.struct(keys).is_duplicated())
    value = pl.concat_str(C(TREATMENT), C(VALUE).cast(pl.String), separator=": ")
    yield findings_at(
        again,
        TWICE,
        file=file,
        row=C(ROW),
        column=names[TREATMENT],
        value=value,
        subject=C(SUBJECT),
    )
