"""`pkpipe escalate` on others' records: misspelt columns and backfill change no decision unseen."""

import polars as pl
import pytest

from pkpipe.cli import main

PROTOCOL = """escalation:
  levels:
  - {code: A, doses: {D: 1}}
  - {code: B, doses: {D: 2}}
  - {code: C, doses: {D: 3}}
  titration_levels: []
  cohort_size: 3
  dlt_window_days: 21
"""
HEAD = "subject,level,first_dose,dlt_onset,grade2_onset,left_window"
COHORT = [
    "1,A,2026-01-05,2026-01-10,,",
    "2,A,2026-01-06,2026-01-12,,",
    "3,A,2026-01-07,,,",
]
BACKFILL = ["1,A,2026-01-05,2026-01-10,,,N", "2,A,2026-01-06,,,,n", "3,A,2026-01-07,,,,"] + [
    f"{n},A,2026-01-0{n},,,,Y" for n in (5, 6, 7)
]


def decided(tmp_path, head, rows, protocol=PROTOCOL):
    (tmp_path / "p.yaml").write_text(protocol)
    (tmp_path / "s.csv").write_text("\n".join([head, *rows]) + "\n")
    out = tmp_path / "d.csv"
    words = ["--protocol", str(tmp_path / "p.yaml"), "--as-of", "2026-03-15", "-o", str(out)]
    code = main(["escalate", str(tmp_path / "s.csv"), *words])
    return code, pl.read_csv(out, infer_schema=False).row(0, named=True) if out.exists() else None


def test_escalate_misspelt_dlt_column_is_refused_and_the_right_one_decides(tmp_path, capsys):
    code, row = decided(tmp_path, HEAD, COHORT)
    assert (code, row["decision"]) == (0, "NO_TOLERABLE_DOSE")
    (tmp_path / "d.csv").unlink()
    assert decided(tmp_path, HEAD.replace("dlt_onset", "dlt_date"), COHORT) == (2, None)
    assert "no column dlt_onset; found dlt_date" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["dlt_onsett", "DLT", "onset", "dlt_start", "DLTDT"])
def test_escalate_misspelt_dlt_column_of_any_spelling_is_refused(tmp_path, name):
    assert decided(tmp_path, HEAD.replace("dlt_onset", name), COHORT) == (2, None)


def test_a_column_in_another_letter_case_is_read_and_said(tmp_path, capsys):
    code, row = decided(tmp_path, HEAD.upper(), COHORT)
    assert (code, row["decision"]) == (0, "NO_TOLERABLE_DOSE")
    assert "DLT_ONSET is read as dlt_onset" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["left_windw", "left_on", "Left Window Date"])
def test_a_column_that_matters_under_nearly_its_name_is_refused(tmp_path, capsys, name):
    assert decided(tmp_path, HEAD.replace("left_window", name), COHORT) == (2, None)
    assert f"no column left_window; found {name}" in capsys.readouterr().err


def test_a_column_of_no_meaning_is_named(tmp_path, capsys):
    assert decided(tmp_path, HEAD + ",site", [f"{r},1" for r in COHORT])[0] == 0
    assert "note: s.csv: not used: site" in capsys.readouterr().err


def test_escalate_backfill_column_ignored_no_more(tmp_path):
    code, row = decided(tmp_path, HEAD + ",backfill", BACKFILL)
    assert (code, row["levels"], row["decision"]) == (0, "A:3/1/0/0", "STAY_ADD")
    subjects = pl.read_csv(tmp_path / "d_subjects.csv", infer_schema=False)
    assert subjects["reason"].str.contains("backfill, not counted").sum() == 3


def test_escalate_backfill_column_ignored_only_where_the_protocol_counts_backfill(tmp_path):
    counts = PROTOCOL + "  backfill_counts: true\n"
    assert decided(tmp_path, HEAD + ",backfill", BACKFILL, counts)[1]["levels"] == "A:6/1/0/0"


def test_a_word_that_is_no_yes_or_no_is_refused(tmp_path, capsys):
    rows = [*BACKFILL[:-1], BACKFILL[-1].replace("Y", "perhaps")]
    assert decided(tmp_path, HEAD + ",backfill", rows) == (3, None)
    assert "row 7, subject 7: backfill is 'perhaps'" in capsys.readouterr().err


def test_no_subject_is_no_decision(tmp_path, capsys):
    assert decided(tmp_path, HEAD, [",,,,,"]) == (3, None)
    assert "no row with a value (expected: one row or more)" in capsys.readouterr().err
