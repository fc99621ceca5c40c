"""Antibody and biomarker samples beside the dose of their cycle, as concentrations are (checks_course)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import administrations, given
from pkpipe.clinical.schedule import marked
from pkpipe.finding.check import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.checks.course import POSTDOSE, PREDOSE
from pkpipe.validate.checks.cross import CrossCheck, Tables
from pkpipe.validate.checks.story import Found

C: Final = pl.col


def _beside_doses(tables: Tables, study: Study, code: str) -> Found:
    of_marker = {b.code: b.drug for b in study.biomarkers}
    drug = (
        C("ISBDAGNT")
        if code == "IS"
        else C("CPTESTCD").replace_strict(of_marker, default=None, return_dtype=pl.String)
    )
    key = ["USUBJID", "EXTRT", "CYCLE"]
    doses = administrations(tables, study).filter(given(), C("CYCLE").is_not_null())
    timed = pl.when("STTIMED").then("ASTDTM")
    doses = doses.select(*key, _DOSE=timed).unique(key, keep="none")
    names = {"code": "EXTRT", "name": f"{code}TPT", "hours": f"{code}TPTNUM"}
    if code == "CP":
        names["code"] = "CPTESTCD"
    samples = tables[code].filter(C(f"{code}STAT").is_null()).with_columns(EXTRT=drug)
    samples = marked(samples, study, "biomarker" if code == "CP" else "ada", names)
    rows = samples.join(doses, on=key, how="inner", maintain_order="left").with_columns(
        _AT=dates.moment(C(f"{code}DTC"))
    )
    late = rows.filter(C("IS_PRE"), C("_AT") > C("_DOSE"))
    early = rows.filter(~C("IS_PRE"), C(f"{code}TPTNUM") > 0, C("_AT") < C("_DOSE"))
    yield found(PREDOSE, late, code, f"{code}DTC", "before the dose of its cycle")
    yield found(POSTDOSE, early, code, f"{code}DTC", "after the dose of its cycle")


SAMPLE_TIMES: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((PREDOSE, POSTDOSE), ("IS", "EX"), lambda t, s: _beside_doses(t, s, "IS")),
    CrossCheck((PREDOSE, POSTDOSE), ("CP", "EX"), lambda t, s: _beside_doses(t, s, "CP")),
)
