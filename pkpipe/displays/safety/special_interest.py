"""Infusion reactions and other events that the study file names by their terms (14.3.1.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CODED_EVENTS
from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.builders import About
from pkpipe.displays.counted import Line, count_sheet, counted, groups_of
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.populations import TREATED
from pkpipe.displays.rows_behind import one_of
from pkpipe.displays.safety.events_by_term import ANY, EMERGENT, EVENTS

C: Final = pl.col
NOT_DECLARED: Final = Words(
    "not planned: the study file names no infusion reactions or other events of special interest",
    "未计划：研究文件未指定输液反应或其他特别关注的事件",
)
INFUSION: Final = Words("Infusion reaction", "输液反应")
ALLERGY: Final = Words("Hypersensitivity", "超敏反应")
ANY_TERM: Final = Words("Any term", "任一术语")
SEVERE: Final = Words("Grade 3 or higher", "3级及以上")
KIND: Final = Words("Kind of event", "事件类别")


def _declared(material: Material) -> Mapping[Words, tuple[str, ...]]:
    """Preferred terms by kind, as the study file lists them."""
    plan = material.study.immunogenicity.impact if material.study.immunogenicity else None
    if plan is None:
        return {}
    return {INFUSION: plan.infusion_reactions, ALLERGY: plan.hypersensitivity}


def _lines(material: Material) -> Iterator[Line]:
    """Any event of a kind, of grade 3 or more, and each term that somebody has."""
    graded = material.lost("AE.AETOXGR")
    term = C("AEDECOD").str.to_uppercase()
    seen = material["ADAE"].filter(ANY.holds).select(term.alias("T"))["T"].unique()
    for number, (kind, terms) in enumerate(_declared(material).items()):
        listed = [t.upper() for t in terms]
        of, sql = term.is_in(listed), f"{EMERGENT} AND {one_of('UPPER(AEDECOD)', listed)}"
        code = ("INFREACT", "HYPERSEN")[number]
        yield Line(code, ANY_TERM, ANY.holds & of, sql, kind)
        severe = ANY.holds & of & (C("AETOXGR") >= 3)
        yield Line(f"{code}/G3", SEVERE, severe, f"{sql} AND AETOXGR >= 3", reason=graded)
        for name in [t for t in listed if t in seen]:
            told = f"{EMERGENT} AND {one_of('UPPER(AEDECOD)', [name])}"
            words = same(name.capitalize())
            yield Line(f"{code}/{name}", words, ANY.holds & (term == name), told, NONE)


def _special(material: Material) -> Content:
    lines = list(_lines(material))
    if not lines:
        return Nothing(NOT_DECLARED)
    groups = groups_of(material, TREATED)
    rows = counted(material["ADAE"], lines, groups, EVENTS)
    note = Words(
        "Treatment-emergent events; the study file lists the preferred terms. A term that is of two kinds "
        "counts in both; terms that nobody has are left out.",
        "治疗期间出现的事件；首选术语由研究文件指定。同属两类的术语两处均计；未出现的术语不列出。",
    )
    return (count_sheet(rows, lines, groups, About(notes=(note,)), KIND),)


DISPLAYS: Final = (
    Display(
        "T14.3.1.9",
        Words(
            "Infusion Reactions and Other Events of Special Interest",
            "输液反应及其他特别关注的不良事件",
        ),
        "SAF",
        _special,
        (EVENTS,),
        CODED_EVENTS,
        ("SET-SAF",),
        ("immunogenicity.impact",),
    ),
)
