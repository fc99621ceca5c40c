"""What `pkpipe compare` asks of a table: whose value it is, under which treatment, and is it there once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import findings_at
from pkpipe.reading.verb_files import ROW

C: Final = pl.col
SUBJECT, TREATMENT = "SUBJECT", "TREATMENT"
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
    table: pl.DataFrame, path: Path, arguments: argparse.Namespace, groups: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """Rows that cannot be compared, each with its place."""
    valued = table.filter(C("VALUE").is_not_null())
    names = {SUBJECT: arguments.subject or "USUBJID", TREATMENT: arguments.treatment}
    names |= {"PERIOD": arguments.period} if arguments.period else {}
    for column, name in names.items():
        empty = valued.filter(C(column).is_null())
        yield findings_at(
            empty, NOBODY, file=path.name, row=C(ROW), column=name, value="", subject=C(SUBJECT)
        )
    keys = [*groups, *names]
    again = valued.drop_nulls(list(names)).filter(pl.struct(keys).is_duplicated())
    value = pl.concat_str(C(TREATMENT), C("VALUE").cast(pl.String), separator=": ")
    yield findings_at(
        again,
        TWICE,
        file=path.name,
        row=C(ROW),
        column=arguments.treatment,
        value=value,
        subject=C(SUBJECT),
    )
