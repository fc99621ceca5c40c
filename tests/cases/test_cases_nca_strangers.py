"""Situations that people reported of other programs for NCA: the right value or a clear word."""

import polars as pl
import pytest
from nca_shell import DOSE, SOUND, shell
from test_cases_nca_intervals import INFUSION, asked, doses, found, numbers, reasons, samples

from pkpipe.errors import DataError

__all__ = ["shell"]


def test_a_dense_day_over_several_intervals_gives_that_of_tau():
    """PKNCA issue 147: twice a day, sampled to 48 h after the morning dose."""
    day = (
        "0:9 2:27 4:76 6:100 8:97 10:83 12:295 14:203 16:136 18:90 20:70 22:300 24:203 26:120 28:90 30:72 "
        "32:55 34:25 36:15 38:10 40:9 42:6"
    )
    got = numbers(day, doses((0, 20), route="extravascular", tau=12.0), asked(0, None, "MD"))
    within = numbers(day, doses((0, 20), route="extravascular"), asked(0, 12.0, "MD"))
    for code in ("CMAX", "TMAX", "CMIN", "CAVG", "SWING", "FLUCP", "AUCTAU", "CTROUGH"):
        assert got[code] == pytest.approx(within[code], rel=1e-12), code
    assert got["TLST"] == 42


def test_two_doses_a_day_have_each_its_own_interval():
    """openNCA issues 187 and 270: 10 h and 14 h between the doses."""
    drawn = "0:1 1:8 2:6 4:4 10:2 11:9 12:7 14:5 20:2.5 23.9:1.5 24:1.4"
    given = doses((-14, 9), (0, 9), (10, 9), (24, 9), route="extravascular").with_columns(
        TAU=pl.Series([14.0, 10.0, 14.0, 10.0])
    )
    morning, evening = (numbers(drawn, given, begin=b) for b in (0.0, 10.0))
    assert morning["CAVG"] == pytest.approx(morning["AUCTAU"] / 10)
    assert evening["CAVG"] == pytest.approx(evening["AUCTAU"] / 14)
    assert (morning["CTROUGH"], evening["CTROUGH"], evening["TMAX"]) == (2.0, 1.4, 1.0)


def test_a_trough_is_no_peak_of_the_dose_given_at_its_time():
    drawn = "0:1 1:8 2:6 4:4 24:1.4"
    given = doses((0, 9), (24, 9), route="extravascular", tau=24.0)
    assert numbers(drawn, given, begin=0.0)["CTROUGH"] == 1.4
    why = reasons(drawn, given, begin=24.0)
    assert {why[c] for c in ("CMAX", "TMAX", "CMIN", "CLST", "SWING")} == {
        "no concentration was measured in the interval"
    }


def test_a_partial_area_needs_no_slope_where_nothing_is_extended():
    """PKNCA issue 450: an interval whose own samples give no slope."""
    drawn = "0:0.4 1.08:0.8 2.08:1.6 4.08:1.9 6.08:1.7 8.08:1.2 13.9:0.3"
    two = pl.concat([asked(0, 12.0, "PART"), asked(0, 24.0, "PART")])
    rows = found(drawn, doses((0, 1), route="extravascular"), two)
    areas = rows.filter(pl.col("PPTESTCD").str.starts_with("AUCINT"))
    assert areas["PPSTRESN"].null_count() == 0
    assert areas.filter(pl.col("END") == 12)["PPSTRESN"].n_unique() == 1


def test_blq_around_the_peak_is_judged_after_the_own_dose():
    """aNCA pull request 918: the rule used times of the group, not of the dose."""
    drawn = samples("0:1 1:8 2:6 4:0 6:3 8:2 12:0")
    given = doses((-24, 9), (0, 9), route="extravascular", tau=24.0)
    rule = {"blq": {"before_tmax": "keep", "after_tmax": "drop"}}
    later = pl.col("TIME") + 240
    one = numbers(drawn, given, begin=0.0, **rule)
    other = numbers(drawn.with_columns(later), given.with_columns(later), begin=240.0, **rule)
    assert one["AUCLST"] == pytest.approx(other["AUCLST"], rel=1e-12)


