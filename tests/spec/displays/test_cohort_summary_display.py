"""The cohort summary: lines of other tables side by side for every cohort."""

import polars as pl
from shown_display import TINY, Shown

from pkpipe.clinical.collected import Collected

SUBJECTS = pl.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3"],
        "COHORT": ["A", "A", "X"],
        "LEVEL": ["A", "A", "B"],
        "ENRLFL": "Y",
        "SAFFL": ["Y", "N", "Y"],
    }
)
DLT = pl.DataFrame(
    {
        "COHORT": ["A", "A", "A", "ALL", "ALL", "ALL"],
        "TOPIC": "DLT",
        "PARAMCD": "DLT",
        "STAT": ["COUNT", "LOWER", "UPPER"] * 2,
        "VALUE": [1.0, 2.5, 97.5] * 2,
        "N": 1,
    }
)
COUNTED = pl.DataFrame(
    {
        "GROUP": ["COHORT", "ALL"],
        "GROUPVAL": ["A", "ALL"],
        "PARAMCD": "LB_ABN",
        "PARAM": "Laboratory: any value outside the reference range",
        "X": [1, 1],
        "N": [1, 2],
        "PCT": [100.0, 50.0],
    }
)
WINDOWS = pl.DataFrame({"USUBJID": ["S1"], "LEVEL": ["A"], "STATE": ["EVALUABLE_DLT"]})


def shown(**more):
    return Shown("T14.9.6", ADSL=SUBJECTS, SUMMARY=DLT, CRITSUM=COUNTED, ADDLT=WINDOWS, **more)


def test_a_line_is_the_same_number_as_in_the_table_it_is_from():
    there = Shown("T14.1.1.1", ADSL=SUBJECTS).cell("TREATED", "A")
    here = shown().cell("T14.1.1.1/TREATED", "A")
    assert {k: here[k] for k in ("TEXT", "VALUE", "X", "N", "TABLES", "ROWS")} == {
        k: there[k] for k in ("TEXT", "VALUE", "X", "N", "TABLES", "ROWS")
    }


def test_toxicity_is_by_cohort_with_limits_and_not_of_an_expansion():
    made = shown()
    assert made.text("DLT", "A") == "1/1 (100.0 %) (2.5, 97.5)"
    assert made.behind("DLT", "ALL")["USUBJID"].to_list() == ["S1"]
    assert made.text("DLT", "X") == "–"
    assert made.cell("DLT", "X")["REASON"] == "no escalation cohort"


def test_subjects_with_abnormal_values_have_words_in_both_languages():
    made = shown()
    assert made.text("T14.3.8.1/LB_ABN", "ALL") == "1/2 (50.0 %)"
    assert made.cell("T14.3.8.1/LB_ABN", "LABEL")["TEXTZH"].startswith("实验室检查")
    assert made.cell("T14.3.8.1/LB_ABN", "ALL")["TABLES"] == "safety/ADLB"


def test_what_was_not_collected_is_said_in_every_column():
    made = shown(known=Collected(frozenset({"DM", "EX"}), {}))
    assert made.text("T14.3.1.1", "A") == "not collected: AE"
    assert made.text("DLT", "ALL").startswith("not collected: AE")


def test_a_study_without_escalation_has_no_line_of_toxicity():
    plain = TINY.model_copy(update={"escalation": None})
    assert "DLT" not in set(shown(study=plain).cells["ROW"])
