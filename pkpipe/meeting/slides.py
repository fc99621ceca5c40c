"""The slides of a package as values: titles, sentences, tables and charts, each number a cell of a result."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pkpipe.displays.bilingual import Words
from pkpipe.displays.subject_words import DLT_STATES
from pkpipe.meeting import package_wording
from pkpipe.meeting.decision_page import (
    EVENTS,
    LEVELS,
    OUTCOME_COLUMNS,
    QUERIES,
    QUERY_COLUMNS,
    few_groups,
    goal_of,
)
from pkpipe.meeting.package_identity import About
from pkpipe.meeting.refusal import DECISION
from pkpipe.meeting.shown import (
    Cell,
    column,
    columns,
    row_of,
    rows_of,
    sheet,
    stacked,
    with_columns,
)
from pkpipe.render.printed_page import Grid, Page

C_EVENTS: Final = ("TEAE_REL", "TEAE_G3", "TEAE_SER")
CHARTED: Final = ("NODLT", "WITH", "PENDING", "EXCLUDED")
EXPOSURE: Final = re.compile(r"(CMAX|AUCLST)//.*/ALL/(\d+)")  # of every cohort; last the cycle
RESPONSES: Final = ("evaluable/CBOR_CR", "evaluable/CBOR_PR", "evaluable/CBOR_SD", "evaluable/CBOR_PD",
                    "evaluable/CORR", "evaluable/ORR", "evaluable/DCR")  # fmt: skip
PROPOSAL_FACTS: Final = ("NENROL", "PENDING", "REASON", "EARLIEST", "RULES", "ASSUMED", "WHO")
TIME_COLUMNS: Final = ("LEVEL", "ROUND", "TREATED", "FIRST", "ENROLD", "CLOSED", "WINDOWD", "DECIDED",
                       "DECIDED_D", "NEXT", "NEXTD")  # fmt: skip


@dataclass(frozen=True)
class Series:
    """One row of bars: its name, a value and its printed text a category."""

    name: str
    values: tuple[float | None, ...]  # None: not collected, no bar
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """Bars; `stacked`: upon each other, upright."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    stacked: bool = False


@dataclass(frozen=True)
class Slide:
    """One slide. number: the display that has all of it."""

    title: str
    said: tuple[Cell, ...] = ()
    facts: tuple[tuple[str, Cell], ...] = ()
    table: Grid | None = None
    chart: Chart | None = None
    number: str = ""


def slides(about: About) -> list[Slide]:
    """Eleven slides after the first; what is empty says why."""
    makers: Sequence[Callable[[About], Slide]] = (
        *(_proposal, _levels, _pending, _outcomes, _toxicities, _events),
        *(_shares, _exposure, _response, _queries, _times),
    )
    return [make(about) for make in makers]


def _titled(about: About, code: str) -> str:
    return about.say(package_wording.SLIDE_TITLES[code])


def _empty(
    about: About, page: Page | None, otherwise: Words = package_wording.NOTHING
) -> tuple[Cell, ...]:
    """Why a slide has no table."""
    return (Cell(page.empty if page and page.empty else about.say(otherwise)),)


def _proposal(about: About) -> Slide:
    page = about.pages.get(DECISION)
    facts = sheet(page, "PROPOSAL")
    row = row_of(facts, "PROPOSAL")
    told = [(r[0].text, r[1]) for key in PROPOSAL_FACTS if (r := row_of(facts, key))]
    goal = goal_of(about)
    if goal is not None:
        level, dose, verdict = goal
        told.insert(0, (f"{about.say(package_wording.LEVEL)} {level.text}", dose))
        told.insert(1, (about.say(VERDICT), verdict))
    said = (row[1],) if row else _empty(about, page)
    return Slide(_titled(about, "PROPOSAL"), said, tuple(told), number=DECISION)


VERDICT: Final = Words("Where it stands", "状态")


def _levels(about: About) -> Slide:
    page = about.pages.get(LEVELS)
    grid, title = sheet(page), _titled(about, "LEVELS")
    if grid is None:
        return Slide(title, _empty(about, page), number=LEVELS)
    names = tuple(" ".join(c.text for c in row[:2]) for row in rows_of(grid))
    places = [place for key in CHARTED if (place := column(grid, key)) is not None]
    chart = Chart(names, tuple(_down(grid, at) for at in places), grid.heads[1], stacked=True)
    table = columns(grid, ("LEVEL", "DOSE", "DLT", "VERDICT"))
    return Slide(title, table=table, chart=chart, number=LEVELS)


def _down(grid: Grid, at: int) -> Series:
    """A column as bars, a bar a row."""
    return Series(
        grid.heads[at], tuple(grid.values[:, at]), tuple(row[at] for row in rows_of(grid))
    )


def _across(grid: Grid, key: str) -> Series | None:
    """A row as bars, a bar a group."""
    row = row_of(grid, key)
    if not row:
        return None
    values = grid.values[grid.keys.index(key)][grid.labels :]
    return Series(row[0].text, tuple(values), row[grid.labels :])


def _pending(about: About) -> Slide:
    page = about.pages.get("L16.2.3")
    grid, title = sheet(page), _titled(about, "PENDING")
    at = None if grid is None else column(grid, "STATE")
    if grid is None or at is None:
        return Slide(title, _empty(about, page), number="L16.2.3")
    pending = about.say(DLT_STATES["PENDING"])
    waiting = grid.rows([i for i in range(grid.height) if grid.texts[i, at] == pending])
    if not waiting.height:
        return Slide(title, _empty(about, None, package_wording.NOBODY_PENDING), number="L16.2.3")
    kept = columns(
        waiting, ("LEVEL", "USUBJID", "TRTSDT", "WINENDT", "DOSEFRAC", "MISSED", "REASON")
    )
    return Slide(title, table=kept, number="L16.2.3")


