"""Biomarkers: by visit, and the time a receptor was saturated (14.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import BIOMARKERS
from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, in_cohort
from pkpipe.displays.populations import TREATED
from pkpipe.displays.rows_behind import where
from pkpipe.displays.safety.safety_words import visit_words
from pkpipe.displays.safety.values_by_visit import OF_MEDIANS, means_and_ranges

C: Final = pl.col
RESULTS, SATURATED = "pk/ADPD", "pk/PDSAT"
VALUE_WORDS: Final[Mapping[str, Words]] = {
    "AVAL": Words("Value", "数值"),
    "CHG": Words("Change", "较基线变化"),
    "PCHG": Words("Percent change", "较基线变化百分比"),
}
NOBODY: Final = Words("no result at a planned time", "计划时间点无结果")
NO_LIMIT: Final = Words(
    "not planned: no biomarker of the study file has saturated_from", "未计划：研究文件中无 saturated_from"
)  # fmt: skip
VISIT_NOTE: Final = Words(
    "Mean (SD), number of subjects; the first result of a subject at a visit and time. The last column: "
    "median (minimum, maximum) of all. Later visits hold only subjects who stayed.",
    "均值（标准差），例数；每名受试者每次访视及时间点取首个结果。末列为全部受试者的中位数（最小值，最大值）。"
    "后期访视仅包括仍在研究中的受试者。",
)
SATURATION_NOTE: Final = Words(
    "Linear between results, from each subject's first result to the last; nothing is assumed before or "
    "after. Few samples understate the time.",
    "两次结果之间按线性内插，自首次至末次结果；此前此后不作假设。样本少则低估时间。",
)


def _by_visit(material: Material) -> Content:
    # of a share a percent of a baseline near 0 says nothing
    shares = [m.code for m in material.study.biomarkers if m.saturated_from is not None]
    said = ~(C("PARAMCD").is_in(shares) & (C("KIND") == "PCHG"))
    rows = material["PDSTAT"].filter((C("N") > 0) & said)
    parts = _described(rows).partition_by("PARAMCD", maintain_order=True)
    return tuple(_visits(part, material) for part in parts) or Nothing(NOBODY)


def _described(rows: pl.DataFrame) -> pl.DataFrame:
    keys = ("PARAMCD", "CYCLE", "VISIT", "ATPTN")
    at = where(rows, **{key: C(key) for key in keys})
    unit = pl.when(C("KIND") == "PCHG").then(pl.lit("%")).otherwise("AVALU")
    named = rows.with_columns(
        TABLES=pl.lit(RESULTS),
        ROWS=pl.concat_str(
            pl.lit("ANL01FL = 'Y' AND "),
            at,
            pl.lit(" AND "),
            "KIND",
            pl.lit(" IS NOT NULL"),
            in_cohort(),
        ),
        UNIT=unit,
        WHAT=C("KIND").replace_strict({k: w.en for k, w in VALUE_WORDS.items()}),
        TIME=C("ATPT").fill_null(""),
    ).sort("CYCLE", "ATPTN", "VISIT", nulls_last=True, maintain_order=True)
    return means_and_ranges(named)


def _visits(rows: pl.DataFrame, material: Material) -> Sheet:
    code, name, unit = rows.select("PARAMCD", "PARAM", "AVALU").row(0)
    columns = [
        *cohort_columns(material, TREATED),
        OF_MEDIANS,
    ]
    labels = {
        "VISIT": Words("Visit", "访视"),
        "TIME": Words("Time", "时间点"),
        "WHAT": Words("Kind", "类别"),
    }
    visits = {v: visit_words(v) for v in rows["VISIT"].drop_nulls().unique()}
    layout = Layout(
        ("CYCLE", "VISIT", "ATPTN", "KIND"),
        labels,
        "COHORT",
        columns,
        {w.en: w for w in VALUE_WORDS.values()} | visits | {"PREDOSE": Words("PREDOSE", "给药前")},
    )
    title = same(f"{name or code} ({unit})" if unit else str(name or code))
    return side_by_side(rows, layout, About(code, title, (VISIT_NOTE,)))


# Lines of the time saturated: words, statistic, columns of PDSATSUM, and whose rows of PDSAT they are.
SATURATION: Final[tuple[tuple[str, Words, str, tuple[str, ...], str], ...]] = (
    ("NEXAM", Words("Examined", "接受检查"), "count", ("NEXAM",), ""),
    ("N", Words("With two results", "至少有两次结果"), "count", ("N",), " AND SATPCT IS NOT NULL"),
    (
        "NEVER",
        Words("Never saturated", "从未饱和"),
        "share",
        ("NEVER", "N"),
        " AND SATPCT IS NOT NULL AND FSATDTM IS NULL",
    ),
    (
        "OBSMED",
        Words("Days observed, median", "观察天数中位数"),
        "median",
        ("OBSMED",),
        " AND OBSDAY IS NOT NULL",
    ),
    (
        "SATMED",
        Words("Days saturated, median", "饱和天数中位数"),
        "median",
        ("SATMED",),
        " AND SATDAY IS NOT NULL",
    ),
    (
        "PCTMED",
        Words("Percent of the time, median (range)", "饱和时间百分比，中位数（范围）"),
        "median_range",
        ("PCTMED", "PCTMIN", "PCTMAX"),
        " AND SATPCT IS NOT NULL",
    ),
)


def _saturated(material: Material) -> Content:
    rows = material["PDSATSUM"]
    if rows.is_empty():
        return Nothing(none_saturated(material))
    columns = cohort_columns(material, TREATED)
    return tuple(
        _time_saturated(part, columns) for part in rows.partition_by("PARAMCD", maintain_order=True)
    )


def none_saturated(material: Material) -> Words:
    """Why there is no time of saturation: no threshold is stated, or nobody has a result."""
    stated = any(marker.saturated_from is not None for marker in material.study.biomarkers)
    return NOBODY if stated else NO_LIMIT


def _time_saturated(rows: pl.DataFrame, columns: list[tuple[str, Words]]) -> Sheet:
    first = rows.row(0, named=True)
    of = where(rows, PARAMCD=C("PARAMCD"))
    lines = [
        rows.select(
            "COHORT",
            CODE=pl.lit(code),
            LINE=pl.lit(words.en),
            STAT=pl.lit(stat),
            VALUE=(100 * C("NEVER") / C("N") if stat == "share" else C(names[0])).cast(pl.Float64),
            X=C("NEVER").cast(pl.Float64) if stat == "share" else None,
            N="N",
            LOWER=C(names[1]) if stat == "median_range" else None,
            UPPER=C(names[2]) if stat == "median_range" else None,
            REASON="REASON",
            TABLES=pl.lit(SATURATED),
            ROWS=pl.concat_str(of, pl.lit(sql), in_cohort()),
        )
        for code, words, stat, names, sql in SATURATION
    ]
    layout = Layout(
        ("CODE",),
        {"LINE": Words("Subjects", "受试者")},
        "COHORT",
        columns,
        {words.en: words for _, words, *_ in SATURATION},
    )
    limit = f"{first['LIMIT']:g} {first['AVALU'] or ''}".strip()
    name = first["PARAM"] or first["PARAMCD"]
    title = Words(f"{name}: at or above {limit}", f"{name}：达到或高于 {limit}")
    return side_by_side(
        pl.concat(lines, how="diagonal_relaxed"),
        layout,
        About(first["PARAMCD"], title, (SATURATION_NOTE,)),
    )


DISPLAYS: Final = (
    Display(
        "T14.6.1",
        Words("Biomarkers by Visit", "按访视总结的生物标志物"),
        "SAF",
        _by_visit,
        ("pk/PDSTAT",),
        BIOMARKERS,
        ("SET-SAF",),
        ("biomarkers",),
    ),
    Display(
        "T14.6.2",
        Words("Time of Receptor Saturation", "受体饱和时间"),
        "SAF",
        _saturated,
        ("pk/PDSATSUM",),
        BIOMARKERS,
        ("SET-SAF",),
        ("biomarkers.saturated_from",),
    ),
)
