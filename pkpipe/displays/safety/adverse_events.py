"""Adverse events: overview, terms by choice of events and by worst grade, listings (14.3.1, 14.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.dose_decision import DLT
from pkpipe.displays.bilingual import Words, reason_in_chinese
from pkpipe.displays.builders import Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.groups_side_by_side import cohort_columns, in_cohort
from pkpipe.displays.populations import TREATED
from pkpipe.displays.safety.events_by_term import (
    ANY,
    CHANGED,
    EMERGENT,
    EVENTS,
    IMMUNE,
    NO_EVENT,
    SEVERE,
    TERM,
    Choice,
    by_term,
    emergent_and,
    worst_grades,
)
from pkpipe.displays.safety.safety_words import ACTIONS, OUTCOMES
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
EMERGES: Final = Words(
    "Treatment-emergent: from the first dose to the end of the window after the last dose.",
    "治疗期间出现：自首次给药起至末次给药后的观察窗结束。",
)

# Lines of the overview (pkpipe/safety/aesum.py): the words in both languages, and which events they count.
OVERVIEW: Final[Mapping[str, tuple[Words, str]]] = {
    "TEAE": (
        Words("Any treatment-emergent adverse event", "任一治疗期间出现的不良事件"),
        EMERGENT,
    ),
    "TEAE_REL": (Words("Related", "与研究药物相关"), f"{EMERGENT} AND RELFL = 'Y'"),
    "TEAE_G3": (Words("Grade 3 or higher", "3级及以上"), f"{EMERGENT} AND AETOXGR >= 3"),
    "TEAE_REL_G3": (
        Words("Related, grade 3 or higher", "与研究药物相关的3级及以上"),
        f"{EMERGENT} AND RELFL = 'Y' AND AETOXGR >= 3",
    ),
    "TEAE_SER": (Words("Serious", "严重不良事件"), f"{EMERGENT} AND AESER = 'Y'"),
    "TEAE_DTH": (Words("Leading to death", "导致死亡"), f"{EMERGENT} AND DTHFL = 'Y'"),
    "TEAE_DISC": (
        Words("Leading to discontinuation", "导致终止治疗"),
        f"{EMERGENT} AND DISCFL = 'Y'",
    ),
    "TEAE_INT": (
        Words("Leading to interruption or delay", "导致给药中断或延迟"),
        f"{EMERGENT} AND INTRFL = 'Y'",
    ),
    "IRAE": (
        Words("Immune-related (in its own window)", "免疫相关（按其自身观察窗）"),
        "IRTEMFL = 'Y'",
    ),
    "DLT": (
        Words(
            "Dose-limiting toxicity, as the investigator flagged it", "研究者判定的剂量限制性毒性"
        ),
        "AEDLTFL = 'Y'",
    ),
}


def _overview(material: Material) -> Content:
    rows = (
        material["AESUM"]
        .filter(C("GROUP").is_in(["ALL", "COHORT"]))
        .with_columns(COHORT=pl.when(C("GROUP") == "ALL").then(pl.lit(ALL)).otherwise("GROUPVAL"))
        .with_columns(
            STAT=pl.lit("share"),
            VALUE=C("PCT"),
            TEXT=pl.when(C("X").is_null()).then(C("REASON")),
            TEXTZH=pl.when(C("X").is_null()).then(reason_in_chinese(C("REASON"))),
            TABLES=pl.lit(EVENTS),
            ROWS=C("PARAMCD").replace_strict({k: sql for k, (_, sql) in OVERVIEW.items()})
            + in_cohort(),
        )
    )
    layout = Layout(
        ("PARAMCD",),
        {"PARAM": Words("Subjects with at least one", "至少发生一次的受试者")},
        "COHORT",
        cohort_columns(material, TREATED),
        {said.en: said for said, _ in OVERVIEW.values()},
    )
    return (side_by_side(rows, layout),)


FLAGS: Final = {"Y": Words("Y", "是"), "N": Words("N", "否")}
FIELDS: Final = (
    Field("COHORT", Words("Cohort", "队列")),
    Field("USUBJID", Words("Subject", "受试者")),
    Field("AEDECOD", TERM),
    Field("AETERM", Words("Reported term", "报告术语")),
    Field("AETOXGR", Words("Grade", "级别")),
    Field("ASTDT", Words("Start", "开始日期")),
    Field("ASTDY", Words("Study day", "研究日")),
    Field("AENDT", Words("End", "结束日期")),
    Field("RELFL", Words("Related", "相关"), words=FLAGS),
    Field("AESER", Words("Serious", "严重"), words=FLAGS),
    Field("AEDLTFL", Words("DLT", "DLT"), words=FLAGS),
    Field("AEACN", Words("Action", "对研究药物采取的措施"), words=ACTIONS),
    Field("AEOUT", Words("Outcome", "转归"), words=OUTCOMES),
)


def _events(choice: Choice) -> Callable[[Material], Content]:
    def make(material: Material) -> Content:
        rows = material["ADAE"].filter(choice.holds)
        if rows.is_empty():
            return Nothing(NO_EVENT)
        return (listing(rows, FIELDS, EVENTS, ("USUBJID", "AESEQ")),)

    return make


def _terms_of(
    number: str, en: str, zh: str, choice: Choice, *needs: str, rule: str = "SET-SAF"
) -> Display:
    return Display(
        number,
        Words(en, zh),
        "SAF",
        by_term(choice),
        (EVENTS, "safety/AESUM"),
        ("AE", *needs),
        (rule,),
        ("safety",),
        () if choice is IMMUNE else (EMERGES,),
    )


def _listed(number: str, en: str, zh: str, choice: Choice, *needs: str) -> Display:
    return Display(
        number, Words(en, zh), "SAF", _events(choice), (EVENTS,), ("AE", *needs), ("SET-SAF",)
    )


DISPLAYS: Final = (
    Display(
        "T14.3.1.1",
        Words("Overview of Adverse Events", "不良事件总结"),
        "SAF",
        _overview,
        ("safety/AESUM",),
        ("AE",),
        ("SET-SAF",),
        ("safety",),
        (EMERGES,),
    ),
    _terms_of(
        "T14.3.1.2",
        "Treatment-Emergent Adverse Events by System Organ Class and Preferred Term",
        "按系统器官分类和首选术语总结的治疗期间出现的不良事件",
        ANY,
    ),
    Display(
        "T14.3.1.3",
        Words(
            "Treatment-Emergent Adverse Events by Term and Worst Grade",
            "按术语和最高级别总结的治疗期间出现的不良事件",
        ),
        "SAF",
        worst_grades,
        ("safety/AESOC",),
        ("AE", "AE.AETOXGR"),
        ("SET-SAF",),
        ("safety",),
        (EMERGES,),
    ),
    _terms_of(
        "T14.3.1.4",
        "Treatment-Emergent Adverse Events of Grade 3 or Higher",
        "3级及以上治疗期间出现的不良事件",
        SEVERE,
        "AE.AETOXGR|AE.AESEV",
    ),
    _terms_of(
        "T14.3.1.5",
        "Related Treatment-Emergent Adverse Events",
        "与研究药物相关的治疗期间出现的不良事件",
        emergent_and("RELFL", "TEAE_REL"),
        "AE.AEREL",
    ),
    _terms_of(
        "T14.3.1.6",
        "Serious Treatment-Emergent Adverse Events",
        "治疗期间出现的严重不良事件",
        emergent_and("AESER", "TEAE_SER"),
        "AE.AESER",
    ),
    _terms_of(
        "T14.3.1.7",
        "Adverse Events Leading to a Change of Treatment",
        "导致治疗调整的不良事件",
        CHANGED,
        "AE.AEACN",
    ),
    _terms_of(
        "T14.3.1.8",
        "Immune-Related Adverse Events",
        "免疫相关不良事件",
        IMMUNE,
        "AE.AEIRFL",
    ),
    _listed(
        "L16.2.7.1",
        "Listing of Adverse Events",
        "不良事件列表",
        Choice(pl.lit(value=True), "TRUE"),
    ),
    _listed(
        "L14.3.2.2",
        "Listing of Serious Adverse Events",
        "严重不良事件列表",
        Choice(C("AESER") == "Y", "AESER = 'Y'"),
        "AE.AESER",
    ),
    _listed(
        "L14.3.2.3",
        "Listing of Adverse Events Leading to Discontinuation",
        "导致终止治疗的不良事件列表",
        Choice(C("DISCFL") == "Y", "DISCFL = 'Y'"),
        "AE.AEACN",
    ),
    _listed(
        "L14.3.2.4",
        "Listing of Dose-Limiting Toxicities",
        "剂量限制性毒性列表",
        Choice(C("AEDLTFL") == "Y", "AEDLTFL = 'Y'"),
        *DLT,
    ),
)
