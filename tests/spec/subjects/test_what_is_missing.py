"""What each planned endpoint still needs: samples and scans that did not arrive, and the next one to come."""

import datetime

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe import subjects
from pkpipe.protocol.drugs import Biomarker
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.schedule import PlannedSample

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
DM = "USUBJID | ARMCD | RFICDTC\n1 | A | 2025-01-01"
EX = """
    USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC          | EXENDTC          | CYCLE
    1       | MAB   | 1      | mg/kg  | 2025-01-10T09:00 | 2025-01-10T10:00 | 1
"""
PC = """
    USUBJID | PCTESTCD | PCSPEC | PCTPT   | CYCLE | PCDTC            | PCSTAT
    1       | MAB      | SERUM  | PREDOSE | 1     | 2025-01-10T08:30 |
    1       | MAB      | SERUM  |         |       | 2025-01-10T10:05 |
    1       | MAB      | SERUM  | 24H     | 1     | 2025-01-11       | NOT DONE
"""


BASELINE = "USUBJID | TULNKID | TUDTC\n1 | T01 | 2025-01-02"
STUDY = "1 | DISPOSITION EVENT | STUDY PARTICIPATION | WITHDRAWAL BY SUBJECT | 2025-01-19"
TREATED = "1 | DISPOSITION EVENT | STUDY TREATMENT | ADVERSE EVENT | 2025-01-19"
DS = "USUBJID | DSCAT | DSSCAT | DSDECOD | DSSTDTC\n"
RO = Biomarker(code="RO", name="Occupancy", drug="MAB", specimen="CD3", unit="%")
RO_AT = PlannedSample(timepoint="D8", cycles=(1,), hours=168, early_hours=24, late_hours=24)


def missing(at, study=TINY, pc=PC, dm=DM, **more):
    tables = no_domains() | {"DM": domain("DM", dm), "EX": domain("EX", EX), "PC": domain("PC", pc)}
    tables["TU"] = domain("TU", BASELINE)
    tables |= {code: domain(code, text) for code, text in more.items()}
    return subjects.run(tables, study.at(datetime.date.fromisoformat(at)))["MISSING"]


def of(table, endpoint):
    rows = table.filter(pl.col("ENDPOINT") == endpoint)
    return rows.select("CYCLE", "TIMEPT", pl.col("DUEDT").cast(pl.String), "STATUS").rows()


def test_a_sample_is_there_by_its_name_by_its_time_or_as_not_done():
    assert [row[1] for row in of(missing("2025-01-12"), "PK")] == ["D8", "D15", "EOI", "PREDOSE"]


def test_a_record_of_a_day_without_time_or_name_may_be_any_sample_of_that_day():
    pc = "USUBJID | PCTESTCD | PCDTC\n1 | MAB | 2025-01-16"
    assert "D8" not in [row[1] for row in of(missing("2025-01-20", pc=pc), "PK")]


def test_another_analyte_or_another_subject_answers_nothing():
    pc = "USUBJID | PCTESTCD | PCDTC\n1 | OTHER | 2025-01-17T09:00\n2 | MAB | 2025-01-17T09:00"
    assert "D8" in [row[1] for row in of(missing("2025-01-20", pc=pc), "PK")]


def test_a_sample_whose_window_closed_is_overdue_one_to_come_is_due():
    assert of(missing("2025-01-20"), "PK") == [
        (1, "D8", "2025-01-17", "OVERDUE"),
        (1, "D15", "2025-01-24", "DUE"),
        (2, "EOI", "2025-01-31", "DUE"),
        (2, "PREDOSE", "2025-01-31", "DUE"),
    ]


@pytest.mark.parametrize(("at", "status"), [("2025-01-17", "DUE"), ("2025-01-18", "OVERDUE")])
def test_a_window_is_open_up_to_the_end_of_its_last_day(at, status):
    assert of(missing(at), "PK")[0] == (1, "D8", "2025-01-17", status)


def test_samples_of_a_late_dose_are_due_and_say_so():
    table = missing("2025-02-20").filter(pl.col("ENDPOINT") == "PK", pl.col("CYCLE") == 2)
    assert table["STATUS"].to_list() == ["DUE", "DUE"]
    assert table["REASON"].str.contains("its dose is late").all()


