"""Why there is no value, in a pharmacologist's words; the numbers live only inside the kernel."""

from __future__ import annotations

from typing import Final

import numpy as np

NONE: Final = 0
NO_DOSE: Final = 1
NO_SAMPLE: Final = 2
ALL_BLQ: Final = 3
NO_START: Final = 4
START_DROPPED: Final = 5
ONE_SAMPLE: Final = 6
TOO_FEW: Final = 7
FLAT: Final = 8
RISING: Final = 9
VETOED: Final = 10
PICKED_FEW: Final = 11
PICKED_RISING: Final = 12
NO_TAU: Final = 13
COVERAGE: Final = 14
NO_TROUGH: Final = 15
NO_EOI: Final = 16
NEVER_RISES: Final = 17
TWO_POINTS: Final = 18
DIVISION: Final = 19
NO_DOSE_AMOUNT: Final = 20
NEGATIVE: Final = 21
LATER_DOSE: Final = 22
NO_DURATION: Final = 23
OVERFLOW: Final = 24
MIXED_ROUTES: Final = 25
CUT_SHORT: Final = 26

OF_CUT_SHORT: Final = "another dose is given before the end of the partial area"

# The causes of `terminal`, in its order.
OF_SLOPE: Final = np.array([NONE, TOO_FEW, FLAT, RISING, VETOED, PICKED_FEW, PICKED_RISING])


def words(min_points: int, min_coverage: float) -> dict[int, str]:
    """The sentence of each cause, with the limits of the analysis in it."""
    return {
        NO_DOSE: "no dose is recorded for these samples",
        NO_SAMPLE: "no concentration was measured in the interval",
        ALL_BLQ: "every concentration of the interval is below the limit of quantification",
        NO_START: "no concentration at the start of the interval, and no rule supplies one",
        START_DROPPED: "the sample at the start is below the limit of quantification and the rule drops it",
        ONE_SAMPLE: "a single concentration makes no area",
        TOO_FEW: f"fewer than {min_points} quantifiable samples are eligible for the terminal slope",
        FLAT: "the terminal concentrations do not vary",
        RISING: "the terminal concentrations do not decline in any window",
        VETOED: "the window with the best fit rises",
        PICKED_FEW: "fewer than 2 of the samples picked for the terminal slope are quantifiable",
        PICKED_RISING: "the samples picked for the terminal slope do not decline",
        NO_TAU: "no dosing interval is stated",
        COVERAGE: (
            f"samples cover less than {min_coverage * 100:g} % of the dosing interval, "
            "too little to extrapolate to its end"
        ),
        NO_TROUGH: "no sample at the end of the dosing interval",
        NO_EOI: "no sample at the end of the infusion",
        NEVER_RISES: "the concentration never rises",
        TWO_POINTS: "two points lie on a line: the adjusted R² is not defined",
        DIVISION: "the value it is divided by is zero",
        NEGATIVE: "a concentration in the interval is negative: none of it can be trusted",
        LATER_DOSE: "a later dose lies in the interval: what is left of this one at its end is not known",
        NO_DURATION: "the duration of an infusion is not stated",
        MIXED_ROUTES: "intravenous and extravascular doses lie in the interval: no amount is known to enter",
        OVERFLOW: "the numbers are too large or too small to compute with",
        CUT_SHORT: OF_CUT_SHORT,
        NO_DOSE_AMOUNT: "no dose lies in the interval",
    }
