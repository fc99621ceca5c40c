"""Checks of what was given as a whole: an infusion of all its parts, a range of days with its frequency.

They look at EX as `clinical.administrations` reads it, so that a part of an infusion is no short infusion and
a range of days is no long one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import polars as pl

from pkpipe.clinical.administrations import given, records, runs_into, spans_days, with_last_days
from pkpipe.clinical.dose_frequency import COUNTABLE, FREQUENCY, planned_interval, terms_of_plan
from pkpipe.clinical.dose_level import level_doses
from pkpipe.clinical.dose_ranges import NO_COUNT, NO_FREQUENCY, OPEN_END
from pkpipe.clinical.infusion_parts import is_infusion, of_drug
from pkpipe.clinical.planned_dose import factor_of_plan
from pkpipe.finding.check import Check, Severity
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.validate.row_and_cross_checks import CrossCheck, Tables

C: Final = pl.col
Found = Iterable[pl.DataFrame]
OVER_PLAN, UNDER_PLAN = 1.1, 0.9
LONG, SHORT = 3.0, 1 / 3  # times the planned length of the infusion
A_FREQUENCY: Final = (
    "a frequency in EXDOSFRQ, such as QD; if it is the same for every row, in the study file: "
    "sources: EX: constants: {EXDOSFRQ: QD}"
)
SDTM: Final = "SDTMIG 3.4, EXDOSFRQ"


def _check(
    name: str,
    words: str,
    source: str,
    severity: Severity = "query",
    stops: Literal["study", "decision"] = "study",
    column: str = "EXENDTC",
) -> Check:
    return Check(name, severity, words, source, stops, table="EX", column=column)


NO_END: Final = _check("EX-NO-END", "an infusion without an end", "methods DOSE-1")
TOO_LONG: Final = _check(
    "EX-LONG", "an infusion over three times as long as planned", "methods DOSE-1"
)
TOO_SHORT: Final = _check(
    "EX-SHORT", "an infusion under a third as long as planned", "methods DOSE-1"
)
NO_LEVEL: Final = _check(
    "EX-PLAN", "a planned dose that no level has", "escalation.levels", column="EXPDOSE"
)
OVER: Final = _check("EX-OVER", "over 110 % of the planned dose", "ICH E6(R3) 4.5", column="EXDOSE")
UNDER: Final = _check(
    "EX-UNDER", "under 90 % of the planned dose, and no reason", "SDTMIG 3.4, EXADJ", column="EXADJ"
)
UNKNOWN_WORD: Final = _check(
    "EX-FREQUENCY",
    "no dosing frequency that is known",
    "CDISC FREQ (C71113)",
    "error",
    column="EXDOSFRQ",
)
NO_WORD: Final = _check(
    "EX-NO-FREQUENCY",
    "a range of days, and no frequency of the doses in it",
    SDTM,
    "error",
    column="EXDOSFRQ",
)
NOT_COUNTED: Final = _check(
    "EX-NOT-COUNTED",
    "a range of days with a frequency that says no number of doses",
    SDTM,
    column="EXDOSFRQ",
)
OTHER_PLAN: Final = _check(
    "EX-FREQUENCY-DRUG",
    "no range of the drug has the frequency of the study file",
    SDTM,
    "error",
    column="EXDOSFRQ",
)
OTHER_FREQUENCY: Final = _check(
    "EX-FREQUENCY-PLAN", "another frequency than the study file plans", SDTM, column="EXDOSFRQ"
)
NO_LAST: Final = _check(
    "EX-OPEN-END", "a range of doses that has ended, and no end is recorded", SDTM
)
UNKNOWN_SHARE: Final = _check(
    "EX-OPEN-END-DLT",
    "the doses a dose-finding subject received are not documented: a range without an end",
    "methods SET-DLT",
    "error",
    "decision",
)
GOES_ON: Final = _check(
    "EX-OPEN-CUTOFF", "a range of doses without an end: counted to the cutoff", SDTM, "note"
)
REST: Final = _check("EX-RANGE-REST", "the range is no whole number of dosing intervals", SDTM)
MEETS: Final = _check("EX-RANGES-MEET", "the next record begins on the last day of the range", SDTM)
TWO_RANGES: Final = _check(
    "EX-RANGES-OVERLAP", "two ranges of doses of one drug at the same time", SDTM, "error"
)
IN_PARTS: Final = _check(
    "DOSE-IN-PARTS",
    "soon after an infusion of the same cycle: a part of it?",
    "methods DOSE-1",
    column="EXSTDTC",
)


def _rows(tables: Tables, study: Study) -> pl.DataFrame:
    rows = with_last_days(records(tables, study), study)
    return rows.with_columns(ONE=(C("NDOSES") == 1) & ~spans_days(study), GIVEN=given())


def _infusions(tables: Tables, study: Study) -> Found:
    """Infusions against the plan: how long, how much."""
    doses = _rows(tables, study).filter("GIVEN")
    doses = doses.join(_weights(tables), on="USUBJID", how="left", maintain_order="left")
    doses = doses.with_columns(C("EXPDOSE", "PLANSUM") * factor_of_plan(study, C("_KG")))
    planned = of_drug({d.code: d.infusion_hours or None for d in study.drugs})
    timed = C("STTIMED") & C("ENTIMED")
    hours = pl.when(timed).then((C("END") - C("START")).dt.total_seconds() / 3600)
    whole = C("EXINTRFL").ne_missing(pl.lit("Y"))
    single = doses.filter("ONE", planned.is_not_null(), given())
    yield found(NO_END, single.filter(C("EXENDTC").is_null()), allowed="its end")
    # over days it reads as a range of doses, of which there is one
    lasting = doses.filter(C("NDOSES") == 1, planned.is_not_null())
    for check, rows, wrong in (
        (TOO_LONG, lasting, hours > LONG * planned),
        (TOO_SHORT, single, (hours >= 0) & (hours < SHORT * planned) & whole),
    ):
        yield found(check, rows.filter(wrong), "EX", "EXENDTC", "drugs.infusion_hours")
    plan = _plan(study)
    yield found(NO_LEVEL, doses.filter(_of_no_level(study)), allowed="escalation.levels")
    over, under = C("EXDOSE") > OVER_PLAN * plan, C("EXDOSE") < UNDER_PLAN * plan
    yield found(OVER, doses.filter(over), allowed="EXPDOSE")
    short = doses.filter(under & C("EXADJ").is_null() & whole)
    yield found(UNDER, short, allowed="why the dose was less")


def _weights(tables: Tables) -> pl.DataFrame:
    """The weight of a subject, by all that were taken."""
    if "VS" not in tables:
        return pl.DataFrame(schema={"USUBJID": pl.String, "_KG": pl.Float64})
    taken = tables["VS"].filter(C("VSTESTCD") == "WEIGHT")
    return taken.group_by("USUBJID", maintain_order=True).agg(_KG=C("VSSTRESN").median())


def _plan(study: Study) -> pl.Expr:
    """What was planned for all parts together: each names the whole, or they name their shares of a level."""
    shares = _is_level(study, C("PLANSUM")) & ~_is_level(study, C("EXPDOSE"))
    return pl.when((C("PARTS") > 1) & shares).then("PLANSUM").otherwise("EXPDOSE")


def _is_level(study: Study, dose: pl.Expr) -> pl.Expr:
    doses = level_doses(study)
    return pl.any_horizontal(
        pl.lit(value=False),
        *(
            (C("EXTRT") == d.code)
            & dose.is_in(doses.filter(C("DRUG") == d.code)["LEVELDOSE"].to_list())
            for d in study.drugs
        ),
    )


def _of_no_level(study: Study) -> pl.Expr:
    """True for a planned dose that no level of the protocol has; cohorts outside it have no list."""
    if study.escalation is None:
        return pl.lit(value=False)
    own = pl.any_horizontal(
        (C("EXTRT") == d.code) & (C("EXDOSU") == d.dose_unit) for d in study.drugs
    )
    return own & C("EXPDOSE").is_not_null() & ~_is_level(study, _plan(study))


def _frequencies(tables: Tables, study: Study) -> Found:
    """The words of EXDOSFRQ, and ranges whose doses cannot be counted, or not as planned."""
    rows = _rows(tables, study)
    said = C("EXDOSFRQ").is_not_null()
    unknown = rows.filter(said & C("TERM").is_null())
    yield found(UNKNOWN_WORD, unknown, allowed=", ".join(FREQUENCY.words))
    doses = rows.filter("GIVEN")
    why = C("NOCOUNT")
    yield found(NO_WORD, doses.filter(why == NO_FREQUENCY), allowed=A_FREQUENCY)
    uncounted = doses.filter((why == NO_COUNT) & C("TERM").is_not_null())
    yield found(NOT_COUNTED, uncounted, allowed="one record a dose")
    ended = "EXENDTC, the day of its last dose"
    yield found(NO_LAST, doses.filter(why == OPEN_END), allowed=ended)
    looked_at = doses.filter((why == OPEN_END) & C("USUBJID").is_in(_dose_finding(tables, study)))
    yield found(UNKNOWN_SHARE, looked_at, allowed=ended)
    goes_on = doses.filter(C("OPENFL") == "Y")
    yield found(GOES_ON, goes_on, allowed="empty while the dosing goes on")
    yield from _against_plan(doses.filter(C("COUNTED").is_in(COUNTABLE)), study)
    rest = C("SPAN") * C("COUNTED").eq("EVEN").cast(pl.Float64) > 1
    days = (C("END").dt.date() - C("START").dt.date()).dt.total_days()
    partly = doses.filter(
        rest & (C("NDOSES") > 1) & (days % C("SPAN") != 0) & C("OPENFL").is_null()
    )
    yield found(REST, partly, allowed="the day of the last dose")


def _dose_finding(tables: Tables, study: Study) -> list[str]:
    """Subjects of whom the share of their planned doses decides."""
    cohorts = [c.code for c in study.cohorts if c.part in {"escalation", "backfill"}]
    dm = tables.get("DM")
    if dm is None or study.escalation is None:
        return []
    return dm.filter(C("ARMCD").is_in(cohorts))["USUBJID"].to_list()


def _against_plan(ranges: pl.DataFrame, study: Study) -> Found:
    """Ranges of another frequency than planned; where no range of the drug has it, the plan may be wrong."""
    plan = {d.code: planned_interval(d) for d in study.drugs}
    terms = {
        d.code: " or ".join(terms_of_plan(d)[:3]) or f"every {planned_interval(d):g} days"
        for d in study.drugs
    }
    apart = C("SPAN") * pl.when(C("COUNTED") == "MONTHS").then(30.4375).otherwise(1.0) / C("DOSES")
    other = ((apart - of_drug(dict(plan))).abs() > 1e-9).fill_null(value=False)
    marked = ranges.with_columns(OTHER=other)
    # a range is counted by its frequency; of a single dose the word says nothing but what was meant
    ranged = C("NDOSES") > 1
    marked = marked.with_columns(ALL=C("OTHER").all().over("EXTRT", ranged), RANGED=ranged)
    for drug, words in terms.items():
        mine = marked.filter(C("EXTRT") == drug, "OTHER")
        first = mine.filter("ALL").unique(["EXDOSFRQ", "RANGED"], keep="first", maintain_order=True)
        allowed = (
            f"{words} (drugs: {drug}: cycle_days {study.drug(drug).cycle_days}, "
            f"doses_per_day {study.drug(drug).doses_per_day}), or these keys as the data have it"
        )
        yield found(OTHER_PLAN, first.filter("RANGED"), allowed=allowed)
        asked = pl.concat([mine.filter(~C("ALL")), first.filter(~C("RANGED"))])
        yield found(OTHER_FREQUENCY, asked, allowed=words)


def _neighbours(tables: Tables, study: Study) -> Found:
    """Records of one drug that touch: ranges at the same time, a second infusion of one cycle."""
    rows = _rows(tables, study).with_columns(
        INTO=runs_into(), NEXT=C("NDOSES").shift(-1), NEXTGIVEN=C("GIVEN").shift(-1)
    )
    ranged = C("GIVEN") & (C("NDOSES") > 1) & C("NEXTGIVEN")
    meets = rows.filter(ranged & (C("INTO") == 0) & ~_timed_apart())
    yield found(MEETS, meets, allowed="the day before: the later record's dose is counted")
    both = rows.filter(ranged & (C("INTO") > 0) & (C("NEXT") > 1))
    ends = "a last day before the next range begins, or one record with the dose of both"
    yield found(TWO_RANGES, both, allowed=ends)
    yield found(
        IN_PARTS,
        rows.filter(_soon_after(study)),
        allowed="another CYCLE for a dose of its own; for a part EXINTRFL Y, or drugs.part_gap_hours",
    )


def _timed_apart() -> pl.Expr:
    """The last dose of the range and the first of the next record have clock times well apart."""
    half = 12 * C("SPAN") / C("DOSES")
    hours = (C("START").shift(-1) - C("END")).dt.total_seconds() / 3600
    timed = C("ENTIMED") & C("STTIMED").shift(-1)
    return (timed & (hours >= half)).fill_null(value=False)


def _soon_after(study: Study) -> pl.Expr:
    same = pl.all_horizontal(C(c) == C(c).shift() for c in ("USUBJID", "EXTRT", "CYCLE"))
    half = of_drug({d.code: planned_interval(d) / 2 for d in study.drugs})
    days = (C("START").dt.date() - C("LASTDAY").shift()).dt.total_days()
    both = C("GIVEN") & C("GIVEN").shift() & is_infusion(study)
    return (same & both & (days >= 0) & (days < half)).fill_null(value=False)


EXPOSURE: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((NO_END, TOO_LONG, TOO_SHORT, NO_LEVEL, OVER, UNDER), ("EX",), _infusions),
    CrossCheck(
        (
            *(UNKNOWN_WORD, NO_WORD, NOT_COUNTED, NO_LAST, UNKNOWN_SHARE, GOES_ON),
            *(OTHER_PLAN, OTHER_FREQUENCY, REST),
        ),
        ("EX",),
        _frequencies,
    ),
    CrossCheck((MEETS, TWO_RANGES, IN_PARTS), ("EX",), _neighbours),
)
