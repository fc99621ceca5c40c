"""Exposure to each drug, dose intensity and changes of dose; every dose given (14.1.3, 16.2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import NONE, Words, lost, same
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.counted import Groups, Line, count_sheet, counted, groups_of, headed, within
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.populations import TREATED
from pkpipe.displays.subject_words import ADJUSTMENTS, YES

C: Final = pl.col
BY_SUBJECT: Final = "subjects/ADEXSUM"
DOSES: Final = "subjects/ADEX"
NO_DOSE: Final = Words("nobody has been dosed", "尚无受试者给药")
# Parameters of ADEXSUM: words, and whether they count something.
PARAMETERS: Final[Mapping[str, tuple[Words, bool]]] = {
    "NCYCLE": (Words("Cycles started", "开始的周期数"), True),
    "TDOSE": (Words("Cumulative dose", "累积剂量"), False),
    "DURD": (Words("Duration of treatment", "治疗持续时间"), True),
    "DI": (Words("Dose intensity", "剂量强度"), False),
    "RDI": (Words("Relative dose intensity", "相对剂量强度"), False),
}
UNITS: Final[Mapping[str, str]] = {"cycles": "周期", "days": "天", "doses": "次"}
STATISTICS: Final[Mapping[str, Words]] = {
    "MEDIAN": Words("Median (minimum, maximum)", "中位数（最小值，最大值）"),
    "MEAN": Words("Mean", "均值"),
}
CHANGES: Final[Mapping[str, Words]] = {
    "NDELAY": Words("A dose delayed beyond the window", "给药延迟超出时间窗"),
    "NINTR": Words("An infusion interrupted", "输注中断"),
    "NRED": Words("A dose reduced", "剂量降低"),
}
CHANGED: Final = Words("Subjects with at least one", "至少发生一次的受试者")
EXPOSURE: Final = Words("Exposure", "暴露情况")


def _exposure(material: Material) -> Content:
    groups = groups_of(material, TREATED)
    summary = material["SUMMARY"].filter(C("TOPIC") == "EXPOSURE")
    given = [d for d in material.study.drugs if (summary["SUBTOPIC"] == d.code).any()]
    sheets = [_of_drug(material, groups, summary, drug.code, drug.name) for drug in given]
    return tuple(sheets) or Nothing(NO_DOSE)


def _of_drug(
    material: Material, groups: Groups, summary: pl.DataFrame, drug: str, name: str
) -> Sheet:
    own = material["ADEXSUM"].filter(C("DRUG") == drug)
    lines = headed([_change(own, drug, code) for code in CHANGES], CHANGED)
    heads, numbers = _numbers(summary.filter(C("SUBTOPIC") == drug), own, groups, drug)
    counts = counted(own, lines, groups, BY_SUBJECT)
    rows = pl.concat([numbers, counts], how="diagonal_relaxed")
    about = About(drug, same(drug if name == drug else f"{drug}: {name}"))
    return count_sheet(rows, [*heads, *lines], groups, about, EXPOSURE)


def _of(drug: str, code: str) -> str:
    quoted = drug.replace("'", "''")
    return f"DRUG = '{quoted}' AND PARAMCD = '{code}'"


def _change(own: pl.DataFrame, drug: str, code: str) -> Line:
    """Subjects with at least one of something that is counted a subject."""
    said = own.filter((C("PARAMCD") == code) & C("REASON").str.starts_with(NOT_COLLECTED))["REASON"]
    reason = NONE if said.is_empty() else lost(said[0])
    holds = (C("PARAMCD") == code) & (C("AVAL") > 0)
    return Line(code, CHANGES[code], holds, f"{_of(drug, code)} AND AVAL > 0", reason=reason)


def _numbers(
    summary: pl.DataFrame, own: pl.DataFrame, groups: Groups, drug: str
) -> tuple[list[Line], pl.DataFrame]:
    """Median with range, and mean, of each parameter; a line a unit, so that no unit stands for another."""
    wide = summary.pivot(
        on="STAT", index=["PARAMCD", "UNIT", "COHORT", "N", "REASON"], values="VALUE"
    )
    wide = wide.with_columns(C("UNIT").fill_null("")).join(
        within(groups, own), on="COHORT", how="inner", maintain_order="left"
    )
    heads, parts = [], []
    for code, (words, counts) in PARAMETERS.items():
        of = wide.filter(C("PARAMCD") == code)
        for unit in of["UNIT"].unique(maintain_order=True).to_list():
            head = _with_unit(words, unit)
            heads.append(Line(code, head, pl.lit(value=False), "FALSE"))
            mine, condition = (
                of.filter(C("UNIT") == unit),
                f"{_of(drug, code)} AND COALESCE(AVALU, '') = '{unit}'",
            )
            rule = "median_of_counts" if counts else "median_range"
            parts += [_cells(mine, stat, head, rule, condition) for stat in STATISTICS]
    said = [Line(stat, words, pl.lit(value=False), "FALSE") for stat, words in STATISTICS.items()]
    return [*heads, *said], pl.concat(parts)


def _with_unit(words: Words, unit: str) -> Words:
    if not unit:
        return words
    return Words(f"{words.en} ({unit})", f"{words.zh}（{UNITS.get(unit, unit)}）")


def _cells(of: pl.DataFrame, stat: str, head: Words, rule: str, condition: str) -> pl.DataFrame:
    middle = stat == "MEDIAN"
    nothing = pl.lit(None, dtype=pl.Float64)
    return of.select(
        "COHORT",
        *("N", "UNIT", "REASON"),
        CODE=pl.concat_str("PARAMCD", "UNIT", pl.lit(stat), separator="/"),
        HEAD=pl.lit(head.en if middle else ""),
        LABEL=pl.lit(STATISTICS[stat].en),
        STAT=pl.lit(rule if middle else "mean"),
        VALUE=C(stat).cast(pl.Float64),
        LOWER=C("MIN") if middle else nothing,
        UPPER=C("MAX") if middle else nothing,
        TEXT=pl.when(C("REASON").str.starts_with(NOT_COLLECTED)).then("REASON"),
        TABLES=pl.lit(BY_SUBJECT),
        ROWS=pl.concat_str(pl.lit(f"{condition} AND AVAL IS NOT NULL"), "AT"),
    )


FIELDS: Final = (
    Field("COHORT", Words("Cohort", "队列")),
    Field("USUBJID", Words("Subject", "受试者")),
    Field("DRUG", Words("Drug", "药物")),
    Field("CYCLE", Words("Cycle", "周期")),
    Field("ASTDT", Words("Date", "日期")),
    Field("ASTDTM", Words("Start", "开始时间")),
    Field("AENDTM", Words("End", "结束时间")),
    Field("DOSE", Words("Dose given", "实际剂量"), unit="DOSEU"),
    Field("PLANDOSE", Words("Dose planned", "计划剂量"), unit="DOSEU"),
    Field("DOSEU", Words("Unit", "单位")),
    Field("DOSEPCT", Words("Given (% of planned)", "实际/计划（%）"), stat="percent"),
    Field("DOSEMG", Words("Dose (mg)", "剂量（mg）"), stat="number"),
    Field("LEVEL", Words("Dose level", "剂量水平")),
    Field("DELAYD", Words("Days from the planned date", "与计划日期相差天数"), stat="one_decimal"),
    Field("INTRFL", Words("Interrupted", "中断"), words=YES),
    Field("REDFL", Words("Reduced", "降低"), words=YES),
    Field("EXADJ", Words("Reason for the change", "调整原因"), words=ADJUSTMENTS),
)
KEY: Final = ("USUBJID", "DRUG", "DOSENO")
FOUND_BY: Final = ("USUBJID", "DRUG", "ASTDT", "ASTDTM", "DOSENO")


def _dosing(material: Material) -> Content:
    doses = material["ADEX"]
    if doses.is_empty():
        return Nothing(NO_DOSE)
    ordered = doses.sort("COHORT", "USUBJID", "ASTDT", "ASTDTM", "DRUG", nulls_last=True)
    return (listing(ordered, FIELDS, DOSES, KEY, found_by=FOUND_BY),)


DISPLAYS: Final = (
    Display(
        "T14.1.3.1",
        Words("Exposure, Dose Intensity and Modifications", "药物暴露、剂量强度和剂量调整"),
        "SAF",
        _exposure,
        (BY_SUBJECT, "cohorts/SUMMARY"),
        ("EX",),
        ("SET-SAF", "DOSE-4"),
        ("drugs",),
    ),
    Display(
        "L16.2.5.1",
        Words("Listing of Doses", "给药列表"),
        "SAF",
        _dosing,
        (DOSES,),
        ("EX",),
        ("SET-SAF",),
    ),
)
