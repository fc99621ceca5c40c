"""Waterfall, spider, swimmer and Kaplan-Meier figures (F14.2.1 to F14.2.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.response import SIZE, time_to
from pkpipe.displays.bilingual import Words, english, lost
from pkpipe.displays.display import Content, Display, Material, Nothing, Picture
from pkpipe.displays.efficacy.efficacy_words import ENDPOINTS, NONE_PLANNED, NOT_PLANNED
from pkpipe.displays.figures import efficacy as draw
from pkpipe.displays.figures.colours import group_colours
from pkpipe.displays.figures.survival import Curves, km_figure
from pkpipe.displays.figures.swimmer import ENDED, Courses, swimmers
from pkpipe.displays.subject_words import ENDS
from pkpipe.protocol.study import Study
from pkpipe.schema.dates import study_day

C: Final = pl.col
COLUMNS: Final = {
    "LEVEL": Words("by dose level", "按剂量水平"),
    "PART": Words("by part", "按研究阶段"),
    "TUMTYPE": Words("by tumour type", "按瘤种"),
}
NOTHING_DRAWN: Final = Words(
    "nobody has a measured change of the sum of diameters", "无受试者有径线总和的变化数据"
)
NOBODY_TREATED: Final = Words("nobody was treated", "无接受治疗的受试者")
TOO_FEW: Final = Words("too few subjects for a curve", "受试者过少，不绘制曲线")


def waterfall(material: Material) -> Content:
    return _drawn(material, lambda: draw.waterfall(material["WATERFAL"]))


def spider(material: Material) -> Content:
    plan = material.study.escalation
    levels = [level.code for level in plan.levels] if plan else []
    colours = group_colours(material.tables, material.study)
    return _drawn(material, lambda: draw.spider(material["SPIDER"], levels, colours))


def _drawn(material: Material, make: Callable[[], Picture | None]) -> Content:
    if material.study.response is None:
        return Nothing(NONE_PLANNED)
    reason = material.known.reason(*SIZE)
    if reason is not None:
        return Nothing(lost(reason))
    picture = make()
    return (picture,) if picture else Nothing(NOTHING_DRAWN)


def course_of(tables: Mapping[str, pl.DataFrame], study: Study) -> list[Picture]:
    """The swimmer with what other rooms know of each subject: events, new therapy, why treatment ended."""
    rows = tables["SWIMMER"]
    more = [m for m in (_subjects_events(tables), _adverse_events(tables)) if m.height]
    places = rows.select("USUBJID", "COHORT", "LEVEL", "ORDER").unique("USUBJID")
    placed = [
        m.join(places, on="USUBJID", how="inner", maintain_order="left").select(rows.columns)
        for m in more
    ]
    order = tuple(c.code for c in study.cohorts)
    shared = Courses(order, group_colours(tables, study), cohort_names(study))
    return swimmers(pl.concat([rows, *placed]), shared)


def cohort_names(study: Study) -> dict[str, str]:
    """Code and label of each cohort, in one line."""
    return {c.code: " ".join(f"{c.code}: {c.label}".split()) for c in study.cohorts}


def _event(kind: str, day: pl.Expr, words: pl.Expr) -> list[pl.Expr]:
    return [
        C("USUBJID"),
        pl.lit(kind).alias("EVENT"),
        study_day(day, C("TRTSDT")).cast(pl.Float64).alias("STARTDY"),
        pl.lit(None, dtype=pl.Float64).alias("ENDDY"),
        words.cast(pl.String).alias("AVALC"),
    ]


def _subjects_events(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """New anti-cancer therapy, and why treatment ended."""
    treated = tables["ADSL"].filter(C("TRTSDT").is_not_null())
    therapy = treated.filter(C("NACTDT").is_not_null())
    ended = treated.filter(C("EOTDT").is_not_null(), C("DCTREAS").is_not_null())
    why = english(C("DCTREAS"), ENDS).str.to_lowercase()
    return pl.concat(
        [
            therapy.select(_event("NACT", C("NACTDT"), pl.lit("new anti-cancer therapy"))),
            ended.select(_event(ENDED, C("EOTDT"), why)),
        ]
    )


def _adverse_events(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Onsets of severe or serious events after the first dose, and of dose-limiting toxicities."""
    starts = tables["ADSL"].filter(C("TRTSDT").is_not_null()).select("USUBJID", "TRTSDT")
    events = tables["ADAE"].filter(C("ASTDT").is_not_null(), C("TRTEMFL") == "Y")
    known = events.drop("TRTSDT", strict=False).join(
        starts, on="USUBJID", how="inner", maintain_order="left"
    )
    limiting = (C("AEDLTFL") == "Y").fill_null(value=False)
    severe = ((C("AETOXGR") >= 3) | (C("AESER") == "Y")).fill_null(value=False)
    return pl.concat(
        [
            known.filter(severe & ~limiting).select(_event("AE", C("ASTDT"), C("AEDECOD"))),
            known.filter(limiting).select(_event("DLT", C("ASTDT"), C("AEDECOD"))),
        ]
    ).unique(["USUBJID", "EVENT", "STARTDY"], maintain_order=True)


