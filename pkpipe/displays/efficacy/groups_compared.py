"""Groups of a time to event held against one of them: log-rank test and hazard ratios."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Material, Sheet
from pkpipe.displays.efficacy.efficacy_words import ENDPOINTS

C: Final = pl.col
COLUMNS: Final = {
    "N": ("count", Words("Subjects", "受试者")),
    "EVENTS": ("count", Words("Events", "事件数")),
    "LOGRANK_EXPECTED": ("number", Words("Expected events", "期望事件数")),
    "HR": ("hazard_ratio", Words("Hazard ratio (limits)", "风险比（置信限）")),
    "HR_P": ("p", Words("p (hazard ratio)", "P 值（风险比）")),
    "LOGRANK_CHISQ": ("number", Words("Log-rank χ²", "对数秩检验 χ²")),
    "LOGRANK_DF": ("df", Words("Degrees of freedom", "自由度")),
    "LOGRANK_P": ("p", Words("p (log-rank)", "P 值（对数秩检验）")),
}
GROUPINGS_IN_WORDS: Final = {
    "COHORT": Words("Cohort", "队列"),
    "LEVEL": Words("Dose level", "剂量水平"),
    "PART": Words("Part", "研究阶段"),
    "TUMTYPE": Words("Tumour type", "瘤种"),
}
TOGETHER: Final = Words("All groups", "各组合计")
REFERENCE: Final = Words("reference", "参照组")
DESCRIPTIVE: Final = Words(
    "Descriptive: subjects were not drawn by lot into these groups, and p-values are not adjusted.",
    "描述性分析：受试者未随机分入各组，P 值未作校正。",
)
MODEL: Final = Words(
    "Hazard ratios: Cox model, ties by Efron; below 1: a lower hazard than in the reference. "
    "NE: not estimable.",
    "风险比：Cox 模型，结点采用 Efron 法；小于 1 表示风险低于参照组。NE：不可估计。",
)


def comparisons(material: Material, endpoint: str) -> Iterator[Sheet]:
    """One table a comparison that the study asks for of this endpoint."""
    rows = material["KMTEST"].filter(C("PARAMCD") == endpoint, C("STAT").is_in(list(COLUMNS)))
    for (group, reference), part in rows.group_by("GROUP", "REFVAL", maintain_order=True):
        yield _sheet(part, endpoint, str(group), str(reference))


def _sheet(rows: pl.DataFrame, endpoint: str, group: str, reference: str) -> Sheet:
    compared = [g for g in rows["GROUPVAL"].unique(maintain_order=True) if g != "ALL"]
    everybody = ", ".join(_quoted(str(g)) for g in compared)
    base = f"PARAMCD = '{endpoint}' AND ANL01FL = 'Y' AND {group}"
    own = C("STAT").is_in(["N", "EVENTS"])
    value = C("GROUPVAL").str.replace_all("'", "''", literal=True)
    cells = rows.with_columns(
        KIND="STAT",
        STAT=C("STAT").replace_strict({code: stat for code, (stat, _) in COLUMNS.items()}),
        VALUE="ESTIMATE",
        PARAM=pl.when(C("GROUPVAL") == "ALL").then(pl.lit(TOGETHER.en)).otherwise("GROUPVAL"),
        TEXT=pl.when(C("STATUS") == "NE").then(pl.lit("NE")),
        UNIT=pl.when(own).then(pl.lit("subjects")),
        TABLES=pl.lit("survival/ADTTE"),
        ROWS=pl.when(own)
        .then(pl.concat_str(pl.lit(f"{base} = '"), value, pl.lit("'")))
        .otherwise(pl.lit(f"{base} IN ({everybody})"))
        + pl.when(C("STAT") == "EVENTS").then(pl.lit(" AND CNSR = 0")).otherwise(pl.lit("")),
    )
    told = pl.DataFrame(
        {"GROUPVAL": [reference], "KIND": "HR", "STAT": "text", "PARAM": reference,
         "TEXT": REFERENCE.en, "TEXTZH": REFERENCE.zh}
    )  # fmt: skip
    ordered = pl.concat([cells.filter(C("GROUPVAL") != "ALL"), told], how="diagonal")
    cells = pl.concat([ordered, cells.filter(C("GROUPVAL") == "ALL")], how="diagonal")
    layout = Layout(
        ("GROUPVAL",),
        {"PARAM": GROUPINGS_IN_WORDS[group]},
        "KIND",
        [(code, words) for code, (_, words) in COLUMNS.items()],
        {TOGETHER.en: TOGETHER},
    )
    name = ENDPOINTS[endpoint]
    title = Words(
        f"{name.en}: groups compared with {reference}", f"{name.zh}：与 {reference} 组比较"
    )
    strata = [str(s) for s in rows["STRATA"].drop_nulls().unique()]
    about = About(
        f"{endpoint}/{group}/{reference}", title, (MODEL, *map(_stratified, strata), DESCRIPTIVE)
    )
    return side_by_side(cells, layout, about)


def _stratified(columns: str) -> Words:
    return Words(
        f"Tests and hazard ratios are stratified by {columns}.",
        f"检验和风险比按 {columns} 分层。",
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
