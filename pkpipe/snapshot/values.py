"""Values as a laboratory writes them to values as the domain has them: decimal comma, dates, units.

Each is done only where the study file declares it. A date keeps its wall-clock time: an offset is dropped if
the format says `%z`, for SDTM times are site-local. 24:00 is the midnight that ends the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe import units
from pkpipe.finding.rows import found
from pkpipe.protocol.sources import Source
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.sentences import sentence
from pkpipe.snapshot.checks.deliveries import (
    DECIMAL_POINT,
    END_OF_DAY,
    TWO_FORMATS,
    TWO_ZONES,
    UNIT_CONVERTED,
)
from pkpipe.snapshot.partial_dates import partly

C: Final = pl.col
OFFSET: Final = r"\s*(?:Z|[+-]\d{2}:?\d{2})$"
UTC: Final = ("Z", "-0000")  # other names of +0000 (ISO 8601-1:2019, 4.3.13)
# Not the minutes and seconds of 10:24:00.
MIDNIGHT: Final = r"(^|[^0-9:])24:00(:00)?\b"
CLOCK: Final = r"(?i)^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(AM|PM|上午|下午)?$"
PLAIN_CLOCK: Final = r"^(\d{2})(\d{2})$"
NOON: Final = 12
DIGITS: Final = 12  # significant, more than any assay has and fewer than a double


def numeric(spec: DomainSpec) -> tuple[str, ...]:
    """Columns that hold numbers, and the result as text."""
    kinds = {"number", "integer"}
    return tuple(c.name for c in spec.columns if c.kind in kinds or c.name == f"{spec.code}STRESC")


def as_dtc(text: pl.Expr, form: str) -> pl.Expr:
    """The text in SDTM's form; what the format does not fit stays as it is."""
    return pl.coalesce(_parsed(text, form), text)


def with_time(date: pl.Expr, time: pl.Expr) -> pl.Expr:
    """A date and a time of day of two columns as one; a time that cannot be read stays to be seen.

    Read are 8:05, 08:05:30, 0805 and 8:05 PM. A date that carries the midnight of a spreadsheet is a date.
    """
    text = time.str.strip_chars()
    day = date.str.replace(r"T00:00(:00)?$", "")
    hour = text.str.extract(CLOCK, 1).cast(pl.Int64)
    half = text.str.extract(CLOCK, 4).str.to_uppercase()
    late = half.is_in(["PM", "下午"]) & (hour < NOON)
    early = half.is_in(["AM", "上午"]) & (hour == NOON)
    shown = pl.when(late).then(hour + NOON).when(early).then(0).otherwise(hour)
    minutes = pl.concat_str(
        shown.cast(pl.String).str.zfill(2), pl.lit(":"), text.str.extract(CLOCK, 2)
    )
    seconds = pl.concat_str(pl.lit(":"), text.str.extract(CLOCK, 3)).fill_null("")
    read = pl.coalesce(minutes + seconds, text.str.replace(PLAIN_CLOCK, "${1}:${2}"))
    joined = pl.concat_str(day.fill_null(""), pl.lit("T"), read)
    return pl.when(text.is_null() | (text == "")).then(date).otherwise(joined)


def end_of_day(text: pl.Expr) -> pl.Expr:
    """An ISO date-time at 24:00 as the first minute of the next day."""
    next_day = (dates.day(text) + pl.duration(days=1)).dt.to_string("%Y-%m-%d") + "T00:00"
    at_end = text.str.contains(r"^\d{4}-\d{2}-\d{2}T24:00(:00)?$")
    return pl.when(at_end).then(pl.coalesce(next_day, text)).otherwise(text)


def _parsed(text: pl.Expr, form: str) -> pl.Expr:
    """The text read in its form, whole or in part; null where it fits neither."""

    def read(texts: pl.Series) -> pl.Series:
        found = texts.to_frame().select(_whole(pl.col(texts.name), form)).to_series()
        if found.null_count() == texts.null_count():  # most columns hold whole dates only
            return found
        return found.zip_with(found.is_not_null(), partly(texts, form))

    return text.map_batches(read, return_dtype=pl.String)


