"""How the escalation was conducted, rule by rule (14.1.4.3)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_decision import EXAMS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.counted import records_by
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.dose_finding.decision_words import CONDUCT, NO_ESCALATION, NOBODY, RESULTS

C: Final = pl.col
CHECKS: Final = "escalation/CONFORM"
RULE: Final = Words("What the protocol asks", "方案要求")
EACH: Final = Words(
    "Counted: a subject, or a group, once a rule, at the worst result.",
    "每条规则对每名受试者或每组按最差结果计一次。",
)
FIELDS: Final = (
    Field("CHECK", RULE, words=CONDUCT),
    Field("COHORT", Words("Cohort", "队列")),
    Field("USUBJID", Words("Subject", "受试者")),
    Field("DATE", Words("Date", "日期")),
)
KEY: Final = ("CHECK", "USUBJID", "COHORT")


def failures(material: Material, code: str = "FAILED") -> Sheet | None:
    """Every rule that was not met, subject by subject."""
    failed = material["CONFORM"].filter(C("RESULT") == "FAIL")
    if failed.is_empty():
        return None
    for exam in EXAMS:
        failed = failed.with_columns(C("DETAIL").str.replace_all(exam, exam.replace("_", " ")))
    seen = Field("DETAIL", Words("What was seen", "所见情况"), chinese="DETAILZH")
    about = About(code, Words("Rules not met", "不符合的要求"))
    return listing(failed, (*FIELDS, seen), CHECKS, KEY, about)


def _conduct(material: Material) -> Content:
    if material.study.escalation is None:
        return Nothing(NO_ESCALATION)
    checks = material["CONFORM"]
    if checks.is_empty():
        return Nothing(NOBODY)
    asked = checks["CHECK"].unique().sort().to_list()
    rows = records_by(checks, ("CHECK", asked), ("RESULT", list(RESULTS)), CHECKS).with_columns(
        RULE=C("CHECK").replace_strict({code: said.en for code, said in CONDUCT.items()})
    )
    layout = Layout(
        ("CHECK",),
        {"RULE": RULE},
        "RESULT",
        list(RESULTS.items()),
        {said.en: said for said in CONDUCT.values()},
    )
    about = About("COUNTS", Words("Rules by result", "各要求的结果"), (EACH,))
    failed = failures(material)
    sheet = side_by_side(rows, layout, about)
    return (sheet,) if failed is None else (sheet, failed)


DISPLAYS: Final = (
    Display(
        "T14.1.4.3",
        Words("Conduct of the Dose Escalation", "剂量递增的实施情况"),
        "ENR",
        _conduct,
        (CHECKS,),
        (),
        ("ESC-5",),
        ("escalation.conduct",),
    ),
)
