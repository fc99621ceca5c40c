"""The dose decision, toxicity by level and conduct of the escalation as displays."""

import datetime

import polars as pl
import pytest
from escalation_drawings import stays
from shown_display import TINY, Shown

from pkpipe.clinical.collected import Collected
from pkpipe.displays.dose_finding.dose_levels import verdicts

DAY = datetime.date(2026, 2, 10)


def subjects():
    """Three evaluable at A, one of them with DLT; one in the window; one who left."""
    states = ["EVALUABLE", "EVALUABLE", "EVALUABLE_DLT", "PENDING", "NOT_EVALUABLE"]
    reasons = [
        "window completed on 2026-01-22 without DLT",
        "window completed on 2026-01-23 without DLT",
        "DLT on 2026-01-09",
        "window open until 2026-03-03",
        "left the window on 2026-01-12 without DLT, to be replaced",
    ]
    return pl.DataFrame(
        {
            "USUBJID": [f"S{n}" for n in range(1, 6)],
            "COHORT": "A",
            "LEVEL": "A",
            "LEVELN": 1,
            "TRTSDT": DAY,
            "WINENDT": DAY + datetime.timedelta(days=21),
            "STATE": states,
            "DLTFL": [None, None, "Y", None, None],
            "REASON": reasons,
            "REASONZH": ["观察窗于2026-01-22结束，未发生DLT", *[None] * 4],
        }
    )


def decision(**changes):
    """The subjects above as an answer in both languages; nobody was dosed at B."""
    nobody = {"SCOPE": "LEVEL", "LEVEL": "B", "N": 0, "Y": 0, "PEND": 0, "LATEDLT": 0}
    chinese = {"REASONZH": "维持剂量：在剂量水平A入组2例。理由：A：3例中1例发生DLT。"}
    return stays(DAY, nobody | {"REASON": "no evaluable subject"}, **chinese | changes)


def shown(number, cutoff=DAY, **tables):
    given = {"ADDLT": subjects(), "DECISION": decision()} | tables
    return Shown(number, TINY.at(cutoff), **given)


def test_the_proposal_says_dose_counts_and_who_is_awaited():
    made = shown("T14.1.4.2")
    assert made.text("PROPOSAL", "VALUE") == (
        "Stay at level A (1 mg/kg) and enrol 2 subjects: 1 of 3 evaluable subjects with DLT, "
        "1 in the window."
    )
    assert (
        made.text("REASON", "VALUE") == "A: 1 of 3 with DLT, 1 in the window, enrol 2 to reach 6."
    )
    assert made.text("PENDING", "VALUE") == "A: S4 (until 2026-03-03)"
    assert "committee" in made.text("WHO", "VALUE")
    assert made.cell("NENROL", "VALUE")["VALUE"] == 2
    assert made.text("RULES", "VALUE") == "R07: one DLT in three: enrol to six"


def test_the_proposal_is_in_chinese_as_well():
    said = shown("T14.1.4.2").cell("PROPOSAL", "VALUE")["TEXTZH"]
    assert said == (
        "维持在剂量水平A（1 mg/kg），再入组2例受试者：3例可评估受试者中1例发生DLT，1例在观察窗内。"
    )
    assert shown("T14.1.4.2").cell("REASON", "VALUE")["TEXTZH"] == "A：3例中1例发生DLT。"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"DECISION": "ESCALATE", "NEXTLVL": "B", "NENROL": 1},
         "Escalate to level B (3 mg/kg) and enrol 1 subject. At level A (1 mg/kg): "
         "1 of 3 evaluable subjects with DLT, 1 in the window."),
        ({"DECISION": "WAIT"}, "Wait for the DLT window of 1 subject. At level A (1 mg/kg): "
         "1 of 3 evaluable subjects with DLT, 1 in the window."),
        ({"DECISION": "DECLARE_MTD", "MTD": "A", "NEXTLVL": None},
         "Declare level A (1 mg/kg) the maximum tolerated dose (MTD): 1 of 3 evaluable subjects with DLT, "
         "1 in the window."),
        ({"DECISION": "NO_DECISION"},
         "No decision: records that cannot be right must be resolved first."),
    ],
)  # fmt: skip
def test_every_decision_is_a_sentence_with_the_dose(answer, sentence):
    made = shown("T14.1.4.2", DECISION=decision(**answer))
    assert made.text("PROPOSAL", "VALUE") == sentence


