"""The lines above and below a display, the same in every medium."""

from __future__ import annotations

from pkpipe.displays.edition import Edition
from pkpipe.render import frame_wording
from pkpipe.render.frame_wording import Speech
from pkpipe.render.printed_page import Page


def above(edition: Edition, speech: Speech) -> tuple[str, str, str]:
    """Study; cutoff; state of the report and of the data."""
    state = ", ".join(filter(None, (speech(edition.status), speech(edition.virtual))))
    return edition.study, f"{speech(frame_wording.CUTOFF)}: {edition.cutoff}", state


def below(page: Page, edition: Edition, speech: Speech) -> tuple[str, str]:
    """Where the numbers come from; which program made them of which data."""
    program = f"{speech(frame_wording.PROGRAM)}: pkpipe {edition.version}"
    snapshot = (
        f"   {speech(frame_wording.SNAPSHOT)}: {edition.snapshot}" if edition.snapshot else ""
    )
    return f"{speech(frame_wording.SOURCE)}: {page.source}", program + snapshot
