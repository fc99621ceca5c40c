"""Figures of a run that was reported in English alone, for a package that is in Chinese as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.displays import drawn_in_chinese
from pkpipe.meeting.details import CHOSEN
from pkpipe.protocol.study import Study

C: Final = pl.col
KEY: Final = ("DISPLAY", "SHEET", "CODE", "NAME")


def in_chinese(
    figures: pl.DataFrame, study: Study, read: Callable[[], Mapping[str, pl.DataFrame]]
) -> tuple[pl.DataFrame, list[str]]:
    """The figures of a package with their drawings in Chinese, and what to say of those that have none.

    figures: FIGURES of the run; read: the tables that its displays are made of. A drawing is taken only if
    what draws it here draws the stored one in English as well.
    """
    lacking = figures.filter(C("SVGZH").is_null() & C("DISPLAY").is_in(CHOSEN))
    if lacking.is_empty():
        return figures, []
    drawn = drawn_in_chinese(read(), study, lacking["DISPLAY"].unique()).select(
        *KEY, "SVG", "SVGZH"
    )
    beside = figures.join(
        drawn, on=KEY, how="left", nulls_equal=True, maintain_order="left", suffix="_NOW"
    )
    same = C("SVG").eq_missing(C("SVG_NOW"))
    told = beside.with_columns(SVGZH=pl.coalesce("SVGZH", pl.when(same).then("SVGZH_NOW")))
    return told.select(figures.columns), _still_english(told)


def _still_english(figures: pl.DataFrame) -> list[str]:
    left = figures.filter(C("SVGZH").is_null() & C("DISPLAY").is_in(CHOSEN))
    names: Sequence[str] = left["DISPLAY"].unique(maintain_order=True).to_list()
    why = "drawn by another version of pkpipe, its words stay English"
    return [f"{name}: {why}" for name in names]
