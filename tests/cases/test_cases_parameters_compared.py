"""`pkpipe compare` and `superpose` on tables of others: units, values that are none, periods, carry-over."""

import pytest
from test_cases_superpose import CONC, DOSE, superpose

from pkpipe.cli import main

__all__ = ["superpose"]

VALUES = (
    *(("S1", "R", 1, 100), ("S1", "T", 2, 120), ("S2", "T", 1, 90)),
    *(("S2", "R", 2, 80), ("S3", "R", 1, 70), ("S3", "T", 2, 95)),
)


def table(column, word, rows=VALUES, at=2):
    """Parameters with one further column that has this word in the row of that place."""
    lines = [
        f"{s},{t},{p},AUCLST,{v},{word if i == at else ('Y' if column == 'ANL01FL' else '')}"
        for i, (s, t, p, v) in enumerate(rows)
    ]
    return f"USUBJID,TRT,PERIOD,PPTESTCD,PPSTRESN,{column}\n" + "\n".join(lines) + "\n"


@pytest.fixture
def compare(tmp_path, capsys):
    """A table in; exit code and what was said."""

    def ran(text, *words):
        path, out = tmp_path / "pp.csv", tmp_path / "out.csv"
        path.write_text(text, encoding="utf-8")
        out.unlink(missing_ok=True)
        asked = ["--treatment", "TRT", "--reference", "R", "-o", str(out), *words]
        code = main(["compare", str(path), *asked])
        assert out.exists() == (code == 0)
        return code, capsys.readouterr().err

    return ran


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("PPSTAT", "NOT DONE"),
        ("EXCLFL", "Y"),
        ("PKSUMXF", "yes"),
    ],
)
def test_a_value_that_its_row_says_is_none_is_not_compared(compare, column, word):
    code, said = compare(table(column, word), "--period", "PERIOD")
    assert code == 3
    assert f"row 4, subject S2: {column}" in said
    assert "a value in a row that says it is none, or is left out" in said


@pytest.mark.parametrize("word", ["", "N"])
def test_a_row_that_is_not_of_the_analysis_is_left_out_and_said_as_by_km(compare, word):
    code, said = compare(table("ANL01FL", word), "--period", "PERIOD")
    assert (code, "1 rows without ANL01FL Y are not used" in said) == (0, True)


def test_values_in_two_units_are_not_compared(compare):
    lines = table("PPSTRESU", "h*ng/mL").splitlines()
    same = "\n".join([lines[0], *(line.rstrip(",") + ",h*ng/mL" for line in lines[1:])]) + "\n"
    same = same.replace(",h*ng/mL,h*ng/mL", ",h*ng/mL")
    assert compare(same)[0] == 0
    code, said = compare(same.replace("95,h*ng/mL", "0.095,h*ug/mL"))
    assert (code, "values of one parameter in several units" in said) == (3, True)


def test_two_treatments_in_one_period_are_asked_about(compare):
    rows = [(s, t, 1, v) for s, t, _, v in VALUES]
    code, said = compare(table("NOTE", "", rows), "--period", "PERIOD")
    assert (code, "one subject has two treatments in one period" in said) == (3, True)
    assert compare(table("NOTE", "", rows))[0] == 0


def test_superpose_adds_no_concentration_that_was_there_before_the_dose(superpose):
    """Once for each dose it would be added."""
    oral = DOSE.replace("iv_bolus", "extravascular")
    _, _, clean = superpose(CONC.replace("S1,0,100.0", "S1,0,0"), oral)
    assert clean["S1", 12.0][1] is None
    _, _, cells = superpose(CONC.replace("S1,0,100.0", "S1,-0.1,20"), oral)
    assert cells["S1", 12.0][0] is None
    assert "it does not start from zero" in cells["S1", 12.0][1]


@pytest.mark.parametrize(
    ("column", "value"), [("ROUTE", "extravascular"), ("ROUTE", "PO"), ("DURATION", "2")]
)
def test_superpose_a_regimen_of_another_route_or_infusion_is_refused(superpose, column, value):
    regimen = f"TIME,DOSE,{column}\n0,100,{value}\n12,100,{value}\n"
    code, said, _ = superpose(CONC, DOSE, regimen)
    assert code == 2
    assert "is not that of the doses whose profiles are added up" in said
    assert superpose(CONC, DOSE, "TIME,DOSE,ROUTE\n0,100,iv_bolus\n")[0] == 0
