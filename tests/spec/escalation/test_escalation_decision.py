"""What the design decides, told as short trials."""

from __future__ import annotations

from dataclasses import replace

import pytest
from escalation_trials import BAT6026, PLAIN, after, answer

from pkpipe.escalation.engine.design import Design

PLAIN_TRIALS = {
    "": "enrol 3 at A",
    "AN": "enrol 2 at A",
    "ANNN": "enrol 3 at B",
    "ANNNN": "enrol 3 at B",
    "ANNT": "enrol 3 at A",
    "ANNT ANNN": "enrol 3 at B",
    "ANNT ANNT": "no tolerable dose",
    "ATT": "no tolerable dose",
    "ANNN BNNP": "wait",
    "ANNN BNTP": "wait",
    "ANNN BTTP": "enrol 3 at A",
    "ANNN BNTT": "enrol 3 at A",
    "ANNN BNTT ANNN": "MTD A",
    "ANNN BNTT ANNT": "MTD A",
    "ANNN BNTT ANTT": "no tolerable dose",
    "ANNN BNTT ANNP": "wait",
    "ANNN BNTT AN": "enrol 2 at A",
    "ANNN BNNT BNNN": "enrol 3 at C",
    "ANNN BNNT BNNT ANNN": "MTD A",
    "ANNN BNNT BNNP": "wait",
    "ANNN BNNT BN": "enrol 2 at B",
    "ANNN BNNL": "enrol 1 at B",
    "ANNN BNNN CNNN DNNN ENNN": "MAD E",
    "ANNN BNNN CNNN DNNN ENNT ENNN": "MAD E",
    "ANNN BNNN CNNN DNNN ETT": "enrol 3 at D",
    "ANNN BNNT BNNN CNTT": "MTD B",
    "ANNN CNNN": "refused",
    "ANNN BNNN ANNN": "refused",
}

TITRATED_TRIALS = {
    "": "enrol 1 at A",
    "AP": "wait",
    "AN": "enrol 1 at B",
    "AN BN": "enrol 3 at C",
    "AG": "enrol 2 at A",
    "AT": "enrol 2 at A",
    "AG ANN": "enrol 3 at B",
    "AG ANN BNNN": "enrol 3 at C",
    "AG ANT": "enrol 3 at A",
    "AT ANT": "no tolerable dose",
    "AN BG BNN": "enrol 3 at C",
    "AN BT BNT": "enrol 2 at A",
    "AN BT BNT ANN": "enrol 3 at A",
    "AN BT BNT ANN ANNN": "MTD A",
    "AN BN CNTT": "enrol 2 at B",
    "AN BN CNTT BNN": "enrol 3 at B",
    "AN BN CNTT BNN BNNN": "MTD B",
    "AN BN CNNN DNNN ENNN FNNN GNNN": "MAD G",
}


@pytest.mark.parametrize(("trial", "decision"), PLAIN_TRIALS.items())
def test_plain_three_plus_three(trial, decision):
    assert after(trial) == decision


@pytest.mark.parametrize(("trial", "decision"), TITRATED_TRIALS.items())
def test_accelerated_titration_then_three_plus_three(trial, decision):
    assert after(trial, BAT6026) == decision


def test_the_optional_level_is_named_when_the_top_is_reached_and_dosed_once_it_is_open():
    trial = "AN BN CNNN DNNN ENNN FNNN GNNN"
    assert answer(trial, BAT6026)["rules"] == "R06;R16"
    assert after(trial, BAT6026.opened_to("H")) == "enrol 3 at H"


def test_a_level_that_is_not_open_cannot_have_been_dosed():
    assert after("AN BN CNNN DNNN ENNN FNNN GNNN HNNN", BAT6026) == "refused"


def test_a_dose_put_between_two_levels_is_tried_as_the_level_below_the_ceiling():
    design = replace(Design.plain("ABcC"), inserted=(False, False, True, False))
    assert after("ANNN BNNN CNTT", design) == "enrol 3 at c"
    assert after("ANNN BNNN CNTT cNNN", design) == "enrol 3 at c"
    assert after("ANNN BNNN CNTT cNNN cNNN", design) == "MTD c"
    assert after("ANNN BNNN CNTT cNTT", design) == "enrol 3 at B"


def test_a_level_of_three_and_one_of_six_without_dlt_are_passed_by_rules_of_their_own():
    assert answer("ANNN")["rules"] == "R06"
    assert answer("ANNNN")["rules"] == "R06"
    assert answer("ANNNNNN")["rules"] == "R08"


def test_every_answer_comes_with_a_sentence_the_chair_can_read_out():
    got = answer("ANNN BNNT")
    assert got["sentence"] == (
        "Stay: enrol 3 at level B. Reason: B: 1 of 3 with DLT, enrol 3 to reach 6."
    )


def test_a_sentence_names_those_in_the_window_whom_a_goal_counts():
    got = answer("ANNN BNNTP")
    assert got["sentence"] == (
        "Stay: enrol 2 at level B. Reason: B: 1 of 3 with DLT, 1 in the window, enrol 2 to reach 6."
    )


def test_a_classical_design_declares_the_level_below_without_expanding_it():
    assert after("ANNN BNTT", replace(PLAIN, mtd_subjects=3)) == "MTD A"


TABLE = replace(
    Design.plain("ABC"), table=((3, "ESDU"), (6, "EESDUUU")), mtd_subjects=6, target=0.3
)


@pytest.mark.parametrize(
    ("trial", "decision"),
    {
        "": "enrol 3 at A",
        "AN": "enrol 2 at A",
        "ANNN": "enrol 3 at B",
        "ANNT": "enrol 3 at A",
        "ANTT": "enrol 3 at A",
        "ATTT": "no tolerable dose",
        "ANNN BNTT": "enrol 3 at A",
        "ANNN BTTT": "enrol 3 at A",
        "ANNN BNNP": "wait",
        "ANNN BTTP": "enrol 3 at A",
        "ANNN BNTT ANNN": "enrol 3 at B",
        "ANNN BTTT ANNN": "MTD A",
        "ANNN BNNN CNNT CNNT": "MTD C",
    }.items(),
)
def test_a_table_of_the_studys_own_runs_on_the_same_engine(trial, decision):
    assert after(trial, TABLE) == decision
