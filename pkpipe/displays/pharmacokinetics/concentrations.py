"""Concentrations by nominal time and by listed visit (14.4.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Layout, digits, side_by_side
from pkpipe.displays.display import Content, Display, Material, Sheet
from pkpipe.displays.formats import TEXT
from pkpipe.displays.groups_side_by_side import in_cohort
from pkpipe.displays.pharmacokinetics.analytes import (
    ALL_COHORTS,
    CYCLE,
    GROUP_LABELS,
    NO_ANALYTE,
    Measured,
    by_analyte,
    no_summary,
    with_group_words,
    without_repeats,
)
from pkpipe.displays.pharmacokinetics.descriptive import (
    BLQ,
    RULES,
    as_cells,
    columns,
    notes_of,
)
from pkpipe.displays.rows_behind import where
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL
from pkpipe.sentences import sentence

C: Final = pl.col
SAMPLES: Final = "pk/ADPC"
TIME_POINTS: Final = {
    "PREDOSE": Words("Predose", "给药前"),
    "EOI": Words("End of infusion", "输注结束"),
}
POINT: Final = Words("Time point", "时间点")
HOURS: Final = Words("Nominal time (h)", "计划时间 (h)")
VISIT: Final = Words("Visit", "访视")
NO_SAMPLE: Final = Words("no result", "无结果")
PLACE: Final = ["PARAMCD", "MATRIX", "LEVEL", "COHORT", "CYCLE", "ATPTN"]
KEY: Final = ("LEVEL", "COHORT", "CYCLE", "ATPTN")
TIME_POINTS_IN_WORDS: Final = {w.en: w for w in (ALL_COHORTS, NO_SAMPLE, *TIME_POINTS.values())}
ENTERED: Final = Words(
    "Samples within their window of profiles dosed as planned. BLQ counts as 0 in mean and SD; geometric "
    "statistics are of quantifiable values.",
    "纳入按计划给药且在采样时间窗内的样本。计算均值和标准差时 BLQ 按 0 计；几何统计量仅基于可定量值。",
)


CELL: Final = Words(
    "Geometric mean (geometric CV %) [number of values]; a single value stands as it is.",
    "几何均值（几何 CV %）[数值个数]；仅有一个数值时列出该值。",
)


def by_time(material: Material) -> Content:
    """A table an analyte: level, cohort, cycle and nominal time down, statistics across."""
    if not material.study.analytes:
        return NO_ANALYTE
    made = tuple(
        _of_analyte(own, measured, material)
        for measured, own in by_analyte(material["PKCONC"], material.study, "PARAMCD")
    )
    return made or no_summary(material)


def _of_analyte(rows: pl.DataFrame, measured: Measured, material: Material) -> Sheet:
    kept = without_repeats(rows, "CYCLE")
    told = with_group_words(kept, material.study, measured.levels).sort(
        *("_LEVEL", "_COHORT", "CYCLE", "ATPTN"), nulls_last=True, maintain_order=True
    )
    blq = C("COLUMN").is_in(["MEDIAN", "MIN", "MAX"]) & (C("VALUE") == 0)
    made = with_times(as_cells(told)).with_columns(
        TEXT=pl.when(blq).then(pl.lit(BLQ)),
        TABLES=pl.lit(SAMPLES),
        ROWS=behind(told),
    )
    labels = {**GROUP_LABELS, "CYCLE": CYCLE, "POINT": POINT, "HOURS": HOURS}
    layout = Layout(KEY, labels, "COLUMN", columns(tuple(RULES)), TIME_POINTS_IN_WORDS)
    about = replace(
        measured.about,
        title=in_unit(measured),
        notes=notes_of(made),
    )
    return side_by_side(made, layout, about)


def with_times(rows: pl.DataFrame) -> pl.DataFrame:
    """POINT and HOURS: a planned time in words and in hours."""
    hours = rows["ATPTN"].unique()
    return rows.with_columns(
        POINT=C("ATPT").replace({k: w.en for k, w in TIME_POINTS.items()}),
        HOURS=C("ATPTN").replace_strict(hours, [digits(h) for h in hours], return_dtype=pl.String),
    )


def behind(rows: pl.DataFrame) -> pl.Expr:
    """The samples a row of PKCONC describes, as a condition on ADPC."""
    named = {k: C(k) for k in ("PARAMCD", "MATRIX", "LEVEL", "CYCLE")}
    samples = where(rows, **named, NRRLT=C("ATPTN"), SUMFL="Y")
    return pl.concat_str(samples, pl.lit(" AND ATPTN IS NOT NULL"), in_cohort())


def by_visit(material: Material) -> Content:
    """A table an analyte: the planned visits down, levels across, geometric mean and CV in a cell."""
    if not material.study.analytes:
        return NO_ANALYTE
    made = tuple(
        _visits(own, measured, material)
        for measured, own in by_analyte(material["PKCONC"], material.study, "PARAMCD")
    )
    return made or no_summary(material)


def _visits(rows: pl.DataFrame, measured: Measured, material: Material) -> Sheet:
    found = _wide(rows.filter(C("COHORT") == ALL))
    levels = [x for x in (*measured.levels, None) if x in set(found["LEVEL"])]
    planned = _planned(material.study, measured.analyte.drug)
    visits = pl.concat([planned, found.select(planned.columns)]).unique(
        ["CYCLE", "ATPTN"], keep="first", maintain_order=True
    )
    grid = visits.sort("CYCLE", "ATPTN", nulls_last=True).join(
        pl.DataFrame({"LEVEL": levels}, schema={"LEVEL": pl.String}), how="cross"
    )
    on = ["CYCLE", "ATPTN", "LEVEL"]
    cells = grid.join(
        found.drop("ATPT"), on=on, how="left", nulls_equal=True, maintain_order="left"
    )
    none = C("N").is_null()
    every = (C("NBLQ") == C("N")) & ~none
    made = with_times(cells).with_columns(
        VISIT=sentence("C{}D{}", "CYCLE", _day(C("ATPTN"))),
        COLUMN=C("LEVEL").fill_null(ALL),
        STAT=pl.when(none).then(pl.lit(TEXT)).otherwise(pl.lit("gmean_gcv")),
        TEXT=pl.when(none)
        .then(pl.lit(NO_SAMPLE.en))
        .when(every)
        .then(sentence("{} [{}]", pl.lit(BLQ), "N")),
        TEXTZH=pl.when(none).then(pl.lit(NO_SAMPLE.zh)),
        REASON=pl.when(none).then(pl.lit(NO_SAMPLE.en)).otherwise("REASON"),
        UNIT=pl.lit(measured.analyte.unit),
        TABLES=pl.lit(SAMPLES),
        ROWS=pl.when(~none).then(behind(cells)),
    )
    layout = Layout(
        ("CYCLE", "ATPTN"),
        {"VISIT": VISIT, "POINT": POINT, "HOURS": HOURS},
        "COLUMN",
        [(x or ALL, _head(x, measured, material)) for x in levels],
        TIME_POINTS_IN_WORDS,
    )
    about = replace(
        measured.about,
        title=in_unit(measured),
        notes=notes_of(made.filter(~none)),
    )
    return side_by_side(made, layout, about)


def in_unit(measured: Measured) -> Words:
    """The heading of a table of concentrations: the analyte, its matrix and its unit."""
    title, unit = measured.about.title, measured.analyte.unit
    return Words(f"{title.en}, {unit}", f"{title.zh}，{unit}")


def _wide(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a place: N, NBLQ, geometric mean (of one value itself) and its CV, and why there is none."""
    of = {
        stat: C("AVAL").filter(C("STAT") == stat).first()
        for stat in ("NBLQ", "GMEAN", "GCV", "MEDIAN")
    }
    wide = rows.group_by(PLACE, maintain_order=True).agg(
        C("ATPT").first(),
        C("N").first(),
        REASON=C("REASON").filter(C("STAT") == "GMEAN").first(),
        **of,
    )
    single = (C("N") == 1) & (C("MEDIAN") > 0)
    return wide.with_columns(
        VALUE=pl.when(single).then("MEDIAN").otherwise("GMEAN"),
        X=C("GCV"),
        REASON=pl.when(~single).then("REASON"),
    )


