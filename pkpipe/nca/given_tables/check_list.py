"""Every check of the tables of an NCA as a value: what is wrong with a row of samples, doses or intervals.

The names of the tables are the user's, so a check has none; the same question of two tables is one check.
"""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check
from pkpipe.nca.laid_out.intervals import INTERVAL_KINDS
from pkpipe.nca.laid_out.sorted_arrays import ROUTES

FINITE: Final = "a finite number"
IN_TERMS: Final = "kind of the column"
FLAGS: Final = "Y, N or empty"


def _check(place: str, words: str, allowed: str | None, source: str = IN_TERMS) -> Check:
    """place: id and column, separated by a blank."""
    name, _, column = place.partition(" ")
    return Check(f"NCA-{name}", "error", words, source, allowed=allowed, column=column)


NO_TIME: Final = _check("NO-TIME TIME", "is no time", FINITE, "methods TIME-3")
PLANNED_TIME: Final = _check(
    "PLANNED-TIME TIMENOM", "is no time", f"{FINITE} or empty", "methods TIME-5"
)
SAME_TIME_TWICE: Final = _check(
    "TIME-TWICE TIME", "two rows of one profile at one time", "one", "CONC-DUP"
)
CONCENTRATION: Final = _check(
    "CONCENTRATION CONC",
    "is no concentration",
    "a finite number, empty if missing; a BLQ is 0 or has BLQ = 1",
)
NEGATIVE: Final = _check(
    "NEGATIVE CONC",
    "below zero",
    "0 or more; of a BLQ its LLOQ, or BLQ = 1; EXCLFL = Y",
    "CONC-NCA",
)
BLQ_FLAG: Final = _check("BLQ-FLAG BLQ", "is no flag", "0 or 1")
LIMIT: Final = _check("LIMIT LLOQ", "is no limit", "0 or more", "CONC-NCA")
NO_LIMIT: Final = _check(
    "NO-LIMIT LLOQ",
    "a BLQ without its LLOQ",
    "an LLOQ, of which the BLQ rule takes a share",
    "CONC-ALT",
)
SLOPE_FLAG: Final = _check("SLOPE-FLAG LAMZFL", "is no flag", FLAGS)
EXCLUSION_FLAG: Final = _check("EXCLUSION-FLAG EXCLFL", "is no flag", FLAGS)
EXCLUSION_REASON: Final = _check(
    "EXCLUSION-REASON EXCLRSN",
    "a reason for leaving the sample out, and no flag: it would be used",
    "EXCLFL = Y beside it, EXCLFL = N, or no reason",
    "methods, NCA inputs",
)
DOSE: Final = _check("DOSE DOSE", "is no dose", "0 or more")
ROUTE: Final = _check("ROUTE ROUTE", "is no route", ", ".join(ROUTES), "CDISC ROUTE (C66729)")
DURATION: Final = _check("DURATION DURATION", "is no duration", "0 or more")
BOLUS: Final = _check(
    "BOLUS DURATION",
    "a bolus that lasts",
    "ROUTE iv_infusion, or a DURATION of 0 or empty",
    "NCA-P2",
)
BOLUS_SAMPLE: Final = _check(
    "BOLUS-SAMPLE CONC",
    "a peak at the very time of a later bolus, where the trough before it is looked for",
    "the TIME at which it was drawn after the bolus, or EXCLFL = Y",
    "methods NCA-P2",
)
REPEATS: Final = _check(
    "REPEATS",
    "a row that stands for more doses than itself",
    "one row a dose; where others were given before and are not listed, FIRSTFL = N",
    "NONMEM (ADDL, SS)",
)
NUMBER_OF_DOSES: Final = _check(
    "NUMBER-OF-DOSES N",
    "is no number of doses",
    "a whole number from 1; empty in a regimen of one row is the steady state",
    "pkpipe superpose",
)
OUT_OF_THE_SLOPE: Final = _check(
    "OUT-OF-THE-SLOPE",
    "leaves the sample out of the terminal slope, and is not read",
    "LAMZFL = N in that row",
    "PKNCA (exclude_half.life)",
)
NOT_OBSERVED: Final = _check(
    "NOT-OBSERVED CONC",
    "a concentration in a row that says it is none",
    "empty, or the row left out, or EXCLFL = Y",
    "CDISC --STAT (C66789); NONMEM (MDV, EVID)",
)
LONGER_THAN_TAU: Final = _check(
    "LONGER-THAN-TAU DURATION",
    "an infusion that lasts longer than its dosing interval",
    "at most TAU, both in the unit of --time-unit",
    "methods DOSE-1",
)
TAU: Final = _check("INTERVAL TAU", "is no dosing interval", "above 0, or empty")
FIRST_FLAG: Final = _check("FIRST-FLAG FIRSTFL", "is no flag", FLAGS)
BACKWARD: Final = _check(
    "BACKWARD END", "does not lie after START", "a time after START, or empty for infinity"
)
KIND: Final = _check("KIND KIND", "is no kind", ", ".join(INTERVAL_KINDS))
OPEN_PART: Final = _check("OPEN-PART KIND", "a partial area without an end", "an END", "NCA-AUC")
INTERVAL_TWICE: Final = _check(
    "INTERVAL-TWICE START",
    "the same interval twice",
    "each START and END of a profile once",
    "pkpipe",
)
AFTER_NEXT_DOSE: Final = _check(
    "AFTER-NEXT-DOSE TIME",
    "no nominal time, and drawn after the time the next dose was planned for",
    "a TIMENOM, or EXCLFL = Y, or time_basis actual",
    "methods TIME-5",
)
PLANNED_BEFORE: Final = _check(
    "PLANNED-BEFORE TIMENOM",
    "planned before the dose it was drawn after",
    "one clock for the planned times of samples and doses (not counted anew from each dose), or empty",
    "methods TIME-5",
)
UNPLANNED_DOSE: Final = _check(
    "UNPLANNED-DOSE TIMENOM",
    "a dose without its nominal time",
    "the planned time, on the clock of the planned times of the samples",
    "methods TIME-5",
)
TIME_RULE: Final = _check(
    "RULE-OF-TIME TIMERULE", "is no rule", "actual, nominal or empty", "methods TIME-5"
)
NOMINAL_WINDOW: Final = _check("NOMINAL-WINDOW NOMWIN", "is no window", "0 or more, or empty")
NO_PLANNED_TIME: Final = _check(
    "NO-PLANNED-TIME TIMERULE",
    "by its nominal time, and it has none between its dose and the next",
    "a TIMENOM there, actual, or empty",
    "methods TIME-5",
)
PLANNED_ORDER: Final = _check(
    "PLANNED-ORDER TIMENOM",
    "not planned after the dose before it",
    "nominal times in the order of the doses",
    "methods TIME-5",
)
# Of the columns that a user of `pkpipe nca` names: the column is said by the finding.
UNIT_STATED: Final = _check(
    "UNIT-STATED", "another unit than was stated", None, "--conc-unit, --dose-unit"
)
UNITS: Final = _check(
    "UNITS",
    "two units in one profile or table",
    "one unit an analyte and matrix, or --conc-unit, --dose-unit",
    "pkpipe",
)
SEVERAL_TREATMENTS: Final = _check(
    "SEVERAL-TREATMENTS",
    "doses of several treatments in one profile",
    "one; or the column in CONC as well, or with --by; leave it out if each is a dose of what was measured",
    "CDISC EX (EXTRT)",
)
KEY_EMPTY: Final = _check(
    "KEY-EMPTY", "a value is missing", "a value in every row of a key", "--by of pkpipe nca"
)
COLLECTION_START: Final = _check(
    "COLLECTION-START TIME", "is no start of a collection", FINITE, "methods TIME-3"
)
COLLECTION_END: Final = _check(
    "COLLECTION-END TIMEEND",
    "a collection ends before it starts",
    "TIME or later",
    "methods TIME-3",
)
COLLECTION_NO_END: Final = _check(
    "COLLECTION-NO-END TIMEEND",
    "a collection without its end",
    "the time at which it ended",
    "methods TIME-3",
)
COLLECTION_OVERLAP: Final = _check(
    "COLLECTION-OVERLAP TIME",
    "a collection starts before the one before it ends",
    "the end of the one before it, or later",
    "CONC-DUP",
)
COLLECTION_VOLUME: Final = _check(
    "COLLECTION-VOLUME VOLUME", "is no volume", "0 or more, empty if missing"
)
COLLECTION_AMOUNT: Final = _check(
    "COLLECTION-AMOUNT AMOUNT", "is no amount", "0 or more, empty if missing"
)
COLLECTION_CONC: Final = _check(
    "COLLECTION-CONC CONC", "is no concentration", "0 or more, empty if missing"
)

