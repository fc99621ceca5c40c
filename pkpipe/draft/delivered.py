"""Which file of a folder is which table: by its DOMAIN, its name, its columns; what is not known is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.draft.column_guesses import (
    Guess,
    guessed,
    sizes_beside,
    without_states,
    words_for_no_value,
)
from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.sources import Reading
from pkpipe.reading.delivery import RawFile, read_raw, with_missing
from pkpipe.reading.files import suffix_of
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DOMAINS, DomainSpec
from pkpipe.schema.sdtmig import is_variable
from pkpipe.snapshot.mapping import STANDARD
from pkpipe.snapshot.proposal import looks_like, sheets_in

# Of one table in several formats the first of these is read.
FORMATS: Final = (".xpt", ".sas7bdat", ".parquet", ".csv.gz", ".csv", ".xlsx")
FEW: Final = 2  # columns by which a file of a domain's name is taken for that domain
OTHER_ENCODINGS: Final = ("gb18030",)
BESIDE_LESIONS: Final = "the sizes stand beside the lesions"
CODE: Final = re.compile(r"[^A-Za-z0-9_.+-]+")


@dataclass(frozen=True)
class Found:
    """A file that is a table of a domain, with the map of its columns."""

    domain: str
    raw: RawFile
    sheet: str | None
    encoding: str
    why: str
    guess: Guess
    missing: tuple[str, ...]  # needed columns that nothing in the file seems to be
    unknown: tuple[str, ...]  # columns of theirs that are none of ours and no SDTM names
    no_value: tuple[str, ...] = ()  # words of theirs that mean no value

    @property
    def columns(self) -> dict[str, str]:
        """Ours: theirs, where the names differ."""
        return self.guess.columns

    @property
    def frame(self) -> pl.DataFrame:
        """The rows under our names, all text."""
        assert self.raw.frame is not None
        there = self.raw.frame.columns
        own = {ours: theirs for ours, theirs in self.columns.items() if theirs in there}
        kept = [n for n in there if n not in own and n != "SRCROW"]
        return self.raw.frame.select(*kept, *(pl.col(t).alias(o) for o, t in own.items()))


@dataclass
class Delivery:
    """Everything of a folder."""

    found: list[Found] = field(default_factory=list)
    qualifiers: dict[str, list[str]] = field(default_factory=dict)  # domain: files of SUPP--
    names_of: dict[str, set[str]] = field(default_factory=dict)  # domain: QNAM
    others: dict[str, pl.DataFrame] = field(default_factory=dict)  # SDTM domains that no room reads
    left: list[str] = field(default_factory=list)  # what was not taken, a sentence each

    def table(self, domain: str) -> pl.DataFrame:
        """All rows of a domain, all text; no columns if there is none."""
        frames = [f.frame for f in self.found if f.domain == domain]
        return pl.concat(frames, how="diagonal") if frames else pl.DataFrame()

    def has(self, domain: str, *columns: str) -> bool:
        """True if the domain is there with a value in each of these columns."""
        table = self.table(domain)
        return table.height > 0 and all(
            c in table.columns and table[c].is_not_null().any() for c in columns
        )

    def last_date(self) -> str | None:
        """The latest whole day at which something was recorded."""
        days = [
            found.frame.select(dates.first_day(pl.col(name)).max()).item()
            for found in self.found
            for name in (DOMAINS[found.domain].date, DOMAINS[found.domain].end_date)
            if name is not None and name in found.frame.columns
        ]
        known = [day for day in days if day is not None]
        return max(known).isoformat() if known else None

    @property
    def domains(self) -> list[str]:
        """The domains that are there, in the order of the standard tables."""
        there = {f.domain for f in self.found}
        return [code for code in DOMAINS if code in there]


def delivered(raw: Path) -> Delivery:
    """What lies in a folder and the folders in it.

    Raises:
        ConfigError: there is no such folder, or nothing in it is a table.
    """
    if not raw.is_dir():
        raise ConfigError(f"--raw: {raw} is no folder")
    delivery = Delivery()
    for name, sheet in _places(raw, delivery):
        _take(delivery, raw, name, sheet)
    if not delivery.table("TR").height:
        delivery.found = [each for found in delivery.found for each in _with_sizes(found)]
    if not delivery.found:
        told = "\n  ".join(delivery.left) or "it holds no file of a known format"
        raise ConfigError(f"--raw: no table of a trial was found in {raw}\n  {told}")
    return delivery


def _places(raw: Path, delivery: Delivery) -> Iterator[tuple[str, str | None]]:
    """Files to look at, each table once."""
    paths = [p for p in sorted(raw.rglob("*")) if p.is_file() and not p.name.startswith(".")]
    by_table: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for path in paths:
        name = path.relative_to(raw).as_posix()
        try:
            suffix = suffix_of(path)
        except (ConfigError, DataError):
            continue
        stem = path.name.lower().removesuffix(suffix)
        by_table.setdefault((stem, ""), []).append((FORMATS.index(suffix), name))
    for _, same in sorted(by_table.items()):
        (_, name), *rest = sorted(same)
        for _, other in rest:
            delivery.left.append(f"{other}: the same table as {name}, which is read")
        sheets = sheets_in(raw / name) if name.lower().endswith(".xlsx") else [None]
        for sheet in sheets:
            yield name, sheet


def _take(delivery: Delivery, raw: Path, name: str, sheet: str | None) -> None:
    file, encoding, no_value = _read(raw, name, sheet)
    place = name if sheet is None else f"{name}, sheet '{sheet}'"
    if file.frame is None:
        delivery.left.append(f"{place}: {file.message}")
        return
    columns = [c for c in file.frame.columns if c != "SRCROW"]
    if {"QNAM", "QVAL"} <= set(columns):
        _qualifiers(delivery, file)
        return
    domain, why = domain_of(name, file.frame)
    if domain in DOMAINS:
        found = replace(_mapped(DOMAINS[domain], file, sheet, encoding, why), no_value=no_value)
        delivery.found.append(found)
    elif domain:
        delivery.others[domain] = file.frame
        delivery.left.append(f"{place}: domain {domain}, which pkpipe does not use")
    else:
        delivery.left.append(f"{place}: like none of the tables that pkpipe reads ({why})")


def _read(raw: Path, name: str, sheet: str | None) -> tuple[RawFile, str, tuple[str, ...]]:
    """The file, its encoding, and the words in it that mean no value (empty in the frame)."""
    file, encoding = read_raw(raw, name, Reading(sheet=sheet)), "auto"
    for other in OTHER_ENCODINGS if file.frame is None and ".csv" in name.lower() else ():
        again = read_raw(raw, name, Reading.model_validate({"encoding": other}))
        if again.frame is not None:
            file, encoding = again, other
    words = () if file.frame is None else words_for_no_value(file.frame)
    return with_missing(file, words), encoding, words


def _qualifiers(delivery: Delivery, file: RawFile) -> None:
    assert file.frame is not None
    frame = file.frame
    domains: Iterable[str] = (
        frame["RDOMAIN"].drop_nulls().unique().sort() if "RDOMAIN" in frame.columns else []
    )
    for domain in domains:
        names = frame.filter(pl.col("RDOMAIN") == domain)["QNAM"].drop_nulls()
        delivery.qualifiers.setdefault(domain, []).append(file.name)
        delivery.names_of.setdefault(domain, set()).update(names)


def domain_of(name: str, frame: pl.DataFrame) -> tuple[str, str]:
    """The domain of a table and what says so; "" if nothing does."""
    columns = [c for c in frame.columns if c != "SRCROW"]
    if "DOMAIN" in columns:
        said = frame["DOMAIN"].drop_nulls().unique().sort().to_list()
        if len(said) == 1:
            return str(said[0]).upper(), f"DOMAIN is {said[0]}"
    for word in re.split(r"[^a-z]+", Path(name).name.lower()):
        code = word.upper()
        if code in DOMAINS and len(_of_domain(code, columns)) >= FEW:
            return code, "the name of the file, and its columns"
    code = looks_like(columns) or ""
    return (code, "its columns") if code else ("", f"columns: {', '.join(columns[:8])}")


def _of_domain(code: str, columns: Iterable[str]) -> list[str]:
    """The columns of a domain, and those that begin with its two letters."""
    return [n for n in columns if n in DOMAINS[code].names or n.upper().startswith(code)]


def _with_sizes(found: Found) -> list[Found]:
    """The file, and the table TR in it where a table of lesions holds their sizes as well."""
    frame = found.raw.frame
    guess = None if frame is None or found.domain != "TU" else sizes_beside(frame, found.guess)
    if guess is None or frame is None:
        return [found]
    used = {*guess.columns.values(), *DOMAINS["TR"].names, *STANDARD, "SRCROW"}
    rest = tuple(c for c in frame.columns if c not in used and not is_variable("TR", c))
    sizes = replace(
        found, domain="TR", why=BESIDE_LESIONS, guess=guess, missing=("TRSTRESU",), unknown=rest
    )
    lesions = replace(found, guess=without_states(frame, found.guess, guess))
    return [lesions, sizes]


def _mapped(spec: DomainSpec, file: RawFile, sheet: str | None, encoding: str, why: str) -> Found:
    assert file.frame is not None
    there = [c for c in file.frame.columns if c != "SRCROW"]
    guess = guessed(spec, file.frame)
    known = {*there, *guess.columns, *guess.constants}
    lost = [c.name for c in spec.columns if c.required and c.name not in known]
    unknown = [
        c
        for c in there
        if c not in {*spec.names, *STANDARD, *guess.columns.values(), *guess.times.values()}
        and not is_variable(spec.code, c)
    ]
    return Found(spec.code, file, sheet, encoding, why, guess, tuple(lost), tuple(unknown))


def code_of(text: str) -> str:
    """A text as a code of the study file may be written."""
    return CODE.sub("_", text.strip()).strip("_")[:40] or "X"
