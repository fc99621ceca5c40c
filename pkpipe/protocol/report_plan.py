"""How results are shown: language, state of the report, and which displays of the catalogue."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen

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
    displays: tuple[Annotated[str, Field(pattern=r"^[TFL]\d{2}(\.\d+)+$")], ...] | None = Field(
        default=None, description="numbers of the catalogue, e.g. T14.3.1.1; null: all of them"
    )
