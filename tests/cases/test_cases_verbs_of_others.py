"""Tables of others in tte, km and ada: what one column says and another loses is asked about, not lost."""

import polars as pl
import pytest
from km_shell import summarised

from pkpipe.cli import main

RS = "USUBJID,RSTESTCD,RSORRES,RSSTRESC,RSDTC\nA1,OVRLRESP,SD,SD,2026-02-16\n"


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys):
    """Files and the words of a verb in; the exit code and what was said."""
    monkeypatch.chdir(tmp_path)

    def ran(files, *words):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        code = main([*words, "-o", "o.csv" if words[0] == "tte" else "out"])
        return code, capsys.readouterr().err

    return ran


def km(tmp_path, capsys, text):
    code, table = summarised(tmp_path, text)
    found = {} if table is None else dict(table.select("STAT", "ESTIMATE").iter_rows())
    return code, capsys.readouterr().err, found.get("N")


@pytest.mark.parametrize("word", ["DEATH", "Died", "死亡"])
def test_who_left_by_death_without_a_day_is_not_alive(shell, word):
    ref = f"USUBJID,TRTSDT,DTHDT,EOSREAS\nA1,2026-01-05,,{word}\n"
    code, said = shell({"rs.csv": RS, "ref.csv": ref}, "tte", "--rs", "rs.csv", "--ref", "ref.csv")
    assert code == 3
    assert "ref.csv row 2, subject A1: EOSREAS is 'DEATH': dead, and no day of death" in said


@pytest.mark.parametrize("other", ["2026-11-30", ""])
def test_a_cutoff_that_is_not_one_day_is_told(shell, other):
    ref = f"USUBJID,TRTSDT,CUTDT\nA1,2026-01-05,2026-12-31\nB1,2026-01-05,{other}\n"
    code, said = shell({"rs.csv": RS, "ref.csv": ref}, "tte", "--rs", "rs.csv", "--ref", "ref.csv")
    assert code == 0
    assert "ref.csv: CUTDT is not one day in every row: " in said


@pytest.mark.parametrize("verb", ["tte", "recist"])
def test_a_response_as_collected_alone_is_not_passed_over(shell, verb):
    rs = f"{RS}A1,OVRLRESP,PD,,2026-03-30\n"
    ref = "USUBJID,TRTSDT\nA1,2026-01-05\n"
    code, said = shell({"rs.csv": rs, "ref.csv": ref}, verb, "--rs", "rs.csv", "--ref", "ref.csv")
    assert code == 3
    assert "rs.csv row 3, subject A1: RSORRES is 'PD': a response as collected" in said


def test_a_row_without_time_or_flag_is_named(tmp_path, capsys):
    """lifelines: a missing duration stops a fit; here the row is named and the others are answered."""
    text = "USUBJID,AVAL,CNSR\nS1,5,0\nS2,,1\nS3,6,\n"
    code, said, number = km(tmp_path, capsys, text)
    assert (code, number) == (0, 1)
    assert "query: t.csv row 3, subject S2: AVAL: no time or no event flag" in said
    assert "query: t.csv row 4, subject S3: CNSR: no time or no event flag" in said


def test_rows_that_are_not_of_the_analysis_are_in_no_curve(tmp_path, capsys):
    text = "USUBJID,AVAL,CNSR,ANL01FL\nS1,5,0,Y\nS2,7,1,\nS3,6,1,Y\n"
    code, said, number = km(tmp_path, capsys, text)
    assert (code, number) == (0, 2)
    assert "1 rows without ANL01FL Y are not used" in said


def test_an_event_with_a_reason_for_censoring_is_refused(tmp_path, capsys):
    """visR 296: events and censorings were taken for each other."""
    text = "USUBJID,AVAL,CNSR,CNSDTDSC\nS1,5,0,Last assessment\nS2,7,1,\n"
    code, said, _ = km(tmp_path, capsys, text)
    assert code == 3
    assert "row 2, subject S1: CNSDTDSC is 'Last assessment': an event, and a reason for" in said


SAMPLES = "USUBJID,ISTESTCD,ISDTC,ISSTRESC,ISSTRESN\n"
FIRST = "USUBJID,FIRSTDTM\n1,2026-01-05T09:00\n"


@pytest.mark.parametrize(
    ("rows", "row", "value"),
    [
        ("1,ADA_BAB,2026-01-05T08:00,NEGATIVE,\n1,ADA_BAB,2026-02-05,Positive (1:40),\n", 3, None),
        ("1,ADA_BAB,2026-01-05T08:00,0,\n1,ADA_BAB,2026-02-05,1,1\n", 3, "1"),
    ],
)
def test_a_titre_is_neither_lost_in_words_nor_made_of_a_code(shell, rows, row, value):
    files = {"is.csv": SAMPLES + rows, "ref.csv": FIRST}
    code, said = shell(files, "ada", "is.csv", "--ref", "ref.csv")
    assert code == 3
    assert f"is.csv row {row}, subject 1: ISSTRESC is '{value or 'Positive (1:40)'}'" in said


def test_a_titre_of_one_beside_other_titres_is_a_titre(shell, tmp_path):
    rows = "1,ADA_BAB,2026-01-05T08:00,0,\n1,ADA_BAB,2026-02-05,1,1\n1,ADA_BAB,2026-03-05,40,40\n"
    files = {"is.csv": SAMPLES + rows, "ref.csv": FIRST}
    assert shell(files, "ada", "is.csv", "--ref", "ref.csv")[0] == 0
    assert pl.read_csv(tmp_path / "out" / "subjects.csv")["PEAKTITRE"].to_list() == [40]
