"""A laboratory's columns onto the domain's: names, constants and codes as the study file maps them.

What does not fit is a finding; nothing is dropped without one unless the study file says `ignore`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.finding.rows import as_findings, found, one
from pkpipe.protocol.sources import Source
from pkpipe.protocol.study import Study
from pkpipe.reading.delivery import RawFile
from pkpipe.reading.encoding import SEPARATORS_IN_WORDS
from pkpipe.reading.header_names import first_of
from pkpipe.schema.column import SOURCE_PLACE
from pkpipe.schema.decimal_comma import with_point
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.schema.sdtmig import is_variable
from pkpipe.snapshot.checks.deliveries import (
    COLUMN_KIND,
    COLUMN_TWICE,
    CONSTANT_CLASH,
    NO_COLUMN,
    OTHER_DOMAIN,
    OTHER_STUDY,
    SEPARATOR,
    SEQUENCE_CLASH,
    UNKNOWN_COLUMN,
)
from pkpipe.snapshot.values import (
    as_dtc,
    delivery_findings,
    end_of_day,
    in_our_units,
    numeric,
    with_time,
)

# Every SDTM table carries these; they are compared with the study, not kept.
STANDARD: Final = ("STUDYID", "DOMAIN")
ANY_VALUE: Final = "the value of every row"
Row = dict[str, str | int | None]


def empty(spec: DomainSpec) -> pl.DataFrame:
    """The domain without rows, every column text."""
    return pl.DataFrame(
        schema={n: pl.String() for n in spec.names} | {"SRCFILE": pl.String(), "SRCROW": pl.Int64()}
    )


def check_maps(study: Study) -> None:
    """Stop on a map onto a column that the domain does not have.

    Raises:
        ConfigError: every such column, with those that are allowed.
    """
    wrong = [
        f"sources.{code}.{part}: {code} has no column '{ours}'{_hint(ours, SPECS[code].names)}"
        for code, source in study.sources.items()
        for part in ("columns", "constants", "codes", "dates", "times")
        for ours in getattr(source, part)
        if ours not in SPECS[code].names
    ]
    wrong += [
        f"sources.{code}.sequence: {code} has no column '{code}SEQ' (allowed: false, or left out)"
        for code, source in study.sources.items()
        if source.sequence and f"{code}SEQ" not in SPECS[code].names
    ]
    if wrong:
        raise ConfigError("\n  ".join(wrong))


def numbered(rows: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """The rows of each subject numbered from 1 in the order of the files."""
    sequence = pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.String)
    return rows.with_columns(sequence.alias(f"{spec.code}SEQ"))


def mapped(raw: RawFile, spec: DomainSpec, source: Source) -> pl.DataFrame:
    """The file's rows as the domain's columns, all text, in the order of the file."""
    if raw.frame is None:
        return empty(spec)
    theirs = theirs_of(raw, spec, source)
    there = raw.frame.columns
    columns = [_ours(ours, theirs, spec, source, there).alias(ours) for ours in spec.names]
    rows = raw.frame.select(*columns, pl.lit(raw.name).alias("SRCFILE"), "SRCROW")
    return in_our_units(rows, spec, source)


def as_delivered(raw: RawFile, spec: DomainSpec, source: Source) -> pl.DataFrame:
    """The rows under our names and codes, with dates, numbers and units as the laboratory wrote them."""
    assert raw.frame is not None
    theirs = theirs_of(raw, spec, source)
    columns = [_named(ours, theirs, source).alias(ours) for ours in spec.names]
    return raw.frame.select(*columns, pl.lit(raw.name).alias("SRCFILE"), "SRCROW")


def _named(ours: str, theirs: dict[str, str], source: Source) -> pl.Expr:
    return _coded(_plain(ours, theirs, source), source.codes.get(ours, {}))


def _ours(
    ours: str, theirs: dict[str, str], spec: DomainSpec, source: Source, there: Collection[str]
) -> pl.Expr:
    """One column as the domain has it: codes, decimal sign, date format, then the time of day."""
    value = _named(ours, theirs, source)
    if source.decimal == "," and ours in numeric(spec):
        value = with_point(value)
    if ours in source.dates:
        value = as_dtc(value, source.dates[ours])
    if ours in source.times and source.times[ours] in there:
        return end_of_day(with_time(value, pl.col(source.times[ours])))
    if ours not in source.dates and any(c.name == ours and c.kind == "dtc" for c in spec.columns):
        value = end_of_day(value)
    return value


def arrival(raw: RawFile, spec: DomainSpec, source: Source, study: Study) -> pl.DataFrame:
    """What is wrong with the file itself: columns missing or unknown, rows of another study."""
    if raw.frame is None:
        return as_findings([])
    about = [
        *_missing(raw, spec, source),
        *_unknown(raw, spec, source),
        *_remarks(raw, spec),
        *_own_sequence(raw, spec, source),
    ]
    if raw.separator is not None:
        about.append(
            one(SEPARATOR, TABLE=spec.code, FILE=raw.name, VALUE=SEPARATORS_IN_WORDS[raw.separator])
        )
    theirs = raw.frame.drop("SRCROW").select(pl.all().name.prefix("_"))
    rows = mapped(raw, spec, source).select("USUBJID", *SOURCE_PLACE).hstack(theirs)
    return pl.concat(
        [
            as_findings(about),
            *_strangers(rows, spec, study),
            *_clashes(rows, spec, source),
            *delivery_findings(as_delivered(raw, spec, source), spec, source),
        ]
    )


def theirs_of(raw: RawFile, spec: DomainSpec, source: Source) -> dict[str, str]:
    """Our column: theirs, for every column the file has."""
    assert raw.frame is not None
    return {
        ours: theirs
        for ours in spec.names
        for theirs in (source.columns.get(ours, ours),)
        if theirs in raw.frame.columns
        and (ours in source.columns or ours not in source.columns.values())
    }


def _plain(ours: str, theirs: dict[str, str], source: Source) -> pl.Expr:
    if ours in source.constants:
        return pl.lit(source.constants[ours])
    if ours in theirs:
        return pl.col(theirs[ours])
    return pl.lit(None, dtype=pl.String)


def _coded(value: pl.Expr, codes: dict[str, str]) -> pl.Expr:
    """Their codes as ours; one without ours ("") is no value."""
    return value.replace({a: b or None for a, b in codes.items()}) if codes else value


def mended(code: str, name: str) -> str:
    """What the study file says of a column that a file does not have."""
    return (
        f"sources.{code}.constants: {{{name}: {ANY_VALUE}}}, "
        f"or sources.{code}.columns: {{{name}: their name of it}}"
    )


def _missing(raw: RawFile, spec: DomainSpec, source: Source) -> Iterable[Row]:
    assert raw.frame is not None
    there = set(raw.frame.columns)
    made = {*source.constants, *([f"{spec.code}SEQ"] if source.sequence else [])}
    for column in spec.columns:
        theirs = source.columns.get(column.name, column.name)
        asked = column.required or column.name in source.columns
        if asked and column.name not in made and theirs not in there:
            free = {n for n in there - {"SRCROW"} if not is_variable(spec.code, n)}
            place: Row = {"TABLE": spec.code, "FILE": raw.name, "COLUMN": theirs}
            said = f"no column {theirs} ({raw.frame.height} rows)"
            yield one(
                NO_COLUMN,
                **place | {"MESSAGE": said},
                ALLOWED=mended(spec.code, column.name) + _hint(theirs, free),
            )
    for ours, theirs in source.times.items():
        if theirs not in there:
            place = {"TABLE": spec.code, "FILE": raw.name, "COLUMN": theirs}
            said = f"no column {theirs} ({raw.frame.height} rows)"
            allowed = f"sources.{spec.code}.times: {{{ours}: their column of the time of day}}"
            yield one(
                NO_COLUMN, **place | {"MESSAGE": said}, ALLOWED=allowed + _hint(theirs, there)
            )


def _unknown(raw: RawFile, spec: DomainSpec, source: Source) -> Iterable[Row]:
    assert raw.frame is not None
    used = {*theirs_of(raw, spec, source).values(), *STANDARD, *source.filtered, "SRCROW"}
    used |= set(source.times.values())
    for theirs in raw.frame.columns:
        place: Row = {"TABLE": spec.code, "FILE": raw.name, "COLUMN": theirs}
        if theirs in used and theirs in raw.odd_columns:
            yield one(COLUMN_KIND, **place, ALLOWED=COLUMN_KIND.source)
        elif (first := first_of(theirs)) in used:
            yield one(COLUMN_TWICE, **place | {"COLUMN": first}, ALLOWED="each name once")
        elif theirs in used or is_variable(spec.code, theirs):
            continue
        elif not {theirs, "*"} & set(source.ignore):
            allowed = f"a column of {spec.code}, or one that sources.{spec.code} maps or ignores"
            yield one(UNKNOWN_COLUMN, **place, ALLOWED=allowed + _hint(theirs, spec.names))


def _own_sequence(raw: RawFile, spec: DomainSpec, source: Source) -> Iterable[Row]:
    assert raw.frame is not None
    theirs = theirs_of(raw, spec, source).get(f"{spec.code}SEQ")
    if source.sequence and theirs is not None and raw.frame[theirs].is_not_null().any():
        allowed = f"no sources.{spec.code}.sequence, so that the file's own is used"
        yield one(SEQUENCE_CLASH, TABLE=spec.code, FILE=raw.name, COLUMN=theirs, ALLOWED=allowed)


def _remarks(raw: RawFile, spec: DomainSpec) -> Iterable[Row]:
    """What was odd at a place of the file; a short or long row also tells what it should be."""
    for odd in raw.remarks:
        place: Row = {"TABLE": spec.code, "FILE": raw.name, "ROW": odd.row, "COLUMN": odd.column}
        if odd.column is None and odd.value is not None:  # a value is shown beside its column only
            place["MESSAGE"] = f"{odd.check.words}: {odd.value}"
        yield one(odd.check, **place, VALUE=odd.value, ALLOWED=odd.check.source)


def _strangers(rows: pl.DataFrame, spec: DomainSpec, study: Study) -> Iterable[pl.DataFrame]:
    """Rows that name another study or domain than the one they were read for."""
    wanted = ((OTHER_STUDY, "STUDYID", study.study.studyid), (OTHER_DOMAIN, "DOMAIN", spec.code))
    for check, column, right in wanted:
        if f"_{column}" in rows.columns:
            theirs = pl.col(f"_{column}")
            yield found(check, rows.filter(theirs != right), spec.code, column, right, theirs)


def _clashes(rows: pl.DataFrame, spec: DomainSpec, source: Source) -> Iterable[pl.DataFrame]:
    for ours, value in source.constants.items():
        if f"_{ours}" in rows.columns and not {ours, "*"} & set(source.ignore):
            theirs = pl.col(f"_{ours}")
            clash = rows.filter(theirs != value)
            yield found(CONSTANT_CLASH, clash, spec.code, ours, value, theirs)


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""