def test_a_decision_that_can_be_taken_is_not_dated_at_the_cutoff():
    assert shown("T14.1.4.2").text("EARLIEST", "VALUE").startswith("Possible with the data")
    later = shown("T14.1.4.2", cutoff=datetime.date(2026, 2, 1))
    assert later.text("EARLIEST", "VALUE") == "2026-02-10"


def test_what_pending_subjects_change_is_said_in_grammar():
    cases = pl.DataFrame(
        {
            "CASE": [1, 2],
            "OUTCOME": ["A: 2 completes without DLT", "A: 2 DLT"],
            "OUTCOMEZH": ["A：2例完成观察且未发生DLT", "A：2例发生DLT"],
            "DECISION": ["STAY_ADD", "NO_TOLERABLE_DOSE"],
            "NEXTLVL": ["A", None],
            "NENROL": [1, 0],
        }
    )
    made = shown("T14.1.4.2", LOOKAHD=cases)
    assert made.text("A: 2 completes without DLT", "SAID") == "A: 2 complete without DLT"
    assert made.text("A: 2 completes without DLT", "CHANGES") == "No"
    assert made.text("A: 2 DLT", "CHANGES") == "Yes"
    assert made.text("A: 2 DLT", "DECISION") == "No tolerable dose"
    assert made.cell("A: 2 DLT", "SAID")["TEXTZH"] == "A：2例发生DLT"
    assert made.behind("A: 2 DLT", "NENROL")["CASE"].to_list() == [2]


def test_toxicity_by_level_has_counts_limits_and_where_the_level_stands():
    made = shown("T14.1.4.1")
    assert made.text("A", "DOSE") == "1 mg/kg"
    assert made.text("A", "DLT") == "1/3 (33.3 %) (0.8, 90.6)"
    assert made.behind("A", "DLT")["USUBJID"].to_list() == ["S3"]
    assert [made.text("A", item) for item in ("TREATED", "EVALUABLE", "PENDING", "EXCLUDED")] == [
        *("5", "3", "1", "1")
    ]
    assert [made.text("A", item) for item in ("NODLT", "WITH")] == ["2", "1"]
    assert made.behind("A", "NODLT")["USUBJID"].to_list() == ["S1", "S2"]
    assert made.behind("A", "WITH")["USUBJID"].to_list() == ["S3"]
    assert made.text("A", "VERDICT") == "More subjects are enrolled here"
    assert made.text("B", "VERDICT") == "Not opened"
    assert made.cell("B", "DLT")["REASON"] == "no evaluable subject"


def test_backfill_is_not_among_the_rows_of_a_count():
    left_out = subjects().with_columns(
        REASON=pl.when(pl.col("USUBJID") == "S1")
        .then(pl.lit("window completed on 2026-01-22 without DLT; backfill, not counted"))
        .otherwise("REASON")
    )
    counts = decision().with_columns(N=pl.when(pl.col("LEVEL") == "A").then(2).otherwise("N"))
    made = shown("T14.1.4.1", ADDLT=left_out, DECISION=counts)
    assert made.behind("A", "EVALUABLE")["USUBJID"].to_list() == ["S2", "S3"]
    assert made.behind("A", "NODLT")["USUBJID"].to_list() == ["S2"]
    assert made.text("A", "NODLT") == "1"


@pytest.mark.parametrize(
    ("answer", "stands"),
    [
        ({"DECISION": "DECLARE_MTD", "MTD": "A", "NEXTLVL": None, "RULES": "R11;R12"}, "MTD"),
        ({"DECISION": "MAD_REACHED", "MAD": "A", "NEXTLVL": None, "RULES": "R08;R15"}, "MAD"),
        ({"DECISION": "ESCALATE", "NEXTLVL": "B", "RULES": "R06"}, "PASSED"),
        ({"DECISION": "WAIT", "RULES": "R01"}, "WAIT"),
        ({"DECISION": "NO_TOLERABLE_DOSE", "NEXTLVL": None, "RULES": "R11;R14"}, "ABOVE"),
        ({"DECISION": "NO_DECISION"}, "NONE"),
    ],
)
def test_a_level_stands_where_the_decision_puts_it(answer, stands):
    tables = shown("T14.1.4.1", DECISION=decision(**answer)).tables
    assert verdicts(tables)["A"] == stands