def test_antibody_samples_are_asked_by_drug():
    assert of(missing("2025-01-20"), "ADA") == [
        (1, "PREDOSE", "2025-01-10", "OVERDUE"),
        (2, "PREDOSE", "2025-01-31", "DUE"),
    ]
    taken = "USUBJID | ISTESTCD | ISBDAGNT | ISDTC\n1 | ADASCR | MAB | 2025-01-10T08:00"
    assert of(missing("2025-01-20", IS=taken), "ADA") == [(2, "PREDOSE", "2025-01-31", "DUE")]


def test_biomarker_samples_are_asked_by_biomarker():
    plan = TINY.schedule.model_copy(update={"biomarker": (RO_AT,)})
    sources = dict(TINY.sources) | {"CP": TINY.sources["PC"]}
    study = TINY.model_copy(update={"biomarkers": (RO,), "schedule": plan, "sources": sources})
    assert of(missing("2025-01-20", study), "BIOMARKER") == [(1, "D8", "2025-01-17", "OVERDUE")]
    assert of(missing("2025-01-15", study), "BIOMARKER") == [(1, "D8", "2025-01-17", "DUE")]
    taken = "USUBJID | CPTESTCD | CPTPT | CYCLE\n1 | RO | D8 | 1"
    assert of(missing("2025-01-20", study, CP=taken), "BIOMARKER") == []


def test_nothing_is_asked_after_death():
    dead = "USUBJID | ARMCD | RFICDTC | DTHDTC | DTHFL\n1 | A | 2025-01-01 | 2025-01-16 | Y"
    table = missing("2025-03-20", dm=dead)
    assert of(table, "PK") == []
    assert of(table, "ADA") == [(1, "PREDOSE", "2025-01-10", "OVERDUE")]
    assert of(table, "RESPONSE") == []


def test_nothing_is_asked_after_a_subject_withdrew():
    table = missing("2025-03-20", DS=DS + STUDY)
    assert of(table, "RESPONSE") == []
    assert table.filter(pl.col("DUEDT") > datetime.date(2025, 1, 19)).is_empty()


def test_after_the_end_of_treatment_scans_go_on_and_samples_do_not():
    table = missing("2025-02-01", DS=DS + TREATED)
    assert of(table, "PK") == [(1, "D8", "2025-01-17", "OVERDUE")]  # and no D15, no cycle 2
    assert of(table, "RESPONSE") == [(None, "WEEK 6", "2025-02-21", "DUE")]


def test_a_scan_without_record_is_overdue_and_the_next_one_is_due():
    assert of(missing("2025-03-20"), "RESPONSE") == [
        (None, "WEEK 6", "2025-02-21", "OVERDUE"),
        (None, "WEEK 12", "2025-04-04", "DUE"),
    ]
    scanned = "USUBJID | TRLNKID | TRTESTCD | TRDTC\n1 | T01 | LDIAM | 2025-02-26"
    assert of(missing("2025-03-20", TR=scanned), "RESPONSE") == [
        (None, "WEEK 12", "2025-04-04", "DUE")
    ]


def test_a_baseline_scan_is_asked_and_one_too_old_is_none():
    old = BASELINE.replace("2025-01-02", "2024-11-02")
    assert of(missing("2025-01-20", TU=old), "RESPONSE") == [
        (None, "BASELINE", "2025-01-10", "OVERDUE"),
        (None, "WEEK 6", "2025-02-21", "DUE"),
    ]


def test_no_scan_is_due_after_progression():
    told = "USUBJID|RSTESTCD|RSSTRESC|RSEVAL|RSDTC\n1|OVRLRESP|PD|INVESTIGATOR|2025-02-20"
    assert of(missing("2025-03-20", RS=told), "RESPONSE") == []


def test_what_a_study_does_not_collect_is_not_missing():
    only = TINY.model_copy(update={"sources": {d: TINY.sources[d] for d in ("DM", "EX")}})
    assert missing("2025-03-20", only).is_empty()


IS = """
    USUBJID | ISTESTCD | ISBDAGNT | ISSTRESC | ISTPT   | CYCLE | ISDTC
    1       | ADASCR   | MAB      | POSITIVE | PREDOSE | 1     | 2025-01-10T08:30
"""
CONFIRMED = IS + "    1 | ADACNF | MAB | POSITIVE | PREDOSE | 1 | 2025-01-10T08:30\n"
NAB_AT = PlannedSample(timepoint="PREDOSE", cycles=(1, 2), hours=0, early_hours=24, late_hours=0)
WITH_NAB = TINY.model_copy(update={"schedule": TINY.schedule.model_copy(update={"nab": (NAB_AT,)})})


