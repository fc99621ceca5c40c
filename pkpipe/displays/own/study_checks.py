"""What a study file cannot say of displays, asked with the linter's questions so that all is told at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from pkpipe.displays.catalogue_numbers import NUMBERS
from pkpipe.displays.own import LISTING
from pkpipe.displays.own.filters import mistakes
from pkpipe.displays.own.own_sources import PARAMETER, SUBJECT, SUBJECTS, TABLES, columns_of
from pkpipe.displays.own.own_statistics import MEASURES
from pkpipe.displays.populations import POPULATIONS
from pkpipe.protocol.own_displays import OwnDisplay
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.mistakes import HOUSE, Found, Key, study_check

OWN_SECTION: Final = ("report", "own")
FORM: Final = re.compile(r"[TL]\d{2}(\.\d+)+")
FORM_WORDS: Final = (
    "T or L, two digits, then parts, such as T14.3.1.20; figures only from the catalogue"
)
CLOSE: Final = 3
# Columns whose values are of several parameters, so that their mean is of nothing.
OF_PARAMETERS: Final = ("AVAL", "BASE", "CHG", "PCHG")


def _near(name: str, names: Iterable[str]) -> str:
    """What is allowed: the nearest names first, then how many there are."""
    known = list(names)
    if len(known) <= 2 * CLOSE:
        return ", ".join(known)
    near = difflib.get_close_matches(name, known, n=CLOSE, cutoff=0)
    return f"nearest: {', '.join(near)}"


def _asked(study: Study) -> Iterable[Found]:
    """The selection of the catalogue."""
    known = (*NUMBERS, *(plan.number for plan in study.report.own))
    for i, number in enumerate(study.report.displays or ()):
        if number not in known:
            allowed = f"{_near(number, known)}; docs/displays.md has them all"
            key = ("report", "displays", i)
            yield Found(key, f"'{number}' is no display of the catalogue", allowed)


def _each(study: Study) -> Iterator[tuple[tuple[Key, ...], OwnDisplay]]:
    for i, plan in enumerate(study.report.own):
        yield (*OWN_SECTION, i), plan


def _numbers(study: Study) -> Iterable[Found]:
    before: set[str] = set()
    for key, plan in _each(study):
        at, number = (*key, "number"), plan.number
        if not FORM.fullmatch(number):
            yield Found(at, f"'{number}' is no number of a table or listing", FORM_WORDS)
        elif number in NUMBERS:
            yield Found(at, f"the catalogue has a display {number}", "a number that is free")
        elif number in before:
            yield Found(at, f"{number} is given twice", "a number a display")
        before.add(number)


def _tables(study: Study) -> Iterable[Found]:
    for key, plan in _each(study):
        if plan.table not in TABLES:
            said = f"'{plan.table}' is no table with rows of subjects"
            allowed = f"{_near(plan.table, TABLES)}; docs/displays.md has them all"
            yield Found((*key, "table"), said, allowed)


def _populations(study: Study) -> Iterable[Found]:
    for key, plan in _each(study):
        if plan.population not in POPULATIONS:
            said = f"'{plan.population}' is no analysis set"
            yield Found((*key, "population"), said, ", ".join(POPULATIONS))


def _columns(study: Study) -> Iterable[Found]:
    for key, plan in _each(study):
        if plan.table in TABLES:
            for at, name in _named(key, plan):
                if name not in columns_of(plan.table):
                    said = f"'{name}' is no column of {plan.table}"
                    yield Found(at, said, _near(name, columns_of(plan.table)))
        yield from _shape(key, plan)


def _named(key: tuple[Key, ...], plan: OwnDisplay) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Every place that names a column of the table."""
    yield from (((*key, "rows", "by", i), name) for i, name in enumerate(plan.rows.by))
    yield from (((*key, "rows", "where", name), name) for name in plan.rows.where)
    yield from (((*key, "heads", name), name) for name in plan.heads)
    for i, statistic in enumerate(plan.statistics):
        if statistic.of is not None:
            yield (*key, "statistics", i, "of"), statistic.of
    if plan.number.startswith(LISTING):
        yield from (((*key, "columns", i), name) for i, name in enumerate(plan.columns or ()))


def _shape(key: tuple[Key, ...], plan: OwnDisplay) -> Iterator[Found]:
    """The columns of a table are groups of subjects, those of a listing what is listed."""
    for at, listed in (
        ((*key, "columns"), plan.columns or ()),
        ((*key, "rows", "by"), plan.rows.by),
    ):
        for i, column in enumerate(listed):
            if column in listed[:i]:
                yield Found((*at, i), f"{column} is given twice", "each column once")
    if not plan.number.startswith(LISTING):
        yield from _groups((*key, "columns"), plan.columns or ())
    elif not plan.columns:
        yield Found((*key, "columns"), "a listing of no column", "at least one column")


