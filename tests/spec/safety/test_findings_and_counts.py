"""Baseline and change of LB, VS, EG and PE; shifts; counts by the criteria a study states; the room."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.safety import Criterion
from pkpipe.rooms import BY_NAME
from pkpipe.safety import critsum_of, lbshift_of, run
from pkpipe.safety.bds import analysed
from pkpipe.safety.labs import adlb_of
from pkpipe.schema.column import TYPES
from pkpipe.schema.sdtm import DOMAINS

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml")
ADSL = pl.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3"],
        "COHORT": ["A", "A", "B"],
        "LEVEL": ["A", "A", "B"],
        "SAFFL": ["Y", "Y", "Y"],
        "TRTSDT": ["2026-03-10"] * 3,
        "TRTEDT": ["2026-04-21"] * 3,
        "TRTSDTM": ["2026-03-10T09:00"] * 3,
        "NACTDT": [None] * 3,
        "DTHDT": [None] * 3,
        "CUTDT": ["2026-12-31"] * 3,
    },
    schema_overrides=dict.fromkeys(("NACTDT", "DTHDT"), pl.String),
).with_columns(
    pl.col("TRTSDT", "TRTEDT", "NACTDT", "DTHDT", "CUTDT").str.to_date("%Y-%m-%d"),
    pl.col("TRTSDTM").str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us"),
)


def domain(code: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """A validated table of the domain with its columns in their types."""
    kinds = {c.name: TYPES[c.kind] for c in DOMAINS[code].columns} | {
        "SRCFILE": pl.String(),
        "SRCROW": pl.Int64(),
    }
    full = [dict.fromkeys(kinds) | {"SRCROW": i + 2} | row for i, row in enumerate(rows)]
    return pl.DataFrame(full, schema=kinds, orient="row")


def result(
    code: str, test: str, value: float, unit: str | None, when: str, who: str = "S1", **more
) -> dict:
    return {
        "USUBJID": who,
        f"{code}TESTCD": test,
        f"{code}STRESN": value,
        f"{code}STRESC": str(value),
        f"{code}STRESU": unit,
        f"{code}DTC": when,
    } | {f"{code}{k}": v for k, v in more.items()}


def test_the_baseline_is_the_last_result_at_or_before_first_dose_in_the_same_unit():
    vs = domain(
        "VS",
        [
            result("VS", "SYSBP", 130, "mmHg", "2026-03-01"),
            result("VS", "SYSBP", 120, "mmHg", "2026-03-10T08:30"),
            result("VS", "SYSBP", 150, "mmHg", "2026-03-10T10:00"),
            result("VS", "SYSBP", 16, "kPa", "2026-03-20"),
        ],
    )
    got = analysed(vs, "VS", ADSL)
    assert got.select("AVAL", "BASE", "CHG", "ABLFL", "POSTFL").rows() == [
        (130, 120, None, None, None),
        (120, 120, None, "Y", None),
        (150, 120, 30, None, "Y"),
        (16, None, None, None, "Y"),
    ]
    assert got["REASON"].to_list()[-1] == "no baseline in this unit"


def test_a_result_at_the_very_time_of_the_first_dose_is_a_baseline():
    for clock, flags in (("09:00", ("Y", None)), ("09:01", (None, "Y"))):
        vs = domain("VS", [result("VS", "PULSE", 70, "bpm", f"2026-03-10T{clock}")])
        assert analysed(vs, "VS", ADSL).select("ABLFL", "POSTFL").row(0) == flags


def test_a_record_of_the_first_day_without_a_time_is_a_baseline():
    got = analysed(domain("VS", [result("VS", "PULSE", 70, "bpm", "2026-03-10")]), "VS", ADSL)
    assert got.select("ABLFL", "ADY").row(0) == ("Y", 1)


def lab(value: float, when: str, who: str = "S1", test: str = "K") -> dict:
    return result("LB", test, value, "mmol/L", when, who, STNRLO=3.5, STNRHI=5.1)


LABS = domain(
    "LB",
    [
        lab(4.0, "2026-03-01"),
        lab(5.6, "2026-03-20"),
        lab(6.5, "2026-04-20"),
        lab(3.2, "2026-03-01", "S2"),
        lab(3.4, "2026-03-20", "S2"),
        lab(2.8, "2026-03-20", "S3"),
    ],
)


def test_grades_stand_beside_those_of_the_baseline():
    got = adlb_of(LABS, ADSL).filter(USUBJID="S1")
    assert got.select("ATOXGRL", "ATOXGRH", "BTOXGRL", "BTOXGRH", "ANRIND").rows() == [
        (0, 0, 0, 0, "NORMAL"),
        (0, 2, 0, 0, "HIGH"),
        (0, 3, 0, 0, "HIGH"),
    ]


def test_the_shift_goes_from_baseline_to_the_worst_grade_each_direction_apart():
    shifts = lbshift_of(adlb_of(LABS, ADSL), ADSL).filter(GROUP="ALL")
    assert shifts.select("DIRECTION", "BGRADE", "WGRADE", "X", "N").rows() == [
        ("H", 0, 0, 2, 3),
        ("H", 0, 3, 1, 3),
        ("L", 0, 0, 1, 3),
        ("L", 0, 3, 1, 3),  # S3 has no baseline: grade 0 in the shift
        ("L", 1, 1, 1, 3),
        ("R", -1, -1, 1, 3),
        ("R", 0, -1, 1, 3),
        ("R", 0, 1, 1, 3),
    ]


def criterion(operator: str, value: float, change: float | None = None) -> Criterion:
    return Criterion(
        code="QTC", domain="EG", test="QTCF", label="QTcF", operator=operator, value=value,
        change=change, unit="ms",
    )  # fmt: skip


def counted(rows: list[dict], which: Criterion) -> dict:
    empty = analysed(domain("VS", []), "VS", ADSL)
    tables = {
        "ADVS": empty,
        "ADLB": empty,
        "ADEG": analysed(domain("EG", rows), "EG", ADSL),
        "ADPE": analysed(domain("PE", []), "PE", ADSL, "PECLSIG"),
    }
    return critsum_of(tables, ADSL, (which,)).filter(GROUP="ALL").row(0, named=True)


def ecg(value: float, when: str = "2026-03-20", who: str = "S1", unit: str = "ms") -> dict:
    return result("EG", "QTCF", value, unit, when, who)


@pytest.mark.parametrize(("value", "met"), [(500, 0), (500.1, 1)])
def test_a_criterion_counts_subjects_beyond_its_limit_after_first_dose(value, met):
    got = counted([ecg(510, "2026-03-01"), ecg(value), ecg(430, who="S2")], criterion(">", 500))
    assert (got["X"], got["N"]) == (met, 2)


@pytest.mark.parametrize(
    ("operator", "value", "met"), [(">", 480, 0), (">", 481, 1), (">=", 479, 0), (">=", 480, 1)]
)
def test_a_change_from_baseline_is_compared_by_the_same_operator(operator, value, met):
    rows = [ecg(420, "2026-03-01"), ecg(value)]
    assert counted(rows, criterion(operator, 450, 60))["X"] == met


def test_a_change_on_the_limit_counts_whatever_its_binary_form():
    """37.8 - 36.8 is 0.99999... in binary."""
    assert counted([ecg(36.8, "2026-03-01"), ecg(37.8)], criterion(">=", 37.8, 1.0))["X"] == 1


def test_a_fall_is_a_change_downwards():
    rows = [ecg(420, "2026-03-01"), ecg(340)]
    assert counted(rows, criterion("<", 350, 60))["X"] == 1
    assert counted(rows, criterion("<", 350, 90))["X"] == 0


def test_values_in_another_unit_are_not_counted_and_said_so():
    got = counted([ecg(0.51, unit="s")], criterion(">", 500))
    assert (got["X"], got["N"], got["PCT"]) == (0, 0, None)
    assert got["REASON"] == "1 values not in ms: not counted"


def test_a_study_without_criteria_has_no_counts():
    empty = {t: analysed(domain("VS", []), "VS", ADSL) for t in ("ADVS", "ADEG", "ADLB", "ADPE")}
    assert critsum_of(empty, ADSL, ()).is_empty()


def test_an_examination_counts_when_it_becomes_clinically_significant():
    pe = domain(
        "PE",
        [
            {"USUBJID": who, "PETESTCD": "SKIN", "PESTRESC": "X", "PEDTC": when, "PECLSIG": sig}
            for who, when, sig in (
                ("S1", "2026-03-01", "N"),
                ("S1", "2026-03-20", "Y"),
                ("S2", "2026-03-01", "Y"),
                ("S2", "2026-03-20", "Y"),
            )
        ],
    )
    empty = analysed(domain("VS", []), "VS", ADSL)
    tables = {"ADVS": empty, "ADEG": empty, "ADLB": empty}
    adpe = analysed(pe, "PE", ADSL, "PECLSIG")
    got = critsum_of({**tables, "ADPE": adpe}, ADSL, ()).filter(GROUP="ALL").row(0, named=True)
    assert (got["PARAMCD"], got["X"], got["N"]) == ("PE_CS", 1, 2)


def test_the_room_writes_the_tables_it_announces_and_works_on_empty_domains():
    tables = {"ADSL": ADSL, **{code: domain(code, []) for code in ("AE", "LB", "VS", "EG", "PE")}}
    got = run(tables, STUDY)
    assert set(got) == set(BY_NAME["safety"].writes)
    assert got["AESUM"].filter(GROUP="ALL")["X"].to_list() == [0] * 10
    assert got["AESUM"].filter(GROUP="ALL")["N"].to_list() == [3] * 10


def test_a_study_that_collects_no_events_says_so_on_every_line_rather_than_zeros():
    sources = {k: v for k, v in STUDY.sources.items() if k != "AE"}
    tables = {"ADSL": ADSL, **{code: domain(code, []) for code in ("AE", "LB", "VS", "EG", "PE")}}
    sums = run(tables, STUDY.model_copy(update={"sources": sources}))["AESUM"]
    assert sums["X"].is_null().all()
    assert set(sums["REASON"]) == {"not collected: AE"}
