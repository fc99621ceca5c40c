"""The first room: every raw file read once, mapped onto SDTM columns, and cut at the data cutoff.

It never fails on bad data. What is wrong goes on to `validate` in the table ARRIVAL, so that every finding of
every table is shown together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.snapshot.checks.deliveries import MISSING_FILE, UNREADABLE
from pkpipe.snapshot.collection import Delivery, collection
from pkpipe.snapshot.cutoff import ONGOING, away, cut
from pkpipe.snapshot.mapping import arrival, check_maps, empty, mapped, numbered
from pkpipe.snapshot.rows_used import LEFT_OUT
from pkpipe.snapshot.rows_used import used as used_rows
from pkpipe.snapshot.supplemental import qualified
from pkpipe.snapshot.unused_variables import unused

SOURCES_SCHEMA: Final = pl.Schema(
    {
        "TABLE": pl.String(),
        "FILE": pl.String(),
        "SHA256": pl.String(),
        "BYTES": pl.Int64(),
        "ROWS": pl.Int64(),
        "KEPT": pl.Int64(),
        "CUT": pl.Int64(),
        "LEFTOUT": pl.Int64(),
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
    used: UsedFiles = {
        code: domain_files(files, SPECS[code], source) for code, source in study.sources.items()
    }
    tables = {code: _domain(code, used, study) for code in SPECS}
    found = cut(tables, study.cutoff)
    gone = pl.concat([found.away, *_left_out(used, study)])
    findings = all_findings([*_arrivals(files, used, study), found.findings])
    delivered = [*_deliveries(used, study)]
    return {
        **found.kept,
        "CUTAWAY": gone,
        "SOURCES": _sources(files, study, gone),
        "COLLECT": collection(delivered),
        "UNUSED": unused(delivered, found.kept, gone, study.cutoff),
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
        for name in source.all_files:
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


@dataclass(frozen=True)
class DomainFile:
    """A file of a domain as it is used: with its qualifiers, without the rows that are left out."""

    raw: RawFile
    left_out: pl.DataFrame | None
    findings: pl.DataFrame


UsedFiles = Mapping[str, Sequence[DomainFile]]
"""The files of each domain that has a source."""


def domain_files(
    files: Mapping[Place, RawFile], spec: DomainSpec, source: Source
) -> tuple[DomainFile, ...]:
    """The files of a domain in their order."""
    supplemental = [files[place_of(name, source)] for name in source.supplemental]
    made = []
    for name in source.files:
        raw, told = qualified(files[place_of(name, source)], supplemental, spec, source)
        rows = used_rows(raw, spec, source)
        findings = pl.concat([told, as_findings(list(rows.findings))])
        made.append(DomainFile(rows.raw, rows.left_out, findings))
    return tuple(made)


def _domain(code: str, used: UsedFiles, study: Study) -> pl.DataFrame:
    spec = SPECS[code]
    source = study.source_of(code)
    if source is None:
        return empty(spec)
    rows = pl.concat(mapped(file.raw, spec, source) for file in used[code])
    return numbered(rows, spec) if source.sequence else rows


def _left_out(used: UsedFiles, study: Study) -> Iterable[pl.DataFrame]:
    """Rows that a row filter leaves out, as the domain would have had them."""
    for code, source in sorted(study.sources.items()):
        for file in used[code]:
            if file.left_out is not None:
                rows = mapped(replace(file.raw, frame=file.left_out), SPECS[code], source)
                yield away(rows, SPECS[code], pl.lit(LEFT_OUT))


def _deliveries(used: UsedFiles, study: Study) -> Iterable[Delivery]:
    """In the order of the domains: that of the study file decides nothing."""
    for code, source in sorted(study.sources.items(), key=lambda item: [*SPECS].index(item[0])):
        for file in used[code]:
            yield SPECS[code], source, file.raw


def _arrivals(
    files: Mapping[Place, RawFile], used: UsedFiles, study: Study
) -> Iterable[pl.DataFrame]:
    for code, source in study.sources.items():
        for file in used[code]:
            yield file.findings
            if file.raw.status == "read":
                yield arrival(file.raw, SPECS[code], source, study)
        for name in source.all_files:
            delivered = files[place_of(name, source)]
            if delivered.status != "read":
                check = MISSING_FILE if delivered.status == "missing" else UNREADABLE
                allowed = f"a file of that name: {', '.join(SUFFIXES)}"
                row = one(check, TABLE=code, FILE=name, ALLOWED=allowed)
                if delivered.status == "unreadable":
                    row["MESSAGE"] = f"{check.words}: {delivered.message}"
                yield as_findings([row])


def _sources(files: Mapping[Place, RawFile], study: Study, away: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for code, source in sorted(study.sources.items()):
        mine = away.filter(pl.col("TABLE") == code)
        for name in source.all_files:
            file = files[place_of(name, source)]
            whole = name in source.files
            height = None if file.frame is None else file.frame.height
            reasons = mine.filter(pl.col("SRCFILE") == name)["REASON"].to_list() if whole else []
            out = reasons.count(LEFT_OUT)
            cut_away = len(reasons) - out - reasons.count(ONGOING)
            counts = (
                (None, None, None) if height is None else (height - cut_away - out, cut_away, out)
            )
            place = (code, name, file.sha256, file.size)
            rows.append((*place, height, *counts, file.status, file.message))
    return pl.DataFrame(rows, schema=SOURCES_SCHEMA, orient="row")
