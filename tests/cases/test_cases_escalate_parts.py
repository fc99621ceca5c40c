"""Files of the verbs of escalation: parts of a trial, first doses, the number of simulated trials."""

import polars as pl
import pytest
from escalation_plan import PLAN, escalated

from pkpipe.cli import main

COHORT = ["S1,A,2026-01-05,2026-01-12", "S2,A,2026-01-06,", "S3,A,2026-01-07,"]


MORE = ["S4,A,2026-01-20,", "S5,A,2026-01-21,", "S6,A,2026-01-22,"]


@pytest.fixture
def escalate(tmp_path, capsys):
    """Dated records with one column more in; the exit code, what was said and the answer."""

    def ran(column, first, others, rows=MORE):
        head = f"subject,level,first_dose,dlt_onset,{column}"
        text = [*(f"{r},{first}" for r in COHORT), *(f"{r},{others}" for r in rows)]
        code, out = escalated(tmp_path, "\n".join([head, *text]) + "\n")
        said = capsys.readouterr().err
        row = pl.read_csv(out, infer_schema=False).row(0, named=True) if code == 0 else {}
        return code, said, row

    return ran


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("cohort_type", "BACKFILL"),
        ("cohort_type", "expansion"),
        ("phase", "Dose-Expansion"),
        ("arm", "回填"),
        ("comment", "back-fill"),
        ("BFFL", "剂量扩展"),
    ],
)
def test_escalate_backfill_column_ignored_is_refused_by_its_words(escalate, column, words):
    code, said, _ = escalate(column, "ESCALATION", words)
    assert code == 3
    assert f"row 5, subject S4: {column} is '{words}'" in said
    assert "part: ESCALATION, BACKFILL, EXPANSION" in said


@pytest.mark.parametrize("column", ["is_backfill", "expansion", "expansion_fl"])
def test_escalate_a_flag_of_another_part_under_another_name_is_refused(escalate, column):
    code, said, _ = escalate(column, "N", "Y")
    assert code in {2, 3}
    assert column in said


@pytest.mark.parametrize(
    ("column", "first", "others"),
    [
        ("backfill", "N", "Y"),
        ("part", "escalation", "Backfill"),
        ("Part", "Dose escalation", "Dose expansion"),
        ("part", "剂量递增", "扩展"),
    ],
)
def test_escalate_subjects_of_another_part_are_in_no_count(escalate, column, first, others):
    code, said, row = escalate(column, first, others)
    assert (code, row["levels"], row["decision"]) == (0, "A:3/1/0/0", "STAY_ADD")
    assert ("no column backfill" in said) == (column == "")
    if "xpansion" in others or others == "扩展":
        assert "3 rows of EXPANSION are in no count" in said


def test_escalate_a_part_and_a_flag_that_contradict_each_other_are_refused(escalate):
    code, said, _ = escalate("backfill,part", "N,ESCALATION", "N,BACKFILL")
    assert code == 3
    assert "part is 'BACKFILL'" in said


def test_escalate_a_subject_without_a_first_dose_is_named(escalate):
    code, said, row = escalate("left_window", "", "", ["S4,A,,"])
    assert (code, row["levels"]) == (0, "A:3/1/0/0")
    assert "row 5, subject S4: first_dose: not dosed, so in no count" in said


def test_escalate_a_toxicity_of_a_subject_without_a_first_dose_is_refused(escalate):
    code, said, _ = escalate("grade2_onset", "", "2026-01-23", ["S4,A,,"])
    assert code == 3
    assert "row 5, subject S4: grade2_onset is '2026-01-23'" in said


def characteristics(tmp_path, *words):
    (tmp_path / "p.yaml").write_text(PLAN)
    (tmp_path / "r.csv").write_text("level,p_dlt\nA,0.1\nB,0.3\n")
    files = ["--protocol", str(tmp_path / "p.yaml"), "--scenario", str(tmp_path / "r.csv")]
    return main(["operating-characteristics", *files, "-o", str(tmp_path / "o.csv"), *words])


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (("--simulate", "10000001"), 10_000_000),
        (("--simulate", "99999999999999999999"), 10_000_000),
        (("--simulate", "3000001", "--accrual", "3"), 3_000_000),
    ],
)
def test_too_many_trials_are_refused_with_the_limit_and_the_way_out(tmp_path, capsys, words, most):
    assert characteristics(tmp_path, *words, "--seed", "1") == 2
    said = capsys.readouterr().err
    assert f"1 to {most}; at {most} trials the standard error of a probability is at most" in said
    assert "give fewer trials, or a design of fewer levels, or leave it out: --exact" in said
    assert not (tmp_path / "o.csv").exists()
    assert characteristics(tmp_path, "--simulate", "100", "--seed", "1") == 0
