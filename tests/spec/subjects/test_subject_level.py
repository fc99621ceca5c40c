"""ADSL: one row a subject, every date with where it comes from, every exclusion with its reason."""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.subjects import run

STUDY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
DM = """
USUBJID | ARMCD | DTHDTC
1       | A     |
"""
EX = """
USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC          | EXENDTC
1       | MAB   | 1      | mg/kg  | 2026-01-05T09:00 | 2026-01-05T10:00
1       | MAB   | 1      | mg/kg  | 2026-01-26T09:00 | 2026-01-26T10:00
"""


def subject(usubjid="1", at=date(2026, 6, 30), **tables):
    """The row of one subject."""
    drawn = {"DM": DM, "EX": EX} | tables
    domains = no_domains() | {code: domain(code, text) for code, text in drawn.items()}
    adsl = run(domains, STUDY.at(at))["ADSL"]
    return adsl.row(by_predicate=pl.col("USUBJID") == usubjid, named=True)


# --- treatment ---


def test_treatment_runs_from_the_first_to_the_last_dose_counting_both_days():
    row = subject()
    assert (row["TRTSDT"], row["TRTEDT"]) == (date(2026, 1, 5), date(2026, 1, 26))
    assert row["TRTDURD"] == 22
    assert str(row["TRTSDTM"]) == "2026-01-05 09:00:00"


def test_a_dose_of_zero_is_no_treatment_unless_it_is_the_placebo():
    ex = """
    USUBJID | EXTRT   | EXDOSE | EXDOSU | EXSTDTC    | EXENDTC
    1       | %s | 0      | mg     | 2026-01-05 | 2026-01-05
    """
    assert subject(EX=ex % "MAB    ")["TRTSDT"] is None
    assert subject(EX=ex % "PLACEBO")["TRTSDT"] == date(2026, 1, 5)


@pytest.mark.parametrize(("frequency", "last"), [("", date(2026, 2, 1)), ("QD", date(2026, 2, 1))])
def test_of_a_record_without_an_end_the_first_dose_is_the_last_one_known(frequency, last):
    ex = f"""
    USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ    | EXSTDTC    | EXENDTC
    1       | MAB   | 1      | mg/kg  | {frequency} | 2026-01-05 | 2026-01-20
    1       | MAB   | 1      | mg/kg  | {frequency} | 2026-02-01 |
    """
    ended = """
    USUBJID | DSDECOD       | DSCAT             | DSSCAT          | DSSTDTC
    1       | ADVERSE EVENT | DISPOSITION EVENT | STUDY TREATMENT | 2026-02-10
    """
    assert subject(EX=ex, DS=ended)["TRTEDT"] == last


def test_an_untreated_subject_stays_in_the_table_with_a_reason():
    row = subject("2", DM=DM + "2 | A |")
    assert (row["SAFFL"], row["SAFRS"]) == ("N", "no dose recorded")
    assert (row["RSPFL"], row["RSPRS"]) == ("N", "no dose recorded")


def test_the_first_planned_dose_stands_in_words_with_its_level():
    row = subject()
    assert (row["DOSE1"], row["LEVEL"], row["LEVELN"]) == ("MAB 1 mg/kg", "A", 1)
    assert (row["COHORT"], row["COHORTN"], row["PART"]) == ("A", 1, "escalation")


def test_an_arm_that_is_no_cohort_of_the_study_is_not_enrolled_in_one():
    row = subject(DM=DM.replace("| A ", "| Z "))
    assert (row["ENRLFL"], row["ENRLRS"]) == ("N", "arm is not a cohort of the study")


# --- end of treatment and study ---

DS = """
USUBJID | DSCAT              | DSSCAT              | DSDECOD             | DSTERM               | DSSTDTC
1       | PROTOCOL MILESTONE |                     | RANDOMIZED          | Randomised           | 2026-01-03
1       | DISPOSITION EVENT  | STUDY TREATMENT     | PROGRESSIVE DISEASE | Clinical progression | 2026-02-16
1       | DISPOSITION EVENT  | STUDY PARTICIPATION | LOST TO FOLLOW-UP   | Lost                 | 2026-05-01
"""


