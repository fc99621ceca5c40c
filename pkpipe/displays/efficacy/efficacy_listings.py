"""Listings of lesions, of responses by visit, and of how each time to event came about (16.2.6)."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.efficacy.efficacy_words import (
    CENSORED,
    ENDPOINTS,
    NONE_PLANNED,
    NOT_PLANNED,
    REASONS,
    RESPONSES,
)
from pkpipe.displays.efficacy.response_rates import SOURCES
from pkpipe.displays.safety.safety_words import visit_words
from pkpipe.survival.times.trace_wording import DATES, SITUATIONS

C: Final = pl.col
LESIONS, ASSESSMENTS, TIMES = "tumor/ADTR", "tumor/ADRS", "survival/ADTTE"
COHORT: Final = Field("COHORT", Words("Cohort", "队列"))
SUBJECT: Final = Field("USUBJID", Words("Subject", "受试者"))
READERS: Final = {
    "INVESTIGATOR": Words("Investigator", "研究者"),
    "INDEPENDENT ASSESSOR": Words("Independent assessor", "独立评审"),
}
READER: Final = Field("READER", Words("Reader", "评估者"), words=READERS)
DATE: Final = Field("ADT", Words("Date", "日期"))
FLAGS: Final = {"Y": Words("yes", "是"), "N": Words("no", "否")}
NOTES: Final = {
    "baseline": Words("baseline", "基线"),
    "after progression": Words("after progression", "进展之后"),
    "TOO SMALL TO MEASURE": Words("too small to measure", "过小无法测量"),
    "NOT EVALUABLE": Words("not evaluable", "不可评估"),
}
MEASURED: Final = re.compile(r"(\d+) of (\d+) target lesions measured$")
SITES: Final = {
    code: Words(code.capitalize(), zh)
    for code, zh in (
        *(("LIVER", "肝"), ("LUNG", "肺"), ("PERITONEUM", "腹膜"), ("BONE", "骨"), ("BRAIN", "脑")),
        *(
            ("LYMPH NODE", "淋巴结"),
            ("ADRENAL GLAND", "肾上腺"),
            ("KIDNEY", "肾"),
            ("SKIN", "皮肤"),
        ),
        *(("BREAST", "乳腺"), ("STOMACH", "胃"), ("PANCREAS", "胰腺"), ("SPLEEN", "脾")),
        *(
            ("PLEURA", "胸膜"),
            ("MEDIASTINUM", "纵隔"),
            ("SOFT TISSUE", "软组织"),
            ("OVARY", "卵巢"),
        ),
        *(("COLON", "结肠"), ("RECTUM", "直肠"), ("BLADDER", "膀胱"), ("PELVIS", "盆腔")),
    )
}
NO_LESION: Final = Words("no target lesion was measured", "无靶病灶测量记录")
NO_OTHER: Final = Words(
    "no non-target lesion and no new lesion was recorded", "无非靶病灶或新病灶记录"
)
NO_RESPONSE: Final = Words("no response was assessed", "无疗效评估记录")


def visit_field(rows: pl.DataFrame) -> Field:
    """The visit, in words of both languages where its name is one of the usual ones."""
    named = {v: visit_words(v) for v in rows["VISIT"].drop_nulls().unique()}
    return Field("VISIT", Words("Visit", "访视"), words=named)


def _placed(material: Material, rows: pl.DataFrame) -> pl.DataFrame:
    """Records with the subject's cohort, in the order of the cohorts; READER is who assessed."""
    subjects = material["ADSL"].select("USUBJID", "COHORT", _PLACE="COHORTN")
    placed = rows.drop("COHORT", strict=False).join(
        subjects, on="USUBJID", how="left", maintain_order="left"
    )
    if "EVAL" in rows.columns:
        reader = pl.concat_str("EVAL", "EVALID", separator="/", ignore_nulls=True)
        placed = placed.with_columns(READER=reader)
    return placed.sort("_PLACE", "USUBJID", maintain_order=True, nulls_last=True)


