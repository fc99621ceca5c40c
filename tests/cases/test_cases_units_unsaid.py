"""A unit that nobody states, and that the other numbers contradict; rows that are not of the analysis."""

import nca_shell
import pytest
from km_shell import summarised
from nca_shell import SOUND, shell

__all__ = ["shell"]
INFUSED = "ID,TIME,DOSE,ROUTE,DURATION,{}\n"


def planned(times):
    head, *rows = SOUND.splitlines()
    lines = [f"{row},{time}" for row, time in zip(rows, times, strict=True)]
    return "\n".join([f"{head},TIMENOM", *lines]) + "\n"


@pytest.mark.parametrize("of_an_hour", [1 / 24, 60, 1 / 168])
def test_nca_planned_times_in_another_unit_are_told_and_not_analysed(shell, of_an_hour):
    conc = planned([time * of_an_hour for time in (0, 1, 24, 48, 168, 336)])
    code, said, _ = shell(conc)
    assert (code, "TIMENOM is in another unit than TIME: 5 (row 3" in said) == (0, True)
    code, said, _ = shell(conc, options="time_basis: nominal\n")
    assert code == 3
    assert "row 3, subject S1: TIMENOM is" in said
    assert "planned times in another unit than TIME" in said


def test_nca_planned_times_counted_anew_from_a_later_dose_are_in_no_other_unit(shell):
    head, *rows = SOUND.splitlines()
    later = [f"S1,{672 + t},{c},{t}" for t, c in ((1, 70), (24, 50), (168, 25), (336, 11))]
    first = [f"{row},{row.split(',')[1]}" for row in rows]
    dose = "ID,TIME,DOSE,ROUTE,DURATION\nS1,0,100,iv_infusion,1\nS1,672,100,iv_infusion,1\n"
    code, said, _ = shell("\n".join([f"{head},TIMENOM", *first, *later]) + "\n", dose)
    assert (code, "another unit" in said) == (0, False)


@pytest.mark.parametrize(("tau", "apart"), [(21, 504), (14, 337), (3, 504)])
def test_i1_a_tau_in_days_or_weeks_among_hours_is_refused(shell, tau, apart):
    rows = f"S1,0,100,iv_infusion,1,{tau}\nS1,{apart},100,iv_infusion,1,{tau}\n"
    code, said, _ = shell(SOUND, INFUSED.format("TAU") + rows)
    assert code == 3
    assert f"row 2, subject S1: TAU is '{tau}.0': hours of which the next dose came" in said


def test_i1_a_daily_dose_of_which_two_days_are_listed_has_its_tau(shell):
    rows = "S1,0,100,extravascular,,24\nS1,576,100,extravascular,,24\n"
    code, said, _ = shell(SOUND, INFUSED.format("TAU") + rows)
    assert (code, "TAU of hours" in said) == (0, False)


def test_i1_a_lone_dose_with_samples_far_behind_its_tau_is_asked_about(shell):
    code, said, _ = shell(SOUND, INFUSED.format("TAU") + "S1,0,100,iv_infusion,1,21\n")
    assert (code, "is TAU in the unit of TIME?" in said) == (0, True)
    code, said, _ = shell(SOUND, INFUSED.format("TAU") + "S1,0,100,iv_infusion,1,504\n")
    assert (code, "is TAU in the unit of TIME?" in said) == (0, False)


@pytest.mark.parametrize(("column", "value"), [("WEIGHT", 70000), ("BSA", 17300), ("BSA", 173)])
def test_nca_the_weight_or_surface_of_no_body_is_refused(shell, column, value):
    code, said, _ = shell(SOUND, INFUSED.format(column) + f"S1,0,3,iv_infusion,1,{value}\n")
    assert code == 3
    assert f"row 2, subject S1: {column} is '{value}.0': no body has that" in said


def test_nca_the_weight_of_a_mouse_is_told(shell):
    code, said, _ = shell(SOUND, INFUSED.format("WEIGHT") + "S1,0,3,iv_infusion,1,0.025\n")
    assert (code, "WEIGHT of no person (2 to 300): 1 (row 2)" in said) == (0, True)


@pytest.mark.parametrize("name", ["ANL01FL", "anl01fl", "Anl01Fl"])
@pytest.mark.parametrize("word", ["Y", "是", "yes"])
def test_rows_that_are_not_of_the_analysis_are_left_out_by_km_and_nca(
    shell, tmp_path, capsys, name, word
):
    text = f"USUBJID,AVAL,CNSR,{name}\nS1,5,0,{word}\nS2,7,1,\nS3,6,1,{word}\n"
    code, summary = summarised(tmp_path, text)
    assert code == 0
    assert summary.filter(STAT="N")["ESTIMATE"].to_list() == [2]
    assert f"1 rows without {name} Y are not used" in capsys.readouterr().err
    head, *rows = SOUND.splitlines()
    marked = [f"{row},{word}" for row in rows[:-1]] + [f"{rows[-1]},N"]
    code, said, cells = shell("\n".join([f"{head},{name}", *marked]) + "\n")
    assert (code, cells["S1", "0.0", "TLST"][0]) == (0, 168)
    assert f"1 rows without {name} Y are not used" in said


def test_nca_ratios_of_analytes_in_two_units_are_refused(shell):
    rows = [f"S1,{a},{t},{c / n},{u}" for a, n, u in (("ADC", 1, "ug/mL"), ("DXD", 10, "ng/mL"))
            for t, c in ((0, 0), (1, 60), (24, 45), (48, 38), (168, 20))]  # fmt: skip
    conc = "\n".join(["ID,PCTESTCD,TIME,CONC,PCSTRESU", *rows]) + "\n"
    assert shell(conc)[0] == 0
    code, said, _ = shell(conc, nca_shell.DOSE, "--parent", "ADC")
    assert (code, "two units in one profile or table" in said) == (3, True)
    code, _, cells = shell(conc.replace("ng/mL", "ug/mL"), nca_shell.DOSE, "--parent", "ADC")
    assert (code, cells["S1", "DXD", "0.0", "MRCMAX"][0]) == (0, 0.1)


def test_nca_a_clearance_at_steady_state_after_other_amounts_is_told(shell):
    step_up = "S1,0,0.1,iv_infusion,1,168\nS1,168,1,iv_infusion,1,168\n"
    code, said, _ = shell(SOUND, INFUSED.format("TAU") + step_up)
    assert (code, "doses after one of another amount: 1 (row 3); a clearance" in said) == (0, True)
    code, said, _ = shell(SOUND, INFUSED.format("TAU") + step_up.replace("0.1", "0.9"))
    assert (code, "another amount" in said) == (0, False)


def test_a_table_of_which_no_row_is_of_the_analysis_is_refused(tmp_path, capsys):
    code, _ = summarised(tmp_path, "USUBJID,AVAL,CNSR,ANL01FL\nS1,5,0,N\nS2,7,1,N\n")
    assert code == 3
    assert "no row of the analysis: ANL01FL is Y in none of 2 rows" in capsys.readouterr().err
