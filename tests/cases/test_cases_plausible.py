"""Values that no body, profile or earlier delivery has: each is asked about at its row, with its numbers."""

import datetime
from pathlib import Path

import polars as pl
import pytest
from support import domain, no_domains

from pkpipe import validate
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.snapshot.checks.visit_days import visit_days
from pkpipe.validate.redelivered import redelivered

ROOT = Path(__file__).resolve().parents[2]
STUDY = load_sound_study(ROOT / "config" / "bat6026.yaml").at(datetime.date(2026, 3, 31))
C = pl.col


def asked(study=STUDY, **drawn):
    """Checks by id with their findings, over drawn tables."""
    tables = {**no_domains(), **drawn}
    every = [
        *validate._across(tables, study, frozenset()),
        *validate._in_rows(tables, {}, study),
    ]
    found = pl.concat([part for part in every if part.height])
    return {check: found.filter(C("CHECK") == check) for check in set(found["CHECK"])}


def rows(head, *lines):
    return "\n".join([head, *lines])


SUBJECTS = [f"S{n}" for n in range(1, 9)]
FIRST = "2025-01-06"


def dm(arms=None, **more):
    arms = arms or dict.fromkeys(SUBJECTS, "F")
    head = "USUBJID | ARMCD | ACTARMCD | RFICDTC | AGE"
    return domain(
        "DM", rows(head, *(f"{u} | {a} | {a} | 2024-12-20 | 60" for u, a in arms.items()))
    )


def ex(doses=None):
    """One infusion of 3 mg/kg, 180 mg, each at nine o'clock of a day."""
    doses = doses or dict.fromkeys(SUBJECTS, FIRST)
    head = "USUBJID | EXSEQ | EXTRT | EXDOSU | CYCLE | VISIT | EXSTDTC | EXENDTC | EXDOSE"
    what = "1 | BAT6026 | mg/kg | 1 | CYCLE 1 DAY 1"
    lines = (f"{u} | {what} | {d}T09:00 | {d}T10:00 | 3" for u, d in doses.items())
    given = domain("EX", rows(head, *lines))
    return given.with_columns(EXDOSEMG=pl.lit(180.0), EXPDOSE=pl.lit(3.0))


# Time point, planned hours, day and time, concentration of a middle subject.
TIMES = (
    ("EOI", 1, "06T10:05", 60.0), ("24H", 24, "07T09:10", 42.0), ("72H", 72, "09T09:00", 31.0),
    ("D8", 168, "13T09:30", 22.0), ("D15", 336, "20T09:20", 14.5),
)  # fmt: skip


def pc(change=lambda subject, name, value: value):
    head = "USUBJID | PCTESTCD | PCSPEC | PCSTRESU | PCTPT | PCTPTNUM | CYCLE | VISIT"
    head += " | PCDTC | PCSTRESC | PCSTRESN"
    lines = []
    for n, subject in enumerate(SUBJECTS):
        own = 1 + (n - 3.5) / 20
        for name, hours, at, typical in TIMES:
            value = round(change(subject, name, typical * own), 3)
            what = f"{subject} | BAT6026 | SERUM | ug/mL | {name} | {hours} | 1 | C"
            lines.append(f"{what} | 2025-01-{at} | {value} | {value}")
    return domain("PC", rows(head, *lines)).with_columns(
        C("PCTPTNUM").cast(pl.Float64), CYCLE=pl.lit(1, dtype=pl.Int64)
    )


def test_what_the_profiles_hold_is_not_asked_about():
    assert not [c for c in asked(PC=pc(), EX=ex(), DM=dm()) if c.startswith("PC-")]


def test_slip_subject_x10_a_whole_subject_is_above_its_dose_and_apart_from_the_others():
    times = pc(lambda u, _, v: v * 10 if u == "S3" else v)
    found = asked(PC=times, EX=ex(), DM=dm())
    assert set(found["PC-SUBJECT-OUT-OF-LINE"]["USUBJID"]) == {"S3"}
    assert set(found["PC-ABOVE-DOSE"]["USUBJID"]) == {"S3"}
    assert "180.0 mg in 1.5 L" in found["PC-ABOVE-DOSE"]["MESSAGE"][0]


@pytest.mark.parametrize("factor", [10, 1000])
def test_one_concentration_ten_or_a_thousand_times_its_neighbours_is_asked_about(factor):
    found = asked(
        PC=pc(lambda u, t, v: v * factor if (u, t) == ("S2", "D8") else v), EX=ex(), DM=dm()
    )
    assert found["PC-RISES"]["USUBJID"].to_list() == ["S2"]


