"""The planned dose in the unit of the dose: EXPDOSE has no unit of its own, so the numbers say which it is.

A drug dosed per kg may be delivered in mg (DOSE-1) beside a plan per kg. The plan of a drug is per kg where
its doses are, by their median, more than LEAST times it: nobody weighs less (kg), and no site gives
twenty times the planned dose to half of its subjects.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_units import MASSES, is_per_kg
from pkpipe.protocol.study import Study

LEAST: Final = 20.0


def factor_of_plan(
    study: Study,
    weight: pl.Expr,
    *,
    drug: str = "EXTRT",
    dose: str = "EXDOSE",
    unit: str = "EXDOSU",
) -> pl.Expr:
    """What EXPDOSE is multiplied with: 1, or the weight; null where the weight is not known."""
    per_kg = [d.code for d in study.drugs if is_per_kg(d.dose_unit)]
    ratio = pl.when((pl.col("EXPDOSE") > 0) & (pl.col(dose) > 0)).then(
        pl.col(dose) / pl.col("EXPDOSE")
    )
    other = (
        pl.col(drug).is_in(per_kg)
        & pl.col(unit).is_in(MASSES)
        & (ratio.median().over(drug) > LEAST)
    )
    return pl.when(other.fill_null(value=False)).then(weight).otherwise(1.0)
