"""Variables of SDTM that were delivered and that pkpipe does not use, value by value, for the copies.

Only of rows that stay at the cutoff, and without what was not known at the cutoff: a date after it, and what
is said of the end of a record that had not ended.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.protocol.sources import Source
from pkpipe.reading.delivery import RawFile
from pkpipe.schema import dates
from pkpipe.schema.adam.snapshot import UNUSED
from pkpipe.schema.cell_text import plain_text
from pkpipe.schema.column import SOURCE_PLACE
from pkpipe.schema.sdtm import DOMAINS, DomainSpec
from pkpipe.schema.sdtmig import is_variable
from pkpipe.snapshot.cutoff import ONGOING
from pkpipe.snapshot.mapping import STANDARD, theirs_of

C: Final = pl.col
OF_THE_END: Final = r"^..(ENDY|DUR|ENRF|ENRTPT|ENTPT)$"
Delivery = tuple[DomainSpec, Source, RawFile]


def unused(
    deliveries: Iterable[Delivery],
    kept: Mapping[str, pl.DataFrame],
    gone: pl.DataFrame,
    cutoff: datetime.date,
) -> pl.DataFrame:
    """One row a value; a row without SRCROW for each variable of a file, so that an empty one is known."""
    parts = [
        part
        for spec, source, raw in deliveries
        if raw.frame is not None and spec.code in DOMAINS
        for part in _of_file(raw.frame, raw.name, spec, theirs_left(raw, spec, source), kept)
    ]
    values = pl.concat([UNUSED.empty(), *parts])
    open_ended = gone.filter(C("REASON") == ONGOING).select("TABLE", *SOURCE_PLACE, OPEN=True)
    known = values.join(
        open_ended.unique(maintain_order=True),
        on=["TABLE", *SOURCE_PLACE],
        how="left",
        maintain_order="left",
    )
    later = C("COLUMN").str.ends_with("DTC") & (dates.first_day(C("VALUE")) > cutoff)
    not_yet = later.fill_null(value=False) | (
        C("OPEN").is_not_null() & C("COLUMN").str.contains(OF_THE_END)
    )
    return known.filter(~not_yet).select(UNUSED.names)


def theirs_left(raw: RawFile, spec: DomainSpec, source: Source) -> list[str]:
    """Variables of SDTM in a file that no column is read from and the study file does not ignore by name."""
    assert raw.frame is not None
    taken = {
        *source.times.values(),
        *theirs_of(raw, spec, source).values(),
        *spec.names,
        *STANDARD,
        *source.ignore,
    }
    return [n for n in raw.frame.columns if n not in taken and is_variable(spec.code, n)]


def _of_file(
    frame: pl.DataFrame,
    name: str,
    spec: DomainSpec,
    names: list[str],
    kept: Mapping[str, pl.DataFrame],
) -> Iterator[pl.DataFrame]:
    if not names:
        return
    place = {"TABLE": pl.lit(spec.code), "SRCFILE": pl.lit(name)}
    yield pl.DataFrame({"COLUMN": names}).select(
        *(value.alias(column) for column, value in place.items()),
        pl.lit(None, pl.Int64).alias("SRCROW"),
        "COLUMN",
        VALUE=pl.lit(None, pl.String),
    )
    stays = kept[spec.code].filter(C("SRCFILE") == name).select("SRCROW")
    rows = frame.select("SRCROW", plain_text(C(names))).join(
        stays, on="SRCROW", how="semi", maintain_order="left"
    )
    long = rows.unpivot(names, index="SRCROW", variable_name="COLUMN", value_name="VALUE")
    filled = long.filter(C("VALUE").is_not_null()).with_columns(**place)
    yield filled.select(UNUSED.names)
