"""Target lesions that split or merge on treatment: their parts are added, the merged one counts once."""

import polars as pl
import pytest
from tumour_drawings import followed, lesions, places, reference, responses

from pkpipe.tumor import progressions
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed
from pkpipe.tumor.tables.adtr import adtr


def sums(outcome):
    return outcome.points["SUMDIAM"].to_list()


def notes(outcome):
    rows = outcome.findings.filter(pl.col("CHECK").str.contains("SPLIT|MERGED"))
    return sorted(rows.select("CHECK", "SEVERITY", "VALUE").rows())


SPLIT = """
    VISIT     | DAY | T1 | T2 | T2.1 | T2.2
    SCREENING | -7  | 20 | 40 |      |
    WEEK 6    | 42  | 20 | 30 |      |
    WEEK 12   | 84  | 20 |    | 12   | 10
    WEEK 18   | 126 | 20 |    | 25   | 20
"""


def test_the_parts_of_a_lesion_are_added_up_as_that_lesion():
    outcome = followed(SPLIT)
    assert sums(outcome) == [60, 50, 42, 65]
    assert responses(outcome) == ["SD", "PR", "PD"]
    assert "T2 as the sum of 2 parts" in outcome.points["ARITH"][2]
    assert outcome.points["NEXP"].unique().to_list() == [2]


def test_a_split_is_listed_once_a_part():
    assert notes(followed(SPLIT)) == [
        ("TR-SPLIT", "note", "T2.1"),
        ("TR-SPLIT", "note", "T2.2"),
    ]


def test_parts_that_tu_names_are_no_target_lesions_without_baseline():
    outcome = followed(SPLIT)
    assert outcome.findings.filter(pl.col("CHECK") == "TR-NOBASE").is_empty()


@pytest.mark.parametrize(("gone", "answer"), [("-", "NE"), ("", "NE"), ("0", "PR")])
def test_a_part_that_is_not_measured_leaves_the_sum_incomplete(gone, answer):
    text = SPLIT.replace("25   | 20", f"12   | {gone}")
    outcome = followed(text)
    assert responses(outcome)[-1] == answer
    assert sums(outcome)[-1] == 32


def test_growth_of_the_parts_measured_is_progression_even_if_one_is_missing():
    assert responses(followed(SPLIT.replace("25   | 20", "60   | - ")))[-1] == "PD"


def test_all_parts_gone_with_the_other_lesions_is_complete_response():
    text = SPLIT.replace("126 | 20 |    | 25   | 20", "126 | 0 |    | 0   | 0")
    assert responses(followed(text))[-1] == "CR"


def test_a_lesion_measured_whole_and_in_parts_counts_by_the_larger_with_a_query():
    text = SPLIT.replace("84  | 20 |    | 12   | 10", "84  | 20 | 26 | 12   | 10")
    outcome = followed(text)
    assert sums(outcome)[2] == 46
    assert ("TR-SPLITBOTH", "query", "T2.1") in notes(outcome)


def test_a_point_in_a_lesion_name_splits_nothing_that_was_there_at_baseline():
    text = """
        VISIT     | DAY | T1 | T1.1 | T1.2
        SCREENING | -7  | 20 | 15   | 12
        WEEK 6    | 42  | 20 | 15   | 12
    """
    assert sums(followed(text)) == [47, 47]
    assert notes(followed(text)) == []


MERGED = """
    VISIT     | DAY | T1 | T2     | T3
    SCREENING | -7  | 20 | 30     | 10
    WEEK 6    | 42  | 22 | 30     | 10
    WEEK 12   | 84  | 45 | {word} | 10
    WEEK 18   | 126 | 20 | {word} | 0
"""


def test_a_lesion_said_to_be_merged_adds_nothing_to_the_one_it_grew_into():
    outcome = followed(MERGED.format(word="MERGED"))
    assert sums(outcome) == [60, 62, 55, 20]
    assert responses(outcome) == ["SD", "SD", "PR"]
    assert "T2 merged" in outcome.points["ARITH"][2]
    assert notes(outcome) == [("TR-MERGED", "note", "T2")]


def test_a_reason_that_says_merged_is_enough():
    tr = lesions(MERGED.format(word="-"))
    why = pl.when(pl.col("TRSTAT") == "NOT DONE").then(pl.lit("merged with T1"))
    tr = tr.with_columns(TRREASND=why)
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert sums(outcome) == [60, 62, 55, 20]


def test_a_lesion_named_after_two_counts_once_for_both():
    text = """
        VISIT     | DAY | T1 | T2 | T3 | T1/T2
        SCREENING | -7  | 20 | 30 | 10 |
        WEEK 6    | 42  | 22 | -  | 10 | 45
        WEEK 12   | 84  |    |    | 0  | 0
    """
    outcome = followed(text.replace("22 | -", "-  | -"))
    assert sums(outcome) == [60, 55, 0]
    assert responses(outcome) == ["SD", "CR"]
    assert notes(outcome) == [("TR-MERGED", "note", "T1/T2")]
    assert outcome.points["NEXP"].unique().to_list() == [3]


def test_merged_with_nothing_that_was_measured_is_not_evaluable_and_a_query():
    text = """
        VISIT     | DAY | T1 | T2
        SCREENING | -7  | 20 | 30
        WEEK 6    | 42  | -  | MERGED
    """
    outcome = followed(text)
    assert responses(outcome) == ["NE"]
    assert ("TR-MERGEDWITH", "query", "T2") in notes(outcome)


def test_adtr_keeps_the_parts_under_names_of_their_own():
    outcome = followed(SPLIT)
    table = adtr(outcome.lesions, outcome.read, progressions(outcome))
    codes = table.filter(pl.col("LNKID").is_not_null())["PARAMCD"].unique().sort().to_list()
    assert codes == ["LDIAM1", "LDIAM2", "LDIAM2_1", "LDIAM2_2"]
    keys = ["USUBJID", "EVAL", "EVALID", "PARAMCD", "ADT"]
    assert not table.select(keys).is_duplicated().any()


def test_readers_and_subjects_do_not_share_their_parts():
    both = pl.concat([lesions(SPLIT), lesions(SPLIT, reader="OTHER"), lesions(SPLIT, "2")])
    ref = pl.concat([reference(), reference().with_columns(USUBJID=pl.lit("2"))])
    outcome = analysed(both, places(both), None, ref, ResponseOptions())
    of_each = outcome.points.group_by("USUBJID", "READER").agg(pl.col("SUMDIAM").sort_by("ADATE"))
    assert of_each["SUMDIAM"].to_list() == [[60, 50, 42, 65]] * 3
