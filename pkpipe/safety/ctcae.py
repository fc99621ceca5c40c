"""CTCAE v5.0 criteria that a laboratory value alone can decide, as a table to proof-read (SAF-3).

Source of every entry: National Cancer Institute, Common Terminology Criteria for Adverse Events, version
5.0, 27 November 2017. Where a grade depends on symptoms or treatment the value decides alone, as without
symptoms; those belong to the adverse event. Terms graded by intervention only (hyperglycaemia,
hypophosphataemia) are not here. A limit given in several units stands in each of them, as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["L", "H"]


@dataclass(frozen=True)
class Limit:
    """What a value must pass to have a grade: times LLN, ULN or baseline, ULN plus, or a fixed number."""

    grade: int
    reference: Literal["LLN", "ULN", "BASE", "FIXED", "ULN+"]
    times: float = 1.0
    fixed: Mapping[str, float] | None = None  # by unit
    reached: bool = False  # equal counts too


@dataclass(frozen=True)
class Criterion:
    """One CTCAE term: the tests it grades, its direction, its limits from the worst grade on."""

    term: str
    tests: tuple[str, ...]  # LBTESTCD
    direction: Direction
    limits: tuple[Limit, ...]
    if_abnormal: tuple[Limit, ...] = ()  # after an abnormal baseline; empty: the same limits


def _uln(*steps: tuple[int, float]) -> tuple[Limit, ...]:
    return tuple(Limit(g, "ULN", t) for g, t in steps)


def _base(*steps: tuple[int, float], reached: bool = False) -> tuple[Limit, ...]:
    """Multiples of baseline; `reached`: the mildest grade begins at its limit, not above it."""
    last = len(steps) - 1
    return tuple(
        Limit(g, "BASE", t, reached=reached and i == last) for i, (g, t) in enumerate(steps)
    )


def _fixed(*steps: tuple[int, Mapping[str, float]]) -> tuple[Limit, ...]:
    return tuple(Limit(g, "FIXED", fixed=f) for g, f in steps)


_BELOW_LLN: Final = (Limit(1, "LLN"),)
_ABOVE_ULN: Final = (Limit(1, "ULN"),)
_ENZYME: Final = ((4, 20.0), (3, 5.0))
_SI, _US, _CELLS = "mmol/L", "mg/dL", "10^9/L"

CTCAE_5: Final = (
    # Blood
    Criterion(
        "Anemia", ("HGB",), "L",
        _fixed((3, {"g/L": 80, "g/dL": 8, _SI: 4.9}), (2, {"g/L": 100, "g/dL": 10, _SI: 6.2}))
        + _BELOW_LLN,
    ),
    Criterion(
        "Hemoglobin increased", ("HGB",), "H",  # mmol/L (Fe): the g/dL limits / 1.6114
        (
            Limit(3, "ULN+", fixed={"g/L": 40, "g/dL": 4, _SI: 2.48}),
            Limit(2, "ULN+", fixed={"g/L": 20, "g/dL": 2, _SI: 1.24}),
            *_ABOVE_ULN,
        ),
    ),
    Criterion(
        "White blood cell decreased", ("WBC",), "L",
        _fixed((4, {_CELLS: 1}), (3, {_CELLS: 2}), (2, {_CELLS: 3})) + _BELOW_LLN,
    ),
    Criterion("Leukocytosis", ("WBC",), "H", _fixed((3, {_CELLS: 100}))),
    Criterion(
        "Neutrophil count decreased", ("NEUT", "ANC"), "L",
        _fixed((4, {_CELLS: 0.5}), (3, {_CELLS: 1}), (2, {_CELLS: 1.5})) + _BELOW_LLN,
    ),
    Criterion(
        "Lymphocyte count decreased", ("LYM",), "L",
        _fixed((4, {_CELLS: 0.2}), (3, {_CELLS: 0.5}), (2, {_CELLS: 0.8})) + _BELOW_LLN,
    ),
    Criterion("Lymphocyte count increased", ("LYM",), "H", _fixed((3, {_CELLS: 20}), (2, {_CELLS: 4}))),
    Criterion(
        "Platelet count decreased", ("PLAT",), "L",
        _fixed((4, {_CELLS: 25}), (3, {_CELLS: 50}), (2, {_CELLS: 75})) + _BELOW_LLN,
    ),
    # Coagulation
    Criterion(
        "Activated partial thromboplastin time prolonged", ("APTT",), "H",
        _uln((3, 2.5), (2, 1.5), (1, 1)),
    ),
    Criterion(
        "INR increased", ("INR",), "H",  # without anticoagulation
        _fixed((3, {"1": 2.5}), (2, {"1": 1.5}), (1, {"1": 1.2})),
    ),
    # Liver, pancreas, muscle, kidney
    Criterion(
        "Alanine aminotransferase increased", ("ALT",), "H",
        _uln(*_ENZYME, (2, 3), (1, 1)), _base(*_ENZYME, (2, 3), (1, 1.5), reached=True),
    ),
    Criterion(
        "Aspartate aminotransferase increased", ("AST",), "H",
        _uln(*_ENZYME, (2, 3), (1, 1)), _base(*_ENZYME, (2, 3), (1, 1.5), reached=True),
    ),
    Criterion(
        "Alkaline phosphatase increased", ("ALP",), "H",
        _uln(*_ENZYME, (2, 2.5), (1, 1)), _base(*_ENZYME, (2, 2.5), (1, 2), reached=True),
    ),
    Criterion(
        "GGT increased", ("GGT",), "H",
        _uln(*_ENZYME, (2, 2.5), (1, 1)), _base(*_ENZYME, (2, 2.5), (1, 2), reached=True),
    ),
    Criterion(
        "Blood bilirubin increased", ("BILI",), "H",
        _uln((4, 10), (3, 3), (2, 1.5), (1, 1)), _base((4, 10), (3, 3), (2, 1.5), (1, 1)),
    ),
    Criterion("Blood lactate dehydrogenase increased", ("LDH",), "H", _ABOVE_ULN),
    Criterion("Serum amylase increased", ("AMYLASE",), "H", _uln((3, 5), (2, 1.5), (1, 1))),
    Criterion("Lipase increased", ("LIPASE",), "H", _uln((3, 5), (2, 1.5), (1, 1))),
    Criterion("CPK increased", ("CK",), "H", _uln((4, 10), (3, 5), (2, 2.5), (1, 1))),
    Criterion(
        "Creatinine increased", ("CREAT",), "H",
        (
            Limit(4, "ULN", 6), Limit(3, "ULN", 3), Limit(3, "BASE", 3),
            Limit(2, "ULN", 1.5), Limit(2, "BASE", 1.5), *_ABOVE_ULN,
        ),
    ),
    # Metabolism
    Criterion(
        "Hypoalbuminemia", ("ALB",), "L",
        _fixed((3, {"g/L": 20, "g/dL": 2}), (2, {"g/L": 30, "g/dL": 3})) + _BELOW_LLN,
    ),
    Criterion(
        "Hyponatremia", ("SODIUM",), "L",
        _fixed((4, {_SI: 120}), (3, {_SI: 125}), (2, {_SI: 130})) + _BELOW_LLN,
    ),
    Criterion(
        "Hypernatremia", ("SODIUM",), "H",
        _fixed((4, {_SI: 160}), (3, {_SI: 155}), (2, {_SI: 150})) + _ABOVE_ULN,
    ),
    Criterion("Hypokalemia", ("K",), "L", _fixed((4, {_SI: 2.5}), (3, {_SI: 3.0})) + _BELOW_LLN),
    Criterion(
        "Hyperkalemia", ("K",), "H", _fixed((4, {_SI: 7}), (3, {_SI: 6}), (2, {_SI: 5.5})) + _ABOVE_ULN
    ),
    Criterion(
        "Hypocalcemia", ("CACR", "CACORR"), "L",  # corrected serum calcium
        _fixed((4, {_SI: 1.5, _US: 6}), (3, {_SI: 1.75, _US: 7}), (2, {_SI: 2.0, _US: 8})) + _BELOW_LLN,
    ),
    Criterion(
        "Hypercalcemia", ("CACR", "CACORR"), "H",
        _fixed((4, {_SI: 3.4, _US: 13.5}), (3, {_SI: 3.1, _US: 12.5}), (2, {_SI: 2.9, _US: 11.5}))
        + _ABOVE_ULN,
    ),
    Criterion(
        "Hypocalcemia (ionized)", ("CAION",), "L",
        _fixed((4, {_SI: 0.8}), (3, {_SI: 0.9}), (2, {_SI: 1.0})) + _BELOW_LLN,
    ),
    Criterion(
        "Hypercalcemia (ionized)", ("CAION",), "H",
        _fixed((4, {_SI: 1.8}), (3, {_SI: 1.6}), (2, {_SI: 1.5})) + _ABOVE_ULN,
    ),
    Criterion(
        "Hypomagnesemia", ("MG",), "L",
        _fixed((4, {_SI: 0.3, _US: 0.7}), (3, {_SI: 0.4, _US: 0.9}), (2, {_SI: 0.5, _US: 1.2}))
        + _BELOW_LLN,
    ),
    Criterion(
        "Hypermagnesemia", ("MG",), "H",
        _fixed((4, {_SI: 3.30, _US: 8}), (3, {_SI: 1.23, _US: 3})) + _ABOVE_ULN,
    ),
    Criterion(
        "Hypoglycemia", ("GLUC",), "L",
        _fixed((4, {_SI: 1.7, _US: 30}), (3, {_SI: 2.2, _US: 40}), (2, {_SI: 3.0, _US: 55})) + _BELOW_LLN,
    ),
    Criterion(
        "Cholesterol high", ("CHOL",), "H",
        _fixed((4, {_SI: 12.92, _US: 500}), (3, {_SI: 10.34, _US: 400}), (2, {_SI: 7.75, _US: 300}))
        + _ABOVE_ULN,
    ),
    Criterion(
        "Hypertriglyceridemia", ("TRIG",), "H",
        (
            *_fixed((4, {_SI: 11.4, _US: 1000}), (3, {_SI: 5.7, _US: 500}), (2, {_SI: 3.42, _US: 300})),
            Limit(1, "FIXED", fixed={_SI: 1.71, _US: 150}, reached=True),
        ),
    ),
    Criterion("Hyperuricemia", ("URATE",), "H", _ABOVE_ULN),
)  # fmt: skip

# Spellings of the units above (upper case, µ written u) and what one of them is: (our unit, factor).
UNITS: Final[dict[str, tuple[str, float]]] = {
    **{u.upper(): (u, 1.0) for u in ("g/L", "g/dL", "mmol/L", "mg/dL", "10^9/L", "1")},
    **dict.fromkeys(("GI/L", "10*9/L", "10E9/L", "X10E9/L", "10^3/UL"), (_CELLS, 1.0)),
    **dict.fromkeys(("10*3/UL", "K/UL", "THOU/UL", "10^3/MM3", "10*3/MM3"), (_CELLS, 1.0)),
    **dict.fromkeys(("/UL", "/MM3", "CELLS/UL", "10^6/L", "10*6/L"), (_CELLS, 0.001)),
    **dict.fromkeys(("RATIO", "INR"), ("1", 1.0)),
    "MG/L": (_US, 0.1),
    "UMOL/L": (_SI, 0.001),
}
# mEq/L and mmol/L are the same number for ions of one charge only.
MONOVALENT: Final = ("SODIUM", "K")
# Pure numbers: an empty unit is their unit.
UNITLESS: Final = ("INR",)
