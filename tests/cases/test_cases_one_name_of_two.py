"""Two columns of one name, and numbers that an option asks for and nobody gave."""

import pytest

from pkpipe.cli import main

CONC = "USUBJID,TIME,CONC,{}\nS1,0,0,9\nS1,1,8,9\nS1,2,4,9\nS1,4,2,9\n"
DOSE = "USUBJID,TIME,DOSE,ROUTE\nS1,0,100,{}\n"
IS = "USUBJID,ISTESTCD,ISSTRESC,ISDTC{}\nS1,ADA,阴性(-),2026-01-05{}\nS1,ADA,阳性(+),2026-02-02{}\n"


def ran(folder, words, **files):
    """The exit code of a verb on these files."""
    for name, text in files.items():
        kind = "yaml" if name == "o" else "csv"
        (folder / f"{name}.{kind}").write_text(text, encoding="utf-8")
    told = [str(folder / w) if "." in w else w for w in words.split()]
    return main([*told, "-o", str(folder / "out.csv")])


@pytest.mark.parametrize("other", ["conc", "Conc", "CONC.", " CONC"])
def test_two_columns_of_one_name_in_two_spellings_are_refused(tmp_path, capsys, other):
    code = ran(tmp_path, "nca c.csv d.csv", c=CONC.format(other), d=DOSE.format("oral"))
    assert code == 3
    assert "two columns are called CONC" in capsys.readouterr().err


@pytest.mark.parametrize("header", ["USUBJID,AVAL,aval,CNSR", "USUBJID,Time,TIME,CNSR"])
def test_km_does_not_choose_between_two_times(tmp_path, capsys, header):
    assert ran(tmp_path, "km t.csv", t=f"{header}\nS1,5,50,0\nS2,7,70,1\n") == 3
    assert "each name once" in capsys.readouterr().err


def test_the_same_values_under_one_name_of_two_change_nothing(tmp_path):
    assert ran(tmp_path, "km t.csv", t="USUBJID,AVAL,aval,CNSR\nS1,5,5,0\nS2,7,7,1\n") == 0


@pytest.mark.parametrize(
    "name", ["Subject Identifier", "pt", "SubjectName", "hospital_no", "UID", "病案号"]
)
def test_a_subject_under_these_names_has_one_row(tmp_path, capsys, name):
    assert ran(tmp_path, "km t.csv", t=f"{name},AVAL,CNSR\nS1,5,0\nS1,7,1\n") == 3
    assert f"{name} is 'S1': the subject has a row already" in capsys.readouterr().err


@pytest.mark.parametrize("route", ["p.o.", "EV", "口服给药"])
def test_a_route_by_mouth_is_one(tmp_path, route):
    conc = CONC.format("NOTE")
    assert ran(tmp_path, "nca c.csv d.csv", c=conc, d=DOSE.format(route)) == 0


@pytest.mark.parametrize(("column", "value"), [("", ""), (",PCCONC", ",500"), (",CONC", ",")])
def test_a_limit_of_drug_tolerance_without_concentrations_is_no_limit(
    tmp_path, capsys, column, value
):
    files = {
        **{"is": IS.format(column, value, value), "o": "drug_tolerance: 100\n"},
        "ref": "USUBJID,FIRSTDTM\nS1,2026-01-05T10:00\n",
    }
    assert ran(tmp_path, "ada is.csv --ref ref.csv --options o.yaml", **files) == 2
    assert "drug_tolerance is given, and no row has a CONC" in capsys.readouterr().err
    files["is"] = IS.format(",CONC", ",5", ",5")
    assert ran(tmp_path, "ada is.csv --ref ref.csv --options o.yaml", **files) == 0
