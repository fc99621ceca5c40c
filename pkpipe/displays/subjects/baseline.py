"""Demographics and the disease at baseline (14.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words, lost
from pkpipe.displays.counted import (
    Groups,
    Line,
    by_value,
    count_sheet,
    counted,
    groups_of,
    headed,
    not_delivered,
    within,
)
from pkpipe.displays.display import Content, Display, Material
from pkpipe.displays.populations import TREATED
from pkpipe.displays.subject_words import COUNTRIES, ECOG, ETHNIC, RACE, SEX, TUMOURS

C: Final = pl.col
SUBJECTS: Final = "subjects/ADSL"
TREATED_SQL: Final = "SAFFL = 'Y'"
MEASURES: Final[Mapping[str, Words]] = {
    "AGE": Words("Age (years)", "年龄（岁）"),
    "WEIGHTBL": Words("Weight (kg)", "体重（kg）"),
    "HEIGHTBL": Words("Height (cm)", "身高（cm）"),
    "BSABL": Words("Body surface area (m²)", "体表面积（m²）"),
}
# How each statistic of cohorts/SUMMARY is shown: its rule, and its words.
STATISTICS: Final[Mapping[str, tuple[str, Words]]] = {
    "N": ("values", Words("n", "例数")),
    "MEAN": ("mean", Words("Mean", "均值")),
    "SD": ("sd", Words("SD", "标准差")),
    "MEDIAN": ("median_range", Words("Median (minimum, maximum)", "中位数（最小值，最大值）")),
}
AGES: Final = Words("Age group", "年龄组")
OLD: Final = 65  # years; ICH E7
OLDER: Final = Words("65 or older", "65岁及以上")
NOT_DELIVERED: Final = (
    ("STAGE", Words("Disease stage", "疾病分期")),
    ("LINES", Words("Lines of prior therapy", "既往治疗线数")),
)


def measured(material: Material, groups: Groups) -> pl.DataFrame:
    """Age and body size as rows of cells: n, mean, standard deviation, median with range."""
    of = material["SUMMARY"].filter(C("TOPIC") == "BASELINE")
    if of.is_empty():
        return pl.DataFrame()
    wide = of.pivot(on="STAT", index=["PARAMCD", "COHORT"], values="VALUE").join(
        of.group_by("PARAMCD", "COHORT").agg(
            C("N").first(), C("UNIT").first(), SDWHY=C("REASON").filter(C("STAT") == "SD").first()
        ),
        on=["PARAMCD", "COHORT"],
        how="left",
        maintain_order="left",
    )
    at = within(groups, material["ADSL"])
    parts = [
        _statistic(wide.join(at, on="COHORT"), code, stat)
        for code in MEASURES
        for stat in STATISTICS
    ]
    return pl.concat(parts)


def _statistic(wide: pl.DataFrame, code: str, stat: str) -> pl.DataFrame:
    rule, words = STATISTICS[stat]
    rows = wide.filter(C("PARAMCD") == code)
    spread = stat == "MEDIAN"
    said = C("SDWHY") if stat == "SD" else pl.when(C("N").fill_null(0) == 0).then("SDWHY")
    why = pl.when(C(stat).is_null()).then(said)
    return rows.select(
        "COHORT",
        *("N", "UNIT"),
        CODE=pl.lit(f"{code}/{stat}"),
        HEAD=pl.lit(MEASURES[code].en if stat == "N" else ""),
        LABEL=pl.lit(words.en),
        STAT=pl.lit(rule),
        VALUE=C(stat).cast(pl.Float64),
        LOWER=C("MIN") if spread else pl.lit(None, dtype=pl.Float64),
        UPPER=C("MAX") if spread else pl.lit(None, dtype=pl.Float64),
        REASON=why,
        TEXT=pl.when(why.str.starts_with("not collected")).then(why),
        TABLES=pl.lit(SUBJECTS),
        ROWS=pl.concat_str(pl.lit(f"{TREATED_SQL} AND {code} IS NOT NULL"), "AT"),
    )


def _lines(
    material: Material, column: str, head: Words, words: Mapping[str, Words], *needs: str
) -> list[Line]:
    """A line a value; one that says so where the column was not collected.

    A value may come from elsewhere, as the tumour type of an expansion cohort from the study file: lines of
    values need it of every subject.
    """
    reason = material.known.reason(*needs)
    treated = material["ADSL"].filter(TREATED)
    if reason is not None and treated[column].null_count():
        return [Line(column, Words("", ""), pl.lit(value=False), "FALSE", head, lost(reason))]
    return by_value(material["ADSL"], column, head, words, (TREATED, TREATED_SQL))


def _by_age(material: Material) -> list[Line]:
    reason = material.known.reason("DM.AGE")
    if reason is not None:
        return [Line("AGE/UNDER", NONE, pl.lit(value=False), "FALSE", AGES, lost(reason))]
    under, sql = Words("Under 65", "65岁以下"), f"{TREATED_SQL} AND AGE"
    groups = [
        Line("AGE/UNDER", under, TREATED & (C("AGE") < OLD), f"{sql} < {OLD}"),
        Line("AGE/FROM", OLDER, TREATED & (C("AGE") >= OLD), f"{sql} >= {OLD}"),
    ]
    if material["ADSL"].filter(TREATED, C("AGE").is_null()).height:
        missing = Words("Missing", "缺失")
        groups.append(Line("AGE/", missing, TREATED & C("AGE").is_null(), f"{sql} IS NULL"))
    return headed(groups, AGES)


def _demographics(material: Material) -> Content:
    groups = groups_of(material, TREATED)
    if groups.members.is_empty():
        return ()
    lines = [
        *_by_age(material),
        *_lines(material, "SEX", Words("Sex", "性别"), SEX, "DM.SEX"),
        *_lines(material, "RACE", Words("Race", "种族"), RACE, "DM.RACE"),
        *_lines(material, "ETHNIC", Words("Ethnicity", "族裔"), ETHNIC, "DM.ETHNIC"),
        *_lines(material, "COUNTRY", Words("Country", "国家"), COUNTRIES, "DM.COUNTRY"),
    ]  # fmt: skip
    rows = pl.concat(
        [measured(material, groups), counted(material["ADSL"], lines, groups, SUBJECTS)],
        how="diagonal_relaxed",
    )
    shown = [*lines, *_words()]
    return (count_sheet(rows, shown, groups),)


def _words() -> list[Line]:
    """Headings and statistics as lines, for their words in Chinese."""
    nobody = pl.lit(value=False)
    return [
        *(Line(code, words, nobody, "FALSE") for code, words in MEASURES.items()),
        *(Line(code, words, nobody, "FALSE") for code, (_, words) in STATISTICS.items()),
    ]


def _disease(material: Material) -> Content:
    groups = groups_of(material, TREATED)
    if groups.members.is_empty():
        return ()
    lines = [
        *_lines(material, "TUMTYPE", Words("Tumour type", "肿瘤类型"), TUMOURS, "DM.TUMTYPE"),
        *_lines(material, "ECOGBL", Words("ECOG performance status", "ECOG 体能状态评分"), ECOG, "VS"),
        *(not_delivered(code, head) for code, head in NOT_DELIVERED),
    ]  # fmt: skip
    rows = counted(material["ADSL"], lines, groups, SUBJECTS)
    return (count_sheet(rows, lines, groups),)


DISPLAYS: Final = (
    Display(
        "T14.1.2.1",
        Words("Demographic Characteristics", "人口学特征"),
        "SAF",
        _demographics,
        (SUBJECTS, "cohorts/SUMMARY"),
        rule=("SET-SAF",),
    ),
    Display(
        "T14.1.2.2",
        Words("Disease at Baseline", "基线疾病特征"),
        "SAF",
        _disease,
        (SUBJECTS,),
        rule=("SET-SAF",),
    ),
)
