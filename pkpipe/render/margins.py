"""The lines above and below a display, the same in every medium."""

from __future__ import annotations

from pkpipe.displays.edition import Edition
from pkpipe.render import words
from pkpipe.render.page import Page
from pkpipe.render.words import Speech


def above(edition: Edition, speech: Speech) -> tuple[str, str, str]:
    """Study; cutoff; state of the report and of the data."""
    state = ", ".join(filter(None, (speech(edition.status), speech(edition.virtual))))
    return edition.study, f"{speech(words.CUTOFF)}: {edition.cutoff}", state


def below(page: Page, edition: Edition, speech: Speech) -> tuple[str, str]:
    """Where the numbers come from; which program made them of which data."""
    return (
        f"{speech(words.SOURCE)}: {page.source}",
        f"{speech(words.PROGRAM)}: pkpipe {edition.version}   "
        f"{speech(words.SNAPSHOT)}: {edition.snapshot}",
    )