@pytest.mark.parametrize(
    ("samples", "wanted"),
    [
        (IS, []),  # not confirmed: nothing to test
        (CONFIRMED, [(1, "PREDOSE", "2025-01-10", "OVERDUE")]),
        (CONFIRMED.replace("ADACNF | MAB | POSITIVE", "ADACNF | MAB | NEGATIVE"), []),
        (CONFIRMED.replace("MAB     ", "        ").replace("| MAB |", "| |"), "same"),
        (CONFIRMED + "    1 | NAB | MAB | NEGATIVE | PREDOSE | 1 | 2025-01-10T08:30\n", []),
        (CONFIRMED + "    1 | NAB | MAB | NOT DONE | PREDOSE | 1 | 2025-01-10T08:30\n", []),
        (CONFIRMED + "    1 | NAB | MAB | POSITIVE | | | 2025-01-10T08:30\n", []),
        (CONFIRMED + "    1 | NAB | OTHER | POSITIVE | PREDOSE | 1 | 2025-01-10T08:30\n", "same"),
        (CONFIRMED.replace("| PREDOSE |", "| UNPLANNED |").replace("T08:30", "T18:30"), []),
    ],
)
def test_a_nab_result_is_wanted_of_planned_samples_that_are_confirmed_positive(samples, wanted):
    if wanted == "same":
        wanted = [(1, "PREDOSE", "2025-01-10", "OVERDUE")]
    table = missing("2025-01-20", WITH_NAB, IS=samples)
    assert of(table, "NAB") == wanted
    assert set(table.filter(pl.col("ENDPOINT") == "NAB")["REASON"]) <= {
        "confirmed positive for ADA, and no NAb result arrived"
    }


def test_a_nab_plan_without_a_nab_test_wants_nothing():
    plan = WITH_NAB.immunogenicity
    assay = plan.assays[0].model_copy(update={"nab": None})
    bare = WITH_NAB.model_copy(
        update={"immunogenicity": plan.model_copy(update={"assays": (assay,)})}
    )
    assert of(missing("2025-01-20", bare, IS=CONFIRMED), "NAB") == []
    none = WITH_NAB.model_copy(update={"immunogenicity": None})
    assert of(missing("2025-01-20", none, IS=CONFIRMED), "NAB") == []
    assert of(missing("2025-01-20", IS=CONFIRMED), "NAB") == []  # no NAb sample is planned


def test_without_a_confirmation_the_screen_or_the_titre_decides():
    plan = WITH_NAB.immunogenicity
    for tiers, rows, count in (
        ({"confirm": None}, IS, 1),
        ({"confirm": None, "screen": None}, IS.replace("ADASCR", "ADATIT"), 1),
        ({"confirm": None, "screen": None}, IS.replace("ADASCR", "ADATIT").replace("POSITIVE", "<10"), 0),
    ):  # fmt: skip
        assay = plan.assays[0].model_copy(update=tiers)
        study = WITH_NAB.model_copy(
            update={"immunogenicity": plan.model_copy(update={"assays": (assay,)})}
        )
        assert len(of(missing("2025-01-20", study, IS=rows), "NAB")) == count


@pytest.mark.parametrize("cycle", ["1", ""])
def test_of_a_drug_of_every_day_the_doses_of_a_range_are_no_cycles(cycle):
    drug = TINY.drugs[0].model_copy(
        update={
            **{"kind": "small_molecule", "route": "extravascular", "infusion_hours": 0.0},
            **{"dose_unit": "mg", "cycle_days": 1, "max_cycles": 400, "dosing_window_days": 0},
        }
    )
    ex = f"""
        USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC          | EXENDTC    | CYCLE
        1       | MAB   | 5      | mg     | QD       | 2025-01-10T09:00 | 2025-02-06 | {cycle}
    """
    study = TINY.model_copy(update={"drugs": (drug,)})
    rows = of(missing("2025-02-20", study=study, EX=ex), "PK")
    assert rows == [(1, "D8", "2025-01-17", "OVERDUE"), (1, "D15", "2025-01-24", "OVERDUE")]
