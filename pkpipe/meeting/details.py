"""The details of a package: the displays a meeting turns to, in the order it does, as one PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.meeting import package_wording
from pkpipe.meeting.package_identity import About
from pkpipe.render.pdf import Book, pdf
from pkpipe.render.printed_page import Page

KNOWN: Final = frozenset(display.number for display in CATALOGUE)
CHOSEN: Final = (
    # the decision, what it rests on, what would change it
    *("T14.1.4.2", "F14.1.4.1", "T14.1.4.1", "L16.2.3", "T14.9.5", "T14.9.7"),
    # what changed since the last meeting
    *("T14.9.3", "T14.9.2"),
    # cohorts
    *("T14.9.6", "T14.1.1.1", "T14.1.2.1"),
    # dose-limiting toxicity and safety
    *("L14.3.2.4", "T14.3.3.2", "T14.3.1.1", "T14.3.1.4", "T14.3.1.6", "T14.3.1.9"),
    *("L14.3.2.2", "L14.3.2.1", "T14.3.4.3"),
    # exposure and response by level
    *("T14.1.3.1", "F14.4.3", "F14.4.5", "T14.4.3.1", "T14.4.6.1"),
    *("T14.2.1.1", "F14.2.1", "F14.2.3"),
    # conduct: deviations, enrolment and waiting
    *("T14.1.1.3", "T14.1.4.3", "T14.1.4.4", "F14.1.4.2"),
)

# Of these a slide shows the rows a meeting asks for; they are long, and the report has all of them.
ON_SLIDES: Final = ("T14.4.2.1",)


def chosen(pages: Mapping[str, Page]) -> list[Page]:
    """Those of a run, then the displays that the study file itself adds."""
    own = (number for number in pages if number not in KNOWN)
    return [pages[number] for number in (*CHOSEN, *own) if number in pages]


def details(about: About) -> Book:
    """`details.pdf`."""
    return pdf(chosen(about.pages), about.edition, about.speech, package_wording.DETAILS)
