"""Units: what a number measures, how its unit is written, how one unit becomes another.

A parameter states its `Dimension` in dose, concentration and time. Its unit text and the factor that brings
a raw result into that unit follow from the three units of a study, so no parameter carries a unit of its own.

A `kg` is always body weight (a dose per kg); drug is weighed in g and its submultiples.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pkpipe.errors import ConfigError
from pkpipe.units.known import ALIASES, DRUG, FOLDED, INVERSE, KNOWN, SPELT, UNITS


@dataclass(frozen=True)
class Dimension:
    """Powers of dose, concentration and time in a result; `percent` marks a share times 100."""

    dose: int = 0
    conc: int = 0
    time: int = 0
    percent: bool = False

    def scaled(self, dose: float = 1.0, conc: float = 1.0, time: float = 1.0) -> float:
        """By what a result grows when doses, concentrations and times grow by these factors."""
        return float(dose**self.dose * conc**self.conc * time**self.time)


@dataclass(frozen=True)
class Unit:
    """A unit taken apart: a factor to the base units and the power of each base quantity."""

    factor: Fraction
    powers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class StudyUnits:
    """The units concentrations, doses and times are given in, as CDISC writes them; None where nobody said.

    `preferred` maps what a result is (`clearance`, `volume`, `time`, `rate`) to the unit it is wanted in.
    """

    conc: str | None = None
    dose: str | None = None
    time: str = "h"
    preferred: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a unit of the wrong kind here, not at its first use.

        Raises:
            ConfigError: an unknown unit, or one that does not measure what it is given for.
        """
        for name in ("conc", "dose", "time"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, spelled(given))
        _expect(self.time, "time", ({"time": 1},))
        if self.conc is not None:
            _expect_concentration(self.conc)
        if self.dose is not None:
            drug: tuple[dict[str, int], ...] = tuple({d: 1} for d in DRUG)
            per = tuple({**d, w: -1} for d in drug for w in ("weight", "surface"))
            _expect(self.dose, "dose", drug + per)


def parse(text: str) -> Unit:
    """A unit text such as `ug/mL*h`, `L/h/kg` or `mg/(ug/mL)` as factor and powers.

    Raises:
        ConfigError: the text holds a word that is no unit.
    """
    factor, powers = _expression(_plain(text), text)
    return Unit(factor, tuple(sorted((k, v) for k, v in powers.items() if v)))


def spelled(text: str) -> str:
    """The unit as CDISC writes it: `UG/ML` and `mcg/ml` are ug/mL.

    Raises:
        ConfigError: the text holds a word that is no unit.
    """
    parse(text)
    return re.sub(r"[^*/()\s]+", lambda word: _known(word.group()) or word.group(), _plain(text))


def _plain(text: str) -> str:
    """The unit with `*` for a product and `/` before what is divided by, however it was written."""
    for pattern, plain in SPELT:
        text = pattern.sub(plain, text)
    return INVERSE.sub(lambda found: f"/{found[1]}{found[2].strip('1')}", text).strip()


def factor(from_unit: str, to_unit: str) -> float:
    """The number that turns a value in one unit into a value in another.

    Raises:
        ConfigError: the two do not measure the same thing.
    """
    a, b = parse(from_unit), parse(to_unit)
    if a.powers != b.powers:
        raise ConfigError(
            f"'{from_unit}' cannot be converted to '{to_unit}': they measure different things"
        )
    return float(a.factor / b.factor)


def molar_factor(mass_unit: str, molar_unit: str, g_per_mol: float) -> float:
    """The number that turns a mass concentration into a molar one (ng/mL / (g/mol) x 1000 -> nmol/L).

    Raises:
        ConfigError: the units are not a mass and an amount per volume, or the molar mass is not positive.
    """
    a, b = parse(mass_unit), parse(molar_unit)
    if dict(a.powers) != {"mass": 1, "volume": -1} or dict(b.powers) != {"amount": 1, "volume": -1}:
        raise ConfigError(
            f"'{mass_unit}' and '{molar_unit}': a mass and an amount per volume are wanted"
        )
    if not g_per_mol > 0:
        raise ConfigError(f"molar mass {g_per_mol} g/mol is not positive")
    return float(a.factor / b.factor) / g_per_mol


def result_unit(dimension: Dimension, units: StudyUnits) -> tuple[str | None, float]:
    """The unit text of a result and the factor that brings the raw number into it.

    The raw number comes from the arithmetic on doses, concentrations and times as they are given.
    A text of None means that a unit it would need was not stated; the factor is then 1.
    """
    if dimension.percent:
        return "%", 1.0
    if (dimension.dose and units.dose is None) or (dimension.conc and units.conc is None):
        return None, 1.0
    if dimension.dose > 0 and dimension.dose == -dimension.conc:
        return _volume_unit(dimension, units)
    return _in_preferred(_written(dimension, units), _kind(dimension), units)


