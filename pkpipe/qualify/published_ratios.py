"""Ratios of geometric means between treatments: 60 published answers of 49 data sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.nca.further_analyses.treatment_ratios import Question, treatment_ratios
from pkpipe.qualify.answers import answers_of, words_of
from pkpipe.qualify.compared_answers import Requirement, numbers

C: Final = pl.col
FOLDER: Final = "treatment_ratios"
NUMBERS: Final = ("RATIO", "LOWER", "UPPER")
HALF: Final = 0.005 + 1e-9  # of the last printed digit
MOST: Final = 1000.0  # percent, which no ratio or limit reaches
PUBLISHED: Final = Requirement(
    *("OQ-RATIO-1", "nca", "Ratios of geometric means and their 90 % limits are those published"),
    "Schütz and others, AAPS J 2014, 16:1292 and 2020, 22:44; Fuglsang and others, AAPS J 2015, 17:400",
    "half of the last printed digit (0.005 %)",
)


def values() -> pl.DataFrame:
    """The values of all data sets."""
    return words_of(FOLDER, "values.csv.gz").with_columns(C("VALUE").cast(pl.Float64))


def checks() -> Iterator[pl.DataFrame]:
    """Every published number: crossover, replicate and parallel designs."""
    given = values()
    for answer in answers_of(FOLDER, "answers.csv").iter_rows(named=True):
        asked = Question(answer["DESIGN"], answer["VARIANCES"] or "unequal")
        own = given.filter(C("DATASET") == answer["DATASET"])
        row = treatment_ratios(own, ["DATASET"], "R", asked).row(0, named=True)
        about = f"{answer['DATASET']} {answer['VARIANCES'] or ''}".strip()
        found = [
            (f"{about} {name}", answer[name], row[name])
            for name in NUMBERS
            if answer[name] is not None
        ]
        schema = {"item": pl.String, "expected": pl.Float64, "got": pl.Float64}
        rows = pl.DataFrame(found, schema=schema, orient="row")
        yield numbers(PUBLISHED, rows, HALF / MOST, least=MOST)
