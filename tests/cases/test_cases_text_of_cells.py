"""What a cell says is the same in every format and verb; a text that says more than its column is refused."""

import datetime as dt

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.delivery import as_text
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.codelists import YES_NO
from pkpipe.schema.column import Column

COLUMNS = (
    Column("USUBJID", required=True, filled=True),
    Column("DTHDT", "date"),
    Column("N", "integer"),
    Column("DTHFL", codelist=YES_NO, allowed=YES_NO.words),
)


def given(tmp_path, text):
    path = tmp_path / "ref.csv"
    path.write_text(text, encoding="utf-8")
    return read_known(path, COLUMNS)


@pytest.mark.parametrize("behind", ["?", " or 31", " (approx)", "T25:00", "*", " UNK"])
def test_nothing_stands_behind_a_date(tmp_path, behind):
    with pytest.raises(DataError, match=r"row 2, subject A1: DTHDT is '2026-06-30"):
        given(tmp_path, f"USUBJID,DTHDT\nA1,2026-06-30{behind}\n")


@pytest.mark.parametrize("word", ["NA", "n/a", ".", "-", "NULL", "无", "缺失", "<NA>", "(blank)"])
def test_a_word_for_nothing_is_no_subject(tmp_path, word):
    with pytest.raises(DataError, match=r"row 3.*a value is missing"):
        given(tmp_path, f"USUBJID,N\nA1,1\n{word},2\n")


def test_a_whole_number_written_with_a_point_is_that_number_and_that_word(tmp_path):
    table = given(tmp_path, "USUBJID,N,DTHFL\nA1,1.0,0.0\nA2,2.00,1.0\n")
    assert table["N"].to_list() == [1, 2]
    assert table["DTHFL"].to_list() == ["N", "Y"]
    with pytest.raises(DataError, match=r"N is '1\.5'"):
        given(tmp_path, "USUBJID,N\nA1,1.5\n")


@pytest.mark.parametrize(
    "line",
    ["Source: listing 16.2.1", "Note: preliminary", "Total", "END OF FILE", "来源：数据库", "* imputed"],
)  # fmt: skip
def test_a_line_below_a_table_is_no_subject(tmp_path, line):
    with pytest.raises(DataError, match=r"row 3: .* is no row of the table"):
        given(tmp_path, f"USUBJID,N\nA1,1\n{line},\n")


def test_a_date_time_with_a_zone_has_no_day(tmp_path):
    zoned = pl.Series([dt.datetime(2026, 1, 4, 16, tzinfo=dt.UTC)])
    path = tmp_path / "ref.parquet"
    pl.DataFrame({"USUBJID": ["A1"], "DTHDT": zoned}).write_parquet(path)
    with pytest.raises(DataError, match=r"DTHDT .*without a zone"):
        read_known(path, COLUMNS)
    assert as_text(pl.DataFrame({"DTHDT": zoned}))["DTHDT"].to_list() == []


def test_row_names_are_told_and_a_subject_without_a_name_is_not_one_of_them(tmp_path, capsys):
    assert given(tmp_path, ",USUBJID\n1,A1\n2,A2\n")["USUBJID"].to_list() == ["A1", "A2"]
    assert "the first column has no name and counts the rows" in capsys.readouterr().err
    with pytest.raises(DataError, match="values stand under an empty column name"):
        given(tmp_path, ",N\n101,1\n101,2\n")


CONC = "ID,TIME,CONC{}\nS1,0,0{}\nS1,1,60{}\nS1,24,45{}\nS1,168,20{}\nS1,336,9{}\n"
DOSE = "ID,TIME,DOSE,ROUTE\nS1,0,100,extravascular\n"


def ran(tmp_path, words, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    places = {name: tmp_path / f"{name}.csv" for name in files}
    return main([w.format(**places, out=tmp_path / "out.csv") for w in words.split()])


def test_a_reason_for_leaving_out_without_its_flag_is_refused(tmp_path, capsys):
    conc = CONC.format(",EXCLRSN", ",", ",", ",haemolysed", ",", ",")
    assert ran(tmp_path, "nca {c} {d} -o {out}", c=conc, d=DOSE) == 3
    assert "row 4" in (said := capsys.readouterr().err)
    assert "EXCLRSN" in said
    flagged = CONC.format(",EXCLRSN,EXCLFL", ",,", ",,", ",haemolysed,Y", ",,", ",,")
    assert ran(tmp_path, "nca {c} {d} -o {out}", c=flagged, d=DOSE) == 0


def test_a_sample_without_a_concentration_is_told(tmp_path, capsys):
    conc = CONC.replace("45", "").format(*[""] * 6)
    assert ran(tmp_path, "nca {c} {d} -o {out}", c=conc, d=DOSE) == 0
    assert "samples without a concentration, in no number: 1 (row 4)" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["NX", "NDOSES", "COUNT", "次数"])
def test_a_regimen_whose_number_of_doses_has_another_name_is_no_steady_state(
    tmp_path, capsys, name
):
    files = {"c": CONC.format(*[""] * 6), "d": DOSE, "r": f"DOSE,TAU,{name}\n100,24,3\n"}
    assert ran(tmp_path, "superpose {c} {d} --regimen {r} -o {out}", **files) == 2
    assert "no column N" in capsys.readouterr().err


