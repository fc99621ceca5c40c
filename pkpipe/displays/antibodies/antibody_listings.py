"""Antibodies subject by subject: status and class of everybody, samples, and troughs that were lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS
from pkpipe.displays.antibodies.antibody_impact import NOT_PLANNED, STATUSES
from pkpipe.displays.antibodies.antibody_measures import EVERY_CLASS, SAMPLES, SUBJECTS
from pkpipe.displays.antibodies.antibody_tables import UNPLANNED, about, drugs
from pkpipe.displays.bilingual import Words, each_in_chinese
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.pharmacokinetics.reasons import with_words
from pkpipe.immunogenicity.subjects.status_rules import REMARKS

C: Final = pl.col
RESULTS: Final[Mapping[str, Words]] = {
    "POSITIVE": Words("positive", "阳性"),
    "NEGATIVE": Words("negative", "阴性"),
    "INCONCLUSIVE": Words("inconclusive", "不确定"),
    "MISSING": Words("not known", "未知"),
}
YES_NO: Final = {"Y": Words("yes", "是"), "N": Words("no", "否")}
COURSES: Final[Mapping[str, Words]] = {
    "PERSADA": Words("persistent", "持续性"),
    "TRANADA": Words("transient", "一过性"),
    "INDTADA": Words("indeterminate", "无法确定"),
}
# Parameters of ADAB in the listing: which of their values, heading, words.
OF_SUBJECT: Final = (
    Field("ADACLASS", Words("Class", "分类"), words=EVERY_CLASS),
    Field("ADASTAT", Words("Treatment-emergent", "治疗期间出现"), words=RESULTS),
    Field("ADASTAT0", Words("Tolerance ignored", "不考虑耐受限"), words=RESULTS),
    Field("BFLAG", Words("Positive at baseline", "基线阳性"), words=YES_NO),
    Field("TIMADA", Words("Onset (weeks)", "出现时间（周）"), "number"),
    Field("ADADUR", Words("Duration (weeks)", "持续时间（周）"), "number"),
    Field("PEAKTITR", Words("Peak titre", "最高滴度"), "number"),
    Field("NABSTAT", Words("Neutralising", "中和抗体"), words=RESULTS),
)
NUMBER_COLUMNS: Final = ("TIMADA", "ADADUR", "PEAKTITR")
FIELDS: Final = (
    Field("COHORT", Words("Cohort", "队列")),
    Field("USUBJID", Words("Subject", "受试者")),
    *OF_SUBJECT,
    Field("COURSE", Words("Course", "病程"), words=COURSES),
    Field("REASON", Words("Why", "原因"), chinese="REASONZH"),
)
SAMPLE_FIELDS: Final = (
    Field("USUBJID", Words("Subject", "受试者")),
    Field("VISIT", Words("Visit", "访视")),
    Field("ADTM", Words("Drawn", "采样时间")),
    Field("ADY", Words("Day of the drug", "给药后研究日")),
    Field("SCREEN", Words("Screen", "筛选"), words=RESULTS),
    Field("CONFIRM", Words("Confirmed", "确证"), words=RESULTS),
    Field("TITREC", Words("Titre", "滴度")),
    Field("NAB", Words("Neutralising", "中和抗体"), words=RESULTS),
    Field("RESULT", Words("Result", "结果"), words=RESULTS),
    Field("CONC", Words("Drug concentration", "药物浓度"), "number"),
    Field("REASON", Words("Remark", "备注")),
)
SAMPLE_KEY: Final = ("USUBJID", "DRUG", "ADTM", "ISDTC", "VISIT")
TOLERANCE: Final = Words(
    "Inconclusive: no positive, and a negative with the drug above the tolerance limit of the assay.",
    "不确定：无阳性结果，且阴性样本中药物浓度超出检测方法的耐受限。",
)


def _everybody(material: Material) -> Content:
    """Two tables a drug: every subject, and the samples that are not plainly negative."""
    if material.study.immunogenicity is None:
        return Nothing(UNPLANNED)
    return tuple(
        sheet
        for drug in drugs(material)
        for sheet in (_subjects(material, drug), *_samples(material, drug))
    )


def _subjects(material: Material, drug: str) -> Sheet:
    adab = material["ADAB"].filter(C("DRUG") == drug)
    who = adab.filter(C("PARAMCD") == "ADACLASS").select("USUBJID", "DRUG", "COHORT", "REASON")
    for field in OF_SUBJECT:
        value = "AVAL" if field.name in NUMBER_COLUMNS else "AVALC"
        named = adab.filter(C("PARAMCD") == field.name).select(
            "USUBJID", C(value).alias(field.name)
        )
        who = who.join(named, on="USUBJID", how="left", maintain_order="left")
    course = adab.filter(C("PARAMCD").is_in(list(COURSES)) & (C("AVALC") == "Y"))
    rows = who.join(
        course.select("USUBJID", COURSE="PARAMCD"), on="USUBJID", how="left", maintain_order="left"
    ).sort("COHORT", "USUBJID")
    rows = rows.with_columns(REASONZH=each_in_chinese(C("REASON"), REMARKS))
    sheet = listing(rows, FIELDS, SUBJECTS, ("USUBJID", "DRUG"), about(drug, TOLERANCE))
    of = C("COL").is_in([field.name for field in OF_SUBJECT])
    one = pl.concat_str("ROWS", pl.lit(" AND PARAMCD = '"), "COL", pl.lit("'"))
    return replace(
        sheet, cells=sheet.cells.with_columns(ROWS=pl.when(of).then(one).otherwise("ROWS"))
    )


def _samples(material: Material, drug: str) -> tuple[Sheet, ...]:
    rows = material["ADASAMP"].filter((C("DRUG") == drug) & (C("RESULT") != "NEGATIVE"))
    if rows.is_empty():
        return ()
    title = Words(
        f"Samples not negative for antibodies against {drug}", f"抗 {drug} 抗体非阴性的样本"
    )
    fields = with_words(SAMPLE_FIELDS, "REASON", rows)
    return (listing(rows, fields, SAMPLES, SAMPLE_KEY, About(f"{drug}-samples", title)),)


LOST_FIELDS: Final = (
    Field("USUBJID", Words("Subject", "受试者")),
    Field("LEVEL", Words("Dose level", "剂量水平")),
    Field("PARCAT1", Words("Analyte", "分析物")),
    Field("CYCLE", Words("Cycle", "周期")),
    Field("TROUGHDTM", Words("Drawn", "采样时间")),
    Field("AVAL", Words("Trough", "谷浓度"), unit="AVALU"),
    Field("AVALU", Words("Unit", "单位")),
    Field("LIMIT", Words("Limit by ADA-negative subjects", "ADA 阴性受试者的界限"), unit="AVALU"),
    Field("LIMITBY", Words("which is", "界限的定义")),
    Field("PRIOR", Words("Own trough before", "本人前次谷浓度"), unit="AVALU"),
    Field("PRIORLIM", Words("its limit", "其界限"), unit="AVALU"),
    Field("ADATAG", Words("Antibodies", "抗体状态"), words=STATUSES),
)


def _lost(material: Material) -> Content:
    if material.study.immunogenicity is None or material.study.immunogenicity.impact is None:
        return Nothing(NOT_PLANNED)
    rows = material["ADALOSS"]
    judged = rows.filter(C("LOSSFL").is_not_null()).height
    lost = rows.filter(C("LOSSFL") == "Y")
    if lost.is_empty():
        return Nothing(
            Words(
                f"no trough below both limits ({judged} of {rows.height} troughs could be judged)",
                f"无同时低于两个界限的谷浓度（{rows.height} 个谷浓度中 {judged} 个可评估）",
            )
        )
    key = ("USUBJID", "DRUG", "PARCAT1", "MATRIX", "DOSENO")
    note = Words(
        f"Lost: below both limits. {judged} of {rows.height} troughs could be judged.",
        f"丢失：同时低于两个界限。{rows.height} 个谷浓度中 {judged} 个可评估。",
    )
    fields = with_words(LOST_FIELDS, "LIMITBY", lost)
    return (listing(lost, fields, "immunogenicity/ADALOSS", key, About(notes=(note,))),)


DISPLAYS: Final = (
    Display(
        "L16.2.5.5",
        Words("Listing of Anti-Drug and Neutralising Antibodies", "抗药抗体与中和抗体列表"),
        "SAF",
        _everybody,
        (SUBJECTS, SAMPLES),
        ANTIBODIES,
        ("ADA-1", "ADA-2"),
        ("immunogenicity",),
    ),
    Display(
        "L16.2.5.6",
        Words("Listing of Lost Exposure by Antibodies", "因抗体而丢失暴露的列表"),
        "ADA",
        _lost,
        ("immunogenicity/ADALOSS",),
        (*ANTIBODIES, *CONCENTRATIONS),
        ("ADA-14",),
        ("immunogenicity.impact",),
    ),
)
