"""Treatments against each other: shown where the study file asks for it, and nowhere else."""

import polars as pl
import pytest
from shown_display import TINY, Shown

from pkpipe.displays.asked import chosen
from pkpipe.displays.pharmacokinetics.reasons import in_chinese
from pkpipe.protocol.study import Study

FOOD = {
    "reference": "fasted",
    "treatments": [{"treatment": "fasted", "cycles": [1]}, {"treatment": "fed", "cycles": [2]}],
}
NUMBER = "T14.4.8.1"
ROW = {
    **{"COMPARE": "food", "PARCAT1": "MAB", "MATRIX": "SERUM", "PARAMCD": "CMAX", "TEST": "fed"},
    **{"REFERENCE": "fasted", "AVALU": "ug/mL", "DESIGN": "crossover", "NTEST": 4, "NREF": 4},
    **{"GMTEST": 13.0, "GMREF": 10.0, "RATIO": 130.0, "LOWER": 110.0, "UPPER": 153.6, "CV": 12.0},
}
VALUES = pl.DataFrame(
    {
        "USUBJID": ["S1", "S1", "S1", "S2", "S3", "S3"],
        "CYCLE": [1, 2, 3, 2, 1, 2],
        "PARCAT1": "MAB",
        "MATRIX": "SERUM",
        "PARAMCD": "CMAX",
        "SUMFL": ["Y", "Y", "Y", "Y", "Y", "N"],
        "AVAL": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    }
)


def planned(**said):
    data = TINY.model_dump(by_alias=True)
    data["nca"] |= {"compare": {"food": FOOD | said}}
    return Study.model_validate(data)


def shown(study=None, **changes):
    return Shown(NUMBER, study or planned(), PKRATIO=pl.DataFrame([ROW | changes]), ADPP=VALUES)


def test_it_is_in_a_report_only_where_the_study_file_compares_or_names_it():
    assert NUMBER not in {display.number for display in chosen(TINY)}
    assert NUMBER in {display.number for display in chosen(planned())}
    named = TINY.model_copy(
        update={"report": TINY.report.model_copy(update={"displays": (NUMBER,)})}
    )
    assert [display.number for display in chosen(named)] == [NUMBER]
    told = Shown(NUMBER, TINY).state
    assert "the study file has no nca.compare" in str(told)


def test_ratio_and_limits_are_in_percent_with_the_means_beside_them():
    made = shown()
    at = "CMAX//fed"
    assert made.text(at, "RATIO") == "130.00 (110.00, 153.60)"
    assert made.text(at, "NTEST") == "4"
    assert made.text(at, "TEST") == "fed"
    heads = made.columns.filter(pl.col("COL") == "RATIO")
    assert heads["HEADEN"].item() == "Ratio, % (90 % CI)"


@pytest.mark.parametrize(
    ("column", "cycles"),
    [("RATIO", [1, 2]), ("NTEST", [2]), ("GMTEST", [2]), ("NREF", [1]), ("GMREF", [1])],
)
def test_the_rows_behind_are_the_values_that_are_used(column, cycles):
    """S2 has no value of the reference, that of S3 is left out of summaries."""
    behind = shown().behind("CMAX//fed", column)
    assert behind["USUBJID"].to_list() == ["S1"] * len(cycles)
    assert behind["CYCLE"].to_list() == cycles


def test_behind_the_variance_of_a_model_is_its_own_row():
    assert shown().behind("CMAX//fed", "CV")["TEST"].to_list() == ["fed"]


def test_a_comparison_without_an_answer_says_why_in_both_languages():
    why = "fewer than 2 subjects have both treatments"
    cell = shown(RATIO=None, LOWER=None, UPPER=None, CV=None, REASON=why).cell("CMAX//fed", "RATIO")
    assert cell["REASON"] == why
    assert in_chinese(why) == "接受两种处理的受试者不足2例"
    assert in_chinese("no value under tablet") == "tablet下无值"
    assert in_chinese("fewer than 2 subjects with a value above 0 under the reference") == (
        "不足2例受试者有大于0的值：参比处理"
    )