def swimmer(material: Material) -> Content:
    if material.study.response is None:
        return Nothing(NONE_PLANNED)
    return tuple(course_of(material.tables, material.study)) or Nothing(NOBODY_TREATED)


def since(study: Study, endpoint: str) -> Words:
    """What the time of an endpoint is counted from."""
    if endpoint == "DOR":
        return Words("first response", "首次缓解")
    anchored = study.response is not None and study.response.anchor == "randomization"
    return Words("randomisation", "随机化") if anchored else Words("first dose", "首次给药")


def curves(tables: Mapping[str, pl.DataFrame], study: Study, endpoint: str) -> list[Picture]:
    """Curves by cohort, and by each other column whose groups the study compares."""
    plan = study.survival
    if plan is None:
        return []
    sizes = tables["ADSL"].filter(C("SAFFL") == "Y").group_by("COHORT").len()
    large = sizes.filter(C("len") >= plan.min_n_curve)["COHORT"].to_list()
    title, start = ENDPOINTS[endpoint], since(study, endpoint)
    cohorts = tuple(c.code for c in study.cohorts if c.code in large)
    asked = [Curves(endpoint, title, start, cohorts, names=cohort_names(study))]
    compared = [c for c in plan.comparisons if endpoint in c.endpoints and c.group != "COHORT"]
    for column in dict.fromkeys(c.group for c in compared):
        mine = [c for c in compared if c.group == column]
        named = tuple(v for c in mine for v in (c.reference, *c.against))
        found = tables["KMCURVE"].filter(C("GROUP") == column)["GROUPVAL"].unique().sort()
        groups = named if all(c.against for c in mine) else tuple(found)
        by = COLUMNS[column]
        own = Words(f"{title.en} {by.en}", f"{title.zh}，{by.zh}")
        asked.append(Curves(endpoint, own, start, tuple(dict.fromkeys(groups)), column))
    colours = group_colours(tables, study)
    pictures = [km_figure(tables["KMCURVE"], one, plan, colours) for one in asked]
    return [picture for picture in pictures if picture]


def _curves(endpoint: str) -> Callable[[Material], Content]:
    def make(material: Material) -> Content:
        plan = material.study.survival
        if plan is None or endpoint not in plan.endpoints:
            return Nothing(NOT_PLANNED)
        reason = material.known.reason(*time_to(endpoint, material.study))
        if reason is not None:
            return Nothing(lost(reason))
        return tuple(curves(material.tables, material.study, endpoint)) or Nothing(TOO_FEW)

    return make


def _figure(
    number: str, title: Words, make: Callable[[Material], Content], sources: str, rule: str
) -> Display:
    section = "survival" if sources.startswith("survival") else "response"
    return Display(number, title, "EFF", make, tuple(sources.split()), (), (rule,), (section,))


DISPLAYS: Final = (
    _figure(
        "F14.2.1",
        Words("Best Change in Target Lesions (Waterfall)", "靶病灶最佳变化（瀑布图）"),
        waterfall,
        "tumor/WATERFAL",
        "REC-10",
    ),
    _figure(
        "F14.2.2",
        Words("Change in Target Lesions over Time (Spider)", "靶病灶随时间的变化（蜘蛛图）"),
        spider,
        "tumor/SPIDER",
        "REC-10",
    ),
    _figure(
        "F14.2.3",
        Words(
            "Treatment, Response and Outcome by Subject (Swimmer)",
            "各受试者的治疗、缓解和转归（泳道图）",
        ),
        swimmer,
        "tumor/SWIMMER subjects/ADSL safety/ADAE",
        "REC-10",
    ),
    _figure(
        "F14.2.4",
        Words("Kaplan–Meier Curve of Progression-Free Survival", "无进展生存期 Kaplan–Meier 曲线"),
        _curves("PFS"),
        "survival/KMCURVE",
        "EFF-PFS",
    ),
    _figure(
        "F14.2.5",
        Words("Kaplan–Meier Curve of Overall Survival", "总生存期 Kaplan–Meier 曲线"),
        _curves("OS"),
        "survival/KMCURVE",
        "EFF-OS",
    ),
    _figure(
        "F14.2.6",
        Words("Kaplan–Meier Curve of Duration of Response", "缓解持续时间 Kaplan–Meier 曲线"),
        _curves("DOR"),
        "survival/KMCURVE",
        "EFF-DOR",
    ),
)
