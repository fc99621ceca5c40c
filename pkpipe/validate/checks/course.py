"""Checks of samples and scans across tables: their order, their doses, their lesions."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import schedule
from pkpipe.clinical.administrations import administrations, first_days, given
from pkpipe.clinical.lesions import (
    LONG_AXIS,
    MANY_IN_ORGAN,
    MANY_TARGETS,
    ORGAN_MOST,
    SHORT_AXIS,
    SIZE_TESTS,
    SMALL_TARGET,
    TARGETS_MOST,
    THIN_SLICE_MM,
    is_node,
    measurable_mm,
    organ_of,
)
from pkpipe.finding.check import found, shown
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.checks.cross import CrossCheck, Tables
from pkpipe.validate.checks.rows import per_analyte
from pkpipe.validate.checks.story import Found, at_place, story_check

C: Final = pl.col

NEVER_GIVEN: Final = story_check(
    "SAMPLE-OF-NO-DRUG", "a sample for a drug the subject never got", "methods TIME-2"
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
    "SAMPLE-ORDER", "earlier than a sample planned before it", "methods TIME-6"
)
EARLY_DRUG: Final = story_check(
    "DRUG-BEFORE-DOSE", "measured before the first dose", "methods CONC-NCA"
)
NO_SCAN: Final = story_check(
    "SCAN-NO-BASELINE", "no tumour measured before the first dose", "RECIST 1.1, 4.2"
)
OLD_SCAN: Final = story_check(
    "SCAN-OLD-BASELINE", "the last scan before the first dose is too old", "RECIST 1.1, 4.2"
)
SMALL: Final = story_check(SMALL_TARGET.id, SMALL_TARGET.words, "RECIST 1.1, 3.1")
MANY: Final = story_check(MANY_TARGETS.id, MANY_TARGETS.words, "RECIST 1.1, 4.2")
CROWDED: Final = story_check(MANY_IN_ORGAN.id, MANY_IN_ORGAN.words, "RECIST 1.1, 4.2")
UNRESPONDED: Final = story_check(
    "RESPONSE-NO-SCAN", "a response on a day without a scan", "RECIST 1.1, 4.4", "note"
)

# Samples that are taken in the order of their plan: of one dose, analyte and matrix.
GROUP: Final = ("_SINGLE", "_TEST", "_SPEC")
_SAME: Final = pl.all_horizontal(C(c).eq_missing(C(c).shift()) for c in GROUP)


def _samples(tables: Tables, study: Study) -> Found:
    """Concentrations beside the dose of their cycle: planned before or after, taken before or after."""
    pc, doses = tables["PC"], _timed_doses(tables, study)
    drugs = doses.group_by("USUBJID", "EXTRT", maintain_order=True).agg(
        _FIRST=pl.when(given()).then("_DOSE").min()
    )
    drugs = drugs.with_row_index("_GIVEN")
    samples = _timed_samples(pc, drugs, study)
    strange = samples.filter(C("_GIVEN").is_null())
    yield from _never_given(pc.select(shown("PCTESTCD"))[strange["_ROW"]], tables["EX"], study)
    rows = samples.join(_single(doses, drugs), on=["_GIVEN", "CYCLE"], maintain_order="left")
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
    early = samples.filter((at <= C("_FIRST")) & C("_OVER"))
    yield found(ORDER, dated[_out_of_order(rows)], "PC", "PCDTC", "the order of PCTPTNUM")
    yield at_place(
        EARLY_DRUG,
        pc.select(shown("PCSTRESN"))[early["_ROW"]],
        "PC.PCSTRESN",
        "below or near the limit of quantification",
    )


def _timed_doses(tables: Tables, study: Study) -> pl.DataFrame:
    """Doses of EX with the moments of start and end, and nothing else that is asked about."""
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
        _BEFORE=schedule.concentrations(pc, study, "IS_PRE"),
        _ENDS=schedule.concentrations(pc, study, "IS_EOI"),
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
    yield at_place(NEVER_GIVEN, once, "PC.PCTESTCD", "an analyte of a drug the subject got")


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


def _baseline(tables: Tables, study: Study) -> Found:
    plan = study.schedule.tumour
    first = first_days(tables["EX"])
    seen = pl.concat(
        tables[code].select("USUBJID", _SEEN=dates.day(C(f"{code}DTC"))) for code in ("TR", "TU")
    )
    both = seen.join(first, on="USUBJID", how="inner").filter(C("_SEEN") <= C("_FIRST"))
    last = both.group_by("USUBJID").agg(C("_SEEN").max())
    beside = (
        tables["DM"]
        .join(first, on="USUBJID", how="inner", maintain_order="left")
        .join(last, on="USUBJID", how="left", maintain_order="left")
    )
    yield at_place(
        NO_SCAN,
        beside.filter(C("_SEEN").is_null()),
        "DM.USUBJID",
        "lesions of a day before the first dose",
    )
    if plan is not None:
        age = (C("_FIRST") - C("_SEEN")).dt.total_days()
        old = beside.filter(age > plan.baseline_max_days)
        yield at_place(
            OLD_SCAN, old, "DM.RFSTDTC", f"a scan at most {plan.baseline_max_days} days old"
        )


def _lesions(tables: Tables, study: Study) -> Found:
    reader = ["USUBJID", "TUEVAL", "TUEVALID"]
    target = tables["TU"].filter(C("TUSTRESC").is_in(["TARGET", "TARGET LESION"]))
    each = target.unique([*reader, "TULNKID"], keep="first", maintain_order=True)
    for check, group, most in (
        (MANY, reader, TARGETS_MOST),
        (CROWDED, [*reader, "_ORGAN"], ORGAN_MOST),
    ):
        # Lymph nodes are one organ in RECIST; a place that is not said is none.
        told = each.with_columns(_ORGAN=organ_of(C("TULOC")))
        placed = told if check is MANY else told.filter(C("TULOC").is_not_null())
        nth = placed.sort(group, maintain_order=True).with_columns(
            _N=pl.int_range(pl.len()).over(group)
        )
        over = nth.filter(C("_N") == most)
        yield at_place(check, over, "TU.TULNKID", f"{most} or fewer")
    yield at_place(SMALL, _small(tables, each, study), "TR.TRSTRESN", SMALL_TARGET.allowed)


def _small(tables: Tables, targets: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Target lesions of each reader whose last size up to the first dose is below the measurable one."""
    lesion = ["USUBJID", "_READER", "TRLNKID"]
    start = first_days(tables["EX"])
    listed = targets.select(
        "USUBJID", TRLNKID="TULNKID", _READER=_reader("TUEVAL", "TUEVALID"), _PLACE="TULOC"
    )
    sized = tables["TR"].filter(
        C("TRTESTCD").is_in(SIZE_TESTS["any"]), C("TRSTRESN").is_not_null(), C("TRSTRESU") == "mm"
    )
    own = sized.with_columns(_READER=_reader("TREVAL", "TREVALID")).join(
        listed.unique(lesion, keep="first"), on=lesion, how="inner", maintain_order="left"
    )
    axes = own.group_by(lesion).agg(
        _SHORT=C("TRTESTCD").is_in(SHORT_AXIS).any(), _LONG=C("TRTESTCD").is_in(LONG_AXIS).any()
    )
    node = is_node(C("_PLACE"), short=C("_SHORT"), long=C("_LONG"))
    counts = pl.when("_NODE").then(C("TRTESTCD").is_in(SIZE_TESTS["node"]))
    before = (
        own.join(axes, on=lesion, how="inner", maintain_order="left")
        .join(start, on="USUBJID", how="inner", maintain_order="left")
        .with_columns(_NODE=node, _DAY=dates.day(C("TRDTC")))
        .filter(counts.otherwise(C("TRTESTCD").is_in(SIZE_TESTS["other"])))
        .filter(C("_DAY") <= C("_FIRST"))
    )
    base = before.sort("_DAY", maintain_order=True).unique(lesion, keep="last", maintain_order=True)
    slice_mm = study.response.slice_mm if study.response else THIN_SLICE_MM
    return base.filter(C("TRSTRESN") < measurable_mm(C("_NODE"), slice_mm)).sort("SRCROW")


