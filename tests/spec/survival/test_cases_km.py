"""`pkpipe km` on tables as they come: a subject in several rows, groups without a name, nothing to test."""

import polars as pl
import pytest

from pkpipe.cli import main

TWO_READERS = """USUBJID,PARAMCD,PARQUAL,AVAL,CNSR
S1,PFS,INVESTIGATOR,5,0
S1,PFS,INDEPENDENT ASSESSOR,7,1
S2,PFS,INVESTIGATOR,6,0
S2,PFS,INDEPENDENT ASSESSOR,9,0
S3,PFS,INVESTIGATOR,9,1
S3,PFS,INDEPENDENT ASSESSOR,9,1
"""


def km(tmp_path, text, *words):
    (tmp_path / "t.csv").write_text(text)
    code = main(["km", str(tmp_path / "t.csv"), "-o", str(tmp_path / "km.csv"), *words])
    out = tmp_path / "km.csv"
    return code, pl.read_csv(out, infer_schema=False) if out.exists() else None


def value(table, group, stat):
    return table.filter(GROUP=group, STAT=stat)["ESTIMATE"].item()


def test_km_two_rows_a_subject_are_refused_with_what_would_choose(tmp_path, capsys):
    code, table = km(tmp_path, TWO_READERS, "--param", "PFS")
    assert (code, table) == (3, None)
    told = capsys.readouterr().err
    assert "3 findings" in told
    assert "t.csv row 3, subject S1: USUBJID is 'S1': the subject has a row already" in told
    assert "choose with --where PARQUAL=..., or --by PARQUAL" in told


def test_km_two_rows_a_subject_without_any_column_that_tells_them_apart(tmp_path, capsys):
    text = "USUBJID,time,status\nS1,5,1\nS1,5,1\nS2,7,1\n"
    assert km(tmp_path, text, "--time", "time", "--event", "status") == (3, None)
    assert "row 3, subject S1" in capsys.readouterr().err


def test_km_two_rows_a_subject_are_one_when_chosen_or_grouped_by_reader(tmp_path, capsys):
    code, chosen = km(tmp_path, TWO_READERS, "--where", "PARQUAL=INVESTIGATOR")
    assert (code, value(chosen, "ALL", "N"), value(chosen, "ALL", "EVENTS")) == (0, "3.0", "2.0")
    code, table = km(tmp_path, TWO_READERS, "--by", "PARQUAL")
    assert code == 0
    assert sorted(table["GROUP"].unique()) == ["INDEPENDENT ASSESSOR", "INVESTIGATOR"]
    assert value(table, "INVESTIGATOR", "N") == "3.0"
    assert "neither ALL nor a test between groups is given" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["PARQUAL", "=X", "PARQUAL="])
def test_a_choice_needs_a_column_and_a_value(tmp_path, capsys, word):
    assert km(tmp_path, TWO_READERS, "--where", word)[0] == 2
    assert "allowed: COLUMN=VALUE" in capsys.readouterr().err


def test_a_choice_of_nobody_is_refused(tmp_path, capsys):
    assert km(tmp_path, TWO_READERS, "--where", "PARQUAL=SPONSOR")[0] == 2
    assert "found: INDEPENDENT ASSESSOR, INVESTIGATOR" in capsys.readouterr().err


@pytest.mark.parametrize(
    "rows", ["5,0,A\n6,0,A\n7,0,B\n", "0,1,A\n5,0,A\n6,0,A\n", "5,0,A\n6,0,A\n"]
)
def test_km_logrank_df_minus_one_is_empty_with_the_reason_and_so_is_peto(tmp_path, rows):
    table = km(tmp_path, "time,event,g\n" + rows, "--by", "g")[1]
    for test in ("LOGRANK", "PETO"):
        found = table.filter(pl.col("STAT").is_in([f"{test}_{s}" for s in ("CHISQ", "DF", "P")]))
        assert found["ESTIMATE"].null_count() == 3
        assert found["NOTE"].null_count() == 0


def test_rows_without_a_group_are_a_group_with_their_own_events(tmp_path, capsys):
    text = 'USUBJID,time,event,g\n1,5,1,A\n2,6,1,B\n3,7,1,""\n4,8,1,"  "\n'
    code, table = km(tmp_path, text, "--by", "g")
    assert code == 0
    assert sorted(table["GROUP"].unique()) == ["(missing)", "A", "ALL", "B"]
    assert (value(table, "(missing)", "N"), value(table, "(missing)", "EVENTS")) == ("2.0", "2.0")
    assert table.filter(GROUP="(missing)", STAT="LOGRANK_OBSERVED").is_empty()
    assert "2 rows without g are the group (missing)" in capsys.readouterr().err


def test_no_usable_row_is_no_result(tmp_path, capsys):
    code, table = km(tmp_path, "USUBJID,time,event\n1,5,\n2,,1\n")
    assert (code, table) == (3, None)
    assert "no row with a time and an event flag, of 2 rows" in capsys.readouterr().err
