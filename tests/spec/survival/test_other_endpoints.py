"""Overall survival, duration of and time to response; starts, ties, findings (EFF-OS, EFF-DOR, EFF-TTR)."""

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from pkpipe.survival.options import PlannedScans, TteOptions
from pkpipe.survival.times.date_checks import findings
from pkpipe.survival.times.tte import time_to_event

PLAN = PlannedScans(every_weeks=6, window_days=7)


def day(text):
    return None if text is None else date.fromisoformat(f"2024-{text}")


def responses(*rows):
    return pl.DataFrame(
        [("1", day(d), a) for d, a in rows],
        schema={"USUBJID": pl.String, "ADT": pl.Date, "AVALC": pl.String},
        orient="row",
    )


def reference(**dates):
    values = {"TRTSDT": "01-01", **dates}
    texts = {"BASEFL", "EOSREAS"}
    kinds = {k: pl.String if k in texts else pl.Date for k in values}
    row = {k: [v if k in texts else day(v)] for k, v in values.items()}
    return pl.DataFrame({"USUBJID": ["1"], **row}, schema_overrides=kinds)


def tte(code, rows, ref, **options):
    chosen = TteOptions(**({"endpoints": (code,), "schedule": PLAN} | options))
    return time_to_event(rows, ref, chosen)


NOTHING = responses()
COURSE = responses(("02-12", "PR"), ("03-25", "CR"), ("05-06", "PD"))


def test_death_of_any_cause_ends_overall_survival():
    got = tte("OS", NOTHING, reference(DTHDT="02-10", LSTALVDT="02-01")).row(0, named=True)
    assert (got["ADT"], got["AVAL"], got["CNSR"], got["EVNTDESC"]) == (day("02-10"), 41, 0, "Death")


@pytest.mark.parametrize(
    ("dates", "end", "code"),
    [
        ({"LSTALVDT": "03-01"}, "03-01", 1),
        ({"LSTALVDT": "03-01", "CUTDT": "02-20"}, "02-20", 1),
        ({"DTHDT": "03-01", "LSTALVDT": "02-01", "CUTDT": "02-20"}, "02-20", 1),
        ({"LSTALVDT": "03-01", "EOSREAS": "LOST TO FOLLOW-UP"}, "03-01", 6),
        ({"LSTALVDT": "03-01", "EOSREAS": "WITHDRAWAL BY SUBJECT"}, "03-01", 7),
        ({}, "01-01", 5),
        ({"LSTALVDT": "2023"}, "01-01", 5),
    ],
)
def test_who_is_alive_is_censored_when_last_known_to_be(dates, end, code):
    if dates.get("LSTALVDT") == "2023":
        ref = reference(LSTALVDT=None).with_columns(LSTALVDT=pl.lit(date(2023, 12, 30)))
    else:
        ref = reference(**dates)
    got = tte("OS", NOTHING, ref).row(0, named=True)
    assert (got["ADT"], got["CNSR"], got["CNSRRSN"]) == (day(end), 1, code)


def test_duration_of_response_runs_from_the_first_of_the_confirmed_pair():
    got = tte("DOR", COURSE, reference(CONFDT="02-12")).row(0, named=True)
    assert (got["STARTDT"], got["ADT"], got["CNSR"]) == (day("02-12"), day("05-06"), 0)
    assert got["AVAL"] == (day("05-06") - day("02-12")).days + 1


def test_duration_of_response_has_rows_only_for_responders():
    assert tte("DOR", COURSE, reference()).height == 0
    assert tte("DOR", COURSE, reference(), response="unconfirmed").height == 1
    after_pd = responses(("02-12", "PD"), ("03-25", "PR"))
    assert tte("DOR", after_pd, reference(), response="unconfirmed").height == 0


def test_duration_of_response_is_censored_like_progression_free_survival():
    ref = reference(NACTDT="04-01")
    got = tte("DOR", COURSE, ref, response="unconfirmed").row(0, named=True)
    assert (got["ADT"], got["CNSRRSN"]) == (day("03-25"), 2)


def test_a_response_after_new_therapy_counts_only_where_therapy_is_ignored():
    ref = reference(NACTDT="02-01")
    assert tte("DOR", COURSE, ref, response="unconfirmed").height == 0
    assert tte("DOR", COURSE, ref, response="unconfirmed", scheme="E").height == 1


def test_time_to_response_runs_to_the_first_response():
    got = tte("TTR", COURSE, reference(), response="unconfirmed").row(0, named=True)
    assert (got["ADT"], got["AVAL"], got["CNSR"]) == (day("02-12"), 43, 0)


