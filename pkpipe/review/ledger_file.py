"""The ledger file of a study: read as the next run will read it, written whole, one person at a time.

Rows of other people stay to the letter. A process that is killed leaves the file of before or the one of
after. Whoever saw an earlier file is told what came in between.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import disk
from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.sources import Source
from pkpipe.protocol.study import Study
from pkpipe.reading.delivery import read_raw
from pkpipe.reading.encoding import as_utf8, separator_of
from pkpipe.schema.own_inputs import INPUTS
from pkpipe.snapshot.mapping import empty, mapped
from pkpipe.validate.checks.cells import judged

SPEC: Final = INPUTS["LEDGER"]
NAME: Final = "ledger.csv"
NUMBER: Final = re.compile(r"(\d+)$")
Row = Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """Where entries are written. declared: the study file names the file, so that a run reads it.

    problem: why this page cannot write it, with what to change in the study file; it is read all the same.
    """

    folder: Path
    source: Source
    name: str
    declared: bool
    problem: str = ""

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.name


@dataclass(frozen=True)
class Ledger:
    """The entries that stand in the files now; `sha256` is of the file that is written."""

    entries: pl.DataFrame  # typed, as the room takes them
    sha256: str
    faults: tuple[str, ...]  # cells that a run would refuse


def place_of(study: Study, raw: Path) -> Place:
    """The ledger that the study file names, or the one that it could."""
    source = study.sources.get("LEDGER")
    if source is None:
        return Place(raw, Source(files=(NAME,)), NAME, declared=False)
    written = [name for name in source.files if name.lower().endswith(".csv")]
    name = (written or source.files)[-1]
    return Place(raw, source, name, declared=True, problem=_problem(source, written))


def _problem(source: Source, written: Sequence[str]) -> str:
    if not written:
        files = ", ".join((*source.files, NAME))
        return (
            f"sources.LEDGER: this page writes CSV files (found {', '.join(source.files)}); add one: "
            f"LEDGER: {{files: [{files}]}}"
        )
    read_otherwise = [k for k in ("dates", "units", "codes", "constants") if getattr(source, k)]
    if read_otherwise or source.decimal != ".":
        keys = ", ".join(read_otherwise or ["decimal"])
        return f"sources.LEDGER.{keys}: this page writes our own codes, dates and signs; name a file for it"
    return ""


def read(place: Place) -> Ledger:
    """The entries as the next run will read them."""
    parts, faults = [empty(SPEC)], []
    for name in place.source.files:
        file = read_raw(place.folder, name, place.source.reading(None))
        if file.status == "unreadable":
            raise DataError(f"{place.folder / name}: {file.message}")
        parts.append(mapped(file, SPEC, place.source))
    typed, wrong = judged(pl.concat(parts), SPEC)
    for part in wrong:
        faults += [
            f"{r['FILE']} row {r['ROW']}: {r['COLUMN']}: {r['MESSAGE']}"
            for r in part.iter_rows(named=True)
        ]
    return Ledger(typed, _hash(place), tuple(faults))


def typed(rows: Sequence[Row]) -> pl.DataFrame:
    """Entries that are not written yet, as the room takes them."""
    texts = [{n: row.get(n) or None for n in SPEC.names} for row in rows]
    frame = pl.DataFrame(texts, schema=dict.fromkeys(SPEC.names, pl.String))
    frame = frame.with_columns(
        SRCFILE=pl.lit("review page"), SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )
    return judged(frame.select(empty(SPEC).columns), SPEC)[0]


def next_number(entries: pl.DataFrame) -> int:
    """The first number that no entry has at its end."""
    found = (NUMBER.search(entry) for entry in entries["ENTRY"].drop_nulls())
    return 1 + max((int(hit.group(1)) for hit in found if hit), default=0)


@contextlib.contextmanager
def alone(place: Place) -> Iterator[None]:
    """One process at a time reads and writes the ledger of a study."""
    with disk.writing(place.path):
        place.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def add(place: Place, rows: Sequence[Row]) -> None:
    """Write entries behind those that are there, all or none; to be called within `alone`."""
    sheet = _sheet(place)
    sheet.with_columns_for(rows)
    sheet.rows += [[row.get(name, "") for name in sheet.ours] for row in rows]
    sheet.write(place)


def amend(place: Place, entry: str, changed: Row | None) -> None:
    """Change cells of one entry, or take it away (None); to be called within `alone`.

    Raises:
        DataError: the file has no such entry.
    """
    sheet = _sheet(place)
    at = sheet.ours.index("ENTRY") if "ENTRY" in sheet.ours else -1
    hit = [n for n, row in enumerate(sheet.rows) if 0 <= at < len(row) and row[at].strip() == entry]
    if len(hit) != 1:
        raise DataError(f"{place.path}: has {len(hit)} entries {entry}, one is meant")
    if changed is None:
        del sheet.rows[hit[0]]
    else:
        sheet.with_columns_for([changed])
        row = sheet.rows[hit[0]] + [""] * (len(sheet.ours) - len(sheet.rows[hit[0]]))
        sheet.rows[hit[0]] = [changed.get(n, v) for n, v in zip(sheet.ours, row, strict=False)]
    sheet.write(place)


@dataclass
class _Sheet:
    """The cells of the file as text; `ours`: our name of each column, theirs where it is none of ours."""

    heads: list[str]
    ours: list[str]
    rows: list[list[str]]
    separator: str
    mark: bytes

    def with_columns_for(self, rows: Sequence[Row]) -> None:
        """Columns that the file lacks, where one of these rows has something to say in them."""
        wanted = [n for n in SPEC.names if any(row.get(n) for row in rows) and n not in self.ours]
        self.heads += wanted
        self.ours += wanted
        self.rows = [row + [""] * (len(self.ours) - len(row)) for row in self.rows]

    def write(self, place: Place) -> None:
        text = io.StringIO()
        out = csv.writer(text, delimiter=self.separator, lineterminator="\n")
        out.writerows([self.heads, *self.rows])
        disk.write_bytes(self.mark + text.getvalue().encode(), place.path)


def _sheet(place: Place) -> _Sheet:
    if place.problem:
        raise ConfigError(place.problem)
    if not place.path.exists():
        names = list(SPEC.names)
        heads = [place.source.columns.get(n, n) for n in names]
        return _Sheet(heads, names, [], ",", b"")
    content = disk.read_bytes(place.path)
    plain = as_utf8(content, place.source.encoding)
    mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
    if mark + plain != content:
        raise ConfigError(
            f"{place.path}: is not UTF-8, which this page writes; save it as UTF-8 once"
        )
    separator = separator_of(plain, place.source.separator)
    lines = list(csv.reader(io.StringIO(plain.decode(), newline=""), delimiter=separator))
    heads = [head.strip() for head in lines[0]] if lines else list(SPEC.names)
    theirs = {their: our for our, their in place.source.columns.items()}
    rows = [row for row in lines[1:] if any(cell.strip() for cell in row)]
    return _Sheet(heads, [theirs.get(h, h) for h in heads], rows, separator, mark)


def _hash(place: Place) -> str:
    there = place.path.exists()
    return hashlib.sha256(disk.read_bytes(place.path) if there else b"").hexdigest()
