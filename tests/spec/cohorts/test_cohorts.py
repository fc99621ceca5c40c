"""The merge: every number of a cohort in one table, none computed twice, none lost."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pkpipe.cohorts import SUMMARY_SCHEMA, run
from pkpipe.cohorts.baseline import baseline_rows
from pkpipe.protocol.file_reading.loader import load_study

TINY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml").at(date(2026, 6, 30))
# what antibodies do to safety and response is told in test_ada_outcomes.py
STUDY = TINY.model_copy(
    update={"immunogenicity": TINY.immunogenicity.model_copy(update={"impact": None})}
)


def _frame(text_columns, rows, **types):
    return pl.DataFrame(
        rows, schema=dict.fromkeys(text_columns.split(), pl.String) | types, orient="row"
    )


@pytest.fixture
def tables():
    adsl = pl.DataFrame(
        {
            "USUBJID": ["1", "2", "3"],
            "COHORT": ["A", "A", "B"],
            "LEVEL": ["A", "A", "B"],
            "SAFFL": ["Y", "Y", "N"],
            "ENRLFL": ["Y", "Y", "Y"],
            "EOTDT": [date(2026, 1, 1), None, None],
            "EOSDT": [None, None, None],
            "DTHDT": [None, None, None],
            "DCTREAS": ["PROGRESSIVE DISEASE", None, None],
        },
        schema_overrides={"EOSDT": pl.Date, "DTHDT": pl.Date},
    )
    grouped = "GROUP GROUPVAL PARAMCD PARAM REASON"
    counts = {"X": pl.Int64, "N": pl.Int64, "PCT": pl.Float64}
    exposure = "PROFILE PARCAT1 MATRIX PARAMCD USUBJID PARAM AVALU SUMFL"
    return {
        "ADSL": adsl,
        # what exposure does is told in test_exposure_response.py
        "ADPP": _frame(exposure, [], CYCLE=pl.Int64, DOSENO=pl.Int64, AVAL=pl.Float64),
        "ADEXSUM": _frame(
            "USUBJID DRUG PARAMCD PARAM AVALU REASON",
            [
                ("1", "MAB", "NCYCLE", "Cycles", "cycles", None, 4.0),
                ("2", "MAB", "NCYCLE", "Cycles", "cycles", None, 2.0),
            ],
            AVAL=pl.Float64,
        ),
        "PKSTAT": _frame(
            "PARCAT1 MATRIX LEVEL COHORT PARAMCD STAT PARAM AVALU REASON",
            [
                ("MAB", "SERUM", "A", "A", "CMAX", "GMEAN", "Max Conc", "ug/mL", None, 1, 21.5, 2),
                (
                    "MAB",
                    "SERUM",
                    "A",
                    "ALL",
                    "CMAX",
                    "GMEAN",
                    "Max Conc",
                    "ug/mL",
                    None,
                    1,
                    21.5,
                    2,
                ),
                (
                    "MAB",
                    "SERUM",
                    "A",
                    "A",
                    "CMAX",
                    "GCV",
                    "Max Conc",
                    "ug/mL",
                    "fewer than 3 values",
                    1,
                    None,
                    2,
                ),
            ],
            CYCLE=pl.Int64,
            AVAL=pl.Float64,
            N=pl.Int64,
        ).with_columns(WINDOW=pl.lit(None, dtype=pl.String)),
        # what stands beside a decision is told in test_dose_context.py
        "ADAE": _frame("USUBJID TRTEMFL RELFL REDFL INTRFL DISCFL LEVEL", [], AETOXGR=pl.Int64),
        "ADASUM": _frame(
            "DRUG DENOM " + grouped,
            [
                (
                    "MAB",
                    "ADA-evaluable",
                    "COHORT",
                    "A",
                    "EMERPOS",
                    "Treatment-emergent",
                    None,
                    1,
                    2,
                    50.0,
                    None,
                )
            ],
            **counts,
            AVAL=pl.Float64,
        ),
        "WATERFAL": pl.DataFrame(
            {"USUBJID": ["1"], "BESTPCHG": [-20.0], "DRAWN": ["Y"], "LEVEL": ["A"]}
        ),
        "RSPSUM": _frame(
            "CRIT SRC DENOM " + grouped,
            [
                (
                    "RECIST 1.1",
                    "derived",
                    "treated",
                    "COHORT",
                    "A",
                    "ORR",
                    "ORR",
                    None,
                    1,
                    2,
                    50.0,
                    1.3,
                    98.7,
                )
            ],
            **counts,
            LOWER=pl.Float64,
            UPPER=pl.Float64,
        ),
        "KMSUM": _frame(
            "PARAMCD GROUP GROUPVAL STAT UNIT NOTE",
            [
                ("PFS", "COHORT", "A", "N", "subjects", None, None, 2.0, None, None),
                ("PFS", "COHORT", "A", "MEDIAN", "months", "not reached", None, None, 1.5, None),
            ],
            AT=pl.Float64,
            ESTIMATE=pl.Float64,
            LOWER=pl.Float64,
            UPPER=pl.Float64,
        ),
        "AESUM": _frame(
            grouped, [("COHORT", "A", "TEAE", "Any TEAE", None, 2, 2, 100.0)], **counts
        ),
        "CRITSUM": _frame(
            grouped, [("COHORT", "A", "LB_ABN", "Laboratory", None, 1, 2, 50.0)], **counts
        ),
        "DECISION": _frame(
            "SCOPE LEVEL DECISION REASON",
            [
                ("STUDY", "A", "STAY_ADD", "add one", None, None, None, None, None),
                ("LEVEL", "A", None, None, 2, 0, 0, 0.0, 0.84),
            ],
            N=pl.Int64,
            Y=pl.Int64,
            PEND=pl.Int64,
            LOWER=pl.Float64,
            UPPER=pl.Float64,
        ).with_columns(LATEDLT=pl.lit(0)),
    }


def _value(summary, **where):
    hit = summary.filter(pl.all_horizontal(pl.col(k) == v for k, v in where.items()))
    assert hit.height == 1, hit
    return hit.row(0, named=True)


def test_the_long_table_has_the_columns_other_programs_rely_on(tables):
    assert run(tables, STUDY)["SUMMARY"].schema == SUMMARY_SCHEMA


def test_a_cohort_without_subjects_is_listed_with_zeros(tables):
    summary = run(tables, STUDY)["SUMMARY"]
    assert _value(summary, COHORT="X", TOPIC="ENROLMENT", PARAMCD="ENROLLED")["VALUE"] == 0
    page = run(tables, STUDY)["COHORT"]
    assert page["COHORT"].unique(maintain_order=True).to_list() == ["A", "B", "X"]


def test_treated_is_a_share_of_enrolled_and_on_treatment_a_share_of_treated(tables):
    summary = run(tables, STUDY)["SUMMARY"]
    treated = _value(summary, COHORT="ALL", TOPIC="ENROLMENT", PARAMCD="TREATED")
    assert (treated["VALUE"], treated["N"]) == (2, 3)
    on = _value(summary, COHORT="ALL", TOPIC="ENROLMENT", PARAMCD="ONTRT")
    assert (on["VALUE"], on["N"]) == (1, 2)


def test_a_statistic_that_is_not_given_keeps_its_reason(tables):
    row = _value(run(tables, STUDY)["SUMMARY"], COHORT="A", TOPIC="PK", STAT="GCV")
    assert row["VALUE"] is None
    assert row["REASON"] == "fewer than 3 values"


def test_a_level_s_row_over_all_cohorts_is_not_taken_for_the_whole_study(tables):
    summary = run(tables, STUDY)["SUMMARY"]
    assert summary.filter((pl.col("TOPIC") == "PK") & (pl.col("COHORT") == "ALL")).is_empty()


def test_a_median_not_reached_is_empty_with_its_note_and_its_lower_limit(tables):
    summary = run(tables, STUDY)["SUMMARY"]
    median = _value(summary, COHORT="A", TOPIC="PFS", PARAMCD="MEDIAN", STAT="ESTIMATE")
    assert (median["VALUE"], median["REASON"], median["N"]) == (None, "not reached", 2)
    assert _value(summary, COHORT="A", TOPIC="PFS", PARAMCD="MEDIAN", STAT="LOWER")["VALUE"] == 1.5


def test_the_decision_stands_in_the_row_of_the_whole_study(tables):
    row = _value(run(tables, STUDY)["SUMMARY"], COHORT="ALL", TOPIC="DLT", PARAMCD="DECISION")
    assert (row["VALUEC"], row["REASON"]) == ("STAY_ADD", "add one")


def test_a_topic_without_source_says_not_collected_for_every_cohort(tables):
    bare = STUDY.model_copy(
        update={"sources": {k: v for k, v in STUDY.sources.items() if k != "IS"}}
    )
    summary = run(tables | {"ADASUM": tables["ADASUM"].clear()}, bare)["SUMMARY"]
    ada = summary.filter(pl.col("TOPIC") == "ADA")
    assert ada["COHORT"].to_list() == ["A", "B", "X", "ALL"]
    assert set(ada["VALUEC"]) == {"not collected"}


def test_the_numbers_of_a_meeting_are_those_of_the_long_table_a_row_each(tables):
    page = run(tables, STUDY)["COHORT"].filter(pl.col("COHORT") == "A")
    assert set(page["DOSE"]) == {"MAB 1 mg/kg"}
    number = dict(page.select("ITEM", "VALUE").iter_rows())
    assert number["ENROLMENT_TREATED"] == 2
    assert number["DLT_EVALUABLE"] == 2
    assert number["PK_MAB_cycle_1_level_A_CMAX_GMEAN"] == 21.5


def test_body_size_that_was_not_collected_has_no_number_of_subjects(tables):
    lost = pl.DataFrame(
        {
            "TABLE": ["VS"] * 3,
            "COLUMN": ["VSSTRESN", "VSSTRESC", "VSORRES"],
            "FILE": "vs.csv",
            "HOW": "ABSENT",
            "FILLED": None,
        },
        schema_overrides={"FILLED": pl.String},
    )
    adsl = tables["ADSL"].with_columns(WEIGHTBL=pl.lit(None, dtype=pl.Float64))
    sources = STUDY.sources | {"VS": STUDY.sources["DM"]}
    study = STUDY.model_copy(update={"sources": sources})
    rows = baseline_rows(tables | {"ADSL": adsl, "COLLECT": lost}, study)
    weight = rows.filter(pl.col("PARAMCD") == "WEIGHTBL")
    assert weight.height
    assert weight["N"].null_count() == weight.height
    assert weight["REASON"].str.starts_with("not collected: VS.VSSTRESN").all()
