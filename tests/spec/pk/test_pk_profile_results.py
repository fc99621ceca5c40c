"""PROFILE and ADPP: where a later dose starts from, the reference profile, and what is withheld."""

import polars as pl
import pytest
from pk_drawings import DOSES, PAIR, SAMPLES, TINY, trial, value, with_nca
from profile_drawings import second

# --- where a later dose starts from ---


def test_a_later_dose_does_not_start_from_nothing():
    tables = second("")
    for code in ("AUCLST", "AUCTAU", "CLSS"):
        row = value(tables, code, 2)
        assert row["AVAL"] is None
        assert row["PPREASND"].startswith("no concentration at the start of the interval")
    assert value(tables, "CMIN", 2)["AVAL"] == 5
    assert value(tables, "LAMZHL", 2)["AVAL"] > 0


def test_the_first_dose_does():
    missing = SAMPLES.replace("| PREDOSE | -1    | BLQ", "| PREDOSE | -1    |    ")
    assert value(trial(samples=missing), "AUCTAU")["AVAL"] == value(trial(), "AUCTAU")["AVAL"]


def test_its_predose_sample_is_where_it_starts_from():
    areas = [value(second(predose), "AUCTAU", 2)["AVAL"] for predose in ("4", "6", "BLQ")]
    half_hour = (6 - 4) / 2 / 24  # a linear rise over the one hour of infusion, in days
    assert areas[1] - areas[0] == pytest.approx(half_hour)
    assert areas[0] - areas[2] == pytest.approx(2 * half_hour)


def test_the_plan_may_let_it_start_from_the_lowest_value_of_the_interval():
    start = TINY.nca.start.model_copy(update={"later_dose": "interval_minimum"})
    lowest = value(second("", with_nca(start=start)), "AUCTAU", 2)["AVAL"]
    assert lowest == pytest.approx(value(second("5"), "AUCTAU", 2)["AVAL"])


# --- the reference profile of the methods (section 5.4), told in days ---

VECTOR = """
USUBJID | CYCLE | PCTPT   | HOUR | RESULT
1       | 1     | PREDOSE | 0    | BLQ
1       | 1     | EOI     | 1    | 60
1       | 1     | 24H     | 24   | 45
1       | 1     | 48H     | 48   | 38
1       | 1     | D8      | 168  | 20
1       | 1     | D15     | 336  | 9
"""


IN_DAYS = {
    "AUCLST": (7902.4435 / 24, "ug/mL*day"),
    "AUMCLST": (949395.97 / 24**2, "ug/mL*day2"),
    "LAMZ": (0.004985314 * 24, "1/day"),
    "LAMZHL": (139.0378 / 24, "day"),
    "AUCIFO": (9707.7461 / 24, "ug/mL*day"),
    "AUCPEO": (18.5965, "%"),
    "AUCIFP": (9687.143 / 24, "ug/mL*day"),
    "CLO": (0.01030105 * 24, "L/day"),
    "VZO": (2.06628, "L"),
    "MRTIVIFO": (197.0847 / 24, "day"),
    "VSSO": (2.030179, "L"),
    "LAMZSPN": (2.071, None),
    "LAMZNPT": (3, None),
    "TMAX": (1, "h"),
    "LAMZLL": (48, "h"),
}


@pytest.fixture(scope="module")
def vector():
    return trial(doses="\n".join(DOSES.strip().splitlines()[:2]), samples=VECTOR)


@pytest.mark.parametrize("code", IN_DAYS)
def test_the_reference_profile_of_the_methods_in_the_units_of_its_analyte(vector, code):
    number, unit = IN_DAYS[code]
    row = value(vector, code)
    assert row["AVAL"] == pytest.approx(number, rel=3e-6 if code != "LAMZSPN" else 3e-4)
    assert unit is None or row["AVALU"] == unit


def test_an_analyte_told_in_hours_stays_in_hours():
    hours = TINY.model_copy(
        update={"analytes": (TINY.analytes[0].model_copy(update={"time_unit": "h"}),)}
    )
    row = value(
        trial(doses="\n".join(DOSES.strip().splitlines()[:2]), samples=VECTOR, study=hours), "CLO"
    )
    assert (row["AVAL"], row["AVALU"]) == (pytest.approx(0.01030105, rel=1e-6), "L/h")


# --- what is withheld ---


def test_what_needs_the_dose_is_not_given_without_it():
    tables = trial(doses=DOSES.replace("| 100", "|    "))
    clearance = value(tables, "CLO")
    assert (clearance["AVAL"], clearance["PPREASND"]) == (None, "the dose in mg is not known")
    assert value(tables, "AUCLST")["AVAL"] > 0
    assert value(tables, "CMAXD")["AVAL"] is None


def payload_profile(**changes):
    lines = VECTOR.replace("RESULT", "RESULT | PCTESTCD | PCSPEC").strip().splitlines()
    payload = next(a for a in PAIR.analytes if a.role == "payload").model_copy(update=changes)
    samples = "\n".join(
        [lines[0], *(f"{line} | {payload.code} | {payload.matrix}" for line in lines[1:])]
    )
    analytes = tuple(payload if a.code == payload.code else a for a in PAIR.analytes)
    study = PAIR.model_copy(update={"analytes": analytes})
    return trial(doses="\n".join(DOSES.strip().splitlines()[:2]), samples=samples, study=study)


def test_free_payload_has_an_exposure_and_no_clearance():
    tables = payload_profile()
    for code in ("CLO", "VZO", "VSSO", "CMAXD", "AUCLSTD"):
        row = value(tables, code)
        assert (row["AVAL"], row["PPREASND"]) == (None, "the dose of free payload is not known")
    assert value(tables, "CLST")["AVAL"] == 9
    assert value(tables, "AUCLST")["AVAL"] > 0


def test_a_study_may_ask_for_the_payloads_clearance_on_the_dose_of_the_conjugate_and_it_is_flagged():
    tables = payload_profile(disposition_on_dose_given=True)
    for code in ("CMAXD", "AUCLSTD"):
        row = value(tables, code)
        assert row["AVAL"] > 0
        assert row["STATUS"] == "FLAG"
        assert row["REASON"].startswith("on the dose of the conjugate")
    assert value(tables, "CMAX")["STATUS"] == "OK"


def test_a_doubted_slope_keeps_its_value_and_leaves_the_summary():
    rising = SAMPLES.replace("| 20", "| 8 ").replace("| 9", "| 9")
    row = value(trial(samples=rising), "LAMZHL")
    assert (row["STATUS"], row["SUMFL"]) == ("NR", "N")
    assert row["AVAL"] > 0
    assert row["SUMRSN"] == row["REASON"]


def test_a_null_is_never_ok_and_always_has_a_reason():
    nulls = trial()["ADPP"].filter(pl.col("AVAL").is_null())
    assert nulls.height > 10
    assert set(nulls["STATUS"]) == {"NR"}
    assert nulls["PPREASND"].null_count() == nulls["REASON"].null_count() == 0
    assert set(nulls["PPSTAT"]) == {"NOT DONE"}


def test_a_first_dose_starts_from_nothing_also_where_no_profile_is_a_single_dose():
    without = SAMPLES.replace("1       | 1     | PREDOSE | -1    | BLQ\n", "")
    tables = trial(samples=without, study=with_nca(single_dose_profiles=False))
    assert value(tables, "AUCLST")["AVAL"] is not None
    assert value(tables, "CMIN")["AVAL"] == 0
