"""Dated records of `pkpipe escalate`: no DLT and no death is lost because another column tells of it."""

import polars as pl
import pytest
from escalation_plan import escalated

SUBJECTS = ["S1,A,2026-01-05,", "S2,A,2026-01-06,", "S3,A,2026-01-07,"]


@pytest.fixture
def escalate(tmp_path, capsys):
    """Three subjects without DLT and one column more; exit code, what was said, decision, first state."""

    def ran(column, first, others="", rows=SUBJECTS):
        text = [f"{rows[0]},{first}", *(f"{r},{others}" for r in rows[1:])]
        head = f"subject,level,first_dose,dlt_onset,{column}"
        code, out = escalated(tmp_path, "\n".join([head, *text]) + "\n")
        said = capsys.readouterr().err
        if code:
            return code, said, None, None
        state = pl.read_csv(tmp_path / "d_subjects.csv")["state"][0]
        return code, said, pl.read_csv(out, infer_schema=False)["decision"][0], state

    return ran


def test_who_died_in_the_window_has_not_completed_it(escalate):
    code, said, decision, state = escalate("death", "2026-01-09")
    assert (code, decision, state) == (0, "STAY_ADD", "NOT_EVALUABLE")
    assert "row 2, subject S1: death is '2026-01-09': died in the DLT window" in said


def test_a_death_after_the_window_changes_nothing(escalate):
    code, said, decision, state = escalate("death", "2026-02-20")
    assert (code, decision, state) == (0, "ESCALATE", "EVALUABLE")
    assert "died" not in said


@pytest.mark.parametrize("name", ["DTHDT", "death_date", "Date of death", "死亡日期"])
def test_a_death_under_another_name_is_refused(escalate, name):
    code, said, *_ = escalate(name, "2026-01-09")
    assert code == 2
    assert f"no column death; found {name}" in said


@pytest.mark.parametrize("name", ["off_study", "left_study", "Discontinued"])
def test_the_end_of_a_subject_under_another_name_is_refused(escalate, name):
    code, said, *_ = escalate(name, "2026-01-09")
    assert code == 2
    assert f"no column left_window; found {name}" in said


@pytest.mark.parametrize(
    ("name", "word"), [("DLT", "Y"), ("had_DLT", "yes"), ("剂量限制性毒性", "是"), ("n_dlt", "1")]
)
def test_a_dlt_that_is_said_without_its_onset_is_refused(escalate, name, word):
    code, said, *_ = escalate(name, word, "N")
    assert code == 3
    assert f"row 2, subject S1: {name} is '{word}': a DLT is said and its onset is not" in said
    assert escalate(name, "N", "N")[::2] == (0, "ESCALATE")


def test_a_subject_in_two_spellings_is_not_two_subjects(escalate):
    rows = [*SUBJECTS, "s1,A,2026-01-05,2026-01-08"]
    code, said, *_ = escalate("death", "", "", rows)
    assert code == 3
    assert "row 5, subject s1: subject is 's1': a subject in two spellings? S1 and s1" in said
