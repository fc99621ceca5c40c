"""Two records of one drug that start at one moment: two bags given side by side, or one dose entered twice.

SDTMIG 3.4 (EX) tells bags apart by EXLOT and EXLNKID. Bags are parts of one infusion (`infusion_parts`),
and their doses add up. Records that differ in nothing but their number are one record twice. Where only the
end differs, they are bags as long as all of them together are not above what was planned for one dose.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_level import level_doses, not_above
from pkpipe.protocol.study import Study

C: Final = pl.col
SAYS: Final = ("EXLOT", "EXLNKID")
START: Final = ("USUBJID", "EXTRT", "EXSTDTC")


def starts_together() -> pl.Expr:
    """True for a record that starts with the one in the row before and differs from it as a bag does."""
    apart = [C(name).ne_missing(C(name).shift()) for name in (*SAYS, "EXENDTC")]
    return ((C("START") == C("START").shift()) & pl.any_horizontal(apart)).fill_null(value=False)


def bags(rows: pl.DataFrame, dm: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Subject, drug and start (START) of records that are bags given side by side.

    rows: records of EX that share these three with another one.
    """
    infused = [drug.code for drug in study.drugs if drug.route == "iv_infusion"]
    together = rows.group_by(START, maintain_order=True).agg(
        **{name: C(name).drop_nulls().n_unique() == pl.len() for name in SAYS},
        DIFFER=pl.struct(*SAYS, "EXENDTC").n_unique() == pl.len(),
        TOTAL=C("EXDOSE").sum(),
        LEAST=C("EXDOSE").min(),
        PLANNED=C("EXPDOSE").max(),
        UNIT=C("EXDOSU").first(),
        UNITS=C("EXDOSU").n_unique(),
    )
    level = {c.code: c.level for c in study.cohorts if c.level is not None}
    arms = dm.unique("USUBJID", keep="first", maintain_order=True).select(
        "USUBJID", LEVEL=C("ARMCD").replace_strict(level, default=None, return_dtype=pl.String)
    )
    doses = level_doses(study).select("LEVEL", "LEVELDOSE", EXTRT="DRUG", UNIT="LEVELUNIT")
    beside = together.join(arms, on="USUBJID", how="left", maintain_order="left").join(
        doses, on=["LEVEL", "EXTRT", "UNIT"], how="left", maintain_order="left"
    )
    one_dose = not_above(C("TOTAL"), pl.max_horizontal("PLANNED", "LEVELDOSE"))
    told = pl.any_horizontal(*SAYS, C("DIFFER") & one_dose.fill_null(value=False))
    parts = C("EXTRT").is_in(infused) & (C("UNITS") == 1) & (C("LEAST") > 0)
    return beside.filter((parts & told).fill_null(value=False)).select(START)
