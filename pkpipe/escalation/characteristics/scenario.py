"""The true rates a design is tried on, and the chances of each outcome of a batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.escalation.characteristics.graph import CLEAN, DLT, GRADE2, Graph
from pkpipe.escalation.engine.design import Design
from pkpipe.finding.check import Check
from pkpipe.finding.rows import RowTest
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.schema.column import Column

SCENARIO_COLUMNS: Final = (
    Column("scenario"),  # several scenarios in one file
    Column("level", required=True, filled=True),
    Column("p_dlt", "number", required=True, filled=True),
    Column(
        "p_grade2",
        "number",
        matters="the rate of grade 2 is taken to be that of a DLT",
        usual=False,
    ),
)

PROBABILITY: Final = "is no probability"
VERB: Final = "pkpipe operating-characteristics"


def _check(place: str, words: str, allowed: str | None = None) -> Check:
    name, _, column = place.partition(" ")
    return Check(f"SCENARIO-{name}", "error", words, VERB, allowed=allowed, column=column)


LEVEL: Final = _check("LEVEL level", "is not a level")
TWICE: Final = _check("TWICE level", "is given more than once", "one row a level")
DLT_RATE: Final = _check("DLT p_dlt", PROBABILITY, "0 to 1")
GRADE2_RATE: Final = _check("GRADE2 p_grade2", PROBABILITY, "0 to 1")
RATES: Final = _check(
    "RATES p_grade2", "is below p_dlt", "p_dlt or more: a DLT is also a grade 2 or more"
)
NO_RATE: Final = _check("NO-RATE level", "an open level has no rate")
CHECKS: Final = (LEVEL, TWICE, DLT_RATE, GRADE2_RATE, RATES, NO_RATE)

Extended = npt.NDArray[np.longdouble]


@dataclass(frozen=True)
class Scenario:
    """P(DLT) of each level, and P(related grade 2 or more) of a titrated subject."""

    p_dlt: tuple[Fraction, ...]
    p_grade2: tuple[Fraction, ...]

    @classmethod
    def of(cls, p_dlt: list[float], p_grade2: list[float | None] | None = None) -> Scenario:
        """Rates as typed: 0.1 is one tenth. A grade 2 rate that is not given is the DLT rate."""
        exact = tuple(Fraction(str(p)) for p in p_dlt)
        given = p_grade2 or [None] * len(p_dlt)
        grade2 = tuple(
            p if g is None else Fraction(str(g)) for p, g in zip(exact, given, strict=True)
        )
        return cls(exact, grade2)

    @cached_property
    def rates(self) -> npt.NDArray[np.float64]:
        """P(DLT) of each level."""
        return np.array([float(p) for p in self.p_dlt])


def read_scenario(
    rows: pl.DataFrame, design: Design, file: str
) -> tuple[Scenario | None, pl.DataFrame]:
    """The scenario of rows with SCENARIO_COLUMNS and ROW, or findings: every level once, rates in order."""
    p, g = pl.col("p_dlt"), pl.col("p_grade2")
    asked = design.codes[: design.top + 1]
    tests = (
        RowTest(
            replace(LEVEL, allowed=", ".join(design.codes)), ~pl.col("level").is_in(design.codes)
        ),
        RowTest(TWICE, pl.col("level").is_duplicated()),
        RowTest(DLT_RATE, ~p.is_between(0, 1)),
        RowTest(GRADE2_RATE, ~g.is_between(0, 1)),
        RowTest(RATES, g < p),
    )
    found = [
        findings_at(
            rows.filter(test.fails()),
            test.check,
            file=file,
            value=pl.col(str(test.check.column)).cast(pl.String),
        )
        for test in tests
    ]
    missing = [code for code in asked if code not in rows["level"].to_list()]
    absent = findings_at(
        pl.DataFrame({"level": missing}, schema={"level": pl.String}),
        NO_RATE,
        file=file,
        row=None,
        value=pl.col("level"),
        allowed="one row for each of " + ", ".join(asked),
    )
    findings = all_findings([*found, absent])
    if findings.height:
        return None, findings
    by_level = {row["level"]: row for row in rows.iter_rows(named=True)}
    # A level that is not open is never dosed; it takes no part whatever its rate.
    filled = [by_level.get(code, {"p_dlt": 1.0, "p_grade2": None}) for code in design.codes]
    return Scenario.of([r["p_dlt"] for r in filled], [r["p_grade2"] for r in filled]), findings


def chances(graph: Graph, scenario: Scenario, *, rational: bool) -> npt.NDArray[Any]:
    """P(outcome) of each state's next batch, shape (states, outcomes): extended precision or fractions.

    A titrated subject: DLT with p, grade 2 or more without DLT with g - p, else clean. Any other batch of
    m: y DLTs with the binomial probability.
    """
    sizes = graph.child.shape[1]
    levels = graph.design.levels
    kinds = np.full((levels, sizes + 1, sizes), Fraction(0), dtype=object)
    for level, (p, g) in enumerate(zip(scenario.p_dlt, scenario.p_grade2, strict=True)):
        for m in range(1, sizes):
            for y in range(m + 1):
                kinds[level, m, y] = comb(m, y) * p**y * (1 - p) ** (m - y)
        titrated = {CLEAN: 1 - g, GRADE2: g - p, DLT: p}
        for outcome, chance in titrated.items():
            kinds[level, sizes, outcome] = chance
    table = kinds if rational else extended(kinds)
    row = np.where(graph.titrated, sizes, graph.number)
    picked: npt.NDArray[Any] = table[np.maximum(graph.level, 0), row]
    return picked


def extended(fractions: npt.NDArray[np.object_]) -> Extended:
    """Fractions to extended precision: the nearest double plus the nearest double of the rest."""
    flat = [(float(f), f) for f in fractions.ravel()]
    high = np.array([h for h, _ in flat], dtype=np.longdouble)
    low = np.array([float(f - Fraction(h)) for h, f in flat], dtype=np.longdouble)
    return (high + low).reshape(fractions.shape)