def _planned(study: Study, drug: str) -> pl.DataFrame:
    """The visits the protocol lists for samples of a drug: cycle, hours from its dose, name."""
    times = [
        (cycle, time.hours, time.timepoint)
        for time in (study.schedule.pk if study.schedule else ())
        if time.drug in (None, drug)
        for cycle in time.cycles
    ]
    kinds = {"CYCLE": pl.Int64, "ATPTN": pl.Float64, "ATPT": pl.String}
    return pl.DataFrame(times, schema=kinds, orient="row")


def _day(hours: pl.Expr) -> pl.Expr:
    """The planned day within the cycle; day 1 is that of the dose."""
    return (hours / 24).floor().cast(pl.Int64).clip(0) + 1


def _head(level: str | None, measured: Measured, material: Material) -> Words:
    """The level with the subjects who have a sample there."""
    own = (C("PARAMCD") == measured.analyte.code) & C("LEVEL").eq_missing(pl.lit(level))
    size = material["ADPC"].filter(own)["USUBJID"].n_unique()
    name = ALL_COHORTS if level is None else Words(*(2 * (measured.levels.get(level, level),)))
    return Words(f"{name.en}\n(N={size})", f"{name.zh}\n(N={size})")


DISPLAYS: Final = (
    Display(
        "T14.4.1.1",
        Words(
            "Concentrations by Nominal Time, Dose Level and Cycle",
            "按计划时间、剂量水平和周期总结的血药浓度",
        ),
        "PKC",
        by_time,
        ("pk/PKCONC",),
        CONCENTRATIONS,
        ("TIME-4", "DOSE-3"),
        ("nca.summary",),
        (ENTERED,),
    ),
    Display(
        "T14.4.1.2",
        Words("Concentrations by Listed Visit", "按方案规定访视总结的血药浓度"),
        "PKC",
        by_visit,
        ("pk/PKCONC",),
        CONCENTRATIONS,
        ("TIME-4", "DOSE-3"),
        ("nca.summary", "schedule.pk"),
        (ENTERED, CELL),
    ),
)
