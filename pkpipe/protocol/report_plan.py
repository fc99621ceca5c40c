"""How results are shown: language, state of the report, and which displays: of the catalogue, and its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.own_displays import OwnDisplay

Language = Literal["en", "zh", "both"]


class ReportPlan(Frozen):
    """Section `report:` of a study file; a study without it gets every display, in English, as a draft."""

    language: Language = Field(
        default="en", description="of every shown text: English, Chinese, or both"
    )
    status: Literal["draft", "final"] = Field(default="draft", description="printed on every page")
    one_page: bool = Field(
        default=False, description="also `full.html`, with everything on one page"
    )
    displays: tuple[str, ...] | None = Field(
        default=None, description="numbers of the catalogue, e.g. T14.3.1.1; null: all of them"
    )
    own: tuple[OwnDisplay, ...] = Field(
        default=(), description="displays that the study adds (docs/own_displays.md)"
    )

    @property
    def names(self) -> bool:
        """Whether it names displays, tables or columns, which only the catalogue can judge."""
        return self.displays is not None or bool(self.own)
