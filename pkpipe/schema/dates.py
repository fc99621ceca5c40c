"""SDTM date text as expressions: whole, partial, with and without a time. Nothing is guessed here.

A `--DTC` value is ISO 8601 cut off at any point: `2026`, `2026-06`, `2026-06-30`, `2026-06-30T08`,
`2026-06-30T08:15`, `2026-06-30T08:15:00` (SDTMIG 4.4.2). Site-local time, no zone.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.schema.coded_words import plain_width

# Of a trial: 9999-12-31 and 0001-01-01 are what databases write for "open" and "none".
YEARS: Final = (1900, 2089)
FORM: Final = r"^(?:19\d{2}|20[0-8]\d)(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)?)?)?)?$"


def is_dtc(text: pl.Expr) -> pl.Expr:
    """True where the text is a possible (partial) date: right form, a day that exists, 1900 to 2089."""
    return (
        text.str.contains(FORM)
        & first_day(text).is_not_null()
        & (~has_time(text) | moment(text).is_not_null())
    )


# A year of four digits first leaves no doubt about month and day: 2026/1/5, 2026.1.5, 2026年1月5日.
_CLOCK: Final = r"(?:[T\s]\s*(\d{1,2}):(\d{2})(:\d{2})?)?"
YEAR_FIRST: Final = tuple(
    rf"^\s*(\d{{4}}){parts}{_CLOCK}\s*$"
    for parts in (
        r"/(\d{1,2})/(\d{1,2})",
        r"\.(\d{1,2})\.(\d{1,2})",
        r"-(\d{1,2})-(\d{1,2})",
        r"\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日",
    )
)


def year_first(text: pl.Expr) -> pl.Expr:
    """A date that begins with its year in SDTM's form, with its time if any; null of any other text."""
    return pl.coalesce(_of_form(plain_width(text), form) for form in YEAR_FIRST)


def _of_form(text: pl.Expr, form: str) -> pl.Expr:
    year, month, day_, hour, minute, second = (text.str.extract(form, n) for n in range(1, 7))
    date = pl.concat_str(year, month.str.zfill(2), day_.str.zfill(2), separator="-")
    clock = pl.concat_str(pl.lit("T"), hour.str.zfill(2), pl.lit(":"), minute, second.fill_null(""))
    whole = pl.concat_str(date, clock.fill_null(""))
    return pl.when(is_dtc(whole)).then(whole)


def has_time(text: pl.Expr) -> pl.Expr:
    """True where at least an hour is given."""
    return text.str.len_chars() > 10


def day(text: pl.Expr) -> pl.Expr:
    """The calendar day, null where the day is not given or does not exist."""
    return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def moment(text: pl.Expr) -> pl.Expr:
    """The date-time in microseconds, null where no time is given (a bare hour counts as :00)."""
    body = text.str.slice(0, 19)
    length = body.str.len_chars()
    padded = (
        pl.when(length == 19)
        .then(body)
        .when(length == 16)
        .then(body + ":00")
        .when(length == 13)
        .then(body + ":00:00")
    )
    return padded.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")


def moment_or_midnight(text: pl.Expr) -> pl.Expr:
    """The date-time, taking 00:00 where only the day is given; null for a partial date."""
    return moment(text).fill_null(day(text).cast(pl.Datetime("us")))


def precision(text: pl.Expr) -> pl.Expr:
    """How far the date goes: `time`, `day`, `month`, `year`; null if missing."""
    length = text.str.len_chars()
    return (
        pl.when(length > 10)
        .then(pl.lit("time"))
        .when(length == 10)
        .then(pl.lit("day"))
        .when(length == 7)
        .then(pl.lit("month"))
        .when(length == 4)
        .then(pl.lit("year"))
    )


def first_day(text: pl.Expr) -> pl.Expr:
    """The earliest day a (partial) date can mean."""
    length = text.str.len_chars()
    padded = (
        pl.when(length >= 10)
        .then(text.str.slice(0, 10))
        .when(length == 7)
        .then(text + "-01")
        .when(length == 4)
        .then(text + "-01-01")
    )
    return padded.str.to_date("%Y-%m-%d", strict=False)


def last_day(text: pl.Expr) -> pl.Expr:
    """The latest day a (partial) date can mean."""
    length = text.str.len_chars()
    first = first_day(text)
    return (
        pl.when(length == 7)
        .then(first.dt.month_end())
        .when(length == 4)
        .then(first.dt.offset_by("11mo").dt.month_end())
        .otherwise(first)
    )


def study_day(date: pl.Expr, reference: pl.Expr) -> pl.Expr:
    """Study day relative to the reference date; there is no day 0 (TIME-1, ADaMIG)."""
    difference = (date - reference).dt.total_days()
    return pl.when(difference >= 0).then(difference + 1).otherwise(difference)


def hours(span: pl.Expr) -> pl.Expr:
    """A time span in hours, unrounded (TIME-3)."""
    return span.dt.total_microseconds() / 3.6e9
