"""What the raw files deliver: every column of every table with a source, file by file (COLLECT)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from pkpipe.clinical.collected import ABSENT, COLLECT, COLUMN, CONSTANT
from pkpipe.protocol.sources import Source
from pkpipe.reading.delivery import RawFile
from pkpipe.schema.cell_text import plain_text
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.snapshot.mapping import as_delivered, theirs_of

Delivery = tuple[DomainSpec, Source, RawFile]


def collection(deliveries: Iterable[Delivery]) -> pl.DataFrame:
    """COLLECT of every file that could be read, in the order they are given.

    The whole delivery is looked at and not only what a cutoff leaves of it: a column is collected
    before its first value is.
    """
    rows = [
        row
        for spec, source, raw in deliveries
        if raw.frame is not None
        for row in _of_file(spec, source, raw)
    ]
    return pl.DataFrame(rows, schema=COLLECT, orient="row")


def _of_file(
    spec: DomainSpec, source: Source, raw: RawFile
) -> Iterator[tuple[str, str, str, str, str | None]]:
    there = theirs_of(raw, spec, source)
    rows = as_delivered(raw, spec, source)
    values = rows.select(plain_text(pl.col(spec.names)).count())
    for name, count in values.row(0, named=True).items():
        delivered = COLUMN if name in there else ABSENT
        how = CONSTANT if name in source.constants else delivered
        yield spec.code, name, raw.name, how, None if rows.is_empty() else "NY"[count > 0]
