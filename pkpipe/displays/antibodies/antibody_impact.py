"""What antibodies do: exposure by status, lost exposure, adverse events and response (14.5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS
from pkpipe.displays.bilingual import Words, reason_in_chinese
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.rows_behind import one_of, where

C: Final = pl.col
PROFILES, SUBJECTS = "immunogenicity/ADAPK", "cohorts/ADALMKS"
NOT_PLANNED: Final = Words(
    "not planned: the study file has no immunogenicity.impact", "未计划：研究文件无 immunogenicity.impact"
)  # fmt: skip
UNTOUCHED: Final = Words(
    "no exposure on or after the onset of antibodies", "抗体出现当时或之后无暴露数据"
)
STATUSES: Final[Mapping[str, Words]] = {
    "NEGATIVE": Words("ADA-negative", "ADA 阴性"),
    "UNAFFECTED": Words("Positive before treatment, unaffected", "治疗前阳性，未受影响"),
    "BEFORE": Words("Before onset", "出现之前"),
    "ON_OR_AFTER": Words("On or after onset", "出现当时或之后"),
    "RATIO": Words("After onset / negative", "出现后/阴性"),
    "WITHOUT": Words("Without / with affected", "剔除受影响者/全部"),
}
PARAMETERS: Final[Mapping[str, Words]] = {
    "CTROUGH": Words("Trough concentration", "谷浓度"),
    "CMAX": Words("Peak concentration", "峰浓度"),
    "AUCTAU": Words("AUC over the dosing interval", "给药间隔内药时曲线下面积"),
    "AUCIFO": Words("AUC to infinity", "外推至无穷大的药时曲线下面积"),
    "AUCLST": Words("AUC to the last concentration", "至末次可测浓度的药时曲线下面积"),
    "CLO": Words("Clearance", "清除率"),
    "CLSS": Words("Clearance at steady state", "稳态清除率"),
    "CLFO": Words("Apparent clearance", "表观清除率"),
}
KEYS: Final = ("PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "LEVEL")
EXPOSURE_NOTES: Final = (
    Words(
        "Geometric mean (n). A profile is placed by its dose, a trough by its sample. Values below the limit "
        "of quantification are in n and have no logarithm.",
        "几何均值（例数）。药时曲线按其给药时间归类，谷浓度按其采样时间归类。低于定量下限的值计入例数，但不参与几何均值。",
    ),
    Words(
        "Ratios are of different subjects and were not planned: they describe. ALL: one ratio over the "
        "levels that have both, each with a mean of its own.",
        "比值来自不同受试者且非预先计划，仅为描述性。ALL：在同时有两组的剂量水平上合并的比值，各水平有各自的均值。",
    ),
)


def _exposure(material: Material) -> Content:
    if material.study.immunogenicity is None or material.study.immunogenicity.impact is None:
        return Nothing(NOT_PLANNED)
    rows = material["ADAEXPO"]
    after = rows.filter((C("STATUS") == "ON_OR_AFTER") & (C("N") > 0)).select(KEYS)
    single = after.group_by(KEYS[:4]).len().filter(C("len") < 3).drop("len")
    alone = single.with_columns(
        LEVEL=pl.lit("ALL")
    )  # over levels means something from two of them on
    kept = after.join(alone, on=list(KEYS), how="anti", nulls_equal=True)
    shown = rows.join(kept, on=list(KEYS), how="semi", nulls_equal=True, maintain_order="left")
    if shown.is_empty():
        return Nothing(UNTOUCHED)
    values = _used(material["ADAPK"])
    parts = pl.concat([_means(shown, values), _ratios(shown, values)], how="diagonal")
    return tuple(_exposure_of(p) for p in parts.partition_by("PARCAT1", maintain_order=True))


def _used(adapk: pl.DataFrame) -> pl.DataFrame:
    """Profiles that are not the first of a subject and cycle: they are not in the means."""
    rows = adapk.filter((C("SUMFL") == "Y") & (C("AVAL") >= 0)).sort("USUBJID", "DOSENO", "PROFILE")
    later = rows.filter(~pl.struct(*KEYS, "DRUG", "USUBJID").is_first_distinct())
    return later.group_by(KEYS, maintain_order=True).agg(LATER=C("PROFILE"))


def _behind(rows: pl.DataFrame, later: pl.DataFrame, statuses: Mapping[str, str]) -> pl.DataFrame:
    """The rows behind a mean or a ratio: who enters it, without later profiles of the same cycle."""
    joined = rows.join(later, on=list(KEYS), how="left", nulls_equal=True, maintain_order="left")
    told = [
        "" if ids is None else f" AND {one_of('PROFILE', ids, negated=True)}"
        for ids in joined["LATER"]
    ]
    keyed = {k: C(k) for k in ("DRUG", *KEYS[:4])}
    level = pl.when(C("LEVEL") == "ALL").then(pl.lit("")).otherwise(
        pl.lit(" AND ") + where(joined, LEVEL=C("LEVEL"))
    )  # fmt: skip
    return joined.with_columns(LEFT=pl.Series(told, dtype=pl.String)).with_columns(
        TABLES=pl.lit(PROFILES),
        ROWS=pl.concat_str(
            where(joined, **keyed),
            level,
            C("STATUS").replace_strict(statuses, return_dtype=pl.String),
            pl.lit(" AND SUMFL = 'Y' AND AVAL >= 0"),
            "LEFT",
        ),
    )


def _means(rows: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    codes = ("NEGATIVE", "UNAFFECTED", "BEFORE", "ON_OR_AFTER")
    own = rows.filter(C("STATUS").is_in(codes))
    behind = _behind(own, later, {code: f" AND ADATAG = '{code}'" for code in codes})
    pooled = C("LEVEL") == "ALL"
    return behind.select(
        *("DRUG", *KEYS, "PARAM", "AVALU", "REASON", "TABLES", "ROWS"),
        GROUP="STATUS",
        STAT=pl.lit("gmean_n"),
        VALUE="GMEAN",
        N="N",
        UNIT="AVALU",
        TEXT=pl.when(pooled).then(pl.lit("n=") + C("N").cast(pl.String)),
    )


def _ratios(rows: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    own = rows.filter(C("STATUS").is_in(["ON_OR_AFTER", "WITHOUT"]))
    both = {"ON_OR_AFTER": " AND ADATAG IN ('NEGATIVE', 'ON_OR_AFTER')", "WITHOUT": ""}
    return _behind(own, later, both).select(
        *("DRUG", *KEYS, "PARAM", "AVALU", "TABLES", "ROWS", "LOWER", "UPPER"),
        GROUP=pl.when(C("STATUS") == "WITHOUT").then(pl.lit("WITHOUT")).otherwise(pl.lit("RATIO")),
        STAT=pl.lit("ratio"),
        VALUE="RATIO",
        N=C("NCOMP") + C("NREF"),
        REASON="RATIORSN",
    )


def _exposure_of(rows: pl.DataFrame) -> Sheet:
    analyte = rows["PARCAT1"][0]
    labelled = rows.with_columns(
        WHAT=C("PARAMCD").replace_strict({k: w.en for k, w in PARAMETERS.items()}),
        WHEN=C("CYCLE").cast(pl.String).fill_null("–"),
        AT=C("LEVEL").fill_null("–"),
    )
    layout = Layout(
        KEYS,
        {
            "WHAT": Words("Parameter", "参数"),
            "AVALU": Words("Unit", "单位"),
            "WHEN": Words("Cycle", "周期"),
            "AT": Words("Dose level", "剂量水平"),
        },
        "GROUP",
        list(STATUSES.items()),
        {w.en: w for w in PARAMETERS.values()},
    )
    title = Words(f"Exposure of {analyte}", f"{analyte} 的暴露")
    return side_by_side(labelled, layout, About(analyte, title, EXPOSURE_NOTES))


OUTCOMES: Final[Mapping[str, Words]] = {
    "TEAE": Words("Treatment-emergent adverse event", "治疗期间出现的不良事件"),
    "TEAE_G3": Words("Of grade 3 or higher", "3级及以上"),
    "INFREACT": Words("Infusion reaction", "输液反应"),
    "HYPERSEN": Words("Hypersensitivity", "超敏反应"),
    "ORR": Words("Objective response", "客观缓解"),
}
BY_LANDMARK: Final[Mapping[str, Words]] = {
    "POSITIVE": Words("Treatment-emergent", "治疗期间出现"),
    "NEGATIVE": Words("Negative", "阴性"),
    "UNAFFECTED": Words("Positive before treatment, unaffected", "治疗前阳性，未受影响"),
    "INCONCLUSIVE": Words("Inconclusive", "不确定"),
    "UNKNOWN": Words("Not known", "未知"),
}
EVERY_LEVEL: Final = Words("All", "全部")


def _outcomes(*codes: str) -> Callable[[Material], Content]:
    def make(material: Material) -> Content:
        plan = material.study.immunogenicity.impact if material.study.immunogenicity else None
        if plan is None:
            return Nothing(NOT_PLANNED)
        rows = material["ADALMK"].filter(C("PARAMCD").is_in(codes))
        parts = rows.partition_by("DRUG", maintain_order=True)
        return tuple(_outcomes_of(p, plan.landmark_day) for p in parts)

    return make


def _outcomes_of(rows: pl.DataFrame, day: int) -> Sheet:
    drug = rows["DRUG"][0]
    level = pl.when(C("GROUP") == "ALL").then(pl.lit("")).otherwise(
        pl.lit(" AND ") + where(rows, LEVEL=C("GROUPVAL"))
    )  # fmt: skip
    keyed = where(rows, DRUG=C("DRUG"), PARAMCD=C("PARAMCD"), STATUS=C("STATUS"))
    counted = rows.with_columns(
        STAT=pl.lit("rate"),
        VALUE="PCT",
        X=C("X").cast(pl.Float64),
        TABLES=pl.lit(SUBJECTS),
        ROWS=pl.concat_str(keyed, level, pl.lit(" AND RISKFL = 'Y' AND AFTERFL = 'Y'")),
        WHAT=C("PARAMCD").replace_strict({k: w.en for k, w in OUTCOMES.items()}),
        AT=pl.when(C("GROUP") == "ALL").then(pl.lit(EVERY_LEVEL.en)).otherwise("GROUPVAL"),
        TEXT=pl.when(C("X").is_null()).then("REASON"),
        TEXTZH=pl.when(C("X").is_null()).then(reason_in_chinese(C("REASON"))),
    ).sort(C("GROUP") != "ALL", maintain_order=True)
    layout = Layout(
        ("PARAMCD", "GROUP", "GROUPVAL"),
        {"WHAT": Words("Outcome", "结局"), "AT": Words("Dose level", "剂量水平")},
        "STATUS",
        list(BY_LANDMARK.items()),
        {w.en: w for w in (*OUTCOMES.values(), EVERY_LEVEL)},
    )
    note = Words(
        f"Status is what was known by day {day} of {drug}; n is who was still at risk then, x is who has the "
        "outcome after it, with exact 95% limits. Who turned positive later counts as before. Descriptive: "
        "doses differ between the groups.",
        f"状态为 {drug} 第 {day} 天前已知的状态；n 为当时仍处于风险中的受试者，"
        "x 为此后出现结局者，附精确 95% 置信限。此后转为阳性者仍按原状态计。描述性分析：各组剂量不同。",
    )
    title = Words(
        f"By antibodies against {drug}, from day {day}", f"按抗 {drug} 抗体，自第 {day} 天起"
    )
    return side_by_side(counted, layout, About(drug, title, (note,)))


DISPLAYS: Final = (
    Display(
        "T14.5.2.1",
        Words("Exposure by Anti-Drug Antibodies", "按抗药抗体状态的暴露"),
        "ADA",
        _exposure,
        ("immunogenicity/ADAEXPO",),
        (*ANTIBODIES, *CONCENTRATIONS),
        ("ADA-14",),
        ("immunogenicity.impact",),
    ),
    Display(
        "T14.5.2.2",
        Words("Adverse Events by Anti-Drug Antibodies", "按抗药抗体状态的不良事件"),
        "SAF",
        _outcomes("TEAE", "TEAE_G3", "INFREACT", "HYPERSEN"),
        ("cohorts/ADALMK",),
        ANTIBODIES,
        ("ADA-15",),
        ("immunogenicity.impact",),
    ),
    Display(
        "T14.5.2.3",
        Words("Response by Anti-Drug Antibodies", "按抗药抗体状态的疗效"),
        "RSP",
        _outcomes("ORR"),
        ("cohorts/ADALMK",),
        ANTIBODIES,
        ("ADA-15",),
        ("immunogenicity.impact",),
    ),
)