def _reader(evaluator: str, identity: str) -> pl.Expr:
    return pl.concat_str(C(evaluator).fill_null(""), C(identity).fill_null(""), separator="/")


def _responses(tables: Tables, study: Study) -> Found:  # noqa: ARG001 (signature)
    scans = pl.concat(
        tables[code].select("USUBJID", _DAY=dates.day(C(f"{code}DTC")), _V="VISIT")
        for code in ("TR", "TU")
    )
    rows = (
        tables["RS"]
        .filter(C("RSTESTCD") == "OVRLRESP")
        .with_columns(_DAY=dates.day(C("RSDTC")), _V=C("VISIT"))
    )
    on_day = rows.join(
        scans.select("USUBJID", "_DAY").unique(),
        on=["USUBJID", "_DAY"],
        how="anti",
        maintain_order="left",
    )
    neither = on_day.join(
        scans.select("USUBJID", "_V").drop_nulls().unique(),
        on=["USUBJID", "_V"],
        how="anti",
        maintain_order="left",
    )
    measured = neither.filter(
        C("USUBJID").is_in(scans["USUBJID"].implode()), ~C("RSSTRESC").is_in(["NE", "ND"])
    )
    yield at_place(UNRESPONDED, measured, "RS.RSDTC", "a scan of that day or visit in TR or TU")


COURSE: Final[tuple[CrossCheck, ...]] = (
    CrossCheck(
        (NEVER_GIVEN, PREDOSE, POSTDOSE, DURING, AFTER, ORDER, EARLY_DRUG), ("PC", "EX"), _samples
    ),
    CrossCheck((NO_SCAN, OLD_SCAN), ("DM", "EX", "TR", "TU"), _baseline),
    CrossCheck((MANY, CROWDED, SMALL), ("TU", "TR", "EX"), _lesions),
    CrossCheck((UNRESPONDED,), ("RS", "TR", "TU"), _responses),
)
