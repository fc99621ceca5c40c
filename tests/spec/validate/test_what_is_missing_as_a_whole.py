"""What is missing as a whole is asked about from the stated share, number and age on, and not before."""

from datetime import date, timedelta

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.validate.checks.completeness import COMPLETE

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
CUTOFF = date(2026, 6, 30)
STUDY = TINY.at(CUTOFF)
EXAMINED = load_study(ROOT / "config" / "bat6026.yaml").at(CUTOFF)  # collects VS and LB


def asked(check, tables, study=STUDY):
    """Subjects about whom a check asks."""
    every = no_domains() | {code: domain(code, text) for code, text in tables.items()}
    return [
        subject
        for cross in COMPLETE
        if check in {c.id for c in cross.checks}
        for part in cross.find(every, study)
        for subject in part.filter(pl.col("CHECK") == check)["USUBJID"].to_list()
    ]


def lines(head, rows):
    return "\n".join([head, *rows])


def names(count):
    return [f"S{i:02}" for i in range(count)]


def doses(subjects, days):
    rows = (f"{s} | MAB | 1 | mg/kg | 1 | {day}" for s, day in zip(subjects, days, strict=True))
    return lines("USUBJID | EXTRT | EXDOSE | EXDOSU | CYCLE | EXSTDTC", rows)


@pytest.mark.parametrize(("with_rows", "told"), [(9, ["S10"]), (8, [])])
def test_a_subject_without_rows_is_asked_about_where_nine_of_ten_before_it_have_them(
    with_rows, told
):
    subjects = names(11)
    days = [CUTOFF - timedelta(days=100)] * 11
    seen = (f"{s} | {CUTOFF - timedelta(days=50 - i)}" for i, s in enumerate(subjects))
    tables = {
        "DM": lines("USUBJID", subjects),
        "EX": doses(subjects, days),
        "SS": lines("USUBJID | SSDTC", seen),
        "IS": lines(
            "USUBJID | ISDTC", (f"{s} | 2026-05-01" for s in subjects[10 - with_rows : 10])
        ),
    }
    assert [s for s in asked("IS-NONE-OF-SUBJECT", tables) if s == "S10"] == told


@pytest.mark.parametrize(("visits", "told"), [(12, ["S00"]), (11, [])])
def test_a_visit_without_rows_is_asked_about_from_twelve_such_visits_on(visits, told):
    subjects = names(visits)

    def of(code, who):
        return lines(f"USUBJID | VISIT | {code}DTC", (f"{s} | C1D1 | 2026-03-01" for s in who))

    tables = {"VS": of("VS", subjects), "LB": of("LB", subjects[1:]), "EX": doses([], [])}
    assert asked("LB-NONE-OF-VISIT", tables, EXAMINED) == told


@pytest.mark.parametrize(("age", "told"), [(15, ["S09"]), (14, [])])
def test_a_cycle_without_samples_is_asked_about_when_its_dose_is_over_fourteen_days_old(age, told):
    subjects = names(10)
    days = [CUTOFF - timedelta(days=60)] * 9 + [CUTOFF - timedelta(days=age)]
    drawn = [f"{s} | 1 | 2026-05-0{n}" for s in subjects[:9] for n in (1, 2, 3)]
    tables = {
        "EX": doses(subjects, days),
        "PC": lines("USUBJID | CYCLE | PCDTC", [*drawn, "S09 | 2 | 2026-05-01"]),
    }
    assert asked("PC-NONE-OF-CYCLE", tables) == told


@pytest.mark.parametrize(("confirmed", "told"), [(7, ["S00"]), (6, [])])
def test_a_confirmed_sample_without_titre_is_asked_about_where_more_than_six_are_confirmed(
    confirmed, told
):
    subjects = names(confirmed)
    rows = [f"{s} | MAB | ADACNF | POSITIVE | 2026-03-01" for s in subjects]
    rows += [f"{s} | MAB | ADATIT | 100 | 2026-03-01" for s in subjects[1:]]
    tables = {"IS": lines("USUBJID | ISBDAGNT | ISTESTCD | ISSTRESC | ISDTC", rows)}
    assert asked("IS-CONFIRMED-ALONE", tables) == told
