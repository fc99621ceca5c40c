"""The units there are, what people call them, and how other systems of units spell them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

PREFIXES: Final[dict[str, Fraction]] = {
    "": Fraction(1),
    "m": Fraction(1, 10**3),
    "u": Fraction(1, 10**6),
    "n": Fraction(1, 10**9),
    "p": Fraction(1, 10**12),
}
# Base quantities: drug as mass (g), amount (mol) or activity (IU of a biological, U of another definition:
# neither is the other), volume (L), time (h), body weight (kg), surface (m2) and length (m).
# `%`, `1` and `` are pure numbers. A month is 30.4375 days, a year 365.25.
UNITS: Final[dict[str, tuple[Fraction, str]]] = {
    **{f"{p}g": (f, "mass") for p, f in PREFIXES.items()},
    **{f"{p}mol": (f, "amount") for p, f in PREFIXES.items()},
    **{f"{p}L": (f, "volume") for p, f in PREFIXES.items()},
    **{f"{p}M": (f, "molarity") for p, f in PREFIXES.items()},
    **{f"{p}IU": (f, "international units") for p, f in PREFIXES.items() if p != "p"},
    **{f"{p}U": (f, "units") for p, f in PREFIXES.items() if p != "p"},
    "kIU": (Fraction(1000), "international units"),
    "kU": (Fraction(1000), "units"),
    "dL": (Fraction(1, 10), "volume"),
    "s": (Fraction(1, 3600), "time"),
    "min": (Fraction(1, 60), "time"),
    "h": (Fraction(1), "time"),
    "day": (Fraction(24), "time"),
    "d": (Fraction(24), "time"),
    "week": (Fraction(168), "time"),
    "month": (Fraction(24) * Fraction(304375, 10000), "time"),
    "year": (Fraction(24) * Fraction(36525, 100), "time"),
    "kg": (Fraction(1), "weight"),
    "m2": (Fraction(1), "surface"),
    "lb": (Fraction(45359237, 10**8), "weight"),  # international pound, 1959
    "mm": (Fraction(1, 1000), "length"),
    "cm": (Fraction(1, 100), "length"),
    "in": (Fraction(254, 10**4), "length"),
    "%": (Fraction(1, 100), ""),
    "1": (Fraction(1), ""),
}
# What people write, in lower case, and the unit it can only be.
ALIASES: Final[dict[str, str]] = {
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("days",), "day"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("wk", "wks", "weeks"), "week"),
    **dict.fromkeys(("mo", "months"), "month"),
    **dict.fromkeys(("yr", "yrs", "years"), "year"),
    **dict.fromkeys(("mcg", "microgram", "micrograms"), "ug"),
    **dict.fromkeys(("gram", "grams"), "g"),
    **dict.fromkeys(("cc", "ccm"), "mL"),
    **dict.fromkeys(("lbs", "pound", "pounds", "磅"), "lb"),
    **dict.fromkeys(("公斤", "千克"), "kg"),
    **dict.fromkeys(("millimeter", "millimetre", "毫米"), "mm"),
    **dict.fromkeys(("centimeter", "centimetre", "厘米"), "cm"),
    **dict.fromkeys(("inch", "inches"), "in"),
    **dict.fromkeys(("liter", "litre", "liters", "litres", "升"), "L"),
    **dict.fromkeys(("小时",), "h"),
    **dict.fromkeys(("天", "日"), "day"),
    **dict.fromkeys(("分钟",), "min"),
    # prefixes spelled out (UDUNITS-2)
    **{
        f"{long}{name}{end}": f"{short}{symbol}"
        for long, short in (("milli", "m"), ("micro", "u"), ("nano", "n"), ("pico", "p"))
        for name, symbol in (("gram", "g"), ("mole", "mol"), ("liter", "L"), ("litre", "L"))
        for end in ("", "s")
    },
    **dict.fromkeys(("mole", "moles"), "mol"),
}
# UCUM and UDUNITS write a product with a point or a raised dot, a power with two stars, and the international
# unit in square brackets; what stands in braces is no part of a unit.
SPELT: Final = (
    (re.compile(r"\{[^{}]*\}"), ""),
    (re.compile(r"\[(?:iU|IU|iu)\]"), "IU"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"(?<=[^\W_])\.(?=[^\W\d_\[])|[·⋅×]"), "*"),
    (re.compile(r"[⁻−]"), "-"),
    (re.compile("¹"), "1"),
    (re.compile("²"), "2"),
    (re.compile(r"(?<=[^\s*/(])\s+(?=[^\s*/)])"), "*"),
)
# ... and a division by a negative power: mL-1, kg^-1
INVERSE: Final = re.compile(r"\*?([^\W\d_]+2?)\^?-(\d)")
# A letter's case does not tell these apart; of others it does: m and M, mM and MM, mIU and MIU.
ANY_CASE: Final = {"mass", "amount", "volume", "time", "weight", "surface"}


DRUG: Final = frozenset({"mass", "amount", "international units", "units"})
KNOWN: Final = sorted(UNITS, key=lambda name: (name.endswith("U"), name))
FOLDED: Final = {
    **{name.lower(): name for name, (_, base) in UNITS.items() if base in ANY_CASE},
    "iu": "IU",
}