def _whole(text: pl.Expr, form: str) -> pl.Expr:
    plain, wanted = text.str.strip_chars(), form
    if "%z" in form:
        plain, wanted = plain.str.replace(OFFSET, ""), form.replace("%z", "").rstrip()
    timed = any(part in wanted for part in ("%H", "%I", "%R", "%T"))
    late = plain.str.contains(MIDNIGHT)
    plain = plain.str.replace(MIDNIGHT, "${1}00:00${2}")
    if not timed:
        return plain.str.to_date(wanted, strict=False).dt.to_string("%Y-%m-%d")
    moment = plain.str.to_datetime(wanted, strict=False, time_unit="us")
    moment = pl.when(late).then(moment + pl.duration(days=1)).otherwise(moment)
    seconds = ":%S" if any(part in wanted for part in ("%S", "%T")) else ""
    return moment.dt.to_string(f"%Y-%m-%dT%H:%M{seconds}")


def in_our_units(rows: pl.DataFrame, spec: DomainSpec, source: Source) -> pl.DataFrame:
    """Rows whose unit the study file converts, with their numbers and limits in our unit."""
    unit = unit_column(spec)
    if not source.units or unit not in spec.names:
        return rows
    factor = C(unit).replace_strict(
        {theirs: units.factor(theirs, ours) for theirs, ours in source.units.items()},
        default=None,
        return_dtype=pl.Float64,
    )
    changed = [
        pl.when(factor.is_not_null() & value.is_not_null())
        .then((value * factor).round_sig_figs(DIGITS).cast(pl.String))
        .otherwise(name)
        .alias(name)
        for name in measured(spec)
        for value in (C(name).cast(pl.Float64, strict=False),)
    ]
    return rows.with_columns(changed).with_columns(C(unit).replace(source.units))


def unit_column(spec: DomainSpec) -> str:
    """The column with the unit of a row's numbers."""
    return "EXDOSU" if spec.code == "EX" else f"{spec.code}STRESU"


def measured(spec: DomainSpec) -> tuple[str, ...]:
    """The columns of a domain that are in its row's unit."""
    d = spec.code
    wanted = (
        "EXDOSE",
        "EXPDOSE",
        *(f"{d}{n}" for n in ("STRESN", "STRESC", "LLOQ", "STNRLO", "STNRHI")),
    )
    return tuple(name for name in wanted if name in spec.names)


def delivery_findings(
    rows: pl.DataFrame, spec: DomainSpec, source: Source
) -> Iterable[pl.DataFrame]:
    """What the declared forms do not fit, and what was converted.

    rows: the domain's columns before conversion, with SRCFILE and SRCROW.
    """
    for column in spec.columns:
        if column.kind == "dtc":
            yield from _of_dates(rows, spec, column.name, source.dates.get(column.name))
    if source.decimal == ",":
        for name in numeric(spec):
            pointed = rows.filter(C(name).str.contains(r"^[+-]?\d*\.\d+$"))
            yield found(DECIMAL_POINT, pointed, spec.code, name, "a decimal comma, as declared")
    unit = unit_column(spec)
    if source.units and unit in spec.names:
        theirs = rows.filter(C(unit).is_in(list(source.units)))
        first = theirs.unique([unit, "SRCFILE"], keep="first", maintain_order=True)
        told = first.with_columns(
            USUBJID=pl.lit(None, dtype=pl.String),
            _MESSAGE=sentence(f"{UNIT_CONVERTED.words}: {{}}", C(unit).replace(source.units)),
        )
        yield found(UNIT_CONVERTED, told, spec.code, unit)


def _of_dates(
    rows: pl.DataFrame, spec: DomainSpec, name: str, form: str | None
) -> Iterable[pl.DataFrame]:
    text = C(name)
    late = rows.filter(text.str.contains(MIDNIGHT))
    yield found(END_OF_DAY, late, spec.code, name, "00:00 of the next day")
    if form is None:
        return
    other = rows.filter(_parsed(text, form).is_null() & dates.is_dtc(text))
    yield found(TWO_FORMATS, other, spec.code, name, f"every date as {form}")
    if "%z" in form:
        offset = text.str.extract(r"(Z|[+-]\d{2}:?\d{2})\s*$").str.replace(":", "")
        zoned = rows.with_columns(_ZONE=offset.replace(UTC, "+0000"))
        zones = zoned.drop_nulls("_ZONE").unique("_ZONE", keep="first", maintain_order=True)
        yield found(TWO_ZONES, zones[1:], spec.code, name, "site-local times of one zone")
