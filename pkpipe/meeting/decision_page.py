"""The decision page: which dose, how many, who is pending, what would change it; one page, PDF and HTML."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pkpipe.displays.dose_finding.dose_decision import CHANGE
from pkpipe.displays.dose_finding.dose_levels import VERDICTS
from pkpipe.meeting import package_wording
from pkpipe.meeting.fitting import fits, widths
from pkpipe.meeting.package_identity import About
from pkpipe.meeting.part import Part, missing_in
from pkpipe.meeting.refusal import DECISION
from pkpipe.meeting.shown import Cell, Places, cells, column, columns, row_of, sheet, with_columns
from pkpipe.render.layout import breakable
from pkpipe.render.pdf import Book, printed
from pkpipe.render.printed_page import Grid, Page

HERE: Final = Path(__file__).parent
LEVELS, LADDER, EVENTS, QUERIES = "T14.1.4.1", "F14.1.4.1", "T14.3.1.1", "T14.9.5"
TEMPLATE, DATA = "decision.typ", "decision.json"
# Where a level stands, of which the proposal is about the first that is there.
GOALS: Final = ("NEXT", "ADD", "MTD", "MAD", "WAIT")
FACTS: Final = ("REASON", "EARLIEST", "WHO")
OUTCOME_COLUMNS: Final = ("SAID", "DECISION", "ABOUT", "NENROL", "CHANGES")
EVENT_ROWS: Final = ("TEAE_G3", "TEAE_REL_G3", "TEAE_SER", "TEAE_DTH")
QUERY_COLUMNS: Final = ("LEVEL", "STATE", "SEVERITY", "USUBJID", "COLUMN", "VALUE", "MESSAGE")
# Of the recorded decisions those about the run and its signatures only where the log names one.
RECORDED_COLUMNS: Final = ("date", "cutoff", "decision", "next_level", "n_to_enrol", "run_state",
                           "approved_by", "approved_on", "first_dose", "kept")  # fmt: skip
MOST_OUTCOMES, MOST_QUERIES, MOST_GROUPS, MOST_RECORDED = 8, 5, 10, 3
SIZE, ACROSS = 7.5, 510.0  # points: of the type of a table, and of the page between its edges


@dataclass(frozen=True)
class Box:
    """One answer to be read from afar."""

    head: str
    text: str
    more: str = ""


@dataclass(frozen=True)
class Table:
    """A small table; `said`: what stands below it, or in its place."""

    title: str
    heads: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    right: tuple[bool, ...] = ()
    widths: tuple[float, ...] = ()
    said: str = ""


@dataclass
class _Content:
    about: About
    places: Places
    boxes: list[Box] = field(default_factory=list)

    def page(self, number: str) -> Page | None:
        return self.about.pages.get(number)


def decision_page(about: About) -> Part:
    """`decision.pdf` and `decision.html`, which results stand on them, and what no font has."""
    content = _Content(about, Places("decision"))
    data = _data(content)
    ladder = content.page(LADDER)
    svg = ladder.drawings[0].svg if ladder and ladder.drawings else ""
    book = _pdf(data, svg, about)
    files = {"decision.pdf": book.content, "decision.html": _html(data, svg).encode()}
    return files, content.places, missing_in("decision.pdf", book)


def _data(content: _Content) -> dict[str, Any]:
    about, facts = content.about, sheet(content.page(DECISION), "PROPOSAL")
    tables = [_outcomes(content), *_recorded(content), _events(content), _queries(content)]
    ladder = content.page(LADDER)
    return {
        "language": about.language,
        "study": about.edition.study,
        "title": f"{about.say(package_wording.DECISION)} – {about.say(about.edition.title)}",
        "head": about.head,
        "status": about.status,
        "signed": about.signed,
        "feet": list(about.feet),
        "proposal": _proposal(content, facts),
        "boxes": [asdict(box) for box in _boxes(content, facts)],
        "facts": _facts(content, facts),
        "ladder": "ladder.svg" if ladder and ladder.drawings else "",
        "ladder-caption": ladder.drawings[0].caption if ladder and ladder.drawings else "",
        "tables": [asdict(table) for table in tables],
    }


def _proposal(content: _Content, facts: Grid | None) -> str:
    row = row_of(facts, "PROPOSAL")
    if row:
        return content.places.add("proposal", row[1])
    page = content.page(DECISION)
    said = page.empty if page else ""
    return f"{content.about.say(package_wording.NO_PROPOSAL)}: {said}"


def _boxes(content: _Content, facts: Grid | None) -> list[Box]:
    boxes = []
    goal = goal_of(content.about)
    if goal is not None:
        level, dose, verdict = (content.places.add("dose", cell) for cell in goal)
        head = content.about.say(package_wording.DOSE)
        boxes.append(Box(head, f"{level}: {dose}" if dose else level, verdict))
    for key in ("NENROL", "PENDING"):
        row = row_of(facts, key)
        if row:
            boxes.append(Box(row[0].text, content.places.add(key.lower(), row[1])))
    return boxes


def goal_of(about: About) -> tuple[Cell, Cell, Cell] | None:
    """Level, dose and standing of the level that the proposal is about."""
    grid = sheet(about.pages.get(LEVELS))
    at = None if grid is None else column(grid, "VERDICT")
    if grid is None or at is None:
        return None
    for code in GOALS:
        said = about.say(VERDICTS[code])
        for place in range(grid.height):
            row = cells(grid, place)
            if row[at].text == said:
                return row[0], row[1], row[at]
    return None


def _facts(content: _Content, facts: Grid | None) -> list[dict[str, str]]:
    rows = [row for key in FACTS if (row := row_of(facts, key))]
    return [{"head": row[0].text, "text": content.places.add("fact", row[1])} for row in rows]


def _outcomes(content: _Content) -> Table:
    """Those that lead to another proposal first."""
    title, page = content.about.say(package_wording.CHANGES_IF), content.page(DECISION)
    grid = sheet(page, "LOOKAHEAD")
    if grid is None:
        said = content.about.say(package_wording.NOBODY_PENDING)
        proposed = sheet(page, "PROPOSAL") is not None
        return Table(title, said=said if proposed else (page.empty if page else ""))
    at = column(grid, "CHANGES")
    yes = content.about.say(CHANGE["Y"])
    order = sorted(range(grid.height), key=lambda i: at is None or grid.texts[i, at] != yes)
    shown = columns(grid.rows(order[:MOST_OUTCOMES]), OUTCOME_COLUMNS)
    return _table(content, title, shown, DECISION if grid.height > MOST_OUTCOMES else "")


def _recorded(content: _Content) -> list[Table]:
    """The last decisions of the log, each beside the first dose that followed: was it kept?"""
    grid = sheet(content.page(DECISION), "RECORDED")
    if grid is None:
        return []
    last = columns(
        grid.rows(range(max(grid.height - MOST_RECORDED, 0), grid.height)), RECORDED_COLUMNS
    )
    title, more = content.about.say(package_wording.RECORDED), grid.height > MOST_RECORDED
    return [_table(content, title, last, DECISION if more else "")]


def _events(content: _Content) -> Table:
    title, page = content.about.say(package_wording.SAFETY), content.page(EVENTS)
    grid = sheet(page)
    if page is None or grid is None:
        return Table(title, said=page.empty if page else content.about.say(package_wording.NOTHING))
    taken = grid.rows([i for i, key in enumerate(grid.keys) if key in EVENT_ROWS])
    shown = unbroken(taken)
    return _table(content, title, shown, "" if len(shown.heads) == len(taken.heads) else EVENTS)


def few_groups(grid: Grid, most: int = MOST_GROUPS) -> Grid:
    """The labels, the last groups (the highest levels) and the total."""
    groups = range(grid.labels, len(grid.heads))
    kept = list(groups)[-most:]
    place = [*range(grid.labels), *kept]
    return grid if len(place) == len(grid.heads) else with_columns(grid, place)


def unbroken(grid: Grid) -> Grid:
    """As many of the last groups as fit the page with every number in one line."""
    for most in range(MOST_GROUPS, 1, -1):
        few = few_groups(grid, most)
        if fits(few, SIZE, ACROSS):
            return few
    return few_groups(grid, 1)


def _queries(content: _Content) -> Table:
    title, page = content.about.say(package_wording.QUERIES), content.page(QUERIES)
    grid = sheet(page)
    if page is None or grid is None:
        return Table(title, said=page.empty if page else content.about.say(package_wording.NOTHING))
    shown = columns(grid.rows(range(min(grid.height, MOST_QUERIES))), QUERY_COLUMNS)
    return _table(content, title, shown, QUERIES if grid.height > MOST_QUERIES else "")


def _table(content: _Content, title: str, grid: Grid, more: str) -> Table:
    texts = [
        content.places.add(f"{title}: {row + 1}", cell)
        for row in range(grid.height)
        for cell in cells(grid, row)
    ]
    said = content.about.say(package_wording.MORE).format(number=more) if more else ""
    heads = tuple(breakable(head) for head in grid.heads)
    return Table(
        title,
        heads,
        tuple(map(breakable, texts)),
        grid.numeric,
        tuple(widths(grid, SIZE, ACROSS)),
        said,
    )


def _pdf(data: dict[str, Any], svg: str, about: About) -> Book:
    source = (HERE / TEMPLATE).read_text(encoding="utf-8")
    files = {"ladder.svg": svg.encode()}
    return printed(source, (DATA, data), files, about.edition, about.speech)


def _html(data: dict[str, Any], svg: str) -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("decision.html").render(d=data, svg=svg)
