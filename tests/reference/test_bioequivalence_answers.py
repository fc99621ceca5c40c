"""Ratios of geometric means against 60 published answers of 49 data sets, to their last printed digit."""

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.nca.further_analyses.treatment_ratios import Question, treatment_ratios
from pkpipe.qualify.answers import answers_of
from pkpipe.qualify.published_ratios import FOLDER, HALF, values

pytestmark = pytest.mark.reference
VALUES = values()
ANSWERS = answers_of(FOLDER, "answers.csv").rows(named=True)


def name_of(answer):
    return f"{answer['DATASET']} {answer['VARIANCES'] or ''}".strip()


@pytest.mark.parametrize("answer", ANSWERS, ids=name_of)
def test_ratio_and_limits_are_those_that_are_published(answer):
    asked = Question(answer["DESIGN"], answer["VARIANCES"] or "unequal")
    values = VALUES.filter(pl.col("DATASET") == answer["DATASET"])
    row = treatment_ratios(values, ["DATASET"], "R", asked).row(0, named=True)
    for name in ("RATIO", "LOWER", "UPPER"):
        if answer[name] is not None:
            assert row[name] == pytest.approx(answer[name], abs=HALF), name
    assert row["REASON"] is None


def test_all_data_sets_in_one_table_are_compared_each_by_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    crossed = VALUES.filter(pl.col("PERIOD").is_not_null())
    crossed.rename({"VALUE": "PPSTRESN", "SUBJECT": "USUBJID"}).with_columns(
        PPTESTCD=pl.lit("AUCLST")
    ).write_csv("pp.csv")
    words = ["compare", "pp.csv", "-o", "r.csv", "--treatment", "TREATMENT", "--reference", "R"]
    assert main([*words, "--period", "PERIOD", "--by", "DATASET"]) == 0
    found = {row["DATASET"]: row for row in pl.read_csv("r.csv").rows(named=True)}
    wanted = [a for a in ANSWERS if a["DESIGN"] == "crossover"]
    assert len(found) == len(wanted) == 38
    for answer in wanted:
        row = found[answer["DATASET"]]
        assert row["LOWER"] == pytest.approx(answer["LOWER"], abs=HALF)
        assert row["UPPER"] == pytest.approx(answer["UPPER"], abs=HALF)