SEVERAL_DOSES: Final = _check(
    "SEVERAL-DOSES DOSE",
    "doses of several levels in one group",
    "one level a group (--by); doses of one level in mg differ by body weight at most",
    "pkpipe nca --sparse",
)
CLOCK: Final = _check(
    "CLOCK TIME",
    "a time of the clock, not one that has gone by",
    "the time since the first dose, such as 8.5",
    "methods TIME-2",
)
TWO_OCCASIONS: Final = _check(
    "TWO-OCCASIONS",
    "samples of several occasions lie between each other in one profile",
    "the column with --by, or in DOSE as well (its dose on each row); left out if it tells no profiles apart",
    "methods TIME-2",
)
END_OF_INFUSION: Final = _check(
    "END-OF-INFUSION",
    "an end of the infusion, and no DURATION",
    "a column DURATION: the end less TIME",
    "methods DOSE-1",
)
DOSE_WITHIN_TAU: Final = _check(
    "DOSE-WITHIN-TAU TIME",
    "a dose before half of the TAU stated at the dose before it is over",
    "TIME and TAU in the unit of --time-unit; a TAU that is the time to the next dose, or empty",
    "methods NCA-P1",
)
OTHER_TAU: Final = _check(
    "OTHER-TAU TAU",
    "hours of which the next dose came 24 or 168 times later: days or weeks?",
    "TAU in the unit of --time-unit, or empty",
    "methods NCA-P1",
)
NO_BODY: Final = _check(
    "NO-BODY",
    "no body has that",
    "WEIGHT in kg up to 700, BSA in m2 up to 5",
    "units of WEIGHT and BSA in pkpipe nca --help",
)
PLANNED_UNIT: Final = _check(
    "PLANNED-UNIT TIMENOM",
    "planned times in another unit than TIME",
    "TIMENOM in the unit of TIME",
    "methods TIME-5",
)
FALLS_WHILE_INFUSED: Final = _check(
    "FALLS-WHILE-INFUSED CONC",
    "under half of an earlier sample of the same infusion while it runs",
    "TIME and DURATION in the unit of --time-unit, or EXCLFL = Y",
    "methods DOSE-1",
)
PICKED_AND_NOT_USED: Final = _check(
    "PICKED-AND-NOT-USED LAMZFL",
    "picked for the terminal slope, and below the limit, missing or left out",
    "empty, or N",
    "methods NCA-LZ",
)

