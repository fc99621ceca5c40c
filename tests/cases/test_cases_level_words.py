"""Levels and columns of pkpipe escalate as people write them: read, or refused where a count would change."""

import polars as pl
import pytest
from support import ROOT

from pkpipe.cli import main

PLAN = str(ROOT / "tests" / "reference" / "escalation" / "plain_3p3.yaml")
HEAD = "subject,level,first_dose,dlt_onset,grade2_onset,left_window"
ROWS = ("S1,A,2026-01-05,2026-01-12,,", "S2,A,2026-01-06,2026-01-15,,", "S3,A,2026-01-07,,,")


@pytest.fixture
def decision(tmp_path, capsys):
    """A table in; the exit code, what was said and the decision with its reason."""

    def ran(text, *words):
        (tmp_path / "s.csv").write_text(text, encoding="utf-8")
        out = tmp_path / "d.csv"
        code = main(
            ["escalate", str(tmp_path / "s.csv"), "--protocol", PLAN, "-o", str(out), *words]
        )
        assert out.exists() == (code == 0)
        row = pl.read_csv(out).row(0, named=True) if code == 0 else {}
        return code, capsys.readouterr().err, (row.get("decision"), row.get("reason"))

    return ran


def records(rows=ROWS, head=HEAD):
    return "\n".join((head, *rows)) + "\n"


@pytest.mark.parametrize("level", ["a", " A ", "Ａ", "ａ"])
def test_a_level_is_that_of_the_design_in_any_spelling(decision, level):
    rows = [r.replace(",A,", f",{level},") for r in ROWS]
    code, _, (said, _) = decision(records(rows), "--as-of", "2026-03-15")
    assert (code, said) == (0, "NO_TOLERABLE_DOSE")


@pytest.mark.parametrize(
    ("head", "state"),
    [
        ("case_id,highest_open_level,current_level,levels", "1,b,b,a:3/0/0/0|b:3/1/0/0"),
        ("Case ID,Highest open level,Current level,LEVELS", "1,B,B,A:3/0/0/0|B:3/1/0/0"),
        ("case_id,highest_open_level,current_level,levels", "1,B,B, A : 3/0/0/0 | B: 3 / 1 /0/0 "),
        ("case_id,highest_open_level,current_level,levels", "1,B,B,Ａ：3/0/0/0｜B：3/1/0/0"),
    ],
)
def test_a_state_is_read_in_any_spelling(decision, head, state):
    code, _, answer = decision(f"{head}\n{state}\n")
    assert (code, answer) == (0, ("STAY_ADD", "B: 1 of 3 with DLT, enrol 3 to reach 6"))


def test_a_level_told_twice_in_two_spellings_is_told_twice(decision):
    head = "case_id,highest_open_level,current_level,levels"
    code, said, _ = decision(f"{head}\n1,B,B,A:3/0/0/0|a:3/1/0/0\n")
    assert code == 3
    assert "level A is given more than once" in said


@pytest.mark.parametrize(
    ("ours", "theirs"), [("current_level", "current"), ("highest_open_level", "highest_level")]
)
def test_a_level_under_another_name_is_not_passed_over(decision, ours, theirs):
    head = "case_id,highest_open_level,current_level,levels".replace(ours, theirs)
    code, said, _ = decision(f"{head}\n1,B,A,A:3/0/0/0|B:3/1/0/0\n")
    assert code == 2
    assert f"no column {ours}; found {theirs}: without it" in said


@pytest.mark.parametrize(
    "name", ["withdrawal_date", "Withdrawal", "off_treatment_date", "退出日期"]
)
def test_who_left_under_another_name_is_not_taken_to_have_stayed(decision, name):
    rows = ("S1,A,2026-01-05,,,", "S2,A,2026-01-06,,,", "S3,A,2026-01-07,,,2026-01-08")
    code, said, _ = decision(
        records(rows, HEAD.replace("left_window", name)), "--as-of", "2026-03-15"
    )
    assert code == 2
    assert f"no column left_window; found {name}: without it nobody is taken to have left" in said


@pytest.mark.parametrize("name", ["evaluable", "DLT_EVALUABLE", "DLTEVLFL", "可评估"])
def test_who_is_said_not_to_be_evaluable_is_not_counted_without_a_reason(decision, name):
    rows = ("S1,A,2026-01-05,,,,Y", "S2,A,2026-01-06,,,,Y", "S3,A,2026-01-07,,,{},{}")
    table = records(rows, f"{HEAD},{name}")
    code, said, _ = decision(table.format("", "No"), "--as-of", "2026-03-15")
    assert code == 3
    assert f"row 4, subject S3: {name} is 'No': said not to be evaluable" in said
    code, _, answer = decision(table.format("2026-01-08", "No"), "--as-of", "2026-03-15")
    assert (code, answer[0]) == (0, "STAY_ADD")
    assert decision(table.format("", "Y"), "--as-of", "2026-03-15")[2][0] == "ESCALATE"
