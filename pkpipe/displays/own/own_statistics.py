"""The statistics a study's own table can show: those of the house, by the names of its formatting rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.statistics import described, geometric

NUMBER: Final = "_V"
V: Final = pl.col(NUMBER)
POSITIVE: Final = V.min() > 0
OF_NUMBERS: Final = described(V)
OF_LOGS: Final = geometric(V.filter(V > 0).log())
GMEAN: Final = pl.when(POSITIVE).then(OF_LOGS["GMEAN"])
GCV: Final = pl.when(POSITIVE).then(OF_LOGS["GCV"])
NO_LOG: Final = "a value of 0 or below has no logarithm"
ONE_VALUE: Final = "fewer than 2 values"


@dataclass(frozen=True)
class Measure:
    """One statistic: what is put into the cell, what it is in words, and when it cannot be."""

    words: str  # for docs/own_displays.md
    cell: Mapping[str, pl.Expr]  # columns of a cell, over the records of a row and group
    label: Words = NONE  # of counts: what stands in the table
    without: Mapping[str, str] = field(default_factory=dict)  # column of a cell: why it is empty

    @property
    def of_numbers(self) -> bool:
        """Whether it needs a column of numbers."""
        return self.label == NONE


def _one(words: str, code: str, without: str = "") -> Measure:
    cell = {"VALUE": OF_NUMBERS[code], "N": OF_NUMBERS["N"]}
    return Measure(words, cell, without={"VALUE": without} if without else {})


SUBJECTS: Final = pl.col("USUBJID").n_unique().cast(pl.Float64)
MEASURES: Final[Mapping[str, Measure]] = {
    "count": Measure(
        "n: subjects with such a record", {"VALUE": SUBJECTS}, Words("Subjects, n", "受试者数")
    ),
    "share": Measure(
        "subjects with such a record, of those of the set in the group: x/N (%)",
        {"X": SUBJECTS},
        Words("Subjects, x/N (%)", "受试者 x/N (%)"),
    ),
    "records": Measure(
        "such records", {"VALUE": pl.len().cast(pl.Float64)}, Words("Records", "记录数")
    ),
    "values": Measure("n: values", {"VALUE": OF_NUMBERS["N"].cast(pl.Float64)}),
    "mean": _one("mean", "MEAN"),
    "sd": _one("standard deviation (n - 1)", "SD", ONE_VALUE),
    "mean_sd_n": Measure(
        "mean (standard deviation), n",
        {"VALUE": OF_NUMBERS["MEAN"], "X": OF_NUMBERS["SD"], "N": OF_NUMBERS["N"]},
        without={"X": ONE_VALUE},
    ),
    "median": _one("median", "MEDIAN"),
    "minimum": _one("minimum", "MIN"),
    "maximum": _one("maximum", "MAX"),
    "median_range": Measure(
        "median (minimum, maximum)",
        {
            **{"VALUE": OF_NUMBERS["MEDIAN"], "N": OF_NUMBERS["N"]},
            **{"LOWER": OF_NUMBERS["MIN"], "UPPER": OF_NUMBERS["MAX"]},
        },
    ),
    "gmean": Measure(
        "geometric mean", {"VALUE": GMEAN, "N": OF_NUMBERS["N"]}, without={"VALUE": NO_LOG}
    ),
    "gmean_gcv": Measure(
        "geometric mean (geometric CV %) [n]",
        {"VALUE": GMEAN, "X": GCV, "N": OF_NUMBERS["N"]},
        without={"VALUE": NO_LOG, "X": ONE_VALUE},
    ),
    "gcv": Measure(
        "geometric CV %", {"VALUE": GCV, "N": OF_NUMBERS["N"]}, without={"VALUE": NO_LOG}
    ),
}
