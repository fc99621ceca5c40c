"""Dose proportionality: the slope of the power model and what both regions say of it (14.4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Layout, digits, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.formats import TEXT
from pkpipe.displays.number_text import fixed
from pkpipe.displays.pharmacokinetics.analytes import PARAMETER, Measured, by_analyte
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.reasons import in_chinese
from pkpipe.displays.rows_behind import where
from pkpipe.nca.further_analyses.power_model import KEYS, fitted_parts

C: Final = pl.col
VERDICTS: Final[Mapping[str, Words]] = {
    "inside": Words("proportional", "成比例"),
    "outside": Words("not proportional", "不成比例"),
    "inconclusive": Words("inconclusive", "尚不能判定"),
}
NOT_PLANNED: Final = Nothing(
    Words(
        "not planned: the study file has no nca.dose_proportionality",
        "未计划：研究文件未设定 nca.dose_proportionality",
    )
)
NOT_FITTED: Final = Nothing(Words("no profile to fit yet", "尚无可拟合的数据"))
EVERY_CYCLE: Final = Words("All cycles, by subject", "全部周期（受试者随机截距）")
EVERY_DOSE: Final = Words("All doses", "全部剂量")
MODEL: Final = Words(
    "Power model ln P = a + b ln D (Smith 2000). Proportional is b = 1. Rdnm: ratio of the dose-normalised "
    "means of the highest and the lowest dose.",
    "幂函数模型 ln P = a + b ln D（Smith 2000）。成比例时 b = 1。"
    "Rdnm：最高剂量与最低剂量的剂量归一化均值之比。",
)
REGIONS: Final = Words(
    "A verdict compares the interval of b with the region in brackets, in which Rdnm would stay within 0.80 "
    "to 1.25 (strict) or 0.50 to 2.00 (exploratory, Hummel 2009): wholly inside, wholly outside, or neither.",
    "判定依据 b 的置信区间与括号内区域的关系：该区域内 Rdnm 保持在 0.80～1.25（严格）或 0.50～2.00"
    "（探索性，Hummel 2009）；完全在内为成比例，完全在外为不成比例，其余尚不能判定。",
)


def proportionality(material: Material) -> Content:
    """A table an analyte: parameter, profiles and doses down; n, slope, Rdnm and verdicts across."""
    plan = material.study.nca.dose_proportionality if material.study.nca else None
    if plan is None:
        return NOT_PLANNED
    fitted = _fitted(material)
    made = tuple(
        _of_analyte(own, measured, fitted, plan.confidence)
        for measured, own in by_analyte(material["DOSEPROP"], material.study)
    )
    return made or NOT_FITTED


def _fitted(material: Material) -> pl.DataFrame:
    """The values each model was fitted to, as a condition on ADPP."""
    study = material.study
    parts = fitted_parts(
        material["ADPP"],
        material["PROFILE"],
        study.escalation.codes if study.escalation else (),
        study.nca.dose_proportionality if study.nca else None,
    )
    rows = [_behind(part, model, scope) for scope, model, part in parts]
    schema = dict.fromkeys((*KEYS, "ROWS"), pl.String()) | {"CYCLE": pl.Int64()}
    return pl.concat(rows) if rows else pl.DataFrame(schema=schema)


def _behind(part: pl.DataFrame, model: str, scope: str) -> pl.DataFrame:
    cycle = C("CYCLE") if model == "FIRST" else pl.lit(None, dtype=pl.Int64)
    about = part.head(1).with_columns(MODEL=pl.lit(model), SCOPE=pl.lit(scope), CYCLE=cycle)
    condition = where(about, PARAMCD=C("PARAMCD"), PROFILE=part["PROFILE"].to_list())
    return about.select(*KEYS, ROWS=condition)


def _of_analyte(
    rows: pl.DataFrame, measured: Measured, fitted: pl.DataFrame, confidence: float
) -> Sheet:
    cells = [cell for row in rows.iter_rows(named=True) for cell in _cells(row)]
    known = ("PARAMCD", "MODEL", "SCOPE", "CYCLE")
    frame = pl.DataFrame(cells, infer_schema_length=None).with_columns(C("CYCLE").cast(pl.Int64))
    behind = fitted.filter(
        (C("PARCAT1") == rows["PARCAT1"][0]) & (C("MATRIX") == rows["MATRIX"][0])
    ).select(*known, "ROWS")
    made = frame.join(
        behind, on=list(known), how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(TABLES=pl.lit("pk/ADPP"), ROWS=pl.when(C("COLUMN") != "NDOSE").then("ROWS"))
    limits = f"({100 * confidence:g} % CI)"
    columns = [
        ("N", Words("Subjects", "受试者数")),
        ("NDOSE", Words("Doses", "剂量数")),
        ("BETA", Words(f"Slope b {limits}", f"斜率 b {limits}")),
        ("RDNM", Words(f"Rdnm {limits}", f"Rdnm {limits}")),
        ("STRICT", Words("Strict (0.80 to 1.25)", "严格（0.80～1.25）")),
        ("EXPLOR", Words("Exploratory (0.50 to 2.00)", "探索性（0.50～2.00）")),
    ]
    names = {w.en: w for w in map(named, rows["PARAMCD"].unique())}
    labels = {
        "PARAMW": PARAMETER,
        "CYCLEW": Words("Profiles", "数据"),
        "DOSES": Words("Dose range", "剂量范围"),
    }
    words = {**names, **{row["CYCLEW"]: cycle_words(row["CYCLE"]) for row in cells}}
    words |= {row["DOSES"]: row["DOSESW"] for row in cells}
    layout = Layout(known, labels, "COLUMN", columns, words)
    return side_by_side(
        made.drop("DOSESW"), layout, replace(measured.about, notes=(MODEL, REGIONS))
    )


def _cells(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    doses = dose_words(row)
    about = {
        **{k: row[k] for k in ("PARAMCD", "MODEL", "SCOPE", "CYCLE", "REASON")},
        "PARAMW": named(row["PARAMCD"]).en,
        "CYCLEW": cycle_words(row["CYCLE"]).en,
        "DOSES": doses.en,
        "DOSESW": doses,
    }
    plain = dict.fromkeys(("VALUE", "LOWER", "UPPER", "N", "TEXT", "TEXTZH"))
    base = {**about, **plain, "N": row["N"]}
    yield base | {"COLUMN": "N", "STAT": "count", "VALUE": _number(row["N"])}
    yield base | {"COLUMN": "NDOSE", "STAT": "values", "VALUE": _number(row["NDOSE"])}
    for code, low, high in (("BETA", "LOWER", "UPPER"), ("RDNM", "RDNMLO", "RDNMHI")):
        numbers = {"VALUE": row[code], "LOWER": row[low], "UPPER": row[high]}
        yield base | numbers | {"COLUMN": code, "STAT": "estimate3"}
    for code, low, high in (("STRICT", "STRLO", "STRHI"), ("EXPLOR", "EXPLO", "EXPHI")):
        yield base | verdict(row, code, (row[low], row[high])) | {"COLUMN": code, "STAT": TEXT}


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def verdict(
    row: Mapping[str, Any], code: str, region: tuple[float | None, float | None]
) -> dict[str, Any]:
    """The verdict in words with the region of the slope it was held against."""
    words = VERDICTS.get(row[code])
    if words is None:
        return {"TEXT": row["REASON"], "TEXTZH": in_chinese(row["REASON"] or "")}
    low, high = (fixed(end, 3) for end in region)
    return {
        "TEXT": f"{words.en} ({low} to {high})",
        "TEXTZH": f"{words.zh}（{low}～{high}）",
    }


def cycle_words(cycle: int | None) -> Words:
    """The profiles of a model: those of one cycle, or all."""
    return EVERY_CYCLE if cycle is None else Words(f"Cycle {cycle}", f"第 {cycle} 周期")


def dose_words(row: Mapping[str, Any]) -> Words:
    """The range of doses of a model, a row of DOSEPROP."""
    if row["DMIN"] is None:
        return EVERY_DOSE if row["SCOPE"] == "ALL" else Words("Upper doses", "较高剂量")
    low, high, unit = digits(row["DMIN"]), digits(row["DMAX"]), row["DOSEU"] or ""
    told = Words(f"{low} to {high} {unit}", f"{low}～{high} {unit}")
    if row["SCOPE"] == "ALL":
        return Words(f"{EVERY_DOSE.en}, {told.en}", f"{EVERY_DOSE.zh}，{told.zh}")
    return told


DISPLAYS: Final = (
    Display(
        "T14.4.3.1",
        Words("Dose Proportionality (Power Model)", "剂量比例关系（幂函数模型）"),
        "PKP",
        proportionality,
        ("pk/DOSEPROP",),
        CONCENTRATIONS,
        ("PK-PROP",),
        ("nca.dose_proportionality",),
    ),
)
