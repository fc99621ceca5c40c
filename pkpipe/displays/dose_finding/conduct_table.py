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
DIFFERENT: Final = Words(
    "cannot be told of any subject; the reasons differ", "所有受试者均无法判定，原因各异"
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


def judged_of_nobody(checks: pl.DataFrame) -> pl.DataFrame:
    """CHECK, WHY and WHYZH of each rule that could not be judged of anyone.

    Where the reasons differ between subjects, the rows of CONFORM say each.
    """
    judged = C("RESULT").is_in(["PASS", "FAIL"]).any().over("CHECK")
    unjudged = checks.filter(~judged)
    return unjudged.group_by("CHECK", maintain_order=True).agg(
        WHY=_the_one("DETAIL", DIFFERENT.en), WHYZH=_the_one("DETAILZH", DIFFERENT.zh)
    )


def _the_one(column: str, several: str) -> pl.Expr:
    """What stands behind the words of the rule itself, where every row says the same."""
    parts = C(column).str.splitn(": " if column == "DETAIL" else "：", 2).struct
    said = pl.when(C("USUBJID").is_null() & C("COHORT").is_null())
    text = said.then(parts.field("field_1")).otherwise(C(column))
    return pl.when(text.n_unique() == 1).then(text.first()).otherwise(pl.lit(several))


def _unjudged(material: Material) -> Sheet | None:
    """Every rule that was judged of nobody, and why: not collected, not set, nothing to judge."""
    rows = judged_of_nobody(material["CONFORM"])
    if rows.is_empty():
        return None
    why = Field("WHY", Words("Why", "原因"), chinese="WHYZH")
    about = About("UNJUDGED", Words("Rules judged of nobody", "未能判定的要求"))
    return listing(rows, (FIELDS[0], why), CHECKS, ("CHECK",), about)


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
    more = (failures(material), _unjudged(material))
    return (side_by_side(rows, layout, about), *(sheet for sheet in more if sheet is not None))


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
