"""`pkpipe recist` on people's own files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tumour_drawings import lesions, places, reference, spelled

from pkpipe.cli import main

DRAWN = "VISIT | DAY | T1\nBASELINE | -7 | 50\nWEEK 6 | 42 | 30\nWEEK 12 | 84 | 20"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tr = lesions(DRAWN)
    tables = {"tr": tr, "tu": places(tr), "rs": spelled("PR42 SD84"), "ref": reference(CUTDT=200)}
    for name, table in tables.items():
        table.write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def recist(folder: Path, *words: str) -> int:
    return main(["recist", *words, "-o", str(folder / "out")])


def written(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / "out" / f"{name}.csv", infer_schema=False)


def test_a_baseline_alone_has_a_time_point_and_no_response(folder):
    lesions("VISIT | DAY | T1\nBASELINE | -7 | 50").write_csv(folder / "tr.csv")
    assert recist(folder, str(folder / "tr.csv"), "--ref", str(folder / "ref.csv")) == 0
    assert written(folder, "timepoints")["ROLE"].to_list() == ["BASELINE"]
    assert written(folder, "best")["BOR"].to_list() == ["MISSING"]
    assert written(folder, "best_by_reader").is_empty()


def test_lesions_to_time_points_and_best_response(folder):
    arguments = [str(folder / "tr.csv")]
    for name in ("tu", "rs", "ref"):
        arguments += [f"--{name}", str(folder / f"{name}.csv")]
    assert recist(folder, *arguments) == 0
    points = written(folder, "timepoints")
    assert points["ROLE"].to_list() == ["BASELINE", "POST", "POST"]
    assert points["OVRLRESP"].to_list() == [None, "PR", "PR"]
    assert points["INVRESP"].to_list() == [None, "PR", "SD"]
    assert points["AGREE"].to_list() == [None, "Y", "N"]
    assert points["SUMDIAM"].cast(pl.Float64).to_list() == [50, 30, 20]
    best = written(folder, "best")
    assert best.select("BOR", "CBOR", "ADT", "RSP", "CRSP").row(0) == (
        *("PR", "PR", "2024-02-12"),
        *("Y", "Y"),
    )
    assert best["REASON"][0] == "response of 2024-02-12 confirmed on 2024-03-25"


def test_responses_alone(folder):
    rs, ref = str(folder / "rs.csv"), str(folder / "ref.csv")
    assert recist(folder, "--rs", rs, "--ref", ref) == 0
    assert written(folder, "best").select("BOR", "CBOR").row(0) == ("PR", "SD")
    assert written(folder, "timepoints")["OVRLRESP"].to_list() == ["PR", "SD"]


def test_without_reference_dates_days_count_from_the_baseline_scan(folder, capsys):
    assert recist(folder, str(folder / "tr.csv")) == 0
    assert written(folder, "best")["CBOR"].to_list() == ["PR"]
    assert "no --ref" in capsys.readouterr().err


def test_the_options_file_changes_the_rules(folder):
    (folder / "o.yaml").write_text("confirm_days: 43\nsd_min_days: 43\n")
    rs, ref = str(folder / "rs.csv"), str(folder / "ref.csv")
    pl.concat([spelled("PR42 PR84")]).write_csv(rs)
    assert recist(folder, "--rs", rs, "--ref", ref, "--options", str(folder / "o.yaml")) == 0
    assert written(folder, "best").select("BOR", "CBOR").row(0) == ("PR", "SD")


def test_the_evaluator_chooses_whose_assessments_lead(folder):
    central = spelled("SD42 SD84").with_columns(RSEVAL=pl.lit("INDEPENDENT ASSESSOR"))
    rs = folder / "rs.csv"
    pl.concat([spelled("PR42 PR84"), central]).write_csv(rs)
    options = folder / "o.yaml"
    options.write_text("evaluator: INDEPENDENT ASSESSOR\n")
    arguments = ["--rs", str(rs), "--ref", str(folder / "ref.csv")]
    assert recist(folder, *arguments) == 0
    assert written(folder, "best")["BOR"].to_list() == ["PR"]
    assert recist(folder, *arguments, "--options", str(options)) == 0
    assert written(folder, "best")["BOR"].to_list() == ["SD"]
    assert written(folder, "timepoints").height == 2


@pytest.mark.parametrize(
    ("options", "words", "code"),
    [
        ("confirm_dayz: 28\n", "did you mean 'confirm_days'", 2),
        ("max_ne: -1\n", "max_ne", 2),
        ("anchor: randomization\n", "no RANDDT in any row", 2),
        ("criteria: iRECIST\n", "no OVRLRESP row of iRECIST", 3),
    ],
)
def test_a_mistake_in_the_options_is_named(folder, capsys, options, words, code):
    (folder / "o.yaml").write_text(options)
    rs, ref = str(folder / "rs.csv"), str(folder / "ref.csv")
    assert recist(folder, "--rs", rs, "--ref", ref, "--options", str(folder / "o.yaml")) == code
    assert words in capsys.readouterr().err


def test_a_cell_that_does_not_fit_is_named_with_its_row_and_nothing_is_written(folder, capsys):
    bad = lesions(DRAWN).with_columns(pl.lit("12,3").alias("TRSTRESN"))
    bad.write_csv(folder / "tr.csv")
    assert recist(folder, str(folder / "tr.csv")) == 3
    error = capsys.readouterr().err
    assert "tr.csv row 2, subject 1: TRSTRESN is '12,3'" in error
    assert not (folder / "out").exists()


def test_neither_lesions_nor_responses_is_a_mistake_of_use(folder, capsys):
    assert recist(folder) == 2
    assert "give TR, or --rs" in capsys.readouterr().err


def test_a_subject_twice_in_the_reference_is_refused(folder, capsys):
    twice = pl.concat([reference(CUTDT=200)] * 2)
    twice.write_csv(folder / "ref.csv")
    assert recist(folder, "--rs", str(folder / "rs.csv"), "--ref", str(folder / "ref.csv")) == 3
    assert "twice: 1" in capsys.readouterr().err


def test_findings_are_written_with_file_and_row(folder):
    spelled("PR42 SD42").write_csv(folder / "rs.csv")
    rs, ref = str(folder / "rs.csv"), str(folder / "ref.csv")
    assert recist(folder, "--rs", rs, "--ref", ref) == 0
    assert written(folder, "findings").select("FILE", "ROW", "VALUE").rows() == [
        ("rs.csv", "2", "2024-02-12")
    ]
