"""`pkpipe superpose` asks of its tables what `pkpipe nca` asks; a regimen can be only one thing."""

import math

import polars as pl
import pytest

from pkpipe.cli import main

TIMES = (0, 1, 2, 4, 8, 12, 24)


def drawn(who, times=TIMES):
    """One compartment, a bolus of 100: exact under the logarithmic rule."""
    return "".join(f"{who},{t},{100 * math.exp(-0.1 * t)!r}\n" for t in times)


CONC = "ID,TIME,CONC\n" + drawn("S1") + drawn("S2")
UNITS = (
    CONC.replace("\nS1", ",ng/mL\nS1")
    .replace("\nS2", ",ug/mL\nS2")
    .replace("CONC,ng/mL", "CONC,CONCU")
)
UNITS = UNITS.rstrip("\n") + ",ug/mL\n"
DOSE = "ID,TIME,DOSE,ROUTE\nS1,0,100,iv_bolus\nS2,0,100,iv_bolus\n"
TWICE = "TIME,DOSE\n0,100\n12,100\n"


@pytest.fixture
def superpose(tmp_path, capsys):
    """Files in; exit code, what was said, and (concentration, reason) by subject and time."""

    def ran(conc=CONC, dose=DOSE, regimen=TWICE, *words):
        for name, text in (("c.csv", conc), ("d.csv", dose), ("r.csv", regimen)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        files = [str(tmp_path / n) for n in ("c.csv", "d.csv")]
        out = tmp_path / "out.csv"
        asked = ["--regimen", str(tmp_path / "r.csv"), "-o", str(out), *words]
        code = main(["superpose", *files, *asked])
        said = capsys.readouterr().err
        assert out.exists() == (code == 0)
        if code:
            return code, said, {}
        rows = pl.read_csv(out, schema_overrides={"REASON": pl.String}).to_dicts()
        return code, said, {(r["ID"], r["TIME"]): (r["CONC"], r["REASON"]) for r in rows}

    return ran


def test_superpose_two_doses_are_added_up(superpose):
    _, _, cells = superpose()
    assert cells["S1", 12.0][0] == pytest.approx(100 + 100 * math.exp(-1.2), rel=1e-12)


@pytest.mark.parametrize(
    ("regimen", "told"),
    [
        ("TIME,DOSE,TAU,N\n24,100,12,2\n", "allowed: TIME, DOSE; or DOSE, TAU, N"),
        ("TIME,DOSE,N\n0,100,2\n", "allowed: TIME, DOSE; or DOSE, TAU, N"),
        ("TIME,DOSE,ADDL\n0,100,2\n", "row 2: ADDL is '2': a row that stands for more doses"),
        ("TIME,DOSE,II\n0,100,12\n", "II"),
        ("ID,TIME,DOSE\nS1,0,100\nS2,0,200\n", "column ID tells them apart"),
        ("TIME,DOSE,DOSEU\n0,100,mg\n12,0.1,g\n", "row 3: DOSEU is 'g': two units"),
        ("TIME,TIMEU,DOSE\n0,d,100\n1,d,100\n", "TIMEU is 'd': another unit than was stated"),
        ("DOSE,TAU,N\n100,12,2.5\n", "row 2: N is '2.5': is no number of doses"),
        ("DOSE,TAU,N\n100,12,2\n50,12,\n", "row 3: N: is no number of doses"),
        ("DOSE,TAU,N\n,12,2\n", "row 2: DOSE: is no dose"),
        ("DOSE,TAU,N\n100,,2\n", "row 2: TAU: is no dosing interval"),
        ("TIME,DOSE\n0,100\n0,100\n", "row 2: TIME is '0.0': two doses at one time"),
    ],
)
def test_superpose_a_regimen_that_may_be_another_is_refused(superpose, regimen, told):
    code, said, _ = superpose(CONC, DOSE, regimen)
    assert code in {2, 3}
    assert told in said


def test_superpose_the_steady_state_is_that_of_one_row_without_a_number(superpose):
    for regimen in ("DOSE,TAU\n100,12\n", "DOSE,TAU,N\n100,12,\n", "TIME,DOSE,TAU\n,100,12\n"):
        _, _, cells = superpose(CONC, DOSE, regimen)
        peak = 100 / (1 - math.exp(-1.2))
        assert cells["S1", 0.0][0] == pytest.approx(peak, rel=1e-12)


@pytest.mark.parametrize(
    ("conc", "dose", "told"),
    [
        (CONC.replace("S", "X"), DOSE, "no value in common"),
        (CONC.replace("S2", "s 1"), DOSE, "S1"),
        (CONC.replace("S2,", ","), DOSE, "ID: a value is missing"),
        (CONC, DOSE.replace("ROUTE", "ROUTE,DURATION").replace("bolus", "bolus,1"), "that lasts"),
        (UNITS, DOSE, "CONCU is 'ng/mL': two units"),
        (CONC, DOSE.replace("ROUTE", "ROUTE,EXTRT").replace("bolus", "bolus,A")
         + "S1,48,100,iv_bolus,B\n", "several treatments"),
    ],
)  # fmt: skip
def test_superpose_asks_of_its_tables_what_nca_asks(superpose, conc, dose, told):
    code, said, _ = superpose(conc, dose)
    assert code == 3
    assert told in said


def test_superpose_who_has_no_dose_is_told(superpose):
    code, said, _ = superpose(CONC, DOSE.replace("S2,0,100,iv_bolus\n", ""))
    assert code == 0
    assert "no dose of 1 profiles that have samples (ID: S2)" in said


def test_superpose_what_is_left_of_earlier_doses_is_not_added_up(superpose):
    dose = DOSE.replace("ROUTE", "ROUTE,FIRSTFL").replace("bolus", "bolus,N", 1)
    _, said, cells = superpose(CONC, dose.replace("S2,0,100,iv_bolus", "S2,0,100,iv_bolus,Y"))
    assert cells["S1", 12.0][0] is None
    assert "others were given before it" in cells["S1", 12.0][1]
    assert cells["S2", 12.0][0] == pytest.approx(100 + 100 * math.exp(-1.2), rel=1e-12)
    assert "first: S1" in said


def test_superpose_without_any_single_dose_there_is_nothing(superpose):
    dose = DOSE.replace("ROUTE", "ROUTE,FIRSTFL").replace("bolus", "bolus,N")
    code, said, _ = superpose(CONC, dose)
    assert code == 3
    assert "no profile of a single dose" in said
