"""The dose level a dose belongs to (DOSE-2), and what was planned to be given.

A dose of the leading drug belongs to the level whose planned dose it is nearest to, if it is near enough; the
subject's own level wins a tie. Other drugs are at the level of the leading drug.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study

C: Final = pl.col
# A given dose belongs to the level whose planned dose it is nearest to, if it is this near.
LEVEL_TOLERANCE: Final = 0.15
ROUNDING: Final = 1e-9  # a ratio of two doses may miss the tolerance by a rounding step


def level_doses(study: Study) -> pl.DataFrame:
    """Planned dose of every level and drug, one row each, in the unit of the drug; LEVELN from 0."""
    levels = study.escalation.levels if study.escalation else ()
    units = {d.code: d.dose_unit for d in study.drugs}
    rows = [
        (i, level.code, drug, units.get(drug), dose)
        for i, level in enumerate(levels)
        for drug, dose in level.doses.items()
    ]
    schema = {"LEVELN": pl.Int64, "LEVEL": pl.String, "DRUG": pl.String, "LEVELUNIT": pl.String}
    return pl.DataFrame(rows, schema=schema | {"LEVELDOSE": pl.Float64}, orient="row")


def leading_drug(study: Study) -> str:
    """The drug with most distinct planned doses, whose dose tells the levels apart; "" without levels."""
    counted = level_doses(study).group_by("DRUG").agg(C("LEVELDOSE").n_unique())
    if counted.is_empty():
        return ""
    order = {d.code: i for i, d in enumerate(study.drugs)}
    most = counted.sort(
        "LEVELDOSE",
        C("DRUG").replace_strict(order, default=99, return_dtype=pl.Int32),
        descending=[True, False],
    )
    return str(most["DRUG"][0])


def leading_doses(study: Study) -> pl.DataFrame:
    """`level_doses` of the leading drug alone."""
    return level_doses(study).filter(C("DRUG") == leading_drug(study))


def nearest_level(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """KEY, LEVEL and LEVELN of the doses that are near a level.

    rows: KEY, DRUG, GIVEN (the dose in the unit of the drug, or what was planned), OWN (the subject's level).
    """
    near = (
        rows.select("KEY", "DRUG", "GIVEN", "OWN")
        .join(leading_doses(study), on="DRUG", how="inner", maintain_order="left")
        .with_columns(FAR=(C("GIVEN") / C("LEVELDOSE") - 1).abs())
        .filter(C("FAR") <= LEVEL_TOLERANCE + ROUNDING)
        .sort("KEY", C("LEVEL") != C("OWN"), "FAR", "LEVELN", nulls_last=True)
    )
    return near.unique("KEY", keep="first", maintain_order=True).select("KEY", "LEVEL", "LEVELN")


def not_above(dose: pl.Expr, planned: pl.Expr) -> pl.Expr:
    """True for a dose that may be one of the planned size not given in full."""
    return dose <= planned * (1 + LEVEL_TOLERANCE + ROUNDING)
