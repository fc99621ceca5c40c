"""ADEX and ADEXSUM: which level a dose belongs to, how late and how complete it was."""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.subjects import run

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
PAIR = load_study(ROOT / "config" / "bat8008_bat1308.yaml")
VS = """
USUBJID | VSTESTCD | VSSTRESN | VSDTC
1       | WEIGHT   | 80       | 2026-01-05
"""


def rooms(ex, study=TINY, arm="A", **tables):
    drawn = {"DM": f"USUBJID | ARMCD\n1 | {arm}", "EX": ex, "VS": VS} | tables
    domains = no_domains() | {code: domain(code, text) for code, text in drawn.items()}
    return run(domains, study.at(date(2026, 12, 31)))


def doses(ex, study=TINY, arm="A"):
    return rooms(ex, study, arm)["ADEX"]


def total(ex, code, drug="MAB", **tables):
    rows = rooms(ex, **tables)["ADEXSUM"].filter(
        (pl.col("PARAMCD") == code) & (pl.col("DRUG") == drug)
    )
    return rows["AVAL"].item()


TWO = """
USUBJID | EXTRT | EXDOSE | EXDOSU | CYCLE | EXSTDTC          | EXENDTC
1       | MAB   | 1      | mg/kg  | 1     | 2026-01-05T09:00 | 2026-01-05T10:30
1       | MAB   | 1      | mg/kg  | 2     | 2026-01-30T09:00 | 2026-01-30T10:00
"""


def test_a_dose_per_kilogram_becomes_milligrams_with_the_weight_at_baseline():
    assert doses(TWO)["DOSEMG"].to_list() == [80, 80]


def test_a_dose_recorded_in_milligrams_is_taken_as_it_was_given():
    ex = TWO.replace("EXDOSU |", "EXDOSU | EXDOSEMG |").replace("mg/kg  |", "mg/kg  | 77 |")
    assert doses(ex)["DOSEMG"].to_list() == [77, 77]


def test_without_a_weight_the_dose_in_milligrams_is_unknown_and_so_is_their_sum():
    rows = rooms(TWO, VS="USUBJID | VSTESTCD")
    assert rows["ADEX"]["DOSEMG"].to_list() == [None, None]
    tdose = rows["ADEXSUM"].filter(pl.col("PARAMCD") == "TDOSE")
    assert tdose["AVAL"].item() is None
    assert (
        tdose["REASON"].item() == "a dose, a planned dose or a date that it needs is not recorded"
    )


def test_an_infusion_lasts_as_long_as_its_clock_says_or_as_planned_without_one():
    assert doses(TWO)["DURH"].to_list() == [1.5, 1.0]
    untimed = TWO.replace("T10:30", "").replace("T10:00", "")
    assert doses(untimed)["DURH"].to_list() == [1.0, 1.0]


def test_a_dose_is_late_by_the_days_after_the_previous_dose_and_its_cycle():
    assert doses(TWO)["DELAYD"].to_list() == [0, 4]
    assert total(TWO, "NDELAY") == 1  # the window is 3 days


def test_a_skipped_cycle_is_no_delay_when_the_cycle_number_says_so():
    skipped = TWO.replace(
        "| 2     | 2026-01-30T09:00 | 2026-01-30T10:00", "| 3 | 2026-02-16T09:00 |"
    )
    assert doses(skipped)["DELAYD"].to_list() == [0, 0]


# --- level ---

RAISED = """
USUBJID | EXTRT | EXDOSE | EXDOSU | CYCLE | EXSTDTC
1       | MAB   | 1.05   | mg/kg  | 1     | 2026-01-05T09:00
1       | MAB   | 3      | mg/kg  | 2     | 2026-01-26T09:00
"""


def test_within_a_subject_the_level_follows_the_dose_and_the_cohort_stays():
    rows = doses(RAISED)
    assert rows["LEVEL"].to_list() == ["A", "B"]
    assert rows["COHORT"].to_list() == ["A", "A"]
    assert rows["DOSEPCT"].to_list() == pytest.approx([105, 100])


def test_going_down_a_level_is_a_reduction():
    lowered = RAISED.replace("1.05 ", "3    ").replace("| 3      | mg/kg  | 2", "| 1 | mg/kg | 2")
    assert doses(lowered, arm="B")["REDFL"].to_list() == [None, "Y"]


def test_a_dose_not_given_in_full_keeps_its_level_and_is_no_reduction():
    part = RAISED.replace("| 3      | mg/kg  | 2", "| 0.4    | mg/kg  | 2")
    rows = doses(part)
    assert rows["LEVEL"].to_list() == ["A", "A"]
    assert rows["DOSEPCT"].to_list() == pytest.approx([105, 40])
    assert rows["REDFL"].to_list() == [None, None]


def test_a_dose_above_its_level_and_near_no_other_has_no_level():
    assert doses(RAISED.replace("| 3 ", "| 2 "))["LEVEL"].to_list() == ["A", None]


def test_a_planned_dose_that_is_no_level_s_has_no_level_however_little_was_given():
    ex = """
    USUBJID | EXTRT | EXDOSE | EXPDOSE | EXDOSU | EXSTDTC
    1       | MAB   | 0.4    | 0.5     | mg/kg  | 2026-01-05T09:00
    """
    assert doses(ex)["LEVEL"].to_list() == [None]