def test_one_concentration_a_tenth_of_its_neighbours_is_asked_about():
    found = asked(PC=pc(lambda u, t, v: v / 10 if (u, t) == ("S2", "72H") else v), EX=ex(), DM=dm())
    assert found["PC-DIP"]["USUBJID"].to_list() == ["S2"]


def test_profiles_of_two_subjects_alike_to_the_last_figure_are_asked_about():
    values = dict(zip((t for t, *_ in TIMES), (61.27, 43.19, 30.88, 21.64, 14.21), strict=True))
    found = asked(PC=pc(lambda u, t, v: values[t] if u in {"S1", "S5"} else v), EX=ex(), DM=dm())
    assert set(found["PC-COPIED"]["USUBJID"]) == {"S1", "S5"}


def test_a_level_given_a_thousandth_of_its_unit_is_too_thin_for_a_body():
    found = asked(PC=pc(lambda _, __, v: v / 1000), EX=ex(), DM=dm())
    assert set(found["PC-BELOW-DOSE"]["USUBJID"]) == set(SUBJECTS)


def vs(*lines):
    return domain("VS", rows("USUBJID | VSTESTCD | VSSTRESU | VISIT | VSDTC | VSSTRESN", *lines))


def test_slip_sbp_below_dbp_systolic_under_diastolic_is_asked_about_with_both():
    at = "mmHg | CYCLE 1 DAY 1 | 2025-01-06T08:00"
    found = asked(VS=vs(f"S1 | SYSBP | {at} | 78", f"S1 | DIABP | {at} | 124"), DM=dm())
    (message,) = found["VS-SYSTOLIC-DIASTOLIC"]["MESSAGE"]
    assert "78.0 and 124.0" in message


@pytest.mark.parametrize(
    ("test", "unit", "usual", "slip"),
    [
        ("WEIGHT", "kg", 64, 141), ("HEIGHT", "cm", 170, 150), ("SYSBP", "mmHg", 120, 220),
        ("PULSE", "beats/min", 76, 38), ("RESP", "breaths/min", 16, 40),
    ],
)  # fmt: skip
def test_a_vital_sign_far_from_the_subject_s_own_is_asked_about(test, unit, usual, slip):
    lines = [
        f"S1 | {test} | {unit} | V{n} | 2025-01-{6 + n:02} | {slip if n == 2 else usual + n}"
        for n in range(5)
    ]
    found = asked(VS=vs(*lines), DM=dm())
    assert found["VS-OUT-OF-LINE"]["VALUE"].to_list() == [str(float(slip))]


def lb(*lines):
    head = "USUBJID | LBTESTCD | LBSPEC | LBSTRESU | LBSTNRLO | LBSTNRHI | VISIT | LBDTC | LBSTRESN"
    frame = domain("LB", rows(head, *lines).replace(" | 45 | 104", " | | "))
    return frame.with_columns(LBSTNRLO=pl.lit(45.0), LBSTNRHI=pl.lit(104.0))


def creatinine(values):
    what = "S1 | CREAT | BLOOD | umol/L | 45 | 104"
    return lb(*(f"{what} | V{n} | 2025-01-{6 + n:02} | {v}" for n, v in enumerate(values)))


def test_a_creatinine_in_mg_per_dl_is_asked_about():
    found = asked(LB=creatinine([76, 80, 0.9, 74]), DM=dm())
    assert found["LB-OUT-OF-LINE"]["VALUE"].to_list() == ["0.9"]


def test_a_laboratory_change_with_its_adverse_event_is_not_asked_about():
    event = domain("AE", rows(
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC | AEENDTC",
        "S1 | 1 | CREATININE INCREASED | 3 | 2025-01-07 | 2025-01-12",
    )).with_columns(AETOXGR=pl.lit(3, dtype=pl.Int64))  # fmt: skip
    values = creatinine([76, 80, 330, 74])
    assert "LB-OUT-OF-LINE" in asked(LB=values, DM=dm())
    assert "LB-OUT-OF-LINE" not in asked(LB=values, DM=dm(), AE=event)


def test_results_of_a_study_in_another_unit_than_their_range_are_asked_about_once():
    found = asked(LB=creatinine([0.9, 0.8, 0.9, 1.1]), DM=dm())
    assert found["LB-UNIT-RANGE"].height == 1