CHECKS: Final = (
    *(NO_TIME, PLANNED_TIME, SAME_TIME_TWICE, CONCENTRATION, NEGATIVE, BLQ_FLAG),
    *(LIMIT, NO_LIMIT),
    *(
        SLOPE_FLAG,
        EXCLUSION_FLAG,
        EXCLUSION_REASON,
        DOSE,
        ROUTE,
        DURATION,
        BOLUS,
        LONGER_THAN_TAU,
        TAU,
        FIRST_FLAG,
    ),
    SEVERAL_DOSES,
    *(
        CLOCK,
        TWO_OCCASIONS,
        END_OF_INFUSION,
        DOSE_WITHIN_TAU,
        FALLS_WHILE_INFUSED,
        PICKED_AND_NOT_USED,
    ),
    *(OTHER_TAU, NO_BODY, PLANNED_UNIT),
    *(BOLUS_SAMPLE, REPEATS, NUMBER_OF_DOSES, NOT_OBSERVED, OUT_OF_THE_SLOPE),
    *(BACKWARD, KIND, OPEN_PART, INTERVAL_TWICE),
    *(AFTER_NEXT_DOSE, PLANNED_BEFORE, UNPLANNED_DOSE, PLANNED_ORDER),
    *(TIME_RULE, NOMINAL_WINDOW, NO_PLANNED_TIME),
    *(UNIT_STATED, UNITS, SEVERAL_TREATMENTS, KEY_EMPTY),
    COLLECTION_START,
    COLLECTION_END,
    COLLECTION_NO_END,
    COLLECTION_OVERLAP,
    COLLECTION_VOLUME,
    COLLECTION_AMOUNT,
    COLLECTION_CONC,
)