def _outcomes(about: About) -> Slide:
    page, title = about.pages.get(DECISION), _titled(about, "OUTCOMES")
    grid = sheet(page, "LOOKAHEAD")
    if grid is None:
        return Slide(title, _empty(about, page, package_wording.NOBODY_PENDING), number=DECISION)
    kept = columns(grid, (*OUTCOME_COLUMNS[:1], "POSSIBLE", *OUTCOME_COLUMNS[1:]))
    return Slide(title, table=kept, number=DECISION)


def _toxicities(about: About) -> Slide:
    page = about.pages.get("L14.3.2.4")
    grid, title = sheet(page), _titled(about, "DLT")
    if grid is None:
        return Slide(title, _empty(about, page), number="T14.3.3.2")
    wanted = (
        "COHORT",
        "USUBJID",
        "AEDECOD",
        "AETOXGR",
        "ASTDT",
        "ASTDY",
        "AENDT",
        "AEACN",
        "AEOUT",
    )
    return Slide(title, table=columns(grid, wanted), number="T14.3.3.2")


def _events(about: About) -> Slide:
    page = about.pages.get(EVENTS)
    grid, title = sheet(page), _titled(about, "EVENTS")
    if grid is None:
        return Slide(title, _empty(about, page), number=EVENTS)
    return Slide(title, table=few_groups(grid), number=EVENTS)


def _shares(about: About) -> Slide:
    page = about.pages.get(EVENTS)
    grid, title = sheet(page), _titled(about, "SHARES")
    if grid is None:
        return Slide(title, _empty(about, page), number=EVENTS)
    taken = few_groups(grid)
    made = tuple(s for key in C_EVENTS if (s := _across(taken, key)) is not None)
    names = tuple(head.replace("\n", " ") for head in taken.heads[taken.labels :])
    return Slide(title, chart=Chart(names, made, about.say(PERCENT)), number=EVENTS)


PERCENT: Final = Words("% of subjects", "受试者百分比")


def _exposure(about: About) -> Slide:
    """Peak and area of each analyte in the first cycle that has them, whatever cohort was dosed."""
    page = about.pages.get("T14.4.2.1")
    grid, title = sheet(page), _titled(about, "EXPOSURE")
    if page is None or grid is None:
        return Slide(title, _empty(about, page), number="T14.4.2.1")
    if len(page.grids) > 1:
        grid = stacked(page.grids, about.say(package_wording.ANALYTE))
    first = first_cycles(grid)
    if not first:
        return Slide(title, _empty(about, None), number="T14.4.2.1")
    kept = [i for i in range(len(grid.heads)) if not _of_everybody(grid, i, first)]
    return Slide(title, table=with_columns(grid.rows(first), kept), number="T14.4.2.1")


ALWAYS: Final = ("TABLE", "PARAMW", "UNITW", "CYCLE", "N")  # what of whom, when, and of how many
# Of exposure a meeting reads the geometric mean and the range.
LEFT_OUT: Final = ("MEAN", "SD", "CV")


def first_cycles(grid: Grid) -> list[int]:
    """Rows of the parameters in the earliest cycle each was measured in: a trial may take profiles later."""
    told = ((place, EXPOSURE.fullmatch(key)) for place, key in enumerate(grid.keys))
    found = [(place, one[1], int(one[2])) for place, one in told if one is not None]
    first: dict[str, int] = {}
    for _, code, cycle in found:
        first[code] = min(cycle, first.get(code, cycle))
    return [place for place, code, cycle in found if cycle == first[code]]


def _of_everybody(grid: Grid, at: int, rows: Sequence[int]) -> bool:
    """A label that is the same on every row says nothing; nor does a spread that is never there."""
    key = grid.columns[at]
    alike = len({grid.texts[i, at] for i in rows}) == 1
    return key in LEFT_OUT or (key not in ALWAYS and alike)


def _response(about: About) -> Slide:
    page = about.pages.get("T14.2.1.1")
    grid, title = sheet(page), _titled(about, "RESPONSE")
    if grid is None:
        return Slide(title, _empty(about, page), number="T14.2.1.1")
    taken = [i for i, key in enumerate(grid.keys) if key in RESPONSES]
    if not taken:
        return Slide(title, _empty(about, None), number="T14.2.1.1")
    kept = [i for i in range(len(grid.heads)) if not _said_by_all(grid, i, taken)]
    return Slide(title, table=few_groups(with_columns(grid.rows(taken), kept)), number="T14.2.1.1")


def _said_by_all(grid: Grid, at: int, rows: Sequence[int]) -> bool:
    """A label that is the same on every row, as that of the analysis set is."""
    said = {grid.texts[i, at] for i in rows} - {""}  # said once where it goes on
    return at < grid.labels and len(rows) > 1 and len(said) == 1


def _queries(about: About) -> Slide:
    page = about.pages.get(QUERIES)
    grid, title = sheet(page), _titled(about, "QUERIES")
    if grid is None:
        return Slide(title, _empty(about, page), number=QUERIES)
    return Slide(title, table=columns(grid, QUERY_COLUMNS), number=QUERIES)


def _times(about: About) -> Slide:
    page = about.pages.get("T14.1.4.4")
    grid, title = sheet(page), _titled(about, "TIMES")
    if grid is None:
        return Slide(title, _empty(about, page), number="T14.1.4.4")
    return Slide(title, table=columns(grid, TIME_COLUMNS), number="T14.1.4.4")