def _kind(dimension: Dimension) -> str:
    shape = (dimension.dose, dimension.conc, dimension.time)
    kinds = {(1, -1, 0): "volume", (1, -1, -1): "clearance", (0, 0, 1): "time", (0, 0, -1): "rate"}
    return kinds.get(shape, "other")


def _volume_unit(dimension: Dimension, units: StudyUnits) -> tuple[str | None, float]:
    """Dose over concentration is a volume, per kg if the dose is: written in litres."""
    assert units.dose is not None
    assert units.conc is not None
    ratio = parse(f"({units.dose})/({units.conc})")
    if dict(ratio.powers).get("volume") != 1 or DRUG & dict(ratio.powers).keys():
        return f"{units.dose}/({units.conc})" + _time_text(dimension.time, units.time), 1.0
    per = "".join(
        f"/{u}" for u, base in (("kg", "weight"), ("m2", "surface")) if base in dict(ratio.powers)
    )
    power = dimension.dose
    volume = "L" if power == 1 else f"L{power}"
    text = volume + _time_text(dimension.time, units.time) + per
    raw = float(ratio.factor**power)
    named, more = _in_preferred(text, _kind(dimension), units)
    return named, raw * more


def _written(dimension: Dimension, units: StudyUnits) -> str:
    """`ug/mL*h/mg` from powers: concentration, then time, then the dose it is divided by."""
    conc = {0: "", 1: units.conc or ""}.get(dimension.conc, f"({units.conc}){dimension.conc}")
    text = conc + _time_text(dimension.time, units.time, first=not conc)
    if dimension.dose == 1:
        text = f"{units.dose}" + (f"*{text}" if text else "")
    elif dimension.dose == -1:
        dose = f"({units.dose})" if "/" in (units.dose or "") else f"{units.dose}"
        text = f"{text or '1'}/{dose}"
    return text or "1"


def _time_text(power: int, time: str, *, first: bool = False) -> str:
    if power == 0:
        return ""
    size = time if abs(power) == 1 else f"{time}{abs(power)}"
    if power < 0:
        return f"1/{size}" if first else f"/{size}"
    return size if first else f"*{size}"


def _in_preferred(text: str, kind: str, units: StudyUnits) -> tuple[str, float]:
    wanted: Mapping[str, str] = dict(units.preferred)
    if kind not in wanted:
        return text, 1.0
    return wanted[kind], factor(text, wanted[kind])


def _expect_concentration(text: str) -> None:
    """Drug per volume, or per gram of tissue: there the powers of the two masses cancel."""
    head, _, tissue = text.rpartition("/")
    if head and dict(parse(tissue).powers) in ({"mass": 1}, {"weight": 1}):
        _expect(head, "drug, as it must be in a concentration", tuple({d: 1} for d in DRUG))
        return
    _expect(text, "concentration", tuple({d: 1, "volume": -1} for d in DRUG))


def _expect(text: str, what: str, allowed: tuple[dict[str, int], ...]) -> None:
    if dict(parse(text).powers) not in allowed:
        raise ConfigError(f"'{text}' is not a unit of {what}")


def _expression(text: str, whole: str) -> tuple[Fraction, dict[str, int]]:
    """A product of factors, left to right; a bracket is a unit of its own."""
    total, powers, sign = Fraction(1), dict[str, int](), 1
    for token in _tokens(text, whole):
        if token in "*/":
            sign = -1 if token == "/" else 1
            continue
        size, parts = (
            _expression(token[1:-1], whole) if token.startswith("(") else _word(token, whole)
        )
        total *= size**sign
        for base, power in parts.items():
            powers[base] = powers.get(base, 0) + sign * power
        sign = 1
    return total, powers


def _tokens(text: str, whole: str) -> list[str]:
    tokens = re.findall(r"\((?:[^()]*)\)|[*/]|[^*/()\s]+", text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise ConfigError(f"'{whole}' is not a unit")
    if not tokens:
        raise ConfigError(f"'{whole}' is not a unit: it is empty")
    return tokens


def _word(token: str, whole: str) -> tuple[Fraction, dict[str, int]]:
    name, power = _known(token), 1
    if name is None and (found := re.fullmatch(r"([^\W\d]+)\^?([-+]?\d)", token)):
        name, power = _known(found.group(1)), int(found.group(2))
    if name is None:
        near = difflib.get_close_matches(token, [*UNITS, *ALIASES], n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ConfigError(
            f"'{whole}': '{token}' is no known unit{hint} (known: {', '.join(KNOWN)})"
        )
    size, base = UNITS[name]
    if base == "molarity":
        return size**power, {"amount": power, "volume": -power}
    return size**power, {base: power} if base else {}


def _known(token: str) -> str | None:
    """The unit a word stands for: as it is written, by a name people use, or whatever its letters' case."""
    name = token.replace("µ", "u").replace("μ", "u").replace("^", "")
    if name in UNITS:
        return name
    lower = name.lower()
    return ALIASES.get(lower, FOLDED.get(lower))
