"""Exposure, changes of dose and the listing of doses as displays."""

import datetime

import polars as pl
from shown_display import TINY, Shown

from pkpipe.cohorts.topics import exposure_rows

SUBJECTS = pl.DataFrame({"USUBJID": ["S1", "S2", "S3"], "COHORT": ["A", "A", "B"], "SAFFL": "Y"})


def amounts(**changes):
    """Dose intensity of three subjects: two by weight, one flat; one delayed."""
    base = {
        "USUBJID": ["S1", "S2", "S3"] * 2,
        "DRUG": "MAB",
        "PARAMCD": ["DI"] * 3 + ["NDELAY"] * 3,
        "PARAM": ["Dose intensity"] * 3 + ["Doses delayed beyond the window"] * 3,
        "AVAL": [0.3, 0.5, 66.7, 1.0, 0.0, 0.0],
        "AVALU": ["mg/kg/week", "mg/kg/week", "mg/week", "doses", "doses", "doses"],
        "REASON": None,
    }
    return pl.DataFrame(base | changes, schema_overrides={"REASON": pl.String})


def shown(amounts):
    tables = {"ADEXSUM": amounts, "ADSL": SUBJECTS}
    summary = exposure_rows(tables, TINY).with_columns(TOPIC=pl.lit("EXPOSURE"))
    return Shown("T14.1.3.1", SUMMARY=summary, **tables)


def test_a_dose_intensity_stands_under_its_own_unit_and_is_not_pooled_with_another():
    made = shown(amounts())
    assert made.text("DI/mg/kg/week/MEDIAN", "HEAD") == "Dose intensity (mg/kg/week)"
    assert made.text("DI/mg/kg/week/MEDIAN", "ALL") == "0.400 (0.300, 0.500)"
    assert made.text("DI/mg/week/MEDIAN", "HEAD") == "Dose intensity (mg/week)"
    assert made.text("DI/mg/week/MEDIAN", "ALL") == "66.7 (66.7, 66.7)"
    assert made.behind("DI/mg/kg/week/MEDIAN", "A")["AVAL"].median() == 0.4


def test_subjects_with_a_change_of_dose_are_counted_and_not_collected_is_said():
    made = shown(amounts())
    assert made.text("NDELAY", "A") == "1/2 (50.0 %)"
    assert made.behind("NDELAY", "A")["USUBJID"].to_list() == ["S1"]
    why = "not collected: EX.EXDOSFRQ"
    lost = shown(amounts(AVAL=[0.3, 0.5, 66.7, None, None, None], REASON=[None] * 3 + [why] * 3))
    assert lost.text("NDELAY", "ALL") == why


def test_every_dose_is_listed_with_its_row():
    dose = pl.DataFrame(
        {
            "USUBJID": ["S1"],
            "COHORT": ["A"],
            "DRUG": ["MAB"],
            "DOSENO": [1],
            "ASTDT": [datetime.date(2026, 1, 5)],
            "ASTDTM": ["2026-01-05 09:30"],
            "DOSE": [1.25],
            "DOSEU": ["mg/kg"],
            "EXADJ": ["DOSE DELAYED"],
        }
    ).with_columns(pl.col("ASTDTM").str.to_datetime())
    made = Shown("L16.2.5.1", ADEX=dose)
    assert made.text("S1/MAB/1", "DOSE") == "1.25"
    assert made.cell("S1/MAB/1", "DOSE")["UNIT"] == "mg/kg"
    assert made.cell("S1/MAB/1", "EXADJ")["TEXTZH"] == "给药延迟"
    assert made.behind("S1/MAB/1", "DOSE")["DOSE"].to_list() == [1.25]
    assert Shown("L16.2.5.1").state["state"] == "nobody has been dosed"
