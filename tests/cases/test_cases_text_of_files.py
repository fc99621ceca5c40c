"""Text files of a verb: their encoding, and dates that begin with the year."""

import polars as pl
import pytest
from escalation_plan import PLAN

from pkpipe.cli import main

CHINESE = "受试者编号,dose_level,first_dose,dlt_onset,备注\nS1,A,2026-01-05,2026-01-12,首次给药\n"


def decide(tmp_path, content, *words):
    (tmp_path / "p.yaml").write_text(PLAN)
    (tmp_path / "s.csv").write_bytes(content)
    asked = ["--protocol", str(tmp_path / "p.yaml"), "--as-of", "2026-03-15", *words]
    return main(["escalate", str(tmp_path / "s.csv"), *asked, "-o", str(tmp_path / "d.csv")])


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_verb_reads_text_whose_encoding_is_certain_and_says_so(tmp_path, capsys, encoding):
    text = CHINESE.replace("受试者编号,dose_level", "subject,level").replace("备注", "受试者备注")
    assert decide(tmp_path, text.encode(encoding)) == 0
    said = capsys.readouterr().err
    assert "not used: 受试者备注" in said
    assert ("its text is in" in said) == (encoding != "utf-16")  # which has a mark


@pytest.mark.parametrize(
    ("encoding", "remark"),
    [
        ("gb18030", "男"),  # one word: Hangul as well
        ("big5", "首次給藥受試者編號"),
        ("euc-kr", "최초투여시작"),
        ("shift_jis", "初回投与の日"),
        ("euc-jp", "初回投与の日"),
        ("latin-1", "créée à Nîmes"),
        ("cp1251", "первый приём, дата"),
        ("koi8-r", "первая дата приема"),
    ],
)
def test_a_verb_guesses_no_encoding(tmp_path, capsys, encoding, remark):
    text = (
        f"subject,level,first_dose,dlt_onset,remark\nS1,A,2026-01-05,,{remark.replace(',', '')}\n"
    )
    assert decide(tmp_path, text.encode(encoding)) == 3
    assert "is not text in utf-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    "date",
    [
        "2026/1/5",
        "2026.1.5",
        "2026年1月5日",
        "2026-1-5",
        "2026/01/05",
        "２０２６/1/5",
        "2026/1/5 08:30",
    ],
)
def test_a_date_that_begins_with_its_year_is_read_and_told(tmp_path, capsys, date):
    text = f"subject,level,first_dose,dlt_onset\nS1,A,{date},2026-01-12\n"
    assert decide(tmp_path, text.encode()) == 0
    assert f"first_dose '{date}' is read as 2026-01-05" in capsys.readouterr().err
    row = pl.read_csv(tmp_path / "d_subjects.csv", infer_schema=False).row(0, named=True)
    assert (row["first_dose"], row["state"]) == ("2026-01-05", "EVALUABLE_DLT")


@pytest.mark.parametrize(
    "date", ["5/1/2026", "05.01.2026", "26/1/5", "2026/13/5", "2026/2/30", "2026.1"]
)
def test_a_date_that_may_be_another_stays_refused(tmp_path, capsys, date):
    text = f"subject,level,first_dose,dlt_onset\nS1,A,{date},\n"
    assert decide(tmp_path, text.encode()) == 3
    assert f"row 2, subject S1: first_dose is '{date}'" in capsys.readouterr().err
