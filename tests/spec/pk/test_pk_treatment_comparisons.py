"""PKRATIO: what `nca: compare:` says is compared, with the numbers of `pkpipe compare`."""

import polars as pl
import pytest
from support import ROOT, table

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.pk.parameters.names import check_names
from pkpipe.pk.parameters.treatment_comparisons import treatment_comparisons
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.pk_parameters import ADPP

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
FOOD = {
    "reference": "fasted",
    "parameters": ["CMAX"],
    "treatments": [
        {"treatment": "fasted", "cohorts": ["AB"], "cycles": [1]},
        {"treatment": "fasted", "cohorts": ["BA"], "cycles": [2]},
        {"treatment": "fed", "cohorts": ["AB"], "cycles": [2]},
        {"treatment": "fed", "cohorts": ["BA"], "cycles": [1]},
    ],
}
CROSSED = """
    USUBJID | COHORT | CYCLE | PARAMCD | PARCAT1 | MATRIX | AVAL | AVALU | SUMFL
    S1      | AB     | 1     | CMAX    | MAB     | SERUM  | 8    | ug/mL | Y
    S1      | AB     | 2     | CMAX    | MAB     | SERUM  | 11   | ug/mL | Y
    S2      | AB     | 1     | CMAX    | MAB     | SERUM  | 12   | ug/mL | Y
    S2      | AB     | 2     | CMAX    | MAB     | SERUM  | 14   | ug/mL | Y
    S3      | BA     | 1     | CMAX    | MAB     | SERUM  | 9    | ug/mL | Y
    S3      | BA     | 2     | CMAX    | MAB     | SERUM  | 9.5  | ug/mL | Y
    S4      | BA     | 1     | CMAX    | MAB     | SERUM  | 20   | ug/mL | Y
    S4      | BA     | 2     | CMAX    | MAB     | SERUM  | 13   | ug/mL | Y
    S4      | BA     | 3     | CMAX    | MAB     | SERUM  | 99   | ug/mL | Y
    S1      | AB     | 1     | TMAX    | MAB     | SERUM  | 2    | h     | Y
"""


def plan(**said):
    section = TINY.nca.model_dump() | {"compare": {"food": FOOD | said}}
    return NcaPlan.model_validate(section)


def compared(text=CROSSED, **said):
    return treatment_comparisons(ADPP.as_declared(table(text)), plan(**said))


def row_of(found, test="fed", code="CMAX"):
    return found.filter(TEST=test, PARAMCD=code).row(0, named=True)


def test_a_study_file_that_says_nothing_has_an_empty_table():
    found = treatment_comparisons(ADPP.as_declared(table(CROSSED)), TINY.nca)
    assert found.height == 0
    assert "RATIO" in found.columns


