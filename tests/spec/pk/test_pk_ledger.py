"""The exclusion ledger: who leaves out what and why, what it changes, and when it is out of date."""

from datetime import date

import polars as pl
import pytest
from pk_drawings import SAMPLES, clock, entry, ledger, picks, trial, value, with_nca

from pkpipe.errors import DataError
from pkpipe.protocol.nca import Sensitivity


def ruled(*entries, samples=SAMPLES):
    return trial(samples=samples, LEDGER=ledger(*entries))


AT_24 = {"ADTM": clock(24), "AVAL": 45.0}
CONFIRMED = {"CONFBY": "A. Wu", "CONFDT": date(2026, 4, 1)}
PLAIN = trial()


def test_an_excluded_concentration_leaves_the_analysis_and_stays_in_the_table():
    tables = ruled(entry(**AT_24))
    row = tables["ADPC"].filter(pl.col("ATPT") == "24H").row(0, named=True)
    assert (row["AVAL"], row["EXCLFL"], row["EXCLRSN"]) == (45, "Y", "ledger E1: haemolysed")
    assert (row["SUMFL"], row["SUMRSN"], row["AVALNCA"]) == ("N", "ledger E1: haemolysed", None)
    without = trial(samples=SAMPLES.replace("24H     | 24    | 45", "24H     | 24    |   "))
    assert value(tables, "AUCLST")["AVAL"] == value(without, "AUCLST")["AVAL"]


def test_every_parameter_that_changes_is_shown_before_and_after_with_who_and_why():
    effect = ruled(entry(**AT_24))["LEDGEFF"]
    row = effect.filter(pl.col("PARAMCD") == "AUCLST").row(0, named=True)
    assert row["BEFORE"] == value(PLAIN, "AUCLST")["AVAL"]
    assert row["AFTER"] == value(ruled(entry(**AT_24)), "AUCLST")["AVAL"] != row["BEFORE"]
    assert (row["STATE"], row["RECBY"], row["APPRBY"], row["REASON"]) == (
        "APPLIED",
        "A. Wu",
        "B. Li",
        "haemolysed",
    )
    assert "CMAX" not in set(effect["PARAMCD"])  # did not move
    assert not effect.filter(pl.all_horizontal(pl.col("BEFORE", "AFTER").is_null())).height


def test_an_excluded_trough_leaves_both_profiles_it_stands_in():
    tables = ruled(entry(ADTM=clock(503.5), AVAL=4.0))
    assert value(tables, "CTROUGH")["AVAL"] is None
    assert set(tables["LEDGEFF"]["PROFILE"]) >= {"1|MAB|SERUM|1"}


# --- the terminal slope by hand ---


def test_exactly_the_picked_points_make_the_slope():
    tables = ruled(*picks(24, 168, 336))
    assert [value(tables, c)["AVAL"] for c in ("LAMZLL", "LAMZUL", "LAMZNPT")] == [24, 336, 3]
    assert value(tables, "LAMZ")["REASON"].startswith("terminal points by hand")
    assert value(tables, "CMAX", 2)["AVAL"] == 65  # the next profile is untouched


def test_a_picked_trough_belongs_to_the_profile_it_closes():
    tables = ruled(*picks(336, 503.5))
    assert value(tables, "LAMZUL")["AVAL"] == 503.5
    assert value(tables, "LAMZNPT")["AVAL"] == 2


def test_a_point_left_out_of_the_slope_stays_in_the_area():
    tables = ruled(entry(TARGET="LAMBDA_Z", ADTM=clock(503.5), AVAL=4.0))
    assert value(tables, "LAMZUL")["AVAL"] == 336
    assert value(tables, "AUCLST")["AVAL"] == value(PLAIN, "AUCLST")["AVAL"]


def test_only_terminal_points_are_picked():
    with pytest.raises(DataError, match="only terminal points are picked"):
        ruled(entry(ACTION="PICK", **AT_24))


# --- parameters and profiles ---


def test_an_excluded_parameter_keeps_its_value_and_takes_its_dependents_out_of_summaries():
    half_life = value(PLAIN, "LAMZ")["AVAL"]
    tables = ruled(entry(TARGET="PARAMETER", PARAMCD="LAMZ", AVAL=half_life, CYCLE=1))
    for code in ("LAMZ", "LAMZHL", "AUCIFO", "CLO", "VZO", "AUCIFOD"):
        row = value(tables, code)
        assert (row["STATUS"], row["SUMFL"]) == ("NR", "N"), code
        assert row["REASON"].startswith("ledger E1: haemolysed")
        assert row["AVAL"] == value(PLAIN, code)["AVAL"]
    assert value(tables, "AUCLST")["SUMFL"] == "Y"


def test_an_excluded_profile_enters_no_summary():
    tables = ruled(entry(TARGET="PROFILE", CYCLE=1, REASON="wrong infusion line"))
    rows = tables["ADPP"].filter(pl.col("DOSENO") == 1)
    assert set(rows["SUMFL"]) == {"N"}
    assert set(
        tables["ADPP"].filter(pl.col("DOSENO") == 2, pl.col("PARAMCD") == "CMAX")["SUMFL"]
    ) == {"Y"}
    one = tables["ADPC"].filter(pl.col("DOSENO") == 1)
    assert set(one["SUMRSN"]) == {"ledger E1: wrong infusion line"}


