"""One table an analyte; the levels and cohorts its rows are about, in words and in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.displays.builders import About
from pkpipe.displays.display import Material, Nothing
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
MATRICES: Final[Mapping[str, Words]] = {
    "SERUM": Words("serum", "血清"),
    "PLASMA": Words("plasma", "血浆"),
    "BLOOD": Words("blood", "全血"),
    "WHOLE BLOOD": Words("whole blood", "全血"),
    "URINE": Words("urine", "尿液"),
    "CSF": Words("cerebrospinal fluid", "脑脊液"),
}
ALL_COHORTS: Final = Words("All cohorts", "全部队列")
LEVEL, COHORT, CYCLE = (
    Words("Dose level", "剂量水平"),
    Words("Cohort", "队列"),
    Words("Cycle", "周期"),
)
PARAMETER, UNIT = Words("Parameter", "参数"), Words("Unit", "单位")
SUBJECT: Final = Words("Subject", "受试者")
NO_LEVEL: Final = "–"
NO_ANALYTE: Final = Nothing(
    Words("not planned: no analyte is measured", "未计划：研究未设定待测分析物")
)
NO_ANALYSIS: Final = Nothing(
    Words("not planned: the study file has no nca", "未计划：研究文件中没有 nca 部分")
)
NO_RESULT: Final = Nothing(Words("no result yet", "尚无结果"))
# The conditions under which concentrations and parameters stand at all.
GROUP_LABELS: Final = {"LEVELW": LEVEL, "COHORTW": COHORT}


def no_summary(material: Material) -> Nothing:
    """Why there is no summary by planned time: without it results are there, and in no row."""
    if material.study.nca is None:
        return NO_ANALYSIS
    lost = material.lost("PC", "PC.PCTPT|PC.PCTPTNUM")
    return NO_RESULT if lost == NONE else Nothing(lost)


@dataclass(frozen=True)
class Measured:
    """An analyte in its matrix: the code of its table, its heading, and its levels in words."""

    analyte: Analyte
    about: About
    levels: Mapping[str, str]


def by_analyte(
    rows: pl.DataFrame, study: Study, column: str = "PARCAT1"
) -> Iterator[tuple[Measured, pl.DataFrame]]:
    """The rows of each analyte and matrix, in the order of the study file; column: holds the analyte."""
    codes = [a.code for a in study.analytes]
    for analyte in study.analytes:
        own = rows.filter((C(column) == analyte.code) & (C("MATRIX") == analyte.matrix))
        if own.is_empty():
            continue
        alone = codes.count(analyte.code) == 1
        code = analyte.code if alone else f"{analyte.code}.{analyte.matrix}"
        about = About(code, heading(analyte))
        yield Measured(analyte, about, level_words(study, analyte.drug)), own


def heading(analyte: Analyte) -> Words:
    """The analyte with its matrix."""
    matrix = MATRICES.get(analyte.matrix, Words(analyte.matrix.lower(), analyte.matrix))
    return Words(f"{analyte.name} ({matrix.en})", f"{analyte.name}（{matrix.zh}）")


def level_words(study: Study, drug: str) -> dict[str, str]:
    """The levels in their order, each with its planned dose of the drug."""
    if study.escalation is None:
        return {}
    unit = {d.code: d.dose_unit for d in study.drugs}.get(drug, "")
    doses = {level.code: level.doses.get(drug) for level in study.escalation.levels}
    return {c: c if d is None else f"{c} ({d:g} {unit})" for c, d in doses.items()}


def without_repeats(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """A level of one cohort is not told twice: all cohorts stand, single ones where there are several."""
    cohorts = C("COHORT").filter(C("COHORT") != ALL).n_unique().over("LEVEL", *by)
    return rows.filter((C("COHORT") == ALL) | (cohorts > 1))


def with_group_words(rows: pl.DataFrame, study: Study, levels: Mapping[str, str]) -> pl.DataFrame:
    """LEVELW and COHORTW, and _LEVEL and _COHORT, the places of both; rows without a cohort are of all."""
    cohorts = {c.code: c.label for c in study.cohorts}
    cohort = C("COHORT") if "COHORT" in rows.columns else pl.lit(ALL)
    labels = {ALL: ALL_COHORTS.en, **cohorts}
    return rows.with_columns(
        LEVELW=_worded(C("LEVEL"), levels).fill_null(NO_LEVEL),
        COHORTW=_worded(cohort, labels),
        _LEVEL=_placed(C("LEVEL"), list(levels)),
        _COHORT=_placed(cohort, list(labels)),
    )


def _worded(codes: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    return codes.replace_strict(
        list(words), list(words.values()), default=codes, return_dtype=pl.String
    )


def _placed(codes: pl.Expr, order: list[str]) -> pl.Expr:
    return codes.replace_strict(
        order, list(range(len(order))), default=len(order), return_dtype=pl.Int64
    )
