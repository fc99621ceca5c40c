"""Recorded decisions that name their run: approved before the first dose, on data that have not changed."""

import datetime as dt

import polars as pl
import pytest
from escalation_drawings import CONSENTED, dosed
from support import ROOT, domain, no_domains

from pkpipe import escalation, subjects
from pkpipe.escalation.decision.log import LOG_COLUMNS
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.schema.adam.validate import APPROVAL, SEEN
from pkpipe.schema.column import TYPES

BAT6026 = load_study(ROOT / "config" / "bat6026.yaml").model_copy(update={"virtual": False})
VIRTUAL = BAT6026.model_copy(update={"virtual": True})
SEALED = "ab" * 32
AGAIN = "    1 | BAT6026 | 0.01 | mg/kg | 0.01 | 2 | 2026-01-26T09:00\n"  # the second cycle of the first
AE = """
    USUBJID | AESEQ | AETERM | AETOXGR | AEREL   | AEDLTFL | AESTDTC
"""
LATE_DLT = AE + "    1 | 1 | Rash | 3 | RELATED | Y | 2026-01-12\n"


def log(manifest=SEALED):
    row = {
        "date": dt.date(2026, 1, 28),
        "cutoff": dt.date(2026, 1, 26),
        "level": "A",
        "decision": "ESCALATE",
        "next_level": "B",
        "n_to_enrol": 1,
        "manifest": manifest,
    }
    return pl.DataFrame([row], schema={c.name: TYPES[c.kind] for c in LOG_COLUMNS})


def approval(on=dt.date(2026, 1, 29), state="FOUND"):
    row = {
        "MANIFEST": SEALED,
        "STATE": state,
        "RUN": "2026-01-26",
        "PROPOSED": "ESCALATE B",
        "APPRBY": None if on is None else "Jane Roe, MD",
        "APPRDT": on,
    }
    return pl.DataFrame([row], schema=APPROVAL.schema)


def seen():
    row = (SEALED, "1", "A", dt.date(2026, 1, 5), "EVALUABLE", None)
    return pl.DataFrame([row], schema=SEEN.schema, orient="row")


def run(first="2026-01-30", ae=AE, approved=None, trial=BAT6026, **more):
    study = trial.at(dt.date(2026, 4, 1))
    tables = no_domains() | {"DM": domain("DM", CONSENTED), "AE": domain("AE", ae)}
    tables["EX"] = domain("EX", dosed(first) + AGAIN)
    approved = approval() if approved is None else approved
    beside = {"DECISIONS": log(), "APPROVAL": approved, "SEEN": seen()} | more
    return escalation.run({**tables, **subjects.run(tables, study), **beside}, study)


def judged(found, check):
    rows = found["CONFORM"].filter(pl.col("CHECK") == check)
    return rows.select("RESULT", "DETAIL", "DETAILZH").rows()


@pytest.mark.parametrize(
    ("first", "result"), [("2026-01-28", "FAIL"), ("2026-01-29", "PASS"), ("2026-01-30", "PASS")]
)
def test_a_first_dose_before_the_approval_was_signed_is_a_failure_with_both_dates(first, result):
    found = run(first)
    ((said, detail, chinese),) = judged(found, "C17")
    assert said == result
    assert detail == f"B dosed on {first}, decision of 2026-01-28 approved on 2026-01-29"
    assert first in chinese
    assert "2026-01-29" in chinese
    assert judged(found, "C10")[0][0] == "PASS"
    assert found["DECLOG"].select("first_dose", "kept").row(0) == (
        dt.date.fromisoformat(first),
        "Y" if result == "PASS" else "N",
    )


def test_a_first_dose_a_day_before_the_decision_fails_whatever_was_signed():
    found = run("2026-01-27", approved=approval(dt.date(2026, 1, 27)))
    ((result, detail, _),) = judged(found, "C10")
    assert (result, detail) == ("FAIL", "B dosed on 2026-01-27, decision on 2026-01-28")
    assert found["DECLOG"]["kept"][0] == "N"


def test_a_decision_on_a_run_that_nobody_approved_fails():
    ((result, detail, _),) = judged(run(approved=approval(None)), "C17")
    assert result == "FAIL"
    assert detail == "B dosed on 2026-01-30, decision of 2026-01-28 not approved"


def test_the_days_of_a_virtual_trial_are_not_held_against_the_clock_that_signs():
    found = run(approved=approval(dt.date(2026, 11, 30)), trial=VIRTUAL)
    ((result, detail, _),) = judged(found, "C17")
    assert result == "NOT_ASSESSABLE"
    assert "approved on 2026-11-30; a virtual trial" in detail
    assert found["DECLOG"]["kept"][0] == "Y"


def test_a_log_that_names_no_run_is_not_asked_about_approvals():
    found = run(approved=APPROVAL.schema.to_frame(), DECISIONS=log(None))
    ((result, detail, _),) = judged(found, "C17")
    assert result == "NOT_ASSESSABLE"
    assert "names the run it rests on" in detail


def test_the_log_says_who_approved_and_in_which_run():
    row = run()["DECLOG"].row(0, named=True)
    assert (row["run"], row["run_state"], row["proposed"]) == ("2026-01-26", "FOUND", "ESCALATE B")
    assert (row["approved_by"], row["approved_on"]) == ("Jane Roe, MD", dt.date(2026, 1, 29))
    assert (row["same"], row["changed"]) == ("Y", None)


def test_a_dlt_that_was_reported_late_says_that_the_decision_rests_on_other_data_and_whose():
    row = run(ae=LATE_DLT)["DECLOG"].row(0, named=True)
    assert row["same"] == "N"
    assert row["changed"] == "1: A EVALUABLE > A EVALUABLE_DLT DLT"


def test_a_subject_nobody_saw_at_the_meeting_is_named():
    found = run(first="2026-01-25")["DECLOG"].row(0, named=True)
    assert found["changed"] == "2: not dosed > B PENDING"
