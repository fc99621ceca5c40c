"""Disposition, analysis sets and discontinued subjects as displays."""

import datetime

import polars as pl
import pytest
from shown_display import Shown

DAY = datetime.date(2026, 1, 5)


def adsl(**changes):
    """Two subjects at A, one of them treated; one at B who died under treatment."""
    columns = {
        "USUBJID": ["S1", "S2", "it's"],
        "COHORT": ["A", "A", "B"],
        "ENRLFL": "Y",
        "SAFFL": ["Y", "N", "Y"],
        "PKCFL": ["Y", "N", "Y"],
        "ADAFL": "N",
        "ADARS": ["no antibody result", "not treated", "not treated"],
        "RSPFL": "N",
        "EOTDT": [None, None, DAY],
        "DCTREAS": [None, None, "DEATH"],
        "EOSSTT": ["ONGOING", "ONGOING", "DISCONTINUED"],
        "DCSREAS": [None, None, "DEATH"],
        "EOSDT": [None, None, DAY],
        "DTHDT": [None, None, DAY],
    }
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        **{k: v if isinstance(v, pl.Expr) else pl.lit(v) for k, v in changes.items()}
    )


def test_subjects_are_counted_by_cohort_and_together_of_those_enrolled():
    shown = Shown("T14.1.1.1", ADSL=adsl())
    assert shown.text("TREATED", "A") == "1/2 (50.0 %)"
    assert shown.text("TREATED", "ALL") == "2/3 (66.7 %)"
    assert shown.text("ONTRT", "B") == "0/1 (0.0 %)"
    assert shown.behind("DCTREAS/DEATH", "ALL")["USUBJID"].to_list() == ["it's"]
    assert shown.cell("DEATHS", "LABEL")["TEXTZH"] == "死亡"
    heads = shown.columns.filter(pl.col("COL") == "A")
    assert heads["HEADEN"].item() == "1 mg/kg\n(N=2)"


def test_an_end_of_treatment_that_was_not_collected_is_no_nobody():
    why = "not collected: DS"
    shown = Shown("T14.1.1.1", ADSL=adsl(DISPRS=why, EOTDT=pl.lit(None), DCTREAS=pl.lit(None)))
    assert shown.text("ONTRT", "A") == why
    assert shown.cell("ONTRT", "A")["TEXTZH"] == "未收集：DS"
    assert shown.cell("ONTRT", "A")["X"] is None
    assert Shown("L16.2.1", ADSL=adsl(DISPRS=why)).state["state"] == why


def test_who_is_in_no_set_is_named_with_the_reason():
    shown = Shown("T14.1.1.2", ADSL=adsl())
    assert shown.text("ADA", "ALL") == "0/3 (0.0 %)"
    assert shown.text("S1/ADA-evaluable set", "WHY") == "no antibody result"
    assert shown.behind("S1/ADA-evaluable set", "WHY")["USUBJID"].to_list() == ["S1"]


@pytest.mark.parametrize(("field", "text"), [("DCTREAS", "Death"), ("EOTDT", "2026-01-05")])
def test_discontinued_subjects_are_listed_with_the_reason_in_words(field, text):
    assert Shown("L16.2.1", ADSL=adsl()).text("it's", field) == text


def test_nobody_discontinued_is_said():
    ongoing = adsl(EOTDT=None, EOSDT=None).cast({"EOTDT": pl.Date, "EOSDT": pl.Date})
    assert Shown("L16.2.1", ADSL=ongoing).state["state"] == "nobody has discontinued"
