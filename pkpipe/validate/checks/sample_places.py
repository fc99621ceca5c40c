"""Checks of where samples stand beside the plan: drawn after the next dose, or one planned time twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe.clinical import sample_schedule
from pkpipe.clinical.infusion_parts import given
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.checks.concentrations import timed_doses
from pkpipe.validate.row_and_cross_checks import CrossCheck, Tables, story_check

C: Final = pl.col
Found = Iterable[pl.DataFrame]
NEXT_DOSE: Final = story_check(
    "SAMPLE-AFTER-NEXT-DOSE",
    "a sample planned before the next dose was drawn after it",
    "methods TIME-2",
    table="PC",
    column="PCDTC",
)
POINT_TWICE: Final = story_check(
    "SAMPLE-TWICE",
    "two results of one planned time: which of them is it?",
    "methods CONC-DUP",
    table="PC",
    column="PCTPT",
)


def _after_the_next_dose(tables: Tables, study: Study) -> Found:
    """Samples of a cycle, planned within it, that lie behind the first dose of a later cycle."""
    who = ["USUBJID", "EXTRT"]
    first = (
        timed_doses(tables, study)
        .filter(given(), C("CYCLE").is_not_null(), C("_DOSE").is_not_null())
        .group_by(*who, "CYCLE", maintain_order=True)
        .agg(C("_DOSE").min())
        .sort(*who, "_DOSE", maintain_order=True)
    )
    cycles = first.with_columns(
        _NEXT=C("_DOSE").shift(-1).over(who), _LATER=C("CYCLE").shift(-1).over(who)
    )
    drug_of = {a.code: a.drug for a in study.analytes}
    days = {d.code: float(d.cycle_days) for d in study.drugs}
    rows = tables["PC"].with_columns(
        EXTRT=C("PCTESTCD").replace_strict(drug_of, default=None, return_dtype=pl.String),
        _AT=dates.moment(C("PCDTC")),
        _PRE=sample_schedule.concentrations(tables["PC"], study, "IS_PRE"),
    )
    beside = rows.join(cycles, on=[*who, "CYCLE"], how="inner", maintain_order="left")
    within = C("PCTPTNUM") < 24 * C("EXTRT").replace_strict(
        days, default=None, return_dtype=pl.Float64
    )
    late = beside.filter(
        C("PCSTAT").is_null(), ~C("_PRE"), within, C("_AT") > C("_NEXT"), C("_LATER") > C("CYCLE")
    )
    yield found(NEXT_DOSE, late, allowed="before the dose of the next cycle")


def _twice(tables: Tables, study: Study) -> Found:
    """Results of one subject, analyte, matrix, cycle and planned time, drawn at two times."""
    pc = tables["PC"]
    known = sample_schedule.keys(sample_schedule.names(study, ("pk",)))
    point = sample_schedule.keys(pc["PCTPT"])
    rows = pc.with_columns(_POINT=point).filter(
        C("_POINT").is_in(known.implode()).fill_null(value=False),
        C("PCSTAT").is_null(),
        C("CYCLE").is_not_null(),
        C("PCSTRESN").is_not_null() | C("PCSTRESC").is_not_null(),
    )
    place = ["USUBJID", "PCTESTCD", "PCSPEC", "CYCLE", "_POINT"]
    again = rows.filter(C("PCDTC").n_unique().over(place) > 1)
    once = again.unique(place, keep="last", maintain_order=True)
    yield found(POINT_TWICE, once, allowed="one sample a planned time; a repeat as unscheduled")


SAMPLE_PLACES: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((NEXT_DOSE,), ("PC", "EX"), _after_the_next_dose),
    CrossCheck((POINT_TWICE,), ("PC",), _twice),
)