def test_an_interrupted_infusion_does_not_pass_for_a_lower_level():
    ex = """
    USUBJID | EXTRT | EXDOSE | EXDOSU | EXINTRFL | EXSTDTC
    1       | MAB   | 1      | mg/kg  | Y        | 2026-01-05T09:00
    """
    row = doses(ex, arm="B").row(0, named=True)
    assert (row["LEVEL"], row["INTRFL"]) == ("B", "Y")
    assert row["DOSEPCT"] == pytest.approx(100 / 3)


def test_a_combination_partner_is_at_the_level_of_the_leading_drug():
    ex = """
    USUBJID | EXTRT   | EXDOSE | EXDOSU | EXSTDTC
    1       | BAT8008 | %s     | mg/kg  | 2026-01-05T09:00
    1       | BAT1308 | 300    | mg     | 2026-01-05T12:00
    """
    for level in PAIR.escalation.levels:
        rows = doses(ex % level.doses["BAT8008"], PAIR, arm=PAIR.cohorts[0].code)
        assert rows["LEVEL"].to_list() == [level.code, level.code]


# --- repeated dosing ---

DAILY = """
USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC    | EXENDTC
1       | MAB   | 1      | mg/kg  | QD       | 2026-01-05 | 2026-01-14
1       | MAB   | 3      | mg/kg  | QD       | 2026-01-15 | 2026-01-24
"""


def test_a_range_of_daily_doses_is_a_dose_on_each_of_its_days():
    rows = doses(DAILY)
    assert rows["DOSENO"].to_list() == list(range(1, 21))
    assert rows["ASTDT"].to_list() == [date(2026, 1, day) for day in range(5, 25)]
    assert set(rows["EXDOSFRQ"]) == {"QD"}
    assert set(rows["ASTTMF"]) == {"H"}
    assert rows.filter(pl.col("RANGEFL").is_null())["DOSENO"].to_list() == [1, 11]


def test_a_range_of_daily_doses_counts_every_day():
    assert total(DAILY, "TDOSE") == 80 * (10 * 1 + 10 * 3)


ENDED = """
USUBJID | DSDECOD       | DSCAT             | DSSCAT          | DSSTDTC
1       | ADVERSE EVENT | DISPOSITION EVENT | STUDY TREATMENT | 2026-02-01
"""


def test_a_range_without_an_end_leaves_dose_and_intensity_unknown_not_small():
    no_end = DAILY.replace("2026-01-24", "")
    for code in ("TDOSE", "DI", "RDI", "NCYCLE", "DURD"):
        assert total(no_end, code, DS=ENDED) is None, code
    sums = rooms(no_end, DS=ENDED)["ADEXSUM"]
    reason = sums.filter(pl.col("PARAMCD") == "TDOSE")["REASON"].item()
    assert reason == "the end of a range of doses is not recorded"


def test_a_range_without_an_end_goes_on_to_the_cutoff_of_a_subject_still_on_treatment():
    rows = doses(DAILY.replace("2026-01-24", ""))
    assert rows["ASTDT"].max() == date(2026, 12, 31)
    assert rows.height == 10 + 351
    assert rows.filter(pl.col("OPENFL") == "Y").height == 351


def test_two_doses_a_day_count_twice_and_are_planned_twice():
    drug = TINY.drugs[0].model_copy(update={"cycle_days": 1, "doses_per_day": 2})
    twice = TINY.model_copy(update={"drugs": (drug,)})
    text = DAILY.replace("QD ", "BID")
    assert total(text, "TDOSE", study=twice) == 80 * 2 * (10 * 1 + 10 * 3)
    assert total(text, "RDI", study=twice) == pytest.approx(100)
    assert total(text, "NCYCLE", study=twice) == 20


# --- exposure ---


def test_duration_runs_to_the_end_of_the_last_interval_but_not_past_death():
    assert total(TWO, "DURD") == 25 + 21
    died = total(TWO, "DURD", DM="USUBJID | ARMCD | DTHDTC\n1 | A | 2026-02-01")
    assert died == 28


def test_intensity_is_per_week_and_relative_to_the_plan():
    weeks = 46 / 7
    assert total(TWO, "DI") == pytest.approx(2 / weeks)
    assert total(TWO, "RDI") == pytest.approx(100 * (2 / weeks) / (1 / 3))


@pytest.mark.parametrize(
    "dm", ["USUBJID | ARMCD | DTHDTC\n1 | A | 2026-02-01", "USUBJID | ARMCD\n1 | A"]
)
def test_a_dose_shortly_before_death_or_the_cutoff_is_no_higher_intensity(dm):
    """One dose and three days: 100 % of what was planned, not seven times as much."""
    one = TWO.splitlines()[:3]
    assert total("\n".join(one), "RDI", DM=dm) == pytest.approx(100)
    died = total(TWO, "RDI", DM="USUBJID | ARMCD | DTHDTC\n1 | A | 2026-02-01")
    assert died == pytest.approx(total(TWO, "RDI"))
    assert total(TWO, "DURD", DM="USUBJID | ARMCD | DTHDTC\n1 | A | 2026-02-01") == 28


def test_an_omitted_dose_is_no_cycle():
    omitted = TWO + "1 | MAB | 0 | mg/kg | 3 | 2026-02-20T09:00 |\n"
    assert total(omitted, "NCYCLE") == 2
    assert total(omitted, "DURD") == 25 + 21
