"""A once-daily oral trial, exposure as ranges of days, through every room to a report."""

import math
import shutil
from datetime import date, timedelta

import polars as pl
import pytest
from checkouts import ROOT, Checkout, copy_code

pytestmark = pytest.mark.workflow
CUTOFF = date(2026, 3, 31)
RUN = ("oral", "2026-03-31")
RUN_FILE = """\
studies:
  oral: {protocol: oral.yaml, raw: raw, virtual_seed: null, cutoffs: [2026-03-31]}
"""
SUBJECTS = ("1", "2", "3", "4", "5", "6")
DOSE = {s: 5 if s in "123" else 10 for s in SUBJECTS}
FIRST = {s: date(2026, 1, 5) + timedelta(days=7 * i) for i, s in enumerate(SUBJECTS)}
# Days from the first dose: first, last (None: no end recorded), dose as a share, frequency.
GIVEN = {
    "1": [(0, 27, 1, "QD")],
    "2": [(0, 13, 1, "QD"), (14, 27, 1, "QD")],
    "3": [(0, 9, 1, "QD"), (10, 12, 0, "QD"), (13, 27, 1, "QD")],
    "4": [(0, 27, 1, "once daily")],
    "5": [(0, 0, 1, "ONCE"), (1, 27, 1, "QD")],
    "6": [(0, None, 1, "QD")],
}
OPEN = (CUTOFF - FIRST["6"]).days + 1
# Added up by hand: 28 x 5, 28 x 5, 25 x 5, 28 x 10, 28 x 10, and 10 mg on every day up to the cutoff.
TOTAL = {"1": 140, "2": 140, "3": 125, "4": 280, "5": 280, "6": 10 * OPEN}
HOURS = {"PREDOSE": 0, "1H": 1, "2H": 2, "4H": 4, "8H": 8, "12H": 12}


def day(subject, n):
    return f"{FIRST[subject] + timedelta(days=n)}"


def concentration(dose, hours):
    """One compartment, first-order absorption: ka 1.2 /h, k 0.15 /h, V/F 40 L; ng/mL."""
    ka, k, v = 1.2, 0.15, 40.0
    return 1000 * dose / v * ka / (ka - k) * (math.exp(-k * hours) - math.exp(-ka * hours))


def action(s):
    """What the event did to the dose: nothing, where no record of the subject is of 0 mg."""
    stopped = any(share == 0 for _, _, share, _ in GIVEN[s])
    return "DRUG INTERRUPTED" if stopped else "DOSE NOT CHANGED"


