"""Concentrations in the unit the study declares: converted once, at the border, or refused."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe import units
from pkpipe.errors import ConfigError
from pkpipe.protocol.study import Study
from pkpipe.tables.checks import Check, as_findings, found

PC_UNIT: Final = Check(
    "PC-UNIT", "error", "a unit that cannot become the declared one", "analytes.unit"
)
PC_CONVERTED: Final = Check(
    "PC-CONVERTED", "note", "converted into the unit the study declares", "analytes.unit"
)
UNITS: Final = (PC_UNIT, PC_CONVERTED)


def unit_findings(pc: pl.DataFrame, study: Study) -> list[pl.DataFrame]:
    """Results in a unit that is none, or not the analyte's; converted ones once a file, analyte and unit."""
    marked = pc.with_columns(_F=_factor(pc, study), _U=_declared(study))
    refused = marked.filter(
        pl.col("PCSTRESN").is_not_null() & pl.col("_U").is_not_null() & pl.col("_F").is_null()
    )
    converted = marked.filter(pl.col("_F").is_not_null() & (pl.col("PCSTRESU") != pl.col("_U")))
    first = converted.unique(
        ["SRCFILE", "PCTESTCD", "PCSTRESU"], keep="first", maintain_order=True
    ).with_columns(USUBJID=pl.lit(None, dtype=pl.String))
    told = "; ".join(f"{a.code}: {a.unit}, or a unit that can become it" for a in study.analytes)
    return [
        as_findings([]),
        found(PC_UNIT, refused, "PC", "PCSTRESU", told),
        found(PC_CONVERTED, first, "PC", "PCSTRESU", told),
    ]


def in_declared_units(pc: pl.DataFrame, study: Study) -> pl.DataFrame:
    """PC with PCSTRESN, PCLLOQ and PCSTRESU in each analyte's unit; other rows as they are."""
    change = pl.col("_F").is_not_null() & (pl.col("PCSTRESU") != pl.col("_U"))
    return (
        pc.with_columns(_F=_factor(pc, study), _U=_declared(study))
        .with_columns(
            *(
                pl.when(change).then(pl.col(c) * pl.col("_F")).otherwise(c).alias(c)
                for c in ("PCSTRESN", "PCLLOQ")
            ),
            PCSTRESU=pl.when(change).then("_U").otherwise("PCSTRESU"),
        )
        .drop("_F", "_U")
    )


def _declared(study: Study) -> pl.Expr:
    wanted = {a.code: a.unit for a in study.analytes}
    return pl.col("PCTESTCD").replace_strict(wanted, default=None, return_dtype=pl.String)


def _factor(pc: pl.DataFrame, study: Study) -> pl.Expr:
    """By what a result is multiplied; null where its unit cannot become the declared one."""
    seen = pc["PCSTRESU"].drop_nulls().unique(maintain_order=True).to_list()
    factors = [
        pl.when((pl.col("PCTESTCD") == a.code) & (pl.col("PCSTRESU") == unit)).then(pl.lit(by))
        for a in study.analytes
        for unit in seen
        for by in (_by(unit, a.unit),)
        if by is not None
    ]
    return pl.coalesce(*factors, pl.lit(None, dtype=pl.Float64))


def _by(unit: str, wanted: str) -> float | None:
    try:
        return units.factor(unit, wanted)
    except ConfigError:
        return None
