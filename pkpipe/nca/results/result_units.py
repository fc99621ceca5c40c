"""The units somebody wants results in: what each number is multiplied with, and what is refused.

A result follows from the units of dose, concentration and time. It may be wanted in any unit of the same
kind; with body weight also per kg or not, with body surface per m2 or not, with a molar mass as mass or as
amount.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pkpipe.errors import ConfigError
from pkpipe.nca.registry.parameter_registry import Parameter
from pkpipe.units import StudyUnits, parse, result_unit, spelled

# EXCRETA: of the CONC of urine and faeces, where it is not that of plasma.
INPUTS: Final = ("TIME", "CONC", "DOSE", "VOLUME", "AMOUNT", "EXCRETA")
# What a unit may differ in, and what bridges it.
BRIDGES: Final = {
    "weight": "a column WEIGHT (kg) in DOSE",
    "surface": "a column BSA (m2) in DOSE",
    "amount": "a molar mass (--molar-mass, g/mol)",
}


@dataclass(frozen=True)
class Scale:
    """The unit of a result and how the raw number gets there: a factor, and powers of what a profile has."""

    unit: str | None
    factor: float = 1.0
    weight: int = 0
    surface: int = 0
    amount: int = 0  # of 1 / molar mass

    @property
    def bridged(self) -> tuple[str, ...]:
        """What of a profile it needs."""
        return tuple(name for name in BRIDGES if getattr(self, name))


def split_units(given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Units of what is measured, and of results."""
    measured = {n: u for n, u in given.items() if n in INPUTS}
    return measured, {n: u for n, u in given.items() if n not in INPUTS}


def scales(
    parameters: Sequence[Parameter], units: StudyUnits, wanted: Mapping[str, str]
) -> dict[str, Scale]:
    """The scale of every parameter.

    Raises:
        ConfigError: every name that is no parameter, and every unit that does not fit, with what would.
    """
    known = {p.code: p for p in parameters}
    lost = [_unknown(name, known) for name in wanted if name not in known]
    if lost:
        raise ConfigError("\n  ".join(lost))
    found: dict[str, Scale] = {}
    faults = []
    for parameter in parameters:
        text, raw = result_unit(parameter.dimension, units)
        found[parameter.code] = Scale(text, raw)
        if parameter.code in wanted:
            try:
                found[parameter.code] = _wanted(parameter, units, wanted[parameter.code])
            except ConfigError as problem:
                faults.append(str(problem))
    if faults:
        raise ConfigError("\n  ".join(faults))
    return found


def _unknown(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, [*INPUTS, *known], n=3, cutoff=0.4)
    return (
        f"--units {name}: no parameter of that name (nearest: {', '.join(near) or 'none'}; "
        f"what is measured: {', '.join(INPUTS)})"
    )


def _wanted(parameter: Parameter, units: StudyUnits, wanted: str) -> Scale:
    code = parameter.code
    own, raw = result_unit(parameter.dimension, units)
    if own is None:
        needed = [
            n
            for n, power, stated in (
                ("DOSE", parameter.dimension.dose, units.dose),
                ("CONC", parameter.dimension.conc, units.conc),
            )
            if power and stated is None
        ]
        line = " ".join(f"{n}=UNIT" for n in needed)
        raise ConfigError(
            f"--units {code}={wanted}: the unit of {' and '.join(needed)} is not known (--units {line})"
        )
    have, want = parse(own), parse(wanted)
    names = {*dict(have.powers), *dict(want.powers)}
    by = {n: dict(want.powers).get(n, 0) - dict(have.powers).get(n, 0) for n in names}
    differs = {n: power for n, power in by.items() if power}
    weight, surface = differs.pop("weight", 0), differs.pop("surface", 0)
    amount = differs.pop("amount", 0)
    if differs.pop("mass", 0) != -amount or differs:
        raise ConfigError(
            f"--units {code}={wanted}: {code} ({parameter.label}) is measured in {own}; what fits: "
            f"{', '.join(_fitting(own))}"
        )
    return Scale(spelled(wanted), raw * float(have.factor / want.factor), weight, surface, amount)


def _fitting(own: str) -> list[str]:
    """The unit itself and some of the same kind."""
    others = {"ug": "ng", "ng": "ug", "mg": "ug", "L": "mL", "h": "min", "day": "h", "min": "h"}
    found = [own]
    for old, new in others.items():
        parts = own.replace("(", " ( ").replace(")", " ) ").replace("/", " / ").replace("*", " * ")
        words = [new if word == old else word for word in parts.split()]
        found.append("".join(words))
    return list(dict.fromkeys(found))[:4]
