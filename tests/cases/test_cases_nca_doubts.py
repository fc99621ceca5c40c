"""Rows of samples and doses that together cannot be: two courses in one profile, two units of time."""

import math

import polars as pl
import pytest
from nca_shell import DOSE, SOUND, shell

__all__ = ["shell"]

COURSE = ((0, 0), (0.5, 3), (1, 8), (2, 11), (4, 9), (8, 5.5), (12, 3), (24, 0.9))
ORAL = "ID,TIME,DOSE,ROUTE\nS1,0,100,extravascular\n"


def two_courses(column, later=0.03):
    """Two periods of one subject, the second drawn a little later than the first."""
    first = "".join(f"S1,1,{t},{c}\n" for t, c in COURSE)
    second = "".join(f"S1,2,{t + later if t else -0.1},{0.6 * c}\n" for t, c in COURSE)
    return f"ID,{column},TIME,CONC\n{first}{second}"


@pytest.mark.parametrize("column", ["PERIOD", "Treatment", "DAY", "VISIT", "Formulation", "XYZ"])
def test_nca_samples_of_two_occasions_are_no_profile(shell, column):
    code, said, _ = shell(two_courses(column), ORAL)
    assert code == 3
    assert f"{column} is '1': samples of several occasions lie between each other" in said
    assert "--by" in said


def test_nca_occasions_named_with_by_are_profiles(shell):
    code, _, cells = shell(two_courses("PERIOD"), ORAL.replace("ID,", "ID,PERIOD,").replace(
        "S1,0", "S1,1,0") + "S1,2,0,100,extravascular\n")  # fmt: skip
    assert code == 0
    assert [cells["S1", p, "0.0", "CMAX"][0] for p in ("1", "2")] == [11, 6.6]


@pytest.mark.parametrize(
    "rows",
    [
        "S1,1,0,0 S1,1,1,8 S1,1,4,6 S1,1,12,3 S1,2,24,2 S1,2,25,9 S1,2,28,7 S1,2,36,4 S1,3,48,3 S1,3,49,9",
        "S1,N,0,0 S1,N,1,8 S1,Y,4,6 S1,N,12,3 S1,N,24,2 S1,Y,36,1 S1,N,48,0.5",
    ],
)
def test_nca_visits_one_after_the_other_and_remarks_are_one_profile(shell, rows):
    conc = "ID,VISIT,TIME,CONC\n" + "\n".join(rows.split()) + "\n"
    assert shell(conc, ORAL)[0] == 0
    assert shell(conc.replace("VISIT", "HEMOLYSED"), ORAL)[0] == 0


def test_nca_a_time_off_the_clock_is_no_number_of_hours(shell):
    code, said, _ = shell(SOUND.replace("S1,24,", "S1,0830,"))
    assert (code, "TIME is '0830': a time of the clock" in said) == (3, True)


@pytest.mark.parametrize("column", ["TIMEEND", "STOP", "EXENDTC"])
def test_m1_an_end_of_an_infusion_is_no_duration_and_is_not_passed_over(shell, column):
    code, said, _ = shell(SOUND, f"ID,TIME,DOSE,ROUTE,{column}\nS1,0,100,iv_infusion,1\n")
    assert code == 3
    assert "an end of the infusion, and no DURATION (allowed: a column DURATION" in said


def test_m1_minutes_of_an_infusion_among_hours_are_asked_about(shell):
    assert shell(SOUND, DOSE.replace("infusion,1,", "infusion,60,"))[0] == 0
    falls = SOUND.replace("S1,24,45", "S1,24,25")
    code, said, _ = shell(falls, DOSE.replace("infusion,1,", "infusion,60,"))
    assert (code, "CONC is '25.0': under half of an earlier sample" in said) == (3, True)


def test_i1_a_next_dose_before_half_of_the_stated_tau_is_asked_about(shell):
    days = "ID,TIME,DOSE,ROUTE,TAU\nS1,0,100,extravascular,24\nS1,1,100,extravascular,24\n"
    code, said, _ = shell(SOUND, days)
    assert code == 3
    assert "row 3, subject S1: TIME is '1.0': a dose before half of the TAU" in said
    assert shell(SOUND, days.replace("S1,1,", "S1,22,"))[0] == 0


@pytest.mark.parametrize("cell", ["0,Y,", "9,Y,Y"])
def test_nca_a_sample_picked_for_the_slope_that_cannot_be_one_is_named(shell, cell):
    column = "ID,TIME,CONC,LAMZFL,EXCLFL\n"
    rows = "S1,0,0,,\nS1,1,60,,\nS1,24,45,Y,\nS1,48,38,Y,\nS1,168,20,Y,\nS1,336,"
    code, said, _ = shell(column + rows + cell + "\n")
    assert (code, "LAMZFL is 'Y': picked for the terminal slope" in said) == (3, True)


