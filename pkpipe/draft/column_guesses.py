"""Which column of a file is which of ours, by its name, its words, its dates: guesses to confirm."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from pkpipe.schema import codelists as lists
from pkpipe.schema import dates
from pkpipe.schema.coded_words import Codelist
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.schema.sdtmig import is_variable
from pkpipe.snapshot.mapping import STANDARD
from pkpipe.snapshot.proposal import proposed
from pkpipe.snapshot.values import CLOCK, PLAIN_CLOCK
from pkpipe.tumor.lesions.states import LESION_STATE

C: Final = pl.col
# What exports of R, SAS, SQL and spreadsheets write where there is no value.
NO_VALUE: Final = (
    "NA",
    "N/A",
    "n/a",
    "<NA>",
    "#N/A",
    "NaN",
    "nan",
    "NULL",
    "null",
    "None",
    ".",
    r"\N",
)
NAMED: Final = ("ARM", "ACTARM")
OVERALL: Final = ("OVRLRESP", "OVERALL", "OVRESP", "总体")
SIZES: Final = ("DIAM", "SIZE", "LENGTH", "径", "大小")
# One column of sizes holds of each lesion the axis that counts: the short one of a lymph node.
TEST_OF: Final = {"TARGET": "DIAMETER", "NON-TARGET": "TUMSTATE", "NEW": "TUMSTATE"}
# 2026-06-30, 30/06/2026, 30JUN2026 08:15, 2026年6月30日, 20260630
DATE: Final = (
    r"^(?:\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2})?"
    r"|\d{1,2}[-/. ]?(?:\d{1,2}|[A-Za-z]{3,9})[-/. ]?\d{4}"
    r"|(?:19|20)\d{6}|\d{4})(?:日|[T ]\d|$)"
)
DAY: Final = r"^[^T:]*(?:T00:00(?::00)?)?$"  # a date without a time of its own
TIME: Final = f"{CLOCK}|{PLAIN_CLOCK}"
# How forms call the date and the time of one moment (CDASH and others).
APART: Final = (
    ("DAT", "TIM"),
    ("DATE", "TIME"),
    ("DTC", "TIM"),
    ("DT", "TM"),
    ("date", "time"),
    ("日期", "时间"),
)
MOST_TEXTS: Final = 40  # of a column of results that are no numbers
MOST: Final = 0.8  # share of a column's values
ENDS_EARLY: Final = 0.05  # share of the rows in which an end may lie before its start, by mistake


@dataclass(frozen=True)
class Guess:
    """Ours: theirs, the value of every row, and their words as ours."""

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)


def words_for_no_value(frame: pl.DataFrame) -> tuple[str, ...]:
    """The words of an export for "no value"; codes of tests are none (sodium is NA to a laboratory)."""
    cells = [n for n in frame.columns if n != "SRCROW" and "TEST" not in n.upper()]
    there = {
        word
        for name in cells
        for word in frame[name].filter(frame[name].is_in(NO_VALUE)).unique().to_list()
    }
    return tuple(word for word in NO_VALUE if word in there)


def guessed(spec: DomainSpec, frame: pl.DataFrame) -> Guess:
    """The columns of a file for the domain's columns that it does not have by name."""
    there = [c for c in frame.columns if c != "SRCROW"]
    known = {*spec.names, *STANDARD}
    free = [c for c in there if c not in known and not is_variable(spec.code, c)]
    columns = _by_names(spec, frame, free)
    if "USUBJID" not in there and "USUBJID" not in columns and "SUBJID" in there:
        columns |= {"USUBJID": "SUBJID"}
    if spec.code == "DM" and "ARMCD" not in {*there, *columns}:
        named = [c for c in NAMED if c in there]  # the name of the arm is all there is
        columns |= {"ARMCD": named[0]} if named else {}
    columns = _with_needed_date(spec, there, columns)
    columns = _without_early_end(spec, frame, columns)
    columns |= _by_words(spec, frame, {*there, *columns})
    columns |= _as_collected(spec, there, columns)
    times = times_beside(spec, frame, columns)
    columns = {ours: theirs for ours, theirs in columns.items() if theirs not in times.values()}
    answer = Guess(columns, codes=_texts_of_numbers(spec, frame, columns), times=times)
    return _overall_response(frame, answer) if spec.code == "RS" else answer


