"""What a study's own display says of what was not collected or is not known: never zero."""

import polars as pl
import pytest
from own_drawings import AGES, BY_TERM, EVENTS, LISTED, SUBJECTS, shown, where, without

from pkpipe.clinical.collected import EVERYTHING, Collected


@pytest.mark.parametrize(
    ("own", "lost", "named"),
    [
        (where(AESER="Y"), ("AE.AESER",), "AE.AESER"),
        (where(RELFL="Y"), ("AE.AEREL",), "AE.AEREL"),
        (BY_TERM | {"rows": {"by": ["AESOC"]}}, ("AE.AESOC", "AE.AEBODSYS"), "AE.AESOC or AE.AEBODSYS"),
        (AGES | {"columns": ["TUMTYPE"]}, ("DM.TUMTYPE",), "DM.TUMTYPE"),
        (LISTED, ("AE.AESER",), "AE.AESER"),
    ],
    ids=["filter", "flag made of it", "rows", "groups", "listing"],
)  # fmt: skip
def test_what_rests_on_a_column_that_nobody_collected_is_not_none(own, lost, named):
    table = shown(own, without(*lost))
    assert table.state["state"] == f"not collected: {named}"
    assert table.state["STATEZH"] == f"未收集：{named}"
    assert table.cells.is_empty()


def test_a_trial_without_adverse_events_says_so():
    table = shown(BY_TERM, Collected(EVERYTHING.tables - {"AE"}, {}), ADAE=EVENTS.clear())
    assert table.state["state"] == "not collected: AE"


def test_a_statistic_of_a_column_that_nobody_collected_says_so_and_the_others_stand():
    own = BY_TERM | {"statistics": [{"show": "share"}, {"show": "maximum", "of": "AETOXGR"}]}
    table = shown(own, without("AE.AETOXGR"))
    assert table.text("恶心/share", "A") == "2/2 (100.0 %)"
    cell = table.cell("恶心/maximum:AETOXGR", "A")
    assert (cell["TEXT"], cell["VALUE"]) == ("not collected: AE.AETOXGR", None)
    assert cell["TEXTZH"] == "未收集：AE.AETOXGR"


def test_results_that_were_withheld_are_no_zero():
    results = pl.DataFrame(
        {"USUBJID": ["S1", "S3"], "DRUG": "MAB", "COHORT": ["A", "B"], "PARAMCD": "ADACLASS",
         "AVALC": ["POSITIVE", None], "REASON": [None, "not collected: IS.ISSTRESC"]}
    )  # fmt: skip
    own = BY_TERM | {"table": "immunogenicity/ADAB"} | {
        "rows": {"where": {"PARAMCD": "ADACLASS", "AVALC": "POSITIVE"}}}  # fmt: skip
    table = shown(own, ADAB=results)
    assert table.text("share", "A") == "1/2 (50.0 %)"
    assert table.text("share", "B") == "not collected: IS.ISSTRESC"
    assert table.text("share", "ALL") == "not collected: IS.ISSTRESC"


def test_a_remark_on_a_result_says_nothing_of_another_column_that_is_empty():
    subjects = pl.DataFrame(
        {"USUBJID": ["S1"], "COHORT": "A", "STATE": "EVALUABLE",
         "REASON": "window completed on 2025-01-27 without DLT; not collected: CM"}
    )  # fmt: skip
    own = BY_TERM | {
        "table": "escalation/ADDLT",
        "rows": {"by": ["STATE"], "where": {"DLTFL": "Y"}},
    }
    assert shown(own, ADDLT=subjects).state["state"] == "nobody qualifies"
    stated = BY_TERM | {"table": "escalation/ADDLT", "rows": {"by": ["STATE"]}}
    assert shown(stated, ADDLT=subjects).text("EVALUABLE/share", "A") == "1/2 (50.0 %)"


def test_a_flag_that_nobody_can_know_is_not_none_though_the_untreated_have_it():
    subjects = SUBJECTS.with_columns(
        PKCFL=pl.Series([None, None, None, "N"], dtype=pl.String),
        PKCRS=pl.Series(["not collected: PC"] * 3 + ["not treated"]),
    )
    own = AGES | {"rows": {"where": {"PKCFL": "Y"}}}
    assert shown(own, ADSL=subjects).state["state"] == "not collected: PC"


def test_a_column_of_a_listing_that_nobody_collected_is_named_below_it():
    notes = shown(LISTED, without("AE.AETOXGR")).state["NOTESEN"]
    assert notes == "CTCAE Grade: not collected: AE.AETOXGR"


def test_a_set_that_is_not_known_withholds_the_display():
    subjects = SUBJECTS.with_columns(
        ADAFL=pl.lit(None, dtype=pl.String), ADARS=pl.lit("not collected: IS")
    )
    table = shown(AGES | {"population": "ADA"}, ADSL=subjects)
    assert (table.state["state"], table.state["n"]) == ("not collected: IS", None)
