"""Every display in the order of the catalogue (ICH E3, sections 14 and 16.2)."""

from __future__ import annotations

from typing import Final

from pkpipe.displays import adverse_events
from pkpipe.displays.display import Display
from pkpipe.protocol.study import Study

CATALOGUE: Final[tuple[Display, ...]] = (*adverse_events.DISPLAYS,)


def chosen(_study: Study) -> tuple[Display, ...]:
    """The displays a study asks for: all of the catalogue."""
    return CATALOGUE
