"""Files of recist and tte: subjects without reference dates, and dates in part."""

import polars as pl
import pytest

from pkpipe.cli import main

RS = "USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSEVAL\n"


RESPONSES = "{0},OVRLRESP,PR,{1},INVESTIGATOR\n{0},OVRLRESP,PR,2026-04-10,INVESTIGATOR\n"


TR = "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESU,TRDTC,VISIT,VISITNUM,TREVAL\n"


LESIONS = (
    "{0},T1,TARGET,LDIAM,40,mm,2026-01-01,BL,0,INVESTIGATOR\n"
    "{0},T1,TARGET,LDIAM,20,mm,{1},W6,1,INVESTIGATOR\n"
)


REF = "USUBJID,TRTSDT,LSTALVDT\nS1,2026-01-05,2026-06-01\nS2,2026-01-06,2026-06-01\n"


@pytest.fixture
def tumours(tmp_path, capsys):
    """Rows of RS or TR and REF in; the exit code and what was said."""

    def ran(verb, table, ref=REF, options=""):
        lesions = table.startswith(TR)
        (tmp_path / "rows.csv").write_text(table, encoding="utf-8")
        (tmp_path / "ref.csv").write_text(ref)
        (tmp_path / "o.yaml").write_text(options or "{}")
        rows = str(tmp_path / "rows.csv")
        words = [rows] if lesions else ["--rs", rows]
        out = tmp_path / ("out.csv" if verb == "tte" else "out")
        words += ["--ref", str(tmp_path / "ref.csv"), "--options", str(tmp_path / "o.yaml")]
        code = main([verb, *words, "-o", str(out)])
        assert out.exists() == (code == 0)
        return code, capsys.readouterr().err

    return ran


@pytest.mark.parametrize(
    ("verb", "table"),
    [
        ("tte", RS + RESPONSES.format("X1", "2026-02-10")),
        ("recist", RS + RESPONSES.format("X1", "2026-02-10")),
        ("recist", TR + LESIONS.format("X1", "2026-02-15")),
    ],
)
def test_rows_wholly_of_subjects_without_reference_dates_are_no_result(tumours, verb, table):
    code, said = tumours(verb, table)
    assert code == 3
    assert "no subject of rows.csv has a TRTSDT in ref.csv (rows.csv: X1; ref.csv: S1, S2)" in said


@pytest.mark.parametrize("verb", ["tte", "recist"])
def test_a_start_date_of_other_subjects_alone_is_no_result(tumours, verb):
    ref = "USUBJID,TRTSDT,RANDDT\nX1,,2026-01-05\nS2,2026-01-06,2026-01-05\n"
    code, said = tumours(verb, RS + RESPONSES.format("X1", "2026-02-10"), ref)
    assert code == 3
    assert "no subject of rows.csv has a TRTSDT in ref.csv" in said


@pytest.mark.parametrize("verb", ["tte", "recist"])
def test_one_subject_without_reference_dates_is_asked_about_and_the_others_are_answered(
    tumours, verb
):
    both = RESPONSES.format("S1", "2026-02-10") + RESPONSES.format("X1", "2026-02-10")
    code, said = tumours(verb, RS + both)
    assert code == 0
    assert "row 4, subject X1: USUBJID is 'X1': has assessments but no reference dates" in said


@pytest.mark.parametrize(
    ("verb", "table", "column"),
    [
        ("tte", RS + RESPONSES.format("S1", "2026-02"), "RSDTC"),
        ("recist", RS + RESPONSES.format("S1", "2026-02"), "RSDTC"),
        ("recist", TR + LESIONS.format("S1", "2026-02"), "TRDTC"),
        ("tte", "USUBJID,ADT,AVALC\nS1,2026-01-12,SD\nS1,2026-02,PR\n", "ADT"),
    ],
)
@pytest.mark.parametrize(
    ("options", "taken"),
    [("", "2026-02-28"), ("partial_dates: first", "2026-02-01")],
)
def test_a_partial_date_is_named_with_the_day_it_is_taken_to_be(
    tumours, verb, table, column, options, taken
):
    code, said = tumours(verb, table, options=options)
    assert code == 0
    assert f"{column} is '2026-02': the day is not known, taken as {taken}" in said
    assert "partial_dates" in said


@pytest.mark.parametrize("first", ["2026-01-05", "2026-01-05T00:00"])
@pytest.mark.parametrize(("planned", "baseline"), [("", None), ("PREDOSE", "Y"), ("EOI", None)])
def test_a_sample_of_no_plan_on_the_day_of_a_first_dose_without_a_time_is_asked_about(
    tmp_path, capsys, first, planned, baseline
):
    """It may be the baseline, and is the first positive after the dose: induced by the drug."""
    rows = [f"S1,{t},{r},2026-01-05T08:30,{planned}" for t, r in
            (("ADASCR", "POSITIVE"), ("ADACNF", "POSITIVE"), ("ADATIT", "40"))]  # fmt: skip
    rows += ["S1,ADASCR,NEGATIVE,2026-02-16T08:00,"]
    (tmp_path / "is.csv").write_text(
        "\n".join(["USUBJID,ISTESTCD,ISSTRESC,ISDTC,ISTPT", *rows]) + "\n"
    )
    (tmp_path / "ref.csv").write_text(f"USUBJID,FIRSTDTM\nS1,{first}\n")
    files = [str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv")]
    assert main(["ada", *files, "-o", str(tmp_path / "out")]) == 0
    subject = pl.read_csv(tmp_path / "out" / "subjects.csv").row(0, named=True)
    assert (subject["BFLAG"], subject["INDUCD"]) == (baseline, "N" if baseline else "Y")
    told = "FIRSTDTM without a time of day: 1 samples of that day are taken as after the dose"
    assert (told in capsys.readouterr().err) == (planned == "")