def _by_names(spec: DomainSpec, frame: pl.DataFrame, free: list[str]) -> dict[str, str]:
    """The nearest names: a column of dates is a date of ours, any other is none."""
    lacking = [c for c in spec.columns if c.name not in frame.columns]
    found: dict[str, str] = {}
    for wanted in (True, False):
        ours = [c.name for c in lacking if (c.kind == "dtc") == wanted]
        found |= proposed(spec, ours, [n for n in free if _dates(frame[n]) == wanted])
    return {ours: found[ours] for ours in spec.names if ours in found}


def _dates(words: pl.Series) -> bool:
    """Whether most of a column looks like dates in any order and with months in any spelling."""
    return _mostly(words, DATE)


def _mostly(words: pl.Series, form: str) -> bool:
    given = words.cast(pl.String).drop_nulls()
    return given.len() > 0 and int(given.str.contains(form).sum()) >= MOST * given.len()


def times_beside(spec: DomainSpec, frame: pl.DataFrame, columns: dict[str, str]) -> dict[str, str]:
    """Our date and time: their column of the time of day, where a form has date and time apart."""
    made: dict[str, str] = {}
    for column in spec.columns:
        theirs = columns.get(column.name, column.name)
        if column.kind != "dtc" or theirs not in frame.columns or not _mostly(frame[theirs], DAY):
            continue
        named = [theirs.replace(date, time) for date, time in APART if date in theirs]
        there = [n for n in named if n != theirs and n in frame.columns and _mostly(frame[n], TIME)]
        made |= {column.name: there[0]} if there else {}
    return made


def _with_needed_date(
    spec: DomainSpec, there: list[str], columns: dict[str, str]
) -> dict[str, str]:
    """The only date of a file is the one that the domain needs, whichever name is nearer."""
    needed = spec.date
    mine = [c.name for c in spec.columns if c.kind == "dtc"]
    taken = [ours for ours in mine if ours in columns]
    if needed is None or needed in {*there, *columns} or len(taken) != 1:
        return columns
    return {(needed if ours == taken[0] else ours): theirs for ours, theirs in columns.items()}


def _without_early_end(
    spec: DomainSpec, frame: pl.DataFrame, columns: dict[str, str]
) -> dict[str, str]:
    """Without an end that is no date or lies before its start: a date of enrolment is no end of a dose."""
    end, start = spec.end_date, columns.get(spec.date or "", spec.date)
    if end is None or end not in columns or start not in frame.columns:
        return columns
    both = frame.select(
        S=dates.first_day(C(start)), E=dates.first_day(C(columns[end]))
    ).drop_nulls()
    early = both.filter(C("E") < C("S")).height
    if both.height and early <= ENDS_EARLY * both.height:
        return columns
    return {ours: theirs for ours, theirs in columns.items() if ours != end}


def _as_collected(spec: DomainSpec, there: list[str], columns: dict[str, str]) -> dict[str, str]:
    """The result as collected is the result, where a table has no standard one."""
    known, code = {*there, *columns}, spec.code
    if {f"{code}STRESN", f"{code}STRESC"} & known or f"{code}ORRES" not in known:
        return {}
    pairs = (("STRESC", "ORRES"), ("STRESN", "ORRES"), ("STRESU", "ORRESU"))
    return {
        f"{code}{ours}": columns.get(f"{code}{theirs}", f"{code}{theirs}")
        for ours, theirs in pairs
        if f"{code}{ours}" in spec.names
        and f"{code}{theirs}" in known
        and f"{code}{ours}" not in known
    }


def _texts_of_numbers(
    spec: DomainSpec, frame: pl.DataFrame, columns: dict[str, str]
) -> dict[str, dict[str, str]]:
    """The texts of a column of results that are no numbers, as no number: they stand in the text result."""
    number, text = f"{spec.code}STRESN", f"{spec.code}STRESC"
    if number not in columns or columns[number] != columns.get(text):
        return {}
    given = frame[columns[number]].cast(pl.String).drop_nulls().unique().sort()
    texts = given.filter(given.cast(pl.Float64, strict=False).is_null()).to_list()
    return {number: dict.fromkeys(texts[:MOST_TEXTS], "")} if texts else {}