def test_treatment_and_study_end_by_their_own_records():
    row = subject(DS=DS)
    assert (row["EOTDT"], row["DCTREAS"]) == (date(2026, 2, 16), "PROGRESSIVE DISEASE")
    assert (row["EOSDT"], row["EOSSTT"]) == (date(2026, 5, 1), "DISCONTINUED")
    assert row["DCSREAS"] == "LOST TO FOLLOW-UP"
    assert row["RANDDT"] == date(2026, 1, 3)


def test_progression_called_without_a_scan_is_dated_where_treatment_stopped_for_it():
    assert subject(DS=DS)["CLINPDDT"] == date(2026, 2, 16)
    assert subject(DS=DS.replace("Clinical progression", "Progression"))["CLINPDDT"] is None


def test_without_a_record_the_study_is_ongoing():
    row = subject()
    assert (row["EOSSTT"], row["EOSDT"], row["EOTDT"]) == ("ONGOING", None, None)


def test_a_screening_failure_has_no_end_of_study():
    ds = """
    USUBJID | DSCAT             | DSDECOD        | DSSTDTC
    1       | DISPOSITION EVENT | SCREEN FAILURE | 2026-01-02
    """
    row = subject(DS=ds, EX="USUBJID | EXTRT")
    assert (row["EOSSTT"], row["EOSDT"]) == (None, None)
    assert (row["ENRLFL"], row["ENRLRS"]) == ("N", "screen failure")


def test_new_therapy_without_a_day_starts_the_day_after_the_last_dose_and_is_flagged():
    cm = """
    USUBJID | CMCAT                          | CMTRT | CMSTDTC
    1       | SUBSEQUENT ANTI-CANCER THERAPY | X     | 2026-01
    1       | CONCOMITANT                    | Y     | 2026-01-02
    """
    row = subject(CM=cm)
    assert (row["NACTDT"], row["NACTDTF"]) == (date(2026, 1, 27), "D")


# --- death and the last day alive ---


def test_who_died_is_neither_on_treatment_nor_in_the_study_without_a_record_of_it():
    """DS may hold consents alone: nobody has ended by it."""
    ds = """
    USUBJID | DSDECOD                   | DSCAT              | DSSCAT | DSSTDTC
    1       | INFORMED CONSENT OBTAINED | PROTOCOL MILESTONE |        | 2026-01-01
    """
    row = subject(DM=DM.replace("| A     |", "| A     | 2026-03-20"), DS=ds)
    assert (row["EOSDT"], row["EOSSTT"], row["DCSREAS"]) == (
        date(2026, 3, 20),
        "DISCONTINUED",
        "DEATH",
    )
    assert (row["EOTDT"], row["DCTREAS"]) == (date(2026, 1, 26), "DEATH")
    assert subject(DS=ds)["EOSSTT"] == "ONGOING"


def test_a_death_without_a_day_is_the_day_after_the_subject_was_last_seen():
    ae = """
    USUBJID | AETERM  | AESTDTC
    1       | Fatigue | 2026-03-10
    """
    row = subject(DM=DM.replace("| A     |", "| A     | 2026-03"), AE=ae)
    assert (row["DTHDT"], row["DTHDTF"]) == (date(2026, 3, 11), "D")
    assert (row["LSTALVDT"], row["LSTALVSR"]) == (date(2026, 3, 10), "AE")


def test_a_death_without_a_day_is_the_first_of_its_month_if_nobody_saw_the_subject_in_it():
    row = subject(DM=DM.replace("| A     |", "| A     | 2026-03"))
    assert (row["DTHDT"], row["DTHDTF"]) == (date(2026, 3, 1), "D")


def test_a_whole_date_of_death_is_not_flagged():
    row = subject(DM=DM.replace("| A     |", "| A     | 2026-03-20"))
    assert (row["DTHDT"], row["DTHDTF"]) == (date(2026, 3, 20), None)


