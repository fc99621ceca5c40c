"""Visits with examinations, and one measurement of all of them as rows of its domain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pkpipe.simulation.draws import Bools, Floats, Ints, moments
from pkpipe.simulation.frames import Values, minute_text, picked
from pkpipe.simulation.typical_tests import Test
from pkpipe.simulation.world import World


@dataclass(frozen=True)
class Visits:
    """Visits that took place; days from first dose."""

    subject: Ints
    day: Floats
    number: Floats
    name: pl.Series
    day_one: Bools
    baseline: Bools

    def only(self, keep: Bools) -> Visits:
        """Some of them."""
        return Visits(
            self.subject[keep],
            self.day[keep],
            self.number[keep],
            self.name.filter(keep),
            self.day_one[keep],
            self.baseline[keep],
        )


def common(world: World, found: Visits, prefix: str) -> dict[str, Values | str | None]:
    """Whose row it is, at which visit, when."""
    return {
        "USUBJID": picked(world.ids, found.subject),
        "VISIT": found.name,
        "VISITNUM": found.number,
        f"{prefix}DTC": minute_text(moments(world.first[found.subject], found.day)),
    }


def values(world: World, found: Visits, domain: str, test: Test, factor: Floats) -> list[str]:
    """Values as the site writes them: the subject's own, times what the treatment does, with noise."""
    rng = world.streams(f"{domain} {test.code}")
    own = test.typical * np.exp(test.between * rng.standard_normal(len(world)))
    noise = np.exp(test.within * rng.standard_normal(len(found.day)) * (not world.exact))
    value = own[found.subject] * noise * factor
    return [f"{v:.{test.digits}f}" for v in value.tolist()]


def result(domain: str, test: Test, values: list[str]) -> dict[str, Values | str | None]:
    """A result in its unit, the same as delivered and in standard form."""
    return {
        f"{domain}TESTCD": test.code,
        f"{domain}TEST": test.name,
        f"{domain}ORRES": values,
        f"{domain}ORRESU": test.unit,
        f"{domain}STRESC": values,
        f"{domain}STRESN": values,
        f"{domain}STRESU": test.unit,
    }
