"""Checks of biomarkers and antibody titres against their neighbours, the cohort and the dilution series."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given, records
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    RowCheck,
    Tables,
    row_check,
    story_check,
)

C: Final = pl.col
FEW: Final = 3

FRACTION: Final = story_check(
    "CP-FRACTION",
    "a hundredth of the subject's other values: a fraction, not %?",
    "biomarkers.unit",
    table="CP",
    column="CPSTRESN",
)
UNBOUND: Final = story_check(
    "CP-OUT-OF-LINE",
    "far from the samples before and after it and from those of the cohort",
    "cohort",
    table="CP",
    column="CPSTRESN",
)
BOUND_EARLY: Final = story_check(
    "CP-BEFORE-DOSE",
    "occupied before the first dose, unlike the others",
    "biomarkers",
    table="CP",
    column="CPSTRESN",
)


def _biomarkers(tables: Tables, study: Study) -> Found:
    """Percentages as fractions; samples far from their neighbours and their cohort."""
    per_cent = [b.code for b in study.biomarkers if b.unit == "%"]
    arm = tables["DM"].unique("USUBJID", keep="first").select("USUBJID", "ARMCD")
    drug = {b.code: b.drug for b in study.biomarkers}
    doses = records(tables, study).filter(given()).group_by("USUBJID", _DRUG="EXTRT")
    first = doses.agg(_FIRST=C("START").min())
    rows = (
        tables["CP"].filter(C("CPTESTCD").is_in(per_cent), C("CPSTRESN").is_not_null())
        .join(arm, on="USUBJID", how="inner", maintain_order="left")
        .with_columns(_DRUG=C("CPTESTCD").replace_strict(drug, default=None, return_dtype=pl.String))
        .join(first, on=["USUBJID", "_DRUG"], how="inner", maintain_order="left")
        .with_columns(_AT=dates.moment_or_midnight(C("CPDTC")), _V=C("CPSTRESN"))
        .sort("USUBJID", "CPTESTCD", "_AT", "SRCROW", nulls_last=True)
    )  # fmt: skip
    early = C("_AT") < C("_FIRST")
    after = rows.filter(~early)
    test, own = ["CPTESTCD"], ["USUBJID", "CPTESTCD"]
    usual = after.with_columns(
        _ALL=C("_V").median().over(test), _HIGH=C("_V").max().over(own), _N=pl.len().over(own)
    )
    small = usual.filter((C("_ALL") <= 1) | ((C("_HIGH") <= 1) & (C("_ALL") > 20)))
    small = small.filter(C("_N") > 1).unique(own, keep="first", maintain_order=True)
    place = ["CPTESTCD", "ARMCD", "CYCLE", "CPTPT"]
    beside = usual.filter(~C("USUBJID").is_in(small["USUBJID"].implode())).with_columns(
        _WAS=C("_V").shift().over(own), _NEXT=C("_V").shift(-1).over(own),
        _COHORT=pl.when(pl.len().over(place) > FEW).then(C("_V").median().over(place)),
    )  # fmt: skip
    near = pl.min_horizontal("_WAS", "_NEXT")
    # At a low dose the target is free again before the next one: alone, only a fall from nearly full.
    alone = C("_COHORT").is_null() & (near > 80)
    dip = (C("_V") < near / 4) & (alone | ((C("_COHORT") > 60) & (C("_V") < C("_COHORT") / 4)))
    odd = beside.filter(dip)
    told = odd.with_columns(_MESSAGE=sentence(f"{UNBOUND.words}: {{}} beside {{}} %", "_V", near))
    hundredth = (C("_V") <= 1) & (C("_V") > near / 200)
    shown = ["SRCFILE", "SRCROW", "USUBJID", "CPSTRESN"]
    parts = pl.concat([small.select(shown), told.filter(hundredth).select(shown)])
    yield found(FRACTION, parts, allowed="a percentage")
    yield found(UNBOUND, told.filter(~hundredth), allowed="a value that the laboratory confirms")
    base = rows.filter(early)
    others = base["_V"].median()
    high = base.filter(C("_V") > 50) if isinstance(others, float) and others < 20 else base.clear()
    yield found(BOUND_EARLY, high, allowed="as the others before the first dose")


BIOMARKERS: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((FRACTION, UNBOUND, BOUND_EARLY), ("CP", "EX", "DM"), _biomarkers),
)


def _no_biomarker(study: Study) -> pl.Expr:
    return ~C("CPTESTCD").is_in([b.code for b in study.biomarkers])


BIOMARKER_ROWS: Final[tuple[RowCheck, ...]] = (
    row_check(
        "CP-CODE",
        "CP.CPTESTCD",
        _no_biomarker,
        ("no biomarker of the study: not analysed", "biomarkers of the study file"),
        "biomarkers",
        "note",
    ),
)
