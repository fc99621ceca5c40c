"""Decisions, whole trials and conformance against the outside reference: every row, every column."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.escalation.conformance.cases import judge_case
from pkpipe.qualify.answers import ANSWERS

HERE = ANSWERS / "escalation"
PLAIN = Path(__file__).parent / "escalation" / "plain_3p3.yaml"
CONFIG = Path(__file__).parents[2] / "config" / "bat6026.yaml"
PROTOCOLS = {"3+3": PLAIN, "BAT6026": CONFIG}

pytestmark = pytest.mark.reference


def rows(name):
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def answered(name, design, folder):
    """The verb's answers to the rows of one design, beside what is expected."""
    asked = [r for r in rows(name) if r["design"] == design]
    columns = ("highest_open_level", "current_level", "levels")
    states = pl.DataFrame(
        {
            "case_id": [str(i) for i in range(len(asked))],
            **{c: [r[c] for r in asked] for c in columns},
        }
    )
    states.write_csv(folder / "states.csv")
    out = folder / "out.csv"
    words = [str(folder / "states.csv"), "-o", str(out), "--protocol", str(PROTOCOLS[design])]
    assert main(["escalate", *words]) == 0
    got = pl.read_csv(out, infer_schema=False).fill_null("").to_dicts()
    return list(zip(asked, got, strict=True))


ANSWER = ("next_level", "n_to_enrol", "mtd", "mad", "mode")


@pytest.mark.parametrize("design", PROTOCOLS)
def test_every_case_gets_the_expected_answer_rules_and_assumptions(design, tmp_path):
    both = answered("cases.csv", design, tmp_path)
    assert len(both) == {"3+3": 20, "BAT6026": 107}[design]
    for want, got in both:
        assert {c: got[c] for c in (*ANSWER, "rules", "assumptions")} == {
            c: want[c] for c in (*ANSWER, "rules", "assumptions")
        }, want["case_id"]
        assert got["decision"] == want["expected_decision"], want["case_id"]


@pytest.mark.parametrize("design", PROTOCOLS)
def test_every_step_of_every_trial_gets_the_expected_answer(design, tmp_path):
    both = answered("trial_paths.csv", design, tmp_path)
    assert len(both) == {"3+3": 11, "BAT6026": 102}[design]
    for want, got in both:
        place = (want["trial_id"], want["step"])
        assert got["decision"] == want["expected_decision"], place
        assert {c: got[c] for c in ANSWER} == {c: want[c] for c in ANSWER}, place


@pytest.mark.parametrize("case", rows("conformance_cases.csv"), ids=lambda c: c["case_id"])
def test_conformance_of_a_worked_example(case):
    assert judge_case(case["rule"], json.loads(case["inputs_json"])) == case["expected"]
