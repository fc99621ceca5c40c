"""Deviations from the protocol that the data show, and each of them (14.1.1.3, 16.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.counted import Groups, Line, count_sheet, counted, groups_of, headed
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.dose_finding.conduct_table import failures, judged_of_nobody
from pkpipe.displays.dose_finding.decision_words import CONDUCT
from pkpipe.escalation.conformance import NO_SUCH_RULE, RULES

C: Final = pl.col
DOSES, SAMPLES, OVERDUE = "subjects/ADEX", "pk/ADPC", "subjects/MISSING"
CHECKS: Final = "escalation/CONFORM"
ENROLLED: Final = C("ENRLFL") == "Y"
KIND: Final = Words("Deviation", "偏离")
LATE: Final = C("STATUS") == "OVERDUE"
OUTSIDE: Final = C("WINFL") == "OUT"
ENDPOINTS: Final[Mapping[str, Words]] = {
    "PK": Words("PK sample", "药代动力学样本"),
    "ADA": Words("ADA sample", "抗药抗体样本"),
    "NAB": Words("Neutralising antibody sample", "中和抗体样本"),
    "BIOMARKER": Words("Biomarker sample", "生物标志物样本"),
    "RESPONSE": Words("Tumour assessment", "肿瘤评估"),
}
NEEDS: Final[Mapping[str, str]] = {
    "PK": "PC",
    "ADA": "IS",
    "NAB": "IS",
    "BIOMARKER": "CP",
    "RESPONSE": "TR|RS",
}
NO_PLAN: Final = Words("no planned dose is recorded", "无计划剂量记录")
ITEMS: Final = {"tumour assessment": Words("tumour assessment", "肿瘤评估")}
FROM_DATA: Final = Words(
    "As the data show them; deviations that sites record (DV) are not among the inputs.",
    "根据数据得出；研究中心记录的方案偏离（DV）不在输入数据中。",
)
NONE_SEEN: Final = Words("the data show no deviation", "数据未显示偏离")


def _limit(material: Material) -> float:
    """Percent by which a dose may differ from the planned one (nca.summary.dose_deviation_max_percent)."""
    plan = material.study.nca
    limit = None if plan is None else plan.summary.dose_deviation_max_percent
    return 0.0 if limit is None else float(limit)


def _off_dose(limit: float) -> tuple[pl.Expr, str]:
    low, high = 100 - limit, 100 + limit
    return (C("DOSEPCT") < low) | (
        C("DOSEPCT") > high
    ), f"(DOSEPCT < {low:g} OR DOSEPCT > {high:g})"


def _conduct(material: Material) -> list[Line]:
    """The rules of conduct about a subject that the protocol sets; those about a cohort are in T14.1.4.3.

    A rule that could be judged of nobody has its line with the reason.
    """
    checks = material["CONFORM"]
    why = {code: Words(en or "", zh or "") for code, en, zh in judged_of_nobody(checks).iter_rows()}
    asked = {*checks["CHECK"]}
    lines = [
        Line(
            rule.id,
            CONDUCT[rule.id],
            (C("CHECK") == rule.id) & (C("RESULT") == "FAIL"),
            f"CHECK = '{rule.id}' AND RESULT = 'FAIL' AND USUBJID IS NOT NULL",
            reason=why.get(rule.id, NONE),
        )
        for rule in RULES
        if rule.of_subjects and rule.id in asked and why.get(rule.id) != NO_SUCH_RULE
    ]
    return headed(lines, Words("Rule of the protocol not met", "不符合方案要求"))


def _doses(material: Material) -> list[Line]:
    limit = _limit(material)
    words = Words(
        f"Dose given differs from the planned dose by more than {limit:g} %",
        f"实际剂量与计划剂量相差超过{limit:g}%",
    )
    unknown = material["ADEX"]["DOSEPCT"].is_null().all() and not material["ADEX"].is_empty()
    reason = NO_PLAN if unknown else NONE
    return headed([Line("DOSE", words, *_off_dose(limit), reason=reason)], Words("Dose", "给药"))


def _samples(material: Material) -> list[Line]:
    words = Words("PK sample outside its time window", "药代动力学样本超出采样时间窗")
    line = Line("WINDOW", words, OUTSIDE, "WINFL = 'OUT'", reason=material.lost("PC"))
    return headed([line], Words("Sampling", "采样"))


def _missing(material: Material) -> list[Line]:
    lines = [
        Line(
            f"OVERDUE/{code}",
            words,
            LATE & (C("ENDPOINT") == code),
            f"STATUS = 'OVERDUE' AND ENDPOINT = '{code}'",
            reason=material.lost(NEEDS[code]),
        )
        for code, words in ENDPOINTS.items()
    ]
    return headed(lines, Words("Planned, window over, no record", "计划内且时间窗已过，无记录"))


def _summary(material: Material) -> Content:
    groups = groups_of(material, ENROLLED)
    if groups.members.is_empty():
        return ()
    parts: list[tuple[str, list[Line], str]] = [
        ("CONFORM", _conduct(material), CHECKS),
        ("ADEX", _doses(material), DOSES),
        ("ADPC", _samples(material), SAMPLES),
        ("MISSING", _missing(material), OVERDUE),
    ]
    rows = pl.concat(
        [_counts(material, groups, *part) for part in parts if part[1]], how="diagonal_relaxed"
    )
    lines = [line for _, some, _ in parts for line in some]
    return (count_sheet(rows, lines, groups, head=KIND),)


def _counts(
    material: Material, groups: Groups, code: str, lines: list[Line], table: str
) -> pl.DataFrame:
    return counted(material[code], lines, groups, table)


COHORT: Final = Field("COHORT", Words("Cohort", "队列"))
SUBJECT: Final = Field("USUBJID", Words("Subject", "受试者"))
CYCLE: Final = Field("CYCLE", Words("Cycle", "周期"))


def _listed(material: Material) -> Content:
    sheets = (
        failures(material, "CONDUCT"),
        _dose_lines(material),
        _sample_lines(material),
        _late(material),
    )
    return tuple(sheet for sheet in sheets if sheet is not None) or Nothing(NONE_SEEN)


def _dose_lines(material: Material) -> Sheet | None:
    limit = _limit(material)
    rows = material["ADEX"].filter(_off_dose(limit)[0])
    if rows.is_empty():
        return None
    fields = (
        *(COHORT, SUBJECT, Field("DRUG", Words("Drug", "药物")), CYCLE),
        Field("ASTDT", Words("Date", "日期")),
        Field("DOSE", Words("Dose given", "实际剂量"), unit="DOSEU"),
        Field("PLANDOSE", Words("Dose planned", "计划剂量"), unit="DOSEU"),
        Field("DOSEU", Words("Unit", "单位")),
        Field("DOSEPCT", Words("Given (% of planned)", "实际/计划（%）"), stat="percent"),
    )
    about = About("DOSE", Words(f"Doses off by more than {limit:g} %", f"剂量偏差超过{limit:g}%"))
    key, found = ("USUBJID", "DRUG", "DOSENO"), ("USUBJID", "DRUG", "ASTDT", "ASTDTM", "DOSENO")
    return listing(rows, fields, DOSES, key, about, found)


def _sample_lines(material: Material) -> Sheet | None:
    rows = material["ADPC"].filter(OUTSIDE)
    if rows.is_empty():
        return None
    fields = (
        *(COHORT, SUBJECT, Field("PARAMCD", Words("Analyte", "分析物")), CYCLE),
        Field("ATPT", Words("Planned time", "计划时间点")),
        Field("ADTM", Words("Taken at", "实际采样时间")),
        Field("DEVH", Words("Hours off", "偏离（小时）"), stat="two_decimals"),
    )
    about = About("WINDOW", Words("PK samples outside the window", "超出时间窗的药代动力学样本"))
    key, found = ("USUBJID", "PARAMCD", "CYCLE", "ATPT"), ("USUBJID", "PARAMCD", "ADTM", "SRCROW")
    return listing(rows, fields, SAMPLES, key, about, found)


def _late(material: Material) -> Sheet | None:
    rows = material["MISSING"].filter(LATE)
    if rows.is_empty():
        return None
    fields = (
        *(SUBJECT, Field("ENDPOINT", Words("What", "项目"), words=ENDPOINTS)),
        Field("ITEM", Words("Of", "对象"), words=ITEMS),
        *(CYCLE, Field("TIMEPT", Words("Time point", "时间点"))),
        Field("DUEDT", Words("Planned", "计划日期")),
        Field("LATEDT", Words("Last day", "最晚日期")),
    )
    about = About("OVERDUE", Words("Planned, no record arrived", "计划内但未收到记录"))
    key = ("USUBJID", "ENDPOINT", "ITEM", "CYCLE", "TIMEPT")
    return listing(rows, fields, OVERDUE, key, about, (*key, "DUEDT"))


DISPLAYS: Final = (
    Display(
        "T14.1.1.3",
        Words("Deviations from the Protocol", "方案偏离"),
        "ENR",
        _summary,
        (CHECKS, DOSES, SAMPLES, OVERDUE),
        rule=("SET-ENR", "ESC-5"),
        config=("schedule", "escalation.conduct"),
        notes=(FROM_DATA,),
    ),
    Display(
        "L16.2.2",
        Words("Listing of Deviations from the Protocol", "方案偏离列表"),
        "ENR",
        _listed,
        (CHECKS, DOSES, SAMPLES, OVERDUE),
        rule=("SET-ENR", "ESC-5"),
        notes=(FROM_DATA,),
    ),
)