def raw_tables():
    ex = [
        {
            **{"USUBJID": s, "EXTRT": "TABLET", "EXDOSE": share * DOSE[s], "EXDOSU": "mg"},
            **{"EXPDOSE": DOSE[s], "EXDOSFRQ": word, "EXADJ": None if share else "ADVERSE EVENT"},
            "EXSTDTC": f"{day(s, start)}T09:00",
            "EXENDTC": None if end is None else f"{day(s, end)}T09:00",
        }
        for s in SUBJECTS
        for start, end, share, word in GIVEN[s]
    ]
    pc = [
        {
            **{"USUBJID": s, "PCTESTCD": "TABLET", "PCSPEC": "PLASMA", "PCLLOQ": 0.5, "CYCLE": 1},
            **{"PCTPT": point, "PCTPTNUM": hours, "PCORRESU": "ng/mL", "PCSTRESU": "ng/mL"},
            **dict.fromkeys(("PCORRES", "PCSTRESC"), f"{value:.4g}" if value > 0.5 else "BLQ"),
            "PCSTRESN": f"{value:.4g}" if value > 0.5 else None,
            "PCDTC": f"{day(s, 0)}T{'08:30' if point == 'PREDOSE' else f'{9 + hours:02d}:00'}",
        }
        for s in SUBJECTS
        for point, hours in HOURS.items()
        for value in (concentration(DOSE[s], hours),)
    ]
    events = [
        {
            **{"USUBJID": s, "AESEQ": 1, "AETERM": "NAUSEA", "AEDECOD": "Nausea", "AETOXGR": 1},
            **{"AEBODSYS": "Gastrointestinal disorders", "AESOC": "Gastrointestinal disorders"},
            **{"AESER": "N", "AEREL": "RELATED", "AEDLTFL": "N", "AEACN": action(s)},
            **{"AEOUT": "RECOVERED/RESOLVED", "AESTDTC": day(s, 3), "AEENDTC": day(s, 5)},
        }
        for s in SUBJECTS
    ]
    ends = [
        {
            **{"USUBJID": s, "DSDECOD": "COMPLETED", "DSTERM": "COMPLETED"},
            **{"DSCAT": "DISPOSITION EVENT", "DSSCAT": "STUDY TREATMENT", "DSSTDTC": day(s, 28)},
        }
        for s in SUBJECTS[:5]
    ]
    dm = [
        {
            **{"USUBJID": s, "SUBJID": s, "SITEID": "01", "AGE": 60, "SEX": "F"},
            **{"ARMCD": "C1" if s in "123" else "C2", "RFICDTC": day(s, -7)},
            "RFSTDTC": f"{day(s, 0)}T09:00",
        }
        for s in SUBJECTS
    ]
    return {"dm": dm, "ex": ex, "pc": pc, "ae": events, "ds": ends}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    path = tmp_path_factory.mktemp("oral") / "checkout"
    copy_code(path)
    (path / "config").mkdir(exist_ok=True)
    shutil.copy2(ROOT / "tests" / "studies" / "oral.yaml", path / "config")
    (path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    (path / "raw").mkdir()
    for name, rows in raw_tables().items():
        pl.DataFrame(rows, infer_schema_length=None).write_csv(path / "raw" / f"{name}.csv")
    checkout = Checkout(path)
    checkout.stage_all(RUN)
    return checkout


def stored(ran, name):
    return pl.read_parquet(ran.results(RUN) / f"{name}.parquet")


def test_the_sums_of_exposure_are_those_added_up_by_hand(ran):
    sums = stored(ran, "subjects/ADEXSUM").filter(pl.col("PARAMCD") == "TDOSE")
    assert dict(sums.select("USUBJID", "AVAL").iter_rows()) == TOTAL
    late = stored(ran, "subjects/ADEXSUM").filter(pl.col("PARAMCD") == "NDELAY")
    # the 3 days of nothing of subject 3 make its next dose late
    assert dict(late.select("USUBJID", "AVAL").iter_rows())["1"] == 0
    assert dict(late.select("USUBJID", "AVAL").iter_rows())["2"] == 0


def test_everybody_received_enough_of_the_window_to_be_evaluated(ran):
    rows = stored(ran, "escalation/ADDLT").select("USUBJID", "STATE", "DOSEFRAC").to_dicts()
    assert {r["USUBJID"]: round(r["DOSEFRAC"], 6) for r in rows} == {
        **dict.fromkeys(SUBJECTS, 1.0),
        "3": round(25 / 28, 6),
    }
    assert {r["STATE"] for r in rows} == {"EVALUABLE"}


def test_the_last_dose_is_the_last_day_of_the_last_range(ran):
    last = dict(stored(ran, "subjects/ADSL").select("USUBJID", "TRTEDT").iter_rows())
    assert last == {s: FIRST[s] + timedelta(days=27) for s in SUBJECTS[:5]} | {"6": CUTOFF}


def test_the_profile_of_the_first_dose_is_that_of_the_tablet(ran):
    peak = stored(ran, "pk/ADPP").filter(
        (pl.col("PARAMCD") == "CMAX") & (pl.col("USUBJID").is_in(["1", "5"]))
    )
    assert dict(peak.select("USUBJID", "AVAL").iter_rows()) == {
        s: float(f"{concentration(DOSE[s], 2):.4g}") for s in ("1", "5")
    }


def test_what_is_right_is_not_asked_about(ran):
    found = stored(ran, "validate/FINDINGS").filter(pl.col("TABLE") == "EX")
    assert set(found["CHECK"]) <= {"EX-OPEN-CUTOFF", "CODE-SPELLING"}
    assert found.filter(pl.col("CHECK") == "EX-OPEN-CUTOFF").height == 1


def test_there_is_a_report_with_the_decision(ran):
    page = (ran.results(RUN) / "report" / "full.html").read_text(encoding="utf-8")
    assert "10 mg QD" in page
    assert stored(ran, "escalation/DECISION").height > 0