def test_the_start_may_be_the_randomisation():
    ref = reference(RANDDT="01-11", LSTALVDT="01-20")
    got = tte("OS", NOTHING, ref, anchor="randomization").row(0, named=True)
    assert (got["STARTDT"], got["AVAL"]) == (day("01-11"), 10)


def test_assessments_before_the_start_do_not_count_and_on_it_do():
    ref = reference(TRTSDT="02-12")
    assert tte("PFS", responses(("02-11", "PD")), ref).row(0, named=True)["CNSR"] == 1
    got = tte("PFS", responses(("02-12", "PD")), ref).row(0, named=True)
    assert (got["AVAL"], got["CNSR"]) == (1, 0)


def test_a_subject_without_start_keeps_a_row_with_its_reason():
    got = tte("PFS", COURSE, reference(TRTSDT=None)).row(0, named=True)
    assert (got["STARTDT"], got["AVAL"], got["CNSR"]) == (None, None, 1)
    assert got["TRACE"].startswith("start missing, no time; ")


def test_an_end_before_the_start_is_day_one():
    got = tte("OS", NOTHING, reference(DTHDT=None).with_columns(DTHDT=pl.lit(date(2023, 12, 30))))
    assert got.select("AVAL", "CNSR").row(0) == (1, 0)


def test_no_subject_makes_an_empty_table():
    got = tte("PFS", NOTHING, reference().clear())
    assert got.height == 0
    assert got.schema["ADT"] == pl.Date


def found(rows, ref, **options):
    chosen = TteOptions(**({"endpoints": ("PFS", "OS"), "schedule": PLAN} | options))
    table = findings(rows, ref, time_to_event(rows, ref, chosen), chosen)
    return dict(table.select("CHECK", "VALUE").rows())


@pytest.mark.parametrize(
    ("rows", "dates", "check", "value"),
    [
        ([("03-25", "SD")], {"LSTALVDT": "03-01"}, "TTE-PFS-OS", "2024-03-25"),
        ([("03-25", "SD")], {"DTHDT": "03-01"}, "TTE-AFTER-DEATH", "2024-03-25"),
        ([("02-12", "SD?")], {}, "TTE-RESPONSE", "SD?"),
        ([(None, "SD")], {}, "TTE-NO-DATE", None),
        ([], {"TRTSDT": None}, "REF-NO-START", None),
        ([("01-05", "SD")], {"TRTSDT": "01-10"}, "TTE-EARLY", "2024-01-05"),
        ([("03-25", "SD")], {"CUTDT": "03-01"}, "TTE-LATE", "2024-03-25"),
        ([], {"TRTSDT": "02-01", "NACTDT": "01-10"}, "REF-NACT-EARLY", "2024-01-10"),
        ([], {"TRTSDT": "02-01", "CUTDT": "01-10"}, "REF-START-LATE", "2024-02-01"),
        ([], {"TRTSDT": "02-01", "DTHDT": "01-10"}, "REF-DEATH-EARLY", "2024-01-10"),
        ([], {"DTHDT": "02-01", "LSTALVDT": "02-10"}, "REF-ALIVE-LATE", "2024-02-10"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_a_finding_with_its_value(rows, dates, check, value):
    got = found(responses(*rows), reference(**dates))
    assert check in got
    assert got[check] == value


@pytest.mark.parametrize(
    "dates",
    [
        {"DTHDT": "01-01"},
        {"NACTDT": "01-01", "LSTALVDT": "06-01"},
        {"DTHDT": "02-01", "LSTALVDT": "02-01"},
    ],
)
def test_on_the_day_of_the_start_or_of_death_is_neither_before_nor_after_it(dates):
    assert {c for c in found(NOTHING, reference(**dates)) if c.startswith("REF-")} == set()


def test_a_progression_on_the_cutoff_day_counts_and_one_after_it_does_not():
    for cutoff, censored in (("05-06", 0), ("05-05", 1)):
        (row,) = tte("PFS", COURSE, reference(CUTDT=cutoff)).iter_rows(named=True)
        assert row["CNSR"] == censored


def test_a_clean_subject_has_no_finding():
    assert found(responses(("02-12", "SD"), ("03-25", "PD")), reference(LSTALVDT="06-01")) == {}


def test_an_assessment_of_nobody_we_know_is_a_finding():
    stranger = responses(("02-12", "SD")).with_columns(USUBJID=pl.lit("2"))
    assert "REF-ABSENT" in found(stranger, reference(LSTALVDT="03-01"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": "D"},
        {"scheme": "B"},
        {"shedule": {"every_weeks": 6, "window_days": 7}},
        {"schedule": PLAN, "gap": {"interval_days": 42, "window_days": 7}},
    ],
)
def test_options_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(ValidationError):
        TteOptions.model_validate(wrong)