def test_the_cause_of_death_is_the_fatal_event():
    ae = """
    USUBJID | AETERM | AEDECOD   | AEOUT | AESTDTC
    1       | Sepsis | SEPSIS    | FATAL | 2026-03-18
    """
    assert subject(DM=DM.replace("| A     |", "| A     | 2026-03-20"), AE=ae)["DTHCAUS"] == "SEPSIS"


def test_the_last_day_alive_is_the_latest_whole_date_of_any_domain_and_names_it():
    vs = """
    USUBJID | VSTESTCD | VSDTC      | VSSTAT
    1       | WEIGHT   | 2026-02-02 |
    1       | WEIGHT   | 2026-04-09 | NOT DONE
    """
    ss = """
    USUBJID | SSSTRESC | SSDTC
    1       | ALIVE    | 2026-04
    """
    row = subject(VS=vs, SS=ss)
    assert (row["LSTALVDT"], row["LSTALVSR"]) == (date(2026, 2, 2), "VS")


def test_an_administrative_date_shows_nobody_alive():
    row = subject(DS=DS)  # lost to follow-up on 1 May is entered at a desk
    assert (row["LSTALVDT"], row["LSTALVSR"]) == (date(2026, 2, 16), "DS")


def test_nothing_after_the_cutoff_is_known():
    ss = """
    USUBJID | SSSTRESC | SSDTC
    1       | ALIVE    | 2026-04-01
    """
    assert subject(SS=ss, at=date(2026, 3, 1))["LSTALVDT"] == date(2026, 1, 26)


# --- analysis sets ---


@pytest.mark.parametrize(
    ("drawn", "result", "flag"),
    [
        ("2026-01-05T10:05", "12.1", "Y"),
        ("2026-01-05T10:05", "BLQ", "Y"),
        ("2026-01-05T10:05", "", "N"),
        ("2026-01-05T08:55", "12.1", "N"),
        ("2026-01-05", "12.1", "N"),
        ("2026-01-06", "12.1", "Y"),
    ],
)
def test_a_concentration_counts_if_it_has_a_result_and_was_surely_drawn_after_the_first_dose(
    drawn, result, flag
):
    pc = f"""
    USUBJID | PCTESTCD | PCORRES  | PCDTC
    1       | MAB      | {result} | {drawn}
    """
    row = subject(PC=pc)
    assert row["PKCFL"] == flag
    assert (row["PKCRS"] is None) == (flag == "Y")


TR = """
USUBJID | TRGRPID | TRTESTCD | TRSTRESN | VISIT     | TRDTC
1       | TARGET  | LDIAM    | 30       | SCREENING | 2025-12-28
"""


def test_an_unassessed_subject_still_on_treatment_is_not_yet_evaluable_for_response():
    row = subject(TR=TR)
    assert (row["RSPFL"], row["RSPRS"]) == ("N", "no assessment yet and still on treatment")


def test_a_subject_that_stopped_before_any_assessment_counts_as_evaluable():
    assert subject(TR=TR, DS=DS)["RSPFL"] == "Y"


def test_no_target_lesion_at_baseline_excludes_from_response():
    row = subject(DS=DS)
    assert (row["RSPFL"], row["RSPRS"]) == ("N", "no target lesion at baseline")


# --- baseline ---


def test_body_size_is_the_last_before_or_on_the_day_of_the_first_dose():
    vs = """
    USUBJID | VSTESTCD | VSSTRESN | VSDTC
    1       | WEIGHT   | 70       | 2025-12-20
    1       | WEIGHT   | 72       | 2026-01-05
    1       | WEIGHT   | 60       | 2026-01-26
    1       | HEIGHT   | 180      | 2025-12-20
    """
    row = subject(VS=vs)
    assert (row["WEIGHTBL"], row["HEIGHTBL"]) == (72, 180)
    assert row["BSABL"] == pytest.approx((180 * 72 / 3600) ** 0.5)
