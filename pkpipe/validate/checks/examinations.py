"""Checks of vital signs, laboratory, and ECG against the subject's own, the others' and the range.

A person is his own best comparison: what is measured again and again varies by a few per cent (within-subject
variation: Aarsand 2022, EFLM biological variation database), in illness by more. So each test has the change
that is asked about, as a ratio to the median of the subject's other values; a laboratory change that large
may be an adverse event, and is not asked about where one is recorded around it, unless it is larger than any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, Found, Tables, story_check

C: Final = pl.col


@dataclass(frozen=True)
class Fold:
    """Ratios to the subject's own median: asked about where no event explains it, and in any case."""

    asked: float
    ever: float


DEFAULT: Final = Fold(4, 25)
# Narrowly regulated, or measured of the body itself; all others vary as DEFAULT.
FOLDS: Final[dict[tuple[str, str], Fold]] = {
    **{("LB", t): Fold(1.15, 1.3) for t in ("SODIUM", "CL")},
    **{("LB", t): Fold(1.7, 2.5) for t in ("K", "CA", "CAIONCO", "MG", "PROT")},
    **{("LB", t): Fold(1.8, 3) for t in ("ALB", "HGB", "HCT", "RBC")},
    **{("LB", t): Fold(3, 8) for t in ("CREAT", "GLUC", "UREA", "UREAN", "URATE", "PHOS")},
    **{("LB", t): Fold(4, 40) for t in ("WBC", "NEUT", "LYM", "PLAT", "ALP")},
    ("LB", "BILI"): Fold(5, 25),
    **{("LB", t): Fold(12, 100) for t in ("EOS", "BASO", "CRP", "CK", "FERRITIN", "TSH", "LDH")},
    ("VS", "WEIGHT"): Fold(1.25, 1.25),
    ("VS", "HEIGHT"): Fold(1.05, 1.05),
    ("VS", "TEMP"): Fold(1.13, 1.13),
    ("VS", "SYSBP"): Fold(1.6, 1.6),
    ("VS", "DIABP"): Fold(1.7, 1.7),
    ("VS", "PULSE"): Fold(1.8, 1.8),
    ("VS", "RESP"): Fold(2, 2),
    ("EG", "EGHRMN"): Fold(1.8, 1.8),
    ("EG", "QTCFAG"): Fold(1.25, 1.25),
    ("EG", "QTAG"): Fold(1.4, 1.4),
    ("EG", "PRAG"): Fold(1.6, 1.6),
    ("EG", "QRSAG"): Fold(1.6, 1.6),
}
# Two people differ by this much at most in what is regulated or of the body; tumour markers differ by more.
SUBJECT_FOLD, SPREADS, FEW = 6.0, 4.0, 3
MAD_TO_SD: Final = 1.4826
AROUND_DAYS: Final = 14
# Words of the events that change a test (CTCAE 5.0 terms); of other tests, those of investigations.
EVENTS: Final = {
    **dict.fromkeys(
        ("ALT", "AST", "BILI", "ALP", "GGT"), "aminotransf|hepat|bilirub|liver|phosphatase"
    ),
    **dict.fromkeys(("WBC", "NEUT", "LYM"), "neutro|leu[ck]o|lymph|white blood|febrile|sepsis"),
    **dict.fromkeys(("HGB", "RBC", "HCT"), "ana?emi|ha?emoglobin|ha?emorrh|bleed"),
    **dict.fromkeys(("CREAT", "UREA", "UREAN", "URATE"), "creatinin|renal|kidney|urea"),
    **{"PLAT": "platelet|thrombocyt", "GLUC": "gluc|glyc|diabet", "TSH": "thyr"},
    **{"K": "kal|potass", "SODIUM": "natr|sodium", "CA": "calc", "ALB": "album", "MG": "magnes"},
}
OTHER_EVENTS: Final = "increased|decreased|abnormal|hyper|hypo"
RANGE_FOLD: Final = 5.0
BMI: Final = (
    12.0,
    60.0,
)  # kg/m2: under 12 nobody lives on (Henry 1990), over 60 a few of a hundred thousand
SAME_QT: Final = 0.1

OUT_OF_LINE: Final = {
    d: story_check(
        f"{d}-OUT-OF-LINE",
        "far from the subject's other values of the test",
        "own median",
        table=d,
        column=f"{d}STRESN",
    )
    for d in ("VS", "LB", "EG")
}
APART: Final = {
    d: story_check(
        f"{d}-SUBJECT-OUT-OF-LINE",
        "a subject whose values all lie apart from the others",
        "MAD",
        table=d,
        column=f"{d}STRESN",
    )
    for d in ("VS", "LB", "EG")
}
OFF_RANGE: Final = story_check(
    "LB-UNIT-RANGE",
    "the middle of all results lies far outside the normal range: are they in one unit?",
    "LBSTNRLO, LBSTNRHI",
    table="LB",
    column="LBSTRESN",
)
PRESSURES: Final = story_check(
    "VS-SYSTOLIC-DIASTOLIC",
    "systolic not above diastolic pressure",
    "physiology",
    table="VS",
    column="VSSTRESN",
)
MASS: Final = story_check(
    "VS-BODY-MASS",
    "weight and height of no adult",
    "WHO body mass index",
    table="VS",
    column="VSSTRESN",
)
QT: Final = story_check(
    "EG-QTCF",
    "corrected QT is not QT over the cube root of RR",
    "Fridericia 1920, ICH E14",
    table="EG",
    column="EGSTRESN",
)


