"""When an adverse event is treatment-emergent, what a partial date means, who is counted once."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pkpipe.protocol.safety import SafetyPlan
from pkpipe.safety import adae_of, aesoc_of, aesum_of

PLAN = SafetyPlan(
    meddra="27.0",
    ctcae="v5.0",
    teae_days=28,
    teae_window_days=7,
    teae_ends_with_new_therapy=True,
    irae_days=90,
    related_values=("RELATED",),
)
TEXT = (
    *("USUBJID", "AETERM", "AEDECOD", "AEBODSYS", "AESOC", "AESEV", "AESER", "AESDTH", "AEDLTFL"),
    *("AEIRFL", "AEREL", "AEACN", "AEOUT", "AESTDTC", "AEENDTC"),
)


def day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def adsl(**changed: dict[str, str | None]) -> pl.DataFrame:
    """Three treated subjects, first dose 2026-03-10 at 09:00, last 2026-04-21; S9 never treated."""
    rows = []
    for name, cohort in (("S1", "A"), ("S2", "A"), ("S3", "B"), ("S9", "B")):
        treated = name != "S9"
        row = {
            "USUBJID": name,
            "COHORT": cohort,
            "LEVEL": cohort if treated else None,
            "SAFFL": "Y" if treated else "N",
            "TRTSDT": "2026-03-10" if treated else None,
            "TRTSDTM": "2026-03-10T09:00:00" if treated else None,
            "TRTEDT": "2026-04-21" if treated else None,
            "NACTDT": None,
            "DTHDT": None,
            "CUTDT": "2026-12-31",
        }
        rows.append(row | changed.get(name, {}))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return frame.with_columns(
        pl.col("TRTSDT", "TRTEDT", "NACTDT", "DTHDT", "CUTDT").str.to_date("%Y-%m-%d"),
        pl.col("TRTSDTM").str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us"),
    )


def ae(*events: dict[str, object]) -> pl.DataFrame:
    usual = {
        "USUBJID": "S1",
        "AETERM": "Rash",
        "AEDECOD": "RASH",
        "AESOC": "SKIN",
        "AEREL": "RELATED",
    }
    rows = [
        dict.fromkeys(TEXT) | usual | {"AETOXGR": 1, "AESEQ": i + 1, "SRCROW": i + 2} | event
        for i, event in enumerate(events)
    ]
    schema = dict.fromkeys(TEXT, pl.String) | dict.fromkeys(
        ("AETOXGR", "AESEQ", "SRCROW"), pl.Int64
    )
    return pl.DataFrame(rows, schema=schema)


def one(plan: SafetyPlan = PLAN, subject: dict | None = None, **event: object) -> dict:
    frame = adsl(S1=subject) if subject else adsl()
    return adae_of(ae(event), frame, plan).row(0, named=True)


@pytest.mark.parametrize(
    ("start", "emergent"),
    [
        ("2026-03-09", None),
        ("2026-03-10", "Y"),  # the day of first dose, time unknown
        ("2026-03-10T08:59", None),
        ("2026-03-10T09:00", "Y"),
        ("2026-05-26", "Y"),  # 35 days after the last dose: 28 + 7
        ("2026-05-27", None),
    ],
)
def test_an_event_is_emergent_from_first_dose_to_the_end_of_the_window(start, emergent):
    assert one(AESTDTC=start)["TRTEMFL"] == emergent


@pytest.mark.parametrize(("start", "emergent"), [("2026-05-01", "Y"), ("2026-05-02", None)])
def test_a_new_therapy_closes_the_window_where_the_study_says_so(start, emergent):
    subject = {"NACTDT": "2026-05-01"}
    assert one(subject=subject, AESTDTC=start)["TRTEMFL"] == emergent
    open_plan = PLAN.model_copy(update={"teae_ends_with_new_therapy": False})
    assert one(open_plan, subject, AESTDTC=start)["TRTEMFL"] == "Y"


@pytest.mark.parametrize(
    ("start", "flag", "immune"),
    [
        ("2026-07-20", "Y", "Y"),  # 90 days after the last dose
        ("2026-07-21", "Y", None),
        ("2026-04-01", None, None),
        ("2026-04-01", "Y", "Y"),
    ],
)
def test_immune_related_events_have_a_window_of_their_own(start, flag, immune):
    got = one(AESTDTC=start, AEIRFL=flag)
    assert got["IRTEMFL"] == immune
    if start > "2026-05-26":
        assert got["TRTEMFL"] is None


@pytest.mark.parametrize(
    ("start", "end", "first", "flag", "emergent"),
    [
        ("2026-03", None, "2026-03-10", "D", "Y"),  # the month of first dose: not before it
        ("2026-04", None, "2026-04-01", "D", "Y"),
        ("2026-02", None, "2026-02-01", "D", None),
        ("2026", None, "2026-03-10", "M", "Y"),
        ("2025", None, "2025-01-01", "M", None),
        ("2026-03", "2026-03-05", "2026-03-01", "D", None),  # it was over before first dose
    ],
)
def test_a_partial_start_is_the_first_day_it_can_be_but_not_before_first_dose(
    start, end, first, flag, emergent
):
    got = one(AESTDTC=start, AEENDTC=end)
    assert (got["ASTDT"], got["ASTDTF"], got["TRTEMFL"]) == (day(first), flag, emergent)


def test_a_partial_end_is_the_last_day_it_can_be_but_not_after_death_or_the_cutoff():
    assert one(AESTDTC="2026-03-20", AEENDTC="2026-04")["AENDT"] == day("2026-04-30")
    dead = one(subject={"DTHDT": "2026-04-12"}, AESTDTC="2026-03-20", AEENDTC="2026-04")
    assert dead["AENDT"] == day("2026-04-12")
    cut = one(subject={"CUTDT": "2026-04-15"}, AESTDTC="2026-03-20", AEENDTC="2026")
    assert (cut["AENDT"], cut["AENDTF"]) == (day("2026-04-15"), "M")


def test_an_unknown_start_counts_as_emergent_unless_the_event_ended_before_first_dose():
    assert one(AESTDTC=None)["TRTEMFL"] == "Y"
    assert one(AESTDTC=None, AEENDTC="2026-03-09")["TRTEMFL"] is None
    assert "start unknown" in one(AESTDTC=None)["REASON"]


def test_days_count_from_first_dose_without_a_day_zero():
    got = one(AESTDTC="2026-03-09", AEENDTC="2026-03-10")
    assert (got["ASTDY"], got["AENDY"], got["ADURN"]) == (-1, 1, 2)


def test_an_event_of_a_subject_never_treated_stays_and_is_not_emergent():
    got = one(USUBJID="S9", AESTDTC="2026-03-20")
    assert (got["TRTEMFL"], got["REASON"]) == (None, "never treated")


def test_a_missing_relationship_counts_as_related_and_says_so():
    got = one(AESTDTC="2026-03-20", AEREL=None)
    assert (got["RELFL"], got["REASON"]) == ("Y", "relationship missing: counted as related")
    assert one(AESTDTC="2026-03-20", AEREL="NOT RELATED")["RELFL"] is None


def test_a_dlt_is_what_the_investigator_flagged_never_what_the_grade_suggests():
    assert one(AESTDTC="2026-03-20", AETOXGR=4)["AEDLTFL"] is None
    assert one(AESTDTC="2026-03-20", AETOXGR=1, AEDLTFL="Y")["AEDLTFL"] == "Y"


EVENTS = ae(
    {"AESTDTC": "2026-03-12", "AETOXGR": 1},
    {"AESTDTC": "2026-03-20", "AETOXGR": 3, "AESER": "Y", "AEACN": "DRUG WITHDRAWN"},
    {"AESTDTC": "2026-03-20", "AETOXGR": 3},
    {"AESTDTC": "2026-02-20", "AETOXGR": 4},
    {"USUBJID": "S2", "AESTDTC": "2026-03-15", "AETOXGR": 2, "AEREL": "NOT RELATED"},
    {"USUBJID": "S2", "AESTDTC": "2026-03-16", "AEDECOD": "ALOPECIA", "AEACN": "DRUG INTERRUPTED"},
    {
        "USUBJID": "S3", "AESTDTC": "2026-04-01", "AEDECOD": "COLITIS", "AESOC": "GUT",
        "AETOXGR": 5, "AEOUT": "FATAL", "AEDLTFL": "Y", "AEIRFL": "Y",
    },
)  # fmt: skip


def test_the_first_worst_emergent_event_is_flagged_once():
    got = adae_of(EVENTS, adsl(), PLAN)
    assert got.filter(pl.col("AOCCIFL") == "Y").select("USUBJID", "AESEQ").rows() == [
        ("S1", 2),
        ("S2", 5),
        ("S3", 7),
    ]
    assert got.filter(pl.col("AOCPIFL") == "Y")["AESEQ"].to_list() == [2, 5, 6, 7]


def test_the_first_emergent_event_of_subject_class_and_term_has_the_flags_of_the_standard():
    got = adae_of(EVENTS, adsl(), PLAN).filter(pl.col("TRTEMFL") == "Y")
    for name, keys in (
        ("AOCCFL", ["USUBJID"]),
        ("AOCCSFL", ["USUBJID", "AESOC"]),
        ("AOCCPFL", ["USUBJID", "AEDECOD"]),
    ):
        first = got.sort("ASTDT", "AESEQ", nulls_last=True).unique(keys, keep="first")
        assert set(got.filter(pl.col(name) == "Y")["AESEQ"]) == set(first["AESEQ"]), name


def test_the_overview_counts_subjects_once_a_line_with_every_line_and_group_there():
    sums = aesum_of(adae_of(EVENTS, adsl(), PLAN), adsl())
    everyone = {
        r["PARAMCD"]: (r["X"], r["N"], r["EVENTS"])
        for r in sums.filter(GROUP="ALL").iter_rows(named=True)
    }
    assert everyone == {
        "TEAE": (3, 3, 6),
        "TEAE_REL": (3, 3, 5),
        "TEAE_G3": (2, 3, 3),
        "TEAE_REL_G3": (2, 3, 3),
        "TEAE_SER": (1, 3, 1),
        "TEAE_DTH": (1, 3, 1),
        "TEAE_DISC": (1, 3, 1),
        "TEAE_INT": (1, 3, 1),
        "IRAE": (1, 3, 1),
        "DLT": (1, 3, 1),
    }
    cohort = sums.filter(GROUP="COHORT", GROUPVAL="A", PARAMCD="DLT").row(0, named=True)
    assert (cohort["X"], cohort["N"], cohort["PCT"]) == (0, 2, 0.0)


def test_without_grades_the_graded_lines_are_empty_with_a_reason_and_not_zero():
    ungraded = EVENTS.with_columns(pl.lit(None, dtype=pl.Int64).alias("AETOXGR"))
    sums = aesum_of(adae_of(ungraded, adsl(), PLAN), adsl()).filter(GROUP="ALL")
    line = sums.filter(PARAMCD="TEAE_G3").row(0, named=True)
    why = "not collected: AE.AETOXGR (no event has a value)"
    assert (line["X"], line["PCT"], line["REASON"]) == (None, None, why)


def test_terms_are_counted_at_the_worst_grade_in_the_order_of_frequency():
    got = aesoc_of(adae_of(EVENTS, adsl(), PLAN), adsl()).filter(GROUP="ALL")
    rows = got.select("AESOC", "AEDECOD", "GRADE", "X", "N").rows()
    assert rows == [
        ("SKIN", None, "ANY", 2, 3),
        ("SKIN", None, "2", 1, 3),
        ("SKIN", None, "3", 1, 3),
        ("SKIN", "RASH", "ANY", 2, 3),
        ("SKIN", "RASH", "2", 1, 3),
        ("SKIN", "RASH", "3", 1, 3),
        ("SKIN", "ALOPECIA", "ANY", 1, 3),
        ("SKIN", "ALOPECIA", "1", 1, 3),
        ("GUT", None, "ANY", 1, 3),
        ("GUT", None, "5", 1, 3),
        ("GUT", "COLITIS", "ANY", 1, 3),
        ("GUT", "COLITIS", "5", 1, 3),
    ]


def test_an_uncoded_event_keeps_its_verbatim_term():
    got = one(AESTDTC="2026-03-20", AEDECOD=None, AESOC=None)
    assert (got["AEDECOD"], got["AESOC"]) == ("RASH", "NOT CODED")
    assert "not coded" in got["REASON"]


@pytest.mark.parametrize(
    ("code", "column", "value", "nothing"),
    [
        ("TEAE_G3", "AETOXGR", 3, None),
        ("TEAE_DISC", "AEACN", "DRUG WITHDRAWN", None),
        ("TEAE_DISC", "AEACN", "DRUG WITHDRAWN", "UNKNOWN"),
        ("TEAE_SER", "AESER", "N", None),
    ],
)
def test_a_cohort_none_of_whose_events_answers_has_no_count(code, column, value, nothing):
    """Cohort B does not collect the column: its line is empty with the reason, the other's is counted."""
    start = {"AESTDTC": "2026-03-12"}
    empty = {"USUBJID": "S3", "AETOXGR": 1} | start | {column: nothing}
    events = ae({"USUBJID": "S1"} | start | {column: value}, empty)
    sums = aesum_of(adae_of(events, adsl(), PLAN), adsl()).filter(PARAMCD=code)
    told = sums.filter(GROUP="COHORT").select("GROUPVAL", pl.col("X").is_null(), "REASON").rows()
    why = f"not collected: AE.{column} (no event of the group has a value)"
    assert told == [("A", False, None), ("B", True, why)]
