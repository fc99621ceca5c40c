"""The first room: every raw file read once, mapped onto SDTM columns, and cut at the data cutoff.

It never fails on bad data. What is wrong goes on to `validate` in the table ARRIVAL, so that every finding of
every table is shown together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.rows import as_findings, one
from pkpipe.finding.table import all_findings
from pkpipe.protocol.sources import Reading, Source
from pkpipe.protocol.study import Study
from pkpipe.provenance import digest_of
from pkpipe.reading.delivery import RawFile, read_raw
from pkpipe.reading.files import SUFFIXES
from pkpipe.reading.xlsx.book import NoSuchSheetError
from pkpipe.schema.own_inputs import SPECS
from pkpipe.snapshot.checks.deliveries import MISSING_FILE, UNREADABLE
from pkpipe.snapshot.collection import Delivery, collection
from pkpipe.snapshot.cutoff import ONGOING, Cut, cut
from pkpipe.snapshot.mapping import arrival, check_maps, empty, mapped

SOURCES_SCHEMA: Final = pl.Schema(
    {
        "TABLE": pl.String(),
        "FILE": pl.String(),
        "SHA256": pl.String(),
        "BYTES": pl.Int64(),
        "ROWS": pl.Int64(),
        "KEPT": pl.Int64(),
        "CUT": pl.Int64(),
        "STATUS": pl.String(),  # read, missing, unreadable
        "MESSAGE": pl.String(),
    }
)

Place = tuple[str, str | None]
"""A raw file and, where it is a workbook, the sheet of it."""


def run(raw: Path, study: Study, expected: str | None = None) -> dict[str, pl.DataFrame]:
    """Raw files to one text table a domain, with what was cut away and where everything came from.

    expected: what `raw_digest` was when the run was planned; None: it was not known then.

    Raises:
        ConfigError: the study has no cutoff, or maps a column that no domain has.
        DataError: the files are not those the run was planned with.
    """
    if study.cutoff is None:
        raise ConfigError(f"{study.study.id}: a snapshot needs a data cutoff")
    check_maps(study)
    files = read_files(raw, study)
    _compare(files, expected)
    tables = {code: _domain(code, files, study) for code in SPECS}
    found = cut(tables, study.cutoff)
    sources = _sources(files, study, found)
    findings = all_findings([*_arrivals(files, study), found.findings])
    return {
        **found.kept,
        "CUTAWAY": found.away,
        "SOURCES": sources,
        "COLLECT": collection(_deliveries(files, study)),
        "ARRIVAL": findings,
    }


def read_files(raw: Path, study: Study) -> dict[Place, RawFile]:
    """Every raw file of the study, each read once; a workbook once for every sheet.

    Raises:
        ConfigError: sheets that the study file does not name or that are not there, all of them.
    """
    files: dict[Place, RawFile] = {}
    wrong: list[str] = []
    for place, how in sorted(readings(study).items(), key=lambda item: str(item[0])):
        try:
            files[place] = read_raw(raw, place[0], how)
        except NoSuchSheetError as problem:
            wrong.append(str(problem))
    if wrong:
        raise NoSuchSheetError("\n  ".join(wrong))
    return files


def place_of(name: str, source: Source) -> Place:
    """A file, and the sheet of it where it is a workbook."""
    return name, source.sheet if name.lower().endswith(".xlsx") else None


def readings(study: Study) -> dict[Place, Reading]:
    """How each file is read.

    Raises:
        ConfigError: two domains read one file in different ways.
    """
    found: dict[Place, Reading] = {}
    for code, source in study.sources.items():
        for name in source.files:
            place = place_of(name, source)
            reading = source.reading(place[1])
            if found.setdefault(place, reading) != reading:
                raise ConfigError(
                    f"sources.{code}: {name} is read in another way by another domain"
                )
    return found


def _compare(files: Mapping[Place, RawFile], expected: str | None) -> None:
    hashes = {(name, file.sha256) for (name, _), file in files.items()}
    actual = digest_of(dict(sorted(hashes, key=str)))
    changed = len(hashes) > len(dict(hashes))  # a workbook between the reading of two sheets
    if changed or (expected is not None and expected != actual):
        raise DataError(
            "the raw files changed between planning this run and reading them, so nothing was written; "
            "run again when the transfer is complete"
        )


def _domain(code: str, files: Mapping[Place, RawFile], study: Study) -> pl.DataFrame:
    spec = SPECS[code]
    source = next((s for domain, s in study.sources.items() if domain == code), None)
    if source is None:
        return empty(spec)
    return pl.concat(mapped(files[place_of(name, source)], spec, source) for name in source.files)


def _deliveries(files: Mapping[Place, RawFile], study: Study) -> Iterable[Delivery]:
    """In the order of the domains: that of the study file decides nothing."""
    for code, source in sorted(study.sources.items(), key=lambda item: [*SPECS].index(item[0])):
        for name in source.files:
            yield SPECS[code], source, files[place_of(name, source)]


def _arrivals(files: Mapping[Place, RawFile], study: Study) -> Iterable[pl.DataFrame]:
    for code, source in study.sources.items():
        for name in source.files:
            file = files[place_of(name, source)]
            if file.status == "read":
                yield arrival(file, SPECS[code], source, study)
            else:
                check = MISSING_FILE if file.status == "missing" else UNREADABLE
                allowed = f"a file of that name: {', '.join(SUFFIXES)}"
                row = one(check, TABLE=code, FILE=name, ALLOWED=allowed)
                if file.status == "unreadable":
                    row["MESSAGE"] = f"{check.words}: {file.message}"
                yield as_findings([row])


def _sources(files: Mapping[Place, RawFile], study: Study, found: Cut) -> pl.DataFrame:
    removed = found.away.filter(pl.col("REASON") != ONGOING)
    rows = []
    for code, source in sorted(study.sources.items()):
        for name in source.files:
            file = files[place_of(name, source)]
            gone = removed.filter((pl.col("TABLE") == code) & (pl.col("SRCFILE") == name)).height
            height = None if file.frame is None else file.frame.height
            kept = None if height is None else height - gone
            away = None if height is None else gone
            place = (code, name, file.sha256, file.size)
            rows.append((*place, height, kept, away, file.status, file.message))
    return pl.DataFrame(rows, schema=SOURCES_SCHEMA, orient="row")
