"""Records of EX as companies write them: units in another spelling, and doses that were not given.

A record with EXOCCUR N or EXSTAT NOT DONE says that nothing was given; SDTM leaves its dose empty, which is a
dose of 0 here. A unit is read as the one the study file plans where it is that unit, however it is spelled.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe import units
from pkpipe.clinical.dose_units import MASSES, MASSES_PER_KG
from pkpipe.errors import ConfigError
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence
from pkpipe.validate.codelist_terms import SPELLING

C: Final = pl.col


def with_told_doses(ex: pl.DataFrame, study: Study) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """EX, still text, with the units and the zeros that its records mean, and a note of each kind."""
    if ex.is_empty():
        return ex, []
    respelled, notes = _respelled(ex, study)
    return _not_given(respelled, study, notes)


def _respelled(ex: pl.DataFrame, study: Study) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    known = dict.fromkeys([*(d.dose_unit for d in study.drugs), *MASSES, *MASSES_PER_KG])
    seen = [u for u in ex["EXDOSU"].drop_nulls().unique(maintain_order=True) if u not in known]
    read = {u: next((k for k in known if _same(u, k)), None) for u in seen}
    meant = {u: k for u, k in read.items() if k is not None}
    if not meant:
        return ex, []
    told = ex.with_columns(
        _READ=C("EXDOSU").replace_strict(meant, default=None, return_dtype=pl.String)
    )
    return (
        told.with_columns(EXDOSU=pl.coalesce("_READ", "EXDOSU")).drop("_READ"),
        [_note(told, "EXDOSU", sentence("{} is read as {}", "EXDOSU", "_READ"))],
    )


def _same(given: str, known: str) -> bool:
    try:
        return units.factor(given, known) == 1
    except ConfigError:
        return False


def _not_given(
    ex: pl.DataFrame, study: Study, notes: list[pl.DataFrame]
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    nothing = (C("EXOCCUR") == "N") | C("EXSTAT").is_not_null()
    empty = (nothing & C("EXDOSE").is_null()).fill_null(value=False)
    if not ex.select(empty.any()).item():
        return ex, notes
    planned = {d.code: d.dose_unit for d in study.drugs}
    unit = C("EXTRT").replace_strict(planned, default=None, return_dtype=pl.String)
    told = ex.with_columns(_READ=pl.when(empty).then(pl.lit("0")))
    words = pl.lit("an empty dose where EXOCCUR or EXSTAT says that nothing was given is read as 0")
    read = told.with_columns(
        EXDOSE=pl.coalesce("EXDOSE", "_READ"),
        EXDOSU=pl.when(empty).then(pl.coalesce("EXDOSU", unit)).otherwise("EXDOSU"),
    )
    return read.drop("_READ"), [*notes, _note(told, "EXDOSE", words)]


def _note(told: pl.DataFrame, column: str, words: pl.Expr) -> pl.DataFrame:
    """The first row of each file and of each thing that is read."""
    first = told.filter(C("_READ").is_not_null()).unique(
        ["SRCFILE", column, "_READ"], keep="first", maintain_order=True
    )
    said = first.with_columns(_MESSAGE=pl.lit(f"{SPELLING.words}: ") + words)
    return found(SPELLING, said, "EX", column)
