"""Checks of samples and scans across tables: their order, their doses, their lesions."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import sample_schedule
from pkpipe.clinical.administrations import administrations, given
from pkpipe.clinical.reference_dose import far_from_its_dose, nearest, with_half_interval
from pkpipe.finding.rows import found, shown
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    Tables,
    per_analyte,
    story_check,
)

C: Final = pl.col

NEVER_GIVEN: Final = story_check(
    "SAMPLE-OF-NO-DRUG",
    "a sample for a drug the subject never got",
    "methods TIME-2",
    table="PC",
    column="PCTESTCD",
)
PREDOSE: Final = story_check(
    "PREDOSE-AFTER-DOSE", "a predose sample after the dose", "methods TIME-2"
)
POSTDOSE: Final = story_check(
    "SAMPLE-BEFORE-DOSE", "a sample planned after the dose lies before it", "methods TIME-2"
)
DURING: Final = story_check(
    "SAMPLE-DURING-INFUSION", "an end-of-infusion sample before the infusion ended", "TIME-2"
)
AFTER: Final = story_check(
    "SAMPLE-AFTER-INFUSION", "an end-of-infusion sample hours after the infusion ended", "TIME-2"
)
AFTER_HOURS: Final = 2  # an antibody distributes within hours: the sample shows no peak any more
ORDER: Final = story_check(
    "SAMPLE-ORDER",
    "earlier than a sample planned before it",
    "methods TIME-6",
    table="PC",
    column="PCDTC",
)
NO_DOSE: Final = story_check(
    "SAMPLE-WITHOUT-DOSE",
    "planned after a dose, and none is recorded where it was planned",
    "methods TIME-2",
    table="PC",
    column="PCDTC",
)
EARLY_DRUG: Final = story_check(
    "DRUG-BEFORE-DOSE",
    "measured before the first dose",
    "methods CONC-NCA",
    table="PC",
    column="PCSTRESN",
)

# Samples that are taken in the order of their plan: of one dose, analyte and matrix.
GROUP: Final = ("_SINGLE", "_TEST", "_SPEC")
_SAME: Final = pl.all_horizontal(C(c).eq_missing(C(c).shift()) for c in GROUP)


def _samples(tables: Tables, study: Study) -> Found:
    """Concentrations beside the dose of their cycle: planned before or after, taken before or after."""
    pc, doses = tables["PC"], timed_doses(tables, study)
    drugs = doses.group_by("USUBJID", "EXTRT", maintain_order=True).agg(
        _FIRST=pl.when(given()).then("_DOSE").min()
    )
    drugs = drugs.with_row_index("_GIVEN")
    samples = _timed_samples(pc, drugs, study)
    strange = samples.filter(C("_GIVEN").is_null())
    yield from _never_given(pc.select(shown("PCTESTCD"))[strange["_ROW"]], tables["EX"], study)
    rows = samples.join(_single(doses, drugs), on=["_GIVEN", "CYCLE"], maintain_order="left")
    loose = _by_time(samples, doses, drugs, study)
    at_dose = loose.filter(~far_from_its_dose())
    rows = pl.concat([rows, at_dose.select(rows.columns)])
    dated = pc.select(shown("PCDTC"))
    at, dose, end = C("_AT"), C("_DOSE"), C("_END")
    before, ends = C("_BEFORE"), C("_ENDS")
    for check, wrong, allowed in (
        (PREDOSE, before & (at > dose), "before the dose of its cycle"),
        (POSTDOSE, ~before & (C("PCTPTNUM") > 0) & (at < dose), "after the dose of its cycle"),
        (DURING, ends & (at > dose) & (at < end), "at the end of the infusion or later"),
        (AFTER, ends & (at > end + pl.duration(hours=AFTER_HOURS)), "soon after the end"),
    ):
        yield found(check, dated[rows.filter(wrong)["_ROW"]], "PC", "PCDTC", allowed)
    alone = dated[loose.filter(far_from_its_dose())["_ROW"]]
    yield found(NO_DOSE, alone, allowed="a dose in EX at the planned time before it")
    lost = dated[_of_no_dose(samples, doses, drugs)]
    yield found(
        NO_DOSE, lost, allowed="a record in EX of its cycle, of dose 0 if nothing was given"
    )
    early = samples.filter((at <= C("_FIRST")) & C("_OVER"))
    yield found(ORDER, dated[_out_of_order(rows)], allowed="the order of PCTPTNUM")
    yield found(
        EARLY_DRUG,
        pc.select(shown("PCSTRESN"))[early["_ROW"]],
        allowed="below or near the limit of quantification",
    )


def _of_no_dose(samples: pl.DataFrame, doses: pl.DataFrame, drugs: pl.DataFrame) -> pl.Series:
    """The first rows in PC of samples planned after the dose of a cycle of which EX has no record.

    Where a lost dose leaves its samples, the dose before it would have their peak.
    """
    cycles = doses.join(drugs, on=["USUBJID", "EXTRT"], how="inner", maintain_order="left")
    cycles = cycles.filter(C("CYCLE").is_not_null()).select("_GIVEN", "CYCLE").unique()
    after = samples.filter(~C("_BEFORE"), C("PCTPTNUM") > 0, C("CYCLE").is_not_null())
    numbered = after.filter(C("_GIVEN").is_in(cycles["_GIVEN"].implode()))
    lost = numbered.join(cycles, on=["_GIVEN", "CYCLE"], how="anti", maintain_order="left")
    key = ["_GIVEN", "_TEST", "CYCLE"]
    return lost.unique(key, keep="first", maintain_order=True)["_ROW"]


def _by_time(
    samples: pl.DataFrame, doses: pl.DataFrame, drugs: pl.DataFrame, study: Study
) -> pl.DataFrame:
    """Samples of which no cycle says the dose, with the one they were planned for."""
    loose = samples.filter(C("CYCLE").is_null(), C("_GIVEN").is_not_null())
    named = with_half_interval(doses, study).join(
        drugs, on=["USUBJID", "EXTRT"], how="inner", maintain_order="left"
    )
    met = nearest(loose, named, ["_GIVEN"], C("PCTPTNUM"))
    # numbered behind the doses that a cycle tells
    return met.with_columns(_SINGLE=(C("_NUMBER") + doses.height).cast(pl.UInt32))


def timed_doses(tables: Tables, study: Study) -> pl.DataFrame:
    """Doses of EX with the moments of start (_DOSE) and end (_END), null where no time of day is known."""
    return administrations(tables, study).select(
        *("USUBJID", "EXTRT", "CYCLE", "EXDOSE"),
        _DOSE=pl.when("STTIMED").then("ASTDTM"),
        _END=pl.when("ENTIMED").then("AENDTM"),
    )


def _timed_samples(pc: pl.DataFrame, drugs: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Samples taken, as numbers and marks: row in PC, subject and drug as in `drugs` (null: never given).

    Text is looked at once and left behind, joins and sorts are of whole numbers.
    """
    drug_of = {a.code: a.drug for a in study.analytes}
    taken = pc.lazy().with_row_index("_ROW")
    taken = taken.filter(C("PCSTAT").is_null(), C("PCTESTCD").is_in(list(drug_of))).select(
        *("_ROW", "USUBJID", "CYCLE", "PCTPTNUM"),
        EXTRT=C("PCTESTCD").replace_strict(drug_of, default=None, return_dtype=pl.String),
        _TEST=C("PCTESTCD").cast(pl.Categorical).to_physical(),
        _SPEC=C("PCSPEC").cast(pl.Categorical).to_physical(),
        _AT=dates.moment(C("PCDTC")),
        _BEFORE=sample_schedule.concentrations(pc, study, "IS_PRE"),
        _ENDS=sample_schedule.concentrations(pc, study, "IS_EOI"),
        _OVER=per_analyte(study, lambda a: C("PCSTRESN") > 3 * a.lloq),
    )
    beside = taken.join(drugs.lazy(), on=["USUBJID", "EXTRT"], how="left", maintain_order="left")
    return beside.drop("USUBJID", "EXTRT").collect()


