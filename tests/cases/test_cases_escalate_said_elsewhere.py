"""Records of `pkpipe escalate` with other columns: what they say is heard, and innocent ones pass."""

import pytest
from escalation_plan import escalated

SUBJECTS = ("S1,A,2026-01-05,", "S2,A,2026-01-06,", "S3,A,2026-01-07,")


@pytest.fixture
def escalate(tmp_path, capsys):
    """Three subjects without DLT and a column more; the exit code and what was said."""

    def ran(column, first, others=""):
        text = [f"{SUBJECTS[0]},{first}", *(f"{r},{others}" for r in SUBJECTS[1:])]
        table = "\n".join([f"subject,level,first_dose,dlt_onset,{column}", *text]) + "\n"
        code, _ = escalated(tmp_path, table)
        return code, capsys.readouterr().err

    return ran


@pytest.mark.parametrize(
    ("column", "first"),
    [
        *[(name, "2") for name in ("dlts", "DLT_count", "No. of DLTs")],
        ("dlt_term", "Febrile neutropenia"),
        ("comment", "grade 4 neutropenia on day 5 = DLT"),
        ("remarks", "发生剂量限制性毒性"),
    ],
)
def test_a_dlt_told_by_a_number_or_a_remark_is_not_lost(escalate, column, first):
    code, said = escalate(column, first)
    assert code == 3
    assert f"row 2, subject S1: {column} is '{first}': a DLT is said and its onset is not" in said


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *[("dlts", cell) for cell in ("0", "0.0", "none", "无", "FALSE", "NO", "否")],
        ("comment", "no DLT in cycle 1"),
        ("comment", "completed the DLT window"),
        ("remark", "未发生DLT"),
        ("dlt_window_end", "2026-01-26"),
    ],
)
def test_a_remark_that_there_was_no_dlt_is_none(escalate, column, cell):
    code, said = escalate(column, cell, cell)
    assert code == 0
    assert "Escalate" in said


def test_a_subject_that_was_replaced_does_not_count_without_a_reason(escalate):
    code, said = escalate("replaced", "Y", "N")
    assert code == 3
    assert "row 2, subject S1: replaced is 'Y': said not to be evaluable" in said


@pytest.mark.parametrize("cell", ["withdrew day 5", "Lost to follow-up", "died", "退出研究"])
def test_an_end_told_in_words_alone_is_asked_about(escalate, cell):
    code, said = escalate("status", cell, "ongoing")
    assert code == 0
    assert f"query: s.csv row 2, subject S1: status is '{cell}': said to have ended" in said


@pytest.mark.parametrize(
    "column",
    [
        *("study", "STUDYID", "treatment", "arm", "date", "eot_date", "site", "dose_mg"),
        *("last_dose_date", "age", "sex", "末次给药日期"),
    ],
)
def test_a_column_of_something_else_refuses_nothing(escalate, column):
    code, said = escalate(column, "x", "x")
    assert code == 0
    assert f"not used: {column}" in said


def test_a_share_of_the_dose_in_per_cent_is_refused(escalate):
    code, said = escalate("dose_fraction", "50", "100")
    assert code == 3
    assert "row 2, subject S1: dose_fraction is '50.0': a share of the planned dose in per" in said