def test_times_that_differ_in_the_last_bits_are_two_samples_at_one_time():
    with pytest.raises(DataError, match="two samples at one time"):
        found("0:0 0.3:5 0.30000000000000004:6 1:4 2:3 3:2", doses((0, 1)))
    assert numbers("0:0 0.3:5 0.30000000000000004:5 1:4 2:3", doses((0, 1)))["NCONC"] == 4


def test_doses_by_two_routes_have_no_clearance():
    both = pl.concat([doses((0, 50), route="iv_bolus"), doses((1, 50), route="extravascular")])
    why = reasons("0.5:5 1:6 2:4 3:3 6:1", both, asked(0, None, "SD"))
    assert why["CLO"].startswith("intravenous and extravascular doses lie in the interval")
    assert why["MRTIVIFO"] == why["CLO"]
    assert why["AUCIFO"] is None


def test_a_loading_bolus_and_an_infusion_are_one_input():
    both = pl.concat([doses((0, 50), route="iv_bolus"), doses((0.5, 50))])
    got = numbers("0.25:9 0.5:8 1.5:7 3:5 6:3 12:1.4 24:0.3", both, asked(0, None, "SD"))
    entry = (50 * 0 + 50 * (0.5 + 0.5)) / 100
    assert got["MRTIVIFO"] == pytest.approx(got["AUMCIFO"] / got["AUCIFO"] - entry)
    assert got["LAMZLL"] > 1.5, "after the end of the infusion"


def test_a_profile_counts_its_hours_from_its_own_dose():
    """PKNCA issue 8: times of later intervals did not align."""
    drawn = samples(INFUSION).with_columns(pl.col("TIME") + 312)
    got = numbers(drawn, doses((312, 100)))
    assert (got["TMAX"], got["TLST"], got["LAMZUL"]) == (1.0, 336.0, 336.0)


def test_keys_that_never_meet_are_told(shell):
    code, said, _ = shell(SOUND, DOSE.replace("S1", "1001"))
    assert code == 3
    assert (
        "no profile has both samples and a dose: ID has no value in common (CONC: S1; DOSE: 1001)"
        in said
    )


def test_a_column_of_units_is_not_passed_over(shell):
    """openNCA issue 225: a unit that is not the one that was stated."""
    conc = SOUND.replace("CONC\n", "CONC,PCSTRESU\n").replace("\nS1,", "\nS1,").replace(
        "\n", ",ug/mL\n"
    ).replace("CONC,PCSTRESU,ug/mL", "CONC,PCSTRESU")  # fmt: skip
    assert shell(conc, DOSE, "--conc-unit", "mg/L")[0] == 0
    mixed = conc.replace("45,ug/mL", "45000,ng/mL")
    code, said, _ = shell(mixed, DOSE, "--conc-unit", "ug/mL")
    assert (code, "row 4, subject S1: PCSTRESU is 'ng/mL': another unit" in said) == (3, True)
    code, said, _ = shell(mixed)
    assert (code, "two units in one" in said) == (3, True)
    dose = DOSE.replace("TAU\n", "TAU,DOSEU\n").replace("1,\n", "1,,g\n")
    assert shell(SOUND, dose, "--dose-unit", "mg")[0] == 3


def test_urine_among_the_matrices_is_told(shell):
    """aNCA issue 1422: urine and plasma in one table."""
    conc = SOUND.replace("ID,", "ID,PCSPEC,").replace("S1,", "S1,PLASMA,")
    urine = "".join(f"S1,URINE,{t},{c}\n" for t, c in ((4, 900), (12, 700), (24, 300)))
    code, said, _ = shell(conc + urine)
    assert (code, "PCSPEC URINE: collected over a time" in said) == (0, True)


def test_a_finding_names_the_row_of_the_file_also_behind_blank_lines(shell):
    code, said, _ = shell(SOUND.replace("S1,24,45\n", "\nS1,24,45\nS1,24,46\n"))
    assert (code, "c.csv row 5, subject S1: TIME" in said, "c.csv row 6" in said) == (3, True, True)
