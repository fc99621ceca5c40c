"""PK parameters by dose level and cycle, with every statistic (14.4.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Sheet
from pkpipe.displays.groups_side_by_side import in_cohort
from pkpipe.displays.pharmacokinetics.analytes import (
    ALL_COHORTS,
    CYCLE,
    GROUP_LABELS,
    NO_ANALYSIS,
    NO_ANALYTE,
    NO_RESULT,
    PARAMETER,
    UNIT,
    Measured,
    by_analyte,
    with_group_words,
    without_repeats,
)
from pkpipe.displays.pharmacokinetics.descriptive import as_cells, columns, notes_of
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.rows_behind import where

C: Final = pl.col
VALUES: Final = "pk/ADPP"
# Of the registry's many, those a clinical pharmacologist looks at first.
MAIN: Final = (
    *("CMAX", "TMAX", "CEOI", "CTROUGH", "CAVG", "AUCLST", "AUCTAU", "AUCIFO", "AUCPEO", "AUCINT"),
    *("LAMZHL", "CLO", "CLSS", "CLFO", "CLSSF", "VZO", "VZSS", "VZFO", "VSSO", "VSSIVMDO"),
    *("MRTIVIFO", "CMAXD", "AUCIFOD", "AUCTAUD"),
)
STATISTICS: Final = ("N", "MEAN", "SD", "CV", "GMEAN", "GCV", "MEDIAN", "MIN", "MAX")
KEY: Final = ("PARAMCD", "WINDOW", "LEVEL", "COHORT", "CYCLE")
ENTERED: Final = Words(
    "Values that are not reported, and profiles whose dose deviates from plan, are in listing 16.2.5.3 and "
    "not here.",
    "不予报告的数值以及实际给药偏离计划的数据见列表 16.2.5.3，本表未纳入。",
)
APPARENT: Final = Words(
    "Clearance and volume at steady state are apparent until steady state is shown (table 14.4.4.2).",
    "在证明达到稳态之前（见表 14.4.4.2），稳态清除率和分布容积为表观值。",
)
RESTING: Final = ("CLSS", "VZSS", "VSSIVMDO", "CLSSF")


def by_level(material: Material) -> Content:
    """A table an analyte: parameter, level, cohort and cycle down, statistics across."""
    if not material.study.analytes:
        return NO_ANALYTE
    main = material["PKSTAT"].filter(C("PARAMCD").is_in(MAIN))
    made = tuple(
        _of_analyte(own, measured, material) for measured, own in by_analyte(main, material.study)
    )
    return made or (NO_ANALYSIS if material.study.nca is None else NO_RESULT)


def _of_analyte(rows: pl.DataFrame, measured: Measured, material: Material) -> Sheet:
    kept = without_repeats(rows, "CYCLE", "PARAMCD", "WINDOW")
    units = kept.filter(C("STAT") == "MEDIAN").select("PARAMCD", UNITW="AVALU").unique("PARAMCD")
    told = (
        with_group_words(kept, material.study, measured.levels)
        .join(units, on="PARAMCD", how="left", maintain_order="left")
        .sort(
            C("PARAMCD").replace_strict(_order(MAIN), return_dtype=pl.Int64),
            *("WINDOW", "_LEVEL", "_COHORT", "CYCLE"),
            nulls_last=True,
            maintain_order=True,
        )
    )
    names = {code: named(code) for code in MAIN}
    made = as_cells(told).with_columns(
        PARAMW=with_window(C("PARAMCD").replace({k: w.en for k, w in names.items()})),
        TABLES=pl.lit(VALUES),
        ROWS=behind(told),
    )
    labels = {"PARAMW": PARAMETER, "UNITW": UNIT, **GROUP_LABELS, "CYCLE": CYCLE}
    words = {ALL_COHORTS.en: ALL_COHORTS, **{w.en: w for w in names.values()}}
    layout = Layout(KEY, labels, "COLUMN", columns(STATISTICS), words)
    notes = (*notes_of(made), *((APPARENT,) if made["PARAMCD"].is_in(RESTING).any() else ()))
    return side_by_side(made, layout, replace(measured.about, notes=notes))


def with_window(name: pl.Expr) -> pl.Expr:
    """The name of a parameter with the window of a partial area."""
    return pl.concat_str([name, C("WINDOW")], separator=", ", ignore_nulls=True)


def _order(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: place for place, code in enumerate(codes)}


def behind(rows: pl.DataFrame) -> pl.Expr:
    """The values a row of PKSTAT describes, as a condition on ADPP."""
    named_by = {k: C(k) for k in ("PARCAT1", "MATRIX", "PARAMCD", "LEVEL", "CYCLE")}
    return pl.concat_str(
        where(rows, **named_by, SUMFL="Y"),
        pl.lit(" AND AVAL IS NOT NULL"),
        in_cohort(),
        _in_window(),
    )


def _in_window() -> pl.Expr:
    """The part of the condition that says which partial area it is; nothing for other parameters."""
    ends = C("WINDOW").str.extract_groups(r"^(?<start>\S+) to (?<end>\S+) h$")
    told = pl.concat_str(
        pl.lit(" AND ROUND(START, 2) = "),
        ends.struct.field("start"),
        pl.lit(" AND ROUND(END, 2) = "),
        ends.struct.field("end"),
    )
    return told.fill_null("")


DISPLAYS: Final = (
    Display(
        "T14.4.2.1",
        Words(
            "Pharmacokinetic Parameters by Dose Level and Cycle",
            "按剂量水平和周期总结的药代动力学参数",
        ),
        "PKP",
        by_level,
        ("pk/PKSTAT",),
        CONCENTRATIONS,
        ("NCA-AUC", "NCA-LZ", "DOSE-3"),
        ("nca",),
        (ENTERED,),
    ),
)
