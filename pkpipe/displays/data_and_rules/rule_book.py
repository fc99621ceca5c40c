"""The rule book of a run: assumptions and choices of the study file, queries that could move the decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.dose_decision import EXAMS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.data_and_rules.data_state import KEY, LINE, PLACE
from pkpipe.displays.display import CELLS, Column, Content, Display, Material, Nothing, Sheet
from pkpipe.displays.dose_finding.decision_words import NO_ESCALATION
from pkpipe.displays.findings_in_chinese import with_chinese
from pkpipe.displays.formats import TEXT
from pkpipe.displays.subject_words import DLT_STATES
from pkpipe.protocol.study import Study

C: Final = pl.col
FINDINGS: Final = "validate/FINDINGS"
# Sections of a study file whose keys move numbers.
SECTIONS: Final = (
    *("treatment", "escalation", "schedule", "nca", "immunogenicity", "response"),
    *("survival", "safety", "exposure_response", "report"),
)


def _texts(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], about: About) -> Sheet:
    """A table of texts; the first of a row is its code."""
    cells = [
        {"ROW": row[0], "COL": column.key, "STAT": TEXT, "TEXT": text}
        for row in rows
        for column, text in zip(columns, row[1:], strict=True)
    ]
    return Sheet(
        columns,
        pl.DataFrame(cells, schema=CELLS, orient="row"),
        about.code,
        about.title,
        about.notes,
    )


def _column(key: str, en: str, zh: str) -> Column:
    return Column(key, Words(en, zh), numeric=False)


def _rules(material: Material) -> Content:
    study = material.study
    assumed = [(a.id, a.id, a.finding, a.decision) for a in study.assumptions]
    chosen = [(f"{section}.{key}", section, key, said) for section, key, said in _keys(study)]
    assumptions = _texts(
        (
            _column("ID", "Id", "编号"),
            _column("FINDING", "What the text says or leaves open", "方案文字的矛盾或空缺"),
            _column("DECISION", "Decision", "处理"),
        ),
        assumed,
        About("ASSUMPTIONS", Words("Stated assumptions", "已声明的假设")),
    )
    keys = _texts(
        (
            _column("SECTION", "Section", "章节"),
            _column("KEY", "Key", "键"),
            _column("VALUE", "Value", "取值"),
        ),
        chosen,
        About("KEYS", Words("Choices of the study file, as resolved", "研究文件的选项（解析后）")),
    )
    return tuple(sheet for sheet in (assumptions, keys) if sheet.cells.height)


def _keys(study: Study) -> Iterator[tuple[str, str, str]]:
    for section in SECTIONS:
        model = getattr(study, section, None)
        if model is None:
            continue
        for key, value in model.model_dump(mode="json").items():
            yield section, key, _words(value)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(_words(one) for one in value) or "none"
    return "none" if value is None else str(value)


# Tables the decision rests on, beside the examinations a protocol requires in the window.
DECIDE: Final = frozenset({"AE", "EX", "DM", "DS", "SS", "CM", "RS", "DECISIONS"})
NO_QUERY: Final = Words(
    "no open finding about what the decision rests on", "无涉及决策依据的未解决发现"
)
WHICH: Final = Words(
    "Open findings about subjects of the escalation, in the tables that the decision rests on.",
    "剂量递增受试者在决策依据数据表中的未解决发现。",
)


def _queries(material: Material) -> Content:
    plan = material.study.escalation
    if plan is None:
        return Nothing(NO_ESCALATION)
    tables = DECIDE | {str(EXAMS[a.exam]) for a in plan.required_assessments}
    subjects = material["ADDLT"].select("USUBJID", "LEVEL", "LEVELN", "STATE")
    open_ = material["FINDINGS"].filter(
        C("SEVERITY").is_in(["error", "query"]) & C("TABLE").is_in(sorted(tables))
    )
    rows = open_.join(subjects, on="USUBJID", how="left", maintain_order="left")
    rows = rows.filter(
        C("STATE").is_not_null() | (C("SEVERITY") == "error") | (C("TABLE") == "DECISIONS")
    )
    if rows.is_empty():
        return Nothing(NO_QUERY)
    ordered = rows.sort(
        C("SEVERITY") != "error",
        C("STATE").fill_null("") != "PENDING",
        -C("LEVELN").fill_null(0),
        maintain_order=True,
    )
    first = (
        Field("LEVEL", Words("Level", "剂量水平")),
        Field("STATE", Words("DLT status", "DLT状态"), words=DLT_STATES),
    )
    told = with_chinese(ordered)
    return (listing(told, (*first, *LINE), FINDINGS, KEY, found_by=(*PLACE, "VALUE")),)


DISPLAYS: Final = (
    Display(
        "T14.9.4",
        Words("Rule Book: Assumptions and Choices of the Study File", "规则手册：研究文件的假设和选项"),
        "ALL",
        _rules,
        ("snapshot/SOURCES",),
        config=("assumptions", *SECTIONS),
    ),
    Display(
        "T14.9.5",
        Words("Open Queries That Could Move the Decision", "可能影响决定的未解决质疑"),
        "ALL",
        _queries,
        (FINDINGS, "escalation/ADDLT"),
        rule=("SET-DLT",),
        notes=(WHICH,),
    ),
)  # fmt: skip
