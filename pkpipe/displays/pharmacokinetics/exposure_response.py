"""Exposure against dose-limiting toxicity, response and tumour size: quarters and slopes (14.4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.clinical.response import is_leading
from pkpipe.cohorts.exposure_response import ENDPOINTS, WHAT, exposures_of
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.formats import TEXT
from pkpipe.displays.pharmacokinetics.analytes import CYCLE, heading
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.reasons import in_chinese
from pkpipe.displays.rows_behind import one_of, quoted, where
from pkpipe.protocol.study import Study

C: Final = pl.col
NOT_PLANNED: Final = Nothing(
    Words(
        "not planned: the study file has no exposure_response.outcomes",
        "未计划：研究文件未设定 exposure_response.outcomes",
    )
)
NO_EXPOSURE: Final = Nothing(
    Words("no exposure that enters summaries yet", "尚无可纳入总结的暴露量")
)
OUTCOME_WORDS: Final[Mapping[str, Words]] = {
    "DLT": Words("Dose-limiting toxicity", "剂量限制性毒性"),
    "RESPONSE": Words("Objective response", "客观缓解"),
    "BESTPCHG": Words("Best change in tumour size", "肿瘤大小最佳变化"),
}
LINES: Final[Mapping[str, Words]] = {
    "EXPOSURE": Words("Exposure: median (minimum, maximum)", "暴露量：中位数（最小值，最大值）"),
    "EVENTS": Words("Subjects with the event", "发生事件的受试者"),
    "CHANGE": Words("Median change, %", "变化中位数 %"),
}
QUARTERS: Final = ("Q1", "Q2", "Q3", "Q4")
RULE: Final = Words(
    "Quarters: subjects in order of exposure in four parts as equal as may be; equal exposures stay "
    "together. Exposure is a subject's first value that enters summaries, in the earliest cycle "
    "that has any.",
    "四分位：受试者按暴露量排序后尽量均分为四组，暴露量相同者归入同一组。"
    "暴露量为每名受试者在最早有数据的周期中首个纳入总结的数值。",
)
POOLED: Final = Words(
    "Subjects of all levels together: exposure goes with the level, so this describes and does not explain.",
    "合并全部剂量水平的受试者；暴露量随剂量水平变化，仅作描述，不作因果解释。",
)
SLOPES: Final = Words(
    "Slope: change of the log odds of the event (profile likelihood limits), or of the percent change "
    "(t limits), per doubling of exposure.",
    "斜率：暴露量每增加一倍，事件对数比值的变化（剖面似然置信限）或百分比变化的变化量（t 置信限）。",
)


def exposure_response(material: Material) -> Content:
    """A table an endpoint: exposures down, quarters and the slope across."""
    plan = material.study.exposure_response
    if plan is None or plan.outcomes is None:
        return NOT_PLANNED
    rows = material["EXPRESP"]
    exposures = exposures_of(material["ADPP"])
    made = tuple(
        _of_endpoint(own, exposures, material)
        for code in OUTCOME_WORDS
        if (own := rows.filter(C("ENDPOINT") == code)).height
    )
    return made or NO_EXPOSURE


def _of_endpoint(rows: pl.DataFrame, exposures: pl.DataFrame, material: Material) -> Sheet:
    code, study = rows["ENDPOINT"][0], material.study
    endpoint = next(e for e in ENDPOINTS if e.code == code)
    outcomes = endpoint.outcomes(material.tables, study).drop_nulls("VALUE")
    judged = exposures.join(outcomes.select("USUBJID"), on="USUBJID", how="semi")
    source = _source(code, material)
    cells = [
        cell
        for part in rows.partition_by(WHAT, maintain_order=True)
        for cell in _cells(part, _own(judged, part), source)
    ]
    heads = [(q, Words(f"Quarter {q[1]}", f"第 {q[1]} 四分位")) for q in QUARTERS]
    confidence = 100 * rows["LEVELCI"].to_list()[0]
    heads += [
        ("N", Words("n of the model", "模型例数")),
        ("SLOPE", Words(f"Slope ({confidence:g} % CI)", f"斜率 ({confidence:g} % CI)")),
        ("WHY", Words("Remark", "备注")),
    ]
    names = {w.en: w for w in (_exposure(r, study) for r in rows.iter_rows(named=True))}
    labels = {
        "EXPOSUREW": Words("Exposure", "暴露量"),
        "CYCLE": CYCLE,
        "LINEW": Words("Line", "项目"),
    }
    frame = pl.DataFrame(cells, infer_schema_length=None).with_columns(
        EXPOSUREW=pl.Series([_exposure(c, study).en for c in cells], dtype=pl.String),
        LINEW=C("LINE").replace({k: w.en for k, w in LINES.items()}),
    )
    layout = Layout((*WHAT, "LINE"), labels, "COLUMN", heads, {**names, **_by_english(LINES)})
    told = Words(
        f"{OUTCOME_WORDS[code].en}: {rows['DEFIN'][0]}.",
        f"{OUTCOME_WORDS[code].zh}：{endpoint.words(study).zh}。",
    )
    about = About(code, OUTCOME_WORDS[code], (RULE, POOLED, SLOPES, told))
    return side_by_side(frame, layout, about)


def _by_english(words: Mapping[str, Words]) -> dict[str, Words]:
    return {w.en: w for w in words.values()}


def _own(judged: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    same = [C(key).eq_missing(pl.lit(part[key][0])) for key in WHAT]
    return judged.filter(*same)


def _exposure(row: Mapping[str, Any], study: Study) -> Words:
    """The exposure with what it was measured in, and its unit."""
    analytes = [a for a in study.analytes if (a.code, a.matrix) == (row["PARCAT1"], row["MATRIX"])]
    of = heading(analytes[0]) if analytes else Words(row["PARCAT1"], row["PARCAT1"])
    parameter, unit = named(row["PARAMCD"]), row["EXPU"] or ""
    return Words(
        f"{of.en}, {parameter.en}, {unit}".rstrip(", "),
        f"{of.zh}，{parameter.zh}，{unit}".rstrip("，"),
    )


def _cells(
    part: pl.DataFrame, judged: pl.DataFrame, source: tuple[str, str]
) -> Iterator[dict[str, Any]]:
    empty = dict.fromkeys(
        ("VALUE", "X", "N", "LOWER", "UPPER", "UNIT", "TEXT", "TEXTZH", "REASON", "TABLES", "ROWS")
    )
    outcome = "CHANGE" if part["ENDPOINT"][0] == "BESTPCHG" else "EVENTS"
    for row in part.iter_rows(named=True):
        about = empty | {k: row[k] for k in (*WHAT, "EXPU", "REASON")} | {"LINE": outcome}
        if row["STAT"] == "SLOPE":
            yield from _slope(row, about, _profiles(judged))
            continue
        own = judged.clear()
        if row["EXPLO"] is not None:
            own = judged.filter(C("AVAL").is_between(row["EXPLO"], row["EXPHI"]))
        base = about | {"COLUMN": row["STAT"], "N": row["N"]}
        exposure = {"VALUE": row["EXPMED"], "LOWER": row["EXPLO"], "UPPER": row["EXPHI"]}
        yield (
            base
            | exposure
            | {
                **{"LINE": "EXPOSURE", "STAT": "median_range", "UNIT": row["EXPU"]},
                **{"TABLES": "pk/ADPP", "ROWS": _profiles(own)},
            }
        )
        yield base | _outcome(row, own, source)


def _outcome(row: Mapping[str, Any], own: pl.DataFrame, source: tuple[str, str]) -> dict[str, Any]:
    table, holds = source
    told = {
        "UNIT": "%",
        "TABLES": table,
        "ROWS": f"{holds} AND {_one_of(own, 'USUBJID')}",
    }
    if row["ENDPOINT"] == "BESTPCHG":
        return told | {"STAT": "one_decimal", "VALUE": row["AVAL"]}
    numbers = {"VALUE": row["AVAL"], "X": row["X"], "LOWER": row["LOWER"], "UPPER": row["UPPER"]}
    return told | numbers | {"STAT": "rate"}


def _slope(row: Mapping[str, Any], about: dict[str, Any], behind: str) -> Iterator[dict[str, Any]]:
    base = about | {"N": row["N"], "TABLES": "pk/ADPP", "ROWS": behind}
    size = None if row["N"] is None else float(row["N"])
    yield base | {"COLUMN": "N", "STAT": "count", "VALUE": size}
    numbers = {"VALUE": row["AVAL"], "LOWER": row["LOWER"], "UPPER": row["UPPER"]}
    not_estimable = None if row["AVAL"] is not None else "NE"
    yield (
        base
        | numbers
        | {
            **{"COLUMN": "SLOPE", "STAT": "estimate_figures", "UNIT": row["AVALU"]},
            "TEXT": not_estimable,
        }
    )
    yield about | {
        "COLUMN": "WHY",
        "STAT": TEXT,
        "TEXT": row["REASON"],
        "TEXTZH": in_chinese(row["REASON"] or ""),
    }


def _profiles(rows: pl.DataFrame) -> str:
    if rows.is_empty():
        return "FALSE"
    code = rows["PARAMCD"][0]
    return f"PARAMCD = {quoted(code)} AND SUMFL = 'Y' AND {_one_of(rows, 'PROFILE')}"


def _one_of(rows: pl.DataFrame, column: str) -> str:
    return one_of(column, rows[column].sort())


def _source(code: str, material: Material) -> tuple[str, str]:
    """Where the outcome of an endpoint is: the table, and the rows of subjects with the event."""
    if code == "DLT":
        return "escalation/ADDLT", "STATE = 'EVALUABLE_DLT'"
    if code == "BESTPCHG":
        return "tumor/WATERFAL", "DRAWN = 'Y'"
    plan = material.study.response
    assert plan is not None
    rows = pl.DataFrame({"A": [""]})
    kind = "CRSP" if plan.confirmation else "RSP"
    same = {"CRIT": plan.criteria[0], "SRC": plan.primary, "EVAL": plan.leads[0]}
    holds = rows.select(where(rows, **same, PARAMCD=kind, AVALC="Y")).item()
    readers = material["ADRS"].filter(
        *(C(name) == value for name, value in same.items()), is_leading(plan), C("PARAMCD") == kind
    )["EVALID"]
    reader = readers.fill_null("").min()
    return "tumor/ADRS", f"{holds} AND COALESCE(EVALID, '') = {quoted(str(reader or ''))}"


DISPLAYS: Final = (
    Display(
        "T14.4.6.1",
        Words(
            "Exposure against Toxicity, Response and Tumour Size",
            "暴露量与毒性、缓解及肿瘤大小的关系",
        ),
        "PKP",
        exposure_response,
        ("cohorts/EXPRESP",),
        CONCENTRATIONS,
        ("SET-DLT", "SET-RSP"),
        ("exposure_response.outcomes",),
    ),
)