def test_what_is_excluded_is_not_followed_under_other_conventions_either():
    rules = Sensitivity(parameters=("AUCLST", "AUCALL"), auc_method=("linear",), moves_percent=0)
    study = with_nca(sensitivity=rules)

    def moved(*entries):
        table = trial(study=study, LEDGER=ledger(*entries))["CONVSENS"]
        return set(table.filter(pl.col("CYCLE") == 1)["PARAMCD"])

    area = value(PLAIN, "AUCLST")["AVAL"]
    assert moved() == {"AUCLST", "AUCALL"}
    assert moved(entry(TARGET="PARAMETER", PARAMCD="AUCLST", CYCLE=1, AVAL=area)) == {"AUCALL"}
    assert moved(entry(TARGET="PROFILE", CYCLE=1)) == set()


# --- stale entries ---


def test_an_entry_whose_record_has_changed_stops_the_run_and_names_both_values():
    with pytest.raises(DataError) as problem:
        ruled(entry(ADTM=clock(24), AVAL=54.0))
    text = str(problem.value)
    assert "ledger.csv row 2, subject 1: AVAL is '54.0': entry E1: stale" in text
    assert "54.0 stood there when the entry was made, now 45.0" in text
    assert "CONFBY, CONFDT and in CONFVAL the value as it is now" in text


def test_an_entry_whose_record_is_gone_stops_the_run():
    with pytest.raises(DataError, match="now there is no such record"):
        ruled(entry(ADTM=clock(25), AVAL=45.0))


def test_a_blq_that_was_excluded_is_still_a_blq():
    tables = ruled(entry(ADTM=clock(-1), AVAL=None))
    assert tables["LEDGEFF"]["STATE"].to_list()[0] == "APPLIED"
    with pytest.raises(DataError, match="stale"):
        ruled(entry(ADTM=clock(24), AVAL=None))


BLQ_AT_0 = {"ADTM": clock(-1), "AVAL": None}


def without_result(samples=SAMPLES):
    """The predose sample of the first cycle, once BLQ, no longer has a result."""
    return samples.replace("-1    | BLQ", "-1    |    ")


@pytest.mark.parametrize("said", [None, "BLQ"])
def test_a_blq_that_is_no_longer_a_result_makes_its_entry_stale(said):
    with pytest.raises(DataError, match="BLQ stood there when the entry was made, now NOT DONE"):
        ruled(entry(**BLQ_AT_0, AVALC=said), samples=without_result())


def test_a_result_that_came_later_makes_an_entry_about_none_stale():
    about_none = entry(**BLQ_AT_0, AVALC="NOT DONE")
    assert set(ruled(about_none, samples=without_result())["LEDGEFF"]["STATE"]) == {"APPLIED"}
    with pytest.raises(DataError, match="NOT DONE stood there when the entry was made, now BLQ"):
        ruled(about_none)


def test_what_is_confirmed_is_that_there_is_no_number_and_which_of_the_ways():
    changed = {"samples": without_result()}
    as_now = entry(**BLQ_AT_0, CONFVALC="NOT DONE", **CONFIRMED)
    assert set(ruled(as_now, **changed)["LEDGEFF"]["STATE"]) == {"CONFIRMED"}
    for said in ("BLQ", "GONE", None):
        with pytest.raises(DataError, match="stood there when the entry was confirmed, now NOT"):
            ruled(entry(**BLQ_AT_0, CONFVALC=said, AVALC="BLQ", **CONFIRMED), **changed)


def test_an_excluded_profile_is_followed_by_the_sum_of_its_concentrations():
    held = PLAIN["PROFILE"].filter(pl.col("DOSENO") == 1)["CONCSUM"].item()
    assert held == 60 + 45 + 20 + 9 + 4
    whole = entry(TARGET="PROFILE", CYCLE=1, AVAL=held)
    assert set(ruled(whole)["LEDGEFF"]["STATE"]) == {"APPLIED"}
    with pytest.raises(DataError, match=r"138\.0 stood there when the entry was made, now 139\.0"):
        ruled(whole, samples=SAMPLES.replace("| 45", "| 46"))


def test_a_confirmed_entry_is_applied_and_says_that_it_was_confirmed():
    tables = ruled(entry(ADTM=clock(24), AVAL=54.0, CONFVAL=45.0, **CONFIRMED))
    assert set(tables["LEDGEFF"]["STATE"]) == {"CONFIRMED"}
    assert value(tables, "NCONCM")["AVAL"] == value(PLAIN, "NCONCM")["AVAL"] - 1


@pytest.mark.parametrize("confirmed", [44.0, None])
def test_a_confirmation_is_of_one_value_and_does_not_cover_the_next_change(confirmed):
    with pytest.raises(DataError, match=r"stood there when the entry was confirmed, now 45\.0"):
        ruled(entry(ADTM=clock(24), AVAL=54.0, CONFVAL=confirmed, **CONFIRMED))


