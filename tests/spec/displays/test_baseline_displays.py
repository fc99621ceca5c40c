"""Demographics, disease at baseline and therapies as displays."""

import polars as pl
import pytest
from shown_display import TINY, Shown

from pkpipe.cohorts.baseline import baseline_rows

SUBJECTS = pl.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3"],
        "COHORT": ["A", "A", "B"],
        "SAFFL": "Y",
        "AGE": [60.0, 71.0, 50.0],
        "SEX": ["F", "M", None],
        "TUMTYPE": ["NSCLC", "LUNG", "NSCLC"],
        "ECOGBL": ["0", "1", "1"],
        "WEIGHTBL": [60.5, None, 70.0],
    }
)


def summary():
    nothing = pl.lit(None, dtype=pl.Float64)
    subjects = SUBJECTS.with_columns(HEIGHTBL=nothing, BSABL=nothing)
    return baseline_rows({"ADSL": subjects}, TINY).with_columns(TOPIC=pl.lit("BASELINE"))


def shown(number="T14.1.2.1", **tables):
    return Shown(number, **({"ADSL": SUBJECTS, "SUMMARY": summary()} | tables))


@pytest.mark.parametrize(
    ("row", "column", "text", "value"),
    [
        ("AGE/N", "A", "2", 2.0),
        ("AGE/MEAN", "A", "65.5", 65.5),
        ("AGE/SD", "A", "7.78", 60.5**0.5),
        ("AGE/MEDIAN", "A", "65.5 (60.0, 71.0)", 65.5),
        ("AGE/SD", "B", "–", None),
        ("WEIGHTBL/N", "A", "1", 1.0),
    ],
)
def test_age_and_size_are_summarized_by_cohort(row, column, text, value):
    cell = shown().cell(row, column)
    assert cell["TEXT"] == text
    assert cell["VALUE"] == pytest.approx(value) if value is not None else cell["VALUE"] is None


def test_a_spread_of_one_value_says_why_there_is_none():
    assert shown().cell("AGE/SD", "B")["REASON"] == "fewer than 2 values"


def test_the_values_behind_a_mean_are_found_again():
    rows = shown().behind("AGE/MEAN", "ALL")
    assert rows["AGE"].mean() == shown().cell("AGE/MEAN", "ALL")["VALUE"]


def test_categories_are_in_words_and_a_missing_value_is_a_line():
    assert shown().text("SEX/F", "LABEL") == "Female"
    assert shown().cell("SEX/F", "LABEL")["TEXTZH"] == "女"
    assert shown().text("SEX/", "B") == "1/1 (100.0 %)"
    assert shown().text("AGE/FROM", "A") == "1/2 (50.0 %)"


def test_subjects_of_no_known_age_are_a_line_of_their_own_and_in_no_group():
    unknown = SUBJECTS.with_columns(AGE=pl.when(USUBJID="S1").then(None).otherwise("AGE"))
    made = shown(ADSL=unknown)
    assert made.text("AGE/", "A") == made.text("AGE/FROM", "A") == "1/2 (50.0 %)"
    assert made.text("AGE/UNDER", "A") == "0/2 (0.0 %)"
    assert "AGE/" not in set(shown().cells["ROW"])


def test_stage_and_prior_lines_are_not_collected_rather_than_none():
    disease = shown("T14.1.2.2")
    assert disease.text("LINES", "A") == "not collected"
    assert disease.cell("LINES", "A")["TEXTZH"] == "未收集"
    assert disease.text("TUMTYPE/NSCLC", "ALL") == "2/3 (66.7 %)"


def test_therapies_are_counted_by_category_and_term():
    therapies = pl.DataFrame(
        {
            "USUBJID": ["S1", "S1", "S3"],
            "CMCAT": ["SUBSEQUENT ANTI-CANCER THERAPY", "SUBSEQUENT ANTI-CANCER THERAPY", None],
            "CMDECOD": ["PACLITAXEL", "PACLITAXEL", None],
            "CMTRT": ["taxol", "taxol", "herb's"],
        }
    )
    made = shown("T14.1.2.3", CM=therapies)
    row = "SUBSEQUENT ANTI-CANCER THERAPY/PACLITAXEL"
    assert made.text(row, "A") == "1/2 (50.0 %)"
    assert made.behind(row, "A").height == 2
    assert made.behind("/herb's", "B")["USUBJID"].to_list() == ["S3"]
    assert "No record of therapy before the study" in made.state["NOTESEN"]
    assert shown("T14.1.2.3", CM=therapies.clear()).state["state"] == "no record of therapy"
