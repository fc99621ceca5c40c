"""Displays that a study adds in its file (`report: own:`): made as those of the catalogue are."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.displays.display import Display
from pkpipe.displays.own.own_listing import listing_of
from pkpipe.displays.own.own_table import table_of
from pkpipe.displays.populations import POPULATIONS
from pkpipe.protocol.own_displays import OwnDisplay, Text
from pkpipe.protocol.study import Study

CONFIG: Final = "report.own"
LISTING: Final = "L"


def own_displays(study: Study) -> tuple[Display, ...]:
    """The displays of the study file, in its order."""
    return tuple(_display(plan) for plan in study.report.own)


def _display(plan: OwnDisplay) -> Display:
    make = listing_of(plan) if plan.number.startswith(LISTING) else table_of(plan)
    return Display(
        plan.number,
        _words(plan.title),
        plan.population,
        make,
        (plan.table,),
        rule=(POPULATIONS[plan.population].rule,),
        config=(CONFIG,),
        notes=(*(_words(note) for note in plan.notes), *_untranslated(plan)),
    )


def _words(text: Text) -> Words:
    return Words(text.en, text.zh or text.en)


def _untranslated(plan: OwnDisplay) -> tuple[Words, ...]:
    """Why a Chinese edition has English texts; nothing in the English one."""
    keys = ["title.zh"] * (plan.title.zh is None)
    keys += [f"notes.{i}.zh" for i, note in enumerate(plan.notes) if note.zh is None]
    return (
        (NONE._replace(zh=f"研究文件未给出中文：{'、'.join(keys)}；以英文显示。"),) if keys else ()
    )
