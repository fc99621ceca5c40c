"""The pages of a report as files: name to text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from pkpipe.displays.bilingual import Words
from pkpipe.displays.edition import Edition, edition
from pkpipe.displays.number_text import day
from pkpipe.protocol.study import Study
from pkpipe.render.frame_wording import Language
from pkpipe.render.printed_page import Grid, pages
from pkpipe.render.printed_page import Page as Display
from pkpipe.report.all_findings import told_in_chinese
from pkpipe.report.pages.beginnings import beginning
from pkpipe.report.pages.markup import MOST_ROWS, body, heading, sheets
from pkpipe.report.pages.methods import NAME as METHODS
from pkpipe.report.pages.methods import NAMING, Link, checks_of, linker, methods_body
from pkpipe.report.pages.methods import TITLE as METHODS_TITLE
from pkpipe.report.pages.page_wording import PAGE_WORDS
from pkpipe.report.pages.site import (
    DECISION,
    INDEX,
    MOST_ON_TOPIC,
    Page,
    on_index,
    placed,
)
from pkpipe.store.spreadsheet import safe_texts

HERE: Final = Path(__file__).parent
COLON: Final = Words(": ", "：")
STOP: Final = Words(". ", "。")  # and what follows on the same line
Files = dict[str, str]
# Names that Windows keeps for devices.
RESERVED: Final = re.compile(r"(?i)con|prn|aux|nul|(com|lpt)\d")


@dataclass(frozen=True)
class Place:
    """Where a page lies and what stands above its displays."""

    name: str
    title: Words
    lead: str = ""  # the sentence a reader must not miss
    up: str = ""  # the way to the folder of the report
    svg: str = ""
    more: str = ""  # what stands under its displays, as HTML


@dataclass(frozen=True)
class Frame:
    """What every page of one language shares."""

    study: Study
    tongue: Language
    folder: str  # of its pages within the report: "", or that of the second language
    template: Template
    displays: Mapping[str, Display]
    pages: Mapping[Page, list[str]]
    alone: frozenset[str]  # displays with a page of their own
    subjects: Sequence[str]
    facts: Edition
    css: str
    script: str
    findings: pl.DataFrame
    level: str  # the dose level last dosed; "" where there is none

    def say(self, words: Words) -> str:
        """The words in the language of the pages."""
        return words.en if self.tongue == "en" else words.zh


def frame_of(
    tables: Mapping[str, pl.DataFrame], study: Study, tongue: Language, folder: str = ""
) -> Frame:
    """The displays of a run in one language, and where each stands."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    displays = {display.number: display for display in pages(tables, tongue)}
    found = tables["FINDINGS"]
    long = (n for n, d in displays.items() if sum(g.height for g in d.grids) > MOST_ON_TOPIC)
    return Frame(
        study,
        tongue,
        folder,
        environment.get_template("display_page.html"),
        displays,
        placed(displays),
        frozenset(long),
        tuple(tables["ADSL"]["USUBJID"]),
        edition(tables["SOURCES"], study),
        (HERE / "page.css").read_text(encoding="utf-8"),
        (HERE / "page.js").read_text(encoding="utf-8").strip(),
        found if tongue == "en" else told_in_chinese(found, tables["CONFORM"]),
        _last_dosed(tables["DECISION"]),
    )


def _last_dosed(decision: pl.DataFrame) -> str:
    """The level that the decision is about."""
    level = decision.filter(pl.col("SCOPE") == "STUDY")["LEVEL"].drop_nulls()
    return "" if level.is_empty() else str(level[0])


def pages_of(frame: Frame, without: str = "") -> Files:
    """Every page but those of subjects: the decision, the topics, long listings; and a CSV file a display."""

    def held(numbers: Sequence[str]) -> list[Display]:
        return [frame.displays[number] for number in numbers]

    index = Place(INDEX.name, INDEX.title, proposal(frame) or without)
    first = [beginning(display, frame.level) for display in held(on_index(frame.displays))]
    left = {one.display.number: frame.say(one.left) for one in first if one.left}
    files = {"index.html": page(frame, index, [one.display for one in first], left)}
    for topic, numbers in frame.pages.items():
        files[f"{topic.name}.html"] = page(frame, Place(topic.name, topic.title), held(numbers))
    for number in sorted(frame.alone):
        title = Words(frame.displays[number].title, frame.displays[number].title)
        files[f"{number}.html"] = page(frame, Place(number, title), held([number]))
    methods = Place(METHODS, METHODS_TITLE, more=methods_body(frame.findings, frame.say))
    files[f"{METHODS}.html"] = page(frame, methods, [])
    for number, display in frame.displays.items():
        if display.grids:
            files[f"csv/{number}.csv"] = as_csv(display)
    return files


def proposal(frame: Frame) -> str:
    """What is proposed, in one sentence; "" where the run has no such display."""
    decision = frame.displays.get(DECISION)
    if decision is None or not decision.grids:
        return "" if decision is None else decision.empty
    return str(decision.grids[0].texts[0][1])