def tr(sizes, per=2):
    """Sizes of the first lesion; the second is twice as large."""
    head = "USUBJID | TRTESTCD | TRLNKID | TRGRPID | TRSTRESU | TREVAL | VISIT | TRDTC | TRSTRESN"
    days = ("2024-12-30", "2025-02-17", "2025-03-31", "2025-05-12")
    return domain("TR", rows(head, *(
        f"S1 | LDIAM | T{k} | TARGET | mm | INVESTIGATOR | W{n} | {days[n]} | {k * size}"
        for n, size in enumerate(sizes) for k in range(1, per + 1)
    )))  # fmt: skip


def test_slip_cm_for_mm_one_visit_all_lesions_a_tenth_of_those_around_are_asked_about():
    found = asked(TR=tr([30, 28, 2.7, 26]), DM=dm())
    assert found["TR-VISIT-OUT-OF-LINE"].height == 1
    assert "2 lesions" in found["TR-VISIT-OUT-OF-LINE"]["MESSAGE"][0]


@pytest.mark.parametrize("sizes", [[30, 22, 14, 9], [30, 33, 41, 55], [12, 8, 3, 0]])
def test_tumours_that_shrink_and_grow_are_not_asked_about(sizes):
    assert not [c for c in asked(TR=tr(sizes), DM=dm()) if "OUT-OF-LINE" in c]


def ae(**cells):
    event = {
        "AETERM": "DIARRHOEA", "AESEV": "SEVERE", "AETOXGR": 3, "AEDLTFL": "Y", "AEREL": "RELATED",
        "AEACN": "DRUG INTERRUPTED", "AESTDTC": "2025-01-15", **cells,
    }  # fmt: skip
    head = rows("USUBJID | AESEQ", "S1 | 1")
    return domain("AE", head).with_columns(
        pl.lit(v, dtype=pl.Int64 if k == "AETOXGR" else pl.String).alias(k)
        for k, v in event.items()
    )


def test_slip_dlt_flag_removed_a_severe_related_event_in_the_window_is_asked_about():
    assert "DLT-CALLED-NO" not in asked(AE=ae(), EX=ex(), DM=dm())
    found = asked(AE=ae(AEDLTFL="N"), EX=ex(), DM=dm())
    (message,) = found["DLT-CALLED-NO"]["MESSAGE"]
    assert "DIARRHOEA of grade 3 on day 10, drug interrupted" in message
    assert "DLT-CALLED-NO" not in asked(
        AE=ae(AEDLTFL="N", AEACN="DOSE NOT CHANGED"), EX=ex(), DM=dm()
    )
    assert "DLT-CALLED-NO" not in asked(AE=ae(AEDLTFL="N", AESTDTC="2025-03-15"), EX=ex(), DM=dm())


def test_slip_dlt_grade2_severe_severity_and_grade_contradict_each_other():
    found = asked(AE=ae(AETOXGR=2), EX=ex(), DM=dm())
    assert {"AE-SEVERITY-GRADE", "AE-DLT-GRADE"} <= set(found)
    for severity, grade in (
        ("MILD", 1),
        ("MODERATE", 2),
        ("SEVERE", 3),
        ("SEVERE", 4),
        ("SEVERE", 5),
    ):
        assert "AE-SEVERITY-GRADE" not in asked(AE=ae(AESEV=severity, AETOXGR=grade), DM=dm())


def test_a_dlt_flag_after_the_window_is_asked_about():
    assert "DLT-AFTER-WINDOW" in asked(AE=ae(AESTDTC="2025-01-28"), EX=ex(), DM=dm())
    assert "DLT-AFTER-WINDOW" not in asked(AE=ae(AESTDTC="2025-01-27"), EX=ex(), DM=dm())


def test_slip_relabel_escalation_expansion_a_subject_dosed_while_its_level_was_open_is_asked_about():
    days = {u: f"2025-0{1 + n // 3}-{6 + 7 * (n % 3):02}" for n, u in enumerate(SUBJECTS)}
    days |= {"X1A": "2025-06-02", "X1B": "2025-06-16", "X1C": "2025-06-30"}
    arms = {**dict.fromkeys(SUBJECTS, "F"), **dict.fromkeys(("X1A", "X1B", "X1C"), "X1")}
    assert "EXPANSION-BEFORE-ESCALATION" not in asked(DM=dm(arms), EX=ex(days))
    moved = asked(DM=dm({**arms, "S2": "X1"}), EX=ex(days))
    (message,) = moved["EXPANSION-BEFORE-ESCALATION"]["MESSAGE"]
    assert moved["EXPANSION-BEFORE-ESCALATION"]["USUBJID"].to_list() == ["S2"]
    assert "First dose 2025-01-13" in message
    back = asked(DM=dm({**arms, "X1C": "F"}), EX=ex(days))
    assert back["ESCALATION-AFTER-EXPANSION"]["USUBJID"].to_list() == ["X1C"]