def _never_given(strange: pl.DataFrame, ex: pl.DataFrame, study: Study) -> Found:
    if strange.is_empty():
        return
    # A drug spelled in another way is the finding of EX; it was given nevertheless.
    spelled = C("EXTRT").is_in([d.code for d in study.drugs])
    dosed = ex.filter(spelled.all().over("USUBJID"))["USUBJID"].implode()
    known = strange.filter(C("USUBJID").is_in(dosed))
    once = known.unique(["USUBJID", "PCTESTCD"], keep="first", maintain_order=True)
    yield found(NEVER_GIVEN, once, allowed="an analyte of a drug the subject got")


def _single(doses: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Doses that are the only one of their cycle, numbered.

    Without the number of the cycle, or with several doses in it, it is not known which dose is meant.
    """
    counted = doses.filter(given(), C("CYCLE").is_not_null()).join(
        drugs, on=["USUBJID", "EXTRT"], how="inner", maintain_order="left"
    )
    cycle = ["_GIVEN", "CYCLE"]
    single = counted.select(*cycle, "_DOSE", "_END").unique(cycle, keep="none", maintain_order=True)
    return single.with_row_index("_SINGLE")


def _out_of_order(rows: pl.DataFrame) -> pl.Series:
    """Rows in PC of samples of one cycle taken before one that is planned earlier."""
    timed = rows.filter(C("_AT").is_not_null(), C("PCTPTNUM") > 0)
    timed = timed.select("_ROW", "_SINGLE", "_TEST", "_SPEC", "PCTPTNUM", "_AT")
    ordered = timed if _in_order(timed) else timed.sort(*GROUP, "PCTPTNUM", "_AT", "_ROW")
    planned_later = C("PCTPTNUM") > C("PCTPTNUM").shift()
    return ordered.filter(_SAME & planned_later & (C("_AT") < C("_AT").shift()))["_ROW"]


def _in_order(timed: pl.DataFrame) -> bool:
    """Are samples of one group together and by planned time, as most laboratories send them?"""
    planned, at = C("PCTPTNUM"), C("_AT")
    later = (planned > planned.shift()) | ((planned == planned.shift()) & (at >= at.shift()))
    together = timed.lazy().select(
        by_plan=(~_SAME | later).all(),
        runs=(~_SAME).sum(),
    )
    by_plan, runs = together.collect().row(0)
    return bool(by_plan) and runs == timed.select(pl.struct(GROUP).hash().n_unique()).item()


CONCENTRATIONS: Final[tuple[CrossCheck, ...]] = (
    CrossCheck(
        (NEVER_GIVEN, PREDOSE, POSTDOSE, DURING, AFTER, ORDER, NO_DOSE, EARLY_DRUG),
        ("PC", "EX"),
        _samples,
    ),
)