def page(
    frame: Frame,
    place: Place,
    displays: Sequence[Display],
    left: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """One page with these displays; left: of those shown in part, what is elsewhere."""
    words = {key: frame.say(said) for key, said in PAGE_WORDS.items()}
    link = linker(checks_of(frame.findings), place.up)
    return frame.template.render(
        study=frame.study,
        lang="en" if frame.tongue == "en" else "zh-CN",
        cutoff=day(frame.study.cutoff),
        title=frame.say(place.title),
        here=place.name,
        up=place.up,
        lead=place.lead,
        svg=place.svg,
        status=frame.say(frame.facts.status),
        pages=_menu(frame),
        displays=displays,
        alone=frame.alone - {place.name},
        sheets=sheets,
        heading=heading,
        more=Markup(place.more),
        body=partial(_rows, behind=place.name != INDEX.name, link=link),
        link=lambda text: Markup(link(str(escape(text)))),
        results=f"{place.up}{'../' * (1 + bool(frame.folder))}",
        at=_at(frame, place),
        left=left,
        files=partial(_files, frame),
        most=MOST_ROWS,
        w=words,
        colon=frame.say(COLON),
        stop=frame.say(STOP),
        footer=_footer(frame),
        css=frame.css,
        script=frame.script,
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(frame.script.encode()).digest()).decode()}",
        index=Markup(_index(frame, place.up)),
    )


def _footer(frame: Frame) -> str:
    """Program, version and the hash of the raw files read: what it takes to find this run again."""
    made, raw = frame.say(PAGE_WORDS["version"]), frame.say(PAGE_WORDS["hash"])
    facts = frame.facts
    return f"{made} {facts.version}. {facts.study}, {facts.cutoff}. {raw} {facts.snapshot}."


def _menu(frame: Frame) -> list[tuple[str, str]]:
    named = [(p.name, frame.say(p.title)) for p in (INDEX, *frame.pages)]
    return [*named, (METHODS, frame.say(METHODS_TITLE))]


def _rows(number: str, grid: Grid, *, behind: bool, link: Link) -> Markup:
    """The rows of a table; ids are links where its words name rules or checks."""
    return body(grid, behind=behind, link=link if number in NAMING else None)


def _files(frame: Frame, display: Display) -> list[tuple[str, str]]:
    """The files of a display beside the report; those of the second language have it in their names."""
    number, second = display.number, f".{frame.tongue}" if frame.folder else ""
    tlf = f"{'../' * (1 + bool(frame.folder))}tlf/"
    names = (("RTF", number, "rtf"), ("XLSX", "all", "xlsx"), ("PDF", "all", "pdf"))
    rtf = [(kind, f"{tlf}{name}{second}.{suffix}") for kind, name, suffix in names]
    drawn = [("SVG", f"{tlf}figures/{number}{second}.svg")] if display.drawings else []
    table = [("CSV", f"csv/{number}.csv")] if display.grids else []
    return [*table, *rtf, *drawn]


def _at(frame: Frame, place: Place) -> dict[str, str]:
    """On the decision page: the page on which each display stands whole."""
    if place.name != INDEX.name:
        return {}
    return {n: f"{p.name}.html#{n}" for p, numbers in frame.pages.items() for n in numbers}


def _index(frame: Frame, up: str) -> str:
    """What the search looks through: the displays of each page, and the subjects.

    A subject whose page has another name than its number stands with both. Every page has this text, so it
    is short: the script puts the places together.
    """
    titles = {
        page.name: [f"{n} {frame.displays[n].title}" for n in numbers]
        for page, numbers in frame.pages.items()
    }
    named = file_names(frame.subjects).items()
    subjects = [subject if subject == name else [subject, name] for subject, name in named]
    found = {"up": up, "pages": titles, "subjects": subjects}
    told = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return told.replace("<", "\\u003c")


def file_names(subjects: Iterable[str]) -> dict[str, str]:
    """The name of each subject's page; two that some file systems hold to be one have a hash each."""
    plain = {subject: file_name(subject) for subject in subjects}
    seen = Counter(name.lower() for name in plain.values())
    return {
        subject: name if seen[name.lower()] == 1 else _hashed(name, subject)
        for subject, name in plain.items()
    }


def file_name(subject: str) -> str:
    """The name of a subject's page alone: its number, with a hash where that is no safe name of a file."""
    safe = "".join(c if (c.isalnum() and c.isascii()) or c in "-_" else "_" for c in subject)[:60]
    return safe if safe == subject and not RESERVED.fullmatch(safe) else _hashed(safe, subject)


def _hashed(name: str, subject: str) -> str:
    return f"{name}-{hashlib.sha256(subject.encode()).hexdigest()[:8]}"


def as_csv(display: Display) -> str:
    """Every row of a display, as a spreadsheet may open it."""
    return "\n".join(_csv(grid) for grid in display.grids)


def _csv(grid: Grid) -> str:
    """The title, if the table has one of its own, then the headings, then the rows."""
    heads = [head.replace("\n", " ") for head in grid.heads]
    title = [[grid.title, *[""] * (len(heads) - 1)]] if grid.title else []
    rows = np.array([*title, heads, *grid.texts.tolist()], dtype=object)
    cells = safe_texts(pl.Series(rows.ravel().tolist(), dtype=pl.String)).to_numpy()
    return pl.DataFrame(cells.reshape(rows.shape), orient="row").write_csv(include_header=False)
