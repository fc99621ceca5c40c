"""Response criteria as values: RECIST 1.1 and iRECIST, in the order in which they are read.

Sizes are whole numbers of 0.1 µm (1 mm = 10 000 units): tumour tables carry up to four decimals of a
millimetre, and 69.93 <= 0.7 x 99.9 is false in floating point but 10 x 699300 <= 7 x 999000 is true.

Sources: RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026), iRECIST (Seymour 2017,
doi:10.1016/S1470-2045(17)30074-8).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.lesions import NODE_NORMAL_MM

UNITS_PER_MM: Final = 10_000
NODE_NORMAL: Final = NODE_NORMAL_MM * UNITS_PER_MM  # short axis below this: the node is normal
GROWTH_MIN: Final = 5 * UNITS_PER_MM  # absolute increase over the nadir for progression
PR_TENTHS: Final = 7  # at most 7/10 of the baseline sum
PD_TENTHS: Final = 12  # at least 12/10 of the nadir

MISSING: Final = "MISSING"


@dataclass(frozen=True)
class Criteria:
    """The words of one criterion set, from best to worst; numbers are the AVAL of ADRS."""

    name: str
    complete: str
    partial: str
    stable: str
    neither: str  # non-target disease only: neither complete response nor progression
    progression: str
    not_evaluable: str
    unconfirmed: str | None = None  # iUPD: progression that waits for confirmation
    also_not_evaluable: tuple[str, ...] = ()
    no_response: tuple[str, ...] = (
        "ND",
        "NED",
    )  # not done, no evidence of disease: nothing to rate

    @property
    def codes(self) -> tuple[tuple[str, str, int], ...]:
        """(class, word, AVAL) of every response, in the order of the best overall response."""
        waiting = () if self.unconfirmed is None else (("UPD", self.unconfirmed, 8),)
        return (
            ("CR", self.complete, 1),
            ("PR", self.partial, 2),
            ("SD", self.stable, 3),
            ("NON", self.neither, 4),
            ("PD", self.progression, 5),
            *waiting,
            ("NE", self.not_evaluable, 6),
        )

    @property
    def class_of(self) -> dict[str, str]:
        """Class of each word, e.g. NON-CR/NON-PD: NON."""
        known = {word: kind for kind, word, _ in self.codes}
        return known | dict.fromkeys(self.also_not_evaluable, "NE")

    @property
    def word_of(self) -> dict[str, str]:
        """Word of each class; a subject without assessment is MISSING."""
        return {**{kind: word for kind, word, _ in self.codes}, MISSING: MISSING}

    @property
    def aval_of(self) -> dict[str, int]:
        """AVAL of each class: CR 1 to NE 6, MISSING 7 (the numbers of admiralonco), iUPD 8."""
        return {**{kind: number for kind, _, number in self.codes}, MISSING: 7}


RECIST: Final = Criteria(
    name="RECIST 1.1",
    complete="CR",
    partial="PR",
    stable="SD",
    neither="NON-CR/NON-PD",
    progression="PD",
    not_evaluable="NE",
)
IRECIST: Final = Criteria(
    name="iRECIST",
    complete="iCR",
    partial="iPR",
    stable="iSD",
    neither="NON-iCR/NON-iUPD",
    progression="iCPD",
    not_evaluable="NE",
    unconfirmed="iUPD",
    also_not_evaluable=("iNE",),
)
CRITERIA: Final = {c.name: c for c in (RECIST, IRECIST)}

# Of several responses on one day the one that counts: the later in this list (an NE never hides a finding).
WORST_OF_DAY: Final = ("NE", "CR", "PR", "SD", "NON", "UPD", "PD")


@dataclass(frozen=True)
class TargetRule:
    """One line of the target response: the first that holds gives the response."""

    response: str | None  # None: no target disease
    when: pl.Expr
    words: str  # key into the sentences of arithmetic_in_words.py
    rule: str  # in words, for the methods document


_SLD, _BASE, _NADIR = pl.col("SLD"), pl.col("BASE"), pl.col("NADIR")
_COMPLETE = pl.col("NMEAS") == pl.col("NEXP")
GROWN: Final = (10 * _SLD >= PD_TENTHS * _NADIR) & (_SLD - _NADIR >= GROWTH_MIN)

TARGET_RULES: Final = (
    TargetRule(None, pl.col("NEXP") == 0, "none", "no target lesion was chosen"),
    TargetRule(
        "NE",
        _BASE.is_null(),
        "no_baseline",
        "a target lesion has no baseline size: there is nothing to compare with",
    ),
    TargetRule(
        "NE", _BASE == 0, "zero_baseline", "the baseline sum is 0 mm: there was no target lesion"
    ),
    TargetRule("NE", pl.col("NMEAS") == 0, "unmeasured", "no target lesion was measured"),
    TargetRule(
        "CR",
        _COMPLETE & (pl.col("REMAIN") == 0),
        "complete",
        "all non-nodal target lesions 0 mm and all nodal ones below 10 mm short axis",
    ),
    TargetRule(
        "PD",
        pl.col("AFTERCR") & (pl.col("REMAIN") > 0),
        "reappeared",
        "a target lesion is back after an overall complete response",
    ),
    TargetRule(
        "PD",
        GROWN & _COMPLETE,
        "grown",
        "sum at least 120 % of the nadir and at least 5 mm over it",
    ),
    TargetRule(
        "PD",
        GROWN,
        "grown_incomplete",
        "the measured lesions alone are at least 120 % of the nadir and 5 mm over it",
    ),
    TargetRule("NE", ~_COMPLETE, "incomplete", "a target lesion was not measured"),
    TargetRule(
        "PR", 10 * _SLD <= PR_TENTHS * _BASE, "partial", "sum at most 70 % of the baseline sum"
    ),
    TargetRule("SD", pl.lit(True), "stable", "neither of the above"),
)

# Words that stand for no lesion of that kind in the combination table.
NO_DISEASE: Final = "NONE"
TARGETS: Final = ("CR", "PR", "SD", "PD", "NE", NO_DISEASE)
NONTARGETS: Final = ("CR", "NON-CR/NON-PD", "PD", "NE", NO_DISEASE)
NEWS: Final = ("N", "EQUIVOCAL", "Y")
ANY: Final = ("ANY",)


@dataclass(frozen=True)
class Combination:
    """One line of the table target x non-target x new lesion: the first that fits gives the response."""

    target: Sequence[str]
    nontarget: Sequence[str]
    new: Sequence[str]
    overall: str

    def fits(self, target: str, nontarget: str, new: str) -> bool:
        """True if the line covers this combination."""
        pairs = ((self.target, target), (self.nontarget, nontarget), (self.new, new))
        return all(tuple(line) == ANY or word in line for line, word in pairs)


# Eisenhauer 2009, tables 1 and 2. An equivocal new lesion is no progression until it is confirmed.
OVERALL: Final = (
    Combination(("PD",), ANY, ANY, "PD"),
    Combination(ANY, ("PD",), ANY, "PD"),
    Combination(ANY, ANY, ("Y",), "PD"),
    Combination(("CR",), ("CR", NO_DISEASE), ANY, "CR"),
    Combination(("CR",), ("NON-CR/NON-PD", "NE"), ANY, "PR"),
    Combination(("PR",), ANY, ANY, "PR"),
    Combination(("SD",), ANY, ANY, "SD"),
    Combination(("NE",), ANY, ANY, "NE"),
    Combination((NO_DISEASE,), ("CR",), ANY, "CR"),
    Combination((NO_DISEASE,), ("NON-CR/NON-PD",), ANY, "NON-CR/NON-PD"),
    Combination((NO_DISEASE,), ("NE", NO_DISEASE), ANY, "NE"),
)


def overall_of(target: str, nontarget: str, new: str) -> str:
    """The overall response of one combination, by the first line that fits."""
    return next(line.overall for line in OVERALL if line.fits(target, nontarget, new))


def combinations() -> pl.DataFrame:
    """The table written out: one row for each of the 90 combinations."""
    return pl.DataFrame(
        [
            (t, n, w, overall_of(t, n, w))
            for t, n, w in itertools.product(TARGETS, NONTARGETS, NEWS)
        ],
        schema=["TRGRESP", "NTRGRESP", "NEWLPROG", "OVRLRESP"],
        orient="row",
    )


# How a time-point response of RECIST reads in iRECIST while no progression waits for confirmation.
IMMUNE: Final = {
    "CR": "iCR",
    "PR": "iPR",
    "SD": "iSD",
    "NON-CR/NON-PD": "NON-iCR/NON-iUPD",
    "PD": "iUPD",
    "NE": "NE",
}
