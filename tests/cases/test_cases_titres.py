"""The text of a titre is kept as reported, read in one way, and its bound decides what it can decide."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.clinical.titres import bound_of, number_of


def classified(
    folder: Path, base: str | None, later: str | None, options: str = "{}"
) -> dict[str, pl.DataFrame]:
    """Samples and subjects of one subject, positive at baseline and after four weeks with these titres."""
    rows = []
    for day, visit, titre in (("2026-01-05", "D1", base), ("2026-02-02", "D28", later)):
        rows.append(("P1", "ADA", "ADA result", "POSITIVE", day, visit))
        if titre is not None:
            rows.append(("P1", "ADATITER", "ADA titer", titre, day, visit))
    names = ["USUBJID", "ISTESTCD", "ISTEST", "ISSTRESC", "ISDTC", "VISIT"]
    pl.DataFrame(rows, schema=names, orient="row").write_csv(folder / "is.csv")
    pl.DataFrame({"USUBJID": ["P1"], "FIRSTDTM": ["2026-01-05T10:00"]}).write_csv(
        folder / "ref.csv"
    )
    (folder / "ada.yaml").write_text(options)
    given = [
        str(folder / "is.csv"),
        "--ref",
        str(folder / "ref.csv"),
        "--options",
        str(folder / "ada.yaml"),
    ]
    assert main(["ada", *given, "-o", str(folder / "out")]) == 0
    tables = ("samples", "subjects")
    return {t: pl.read_csv(folder / "out" / f"{t}.csv", infer_schema=False) for t in tables}


def test_ada_titre_text_lost_is_the_titre_as_reported(tmp_path):
    told = classified(tmp_path, "<10", "1:160")["samples"]
    assert told.select("VISIT", "RESULT", "TITREC", "TITRE").rows() == [
        ("D1", "POSITIVE", "<10", None),
        ("D28", "POSITIVE", "1:160", "160.0"),
    ]


def test_ada_titre_text_lost_a_positive_without_a_titre_has_no_text(tmp_path):
    assert classified(tmp_path, None, "160")["samples"]["TITREC"].to_list() == [None, "160"]


@pytest.mark.parametrize(
    ("base", "later", "verdict"),
    [
        ("<10", "1:160", "BOOSTED"),
        ("<10", "40", "BOOSTED"),  # more than four times whatever the baseline was
        ("<10", "39", "NOT COMPARABLE"),  # 39 is 4 times 9 and not 4 times 9.9
        ("160", "<10", "UNAFFECTED"),
        ("<10", "<10", "NOT COMPARABLE"),
        ("160", "≥2560", "BOOSTED"),
        ("1280", "≥2560", "NOT COMPARABLE"),
        ("≥2560", "5120", "UNAFFECTED"),  # at most twice
        ("≥2560", "20480", "NOT COMPARABLE"),
        ("≥2560", "160", "UNAFFECTED"),
        ("＜１０", "1：160", "BOOSTED"),
        ("40", "159", "UNAFFECTED"),
        ("40", "160", "BOOSTED"),
        (None, "160", "NOT COMPARABLE"),
    ],
)
def test_ada_titre_text_lost_the_bound_decides_where_it_can(tmp_path, base, later, verdict):
    assert classified(tmp_path, base, later)["subjects"]["ADACLASS"][0] == verdict


def test_with_the_mrd_stated_a_titre_below_it_is_that_of_the_mrd(tmp_path):
    told = classified(tmp_path, "<10", "39", "mrd_titre: 10")
    assert told["subjects"]["ADACLASS"][0] == "UNAFFECTED"
    assert told["samples"]["TITREC"][0] == "<10"


@pytest.mark.parametrize(
    ("text", "number", "bound"),
    [
        ("160", 160, "EXACT"),
        ("1:160", 160, "EXACT"),
        ("1/160", 160, "EXACT"),
        ("1 : 1,280", 1280, "EXACT"),
        ("2.3", 2.3, "EXACT"),
        ("<10", 10, "BELOW"),
        ("< 1:10", 10, "BELOW"),
        ("≤10", 10, "BELOW"),
        ("＜1：10", 10, "BELOW"),
        (">2560", 2560, "ABOVE"),
        (">=1:2560", 2560, "ABOVE"),
        ("≥２５６０", 2560, "ABOVE"),
        ("POSITIVE", None, None),
        ("1:", None, None),
        ("10 to 20", None, None),
        ("", None, None),
    ],
)
def test_a_titre_is_read_in_every_spelling(text, number, bound):
    read = pl.DataFrame({"T": [text]}).select(n=number_of(pl.col("T")), b=bound_of(pl.col("T")))
    assert read.row(0) == (number, bound)


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("1:160", "640", 3),
        ("160", "16", 3),
        ("1:160", "160", 0),
        ("1:160", "2.204", 0),  # its decimal logarithm
        ("<10", "5", 0),  # a bound and what stands for it
        ("1:160", "", 0),
    ],
)
def test_a_titre_with_another_number_beside_its_text_is_refused(
    tmp_path, capsys, text, number, code
):
    (tmp_path / "is.csv").write_text(
        "USUBJID,ISTESTCD,ISTEST,ISSTRESC,ISSTRESN,ISDTC,VISIT\n"
        "P1,ADA,ADA result,POSITIVE,,2026-01-05,D1\n"
        f"P1,ADATITER,ADA titer,{text},{number},2026-01-05,D1\n"
    )
    (tmp_path / "ref.csv").write_text("USUBJID,FIRSTDTM\nP1,2026-01-05T10:00\n")
    (tmp_path / "ada.yaml").write_text("{}")
    words = [str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv")]
    options = ["--options", str(tmp_path / "ada.yaml"), "-o", str(tmp_path / "out")]
    assert main(["ada", *words, *options]) == code
    told = capsys.readouterr().err
    assert ("row 3, subject P1: ISSTRESN" in told) == (code == 3), told
    assert ("the text and the number of a titre differ" in told) == (code == 3)