def _values(tables: Tables, code: str) -> pl.DataFrame:
    """Positive results with subject, test, unit and day."""
    unit = C(f"{code}STRESU").fill_null("")
    return tables[code].filter(C(f"{code}STRESN") > 0).select(
        *("SRCFILE", "SRCROW", "USUBJID"),
        _TEST=C(f"{code}TESTCD"),
        _UNIT=unit,
        _SPEC=C("LBSPEC").fill_null("") if code == "LB" else pl.lit(""),
        _V=C(f"{code}STRESN"),
        _L=C(f"{code}STRESN").log(),
        _DAY=dates.first_day(C(f"{code}DTC")),
    ).filter(C("_TEST") != "ECOG")  # fmt: skip


def _message(check: Check, words: str, *values: pl.Expr) -> pl.Expr:
    shown = [v.round_sig_figs(3).cast(pl.String) for v in values]
    return sentence(f"{check.words}: {{}} {words}", "_TEST", *shown)


def _told(check: Check, rows: pl.DataFrame, code: str) -> pl.DataFrame:
    column = f"{code}STRESN"
    return found(
        check,
        rows.with_columns(C("_V").alias(column)),
        code,
        column,
        "a value that the site confirms",
    )


def _fold(code: str, which: str) -> pl.Expr:
    of_test = {test: getattr(f, which) for (domain, test), f in FOLDS.items() if domain == code}
    other = getattr(DEFAULT, which)
    return C("_TEST").replace_strict(of_test, default=other, return_dtype=pl.Float64)


def _against_own(tables: Tables, code: str) -> Found:
    """Values far from the median of the subject's values of the test."""
    own = ["USUBJID", "_TEST", "_UNIT", "_SPEC"]
    rows = _values(tables, code).with_columns(
        _MID=C("_L").median().over(own), _N=pl.len().over(own)
    )
    off = (C("_L") - C("_MID")).abs()
    odd = rows.filter(C("_N") >= FEW, off > _fold(code, "asked").log())
    if code == "LB" and odd.height:
        around = _in_an_event(odd, tables["AE"])
        always = odd.filter(off > _fold(code, "ever").log())
        places = pl.concat([around, always.select("SRCFILE", "SRCROW")])
        odd = odd.join(places, on=["SRCFILE", "SRCROW"], how="semi", maintain_order="left")
    words = "{}, the middle of the subject's {} is {}"
    told = odd.with_columns(
        _MESSAGE=_message(OUT_OF_LINE[code], words, C("_V"), C("_N"), C("_MID").exp())
    )
    yield _told(OUT_OF_LINE[code], told, code)
    subjects = rows.unique(own, keep="first", maintain_order=True)
    test = ["_TEST", "_UNIT", "_SPEC"]
    middle = C("_MID").median().over(test)
    wide = (C("_MID") - middle).abs().median().over(test) * MAD_TO_SD
    far = (C("_MID") - middle).abs()
    apart = subjects.filter(
        C("_N") > 1,
        C("USUBJID").n_unique().over(test) >= FEW + 1,
        far > pl.max_horizontal(pl.lit(SUBJECT_FOLD).log(), SPREADS * wide),
    )
    words = "{} in the middle, {} values"
    told = apart.with_columns(_MESSAGE=_message(APART[code], words, C("_MID").exp(), C("_N")))
    yield _told(APART[code], told, code)


def _in_an_event(odd: pl.DataFrame, ae: pl.DataFrame) -> pl.DataFrame:
    """Places of those values around which no adverse event that could be their cause is recorded."""
    slack = pl.duration(days=AROUND_DAYS)
    words = pl.coalesce("AEDECOD", "AETERM").str.to_lowercase()
    spans = ae.filter(C("AETOXGR").fill_null(2) >= 2).select(
        "USUBJID",
        words.alias("_SAYS"),
        _FROM=dates.first_day(C("AESTDTC")),
        _TO=dates.last_day(C("AEENDTC")),
    )
    of_test = C("_TEST").replace_strict(EVENTS, default=OTHER_EVENTS, return_dtype=pl.String)
    beside = odd.select("SRCFILE", "SRCROW", "USUBJID", "_DAY", _WORDS=of_test).join(
        spans, on="USUBJID", how="inner"
    )
    began = C("_FROM").is_null() | (C("_FROM") <= C("_DAY") + slack)
    lasts = C("_TO").is_null() | (C("_TO") >= C("_DAY") - slack)
    explained = beside.filter(began & lasts, C("_SAYS").str.contains(C("_WORDS"))).select(
        "SRCFILE", "SRCROW"
    )
    places = odd.select("SRCFILE", "SRCROW")
    return places.join(explained, on=places.columns, how="anti", maintain_order="left")


