"""Deviations that the data show, as displays."""

import polars as pl
from shown_display import Shown

from pkpipe.clinical.collected import Collected

SUBJECTS = pl.DataFrame({"USUBJID": ["S1", "S2"], "COHORT": ["A", "B"], "ENRLFL": "Y"})
DOSES = pl.DataFrame(
    {
        "USUBJID": ["S1", "S1", "S2"],
        "COHORT": ["A", "A", "B"],
        "DRUG": "MAB",
        "DOSENO": [1, 2, 1],
        "DOSEPCT": [100.0, 65.8, 109.0],
    }
)
CHECKS = pl.DataFrame(
    {
        "CHECK": ["C06", "C06", "C02", "C16", "C08", "C08", "C10", "C10"],
        "USUBJID": ["S1", "S2", None, None, "S1", "S2", "S1", "S2"],
        "COHORT": ["A", "B", None, None, "A", "B", "A", "B"],
        "RESULT": [
            *("FAIL", "PASS", "NOT_ASSESSABLE", "NOT_ASSESSABLE"),
            *("INDETERMINATE", "INDETERMINATE", "NOT_ASSESSABLE", "NOT_ASSESSABLE"),
        ],
        "DETAIL": [
            *(None, None, "no more subjects at once: the protocol sets no such rule"),
            "treatment stops at the first reason to stop: not collected: CM",
            *("ECG of 1 May: cannot be told", "ECG of 2 May: cannot be told"),
            *("no recorded decisions were given", "no recorded decisions were given"),
        ],
        "DETAILZH": [None, None, "a：方案无此规定", "b：未收集：CM", "甲", "乙", "丙", "丙"],
    }
)
MISSING = pl.DataFrame(
    {
        "USUBJID": ["S2", "S2"],
        "ENDPOINT": ["PK", "PK"],
        "ITEM": ["MAB", "MAB"],
        "CYCLE": [1, 2],
        "TIMEPT": ["24H", "24H"],
        "STATUS": ["OVERDUE", "DUE"],
    }
)


def shown(number, **more):
    tables = {"ADSL": SUBJECTS, "ADEX": DOSES, "CONFORM": CHECKS, "MISSING": MISSING}
    return Shown(number, **more, **tables)


def test_subjects_with_a_deviation_are_counted_by_its_kind():
    made = shown("T14.1.1.3")
    assert made.text("C06", "A") == "1/1 (100.0 %)"
    assert made.text("DOSE", "ALL") == "1/2 (50.0 %)"
    assert made.behind("DOSE", "A")["DOSEPCT"].to_list() == [65.8]
    assert made.text("OVERDUE/PK", "B") == "1/1 (100.0 %)"
    assert made.behind("OVERDUE/PK", "B")["CYCLE"].to_list() == [1]


def test_a_rule_that_was_not_asked_has_no_line():
    assert "C02" not in set(shown("T14.1.1.3").cells["ROW"])


def test_a_rule_that_could_not_be_judged_keeps_its_line_and_says_why():
    made = shown("T14.1.1.3")
    assert made.text("C16", "A") == made.text("C16", "ALL") == "not collected: CM"
    assert made.cell("C16", "A")["TEXTZH"] == "未收集：CM"
    assert made.text("C10", "B") == "no recorded decisions were given"
    assert made.text("C08", "A") == "cannot be told of any subject; the reasons differ"


def test_the_conduct_of_the_escalation_says_why_a_rule_was_judged_of_nobody():
    made = shown("T14.1.4.3")
    assert made.text("C16", "WHY") == "not collected: CM"
    assert made.text("C02", "WHY") == "the protocol sets no such rule"
    assert made.behind("C16", "WHY").height == 1


def test_samples_that_were_not_collected_are_not_in_time():
    known = Collected(frozenset({"DM", "EX"}), {})
    made = shown("T14.1.1.3", known=known)
    assert made.text("WINDOW", "A") == "not collected: PC"
    assert made.cell("OVERDUE/ADA", "A")["TEXTZH"] == "未收集：IS"


def test_each_deviation_is_listed_and_none_is_said():
    made = shown("L16.2.2")
    assert made.text("S1/MAB/2", "DOSEPCT") == "65.8"
    assert made.behind("S2/PK/MAB/1/24H", "ITEM").height == 1
    assert Shown("L16.2.2", ADSL=SUBJECTS).state["state"] == "the data show no deviation"
