"""A conjugate and its parts: molar ratios by time and of parameters, conjugated fraction (14.4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.pharmacokinetics.analytes import (
    CYCLE,
    LEVEL,
    PARAMETER,
    level_words,
    with_group_words,
)
from pkpipe.displays.pharmacokinetics.concentrations import HOURS, POINT, TIME_POINTS, with_times
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.reasons import in_chinese
from pkpipe.displays.rows_behind import where
from pkpipe.protocol.drugs import Drug
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

C: Final = pl.col
RATIOS: Final[Mapping[str, Words]] = {
    "PAYADC": Words("Free payload to conjugate", "游离载荷与偶联物之比"),
    "ADCTAB": Words(
        "Conjugate to total antibody (conjugated fraction)", "偶联物与总抗体之比（偶联比例）"
    ),
    "DAR": Words("Apparent drug-antibody ratio", "表观药物抗体比"),
    "FDAR": Words("Fraction of the initial drug-antibody ratio", "相对初始药物抗体比的比例"),
}
NOT_PLANNED: Final = Nothing(
    Words(
        "not planned: no antibody-drug conjugate with measured parts",
        "未计划：研究无同时测定各组分的抗体偶联药物",
    )
)
NO_RATIO: Final = Nothing(Words("no ratio to describe yet", "尚无可描述的比值"))
RATIO: Final = Words("Ratio", "比值")
MOLAR: Final = Words(
    "Molar ratio of two results of one sample. Not calculable: a BLQ on either side or no result. Left out: "
    "outside its window or after a deviating dose.",
    "同一样本两项结果的摩尔比。不可计算：任一侧为 BLQ 或无结果。未纳入：超出时间窗或给药偏离计划之后。",
)
OF_PARAMETERS: Final = Words(
    "Molar ratios of the same subject and dose; half-lives as they are, in one unit. Cycles without a ratio "
    "are left out.",
    "同一受试者同次给药的摩尔比；半衰期以相同单位直接相比。无比值的周期未列出。",
)
BY_TIME: Final = {
    "N": ("values", Words("n", "n")),
    "NNC": ("values", Words("Not calculable", "不可计算")),
    "NBLQ": ("values", Words("of these BLQ", "其中 BLQ")),
    "NOUT": ("values", Words("Left out", "未纳入")),
    "GMEAN": ("gmean", Words("geometric mean", "几何均值")),
    "GCV": ("gcv", Words("geometric CV %", "几何 CV %")),
    "MEDIAN": ("median", Words("median", "中位数")),
    "MIN": ("minimum", Words("minimum", "最小值")),
    "MAX": ("maximum", Words("maximum", "最大值")),
}
PAIR: Final = ("DRUG", "RATIO", "NUMCD", "DENCD")


def conjugates(material: Material) -> Content:
    """For each conjugate: ratios by nominal time, then ratios of parameters."""
    study = material.study
    if study.nca is None or study.nca.conjugate is None:
        return NOT_PLANNED
    drugs = [d for d in study.drugs if len({a.role for a in study.analytes_of(d.code)}) > 1]
    return tuple(sheet for drug in drugs for sheet in _of_drug(material, drug)) or NO_RATIO


def _of_drug(material: Material, drug: Drug) -> Iterator[Sheet]:
    study = material.study
    assert study.nca is not None
    assert study.nca.conjugate is not None
    own = material["ADCSUM"].filter(C("DRUG") == drug.code)
    times = own.filter(C("CYCLE").is_not_null())
    if times.height:
        yield _by_time(times, study, drug, (MOLAR, *_not_given(own.filter(C("CYCLE").is_null()))))
    levels = material["ADCPAR"].filter(
        (C("DRUG") == drug.code) & (C("SCOPE") == "LEVEL") & (C("N") > 0)
    )
    if levels.height:
        yield _of_parameters(levels, study, drug, study.nca.conjugate.confidence)


def _worded(rows: pl.DataFrame, study: Study, drug: Drug) -> pl.DataFrame:
    """The ratio in words with the analytes of both sides, and the level."""
    parts = with_group_words(rows, study, level_words(study, drug.code))
    name = C("RATIO").replace({k: w.en for k, w in RATIOS.items()})
    return parts.with_columns(RATIOW=sentence("{}, {} : {}", name, "NUMCD", "DENCD"))


def _ratio_words(rows: pl.DataFrame) -> dict[str, Words]:
    pairs = rows.select("RATIO", "NUMCD", "DENCD").unique().iter_rows()
    made = {}
    for code, above, under in pairs:
        of = RATIOS.get(code, Words(code, code))
        made[f"{of.en}, {above} : {under}"] = Words(
            f"{of.en}, {above} : {under}", f"{of.zh}，{above} : {under}"
        )
    return made


def _not_given(rows: pl.DataFrame) -> Iterator[Words]:
    """Ratios that the assay cannot give, and why."""
    for code, why in rows.select("RATIO", "REASON").unique(maintain_order=True).iter_rows():
        of = RATIOS.get(code, Words(code, code))
        yield Words(f"{of.en}: not given, {why}.", f"{of.zh}：未给出（{in_chinese(why) or why}）。")


def _by_time(rows: pl.DataFrame, study: Study, drug: Drug, notes: tuple[Words, ...]) -> Sheet:
    told = with_times(_worded(rows, study, drug).with_columns(ATPTN="NRRLT")).sort(
        *("RATIO", "NUMCD", "_LEVEL", "CYCLE", "NRRLT"), nulls_last=True, maintain_order=True
    )
    keys = {k: C(k) for k in (*PAIR, "LEVEL", "CYCLE", "NRRLT")}
    described = where(told, **keys, SUMFL="Y")
    counted = {
        "NNC": " AND REASON IS NOT NULL",
        "NBLQ": " AND REASON IS NOT NULL AND BLQFL = 'Y'",
        "NOUT": " AND REASON IS NULL AND SUMFL = 'N'",
    }
    parts = [
        told.with_columns(
            COLUMN=pl.lit(stat),
            STAT=pl.lit(rule),
            VALUE=C(stat).cast(pl.Float64),
            UNIT=pl.lit("1"),
            REASON=pl.when(C(stat).is_null()).then(C("GCVRSN") if stat == "GCV" else C("REASON")),
            TABLES=pl.lit("pk/ADCRATIO"),
            ROWS=described
            if stat not in counted
            else pl.concat_str(where(told, **keys), pl.lit(counted[stat])),
        )
        for stat, (rule, _) in BY_TIME.items()
    ]
    labels = {
        "RATIOW": RATIO,
        "LEVELW": LEVEL,
        "CYCLE": CYCLE,
        "POINT": POINT,
        "HOURS": HOURS,
    }
    words = {**_ratio_words(rows), **{w.en: w for w in TIME_POINTS.values()}}
    columns = [(stat, head) for stat, (_, head) in BY_TIME.items()]
    layout = Layout((*PAIR[1:], "LEVEL", "CYCLE", "NRRLT"), labels, "COLUMN", columns, words)
    title = Words(f"{drug.code}: molar ratios by time", f"{drug.code}：各时间点摩尔比")
    return side_by_side(pl.concat(parts), layout, About(f"{drug.code}.time", title, notes))


def _of_parameters(rows: pl.DataFrame, study: Study, drug: Drug, confidence: float) -> Sheet:
    told = _worded(rows, study, drug).sort(
        *("RATIO", "NUMCD", "PARAMCD", "_LEVEL", "CYCLE"), nulls_last=True, maintain_order=True
    )
    names = {code: named(code) for code in told["PARAMCD"].unique()}
    keys = {k: C(k) for k in (*PAIR, "PARAMCD", "LEVEL", "CYCLE")}
    subjects = where(told, **keys, SCOPE="SUBJECT")
    based = told.with_columns(
        PARAMW=C("PARAMCD").replace({k: w.en for k, w in names.items()}),
        TABLES=pl.lit("pk/ADCPAR"),
        UNIT=pl.lit("1"),
        ROWS=pl.concat_str(subjects, pl.lit(" AND AVAL IS NOT NULL")),
    )
    parts = [
        based.with_columns(COLUMN=pl.lit("N"), STAT=pl.lit("values"), VALUE=C("N")),
        based.with_columns(
            COLUMN=pl.lit("NNC"),
            STAT=pl.lit("values"),
            VALUE=C("NNC"),
            ROWS=pl.concat_str(subjects, pl.lit(" AND AVAL IS NULL")),
        ),
        based.with_columns(
            COLUMN=pl.lit("GMEAN"),
            STAT=pl.lit("estimate_figures"),
            VALUE=C("AVAL"),
            REASON=pl.coalesce("REASON", "LIMRSN"),
        ),
    ]
    limits = f"({100 * confidence:g} % CI)"
    columns = [
        ("N", Words("n", "n")),
        ("NNC", Words("Not calculable", "不可计算")),
        ("GMEAN", Words(f"Geometric mean {limits}", f"几何均值 {limits}")),
    ]
    labels = {"RATIOW": RATIO, "PARAMW": PARAMETER, "LEVELW": LEVEL, "CYCLE": CYCLE}
    words = {**_ratio_words(rows), **{w.en: w for w in names.values()}}
    layout = Layout((*PAIR[1:], "PARAMCD", "LEVEL", "CYCLE"), labels, "COLUMN", columns, words)
    title = Words(f"{drug.code}: molar ratios of parameters", f"{drug.code}：参数摩尔比")
    cells = pl.concat([p.with_columns(C("VALUE").cast(pl.Float64)) for p in parts])
    return side_by_side(cells, layout, About(f"{drug.code}.parameters", title, (OF_PARAMETERS,)))


DISPLAYS: Final = (
    Display(
        "T14.4.5.1",
        Words("Conjugate and Its Parts: Molar Ratios", "抗体偶联药物及其组分：摩尔比"),
        "PKC",
        conjugates,
        ("pk/ADCSUM", "pk/ADCPAR"),
        CONCENTRATIONS,
        ("ADC-2", "ADC-3"),
        ("nca.conjugate",),
    ),
)
