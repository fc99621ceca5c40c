"""Concentrations in the unit the study declares: another spelling of it is respelled, another unit refused.

A unit that could be converted is refused too: a result with the wrong unit beside it looks the same as one
that was delivered in another unit, and is wrong by a factor. The study declares what the laboratory delivers.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe import units
from pkpipe.errors import ConfigError
from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, found
from pkpipe.protocol.study import Study

PC_UNIT: Final = Check(
    "PC-UNIT",
    "error",
    "another unit than the study declares",
    "analytes.unit of the study file",
    table="PC",
    column="PCSTRESU",
)
PC_SPELLING: Final = Check(
    "PC-UNIT-SPELLING",
    "note",
    "the declared unit, spelled otherwise",
    "analytes.unit",
    table="PC",
    column="PCSTRESU",
)
UNITS: Final = (PC_UNIT, PC_SPELLING)


def unit_findings(pc: pl.DataFrame, study: Study) -> list[pl.DataFrame]:
    """Results in another unit; other spellings of the right one once a file, analyte and spelling."""
    unit, wanted = pl.col("PCSTRESU"), pl.col("_WANTED")
    marked = pc.with_columns(_WANTED=_declared(study), _SAME=_same(pc, study)).filter(
        wanted.is_not_null()
    )
    without = unit.is_null() & pl.col("PCSTRESN").is_not_null()
    refused = marked.filter(without | (unit.is_not_null() & ~pl.col("_SAME")))
    spelled = (
        marked.filter(pl.col("_SAME") & (unit != wanted))
        .unique(["SRCFILE", "PCTESTCD", "PCSTRESU"], keep="first", maintain_order=True)
        .with_columns(USUBJID=pl.lit(None, dtype=pl.String))
    )
    refused = _with_advice(refused, study)
    told = "; ".join(f"{a.code}: {a.unit}" for a in study.analytes)
    return [
        as_findings([]),
        found(PC_UNIT, refused, allowed=told),
        found(PC_SPELLING, spelled, allowed=told),
    ]


def _with_advice(refused: pl.DataFrame, study: Study) -> pl.DataFrame:
    """With _MESSAGE: what is wrong, and what the study file says if the laboratory delivers this unit."""
    declared = {a.code: a.unit for a in study.analytes}
    pair = ["PCTESTCD", "PCSTRESU"]
    seen = refused.select(pair).drop_nulls().unique(maintain_order=True)
    advice = [
        _how(unit, declared[code], {u for c, u in declared.items() if c != code})
        for code, unit in seen.rows()
    ]
    told = seen.with_columns(
        _MESSAGE=pl.lit(f"{PC_UNIT.words}; ") + pl.Series(advice, dtype=pl.String)
    )
    return refused.join(told, on=pair, how="left", maintain_order="left").with_columns(
        pl.col("_MESSAGE").fill_null(pl.lit("a number without a unit"))
    )


def _how(unit: str, wanted: str, others: set[str]) -> str:
    """How the study file says that a unit is to be converted; others: units of the other analytes."""
    if not _convertible(unit, wanted):
        return f"it cannot be converted to {wanted}, so the laboratory has to answer"
    if any(_is(unit, other) or not _is(other, wanted) for other in others):
        # `units` holds for every analyte of the domain
        return (
            f"no conversion of the whole of PC fits, for other analytes have other units: "
            f"the laboratory has to deliver it in {wanted}"
        )
    return (
        f"if it was delivered in this unit, add to sources.PC of the study file: "
        f'units: {{"{unit}": "{wanted}"}}'
    )


def in_declared_units(pc: pl.DataFrame, study: Study) -> pl.DataFrame:
    """PC with the declared spelling of each analyte's unit; no number changes."""
    spelled = pl.when(_same(pc, study)).then(_declared(study)).otherwise("PCSTRESU")
    return pc.with_columns(PCSTRESU=spelled)


def _declared(study: Study) -> pl.Expr:
    wanted = {a.code: a.unit for a in study.analytes}
    return pl.col("PCTESTCD").replace_strict(wanted, default=None, return_dtype=pl.String)


def _same(pc: pl.DataFrame, study: Study) -> pl.Expr:
    """True where the row's unit is the analyte's, however it is spelled."""
    seen = pc["PCSTRESU"].drop_nulls().unique(maintain_order=True).to_list()
    same = [
        (pl.col("PCTESTCD") == a.code) & pl.col("PCSTRESU").is_in(spellings)
        for a in study.analytes
        for spellings in ([unit for unit in seen if _is(unit, a.unit)],)
        if spellings
    ]
    return pl.any_horizontal(pl.lit(value=False), *same).fill_null(value=False)


def _is(unit: str, wanted: str) -> bool:
    return _factor(unit, wanted) == 1


def _convertible(unit: str, wanted: str) -> bool:
    return _factor(unit, wanted) is not None


def _factor(unit: str, wanted: str) -> float | None:
    """What turns one unit into the other; null: it is no unit, or measures something else."""
    try:
        return units.factor(unit, wanted)
    except ConfigError:
        return None