def test_a_value_that_came_back_to_that_of_the_entry_needs_no_confirmation():
    tables = ruled(entry(**AT_24, CONFVAL=54.0, **CONFIRMED))
    assert set(tables["LEDGEFF"]["STATE"]) == {"APPLIED"}


def test_a_record_that_is_gone_is_not_confirmed_by_a_value():
    with pytest.raises(DataError, match="now there is no such record"):
        ruled(entry(ADTM=clock(25), AVAL=45.0, CONFVAL=45.0, **CONFIRMED))


def test_a_confirmed_entry_without_its_record_changes_nothing_and_stays_visible():
    tables = ruled(entry(ADTM=clock(25), AVAL=45.0, **CONFIRMED))
    assert tables["LEDGEFF"].select("ENTRY", "STATE", "PARAMCD").rows() == [("E1", "GONE", None)]
    assert tables["ADPP"].equals(PLAIN["ADPP"])


def test_confirmation_needs_a_name_and_a_date():
    with pytest.raises(DataError, match="stale"):
        ruled(entry(ADTM=clock(24), AVAL=54.0, CONFVAL=45.0, CONFBY="A. Wu"))


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(DataError) as problem:
        ruled(
            entry("E1", PARCAT1=None, **AT_24),
            entry("E2", TARGET="PARAMETER", PARAMCD="CMAX", AVAL=60.0),
        )
    text = str(problem.value)
    assert "entry E1: a CONCENTRATION entry names no PARCAT1" in text
    assert "entry E2: points to more than one record" in text


# --- two results at one time ---


def twice(result):
    return SAMPLES + f"1       | 1     | 24H     | 24    | {result}\n"


@pytest.mark.parametrize(("wrong", "right"), [(54.0, 45.0), (45.0, 54.0), (45.0, 45.0)])
def test_of_two_results_at_one_time_the_other_stands(wrong, right):
    samples = twice(54 if wrong != right else 45)
    tables = ruled(entry(ADTM=clock(24), AVAL=wrong), samples=samples)
    rows = tables["ADPC"].filter(pl.col("ATPT") == "24H").sort("SUMFL")
    assert rows.select("AVAL", "EXCLRSN", "SUMFL").rows() == [
        (wrong, "ledger E1: haemolysed", "N"),
        (right, None, "Y"),
    ]
    once = trial(samples=SAMPLES.replace("| 45", f"| {right}"))
    assert value(tables, "AUCLST")["AVAL"] == value(once, "AUCLST")["AVAL"]


def test_what_the_other_result_brings_back_is_shown():
    effect = ruled(entry(ADTM=clock(24), AVAL=54.0), samples=twice(54))["LEDGEFF"]
    row = effect.filter(pl.col("PARAMCD") == "AUCLST").row(0, named=True)
    assert row["BEFORE"] == value(trial(samples=twice(54)), "AUCLST")["AVAL"]
    assert row["AFTER"] == value(PLAIN, "AUCLST")["AVAL"] != row["BEFORE"]


# --- an earlier cutoff, and entries that contradict each other ---


def test_an_entry_about_a_sample_after_the_cutoff_waits_for_it():
    first_cycle = SAMPLES.split("1       | 2")[0]
    later = ledger(entry(ADTM=clock(505), AVAL=65.0))
    early = trial(samples=first_cycle, at=date(2026, 1, 20), LEDGER=later)
    assert early["LEDGEFF"].select("STATE", "PARAMCD").rows() == [("LATER", None)]
    assert early["ADPP"].equals(trial(samples=first_cycle, at=date(2026, 1, 20))["ADPP"])
    with pytest.raises(DataError, match="no such record"):
        trial(samples=first_cycle, LEDGER=later)


def test_the_cutoff_day_itself_is_not_later():
    on_the_day = trial(at=date(2026, 1, 6), LEDGER=ledger(entry(**AT_24)))
    assert set(on_the_day["LEDGEFF"]["STATE"]) == {"APPLIED"}


@pytest.mark.parametrize("target", ["CONCENTRATION", "LAMBDA_Z"])
def test_a_sample_is_not_picked_and_left_out_at_once(target):
    out = entry("E9", TARGET=target, ADTM=clock(168), AVAL=20.0)
    with pytest.raises(DataError, match="entry E1: picks the sample that entry E9 leaves out"):
        ruled(*picks(24, 168, 336), out)


def test_two_entries_about_one_sample_give_both_reasons():
    again = entry("E2", **AT_24, CYCLE=1, REASON="wrong tube")
    row = ruled(entry(**AT_24), again)["ADPC"].filter(pl.col("ATPT") == "24H").row(0, named=True)
    assert row["EXCLRSN"] == "ledger E1: haemolysed; ledger E2: wrong tube"


def test_without_a_ledger_nothing_is_said_of_one():
    assert PLAIN["LEDGEFF"].is_empty()
