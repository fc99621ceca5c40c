"""The page: sections into HTML that opens from disk, asks no network and runs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pkpipe.displays.number_text import day
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Section


def html(sections: tuple[Section, ...], tables: Mapping[str, pl.DataFrame], study: Study) -> str:
    """The page of a run."""
    about, cutoff = study.study, day(study.cutoff)
    lead = f"{about.phase}, {about.indication}. Data cutoff {cutoff}."
    head = PageHead(
        f"{about.studyid}, data cutoff {cutoff}", f"{about.studyid}: {about.title}", lead
    )
    return page(head, _facts(tables, study), sections, files=True)


@dataclass(frozen=True)
class PageHead:
    """What stands at the head of a page."""

    title: str  # of the window
    heading: str
    lead: str


def page(
    head: PageHead,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    *,
    files: bool = False,
) -> str:
    """A page of sections; every text from data is escaped by the template engine.

    files: the drawings lie as files beside the page, and their names are told.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        title=head.title,
        heading=head.heading,
        lead=head.lead,
        sections=sections,
        facts=facts,
        files=files,
    )


def _facts(tables: Mapping[str, pl.DataFrame], study: Study) -> list[tuple[str, str]]:
    """What the head of the page says: who is in it and how sound the data are."""
    adsl, findings = tables["ADSL"], tables["FINDINGS"]
    treated = adsl.filter(pl.col("SAFFL") == "Y")
    open_findings = ", ".join(
        f"{findings.filter(pl.col('SEVERITY') == s).height} {words}"
        for s, words in (("error", "errors"), ("query", "queries"), ("note", "notes"))
    )
    return [
        ("Data cutoff", day(study.cutoff)),
        ("Enrolled / treated", f"{adsl.filter(pl.col('ENRLFL') == 'Y').height} / {treated.height}"),
        ("On treatment", _counted(treated, pl.col("EOTDT").is_null(), "DISPRS")),
        ("Deaths", _counted(treated, pl.col("DTHDT").is_not_null(), "DTHRS")),
        ("Findings in the data", open_findings),
    ]


def _counted(subjects: pl.DataFrame, which: pl.Expr, why: str) -> str:
    """How many, or why nobody can say."""
    lost = subjects[why].drop_nulls()
    return str(lost[0]) if lost.len() else str(subjects.filter(which).height)
