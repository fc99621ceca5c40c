"""A study's own listing: the values of chosen columns as they are, one row a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, lost
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.display import NOT_MADE, Content, Material, Nothing
from pkpipe.displays.own.own_records import CODES, filtered, head_of, of_set, withheld
from pkpipe.displays.own.own_sources import SUBJECT, code_of, columns_of, key_of, lost_of
from pkpipe.protocol.own_displays import OwnDisplay

C: Final = pl.col


def listing_of(plan: OwnDisplay) -> Callable[[Material], Content]:
    """What makes the listing."""

    def make(material: Material) -> Content:
        reason = withheld(plan, material)
        if reason is not None:
            return Nothing(lost(reason))
        rows = material[code_of(plan.table)].join(
            of_set(plan, material), on=SUBJECT, how="semi", maintain_order="left"
        )
        shown = rows.filter(filtered(plan).holds)
        if shown.is_empty():
            return Nothing(NOT_MADE)
        if plan.rows.by:
            shown = shown.sort(plan.rows.by, nulls_last=True, maintain_order=True)
        notes = _not_collected(plan, material)
        key = key_of(plan.table)
        return (listing(shown, _fields(plan), plan.table, key, About(notes=notes)),)

    return make


def _fields(plan: OwnDisplay) -> tuple[Field, ...]:
    known = columns_of(plan.table)
    return tuple(
        Field(name, head_of(plan, name, known[name]), words=CODES.get(name))
        for name in plan.columns or ()
    )


def _not_collected(plan: OwnDisplay, material: Material) -> tuple[Words, ...]:
    """Columns that are empty because nobody collected them, each with what is missing."""
    known, notes = columns_of(plan.table), []
    for name in plan.columns or ():
        reason = lost_of(material, plan.table, (name,))
        if reason is not None:
            head, said = head_of(plan, name, known[name]), lost(reason)
            notes.append(Words(f"{head.en}: {said.en}", f"{head.zh}：{said.zh}"))
    return tuple(notes)
