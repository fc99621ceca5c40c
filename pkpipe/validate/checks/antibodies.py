"""Checks of antibodies: samples beside the dose of their cycle (biomarkers too), assays, titres."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.reference_dose import far_from_its_dose, nearest, with_half_interval
from pkpipe.clinical.sample_schedule import marked
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.checks.concentrations import POSTDOSE, PREDOSE, timed_doses
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    Tables,
    story_check,
)

C: Final = pl.col


def _beside_doses(tables: Tables, study: Study, code: str) -> Found:
    of_marker = {b.code: b.drug for b in study.biomarkers}
    drug = (
        C("ISBDAGNT")
        if code == "IS"
        else C("CPTESTCD").replace_strict(of_marker, default=None, return_dtype=pl.String)
    )
    names = {"code": "EXTRT", "name": f"{code}TPT", "hours": f"{code}TPTNUM"}
    if code == "CP":
        names["code"] = "CPTESTCD"
    samples = tables[code].filter(C(f"{code}STAT").is_null()).with_columns(EXTRT=drug)
    samples = marked(samples, study, "biomarker" if code == "CP" else "ada", names)
    samples = samples.with_columns(_AT=dates.moment(C(f"{code}DTC")), _BEFORE="IS_PRE")
    rows = _with_dose(samples, timed_doses(tables, study), study, C(f"{code}TPTNUM"))
    late = rows.filter(C("IS_PRE"), C("_AT") > C("_DOSE"))
    early = rows.filter(~C("IS_PRE"), C(f"{code}TPTNUM") > 0, C("_AT") < C("_DOSE"))
    yield found(PREDOSE, late, code, f"{code}DTC", "before the dose of its cycle")
    yield found(POSTDOSE, early, code, f"{code}DTC", "after the dose of its cycle")


def _with_dose(
    samples: pl.DataFrame, doses: pl.DataFrame, study: Study, hours: pl.Expr
) -> pl.DataFrame:
    """Samples with the start of their dose as _DOSE: of their cycle, or by planned time where it has none."""
    key = ["USUBJID", "EXTRT", "CYCLE"]
    in_cycles = doses.filter(given(), C("CYCLE").is_not_null()).unique(key, keep="none")
    rows = samples.join(in_cycles, on=key, how="inner", maintain_order="left")
    loose = samples.filter(C("CYCLE").is_null())
    near = nearest(loose, with_half_interval(doses, study), key[:2], hours)
    columns = [*samples.columns, "_DOSE"]
    return pl.concat([rows.select(columns), near.filter(~far_from_its_dose()).select(columns)])


SAMPLE_TIMES: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((PREDOSE, POSTDOSE), ("IS", "EX"), lambda t, s: _beside_doses(t, s, "IS")),
    CrossCheck((PREDOSE, POSTDOSE), ("CP", "EX"), lambda t, s: _beside_doses(t, s, "CP")),
)


IS_DRUG: Final = Check(
    "IS-DRUG",
    "error",
    "no drug with an assay in the study",
    "assays",
    table="IS",
    column="ISBDAGNT",
)


def _assays(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    if study.immunogenicity is None:
        return
    drugs = [assay.drug for assay in study.immunogenicity.assays]
    strange = tables["IS"].filter(C("ISBDAGNT").is_not_null() & ~C("ISBDAGNT").is_in(drugs))
    yield found(IS_DRUG, strange, allowed=", ".join(drugs))


TITRE_SHARE, TITRES = 0.9, 8
TITRE: Final = story_check(
    "IS-TITRE-SERIES",
    "no dilution of the series of all other titres",
    "assays.mrd_titre",
    table="IS",
    column="ISSTRESN",
)


def _titres(tables: Tables, study: Study) -> Found:
    """Titres that are no dilution of the series which nearly all the others are of."""
    plan = study.immunogenicity
    if plan is None or plan.titre_scale != "dilution":
        return
    for assay in plan.assays:
        rows = tables["IS"].filter(
            C("ISTESTCD") == assay.titre, C("ISBDAGNT") == assay.drug, C("ISSTRESN") > 0
        )
        steps = (C("ISSTRESN") / assay.mrd_titre).log(2)
        member = (steps - steps.round()).abs() < 0.01
        of_series = rows.select(member).to_series()
        if rows.height < TITRES or float(of_series.sum()) < TITRE_SHARE * rows.height:
            continue
        allowed = f"{assay.mrd_titre:g} times 1, 2, 4, 8, ..."
        yield found(TITRE, rows.filter(~member), allowed=allowed)


ASSAYS: Final[tuple[CrossCheck, ...]] = (CrossCheck((IS_DRUG,), ("IS",), _assays),)
TITRES_IN_SERIES: Final[tuple[CrossCheck, ...]] = (CrossCheck((TITRE,), ("IS",), _titres),)
