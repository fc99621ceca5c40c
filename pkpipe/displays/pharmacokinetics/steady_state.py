"""Accumulation and steady state (14.4.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words, chinese, english
from pkpipe.displays.builders import Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.formats import TEXT
from pkpipe.displays.pharmacokinetics.analytes import (
    CYCLE,
    LEVEL,
    PARAMETER,
    Measured,
    by_analyte,
    with_group_words,
)
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.reasons import reason_words
from pkpipe.displays.rows_behind import where
from pkpipe.pk.parameters.steady_state import troughs
from pkpipe.protocol.nca import Accumulation
from pkpipe.sentences import sentence

C: Final = pl.col
NONE_YET: Final = Nothing(
    Words("no dose after the first has a result yet", "首次给药后的各次给药尚无结果")
)
RATIOS: Final = Words(
    "Geometric mean of each subject's ratio to the first dose, at the same dose. Only a ratio above 1 has an "
    "effective half-life.",
    "各受试者相对首次给药（相同剂量）比值的几何均值。仅当比值大于 1 时有有效半衰期。",
)
TREND: Final = Words(
    "Change of the trough from one dose to the next, from the slope of ln CTROUGH on dose number with a "
    "random intercept per subject; steady from the first dose whose limits hold 0 and whose change is small.",
    "以受试者为随机截距，由 ln 谷浓度对给药次数的斜率计算每次给药的变化；"
    "自置信区间包含 0 且变化较小的首次给药起视为达到稳态。",
)
STATES: Final[Mapping[str, Words]] = {
    "Y": Words("steady", "已达稳态"),
    "N": Words("not steady", "未达稳态"),
    "": Words("not assessable", "无法评估"),
}
SCOPES: Final[Mapping[str, Words]] = {
    "LEVEL": Words("Verdict", "结论"),
    "FROM": Words("Tried", "逐次检验"),
}
NO_HALF_LIFE: Final = "only a ratio above 1 has an effective half-life"
NO_TREND: Final = Words("not assessable: ", "无法评估：")


def not_planned(key: str) -> Nothing:
    """Empty, since the study file does not ask for it."""
    return Nothing(
        Words(f"not planned: the study file has no {key}", f"未计划：研究文件未设定 {key}")
    )


def accumulation(material: Material) -> Content:
    """A table an analyte: level, parameter and cycle down; n, ratio and effective half-life across."""
    plan = material.study.nca.accumulation if material.study.nca else None
    if plan is None:
        return not_planned("nca.accumulation")
    rows = material["ACCUM"].filter(C("SCOPE") == "LEVEL")
    made = tuple(
        _ratios(own, measured, material, plan) for measured, own in by_analyte(rows, material.study)
    )
    return made or NONE_YET


def _ratios(
    rows: pl.DataFrame, measured: Measured, material: Material, plan: Accumulation
) -> Sheet:
    order = {code: place for place, code in enumerate(plan.parameters)}
    told = with_group_words(rows, material.study, measured.levels).sort(
        C("PARAMCD").replace_strict(order, return_dtype=pl.Int64),
        *("_LEVEL", "CYCLE"),
        nulls_last=True,
        maintain_order=True,
    )
    keys = {k: C(k) for k in ("PARCAT1", "MATRIX", "LEVEL", "CYCLE", "PARAMCD")}
    subjects = pl.concat_str(where(told, **keys, SCOPE="SUBJECT"), pl.lit(" AND RAC IS NOT NULL"))
    names = {code: named(code) for code in told["PARAMCD"].unique()}
    based = told.with_columns(
        PARAMW=C("PARAMCD").replace({k: w.en for k, w in names.items()}),
        TABLES=pl.lit("pk/ACCUM"),
        ROWS=subjects,
    )
    unit = next(iter(based["EFFHLU"].drop_nulls()), "")
    parts = [
        based.with_columns(COLUMN=pl.lit("N"), STAT=pl.lit("count"), VALUE=C("N")),
        based.with_columns(COLUMN=pl.lit("RAC"), STAT=pl.lit("estimate3"), VALUE=C("RAC")),
        based.with_columns(
            COLUMN=pl.lit("EFFHL"),
            STAT=pl.lit("number"),
            VALUE=C("EFFHL"),
            UNIT=C("EFFHLU"),
            REASON=pl.coalesce("REASON", pl.when(C("RAC") <= 1).then(pl.lit(NO_HALF_LIFE))),
        ).drop("LOWER", "UPPER"),
    ]
    limits = f"({100 * plan.confidence:g} % CI)"
    columns = [
        ("N", Words("Subjects", "受试者数")),
        ("RAC", Words(f"Accumulation ratio {limits}", f"蓄积比 {limits}")),
        ("EFFHL", Words(f"Effective half-life ({unit})", f"有效半衰期 ({unit})")),
    ]
    labels = {"PARAMW": PARAMETER, "LEVELW": LEVEL, "CYCLE": CYCLE}
    layout = Layout(
        ("PARAMCD", "LEVEL", "CYCLE"), labels, "COLUMN", columns, {w.en: w for w in names.values()}
    )
    cells = pl.concat([p.with_columns(C("VALUE").cast(pl.Float64)) for p in parts], how="diagonal")
    return side_by_side(cells, layout, replace(measured.about, notes=(RATIOS,)))


def steadiness(material: Material) -> Content:
    """A table an analyte: level and first dose tried down; verdict, subjects and change a dose across."""
    plan = material.study.nca.steady_state if material.study.nca else None
    if plan is None:
        return not_planned("nca.steady_state")
    used = (
        troughs(material["ADPP"])
        .group_by("PARCAT1", "MATRIX", "LEVEL")
        .agg(WHO=C("USUBJID").unique().sort())
    )
    made = tuple(
        _trend(own, measured, material, used, plan.confidence)
        for measured, own in by_analyte(material["STEADY"], material.study)
    )
    return made or NONE_YET


def _trend(
    rows: pl.DataFrame,
    measured: Measured,
    material: Material,
    used: pl.DataFrame,
    confidence: float,
) -> Sheet:
    told = (
        with_group_words(rows, material.study, measured.levels)
        .join(
            used,
            on=["PARCAT1", "MATRIX", "LEVEL"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .sort("_LEVEL", C("SCOPE") == "FROM", "FROMDOSE", nulls_last=True, maintain_order=True)
    )
    based = told.with_columns(
        SCOPEW=english(C("SCOPE"), SCOPES),
        DOSES=pl.coalesce(sentence("{}–{}", "FROMDOSE", "LASTDOSE"), sentence("≤ {}", "LASTDOSE")),
        TABLES=pl.lit("pk/ADPP"),
        ROWS=_troughs_behind(told),
        CHANGELO=100 * C("LOWER").map_batches(_minus_one, return_dtype=pl.Float64),
        CHANGEHI=100 * C("UPPER").map_batches(_minus_one, return_dtype=pl.Float64),
    ).drop("LOWER", "UPPER")
    reasons = {
        said.en.removeprefix(NO_TREND.en): Words(said.en, said.zh.removeprefix(NO_TREND.zh))
        for said in reason_words(told["REASON"]).values()
    }
    state, why = C("STEADYFL").fill_null(""), C("REASON").str.strip_prefix(NO_TREND.en)
    parts = [
        based.with_columns(
            COLUMN=pl.lit("STATE"),
            STAT=pl.lit(TEXT),
            TEXT=english(state, STATES),
            TEXTZH=chinese(state, STATES),
        ),
        based.with_columns(COLUMN=pl.lit("N"), STAT=pl.lit("count"), VALUE=C("N").cast(pl.Float64)),
        based.with_columns(
            *(C(a).alias(b) for a, b in (("CHANGELO", "LOWER"), ("CHANGEHI", "UPPER"))),
            COLUMN=pl.lit("CHGPCT"),
            STAT=pl.lit("estimate"),
            VALUE=C("CHGPCT"),
            UNIT=pl.lit("%"),
        ),
        based.with_columns(
            COLUMN=pl.lit("WHY"), STAT=pl.lit(TEXT), TEXT=why, TEXTZH=chinese(why, reasons)
        ),
    ]
    columns = [
        ("STATE", Words("Steady state", "稳态")),
        ("N", Words("Subjects", "受试者数")),
        (
            "CHGPCT",
            Words(
                f"Change a dose, % ({100 * confidence:g} % CI)",
                f"每次给药变化 % ({100 * confidence:g} % CI)",
            ),
        ),
        ("WHY", Words("Remark", "备注")),
    ]
    labels = {
        "LEVELW": LEVEL,
        "SCOPEW": Words("Trend", "趋势"),
        "DOSES": Words("Doses", "给药次数"),
    }
    layout = Layout(
        ("LEVEL", "SCOPE", "FROMDOSE"),
        labels,
        "COLUMN",
        columns,
        {w.en: w for w in SCOPES.values()},
    )
    cells = pl.concat(parts, how="diagonal")
    return side_by_side(cells, layout, replace(measured.about, notes=(TREND,)))


def _minus_one(logs: pl.Series) -> pl.Series:
    """exp(x) - 1: a slope of logarithms as the part by which a value changes."""
    return pl.Series([None if x is None else math.expm1(x) for x in logs], dtype=pl.Float64)


def _troughs_behind(rows: pl.DataFrame) -> pl.Expr:
    """The troughs in the trend, as a condition on ADPP; of the verdict without one, all of the level."""
    keys = {k: C(k) for k in ("PARCAT1", "MATRIX", "LEVEL")}
    quoted = C("WHO").list.eval(
        pl.concat_str(
            pl.lit("'"), pl.element().str.replace_all("'", "''", literal=True), pl.lit("'")
        )
    )
    return pl.concat_str(
        where(rows, PARAMCD="CTROUGH", **keys, SUMFL="Y"),
        pl.lit(" AND AVAL > 0 AND USUBJID IN ("),
        quoted.list.join(", "),
        pl.lit(")"),
        sentence(" AND DOSENO >= {}", "FROMDOSE").fill_null(""),
    )


DISPLAYS: Final = (
    Display(
        "T14.4.4.1",
        Words("Accumulation", "蓄积"),
        "PKP",
        accumulation,
        ("pk/ACCUM",),
        CONCENTRATIONS,
        ("PK-RAC",),
        ("nca.accumulation",),
    ),
    Display(
        "T14.4.4.2",
        Words("Steady State of Troughs", "谷浓度的稳态"),
        "PKP",
        steadiness,
        ("pk/STEADY",),
        CONCENTRATIONS,
        ("PK-SS",),
        ("nca.steady_state",),
    ),
)
