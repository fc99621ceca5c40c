"""Tables as other programs lay them out: what they say of a row is asked about and never passed over."""

import pytest
from nca_shell import DOSE, SOUND, shell

__all__ = ["shell"]

ORAL = "ID,TIME,DOSE,ROUTE\nS1,0,100,extravascular\n"
STEADY = "ID,TIME,CONC\nS1,0,2\nS1,1,10\nS1,2,8\nS1,4,6\nS1,8,4\nS1,12,3\nS1,24,2\n"
BOLUS = "ID,TIME,DOSE,ROUTE\nS1,0,100,iv_bolus\nS1,24,100,iv_bolus\n"


@pytest.mark.parametrize(
    ("column", "value"), [("ADDL", "1"), ("addl", "3"), ("SS", "1"), ("Additional doses", "2")]
)
def test_nca_a_row_that_stands_for_more_doses_is_refused(shell, column, value):
    dose = f"ID,TIME,DOSE,ROUTE,{column}\nS1,0,100,oral,{value}\n"
    code, said, _ = shell(SOUND, dose)
    assert code == 3
    assert f"{column} is '{value}': a row that stands for more doses than itself" in said
    assert "one row a dose" in said
    for none in ("0", "FALSE"):
        assert shell(SOUND, dose.replace(f",{value}\n", f",{none}\n"))[0] == 0


@pytest.mark.parametrize(
    ("column", "said_so", "else_"),
    [("mdv", "1", "0"), ("EVID", "1", "0"), ("PCSTAT", "not done", ""), ("STAT", "未采集", "")],
)
def test_nca_a_concentration_of_a_row_that_is_none_is_refused(shell, column, said_so, else_):
    lines = SOUND.splitlines()
    rows = [lines[0] + f",{column}", *(f"{line},{else_}" for line in lines[1:])]
    rows[3] = lines[3] + f",{said_so}"
    code, said, _ = shell("\n".join(rows) + "\n", DOSE)
    assert code == 3
    assert "row 4: CONC is '45.0': a concentration in a row that says it is none" in said
    rows[3] = f"S1,24,,{said_so}"
    assert shell("\n".join(rows) + "\n", DOSE)[0] == 0


def test_nca_a_lone_dose_with_others_before_it_is_a_dose_of_the_dosing_interval(shell):
    """openNCA issue 294, PKNCA issue 44: at steady state CL is DOSE / AUCTAU."""
    dose = "ID,TIME,DOSE,ROUTE,DURATION,TAU,FIRSTFL\nS1,0,100,iv_infusion,1,24,"
    _, _, later = shell(STEADY, dose + "N\n")
    area = later["S1", "0.0", "AUCTAU"][0]
    assert later["S1", "0.0", "CLSS"][0] == pytest.approx(100 / area, rel=1e-12)
    whole, moment = later["S1", "0.0", "AUCIFO"][0], later["S1", "0.0", "AUMCTAU"][0]
    mean = (moment + 24 * (whole - area)) / area - 0.5
    assert later["S1", "0.0", "MRTIVMDO"][0] == pytest.approx(mean, rel=1e-12)
    assert ("S1", "0.0", "CLO") not in later
    _, _, first = shell(STEADY, dose + "Y\n")
    assert first["S1", "0.0", "CLO"][0] == pytest.approx(100 / whole, rel=1e-12)
    assert ("S1", "0.0", "CLSS") not in first


def test_nca_a_peak_at_the_time_of_a_later_bolus_is_no_trough(shell):
    drawn = "ID,TIME,CONC\nS1,0,100\nS1,7,50\nS1,14,25\nS1,21,12.5\nS1,24,106\nS1,31,53\nS1,38,26\n"
    code, said, _ = shell(drawn, BOLUS)
    assert code == 3
    assert "row 6, subject S1: CONC is '106.0': a peak at the very time of a later bolus" in said
    assert shell(drawn.replace("24,106", "24.01,106"), BOLUS)[0] == 0
    assert shell(drawn.replace("24,106", "24,9"), BOLUS)[0] == 0


def test_nca_sparse_samples_of_one_group_need_no_column_of_groups(shell, tmp_path):
    """PKNCA issues 563 and 64: means 0, 6 and 3 at 0, 4 and 24 h."""
    drawn = "ID,TIME,CONC\n1,0,0\n2,0,0\n3,4,5\n4,4,7\n5,24,3\n6,24,\n"
    code, _, _ = shell(drawn, "TIME,DOSE,ROUTE\n0,100,oral\n", "--sparse")
    assert code == 0
    text = (tmp_path / "pp.csv").read_text(encoding="utf-8")
    assert "AUCLST,AUC to Last Nonzero Conc,102.0" in text


@pytest.mark.parametrize("column", ["exclude_half.life", "EXCLUDE_HL", "exclude half life"])
def test_nca_a_sample_left_out_of_the_slope_elsewhere_is_asked_about(shell, column):
    lines = SOUND.splitlines()
    rows = [lines[0] + f",{column}", *(f"{line},FALSE" for line in lines[1:])]
    assert shell("\n".join(rows) + "\n", DOSE)[0] == 0
    rows[6] = lines[6] + ",TRUE"
    code, said, _ = shell("\n".join(rows) + "\n", DOSE)
    assert code == 3
    assert f"row 7: {column} is 'TRUE'" in said
    assert "LAMZFL = N in that row" in said


@pytest.mark.parametrize("column", ["include_half.life", "include_hl"])
def test_nca_samples_picked_for_the_slope_elsewhere_are_not_passed_over(shell, column):
    rows = [f"{line},{'TRUE' if n else column}" for n, line in enumerate(SOUND.splitlines())]
    code, said, _ = shell("\n".join(rows) + "\n", DOSE)
    assert code == 2
    assert f"no column LAMZFL; found {column}" in said
