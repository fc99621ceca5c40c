"""Checks read the doses of EX as every room does: parts of one infusion are one dose, a range is many."""

from __future__ import annotations

import datetime as dt

import polars as pl
from support import ROOT, domain, no_domains

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.validate.checks.adverse_events import EVENTS
from pkpipe.validate.checks.antibodies import SAMPLE_TIMES
from pkpipe.validate.checks.disposition import DISPOSITION
from pkpipe.validate.checks.subjects import ENROLMENT

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml").at(dt.date(2026, 6, 30))
PARTS = """
    USUBJID | EXTRT | EXDOSE | EXDOSU | CYCLE | EXSTDTC          | EXENDTC
    1       | MAB   | 1      | mg/kg  | 1     | 2026-01-05T09:00 | 2026-01-05T10:00
    1       | MAB   | 0.6    | mg/kg  | 2     | 2026-01-26T09:00 | 2026-01-26T09:40
    1       | MAB   | 0.4    | mg/kg  | 2     | 2026-01-26T09:50 | 2026-01-26T10:20
"""


def asked(checks, ex=PARTS, **texts):
    drawn = {"DM": "USUBJID | ARMCD\n1 | A", "EX": ex, **texts}
    tables = no_domains() | {code: domain(code, text) for code, text in drawn.items()}
    return pl.concat([f for c in checks for f in c.find(tables, TINY)])["CHECK"].to_list()


def test_two_bags_are_no_jump_of_the_planned_dose():
    assert not {"EX-PLAN-ONCE", "EX-PLAN-JUMP"} & set(asked(ENROLMENT))


def test_a_bag_is_no_lower_dose_after_an_event():
    ae = "USUBJID | AESEQ | AETERM | AEACN | AESTDTC\n1 | 1 | Rash | DOSE REDUCED | 2026-01-10"
    assert "AE-DOSE-REDUCED" in asked(EVENTS, AE=ae)


def test_two_bags_after_an_event_are_one_dose_after_it():
    ae = "USUBJID | AESEQ | AETERM | AEACN | AESTDTC\n1 | 1 | Rash | DRUG WITHDRAWN | 2026-01-10"
    assert "AE-WITHDRAWN-DOSED" not in asked(DISPOSITION, AE=ae)
    third = "1 | MAB | 1 | mg/kg | 3 | 2026-02-16T09:00 | 2026-02-16T10:00\n"
    assert "AE-WITHDRAWN-DOSED" in asked(DISPOSITION, ex=PARTS + third, AE=ae)


def test_a_sample_is_held_against_the_start_of_an_infusion_in_two_bags():
    samples = """
        USUBJID | ISTESTCD | ISBDAGNT | ISTPT   | CYCLE | ISSTRESC | ISDTC
        1       | ADA      | MAB      | PREDOSE | 2     | NEGATIVE | 2026-01-26T09:30
    """
    assert len(asked(SAMPLE_TIMES, IS=samples)) == 1
    without_cycle = samples.replace("| CYCLE ", "").replace("| 2     ", "")
    assert len(asked(SAMPLE_TIMES, IS=without_cycle)) == 1
    in_time = without_cycle.replace("T09:30", "T08:50")
    assert asked(SAMPLE_TIMES, IS=in_time) == []