@pytest.mark.parametrize("column", ["INCLUDE", "Use", "NCAFL", "VALID"])
@pytest.mark.parametrize("word", ["N", ""])
def test_nca_a_sample_that_another_column_does_not_use_is_named(shell, column, word):
    flags = ["Y", "Y", word, "Y", "Y", "Y"]
    head, *rows = SOUND.splitlines()
    conc = f"{head},{column}\n" + "\n".join(f"{r},{f}" for r, f in zip(rows, flags, strict=True))
    code, said, _ = shell(conc + "\n")
    assert (code, "row 4: CONC is '45.0': a concentration in a row that says" in said) == (3, True)


def test_nca_a_column_of_baseline_flags_is_no_flag_of_the_limit(shell):
    head, *rows = SOUND.splitlines()
    conc = f"{head},ABLFL\n" + "\n".join(f"{r},{'Y' if i == 0 else ''}" for i, r in enumerate(rows))
    assert shell(conc + "\n")[0] == 0


def test_nca_a_body_weight_in_pounds_is_not_read_as_kilograms(shell):
    dose = "ID,TIME,DOSE,ROUTE,DURATION,WEIGHT,WEIGHTU\nS1,0,2,iv_infusion,1,110,lb\n"
    units = ("--units", "CONC=ug/mL", "DOSE=mg/kg", "CLO=L/h")
    code, said, _ = shell(SOUND, dose, *units)
    assert (code, "WEIGHTU is 'lb': another unit than was stated (allowed: kg" in said) == (3, True)
    assert shell(SOUND, dose.replace("110,lb", "50,kg"), *units)[0] == 0


def test_nca_a_collection_without_its_end_is_named(shell):
    rows = "ID,TIME,TIMEEND,CONC,VOLUME\nS1,0,4,50,300\nS1,4,,20,700\n"
    code, said, _ = shell(rows, ORAL)
    assert (code, "row 3, subject S1: TIMEEND: a collection without its end" in said) == (3, True)


def test_sparse_groups_of_two_dose_levels_are_refused(shell):
    conc = "ARM,USUBJID,TIME,CONC\n" + "".join(
        f"A,M{10 * i + j},{t},{math.exp(-t / 4) * (9 + j)!r}\n"
        for i, t in enumerate((1, 4, 8)) for j in range(3)
    )  # fmt: skip
    dose = "ARM,USUBJID,TIME,DOSE,ROUTE\n" + "".join(
        f"A,M{10 * i + j},0,{{}},extravascular\n".format(10.0 + 0.2 * j if i else 20)
        for i in range(3) for j in range(3)
    )  # fmt: skip
    code, said, _ = shell(conc, dose, "--sparse", "--by", "ARM")
    assert (code, "DOSE is '20.0': doses of several levels in one group" in said) == (3, True)
    assert shell(conc, dose.replace(",20,", ",10.1,"), "--sparse", "--by", "ARM")[0] == 0


def test_nca_a_dose_of_which_only_the_trough_was_drawn_is_told(shell):
    dose = "ID,TIME,DOSE,ROUTE\nS1,0,100,extravascular\nS1,168,100,extravascular\n"
    conc = "ID,TIME,CONC\nS1,168,1\nS1,169,8\nS1,170,11\nS1,172,9\nS1,180,3\nS1,192,0.9\n"
    code, said, _ = shell(conc, dose)
    assert code == 0
    assert "the trough before the next one is the only sample: 1 (row 2); CMAX" in said
    assert "only sample" not in shell(SOUND, dose)[1]


def collected(*rows):
    """Plasma and collections of one subject; the reasons and values of what was recovered."""
    plasma = "".join(f"S1,PLASMA,{t},,{c},\n" for t, c in COURSE)
    urine = "".join(f"S1,URINE,{a},{b},{c},{v}\n" for a, b, c, v in rows)
    return f"ID,PCSPEC,TIME,TIMEEND,CONC,VOLUME\n{plasma}{urine}"


def test_nca_nothing_voided_is_an_amount_of_nothing(shell):
    code, _, cells = shell(collected((0, 4, 50, 300), (4, 12, "", 0), (12, 24, 20, 700)), ORAL)
    assert code == 0
    assert cells["S1", "URINE", "0.0", "RCAMINT"][0] == 50 * 300 + 20 * 700


def test_nca_more_than_the_dose_in_urine_is_flagged(shell, tmp_path):
    rows = collected((0, 4, 50, 300), (4, 24, 20, 700))
    units = ("--units", "CONC=ng/mL", "DOSE=ug", "VOLUME=mL")
    for text, status in ((rows, {"OK"}), (rows.replace(",50,", ",50000,"), {"FLAG"})):
        assert shell(text, ORAL, *units)[0] == 0
        found = pl.read_csv(tmp_path / "pp.csv").filter(
            pl.col("PPTESTCD").is_in(["RCAMINT", "RCPCINT", "FREXINT", "RENALCL"])
        )
        assert set(found["STATUS"]) == status
