"""`pkpipe ada`: files in, a folder out, exit 3 with every finding and nothing written."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.reading.files import read_table

IS = """USUBJID,ISTESTCD,ISBDAGNT,ISDTC,ISSTRESC,ISTPT
S1,ADASCR,MAB,2026-01-05T08:00,NEGATIVE,PREDOSE
S1,ADASCR,MAB,2026-01-26T08:00,POSITIVE,PREDOSE
S1,ADACONF,MAB,2026-01-26T08:00,POSITIVE,PREDOSE
S1,ADATITER,MAB,2026-01-26T08:00,200,PREDOSE
S1,NAB,MAB,2026-01-26T08:00,POSITIVE,PREDOSE
S1,ADASCR,MAB,2026-02-16T08:00,NEGATIVE,PREDOSE
S2,ADASCR,MAB,2026-01-06T08:00,NEGATIVE,PREDOSE
S2,ADASCR,MAB,2026-01-27T08:00,NEGATIVE,PREDOSE
"""
REF = """USUBJID,FIRSTDTM
S1,2026-01-05T09:30
S2,2026-01-06
S3,2026-01-07T10:00
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "is.csv").write_text(IS)
    (tmp_path / "ref.csv").write_text(REF)
    return tmp_path


def ada(folder: Path, *more: str) -> int:
    return main(
        [
            "ada",
            str(folder / "is.csv"),
            "-o",
            str(folder / "out"),
            "--ref",
            str(folder / "ref.csv"),
            *more,
        ]
    )


def subjects(folder: Path) -> dict[str, dict]:
    return {
        r["USUBJID"]: r for r in read_table(folder / "out" / "subjects.csv").iter_rows(named=True)
    }


def test_every_subject_of_the_reference_has_a_status_and_what_is_missing_has_a_reason(here):
    assert ada(here) == 0
    got = subjects(here)
    assert [(k, v["ADASTAT"]) for k, v in got.items()] == [
        ("S1", "POSITIVE"),
        ("S2", "NEGATIVE"),
        ("S3", "MISSING"),
    ]
    assert (got["S1"]["INDUCD"], got["S1"]["NABSTAT"], got["S1"]["PEAKTITRE"]) == (
        "Y",
        "POSITIVE",
        "200.0",
    )
    assert got["S1"]["INDTADA"] == "Y"  # one positive, followed for 21 days
    assert got["S3"]["REASON"] == "no sample of this drug"


def test_the_summary_prints_each_denominator(here):
    ada(here)
    summary = read_table(here / "out" / "summary.csv")
    incidence = summary.filter(pl.col("PARAMCD") == "INCID").row(0, named=True)
    assert (incidence["X"], incidence["N"], incidence["PCT"]) == ("1", "2", "50.0")
    assert incidence["DENOM"] == "subjects with a post-dose ADA result (SET-ADA)"
    prevalence = summary.filter(pl.col("PARAMCD") == "PREVAL").row(0, named=True)
    assert (prevalence["X"], prevalence["N"]) == ("1", "2")
    assert summary.filter(
        pl.col("PCT").is_null() & pl.col("AVAL").is_null() & pl.col("REASON").is_null()
    ).is_empty()


def test_the_options_file_changes_the_rules(here):
    (here / "o.yaml").write_text("short_followup: transient\n")
    assert ada(here, "--options", str(here / "o.yaml")) == 0
    assert subjects(here)["S1"]["TRANADA"] == "Y"


def test_an_unknown_option_is_a_configuration_error_naming_key_and_file(here, capsys):
    (here / "o.yaml").write_text("persistant_days: 112\n")
    assert ada(here, "--options", str(here / "o.yaml")) == 2
    assert "o.yaml:1:1: persistant_days" in capsys.readouterr().err


def test_bad_rows_end_with_all_findings_and_write_nothing(here, capsys):
    bad = IS.replace("S1,ADASCR,MAB,2026-01-26T08:00,POSITIVE,PREDOSE\n", "")
    bad += "S2,NAB,MAB,2026-03-01T08:00,POSITIVE,PREDOSE\nS9,ADASCR,MAB,2026-03-01T08:00,NEGATIVE,PREDOSE\n"
    (here / "is.csv").write_text(bad)
    assert ada(here) == 3
    err = capsys.readouterr().err
    assert "is.csv row 3, subject S1: ISTESTCD is 'ADACONF'" in err
    assert "is.csv row 9, subject S2" in err
    assert "is.csv row 10, subject S9" in err
    assert "Traceback" not in err
    assert not (here / "out").exists()


def test_a_titre_below_the_minimum_required_dilution_is_an_error_naming_it(here, capsys):
    (here / "o.yaml").write_text("mrd_titre: 250\n")
    assert ada(here, "--options", str(here / "o.yaml")) == 3
    assert "is.csv row 5, subject S1: ISSTRESN is '200'" in capsys.readouterr().err


def test_a_concentration_above_the_tolerance_limit_makes_a_negative_inconclusive(here):
    (here / "is.csv").write_text(
        "USUBJID,ISTESTCD,ISBDAGNT,ISDTC,ISSTRESC,CONC\n"
        "S1,ADASCR,MAB,2026-01-05T08:00,NEGATIVE,0\nS1,ADASCR,MAB,2026-01-26T08:00,NEGATIVE,120\n"
    )
    (here / "o.yaml").write_text("drug_tolerance: 100\n")
    assert ada(here, "--options", str(here / "o.yaml")) == 0
    got = subjects(here)["S1"]
    assert (got["ADASTAT"], got["ADASTAT0"]) == ("INCONCLUSIVE", "NEGATIVE")
    samples = read_table(here / "out" / "samples.csv")
    assert samples["RESULT"].to_list() == ["NEGATIVE", "INCONCLUSIVE"]


def test_two_drugs_are_two_rows_with_their_own_first_dose(here):
    (here / "is.csv").write_text(
        "USUBJID,ISTESTCD,ISBDAGNT,ISDTC,ISSTRESC\n"
        "S1,ADA_BAB,MAB,2026-01-05T08:00,NEGATIVE\nS1,ADA_BAB,MAB,2026-02-05T08:00,200\n"
        "S1,ADA_BAB,ADC,2026-01-05T08:00,NEGATIVE\nS1,ADA_BAB,ADC,2026-02-05T08:00,200\n"
    )
    (here / "ref.csv").write_text(
        "USUBJID,ISBDAGNT,FIRSTDTM\nS1,MAB,2026-01-05T09:30\nS1,ADC,2026-03-05T09:30\n"
    )
    assert ada(here) == 0
    got = read_table(here / "out" / "subjects.csv").select("DRUG", "ADASTAT").rows()
    assert got == [("ADC", "MISSING"), ("MAB", "POSITIVE")]


def test_a_table_without_rows_says_nothing_of_the_subjects_of_the_reference(here):
    (here / "is.csv").write_text("USUBJID,ISTESTCD,ISDTC,ISSTRESC\n")
    assert ada(here) == 3
    assert not (here / "out").exists()
