"""The cohort summary: the lines of other tables that a meeting reads across the cohorts (14.9.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.dose_decision import DLT
from pkpipe.displays.antibodies import antibody_tables as antibodies
from pkpipe.displays.bilingual import NONE, Words, lost
from pkpipe.displays.builders import LABEL, Layout, side_by_side
from pkpipe.displays.counted import Groups, groups_of
from pkpipe.displays.display import CELLS, Column, Content, Display, Material, Nothing, Sheet
from pkpipe.displays.dose_finding.dose_levels import SUBJECTS as WINDOWS
from pkpipe.displays.efficacy import response_rates, time_to_event
from pkpipe.displays.formats import TEXT
from pkpipe.displays.result_rows import contents
from pkpipe.displays.safety import adverse_events, examinations
from pkpipe.displays.subjects import disposition, exposure
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
ENROLLED: Final = C("ENRLFL") == "Y"
WHAT, WHICH = "HEAD", "LABEL"
LABELS: Final = ("LABEL", "PARAM")  # columns of other tables that say what a line is
STATISTICS: Final = ("median_of_counts", "median_range", "mean")


@dataclass(frozen=True)
class Pick:
    """Lines of another table: which display, what they are about, and which of its tables and lines."""

    number: str
    head: Words
    rows: tuple[str, ...] = ()  # empty: all
    sheet: str = ""  # its code; empty: the first


TIMES: Final = ("N", "EVENTS", "MEDIAN")
ENTRY: Final = ("ENROLLED", "TREATED", "ONTRT", "OFFTRT", "OFFSTUDY", "DEATHS")
RATES: Final = ("evaluable/CORR", "evaluable/ORR", "evaluable/DCR")
EXPOSED, ANTIBODIES = Words("Exposure", "药物暴露"), Words("Immunogenicity", "免疫原性")
DOSES: Final = ("NCYCLE/cycles/MEDIAN", "RDI/%/MEDIAN")
ADA: Final = ("PREVAL", "INCID", "NABINC")
# In the order of a meeting; toxicity by cohort is a line of this table itself.
BEFORE: Final = (Pick("T14.1.1.1", Words("Enrolment", "入组"), ENTRY),)
AFTER: Final = (
    Pick("T14.3.1.1", Words("Adverse events", "不良事件")),
    Pick("T14.2.1.1", Words("Response, evaluable subjects", "疗效（可评估受试者）"), RATES),
    Pick("T14.2.2.1", Words("Duration of response (months)", "缓解持续时间（月）"), TIMES, "DOR"),
    Pick("T14.2.2.1", Words("Time to response (months)", "至缓解时间（月）"), TIMES, "TTR"),
    Pick(
        "T14.2.2.2", Words("Progression-free survival (months)", "无进展生存期（月）"), TIMES, "PFS"
    ),
    Pick("T14.2.2.3", Words("Overall survival (months)", "总生存期（月）"), TIMES, "OS"),
)
ABNORMAL: Final = (
    Pick(
        "T14.3.8.1",
        Words("Subjects with abnormal values after the first dose", "首次给药后出现异常值的受试者"),
    ),
)
MODULES: Final = (
    *(disposition, exposure, adverse_events, response_rates, time_to_event),
    *(antibodies, examinations),
)
OTHERS: Final[Mapping[str, Display]] = {
    display.number: display for module in MODULES for display in module.DISPLAYS
}


def _summary(material: Material) -> Content:
    groups = groups_of(material, ENROLLED)
    if groups.members.is_empty():
        return ()
    parts = [
        *_picked(material, groups, BEFORE),
        *_toxicity(material, groups),
        *_picked(material, groups, tuple(_by_drug(material, "T14.1.3.1", EXPOSED, DOSES))),
        *_picked(material, groups, (*AFTER, *_by_drug(material, "T14.5.1.1", ANTIBODIES, ADA))),
        *_picked(material, groups, ABNORMAL),
    ]
    columns = (
        Column(WHAT, Words("About", "项目"), numeric=False),
        Column(WHICH, Words("Line", "内容"), numeric=False),
        *(Column(code, head) for code, head in groups.columns),
    )
    return (Sheet(columns, pl.concat(parts)),)


def _by_drug(material: Material, number: str, head: Words, rows: tuple[str, ...]) -> Iterator[Pick]:
    for drug in material.study.drugs:
        of = Words(f"{head.en}: {drug.code}", f"{head.zh}：{drug.code}")
        yield Pick(number, of, rows, drug.code)


def _picked(material: Material, groups: Groups, picks: Sequence[Pick]) -> Iterator[pl.DataFrame]:
    made: dict[str, Content] = {}
    for pick in picks:
        if pick.number not in made:
            made[pick.number] = contents([OTHERS[pick.number]], material)[0][1]
        content = made[pick.number]
        if isinstance(content, Nothing):
            yield _said(pick, groups, content.why)
            continue
        sheets = [s for s in content if isinstance(s, Sheet) and pick.sheet in {"", s.code}]
        if sheets:
            yield _lines(pick, groups, sheets[0].cells)


def _said(pick: Pick, groups: Groups, why: Words) -> pl.DataFrame:
    """One line that says in every column why there is nothing."""
    row = f"{pick.number}/{pick.sheet}".strip("/")
    labels = [_label(row, WHAT, pick.head), _label(row, WHICH, NONE)]
    cells = [
        {"ROW": row, "COL": code, "STAT": TEXT, "TEXT": why.en, "TEXTZH": why.zh, "REASON": why.en}
        for code, _ in groups.columns
    ]
    return pl.DataFrame([*labels, *cells], schema=CELLS, orient="row")


def _label(row: str, column: str, said: Words) -> dict[str, object]:
    return {"ROW": row, "COL": column, "STAT": LABEL, "TEXT": said.en, "TEXTZH": said.zh}


def _lines(pick: Pick, groups: Groups, cells: pl.DataFrame) -> pl.DataFrame:
    """The lines picked, under a heading in front of the first of them."""
    if pick.rows:
        order = {row: place for place, row in enumerate(pick.rows)}
        cells = cells.filter(C("ROW").is_in(list(order))).sort(
            C("ROW").replace_strict(order, return_dtype=pl.Int64), maintain_order=True
        )
    prefix = f"{pick.number}/{pick.sheet}".strip("/")
    codes = [code for code, _ in groups.columns]
    numbers = cells.filter(C("COL").is_in(codes))
    names = _names(cells)
    first = C("ROW") == pl.lit(names["ROW"].first(), dtype=pl.String)
    heads = names.with_columns(
        COL=pl.lit(WHAT),
        TEXT=pl.when(first).then(pl.lit(pick.head.en)).otherwise(pl.lit("")),
        TEXTZH=pl.when(first).then(pl.lit(pick.head.zh)).otherwise(pl.lit("")),
    )
    together = pl.concat([heads, names, numbers])
    rows = cells["ROW"].unique(maintain_order=True).to_list()
    place = {row: n for n, row in enumerate(rows)}
    return together.sort(
        C("ROW").replace_strict(place, return_dtype=pl.Int64), maintain_order=True
    ).with_columns(ROW=pl.concat_str(pl.lit(f"{prefix}/"), "ROW"))


def _names(cells: pl.DataFrame) -> pl.DataFrame:
    """What each line says, with the heading that stands before a statistic of several."""
    names = cells.filter(C("COL").is_in(LABELS)).with_columns(COL=pl.lit(WHICH))
    statistic = cells.filter(C("STAT").is_in(STATISTICS)).select("ROW").unique()
    heads = cells.filter((C("COL") == "HEAD") & (C("TEXT") != "")).join(
        statistic, on="ROW", how="semi"
    )
    told = heads.select("ROW", EN="TEXT", ZH="TEXTZH")
    with_head = names.join(told, on="ROW", how="left", maintain_order="left")
    said = pl.concat_str("EN", "TEXT", separator=", ", ignore_nulls=True)
    chinese = pl.concat_str("ZH", "TEXTZH", separator="，", ignore_nulls=True)
    return with_head.with_columns(TEXT=said, TEXTZH=chinese).select(names.columns)


def _toxicity(material: Material, groups: Groups) -> Iterator[pl.DataFrame]:
    """DLT of those evaluable, by cohort of the escalation and over all of them."""
    if material.study.escalation is None:
        return
    head = Words("Dose-limiting toxicity", "剂量限制性毒性")
    reason = material.known.reason(*DLT)
    if reason is not None:
        yield _said(Pick("DLT", head), groups, lost(reason))
        return
    of = material["SUMMARY"].filter((C("TOPIC") == "DLT") & (C("PARAMCD") == "DLT"))
    if of.is_empty():
        return
    wide = of.pivot(on="STAT", index=["COHORT", "N"], values="VALUE")
    levels = {c.code: c.level for c in material.study.cohorts if c.part == "escalation"}
    named = [f"'{level}'" for level in levels.values() if level]
    every = f"LEVEL IN ({', '.join(named)})" if named else "TRUE"
    rows = wide.with_columns(
        ROW=pl.lit("DLT"),
        HEAD=pl.lit(head.en),
        LABEL=pl.lit(EVALUABLE.en),
        STAT=pl.lit("rate"),
        X=C("COUNT"),
        VALUE=(100 * C("COUNT") / C("N")).fill_nan(None),
        UNIT=pl.lit("subjects"),
        TEXT=pl.when(C("N") == 0).then(pl.lit("–")),
        TABLES=pl.lit(WINDOWS),
        AT=pl.when(C("COHORT") == ALL)
        .then(pl.lit(every))
        .otherwise(
            pl.concat_str(
                pl.lit("LEVEL = '"),
                C("COHORT").replace_strict(levels, default=None, return_dtype=pl.String),
                pl.lit("'"),
            )
        ),
    ).with_columns(ROWS=pl.concat_str("AT", pl.lit(" AND STATE = 'EVALUABLE_DLT'")))
    rest = pl.DataFrame({"COHORT": [c for c, _ in groups.columns if c not in set(of["COHORT"])]})
    outside = rest.with_columns(
        ROW=pl.lit("DLT"),
        STAT=pl.lit(TEXT),
        TEXT=pl.lit("–"),
        REASON=pl.lit("no escalation cohort"),
    )
    every_cohort = pl.concat([rows, outside], how="diagonal_relaxed")
    yield _side_by_side(every_cohort, groups, (head, EVALUABLE))


EVALUABLE: Final = Words("With DLT, of those evaluable", "发生DLT / 可评估")


def _side_by_side(rows: pl.DataFrame, groups: Groups, words: Sequence[Words]) -> pl.DataFrame:
    layout = Layout(
        ("ROW",), {WHAT: NONE, WHICH: NONE}, "COHORT", groups.columns, {w.en: w for w in words}
    )
    return side_by_side(rows, layout).cells


DISPLAYS: Final = (
    Display(
        "T14.9.6",
        Words("Cohort Summary", "队列汇总"),
        "ENR",
        _summary,
        (
            *("subjects/ADSL", "subjects/ADEXSUM", WINDOWS, "safety/ADAE", "tumor/ADRS"),
            *("survival/ADTTE", "immunogenicity/ADAB", "safety/CRITSUM", "cohorts/SUMMARY"),
        ),
        rule=("SET-ENR", "SET-DLT", "SAF-4"),
    ),
)
