"""What is counted of antibodies: words in both languages, and which rows a count is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Material
from pkpipe.displays.groups_side_by_side import each_and_all, in_cohort
from pkpipe.displays.rows_behind import one_of
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
SUBJECTS, SAMPLES = "immunogenicity/ADAB", "immunogenicity/ADASAMP"
EVALUABLE: Final = C("ADAFL") == "Y"


@dataclass(frozen=True)
class Measure:
    """One line of ADASUM: its words, and the rows of a table that hold the subjects it counts."""

    words: Words
    sql: str
    table: str = SUBJECTS
    emergent: bool = False  # only of subjects with treatment-emergent antibodies


def _status(code: str, value: str) -> str:
    return f"PARAMCD = '{code}' AND AVALC = '{value}'"


_RESULT: Final = "RESULT IN ('POSITIVE', 'NEGATIVE', 'INCONCLUSIVE')"
MEASURES: Final[Mapping[str, Measure]] = {
    "SAMPLED": Measure(Words("With an ADA result", "有抗药抗体检测结果"), _RESULT, SAMPLES),
    "PREVAL": Measure(
        Words("Prevalence: positive at any time", "流行率：任意时间点阳性"),
        "RESULT = 'POSITIVE'",
        SAMPLES,
    ),
    "BASEPOS": Measure(Words("Positive at baseline", "基线阳性"), _status("BFLAG", "Y")),
    "INCID": Measure(
        Words(
            "Incidence: treatment-emergent (induced or boosted)",
            "发生率：治疗期间出现（治疗诱导或治疗增强）",
        ),
        _status("EMERPOS", "Y"),
    ),
    "INDUCD": Measure(Words("Treatment-induced", "治疗诱导"), _status("INDUCD", "Y")),
    "ENHANC": Measure(Words("Treatment-boosted", "治疗增强"), _status("ENHANC", "Y")),
    "TRUNAFF": Measure(
        Words("Positive at baseline, unaffected by treatment", "基线阳性，未受治疗影响"),
        _status("TRUNAFF", "Y"),
    ),
    "NEG": Measure(
        Words("Not treatment-emergent", "非治疗期间出现"), _status("ADASTAT", "NEGATIVE")
    ),
    "NEG0": Measure(
        Words(
            "Not treatment-emergent, drug tolerance ignored", "非治疗期间出现（不考虑药物耐受限）"
        ),
        _status("ADASTAT0", "NEGATIVE"),
    ),
    "PERSADA": Measure(Words("Persistent", "持续性"), _status("PERSADA", "Y")),
    "TRANADA": Measure(Words("Transient", "一过性"), _status("TRANADA", "Y")),
    "INDTADA": Measure(Words("Indeterminate", "无法确定"), _status("INDTADA", "Y")),
    "NABPOS": Measure(
        Words(
            "Neutralising antibodies, of treatment-emergent ADA", "中和抗体阳性（占治疗期间出现者）"
        ),
        _status("NABSTAT", "POSITIVE"),
        emergent=True,
    ),
    "NABMISS": Measure(
        Words("Neutralising antibodies not known", "中和抗体结果未知"),
        _status("NABSTAT", "MISSING"),
        emergent=True,
    ),
    "NABINC": Measure(
        Words("Incidence of neutralising antibodies", "中和抗体发生率"),
        _status("NABSTAT", "POSITIVE"),
        emergent=True,
    ),
    "TIMADA": Measure(
        Words("Onset after the first dose (weeks)", "首次给药至出现的时间（周）"),
        "PARAMCD = 'TIMADA'",
        emergent=True,
    ),
    "ADADUR": Measure(
        Words("Duration, first to last positive sample (weeks)", "持续时间（周）"),
        "PARAMCD = 'ADADUR'",
        emergent=True,
    ),
    "PEAKTITR": Measure(
        Words("Peak titre", "最高滴度"), "PARAMCD = 'PEAKTITR'", emergent=True
    ),
}  # fmt: skip
DENOMINATORS: Final = {
    words.en: words
    for words in (
        Words("all subjects", "全部受试者"),
        Words("subjects with any ADA result", "有任一抗药抗体结果的受试者"),
        Words("subjects with a baseline ADA result", "有基线抗药抗体结果的受试者"),
        Words("subjects with a post-dose ADA result (SET-ADA)", "有给药后抗药抗体结果的受试者"),
        Words(
            "baseline-positive subjects with a post-dose ADA result",
            "基线阳性且有给药后结果的受试者",
        ),
        Words("subjects with treatment-emergent ADA", "治疗期间出现抗药抗体的受试者"),
        Words("subjects with treatment-induced ADA", "治疗诱导抗药抗体的受试者"),
    )
}
# Every subject with a result after the first dose is in one of these.
CLASSES: Final[Mapping[str, Words]] = {
    "INDUCED": Words("Treatment-induced", "治疗诱导"),
    "BOOSTED": Words("Treatment-boosted", "治疗增强"),
    "POSITIVE WITHOUT BASELINE": Words(
        "Positive after dose, no baseline result", "给药后阳性，无基线结果"
    ),
    "NOT COMPARABLE": Words("Positive, not comparable with baseline", "阳性，无法与基线比较"),
    "UNAFFECTED": Words("Positive at baseline, unaffected by treatment", "基线阳性，未受治疗影响"),
    "INCONCLUSIVE": Words("Inconclusive: drug above the tolerance limit", "不确定：药物浓度超出耐受限"),
    "NEGATIVE": Words("Negative", "阴性"),
}  # fmt: skip
NOT_EVALUABLE: Final[Mapping[str, Words]] = {
    "NO POST-DOSE RESULT": Words("No result after the first dose", "无给药后结果"),
    "NO SAMPLE": Words("No sample", "无样本"),
}
EVERY_CLASS: Final[Mapping[str, Words]] = {**CLASSES, **NOT_EVALUABLE}


def of_subjects(adab: pl.DataFrame, code: str) -> pl.DataFrame:
    """USUBJID, DRUG, COHORT and the word of one parameter."""
    return adab.filter(C("PARAMCD") == code).select("USUBJID", "DRUG", "COHORT", VALUE="AVALC")


def members(material: Material, *, emergent: bool) -> pl.DataFrame:
    """DRUG, COHORT and the condition that a row is of one of its subjects; emergent: only with antibodies."""
    subjects = of_subjects(material["ADAB"], "EMERPOS").sort("USUBJID")
    having = C("VALUE") == "Y" if emergent else pl.lit(value=True)
    grouped = (
        each_and_all(subjects)
        .group_by("DRUG", "COHORT", maintain_order=True)
        .agg(WHO=C("USUBJID").filter(having))
    )
    told = [one_of("USUBJID", who) for who in grouped["WHO"]]
    return grouped.select("DRUG", "COHORT", AMONG=pl.Series(told, dtype=pl.String))


def measured(material: Material, codes: tuple[str, ...]) -> pl.DataFrame:
    """The lines of ADASUM of these measures by cohort and for everybody, with the rows behind each."""
    order = {code: i for i, code in enumerate(codes)}
    rows = (
        material["ADASUM"]
        .filter(C("GROUP").is_in(["ALL", "COHORT"]) & C("PARAMCD").is_in(codes))
        .with_columns(
            COHORT=pl.when(C("GROUP") == "ALL").then(pl.lit(ALL)).otherwise("GROUPVAL"),
            PARAM=C("PARAMCD").replace_strict({k: m.words.en for k, m in MEASURES.items()}),
            TABLES=C("PARAMCD").replace_strict({k: m.table for k, m in MEASURES.items()}),
        )
        .sort(C("PARAMCD").replace_strict(order, return_dtype=pl.Int64), maintain_order=True)
    )
    return _with_rows(rows, material)


def _with_rows(rows: pl.DataFrame, material: Material) -> pl.DataFrame:
    for emergent in (False, True):
        named = members(material, emergent=emergent).rename({"AMONG": f"AMONG_{emergent}"})
        rows = rows.join(named, on=["DRUG", "COHORT"], how="left", maintain_order="left")
    sql = C("PARAMCD").replace_strict({k: m.sql for k, m in MEASURES.items()})
    only = C("PARAMCD").is_in([k for k, m in MEASURES.items() if m.emergent])
    among = (
        pl.when(only)
        .then(pl.lit(" AND ") + C("AMONG_True"))
        .when(C("TABLES") == SUBJECTS)
        .then(in_cohort())
        .otherwise(pl.lit(" AND ") + C("AMONG_False"))
    )
    return rows.with_columns(
        ROWS=pl.concat_str(pl.lit("DRUG = '"), "DRUG", pl.lit("' AND "), sql, among)
    ).drop("AMONG_True", "AMONG_False")