def test_slip_sample_year_later_a_sample_the_cutoff_cuts_away_is_asked_about():
    drawn = {**no_domains(), "PC": pc(), "EX": ex(), "DM": dm()}
    texts = {
        code: f.with_columns(pl.selectors.exclude("SRCROW").cast(pl.String))
        for code, f in drawn.items()
    }
    cutoff = datetime.date(2025, 3, 31)
    assert not [f for f in visit_days(texts, cutoff) if f.height]
    at = (C("USUBJID") == "S8") & (C("PCTPT") == "D15")
    later = pl.when(at).then(pl.lit("2026-01-20T09:20")).otherwise("PCDTC")
    texts["PC"] = texts["PC"].with_columns(PCDTC=later)
    found = pl.concat(f for f in visit_days(texts, cutoff) if f.height)
    assert set(found["USUBJID"]) == {"S8"}
    assert set(found["CHECK"]) == {"SAMPLE-FAR-FROM-DOSE"}
    assert "365 days" in found["MESSAGE"][0]


@pytest.mark.parametrize("hours", ["inf", "-inf", "NaN", "1e300", "99999999999999999999"])
def test_planned_hours_and_weeks_that_cannot_be_are_no_place_in_time(hours):
    """They are findings of their own cell; the questions about days go on with the other rows."""
    week = f"WEEK {'9' * 25}"
    scans = domain("TR", f"USUBJID | TRTESTCD | VISIT | TRDTC\nS1 | LDIAM | {week} | 2025-02-17")
    drawn = {**no_domains(), "PC": pc(), "EX": ex(), "DM": dm(), "TR": scans}
    texts = {code: texts_of(frame) for code, frame in drawn.items()}
    texts["PC"] = texts["PC"].with_columns(PCTPTNUM=pl.lit(hours))
    assert not [f for f in visit_days(texts, datetime.date(2025, 3, 31)) if f.height]


def texts_of(frame):
    return frame.with_columns(pl.selectors.exclude("SRCROW").cast(pl.String))


def test_a_value_that_is_another_than_in_the_delivery_before_is_asked_for_its_reason():
    before = {"AE": texts_of(ae())}
    assert not list(redelivered({"AE": texts_of(ae())}, before))
    now = {"AE": texts_of(ae(AETOXGR=2, AESEV="MODERATE", AEDLTFL="N"))}
    found = pl.concat(redelivered(now, before))
    assert set(found["COLUMN"]) == {"AETOXGR", "AESEV", "AEDLTFL"}
    assert "'3' before, '2' now" in found.filter(C("COLUMN") == "AETOXGR")["MESSAGE"][0]
    late = {"AE": texts_of(ae(AEENDTC="2025-02-01"))}
    assert not [f for f in redelivered(late, before) if f.height], "an end that came later"
    (gone,) = redelivered({"AE": texts_of(ae().clear())}, before)
    assert gone["CHECK"].to_list() == ["REDELIVERED-GONE"]


def test_a_moved_date_and_a_moved_number_are_one_record_and_not_one_lost():
    before = {"PC": texts_of(pc()).with_columns(PCSEQ=(C("SRCROW") - 1).cast(pl.String))}
    at = C("SRCROW") == 4
    now = before["PC"].with_columns(
        PCDTC=pl.when(at).then(pl.lit("2025-01-10T09:00")).otherwise("PCDTC")
    )
    (found,) = redelivered({"PC": now}, before)
    assert found.select("CHECK", "COLUMN").rows() == [("REDELIVERED-CHANGED", "PCDTC")]


def test_no_record_since_the_frozen_delivery_is_compared_twice_where_rows_are_numbered_anew():
    """A record that goes moves the numbers of those behind it: they are still the records they were."""
    before = {"PC": texts_of(pc()).with_columns(PCSEQ=(C("SRCROW") - 1).cast(pl.String))}
    less = before["PC"].filter(C("SRCROW") != 4)
    now = {"PC": less.with_columns(PCSEQ=pl.int_range(1, pl.len() + 1).cast(pl.String))}
    (found,) = redelivered(now, before)
    assert found.select("CHECK", "USUBJID").rows() == [("REDELIVERED-GONE", "S1")]
