"""Every parameter of an NCA of a drug effect, in the order of the output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pkpipe.protocol.effect_options import EffectRules

SOURCE: Final = "WNL"


@dataclass(frozen=True)
class EffectParameter:
    """One parameter of the response to a drug."""

    code: str
    label: str
    kind: str  # conc (of the response), time, area, slope, rate, percent, number
    formula: str
    source: str = SOURCE


_P: Final = EffectParameter
OBSERVED: Final = (
    _P("RBASE", "Baseline Response", "conc",
        "last response at or before the dose, mean of those since the dose before, or as given"),
    _P("RMAX", "Max Response", "conc", "largest response measured from START on"),
    _P("TRMAX", "Time of RMAX", "time", "its time, the first of several"),
    _P("RMIN", "Min Response", "conc", "smallest response measured from START on"),
    _P("TRMIN", "Time of RMIN", "time", "its time, the first of several"),
    _P("TRLST", "Time of Last Response", "time", "time of the last response"),
)  # fmt: skip


def _about(letter: str, level: str) -> tuple[EffectParameter, ...]:
    """Areas and times about a level, by the linear rule from START to TRLST."""
    code, small = letter, level.lower()
    return (
        _P(f"AUECA{code}", f"Area Above {level}", "area", f"between curve and {small}, where it is above it"),
        _P(f"AUECB{code}", f"Area Below {level}", "area", f"between curve and {small}, where it is below it"),
        _P(f"AUECN{code}", f"Net Area Above {level}", "area", f"AUECA{code} - AUECB{code}"),
        _P(f"TA{code}", f"Time Above {level}", "time", f"time the curve is above the {small}"),
        _P(f"TB{code}", f"Time Below {level}", "time", f"time the curve is below the {small}"),
        _P(f"TAP{code}", f"Percent of Time Above {level}", "percent", f"100 TA{code} / TRLST"),
        _P(f"TBP{code}", f"Percent of Time Below {level}", "percent", f"100 TB{code} / TRLST"),
    )  # fmt: skip


ABOUT_BASELINE: Final = _about("B", "Baseline")
ABOUT_THRESHOLD: Final = (
    _P("RTHR", "Threshold Response", "conc", "as given, or the given share of RBASE"),
    *_about("T", "Threshold"),
    _P("TBTWN", "Time Between Baseline and Threshold", "time", "time the curve is between the two"),
    _P("TONSET", "Time of Onset", "time",
        "the curve first goes across the threshold, away from the baseline; 0 where it begins there"),
    _P("TOFFSET", "Time of Offset", "time", "it first comes back after TONSET"),
    _P("TOFFON", "Time from Onset to Offset", "time", "TOFFSET - TONSET"),
)  # fmt: skip
MOST_SLOPES: Final = 9


def _of_slope(place: int, kind: str) -> tuple[EffectParameter, ...]:
    code, of = f"SLOPE{place}", f"between the times of line {place}"
    return (
        _P(code, f"Slope {place}", kind, f"of the response, or of its logarithm, on time {of}"),
        _P(f"{code}R2", f"R Squared of Slope {place}", "number", f"squared correlation {of}"),
        _P(f"{code}N", f"Number of Points of Slope {place}", "number", f"responses {of}"),
    )


def effect_parameters(rules: EffectRules) -> tuple[EffectParameter, ...]:
    """Those that these rules ask for."""
    slopes = [
        p
        for place, line in enumerate(rules.slopes, start=1)
        for p in _of_slope(place, "rate" if line.scale == "log" else "slope")
    ]
    about = (*ABOUT_BASELINE, *(ABOUT_THRESHOLD if rules.has_threshold else ()))
    return (*OBSERVED, *about, *slopes)


# One slope stands for all of them on the page of parameters.
EFFECT: Final = (*OBSERVED, *ABOUT_BASELINE, *ABOUT_THRESHOLD, *_of_slope(1, "slope"))
EFFECT_CODES: Final = (
    *(p.code for p in (*OBSERVED, *ABOUT_BASELINE, *ABOUT_THRESHOLD)),
    *(p.code for place in range(1, MOST_SLOPES + 1) for p in _of_slope(place, "slope")),
)