def test_the_numbers_are_those_of_the_verb(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fed = pl.col("CYCLE").eq(2) == pl.col("COHORT").eq("AB")
    values = table(CROSSED).filter(pl.col("CYCLE") < 3, PARAMCD="CMAX")
    values = values.with_columns(FOOD=pl.when(fed).then(pl.lit("fed")).otherwise(pl.lit("fasted")))
    values.select("USUBJID", "PARAMCD", "AVAL", "FOOD", "CYCLE").write_csv("pp.csv")
    for periods in (True, False):
        words = ["compare", "pp.csv", "-o", "r.csv", "--treatment", "FOOD", "--reference", "fasted"]
        assert main([*words, *(["--period", "CYCLE"] if periods else [])]) == 0
        theirs = pl.read_csv("r.csv").row(0, named=True)
        ours = row_of(compared(periods=periods))
        same = ("TEST", "REFERENCE", "DESIGN", "NTEST", "NREF", "NBOTH", "NOTUSED")
        assert {n: ours[n] for n in same} == {n: theirs[n] for n in same}
        numbers = ("GMTEST", "GMREF", "RATIO", "LOWER", "UPPER", "DF", "CV")
        assert {n: ours[n] for n in numbers} == pytest.approx(
            {n: theirs[n] for n in numbers}, rel=1e-12
        )
        assert ours["LEVELCI"] == theirs["LEVEL"] == 0.9


def test_profiles_of_no_treatment_are_not_compared_and_the_unit_is_told():
    row = row_of(compared())
    assert (row["NTEST"], row["NREF"], row["AVALU"]) == (4, 4, "ug/mL")


def test_without_parameters_those_are_compared_whose_summary_is_a_geometric_mean():
    assert compared(parameters=None)["PARAMCD"].to_list() == ["CMAX"]


def test_a_value_that_is_left_out_of_summaries_is_counted_and_not_used():
    text = CROSSED.replace("9    | ug/mL | Y", "9    | ug/mL | N")
    row = row_of(compared(text))
    assert (row["NBOTH"], row["NOTUSED"]) == (3, 2)  # with the only other value of the subject


def test_groups_of_one_treatment_each_are_parallel():
    treatments = [
        {"treatment": "fed", "cohorts": ["BA"], "cycles": [1]},
        {"treatment": "fasted", "cohorts": ["AB"], "cycles": [1]},
    ]
    row = row_of(compared(treatments=treatments, variances="equal", confidence=0.8))
    assert (row["DESIGN"], row["NTEST"], row["NREF"], row["DF"]) == ("parallel", 2, 2, 2.0)
    assert row["LEVELCI"] == 0.8
    assert row["REASON"] is None


def test_parallel_is_refused_for_subjects_with_several_treatments():
    row = row_of(compared(design="parallel"))
    assert (row["RATIO"], row["LOWER"]) == (None, None)
    assert row["REASON"].startswith("subjects have several treatments")


def test_several_values_of_a_subject_under_one_treatment_in_one_period_give_no_ratio():
    text = CROSSED + "    S1 | AB | 1 | CMAX | MAB | SERUM | 7 | ug/mL | Y\n"
    row = row_of(compared(text))
    assert row["RATIO"] is None
    assert row["REASON"].startswith("a subject has several values")


def test_a_treatment_that_nobody_has_yet_has_a_row_that_says_so():
    more = [*FOOD["treatments"], {"treatment": "tablet", "cohorts": ["CD"]}]
    found = compared(treatments=more)
    assert found["TEST"].to_list() == ["fed", "tablet"]
    row = row_of(found, "tablet")
    assert (row["RATIO"], row["REASON"]) == (None, "no value under tablet")
    assert row_of(found)["RATIO"] is not None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reference": "hungry"}, "no treatment is called 'hungry' (allowed: fasted, fed)"),
        (
            {"treatments": [{"treatment": "fasted"}, {"treatment": "fasted", "cycles": [1]}]},
            "all are 'fasted'",
        ),
        (
            {
                "treatments": [
                    {"treatment": "fasted", "cycles": [1]},
                    {"treatment": "fed", "cohorts": ["A"]},
                ]
            },
            "a profile may be under 'fasted' and under 'fed'",
        ),
        ({"confidence": 1.0}, "less than 1"),
        ({"periodes": True}, "periodes"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_the_study_file(said, told):
    with pytest.raises(ValueError, match="compare") as refused:
        plan(**said)
    assert told in str(refused.value)


def test_cohorts_levels_analytes_and_parameters_that_are_not_there_are_all_named():
    data = TINY.model_dump(by_alias=True)
    wrong = {"treatment": "fed", "levels": ["Z9"], "cycles": [2]}
    right = {"treatment": "fasted", "cohorts": ["Q"], "cycles": [1]}
    said = {"analytes": ["NOPE"], "parameters": ["PEAK"], "treatments": [wrong, right]}
    data["nca"]["compare"] = {"food": FOOD | said}
    with pytest.raises(ConfigError) as refused:
        check_names(Study.model_validate(data))
    for name in (
        "nca.compare.food.parameters: 'PEAK'",
        "nca.compare.food.analytes: 'NOPE'",
        "nca.compare.food.treatments.levels: 'Z9'",
        "nca.compare.food.treatments.cohorts: 'Q'",
    ):
        assert name in str(refused.value)
