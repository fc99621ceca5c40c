"""Dose tables of strangers: rows at which nothing was given, a TAU said once, other drugs, other names."""

import pytest
from nca_shell import SOUND, shell

__all__ = ["shell"]

ORAL = (
    "ID,TIME,CONC\nS1,0,0\nS1,1,7\nS1,4,5\nS1,12,2\nS1,13,1.8\nS1,24,1\n"
    "S1,25,8\nS1,28,5\nS1,36,2\nS1,48,1\n"
)
HEAD = "ID,TIME,DOSE,ROUTE,TAU\n"
DAILY = HEAD + "S1,0,100,oral,24\nS1,24,100,oral,24\n"


def test_a_dose_that_was_not_given_begins_and_ends_no_interval(shell):
    _, _, given = shell(ORAL, HEAD + "S1,0,100,oral,\nS1,24,100,oral,\n")
    code, said, cells = shell(ORAL, HEAD + "S1,0,100,oral,\nS1,12,0,oral,\nS1,24,100,oral,\n")
    assert code == 0
    assert "d.csv: rows of DOSE 0 beside other doses: nothing was given then" in said
    assert "1 (row 3)" in said
    assert cells == given


def test_a_profile_of_placebo_keeps_its_doses_of_zero(shell):
    code, said, cells = shell(ORAL, HEAD + "S1,0,0,oral,\nS1,24,0,oral,\n")
    assert (code, "rows of DOSE 0" in said) == (0, False)
    assert cells["S1", "24.0", "CMAX"][0] == 8.0
    assert cells["S1", "0.0", "CLFO"][0] is None


def test_i1_stated_tau_holds_for_a_later_dose_whose_cell_is_empty(shell):
    wanted = shell(ORAL, DAILY)[2]
    code, said, cells = shell(ORAL, DAILY.replace("S1,24,100,oral,24", "S1,24,100,oral,"))
    assert (code, "TAU of the dose before holds where it is empty: 1 (row 3)" in said) == (0, True)
    assert cells == wanted


@pytest.mark.parametrize("end", ["", "48", "96", "Inf", "∞"])
def test_a1_cmin_beyond_tau_is_none_of_a_stated_tau_whatever_end_is_asked_for(shell, end):
    conc = ORAL + "S1,72,0.3\nS1,96,0.1\n"
    code, _, cells = shell(conc, DAILY, intervals=f"ID,START,END,KIND\nS1,24,{end},MD\n")
    assert code == 0
    assert cells["S1", "24.0", "CMIN"][0] == 1.0
    assert cells["S1", "24.0", "SWING"][0] == 7.0
    assert cells["S1", "24.0", "TLST"][0] == (24.0 if end == "48" else 72.0)


def test_an_interval_up_to_a_next_dose_that_came_late_is_as_long_as_it_was(shell):
    late = DAILY.replace("S1,24,100", "S1,25,100")
    _, _, cells = shell(
        ORAL.replace("S1,25,8", "S1,26,8"), late, intervals="ID,START,END,KIND\nS1,0,25,MD\n"
    )
    asked = cells["S1", "0.0", "AUCTAU"][0]
    _, _, cells = shell(
        ORAL.replace("S1,25,8", "S1,26,8"),
        late.replace("oral,24", "oral,25"),
        intervals="ID,START,END,KIND\nS1,0,25,MD\n",
    )
    assert asked == cells["S1", "0.0", "AUCTAU"][0]


def test_a_multiple_dose_asked_for_shorter_than_tau_is_what_was_asked(shell):
    _, _, cells = shell(ORAL, DAILY, intervals="ID,START,END,KIND\nS1,0,12,MD\n")
    assert cells["S1", "0.0", "CTROUGH"][0] == 2.0


def test_m1_infusion_that_outlasts_its_interval_is_asked_about(shell):
    code, said, _ = shell(SOUND, "ID,TIME,DOSE,ROUTE,DURATION,TAU\nS1,0,100,iv_infusion,60,24\n")
    assert code == 3
    assert "d.csv row 2, subject S1: DURATION is '60.0'" in said
    assert "both in the unit of --time-unit" in said


@pytest.mark.parametrize("column", ["TINF", "RATE", "ADOSEDUR", "DURATION_H", "输注时长"])
def test_m1_infusion_whose_length_stands_under_another_name_is_refused(shell, column):
    code, said, _ = shell(SOUND, f"ID,TIME,DOSE,ROUTE,{column}\nS1,0,100,iv_infusion,1\n")
    assert (code, f"no column DURATION; found {column}" in said) == (2, True)