def target_lesions(material: Material) -> Content:
    """Each target lesion at each visit, then the sums with their changes."""
    if material.study.response is None:
        return Nothing(NONE_PLANNED)
    rows = _placed(material, material["ADTR"])
    if rows.is_empty():
        return Nothing(NO_LESION)
    total = C("PARAMCD") == "SDIAM"
    visit = visit_field(rows)
    remark = Field("REASON", Words("Remark", "备注"), words=_remarks(rows["REASON"]))
    about = (COHORT, SUBJECT, READER)
    lesion = (
        *about,
        Field("LNKID", Words("Lesion", "病灶")),
        Field("LOC", Words("Location", "部位"), words=SITES),
        Field("NODAL", Words("Lymph node", "淋巴结"), words=FLAGS),
        *(visit, DATE, Field("AVAL", Words("Diameter (mm)", "径线（mm）"))),
        Field("ABLFL", Words("Baseline", "基线"), words=FLAGS),
        remark,
    )
    sums = (
        *(*about, visit, DATE),
        Field("AVAL", Words("Sum (mm)", "径线总和（mm）"), stat="one_decimal"),
        Field("BASE", Words("Baseline (mm)", "基线（mm）"), stat="one_decimal"),
        Field("PCHG", Words("Change from baseline (%)", "较基线变化（%）"), stat="percent"),
        Field("NADIR", Words("Nadir (mm)", "最低值（mm）"), stat="one_decimal"),
        Field("PCHGNAD", Words("Change from nadir (%)", "较最低值变化（%）"), stat="percent"),
        remark,
    )
    key = ("USUBJID", "EVAL", "EVALID", "PARAMCD", "VISIT", "ADT")
    parts = (
        (rows.filter(~total), lesion, About("LESION", Words("Target lesions", "靶病灶"))),
        (rows.filter(total), sums, About("SUM", Words("Sums of diameters", "径线总和"))),
    )
    return tuple(
        listing(part, fields, LESIONS, key, said, (*key, "SRCROW"))
        for part, fields, said in parts
        if part.height
    )


def _remarks(texts: pl.Series) -> dict[str, Words]:
    """The remarks on measurements in words, those with numbers in them too."""
    said = {t: MEASURED.match(t) for t in texts.drop_nulls().unique()}
    counted = {
        t: Words(t, f"{m[2]} 个靶病灶中测量了 {m[1]} 个") for t, m in said.items() if m is not None
    }
    return {**NOTES, **counted}


def other_lesions(material: Material) -> Content:
    """Non-target response and new lesions at each time point that has a non-target or a new lesion."""
    plan = material.study.response
    if plan is None:
        return Nothing(NONE_PLANNED)
    other = C("NTRGRESP").is_not_null() & (C("NTRGRESP") != "NONE")
    found = material["ADRS"].filter(
        C("PARAMCD") == "OVR",
        C("CRIT") == plan.criteria[0],
        C("SRC") == "derived",
        (other | C("NEWLESN").is_in(["Y", "EQUIVOCAL"])).fill_null(value=False),
    )
    if found.is_empty():
        return Nothing(NO_OTHER)
    fields = (
        *(COHORT, SUBJECT, READER, visit_field(found), DATE),
        Field("NTRGRESP", Words("Non-target lesions", "非靶病灶疗效"), words=RESPONSES),
        Field("NEWLESN", Words("New lesion", "新病灶"), words=RESPONSES),
        Field("AVALC", Words("Overall response", "总体疗效"), words=RESPONSES),
    )
    return (_responses(material, found, fields, About()),)


