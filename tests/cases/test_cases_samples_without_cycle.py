"""Samples of a delivery without cycles, as SDTM has none, beside the doses they were planned for."""

import polars as pl
import pytest
from ex_records import CUTOFF, checks, ex, oral, rooms, sums, tablets
from support import domain, no_domains

from pkpipe.validate.checks.concentrations import CONCENTRATIONS

EX = ex(
    "5 | mg | | ONCE | | | | 2026-01-07T09:00 | 2026-01-07T09:00",
    "5 | mg | | ONCE | | | | 2026-01-28T09:00 | 2026-01-28T09:00",
)
HEAD = "USUBJID | PCTESTCD | PCSPEC | PCTPT | PCTPTNUM | PCSTRESN | PCDTC\n"


def questions(*samples, given=EX):
    """The checks that ask about samples `time point | hours | time`, and the rows they name."""
    study = oral(21).at(CUTOFF)
    analyte = study.analytes[0]
    rows = (
        f"1 | {analyte.code} | {analyte.matrix} | {{}} | {{}} | 1 | {{}}\n".format(*s)
        for s in samples
    )
    drawn = {"DM": "USUBJID | ARMCD\n1 | A", "EX": given, "PC": HEAD + "".join(rows)}
    tables = no_domains() | {c: domain(c, text) for c, text in drawn.items()}
    found = pl.concat(one for cross in CONCENTRATIONS for one in cross.find(tables, study))
    return found.filter(pl.col("CHECK") != "DRUG-BEFORE-DOSE").select("CHECK", "ROW").rows()


SOUND = [
    ("PREDOSE", "", "2026-01-07T08:30"),
    ("2H", 2, "2026-01-07T11:05"),
    ("D8", 168, "2026-01-14T10:00"),
    ("PREDOSE", "", "2026-01-28T08:50"),
    ("2H", 2, "2026-01-28T11:00"),
    ("PREDOSE", "", "2026-02-18T09:10"),
]


def test_samples_where_they_were_planned_are_not_asked_about():
    assert questions(*SOUND) == []


@pytest.mark.parametrize("name", ["PREDOSE", ""])
def test_a_predose_sample_after_its_dose_is_found_without_a_cycle(name):
    late = (name, "" if name else 0, "2026-01-28T09:40")
    assert questions(*SOUND[:3], late) == [("PREDOSE-AFTER-DOSE", 5)]


def test_a_sample_planned_after_a_dose_that_lies_before_it_is_found_without_a_cycle():
    early = ("2H", 2, "2026-01-28T08:00")
    assert questions(*SOUND[:3], early) == [("SAMPLE-BEFORE-DOSE", 5)]


def test_samples_of_a_dose_that_is_not_recorded_are_asked_about():
    alone = ex("5 | mg | | ONCE | | | | 2026-01-07T09:00 | 2026-01-07T09:00")
    assert questions(*SOUND[:3], SOUND[4], given=alone) == [("SAMPLE-WITHOUT-DOSE", 5)]


@pytest.mark.parametrize("word", ["ONCE", "single dose", "CONTINUOUS"])
def test_once_for_tablets_of_many_days_is_no_count(word):
    record = ex(tablets(word, "2026-01-07T09:42", "2026-01-20"))
    assert "EX-NOT-COUNTED" in checks(record, oral())
    assert sums(rooms(record, oral()))["TDOSE"] is None