def _against_range(tables: Tables, _study: Study) -> Found:
    """Tests whose middle result in the study lies far outside the normal range: one row each."""
    test = ["LBTESTCD", "LBSPEC", "LBSTRESU"]
    middle = (
        tables["LB"].filter(C("LBSTRESN") > 0)
        .with_columns(_V=C("LBSTRESN").median().over(test), _N=pl.len().over(test), _TEST=C("LBTESTCD"))
        .with_columns(_LOW=C("LBSTNRLO").median().over(test), _HIGH=C("LBSTNRHI").median().over(test))
        .filter(C("_N") >= FEW)
        .unique(test, keep="first", maintain_order=True)
    )  # fmt: skip
    off = (C("_V") > RANGE_FOLD * C("_HIGH")) | (RANGE_FOLD * C("_V") < C("_LOW"))
    words = "{} in the middle of all results, normal {} to {}"
    told = middle.filter(off).with_columns(
        _MESSAGE=_message(OFF_RANGE, words, C("_V"), C("_LOW"), C("_HIGH"))
    )
    yield found(OFF_RANGE, told, allowed="results and normal range in one unit", value=C("_V"))


def _side_by_side(frame: pl.DataFrame, code: str, tests: tuple[str, ...]) -> pl.DataFrame:
    """Results of tests of one moment in columns, with the place of the first test."""
    key = ["USUBJID", f"{code}DTC", "VISIT"]
    rows = frame.filter(C(f"{code}TESTCD").is_in(tests), C(f"{code}STRESN").is_not_null())
    first = rows.filter(C(f"{code}TESTCD") == tests[0]).unique(
        key, keep="none", maintain_order=True
    )
    side = first.with_columns(C(f"{code}STRESN").alias(tests[0]))
    for test in tests[1:]:
        one = rows.filter(C(f"{code}TESTCD") == test).unique(key, keep="none", maintain_order=True)
        more = one.select(*key, C(f"{code}STRESN").alias(test))
        side = side.join(more, on=key, how="inner", nulls_equal=True, maintain_order="left")
    return side


def _vital_signs(tables: Tables, _study: Study) -> Found:
    vs = tables["VS"]
    two = _side_by_side(vs, "VS", ("SYSBP", "DIABP")).filter(C("SYSBP") <= C("DIABP"))
    told = two.with_columns(
        _MESSAGE=sentence(f"{PRESSURES.words}: {{}} and {{}}", "SYSBP", "DIABP")
    )
    yield found(PRESSURES, told, allowed="SYSBP above DIABP")
    one_unit = {"WEIGHT": "kg", "HEIGHT": "cm"}
    body = vs.filter(C("VSSTRESU") == C("VSTESTCD").replace_strict(one_unit, default="")).sort(
        "USUBJID", "SRCROW", maintain_order=True
    )
    of = {t: body.filter(C("VSTESTCD") == t) for t in one_unit}
    height = of["HEIGHT"].group_by("USUBJID").agg(_M=C("VSSTRESN").median() / 100)
    weight = of["WEIGHT"].with_columns(_KG=C("VSSTRESN").median().over("USUBJID"))
    both = weight.unique("USUBJID", keep="first", maintain_order=True).join(
        height, on="USUBJID", how="inner", maintain_order="left"
    )
    index = C("_KG") / C("_M") ** 2
    odd = both.filter(~index.is_between(*BMI)).with_columns(
        _MESSAGE=sentence(
            f"{MASS.words}: {{}} kg and {{}} cm are {{}} kg/m2",
            "_KG",
            C("_M") * 100,
            index.round(1),
        )
    )
    yield found(MASS, odd, allowed=f"{BMI[0]:g} to {BMI[1]:g} kg/m2")


def _qt(tables: Tables, _study: Study) -> Found:
    side = _side_by_side(tables["EG"], "EG", ("QTCFAG", "QTAG", "EGHRMN"))
    made = C("QTAG") * (C("EGHRMN") / 60) ** (1 / 3)
    odd = side.filter((C("QTCFAG") / made - 1).abs() > SAME_QT).with_columns(
        _MESSAGE=sentence(
            f"{QT.words}: QT {{}} and rate {{}} give {{}}", "QTAG", "EGHRMN", made.round(0)
        )
    )
    yield found(QT, odd, allowed=f"within {SAME_QT:.0%} of it")


def _own(code: str) -> CrossCheck:
    needs = (code, "AE") if code == "LB" else (code,)
    return CrossCheck(
        (OUT_OF_LINE[code], APART[code]), needs, lambda tables, _: _against_own(tables, code)
    )


EXAMINATIONS: Final[tuple[CrossCheck, ...]] = (
    *(_own(code) for code in OUT_OF_LINE),
    CrossCheck((OFF_RANGE,), ("LB",), _against_range),
    CrossCheck((PRESSURES, MASS), ("VS",), _vital_signs),
    CrossCheck((QT,), ("EG",), _qt),
)