@pytest.mark.parametrize(
    ("unit", "code"), [("min", 3), ("h", 0), ("HOURS", 0)], ids=["minutes", "hours", "word"]
)
def test_a_unit_beside_a_duration_is_the_unit_of_time(shell, unit, code):
    dose = f"ID,TIME,DOSE,ROUTE,DURATION,DURATIONU\nS1,0,100,iv_infusion,1,{unit}\n"
    ended, said, _ = shell(SOUND, dose)
    assert (ended, f"DURATIONU is '{unit}'" in said) == (code, code == 3)


def test_b1_two_bags_that_overlap_are_told(shell):
    dose = "ID,TIME,DOSE,ROUTE,DURATION\nS1,0,50,iv_infusion,1.1\nS1,1,50,iv_infusion,1\n"
    code, said, _ = shell(SOUND, dose)
    assert (code, "start before another ends are doses of their own: 1 (row 3)" in said) == (
        0,
        True,
    )


@pytest.mark.parametrize("column", ["EXTRT", "Drug", "PCTESTCD", "药物"])
def test_j1_analytes_the_doses_of_another_drug_are_none_of_theirs(shell, column):
    two = f"ID,{column},TIME,DOSE,ROUTE\nS1,ADC,0,100,iv_bolus\nS1,PD1,1,200,iv_bolus\n"
    code, said, _ = shell(SOUND, two)
    assert code == 3
    assert f"d.csv row 3, subject S1: {column} is 'PD1': doses of several treatments" in said
    assert shell(SOUND, two.replace("PD1", "adc "))[0] == 0
    drawn = SOUND.replace("ID,", f"ID,{column},").replace("S1,", "S1,ADC,")
    code, said, cells = shell(drawn, two)
    assert (code, cells["S1", "ADC", "0.0", "TLST"][0]) == (0, 336.0)


def test_what_nothing_uses_in_doses_and_intervals_is_told(shell):
    dose = "ID,TIME,DOSE,DOSEU,ROUTE,BATCH\nS1,0,100,mg,iv_bolus,3\n"
    asked = "ID,START,END,LABEL\nS1,0,24,day 1\n"
    _, said, _ = shell(SOUND, dose, intervals=asked)
    assert "d.csv: not used: BATCH" in said
    assert "i.csv: not used: LABEL" in said


def test_a_shared_column_that_tells_no_profiles_apart_is_told(shell):
    drawn = "ID,VISIT,TIME,CONC\nS1,D1,0,0\nS1,D1,1,60\nS1,D2,24,45\nS1,D8,168,20\n"
    dose = "ID,VISIT,TIME,DOSE,ROUTE\nS1,D1,0,100,oral\n"
    code, said, _ = shell(drawn, dose)
    assert code == 0
    assert "no dose of 2 profiles that have samples (ID, VISIT: S1 D2; S1 D8)" in said
    assert "no dose of" not in shell(drawn, dose, "--by", "ID")[1]


def test_c1_a_first_dose_that_is_recorded_late_is_told(shell):
    late = "ID,TIME,CONC\nS1,145,7\nS1,148,5\nS1,156,2.5\nS1,168,1\n"
    _, said, _ = shell(late, HEAD + "S1,144,100,oral,24\n")
    assert (
        "first doses at a TAU or more behind time 0, taken as the first of all: 1 (row 2)" in said
    )
    flagged = "ID,TIME,DOSE,ROUTE,TAU,FIRSTFL\nS1,144,100,oral,24,no\n"
    _, said, cells = shell(late, flagged)
    assert "first doses at" not in said
    assert cells["S1", "144.0", "CMIN"][0] == 1.0


def test_d1_nominal_times_counted_anew_from_each_dose_are_asked_about(shell):
    drawn = "ID,TIME,CONC,TIMENOM\nS1,0,0,0\nS1,1,60,1\nS1,168,20,168\nS1,504,6,0\nS1,505.3,66,1\n"
    dose = "ID,TIME,DOSE,ROUTE,TIMENOM\nS1,0,100,oral,0\nS1,504,100,oral,504\n"
    code, said, _ = shell(drawn, dose, options="time_basis: nominal\n")
    assert code == 3
    assert (
        "c.csv row 6, subject S1: TIMENOM is '1.0': planned before the dose it was drawn after"
        in said
    )
    assert "row 5" not in said
    one_clock = drawn.replace("6,0\n", "6,504\n").replace("66,1\n", "66,505\n")
    code, _, cells = shell(one_clock, dose, options="time_basis: nominal\n")
    assert (code, cells["S1", "504.0", "TMAX"][0]) == (0, 1.0)
