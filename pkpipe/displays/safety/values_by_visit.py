"""Laboratory, vital signs and ECG by visit: a table a test, cohorts side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Material, Nothing, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, in_cohort
from pkpipe.displays.populations import TREATED
from pkpipe.displays.rows_behind import where
from pkpipe.displays.safety.safety_words import TESTS, visit_words
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
TABLES: Final = {"LB": "safety/ADLB", "VS": "safety/ADVS", "EG": "safety/ADEG"}
VALUE_WORDS: Final[Mapping[str, Words]] = {
    "AVAL": Words("Value", "数值"),
    "CHG": Words("Change", "较基线变化"),
}
MEDIANS: Final = "ALL MEDIAN"
OF_MEDIANS: Final = (MEDIANS, Words("Total: median (range)", "合计：中位数（范围）"))
NO_VALUE: Final = Words("no value at a planned visit", "无计划访视的数值")
NOTES: Final = (
    Words(
        "Mean (SD), number of subjects; the first value of a subject at a planned visit. Change is from the "
        "last value up to the first dose. The last column: median (minimum, maximum) of all.",
        "均值（标准差），例数；每名受试者每个计划访视取首个数值。变化为较首次给药前末次数值的变化。"
        "末列为全部受试者的中位数（最小值，最大值）。",
    ),
)  # fmt: skip


def sheets_of(material: Material, domain: str) -> tuple[Sheet, ...]:
    """A table a test and unit."""
    rows = material["BYVISIT"].filter(C("DOMAIN") == domain)
    columns = cohort_columns(material, TREATED)
    groups = [*columns, OF_MEDIANS]
    # one frame for all tests, so that texts are made at once
    shown = _cells(rows, domain)
    return tuple(_sheets(shown, groups))


def _cells(rows: pl.DataFrame, domain: str) -> pl.DataFrame:
    keyed = where(rows, PARAMCD=C("PARAMCD"), AVALU=C("AVALU"), VISIT=C("VISIT"))
    given = pl.concat_str(pl.lit(" AND "), "KIND", pl.lit(" IS NOT NULL"))
    named = rows.with_columns(
        ROWS=pl.concat_str(pl.lit("ANL01FL = 'Y' AND "), keyed, given, in_cohort()),
        TABLES=pl.lit(TABLES[domain]),
        UNIT="AVALU",
        WHAT=C("KIND").replace_strict({k: w.en for k, w in VALUE_WORDS.items()}),
    )
    return means_and_ranges(named).sort("VISITN", maintain_order=True)


def _sheets(rows: pl.DataFrame, groups: list[tuple[str, Words]]) -> Iterator[Sheet]:
    labels = {"VISIT": Words("Visit", "访视"), "WHAT": Words("Kind", "类别")}
    for part in rows.partition_by("PARAMCD", "AVALU", maintain_order=True):
        code, unit, name = part.select("PARAMCD", "AVALU", "PARAM").row(0)
        said = TESTS.get(code, Words(name or code, name or code))
        of = f" ({unit})" if unit else ""
        title = Words(f"{name or said.en}{of}", f"{said.zh}{of}")
        words = {w.en: w for w in VALUE_WORDS.values()} | {
            v: visit_words(v) for v in part["VISIT"].unique()
        }
        layout = Layout(("VISIT", "KIND"), labels, "COHORT", groups, words)
        yield side_by_side(part, layout, About("/".join(filter(None, (code, unit))), title, NOTES))


def by_visit(domain: str) -> Callable[[Material], Content]:
    """What makes the display of a domain."""

    def make(material: Material) -> Content:
        return sheets_of(material, domain) or Nothing(NO_VALUE)

    return make


def means_and_ranges(named: pl.DataFrame) -> pl.DataFrame:
    """Mean (SD) and n of each group; median and range of everybody in a column of their own."""
    means = named.with_columns(STAT=pl.lit("mean_sd_n"), VALUE="MEAN", X="SD")
    ranges = named.filter(C("COHORT") == ALL).with_columns(
        COHORT=pl.lit(MEDIANS),
        STAT=pl.lit("median_range"),
        VALUE="MEDIAN",
        LOWER="MIN",
        UPPER="MAX",
    )
    return pl.concat([means, ranges], how="diagonal")