def _by_words(spec: DomainSpec, frame: pl.DataFrame, known: set[str]) -> dict[str, str]:
    """Needed columns with a codelist, by the only column all of whose words are its terms."""
    made = {}
    for column in spec.columns:
        if column.name in known or not column.required or column.codelist is None:
            continue
        fitting = [n for n in frame.columns if n != "SRCROW" and is_of(frame[n], column.codelist)]
        if len(fitting) == 1:
            made[column.name] = fitting[0]
    return made


def is_of(words: pl.Series, codelist: Codelist) -> bool:
    """True if every word of a column is a term of the codelist, and there are at least two."""
    found = words.cast(pl.String).drop_nulls().unique().to_frame("W")
    return found.height > 1 and bool(found.select(codelist.term(C("W")).is_not_null().all()).item())


def sizes_beside(frame: pl.DataFrame, lesions: Guess) -> Guess | None:
    """TR from a table that holds each lesion at each visit with its size; None where no column is a size.

    A non-target lesion has a state in words instead of a size: its column is found by its words.
    """
    sizes = [n for n in frame.columns if any(w in n.upper() for w in SIZES) and _numbers(frame[n])]
    theirs = {ours: lesions.columns.get(ours, ours) for ours in ("TUDTC", "TULNKID", "TUSTRESC")}
    if len(sizes) != 1 or not set(theirs.values()) <= set(frame.columns):
        return None
    columns = {
        "TRDTC": theirs["TUDTC"],
        "TRLNKID": theirs["TULNKID"],
        "TRTESTCD": theirs["TUSTRESC"],
    }
    columns = {
        ours: lesions.columns[ours] for ours in ("USUBJID", "VISIT") if ours in lesions.columns
    } | columns
    states = [
        n for n in frame.columns if n not in columns.values() and is_of(frame[n], LESION_STATE)
    ]
    columns |= {"TRSTRESN": sizes[0]} | ({"TRSTRESC": states[0]} if len(states) == 1 else {})
    words = frame[theirs["TUSTRESC"]].drop_nulls().unique().sort().to_frame("W")
    terms = words.with_columns(T=lists.LESION_CLASS.term(C("W"))).drop_nulls()
    tests = {str(word): TEST_OF.get(str(term), "DIAMETER") for word, term in terms.rows()}
    return Guess(columns, {}, {"TRTESTCD": tests})


def without_states(frame: pl.DataFrame, lesions: Guess, sizes: Guess) -> Guess:
    """The lesions whose evaluator is not the column that holds their states under the evaluator's name."""
    if sizes.columns.get("TRSTRESC") != "TUEVAL":
        return lesions
    words = frame["TUEVAL"].drop_nulls().unique().sort().to_list()
    return replace(lesions, codes=lesions.codes | {"TUEVAL": dict.fromkeys(words, "")})


def _numbers(words: pl.Series) -> bool:
    given = words.drop_nulls()
    return given.len() > 0 and given.cast(pl.Float64, strict=False).is_not_null().all()


def _overall_response(frame: pl.DataFrame, guess: Guess) -> Guess:
    """A table with a column a response and no test code: the overall response is the one that counts."""
    if {"RSTESTCD", "RSSTRESC"} & set(frame.columns) or "RSTESTCD" in guess.columns:
        return guess
    overall = [
        n
        for n in frame.columns
        if any(word in n.upper().replace(" ", "") for word in OVERALL)
        and is_of(frame[n], lists.RESPONSE)
    ]
    if len(overall) != 1:
        return guess
    columns = {o: t for o, t in guess.columns.items() if t != overall[0] and o != "RSSTRESC"}
    named = {"RSTESTCD": "OVRLRESP"}
    return replace(guess, columns=columns | {"RSSTRESC": overall[0]}, constants=named)
