"""Listings of concentrations, parameters by subject, terminal fits and exclusions (16.2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Sheet, cells
from pkpipe.displays.formats import written
from pkpipe.displays.pharmacokinetics.analytes import (
    COHORT,
    CYCLE,
    LEVEL,
    NO_ANALYTE,
    NO_RESULT,
    SUBJECT,
    UNIT,
    Measured,
    by_analyte,
    with_group_words,
)
from pkpipe.displays.pharmacokinetics.concentrations import POINT, TIME_POINTS, VISIT, in_unit
from pkpipe.displays.pharmacokinetics.parameter_words import named, parameter_words, statistic_of
from pkpipe.displays.pharmacokinetics.reasons import with_words
from pkpipe.displays.rows_behind import where
from pkpipe.schema.adam.pk_parameters import LEDGEFF

C: Final = pl.col
FLAGS: Final = {"Y": Words("Y", "是"), "N": Words("N", "否")}
WINDOWS: Final = {"IN": Words("inside", "窗内"), "OUT": Words("outside", "窗外")}
STATUSES: Final[Mapping[str, Words]] = {
    "OK": Words("reported", "报告"),
    "FLAG": Words("reported with a remark", "报告（有备注）"),
    "NR": Words("not reported", "不予报告"),
}
REASON, DOSE_NO = Words("Reason", "原因"), Words("Dose no.", "给药次数")
SAMPLES: Final = (
    Field("COHORTW", COHORT),
    Field("USUBJID", SUBJECT),
    Field("LEVELW", LEVEL),
    Field("CYCLE", CYCLE),
    Field("VISIT", VISIT),
    Field("ATPT", POINT, words=TIME_POINTS),
    Field("ADTM", Words("Sampled", "采样时间")),
    Field("NRRLT", Words("Nominal (h)", "计划时间 (h)")),
    Field("ARRLT", Words("Actual (h)", "实际时间 (h)"), "two_decimals"),
    Field("DEVH", Words("Deviation (h)", "偏差 (h)"), "two_decimals"),
    Field("WINFL", Words("Window", "时间窗"), words=WINDOWS),
    Field("AVALC", Words("Result", "结果")),
    Field("EXCLFL", Words("Left out of NCA", "NCA 排除"), words=FLAGS),
    Field("SUMFL", Words("In summaries", "纳入总结"), words=FLAGS),
    Field("WHY", REASON),
)
FITS: Final = (
    Field("PARCAT1", Words("Analyte", "分析物")),
    Field("COHORTW", COHORT),
    Field("USUBJID", SUBJECT),
    Field("CYCLE", CYCLE),
    Field("DOSENO", DOSE_NO),
    Field("LAMZHL", Words("Half-life", "末端消除半衰期"), "number"),
    Field("AVALU", UNIT),
    Field("LAMZLL", Words("From (h)", "起点 (h)"), "two_decimals"),
    Field("LAMZUL", Words("To (h)", "终点 (h)"), "two_decimals"),
    Field("LAMZNPT", Words("Points", "点数")),
    Field("R2ADJ", Words("Adjusted R²", "校正决定系数"), "three_decimals"),
    Field("LAMZSPN", Words("Span (half-lives)", "跨度（半衰期数）"), "number"),
    Field("STATUS", Words("Status", "状态"), words=STATUSES),
    Field("REASON", REASON),
)
POINTS: Final = (
    Field("PARCAT1", Words("Analyte", "分析物")),
    Field("USUBJID", SUBJECT),
    Field("CYCLE", CYCLE),
    Field("TIME", Words("Time (h)", "时间 (h)"), "two_decimals"),
    Field("AVAL", Words("Concentration", "浓度"), "number"),
    Field("FITTED", Words("Fitted", "拟合值"), "number"),
    Field("AVALU", UNIT),
    Field("BLQFL", Words("BLQ replaced", "BLQ 替代"), words=FLAGS),
    Field("USEDFL", Words("Used", "用于拟合"), words=FLAGS),
    Field("HANDFL", Words("By hand", "人工选择"), words=FLAGS),
)
ACTIONS: Final = {"EXCLUDE": Words("excluded", "排除"), "PICK": Words("picked", "选定")}
TARGETS: Final = {
    "CONCENTRATION": Words("concentration", "浓度"),
    "LAMBDA_Z": Words("terminal slope", "末端斜率"),
    "PARAMETER": Words("parameter", "参数"),
    "PROFILE": Words("profile", "该次给药的全部数据"),
}
STATES: Final = {
    "APPLIED": Words("applied", "已应用"),
    "CONFIRMED": Words("changed since, confirmed", "记录已变更并再次确认"),
    "GONE": Words("no such record any more", "记录已不存在"),
    "LATER": Words("after the data cutoff", "数据截止日之后"),
}
EXCLUSIONS: Final = (
    Field("ENTRY", Words("Entry", "条目")),
    Field("ACTION", Words("Action", "操作"), words=ACTIONS),
    Field("TARGET", Words("Of", "对象"), words=TARGETS),
    Field("STATE", Words("State", "状态"), words=STATES),
    Field("USUBJID", SUBJECT),
    Field("PARAMW", Words("Parameter", "参数")),
    Field("BEFORE", Words("Before", "排除前"), "number"),
    Field("AFTER", Words("After", "排除后"), "number"),
    Field("AVALU", UNIT),
    Field("STATUSB", Words("Status before", "排除前状态"), words=STATUSES),
    Field("STATUSA", Words("Status after", "排除后状态"), words=STATUSES),
    Field("REASON", REASON),
    Field("RECBY", Words("Recorded by", "记录人")),
    Field("APPRBY", Words("Approved by", "批准人")),
)
LISTED: Final = (
    *("CMAX", "TMAX", "CTROUGH", "AUCLST", "AUCTAU", "AUCIFO", "AUCPEO", "LAMZHL"),
    *("CLO", "CLSS", "CLFO", "VZO", "VZSS", "VZFO", "VSSO", "VSSIVMDO"),
)
STATUS_SIGNS: Final = {"FLAG": "*", "NR": "†"}
MARKED: Final = Words(
    "* reported with a remark. † not reported: in no summary. A dash: no value. The reason is that of the "
    "cell.",
    "* 报告但有备注。† 不予报告，不纳入总结。–：无数值。原因见各单元格。",
)
SHOWN_FITS: Final = ("LAMZHL", "LAMZLL", "LAMZUL", "LAMZNPT", "R2ADJ", "LAMZSPN")


def concentrations(material: Material) -> Content:
    """A table an analyte: every sample with its times, result, flags and reason."""
    if not material.study.analytes:
        return NO_ANALYTE
    made = tuple(
        _samples(own, measured, material)
        for measured, own in by_analyte(material["ADPC"], material.study, "PARAMCD")
    )
    return made or NO_RESULT


def _samples(rows: pl.DataFrame, measured: Measured, material: Material) -> Sheet:
    told = with_group_words(rows, material.study, measured.levels).with_columns(
        WHY=pl.coalesce("EXCLRSN", "SUMRSN", "REASON")
    )
    ordered = told.sort("_COHORT", "USUBJID", "ADTM", "AFRLT", nulls_last=True, maintain_order=True)
    key = ("USUBJID", "ADTM")
    about = replace(measured.about, title=in_unit(measured))
    found = ("USUBJID", "PARAMCD", "MATRIX", "SRCROW")
    fields = with_words(SAMPLES, "WHY", ordered)
    return listing(ordered, fields, "pk/ADPC", key, about, found)


def parameters(material: Material) -> Content:
    """A table an analyte: the main parameters of every profile, one row each; what is doubted is marked."""
    if not material.study.analytes:
        return NO_ANALYTE
    rows = material["ADPP"].filter(C("PARAMCD").is_in(LISTED))
    made = tuple(
        _of_subjects(own, measured, material) for measured, own in by_analyte(rows, material.study)
    )
    return made or NO_RESULT


def _of_subjects(rows: pl.DataFrame, measured: Measured, material: Material) -> Sheet:
    has = C("AVAL").is_not_null()
    kept = rows.filter(has.any().over("PROFILE"), has.any().over("PARAMCD"))
    told = with_group_words(kept, material.study, measured.levels).sort(
        *("_COHORT", "USUBJID", "DOSENO"), nulls_last=True, maintain_order=True
    )
    ruled = cells(
        told.with_columns(
            VALUE=C("AVAL"),
            UNIT=C("AVALU"),
            STAT=C("PARAMCD").replace_strict({c: statistic_of(c) for c in LISTED}),
            TABLES=pl.lit("pk/ADPP"),
            ROWS=where(told, PROFILE=C("PROFILE"), PARAMCD=C("PARAMCD")),
            N=pl.lit(None, dtype=pl.Int64),
        )
    ).with_columns(told.drop("REASON"))
    marked = pl.concat_str(
        "TEXT",
        pl.when(C("AVAL").is_not_null())
        .then(C("STATUS").replace_strict(STATUS_SIGNS, default="", return_dtype=pl.String))
        .otherwise(pl.lit("")),
    )
    made = pl.concat(
        written(part) for part in ruled.partition_by("STAT", maintain_order=True)
    ).with_columns(TEXT=marked, COLUMN=C("PARAMCD"))
    again = told.select("PROFILE").unique(maintain_order=True).with_row_index("_AT")
    ordered = made.join(again, on="PROFILE", how="left", maintain_order="left").sort(
        "_AT", maintain_order=True
    )
    units = dict(kept.filter(has).select("PARAMCD", "AVALU").unique("PARAMCD").iter_rows())
    columns = [(c, _head(c, units[c])) for c in LISTED if c in units]
    labels = {
        "COHORTW": COHORT,
        "USUBJID": SUBJECT,
        "LEVELW": LEVEL,
        "CYCLE": CYCLE,
        "DOSENO": DOSE_NO,
    }
    layout = Layout(("PROFILE",), labels, "COLUMN", columns)
    return side_by_side(ordered, layout, measured.about)


def _head(code: str, unit: str | None) -> Words:
    words, of = named(code), "" if unit in (None, "1") else f"\n({unit})"
    return Words(f"{words.en}{of}", f"{words.zh}{of}")


def fits(material: Material) -> Content:
    """The window of each terminal fit, its points, and what the exclusion ledger changed."""
    sheets = (_windows(material), _points(material["LZFIT"]), _ledger(material["LEDGEFF"]))
    return tuple(s for s in sheets if s.cells.height) or NO_RESULT


def _windows(material: Material) -> Sheet:
    rows = material["ADPP"].filter(C("PARAMCD").is_in(SHOWN_FITS) & C("AVAL").is_not_null())
    half = C("PARAMCD") == "LAMZHL"
    wide = rows.group_by("PROFILE", maintain_order=True).agg(
        *(C(c).first() for c in ("PARCAT1", "COHORT", "LEVEL", "USUBJID", "CYCLE", "DOSENO")),
        *(C(c).filter(half).first() for c in ("AVALU", "STATUS", "REASON")),
        *(C("AVAL").filter(C("PARAMCD") == code).first().alias(code) for code in SHOWN_FITS),
    )
    fitted = with_group_words(
        wide.filter(C("LAMZHL").is_not_null()).with_columns(C("LAMZNPT").cast(pl.Int64)),
        material.study,
        {},
    )
    about = About("windows", Words("Terminal fits: windows", "末端消除相拟合：区间"))
    fields = with_words(FITS, "REASON", fitted)
    return listing(fitted, fields, "pk/ADPP", ("PROFILE",), about)


def _points(rows: pl.DataFrame) -> Sheet:
    about = About("points", Words("Terminal fits: points", "末端消除相拟合：数据点"))
    return listing(rows, POINTS, "pk/LZFIT", ("PROFILE", "TIME"), about)


def _ledger(rows: pl.DataFrame) -> Sheet:
    told = rows.with_columns(
        PARAMW=C("PARAMCD").replace(
            {c: parameter_words(c).en for c in rows["PARAMCD"].drop_nulls()}
        )
    )
    key = [name for name in LEDGEFF.key if name in rows.columns]
    title = Words("What the exclusion ledger changes", "排除清单引起的变化")
    return listing(told, EXCLUSIONS, "pk/LEDGEFF", key, About("exclusions", title))


DISPLAYS: Final = (
    Display(
        "L16.2.5.2",
        Words("Listing of Concentrations", "血药浓度列表"),
        "PKC",
        concentrations,
        ("pk/ADPC",),
        CONCENTRATIONS,
        ("TIME-1", "TIME-4"),
        ("schedule.pk", "nca"),
    ),
    Display(
        "L16.2.5.3",
        Words("Listing of Pharmacokinetic Parameters by Subject", "各受试者药代动力学参数列表"),
        "PKP",
        parameters,
        ("pk/ADPP",),
        CONCENTRATIONS,
        ("NCA-AUC", "NCA-LZ"),
        ("nca",),
        (MARKED,),
    ),
    Display(
        "L16.2.5.4",
        Words("Listing of Terminal Fits and Exclusions", "末端消除相拟合及排除列表"),
        "PKP",
        fits,
        ("pk/ADPP", "pk/LZFIT", "pk/LEDGEFF"),
        CONCENTRATIONS,
        ("NCA-LZ",),
        ("nca.lambda_z", "sources.LEDGER"),
    ),
)