def _groups(at: tuple[Key, ...], columns: tuple[str, ...]) -> Iterator[Found]:
    """The one column of subjects by which a table has its groups."""
    known = [n for n, c in columns_of(SUBJECTS).items() if c.kind == "text" and n != SUBJECT]
    for i, name in enumerate(columns):
        if name not in known:
            said = f"'{name}' is no column of texts of {SUBJECTS}, by which subjects are grouped"
            yield Found((*at, i), said, f"COHORT, LEVEL, PART; {_near(name, known)}")
    if len(columns) > 1:
        yield Found(at, "several columns of groups", "one, or [] for the total")


def _statistics(study: Study) -> Iterable[Found]:
    for key, plan in _each(study):
        at = (*key, "statistics")
        if plan.number.startswith(LISTING):
            if plan.statistics:
                yield Found(
                    at, "a listing shows values as they are", "no statistics, or a number T"
                )
            continue
        if not plan.statistics:
            yield Found(at, "a table without a statistic", f"one or more of {', '.join(MEASURES)}")
        for i, statistic in enumerate(plan.statistics):
            if statistic in plan.statistics[:i]:
                yield Found((*at, i), f"{statistic.show} is given twice", "each statistic once")
            yield from _statistic((*at, i), plan, i)


def _statistic(at: tuple[Key, ...], plan: OwnDisplay, place: int) -> Iterator[Found]:
    statistic = plan.statistics[place]
    measure = MEASURES.get(statistic.show)
    if measure is None:
        yield Found((*at, "show"), f"'{statistic.show}' is no statistic", ", ".join(MEASURES))
        return
    if not measure.of_numbers:
        if statistic.of is not None:
            yield Found((*at, "of"), f"{statistic.show} counts subjects or records", "no key of")
        return
    known = columns_of(plan.table) if plan.table in TABLES else {}
    numbers = [name for name, column in known.items() if column.is_number]
    if statistic.of is None:
        yield Found(at, f"{statistic.show} of which column?", f"of: {', '.join(numbers)}")
    elif statistic.of in known and not known[statistic.of].is_number:
        said = f"{statistic.of} is a column of {known[statistic.of].kind}, which has no {measure.words}"
        yield Found((*at, "of"), said, ", ".join(numbers) or "count, share or records")
    elif statistic.of in OF_PARAMETERS and PARAMETER in known and not _told_apart(plan):
        said = f"{statistic.of} of several parameters together"
        yield Found((*at, "of"), said, f"{PARAMETER} among rows.by, or one of it in rows.where")


def _told_apart(plan: OwnDisplay) -> bool:
    return PARAMETER in plan.rows.by or isinstance(plan.rows.where.get(PARAMETER), str)


def _filters(study: Study) -> Iterable[Found]:
    for key, plan in _each(study):
        known = columns_of(plan.table) if plan.table in TABLES else {}
        for name, asked in plan.rows.where.items():
            if name in known:
                for said, allowed in mistakes(asked, known[name]):
                    yield Found((*key, "rows", "where", name), f"{name}: {said}", allowed)


STUDY_CHECKS: Final = (
    study_check(
        "REPORT-DISPLAY",
        ("a display that the catalogue has not", "the selection names displays there are"),
        HOUSE,
        _asked,
    ),
    study_check(
        "OWN-NUMBER",
        ("a number that is none, or is taken", "a display of a study has a number of its own"),
        HOUSE,
        _numbers,
    ),
    study_check(
        "OWN-TABLE",
        ("a display of no known table", "a display is made of a table of subjects"),
        HOUSE,
        _tables,
    ),
    study_check(
        "OWN-SET",
        ("a display of no known analysis set", "a display has an analysis set"),
        HOUSE,
        _populations,
    ),
    study_check(
        "OWN-COLUMN",
        ("a display of columns that its table has not", "a display names columns there are"),
        HOUSE,
        _columns,
    ),
    study_check(
        "OWN-STATISTIC",
        ("a statistic that cannot be", "a statistic is one of the house, of a column of numbers"),
        HOUSE,
        _statistics,
    ),
    study_check(
        "OWN-FILTER",
        ("a condition that its column cannot meet", "a condition asks for values of its column"),
        HOUSE,
        _filters,
    ),
)
CHECKS: Final = tuple(entry.check for entry in STUDY_CHECKS)
