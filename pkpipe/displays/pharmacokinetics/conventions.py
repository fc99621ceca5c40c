"""What other conventions would change, and what the planned samples can yield (14.4.7)."""

from __future__ import annotations

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
    ALL_COHORTS,
    CYCLE,
    GROUP_LABELS,
    NO_ANALYTE,
    PARAMETER,
    Measured,
    by_analyte,
    with_group_words,
    without_repeats,
)
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.steady_state import not_planned
from pkpipe.displays.rows_behind import where
from pkpipe.sentences import sentence

C: Final = pl.col
PLANNED: Final = "as planned"
RULES: Final[Mapping[str, Words]] = {
    "BLQRULE": Words("BLQ", "BLQ 处理"),
    "AUCRULE": Words("Area", "面积"),
    "SLOPERUL": Words("Terminal slope", "末端斜率"),
    "TIMEBAS": Words("Time", "时间"),
}
CHOICES: Final[Mapping[str, Words]] = {
    "linear_up_log_down": Words("linear up, log down", "线性升对数降"),
    "linear": Words("linear", "线性梯形"),
    "linear_log": Words("linear, then log", "先线性后对数"),
    "actual": Words("actual", "实际时间"),
    "nominal": Words("nominal", "计划时间"),
    "nominal_if_within": Words("nominal where within the window", "窗内用计划时间"),
}
NOTHING_MOVES: Final = Nothing(
    Words("no other declared convention moves a parameter", "其他已声明的计算惯例均不改变任何参数")
)
CHANGES: Final = Words(
    "Change of the geometric mean in % of its value under the plan when one convention is changed alone; in "
    "brackets the values that move of those there are under the plan, +n values that come, −n that are lost. "
    "Blank: nothing moves. The last two columns look at every combination: the largest change of a geometric "
    "mean, and of the values of a single profile.",
    "仅改变一项计算惯例时，几何均值相对计划值的变化（%）；括号内为变动的数值个数/计划下的数值个数，"
    "+n 为新增，−n 为丢失。空白表示无变化。最后两列为所有组合中几何均值的最大变化及单个数据的最大变化。",
)
NO_PAIR: Final = "no profile has the value both under the plan and under the other convention"
KEY: Final = ["PARAMCD", "LEVEL", "COHORT", "CYCLE"]
LARGEST: Final = Words("Largest change %", "最大变化 %")
FURTHEST: Final = Words("Largest of one profile %", "单个数据最大变化 %")
# Rows of the estimability map: what a meeting asks for; all parameters are in pk/ESTIMAB.
MAPPED: Final = (
    *("CMAX", "CEOI", "CTROUGH", "AUCLST", "AUCTAU", "AUCIFO", "LAMZHL", "CLO", "CLFO", "CLSS"),
    *("VZO", "VZFO", "VSSO", "ARCMAX", "ARAUCTAU", "ARCTROUGH"),
)
SIGNS: Final[Mapping[str, Words]] = {
    "Y": Words("yes", "可估计"),
    "DOUBT": Words("in doubt", "存疑"),
    "N": Words("no", "不可估计"),
}
MAP_NOTE: Final = Words(
    "From the protocol alone, before any data. Yes: the planned samples suffice. In doubt: they give a value "
    "that the acceptance limits would flag or not report. No: they cannot. Blank: not asked of that profile.",
    "仅依据方案，不依据数据。可估计：计划样本足够；存疑：可得到数值，但按接受限会被标注或不予报告；"
    "不可估计：计划样本不足；空白：该次数据不要求该参数。",
)


def conventions(material: Material) -> Content:
    """A table an analyte: parameters that move down, conventions across."""
    if not (material.study.nca and material.study.nca.sensitivity):
        return not_planned("nca.sensitivity")
    made = tuple(
        _changes(own, measured, material)
        for measured, own in by_analyte(material["CONVSENS"], material.study)
    )
    return made or NOTHING_MOVES


