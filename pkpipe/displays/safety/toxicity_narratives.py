"""Each dose-limiting toxicity as a narrative: dose, event, grade, course, laboratory around it (14.3.3.2)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pkpipe.clinical.dose_decision import DLT
from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.number_text import day, plain
from pkpipe.displays.rows_behind import quoted
from pkpipe.displays.safety.safety_words import ACTIONS, OUTCOMES
from pkpipe.displays.statements import Fact, fact_sheet
from pkpipe.displays.subject_words import YES

C: Final = pl.col
EVENTS, WINDOWS, LABS = "safety/ADAE", "escalation/ADDLT", "safety/ADLB"
SUBJECTS: Final = "subjects/ADSL"
BEFORE, AFTER = 14, 28  # days around the onset
NO_DLT: Final = Words("no dose-limiting toxicity", "未发生剂量限制性毒性")
AROUND: Final = Words(
    f"Laboratory: tests with a grade of 1 or more from {BEFORE} days before the onset to {AFTER} days after "
    "it, with all their values of these days.",
    f"实验室检查：自发生日前{BEFORE}天至其后{AFTER}天内出现1级及以上异常的检查项目在此期间的全部数值。",
)
NO_LABS: Final = Words(
    "No laboratory value of grade 1 or more around it.", "该事件前后无1级及以上实验室检查异常。"
)
LAB_FIELDS: Final = (
    Field("PARAM", Words("Test", "检查项目")),
    Field("ADT", Words("Date", "日期")),
    Field("FROM", Words("Days from the onset", "距发生日天数")),
    Field("AVAL", Words("Value", "数值"), unit="AVALU"),
    Field("AVALU", Words("Unit", "单位")),
    Field("ANRLO", Words("Normal from", "参考值下限")),
    Field("ANRHI", Words("to", "参考值上限")),
    Field("ATOXGRL", Words("Grade, low", "级别（偏低）")),
    Field("ATOXGRH", Words("Grade, high", "级别（偏高）")),
)


def _narratives(material: Material) -> Content:
    events = material["ADAE"].filter(C("AEDLTFL") == "Y")
    if events.is_empty():
        return Nothing(NO_DLT)
    subjects = material["ADSL"].select("USUBJID", "DOSE1", "TRTSDT", "COHLABEL", "COHORTN")
    windows = material["ADDLT"].select("USUBJID", "WINENDT", "DLTFL")
    told = (
        events.join(subjects, on="USUBJID", how="left", maintain_order="left")
        .join(windows, on="USUBJID", how="left", maintain_order="left")
        .sort("COHORTN", "ASTDT", "USUBJID", "AESEQ", nulls_last=True)
    )
    return tuple(sheet for row in told.iter_rows(named=True) for sheet in _of(row, material))


def _of(row: Mapping[str, Any], material: Material) -> tuple[Sheet, ...]:
    code = f"{row['USUBJID']}/{row['AESEQ']}"
    head = same(f"{row['USUBJID']}: {plain(row['AEDECOD'])}")
    labs = _labs(row, material["ADLB"])
    notes = (AROUND,) if labs.height else (NO_LABS,)
    facts = fact_sheet(_facts(row), About(code, head, notes))
    if labs.is_empty():
        return (facts,)
    title = Words(f"{head.en}: laboratory around it", f"{head.zh}：前后实验室检查")
    key = ("PARAMCD", "ADT")
    found = ("USUBJID", "PARAMCD", "ADT", "SRCROW")
    return facts, listing(labs, LAB_FIELDS, LABS, key, About(f"{code}/LB", title), found)


def _facts(row: Mapping[str, Any]) -> list[Fact]:
    subject = f"USUBJID = {quoted(row['USUBJID'])}"
    event = f"{subject} AND AESEQ = {row['AESEQ']}"
    grade = row["AETOXGR"]
    given = (
        ("DOSE", Words("Dose", "剂量"), same(plain(row["DOSE1"])), SUBJECTS, subject),
        ("LEVEL", Words("Cohort", "队列"), same(plain(row["COHLABEL"])), SUBJECTS, subject),
        ("FIRST", Words("First dose", "首次给药"), same(day(row["TRTSDT"])), SUBJECTS, subject),
        ("TERM", Words("Event", "事件"), same(plain(row["AEDECOD"])), EVENTS, event),
        ("GRADE", Words("Grade", "级别"), same(plain(grade)), EVENTS, event),
        ("ONSET", Words("Onset", "发生日期"), _onset(row), EVENTS, event),
        ("WINDOW", Words("DLT window closes", "DLT观察窗结束"), same(day(row["WINENDT"])), WINDOWS, subject),
        ("COUNTS", Words("Counts as DLT", "计为DLT"), _yes(row["DLTFL"]), WINDOWS, subject),
        ("SERIOUS", Words("Serious", "严重不良事件"), _yes(row["AESER"]), EVENTS, event),
        ("RELATED", Words("Related", "与研究药物相关"), _yes(row["RELFL"]), EVENTS, event),
        ("ACTION", Words("Done with the drug", "对研究药物的处理"), _word(row["AEACN"], ACTIONS),
         EVENTS, event),
        ("OUTCOME", Words("Outcome", "转归"), _word(row["AEOUT"], OUTCOMES), EVENTS, event),
        ("END", Words("End", "结束日期"), _end(row), EVENTS, event),
    )  # fmt: skip
    return [
        Fact(*fact, value=None if fact[0] != "GRADE" or grade is None else float(grade))
        for fact in given
    ]


def _yes(flag: object) -> Words:
    return YES["Y" if flag == "Y" else "N"]


def _word(code: object, words: Mapping[str, Words]) -> Words:
    return words.get(str(code), same(plain(code)))


def _onset(row: Mapping[str, Any]) -> Words:
    if row["ASTDY"] is None:
        return same(day(row["ASTDT"]))
    when = day(row["ASTDT"])
    return Words(f"{when} (study day {row['ASTDY']})", f"{when}（研究第{row['ASTDY']}天）")


def _end(row: Mapping[str, Any]) -> Words:
    if row["AENDT"] is None:
        return Words("no end recorded", "未记录结束")
    when = day(row["AENDT"])
    if row["ADURN"] is None:
        return same(when)
    unit = "day" if row["ADURN"] == 1 else "days"
    return Words(f"{when} ({row['ADURN']} {unit})", f"{when}（{row['ADURN']}天）")


def _labs(row: Mapping[str, Any], labs: pl.DataFrame) -> pl.DataFrame:
    """Every value around the onset of the tests that had a grade then."""
    onset: datetime.date | None = row["ASTDT"]
    if onset is None:
        return labs.clear().with_columns(FROM=pl.lit(None, dtype=pl.Int64))
    apart = (C("ADT") - pl.lit(onset)).dt.total_days()
    near = labs.filter(
        (C("USUBJID") == row["USUBJID"]) & apart.is_between(-BEFORE, AFTER)
    ).with_columns(FROM=apart)
    graded = pl.max_horizontal("ATOXGRL", "ATOXGRH").fill_null(0).max().over("PARAMCD") >= 1
    return near.filter(graded).sort("PARAMCD", "ADT", "SRCROW")


DISPLAYS: Final = (
    Display(
        "T14.3.3.2",
        Words(
            "Dose-Limiting Toxicities with Laboratory Values around Them",
            "剂量限制性毒性及其前后实验室检查",
        ),
        "SAF",
        _narratives,
        (EVENTS, WINDOWS, SUBJECTS, LABS),
        DLT,
        ("SET-SAF", "SET-DLT"),
    ),
)  # fmt: skip