def test_without_the_investigators_flag_there_is_no_count():
    unknown = Collected(frozenset({"AE"}), {"AE.AEDLTFL": ""})
    made = Shown("T14.1.4.1", known=unknown, ADDLT=subjects(), DECISION=decision())
    assert made.state["state"] == "not collected: AE.AEDLTFL"
    assert made.state["STATEZH"] == "未收集：AE.AEDLTFL"


def test_every_subject_has_its_window_in_words_of_both_languages():
    made = shown("L16.2.3")
    assert made.text("S4", "STATE") == "In the DLT window (pending)"
    assert made.cell("S1", "REASON")["TEXTZH"] == "观察窗于2026-01-22结束，未发生DLT"


@pytest.mark.parametrize("number", ["T14.1.4.1", "T14.1.4.2", "T14.1.4.3", "L16.2.3"])
def test_a_study_without_an_escalation_says_so(number):
    plain = TINY.model_copy(update={"escalation": None})
    assert Shown(number, plain).state["state"] == "no dose escalation in this study"


def test_conduct_is_counted_by_rule_and_failures_are_listed_in_words():
    checks = pl.DataFrame(
        {
            "CHECK": ["C06", "C06", "C08"],
            "USUBJID": ["S1", "S2", "S1"],
            "COHORT": "A",
            "RESULT": ["PASS", "FAIL", "FAIL"],
            "DETAIL": [
                "",
                "MAB: dose of 2026-02-01 7 days from its planned date",
                "vital_signs before the dose of 2026-02-01: missing or too early",
            ],
            "DETAILZH": ["", "", "2026-02-01给药前的生命体征：缺失或过早"],
        }
    )
    made = shown("T14.1.4.3", CONFORM=checks)
    assert made.text("C06", "FAIL") == "1"
    assert made.behind("C06", "FAIL")["USUBJID"].to_list() == ["S2"]
    assert made.text("C06", "RULE") == "From the second cycle on, dosing within the window"
    assert made.text("C08/S1/A", "DETAIL").startswith("vital signs before")
    assert made.cell("C08/S1/A", "DETAIL")["TEXTZH"] == "2026-02-01给药前的生命体征：缺失或过早"


def test_the_ladder_shows_every_subject_dosed_and_where_each_level_stands():
    drawing = shown("F14.1.4.1").figures.row(0, named=True)["SVG"]
    for text in (
        "1/3 DLT, 1 pending, 1 excluded",
        "in the window (pending)",
        "A  1 mg/kg",
        "Not opened",
    ):
        assert text in drawing
    assert Shown("F14.1.4.1").state["state"] == "nobody has been dosed at this cutoff"


def test_a_ladder_of_very_many_levels_is_drawn_around_those_dosed_and_says_so():
    codes = [f"L{n:02}" for n in range(1, 61)]
    levels = [
        {"SCOPE": "LEVEL", "LEVEL": code, "N": 3, "Y": 0, "PEND": 0, "LOWER": 0.0, "UPPER": 0.7}
        for code in codes
    ]
    answer = {"SCOPE": "STUDY", "DECISION": "ESCALATE", "LEVEL": "L40", "NEXTLVL": "L41"}
    dosed = pl.DataFrame(
        {"USUBJID": [f"S{c}" for c in codes[:40]], "LEVEL": codes[:40], "STATE": "EVALUABLE",
         "TRTSDT": DAY, "PART": "escalation"}
    )  # fmt: skip
    drawn = Shown("F14.1.4.1", ADDLT=dosed, DECISION=pl.from_dicts([answer, *levels])).figures
    named = [
        code for code in codes if f"{code}  " in drawn["SVG"][0] or f">{code}<" in drawn["SVG"][0]
    ]
    assert named == codes[22:42]
    assert "Drawn: 20 of 60 levels" in drawn["CAPTEN"][0]
    assert "60个剂量水平中的20个" in drawn["CAPTZH"][0]


@pytest.mark.parametrize("number", ["T14.1.4.1", "F14.1.4.1"])
def test_counts_are_withheld_while_records_cannot_be_right(number):
    answer = pl.DataFrame(
        {"SCOPE": ["STUDY"], "DECISION": ["NO_DECISION"], "REASON": ["no decision while ..."]}
    )
    state = shown(number, DECISION=answer).state["state"]
    assert state == "No decision: records that cannot be right must be resolved first."