def test_a_group_or_parameter_without_a_name_is_not_compared(tmp_path, capsys):
    rows = "".join(f"A{i},CMAX,{90 + i},{t},PLASMA\n" for i in range(4) for t in "RT")
    head = "USUBJID,PPTESTCD,PPSTRESN,TRT,PPSPEC\n"
    words = "compare {p} -o {out} --treatment TRT --reference R"
    assert ran(tmp_path, words, p=head + rows) == 0
    for slip in ("A1,CMAX,91,R,PLASMA", "A2,CMAX,92,T,PLASMA"):
        for other in (
            slip.replace("CMAX", ""),
            slip.replace("PLASMA", ""),
            slip.replace("A", "NA,", 1),
        ):
            broken = other if other.count(",") == slip.count(",") else "NA" + slip[2:]
            assert ran(tmp_path, words, p=head + rows.replace(slip, broken)) == 3
            assert "nobody says whose value" in capsys.readouterr().err


def test_keys_in_other_letter_case_are_the_same_keys(tmp_path, capsys):
    conc, dose = CONC.format(*[""] * 6), DOSE.replace("ID", "id")
    assert ran(tmp_path, "nca {c} {d} -o {out}", c=conc, d=dose) == 0
    assert "id is read as ID" in capsys.readouterr().err
    with pytest.raises(ConfigError):
        read_known(tmp_path / "d.csv", (Column("PATIENT", required=True),))


ADRS = "USUBJID,PARAMCD,ADT,AVALC\nA1,OVR,2026-02-16,PR\nA1,{},2026-03-30,PR\n"
REF = "USUBJID,TRTSDT\nA1,2026-01-05\n"


@pytest.mark.parametrize("code", ["", "NA", ".", "无"])
def test_a_response_of_no_parameter_is_refused(tmp_path, capsys, code):
    files = {"rs": ADRS.format(code), "ref": REF}
    assert ran(tmp_path, "tte --rs {rs} --ref {ref} -o {out}", **files) == 3
    assert "row 3, subject A1: PARAMCD" in capsys.readouterr().err


def test_responses_of_other_parameters_are_told(tmp_path, capsys):
    files = {"rs": ADRS.format("BOR"), "ref": REF}
    assert ran(tmp_path, "tte --rs {rs} --ref {ref} -o {out}", **files) == 0
    assert "1 rows of other parameters are not used (BOR)" in capsys.readouterr().err


def test_a_size_that_is_another_in_its_text_is_asked_about(tmp_path, capsys):
    head = "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRDTC\n"
    rows = "A1,T1,TARGET,LDIAM,40,40,2026-01-02\nA1,T1,TARGET,LDIAM,{},{},2026-02-16\n"
    words = "recist {tr} --ref {ref} -o {out}"
    for number, text, asked in (("28", "82", True), ("28", "28.0", False), ("28.04", "28", False)):
        assert ran(tmp_path, words, tr=head + rows.format(number, text), ref=REF) == 0
        assert ("TRSTRESN is" in capsys.readouterr().err) == asked


@pytest.mark.parametrize("stored", ["csv", "parquet"])
def test_an_event_that_is_true_or_false_is_one_or_none(tmp_path, stored):
    times, events = [5.0, 7.0, 9.0, 12.0], [True, False, True, False]
    table = pl.DataFrame({"USUBJID": ["A", "B", "C", "D"], "time": times, "event": events})
    table.write_csv(tmp_path / "t.csv")
    table.write_parquet(tmp_path / "t.parquet")
    assert main(["km", str(tmp_path / f"t.{stored}"), "-o", str(tmp_path / "km.csv")]) == 0
    found = pl.read_csv(tmp_path / "km.csv").filter(pl.col("STAT") == "EVENTS")
    assert found["ESTIMATE"].to_list() == [2.0]


@pytest.mark.parametrize("flag", ["-1", "- 1", "\u22121", "-1.0", "-0"])
def test_a_number_below_zero_is_no_yes(tmp_path, flag):
    with pytest.raises(DataError, match="row 2, subject A1: DTHFL is"):
        given(tmp_path, f"USUBJID,DTHFL\nA1,{flag}\n")


@pytest.mark.parametrize("drug", ["", "NA", "Y9"])
def test_samples_of_a_drug_without_its_first_dose_are_named(tmp_path, capsys, drug):
    rows = "".join(
        f"{who},ADA,2026-0{month}-08T08:00,NEGATIVE,X1\n"
        for who in ("A1", "B2")
        for month in (1, 2)
    )
    files = {
        "is": "USUBJID,ISTESTCD,ISDTC,ISSTRESC,ISBDAGNT\n" + rows,
        "ref": f"USUBJID,FIRSTDTM,ISBDAGNT\nA1,2026-01-08T09:00,X1\nB2,2026-01-08T09:00,{drug}\n",
    }
    assert ran(tmp_path, "ada {is} --ref {ref} -o {out}", **files) == 3
    assert "subject B2: ISBDAGNT is 'X1': has samples of this drug" in capsys.readouterr().err
