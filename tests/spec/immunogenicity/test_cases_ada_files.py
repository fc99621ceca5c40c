"""`pkpipe ada` on files of others: words, quoted empty cells, columns under other names."""

import polars as pl
import pytest

from pkpipe.cli import main

REF = "USUBJID,FIRSTDTM\n1,2026-01-05T09:00\n2,2026-01-05T09:00\n"
IS = """USUBJID,ISTESTCD,ISDTC,ISSTRESC,ISSTAT
1,ADA_BAB,2026-01-05T08:00,NEGATIVE,
1,ADA_BAB,2026-02-05T08:00,POSITIVE,
2,ADA_BAB,2026-01-05T08:00,NEGATIVE,
2,ADA_BAB,2026-02-05T08:00,,NOT DONE
"""


def ada(tmp_path, samples=IS, ref=REF):
    (tmp_path / "is.csv").write_text(samples)
    (tmp_path / "ref.csv").write_text(ref)
    out = tmp_path / "out"
    code = main(
        ["ada", str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv"), "-o", str(out)]
    )
    made = out / "subjects.csv"
    return code, pl.read_csv(made, infer_schema=False) if made.exists() else None


@pytest.mark.parametrize(
    "samples",
    [
        IS.replace("POSITIVE", "阳性").replace("NEGATIVE", "阴性").replace("NOT DONE", "未做"),
        IS.replace("POSITIVE", " positive")
        .replace("NOT DONE", "Not  done")
        .lower()
        .replace("bab", "BAB"),
        "".join(",".join(f'"{c}"' for c in line.split(",")) + "\r\n" for line in IS.splitlines()),
        IS.replace("NEGATIVE", "Neg").replace("POSITIVE", "Ｐos"),
    ],
    ids=["chinese", "lower_case", "quoted", "short_and_full_width"],
)
def test_the_same_samples_in_other_words_have_the_same_result(tmp_path, samples):
    plain = ada(tmp_path)[1]
    assert plain["ADASTAT"].to_list() == ["POSITIVE", "MISSING"]
    assert ada(tmp_path, samples)[1].equals(plain)


def test_a_status_of_no_meaning_takes_no_result_away(tmp_path, capsys):
    assert ada(tmp_path, IS.replace("NOT DONE", "perhaps")) == (3, None)
    assert "row 5, subject 2: ISSTAT is 'perhaps'" in capsys.readouterr().err


def test_columns_under_other_names_are_named(tmp_path, capsys):
    assert ada(tmp_path, ref=REF.replace("FIRSTDTM", "TRTSDTM")) == (2, None)
    assert "no column FIRSTDTM; found TRTSDTM" in capsys.readouterr().err
    drug = IS.replace("ISSTAT", "DRUG").replace("NOT DONE", "MAB")
    assert ada(tmp_path, drug) == (2, None)
    assert (
        "no column ISBDAGNT; found DRUG: without it every row is of one drug"
        in capsys.readouterr().err
    )
