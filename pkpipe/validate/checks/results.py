"""Checks of one row: results without a value, values no patient has, cells that contradict each other."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.computed import computed
from pkpipe.clinical.lesions import SIZE_TESTS
from pkpipe.clinical.own_words import NO_ARM
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.computed_columns import COMPUTED
from pkpipe.validate.checks.concentration_rows import ABOVE
from pkpipe.validate.checks.kinds import RowCheck, is_one, row_check

C: Final = pl.col

# Findings domains whose results are asked for; PC says it by a check of its own.
ASKED: Final = ("TR", "RS", "LB", "VS", "EG", "PE", "CP")
WITH_STATUS: Final = ("PC", "IS", *ASKED)
# What a living adult has at most, by test: lowest, highest, unit. Wide enough for any patient.
LIVING: Final = (
    ("VS", "WEIGHT", 25, 300, "kg"),
    ("VS", "HEIGHT", 100, 230, "cm"),
    ("VS", "TEMP", 30, 44, "C"),
    ("VS", "SYSBP", 50, 280, "mmHg"),
    ("VS", "DIABP", 20, 180, "mmHg"),
    ("VS", "PULSE", 20, 250, "beats/min"),
    ("VS", "RESP", 4, 70, "breaths/min"),
    ("EG", "EGHRMN", 20, 250, "beats/min"),
    ("EG", "QTCFAG", 250, 750, "ms"),
    ("EG", "PRAG", 50, 500, "ms"),
    ("EG", "QRSAG", 40, 300, "ms"),
    ("LB", "HGB", 20, 250, "g/L"),
    ("LB", "ALB", 8, 80, "g/L"),
    ("LB", "SODIUM", 90, 190, "mmol/L"),
    ("LB", "K", 1, 12, "mmol/L"),
    ("CP", "RO", 0, 150, "%"),
)
LARGEST_LESION: Final = 400  # mm


def _no_result(d: str) -> RowCheck:
    return row_check(
        f"{d}-NO-RESULT",
        f"{d}.{d}STRESC",
        C(f"{d}STRESC").is_null() & C(f"{d}STRESN").is_null() & C(f"{d}STAT").is_null(),
        ("no result and no reason", f"a result, or {d}STAT NOT DONE"),
        "SDTMIG 3.4, --STAT",
    )


def _done_after_all(d: str) -> RowCheck:
    return row_check(
        f"{d}-DONE",
        f"{d}.{d}STRESC",
        (C(f"{d}STAT") == "NOT DONE")
        & (C(f"{d}STRESC").is_not_null() | C(f"{d}STRESN").is_not_null()),
        ("not done, and a result", "either"),
        "SDTMIG 3.4, --STAT",
    )


def _computed(d: str) -> RowCheck:
    column = COMPUTED[d]
    return row_check(
        f"{d}-COMPUTED",
        f"{d}.{column}",
        computed(d),
        (
            "computed and not measured (this flag, or DTYPE): listed, and left out of every number",
            f"empty in a measured record; if this one is measured: sources.{d}.codes: "
            f'{{{column}: {{Y: ""}}}}',
        ),
        "SDTMIG 3.4, --DRVFL",
        "note",
    )


def _living(domain: str, test: str, low: float, high: float, unit: str) -> RowCheck:
    value = C(f"{domain}STRESN")
    # In another unit the limits say nothing; the unit is another check's.
    same = C(f"{domain}STRESU").is_null() | (C(f"{domain}STRESU") == unit)
    return row_check(
        f"{domain}-RANGE-{test}",
        f"{domain}.{domain}STRESN",
        (C(f"{domain}TESTCD") == test) & same & ~value.is_between(low, high),
        (f"a value of {test} that a living adult does not have", f"{low} to {high} {unit}"),
        "plausibility",
    )


def _another_lloq(study: Study) -> pl.Expr:
    return pl.any_horizontal(
        pl.lit(value=False),
        *(
            (C("PCTESTCD") == a.code)
            & (C("PCSPEC") == a.matrix)
            & (C("PCSTRESU").is_null() | (C("PCSTRESU") == a.unit))
            & ((C("PCLLOQ") - a.lloq).abs() > 0.001 * a.lloq)
            for a in study.analytes
        ),
    )


def _no_biomarker(study: Study) -> pl.Expr:
    return ~C("CPTESTCD").is_in([b.code for b in study.biomarkers])


OTHERS: Final = (
    row_check(
        "PC-LLOQ-OTHER",
        "PC.PCLLOQ",
        _another_lloq,
        ("another limit of quantification than declared", "analytes.lloq"),
        "analytes.lloq",
    ),
    row_check(
        "PC-CYCLE", "PC.CYCLE", C("CYCLE") < 1, ("a cycle below 1", "1 or more"), "methods TIME-6"
    ),
    row_check(
        "PC-NOT-DONE-WHY",
        "PC.PCREASND",
        (C("PCSTAT") == "NOT DONE") & C("PCREASND").is_null(),
        ("not done, and no reason", "a reason"),
        "SDTMIG 3.4, --REASND",
        "note",
    ),
    row_check(
        "IS-CYCLE", "IS.CYCLE", C("CYCLE") < 1, ("a cycle below 1", "1 or more"), "methods TIME-6"
    ),
    row_check(
        "TR-LARGE",
        "TR.TRSTRESN",
        is_one("TRTESTCD", *SIZE_TESTS["any"]) & (C("TRSTRESN") > LARGEST_LESION),
        ("a lesion larger than a trunk: centimetres times 100?", f"{LARGEST_LESION} mm or less"),
        "plausibility",
    ),
    row_check(
        "TU-NO-ORGAN",
        "TU.TULOC",
        C("TULOC").is_null() & is_one("TUSTRESC", "TARGET", "NON-TARGET", "NEW"),
        ("a lesion without an organ", "where it is"),
        "RECIST 1.1, 3.3",
    ),
    row_check(
        "LB-LIMITS",
        "LB.LBSTNRHI",
        C("LBSTNRHI") < C("LBSTNRLO"),
        ("normal range upside down", "LBSTNRLO or more"),
    ),
    row_check(
        "LB-LOW",
        "LB.LBNRIND",
        (C("LBSTRESN") < C("LBSTNRLO")) & (C("LBNRIND") == "NORMAL"),
        ("below the normal range, and called normal", "LOW"),
        "SDTMIG 3.4, LBNRIND",
    ),
    row_check(
        "LB-HIGH",
        "LB.LBNRIND",
        (C("LBSTRESN") > C("LBSTNRHI")) & (C("LBNRIND") == "NORMAL"),
        ("above the normal range, and called normal", "HIGH"),
        "SDTMIG 3.4, LBNRIND",
    ),
    row_check(
        "LB-INSIDE",
        "LB.LBNRIND",
        C("LBSTRESN").is_between("LBSTNRLO", "LBSTNRHI") & is_one("LBNRIND", "LOW", "HIGH"),
        ("inside the normal range, and called low or high", "NORMAL"),
        "SDTMIG 3.4, LBNRIND",
    ),
    row_check(
        "CP-CODE",
        "CP.CPTESTCD",
        _no_biomarker,
        ("no biomarker of the study: not analysed", "biomarkers of the study file"),
        "biomarkers",
        "note",
    ),
    row_check(
        "CM-ORDER",
        "CM.CMENDTC",
        dates.last_day(C("CMENDTC")) < dates.first_day(C("CMSTDTC")),
        ("the therapy ends before it starts", "CMSTDTC or later"),
    ),
    row_check(
        "DM-NO-CONSENT",
        "DM.RFICDTC",
        C("RFICDTC").is_null() & ~is_one("ARMCD", *NO_ARM),
        ("no date of informed consent", "the date of consent"),
        "ICH E6(R3) 2.8",
        "note",
    ),
    row_check(
        "DM-CONSENT-BIRTH",
        "DM.BRTHDTC",
        dates.first_day(C("BRTHDTC")) > dates.last_day(C("RFICDTC")),
        ("born after informed consent", "before RFICDTC"),
    ),
    row_check(
        "DM-DEATH-CONSENT",
        "DM.DTHDTC",
        dates.last_day(C("DTHDTC")) < dates.first_day(C("RFICDTC")),
        ("died before informed consent", "RFICDTC or later"),
    ),
    row_check(
        "DM-DEATH-FIRST-DOSE",
        "DM.DTHDTC",
        dates.last_day(C("DTHDTC")) < dates.first_day(C("RFSTDTC")),
        ("died before the first dose", "RFSTDTC or later"),
    ),
    row_check(
        "DM-ARM-CHANGED",
        "DM.ACTARMCD",
        C("ACTARMCD") != C("ARMCD"),
        ("treated in another arm than planned", "ARMCD"),
        "ICH E6(R3) 4.5",
    ),
    row_check(
        "DS-NO-PART",
        "DS.DSSCAT",
        (C("DSCAT") == "DISPOSITION EVENT") & C("DSSCAT").is_null(),
        ("what ended is not said", "STUDY TREATMENT, STUDY PARTICIPATION"),
        "SDTMIG 3.4, DSSCAT",
    ),
)

# Of the samples that were taken; another matrix than declared is told of by PC-MATRIX.
NO_MATRIX: Final = RowCheck(
    Check(
        "PC-NO-MATRIX",
        "error",
        "no matrix, so no analyte's concentration",
        "analytes",
        table="PC",
        column="PCSPEC",
    ),
    wrong=lambda s: (
        C("PCSPEC").is_null()
        & C("PCTESTCD").is_in([a.code for a in s.analytes])
        & C("PCSTAT").ne_missing(pl.lit("NOT DONE"))
    ),
    allowed=lambda s: ", ".join(f"{a.code}: {a.matrix}" for a in s.analytes),
)
ABOVE_LIMIT: Final = row_check(
    "PC-ABOVE-LIMIT",
    "PC.PCSTRESC",
    ABOVE,
    (
        "above the upper limit of quantification: no number, and its profile has no peak and no area",
        "the result of a diluted sample; one that came apart from this file is declared with "
        "sources.PC.codes: {PCSTRESC: {theirs: number}, PCSTRESN: {theirs: number}}",
    ),
    "ICH M10, 3.3.2",
)
RESULT_ROWS: Final[tuple[RowCheck, ...]] = (
    ABOVE_LIMIT,
    NO_MATRIX,
    *(_no_result(d) for d in ASKED),
    *(_done_after_all(d) for d in WITH_STATUS),
    *(_living(*limits) for limits in LIVING),
    *(_computed(d) for d in COMPUTED),
    *OTHERS,
)
