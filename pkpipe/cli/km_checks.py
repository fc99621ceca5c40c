"""What cannot be right in the table of `pkpipe km`: each question with the rows that raise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at, no_findings
from pkpipe.reading.unit_columns import one_spelling, unit_column
from pkpipe.reading.verb_files import plain_name, say
from pkpipe.schema import dates
from pkpipe.schema.adam.common import ALL
from pkpipe.schema.cell_text import stands_for_nothing
from pkpipe.schema.two_spellings import in_two_spellings

# Columns that tell several readings of one subject apart.
SERIES: Final = ("PARAMCD", "PARAM", "SCHEME", "PARQUAL", "EVAL", "EVALID", "CRIT")
NO_GROUP: Final = "(missing)"
# A time from which a subject is watched: one row of several (start, stop), or a delayed entry.
ENTRIES: Final = ("START", "TSTART", "TIME1", "TIME0", "ENTRY", "ENTRYTIME", "TIMEIN")
ROW: Final = "ROW"


def _check(name: str, words: str, source: str, allowed: str | None = None) -> Check:
    return Check(f"KM-{name}", "error", words, source, allowed=allowed, table="TTE")


NEGATIVE_TIME: Final = _check("TIME", "a time before the start", "methods TIME-8", "0 or more")
NO_FLAG: Final = _check("FLAG", "no event flag", "ADaM BDS-TTE, CNSR")
NOBODY: Final = _check(
    "SUBJECT",
    "a row of nobody",
    "ADaM BDS-TTE, USUBJID",
    "whose row it is, or no column of subjects at all",
)
ENTRY: Final = _check(
    "ENTRY",
    "watched from a later time than 0: at risk before that, the curve would be too high",
    "Klein & Moeschberger 2003, section 4.6",
    "0 or empty; if it is the time of entry, say so: --entry and its name",
)
ENTRY_END: Final = _check(
    "ENTRY-END",
    "an entry that is not before the end: the subject was never watched",
    "Klein & Moeschberger 2003, section 4.6",
    "0 or later, and before the time of its row; empty: watched from the start",
)
EVENT_KIND: Final = _check("EVENT-KIND", "an event of a kind that nobody declared", "--competing")
ONE_GROUP: Final = _check(
    "STRATUM-GROUP",
    "a stratum with one group: nothing is compared in it",
    "--strata",
    "two groups or more; the stratum it is to be compared in, or an empty cell: in no test",
)
STRATUM_SPELLING: Final = _check(
    "STRATUM-SPELLING", "two spellings of one stratum?", "--strata", "each stratum in one spelling"
)
READERS: Final = _check(
    "READERS",
    "rows of several readers in one table",
    "ADaM BDS-TTE, PARQUAL",
    "one reader: choose with --where PARQUAL=..., or --by PARQUAL",
)
TWICE: Final = _check("TWICE", "the subject has a row already", "ADaM BDS-TTE")
UNITS: Final = _check(
    "UNIT",
    "times in several units",
    "methods TIME-8",
    "one unit in all rows; convert them, or choose rows with --where",
)
TWO_SPELLINGS: Final = _check(
    "GROUP-SPELLING", "two spellings of one group?", "--by", "each group in one spelling"
)
RESERVED: Final = _check(
    "GROUP-RESERVED",
    "a name this program uses itself",
    "--by",
    f"another name than {ALL} and {NO_GROUP}",
)
MISSING_OR_GROUP: Final = _check(
    "GROUP-MISSING",
    "a group, or a missing one?",
    "--by",
    "an empty cell if missing, another name if it is a group",
)
LEFT_OUT: Final = replace(
    _check("MISSING", "no time or no event flag: in no number", "methods KM-1", "both, or no row"),
    severity="query",
)
OTHER_DATES: Final = replace(
    _check(
        "DATES",
        "not the days from STARTDT to ADT, as the times of other rows are",
        "ADaM BDS-TTE, ADT",
        "the time that the dates give",
    ),
    severity="query",
)
AGAINST: Final = _check(
    "FLAG-SAID",
    "an event, and a reason for censoring beside it: is the flag the other way round?",
    "ADaM BDS-TTE, CNSDTDSC",
    "0 in CNSR for an event, which has no CNSDTDSC",
)
CHECKS: Final = (
    *(NEGATIVE_TIME, NO_FLAG, NOBODY, ENTRY, READERS, TWICE, UNITS, LEFT_OUT, AGAINST),
    *(TWO_SPELLINGS, RESERVED, MISSING_OR_GROUP),
    *(ENTRY_END, EVENT_KIND, ONE_GROUP, STRATUM_SPELLING, OTHER_DATES),
)
# Days of a unit in which times are given, and the day that a count may begin with.
UNITS_OF_TIME: Final = (1.0, 7.0, 28.0, 30.0, 30.4, 30.4375, 365.0, 365.25)
FIRST_DAYS: Final = (0, 1)
# Share of the rows whose time follows from their dates, above which the others are asked about.
MOST_FOLLOW: Final = 0.5


def impossible(
    frame: pl.DataFrame, path: Path, time: str, flag: str, *, censored: bool, coded: bool = False
) -> pl.DataFrame:
    """Times before 0 and flags that are none, one finding a row; codes of events are asked elsewhere."""
    value = pl.col(flag)
    if coded:
        return found_in(frame, path, NEGATIVE_TIME, time, pl.col(time) < 0)
    none = (value < 0) | (value != value.floor()) if censored else ~value.is_in([0.0, 1.0])
    allowed = "0 event, 1 or another whole number censored" if censored else "0 or 1"
    message = "no censoring flag" if censored else "no event flag"
    no_flag = replace(NO_FLAG, words=message, allowed=allowed)
    return all_findings(
        [
            found_in(frame, path, NEGATIVE_TIME, time, pl.col(time) < 0),
            found_in(frame, path, no_flag, flag, none),
        ]
    )


def twice(frame: pl.DataFrame, path: Path, by: str | None, whose: str) -> pl.DataFrame:
    """Rows of a subject that has one already: counted twice, a subject has two events."""
    kinds = [c for c in (by,) if c in SERIES]  # a group that is a reading of the same subjects
    again = pl.col("WHO").is_not_null() & ~pl.struct("WHO", *kinds).is_first_distinct()
    several = [c for c in SERIES if c in frame.columns and frame[c].n_unique() > 1]
    choose = f"choose with --where {several[0]}=..., or --by {several[0]}" if several else ""
    allowed = "; ".join(part for part in ("one row a subject", choose) if part)
    return found_in(frame, path, replace(TWICE, allowed=allowed), whose or "WHO", again)


def nobodys(frame: pl.DataFrame, path: Path, whose: str | None) -> pl.DataFrame:
    """Rows without a subject in a table that has a column for it: each might be a second row of another."""
    if whose is None:
        return no_findings()
    return found_in(frame, path, NOBODY, whose, is_nobody(pl.col(whose)))


def is_nobody(name: pl.Expr) -> pl.Expr:
    """True where no name stands, or a word for none."""
    text = name.cast(pl.String)
    return text.is_null() | stands_for_nothing(text)


def left_out(frame: pl.DataFrame, path: Path, time: str, flag: str) -> pl.DataFrame:
    """Rows that no number rests on, by the column that is empty."""
    flagless = pl.col(flag).is_null() & pl.col(time).is_not_null()
    return all_findings(
        [
            found_in(frame, path, LEFT_OUT, time, pl.col(time).is_null()),
            found_in(frame, path, LEFT_OUT, flag, flagless),
        ]
    )


def against_its_words(frame: pl.DataFrame, path: Path, event: pl.Expr) -> pl.DataFrame:
    """Events with a reason for censoring, or described as none: the flag may be the other way round."""
    no_event = {"CNSDTDSC": pl.lit(value=True), "EVNTDESC": _none_happened(pl.col("EVNTDESC"))}
    return all_findings(
        found_in(frame, path, AGAINST, column, event & pl.col(column).is_not_null() & none)
        for column, none in no_event.items()
        if column in frame.columns
    )


def against_dates(frame: pl.DataFrame, path: Path, time: str) -> pl.DataFrame:
    """Times that are another than their dates give, in the unit in which nearly all others agree."""
    names = {plain_name(c): c for c in frame.columns}
    if not {"STARTDT", "ADT"} <= names.keys():
        return no_findings()
    start, end = (dates.day(pl.col(names[n]).cast(pl.String)) for n in ("STARTDT", "ADT"))
    dated = frame.with_columns(_DAYS=(end - start).dt.total_days().cast(pl.Float64))
    known = pl.col("_DAYS").is_not_null() & pl.col(time).is_not_null()
    follows = [
        # of a rounded number half of its last place is not known: a tenth of a month, or of a year
        (pl.col(time) * unit - pl.col("_DAYS") - first).abs() <= max(0.5, 0.06 * unit)
        for unit in UNITS_OF_TIME
        for first in FIRST_DAYS
    ]
    rows = dated.filter(known)
    shares = rows.select(f.mean().alias(str(i)) for i, f in enumerate(follows)).row(0)
    best = max(range(len(follows)), key=lambda i: shares[i] or 0.0)
    if (shares[best] or 0.0) <= MOST_FOLLOW:
        if rows.height:
            alike = f"{rows.select(follows[best].sum()).item()} of {rows.height} rows at most"
            say(
                path,
                f"{time} is no time from STARTDT to ADT in days, weeks, months or years: {alike}",
            )
        return no_findings()
    return found_in(rows, path, OTHER_DATES, time, ~follows[best])


def _none_happened(words: pl.Expr) -> pl.Expr:
    """Whether a description says that nothing happened: censored, alive; not `alive with progression`."""
    text = words.cast(pl.String).str.to_lowercase()
    none = text.str.contains(
        r"^(censor|no event|no progression|no death|lost to|ongoing|删失|失访)"
    )
    alive = text.str.contains(r"^(alive|存活)")
    worse = text.str.contains(r"progress|relapse|recur|进展|复发")
    without = text.str.contains(r"\b(no|not|without)\b|无|未")
    return none | (alive & (~worse | without))


def late_entries(frame: pl.DataFrame, path: Path, used: Sequence[str | None]) -> pl.DataFrame:
    """Rows that begin after 0, as of a counting process: a curve that ignores it is another curve."""
    names = [c for c in frame.columns if plain_name(c) in ENTRIES and c not in used]
    later = {c: pl.col(c).cast(pl.Float64, strict=False) > 0 for c in names}
    return all_findings(found_in(frame, path, ENTRY, c, late) for c, late in later.items())


def several_readers(frame: pl.DataFrame, path: Path, by: str | None) -> pl.DataFrame:
    """Subjects judged by one reader beside others judged by another: a curve of both is of neither."""
    column = "PARQUAL"
    if (
        by == column
        or column not in frame.columns
        or frame["WHO"].drop_nulls().is_duplicated().any()
    ):
        return no_findings()  # a subject in two rows is told as that
    other = pl.col(column) != pl.col(column).drop_nulls().first()
    return found_in(frame, path, READERS, column, other)


def several_units(frame: pl.DataFrame, path: Path, time: str) -> pl.DataFrame:
    """Times in days and in months in one table: no curve is of both."""
    column = unit_column([c for c in frame.columns if c not in {ROW, "WHO"}], time, "AVAL")
    if column is None:
        return no_findings()
    units = one_spelling(frame[column].cast(pl.String))
    usual = next(iter(units.values()), "")
    other = [u for u, spelling in units.items() if spelling != usual]
    several = replace(UNITS, words=f"{UNITS.words}: {', '.join(units)}")
    return found_in(frame, path, several, column, pl.col(column).cast(pl.String).is_in(other))


def unclear_groups(frame: pl.DataFrame, path: Path, by: str) -> pl.DataFrame:
    """Groups that may be another group, or none: their subjects would be counted apart."""
    group = pl.col(by).cast(pl.String)
    reserved = group.is_in([ALL, NO_GROUP])
    maybe = stands_for_nothing(group)
    kinds = (
        (TWO_SPELLINGS, in_two_spellings(group)),
        (RESERVED, reserved),
        (MISSING_OR_GROUP, maybe),
    )
    return all_findings([found_in(frame, path, check, by, wrong) for check, wrong in kinds])


def found_in(
    frame: pl.DataFrame, path: Path, check: Check, column: str, wrong: pl.Expr
) -> pl.DataFrame:
    """The rows that fail a check, in the column that the user's table has for it."""
    return findings_at(
        frame.filter(wrong.fill_null(value=False)),
        check,
        file=path.name,
        row=pl.col(ROW),
        subject=pl.col("WHO"),
        column=column,
        value=pl.col(column).cast(pl.String),
    )