def _changes(rows: pl.DataFrame, measured: Measured, material: Material) -> Sheet:
    kept = without_repeats(rows, "CYCLE", "PARAMCD").with_columns(
        CHANGE=100 * (C("GMRATIO") - 1),
        FAR=100 * pl.max_horizontal((C("MAXRATIO") - 1).abs(), (C("MINRATIO") - 1).abs()),
    )
    single = kept.filter(C("NCHANGE") == 1).with_columns(
        COLUMN=pl.coalesce(
            pl.when(C(rule) != PLANNED).then(sentence("{}:{}", pl.lit(rule), rule))
            for rule in RULES
        )
    )
    keys = {k: C(k) for k in ("PARCAT1", "MATRIX", *KEY)}
    alone = single.select(
        *KEY,
        "N",
        "COLUMN",
        STAT=pl.lit("change"),
        VALUE=C("CHANGE"),
        X=C("NMOVED"),
        LOWER=C("NGAINED"),
        UPPER=C("NLOST"),
        UNIT=pl.lit("%"),
        ROWS=where(single, **keys, **{rule: C(rule) for rule in RULES}),
    )
    most = kept.group_by(KEY, maintain_order=True).agg(
        C("PARCAT1").first(),
        C("MATRIX").first(),
        LARGEST=C("CHANGE").abs().max(),
        FURTHEST=C("FAR").max(),
    )
    parts = [
        most.select(
            *KEY,
            COLUMN=pl.lit(name),
            STAT=pl.lit("one_decimal"),
            VALUE=C(name),
            UNIT=pl.lit("%"),
            ROWS=where(most, **keys),
        )
        for name in ("LARGEST", "FURTHEST")
    ]
    order = most.select(*KEY, _SIZE="LARGEST")
    cells = pl.concat([alone, *parts], how="diagonal_relaxed").join(
        order, on=KEY, how="left", nulls_equal=True, maintain_order="left"
    )
    names = {code: named(code) for code in cells["PARAMCD"].unique()}
    told = (
        with_group_words(cells, material.study, measured.levels)
        .sort("_SIZE", *KEY, descending=[True, *[False] * 4], nulls_last=True, maintain_order=True)
        .with_columns(
            PARAMW=C("PARAMCD").replace({k: w.en for k, w in names.items()}),
            TABLES=pl.lit("pk/CONVSENS"),
            REASON=pl.when(C("VALUE").is_null()).then(pl.lit(NO_PAIR)),
        )
    )
    columns = [(x, _convention(x)) for x in single["COLUMN"].unique().sort()]
    labels = {"PARAMW": PARAMETER, **GROUP_LABELS, "CYCLE": CYCLE}
    words = {ALL_COHORTS.en: ALL_COHORTS, **{w.en: w for w in names.values()}}
    heads = [*columns, ("LARGEST", LARGEST), ("FURTHEST", FURTHEST)]
    layout = Layout(tuple(KEY), labels, "COLUMN", heads, words)
    return side_by_side(told, layout, replace(measured.about, notes=(CHANGES,)))


def _convention(column: str) -> Words:
    """A rule and its other choice; a choice of the study's own name stands as it is."""
    rule, _, choice = column.partition(":")
    kind = RULES[rule]
    plain = choice.replace("_", " ")
    told = CHOICES.get(choice, Words(plain, plain))
    return Words(f"{kind.en}: {told.en}", f"{kind.zh}：{told.zh}")


def estimable(material: Material) -> Content:
    """A table an analyte: parameters down, planned cycles across."""
    if not material.study.analytes:
        return NO_ANALYTE
    rows = material["ESTIMAB"].filter(C("PARAMCD").is_in(MAPPED))
    made = tuple(_map(own, measured) for measured, own in by_analyte(rows, material.study))
    return made or Nothing(Words("not planned: no sample is planned", "未计划：未设定计划采样"))


def _map(rows: pl.DataFrame, measured: Measured) -> Sheet:
    names = {code: named(code) for code in MAPPED}
    place = {code: i for i, code in enumerate(MAPPED)}
    told = rows.sort(
        C("PARAMCD").replace_strict(place, return_dtype=pl.Int64), "CYCLE", maintain_order=True
    )
    keys = {k: C(k) for k in ("PARCAT1", "MATRIX", "CYCLE", "PARAMCD")}
    made = told.with_columns(
        PARAMW=C("PARAMCD").replace({k: w.en for k, w in names.items()}),
        COLUMN=C("CYCLE").cast(pl.String),
        STAT=pl.lit(TEXT),
        TEXT=english(C("ESTIM"), SIGNS),
        TEXTZH=chinese(C("ESTIM"), SIGNS),
        N=pl.lit(None, dtype=pl.Int64),
        TABLES=pl.lit("pk/ESTIMAB"),
        ROWS=where(told, **keys),
    )
    cycles = told.select("CYCLE", "NSAMP").unique("CYCLE").sort("CYCLE").rows()
    columns = [(str(cycle), _planned(cycle, samples)) for cycle, samples in cycles]
    layout = Layout(
        ("PARAMCD",), {"PARAMW": PARAMETER}, "COLUMN", columns, {w.en: w for w in names.values()}
    )
    return side_by_side(made, layout, measured.about)


def _planned(cycle: int, samples: int) -> Words:
    """A cycle with the samples after its dose."""
    many = "sample" if samples == 1 else "samples"
    return Words(f"Cycle {cycle}\n({samples} {many})", f"第 {cycle} 周期\n（{samples} 个样本）")


DISPLAYS: Final = (
    Display(
        "T14.4.7.1",
        Words(
            "Sensitivity of Parameters to Other Conventions", "药代动力学参数对其他计算惯例的敏感性"
        ),
        "PKP",
        conventions,
        ("pk/CONVSENS",),
        CONCENTRATIONS,
        ("NCA-AUC", "NCA-LZ"),
        ("nca.sensitivity",),
    ),
    Display(
        "T14.4.7.2",
        Words("Parameters the Planned Samples Can Yield", "计划采样可估计的药代动力学参数"),
        "ALL",
        estimable,
        ("pk/ESTIMAB",),
        (),
        ("NCA-LZ",),
        ("schedule.pk", "nca"),
        (MAP_NOTE,),
    ),
)
