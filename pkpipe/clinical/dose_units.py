"""Doses in mg: which units are a mass, which a mass per kg of body weight, and which are none (DOSE-1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe import units
from pkpipe.errors import ConfigError

PER_KG: Final = "/kg"
MG: Final = "mg"
MASSES: Final = ("mg", "ug", "g")
MASSES_PER_KG: Final = tuple(f"{mass}{PER_KG}" for mass in MASSES)


def is_per_kg(unit: str) -> bool:
    """True for a dose for each kg of body weight."""
    return unit.endswith(PER_KG)


def mass_factor(unit: str) -> float | None:
    """What a dose is multiplied with to be in mg (per kg: in mg/kg); None if it is no mass."""
    try:
        return units.factor(unit.removesuffix(PER_KG), MG)
    except ConfigError:
        return None


def in_mg(dose: pl.Expr, unit: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """The dose in mg; null where its unit is no mass."""
    parts = (
        pl.when(unit == one).then(
            dose * pl.lit(mass_factor(one)) * (weight if is_per_kg(one) else pl.lit(1.0))
        )
        for one in (*MASSES, *MASSES_PER_KG)
    )
    return pl.coalesce(parts)


def one_in(given: str, drug: str, weight: pl.Expr) -> pl.Expr | None:
    """What one unit of the drug's planned dose is in the unit of a record; None: the two do not compare."""
    if given == drug:
        return pl.lit(1.0)
    ours, theirs = mass_factor(drug), mass_factor(given)
    if ours is None or theirs is None or is_per_kg(given):
        return None
    return pl.lit(ours / theirs) * (weight if is_per_kg(drug) else pl.lit(1.0))


def compares(given: str, drug: str) -> bool:
    """True where a record in one unit can be set beside a plan in the other."""
    return one_in(given, drug, pl.lit(1.0)) is not None


def records_in(drugs: Iterable[str]) -> tuple[str, ...]:
    """Units of records that can be set beside a plan in any of these units."""
    known = tuple(drugs)
    return tuple(
        dict.fromkeys((*known, *(m for m in MASSES if any(compares(m, d) for d in known))))
    )