def responses(material: Material) -> Content:
    """Every overall response by visit, a table a criterion set; then the best responses."""
    plan = material.study.response
    if plan is None:
        return Nothing(NONE_PLANNED)
    points = material["ADRS"].filter(C("PARAMCD") == "OVR")
    if points.is_empty():
        return Nothing(NO_RESPONSE)
    fields = (
        *(COHORT, SUBJECT, READER, Field("SRC", Words("Source", "来源"), words=SOURCES)),
        *(visit_field(points), DATE),
        Field("TRGRESP", Words("Target lesions", "靶病灶疗效"), words=RESPONSES),
        Field("NTRGRESP", Words("Non-target lesions", "非靶病灶疗效"), words=RESPONSES),
        Field("NEWLESN", Words("New lesion", "新病灶"), words=RESPONSES),
        Field("AVALC", Words("Overall response", "总体疗效"), words=RESPONSES),
        Field("ANLRSN", Words("Why it does not count", "不计入原因"), words=NOTES),
        Field("ARITH", Words("Arithmetic", "计算过程"), chinese="ARITHZH"),
    )
    return tuple(
        _responses(material, part, fields, About(str(criteria), same(str(criteria))))
        for (criteria,), part in points.group_by("CRIT", maintain_order=True)
    )


def _responses(
    material: Material, rows: pl.DataFrame, fields: tuple[Field, ...], about: About
) -> Sheet:
    key = ("USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC", "VISIT", "ADT")
    placed = _placed(material, rows.sort("USUBJID", "SRC", "EVAL", "EVALID", "ADT"))
    return listing(placed, fields, ASSESSMENTS, key, about, (*key, "SRCROW"))


def traces(material: Material) -> Content:
    """Start, date, event or censoring, why, and the trace of every time, a table an endpoint."""
    plan = material.study.survival
    if plan is None:
        return Nothing(NOT_PLANNED)
    leading = _placed(material, material["ADTTE"].filter(C("ANL01FL") == "Y"))
    reasons = {"0": Words("event", "事件")} | {
        str(code): Words(f"censored: {w.en}", f"删失：{w.zh}") for code, w in CENSORED.items()
    }
    fields = (
        *(COHORT, SUBJECT, Field("STARTDT", Words("Start", "起始日期"))),
        Field("ADT", Words("Event or censoring", "事件或删失日期")),
        Field("AVAL", Words("Days", "天数"), stat="days"),
        Field("CNSRRSN", Words("Status", "状态"), words=reasons),
        Field("EVNTDESC", Words("What happened", "结局描述"), words=SITUATIONS),
        Field("CNSDTDSC", Words("What the date of censoring is", "删失日期说明"), words=DATES),
        Field(
            "TRACE",
            Words("Candidate dates and the rule that won", "候选日期和适用规则"),
            chinese="TRACEZH",
        ),
        Field("FINDING", Words("Finding", "数据问题")),
    )
    asked = [code for code in plan.endpoints if code in leading["PARAMCD"]]
    key = ("USUBJID", "PARAMCD", "SCHEME")
    return tuple(
        listing(
            leading.filter(C("PARAMCD") == code).with_columns(C("CNSRRSN").cast(pl.String)),
            fields if leading["FINDING"].count() else fields[:-1],
            TIMES,
            key,
            About(code, ENDPOINTS[code]),
        )
        for code in asked
    ) or Nothing(REASONS["no subject with this endpoint"])


DISPLAYS: Final = (
    Display(
        "L16.2.6.1",
        Words("Listing of Target Lesions", "靶病灶列表"),
        "EFF",
        target_lesions,
        (LESIONS,),
        ("TR",),
        ("REC-1", "REC-2"),
        ("response",),
    ),
    Display(
        "L16.2.6.2",
        Words("Listing of Non-Target and New Lesions", "非靶病灶和新病灶列表"),
        "EFF",
        other_lesions,
        (ASSESSMENTS,),
        ("TR",),
        ("REC-3", "REC-4"),
        ("response",),
    ),
    Display(
        "L16.2.6.3",
        Words("Listing of Overall Response by Visit", "各访视总体疗效列表"),
        "EFF",
        responses,
        (ASSESSMENTS,),
        ("TR|RS",),
        ("REC-3",),
        ("response",),
    ),
    Display(
        "L16.2.6.4",
        Words("Listing of Times to Event and How They Came About", "至事件时间及其判定过程列表"),
        "EFF",
        traces,
        (TIMES,),
        (),
        ("EFF-PFS", "EFF-OS"),
        ("survival",),
    ),
)
