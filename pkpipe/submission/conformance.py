"""Rules that every dataset keeps, each with how many values or rows break it; counted, never assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.sentences import Words
from pkpipe.submission.dataset import Made

C: Final = pl.col
Count = Callable[[Made], int]
REQUIRED: Final = {
    "SUBJECT LEVEL ANALYSIS DATASET": (
        *("STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "ARM", "TRT01P"),
    ),
    "BASIC DATA STRUCTURE": ("STUDYID", "USUBJID", "PARAM", "PARAMCD"),
    "OCCURRENCE DATA STRUCTURE": ("STUDYID", "USUBJID"),
    "ADAM OTHER": ("STUDYID", "USUBJID"),
}
ONLY_Y: Final = r"^(?:ABLFL|ANL\d\dFL|TRTEMFL|AOCC\w*FL|AOC\w+FL|NCAXFL|PPSUMFL|PKSUM1F)$"


@dataclass(frozen=True)
class Rule:
    """One rule, and how a dataset is counted by it."""

    id: str
    words: Words
    broken: Count


def _have(*names: str) -> Callable[[Made], bool]:
    return lambda made: set(names) <= set(made.rows.columns)


def _pairs(one: str, other: str) -> Count:
    """Values of `one` that have several values of `other`."""

    def broken(made: Made) -> int:
        if not _have(one, other)(made):
            return 0
        rows = made.rows.select(one, other).drop_nulls(one).unique()
        return int(rows.select(pl.len().over(one) > 1).sum().item())

    return broken


def _missing(made: Made) -> int:
    return len(set(REQUIRED[made.of.structure]) - set(made.rows.columns))


def _without_unit(made: Made) -> int:
    if not _have("PARAM", "AVAL", "AVALU")(made):
        return 0
    lacking = C("AVAL").is_not_null() & C("AVALU").is_not_null() & ~C("PARAM").str.contains(r"\(")
    return made.rows.filter(lacking)["PARAM"].n_unique()


def _two_texts(made: Made) -> int:
    if not _have("PARAMCD", "AVAL", "AVALC")(made):
        return 0
    rows = made.rows.select("PARAMCD", "AVAL", "AVALC").drop_nulls().unique()
    return int(rows.select(pl.len().over("PARAMCD", "AVAL") > 1).sum().item())


def _same_key(made: Made) -> int:
    return int(made.rows.select(pl.len().over(*made.of.keys) > 1).sum().item())


def _flags(made: Made) -> int:
    names = [name for name in made.rows.columns if pl.Series([name]).str.contains(ONLY_Y)[0]]
    return sum(made.rows.filter(C(name) != "Y").height for name in names)


def _no_day_zero(made: Made) -> int:
    names = [n for n in ("ADY", "ASTDY", "AENDY", "DTHADY") if n in made.rows.columns]
    return sum(made.rows.filter(C(name) == 0).height for name in names)


def _change_at_baseline(made: Made) -> int:
    if not _have("ABLFL", "CHG")(made):
        return 0
    return made.rows.filter((C("ABLFL") == "Y") & C("CHG").is_not_null()).height


def _two_baselines(made: Made) -> int:
    if not _have("ABLFL", "PARAMCD", "BASE")(made):
        return 0
    flagged = made.rows.filter(C("ABLFL") == "Y")
    return int(flagged.select(pl.len().over("USUBJID", "PARAMCD") > 1).sum().item())


def _trace(made: Made) -> int:
    if not _have("SRCSEQ")(made):
        return 0
    return made.rows.filter(C("SRCSEQ").is_not_null() & C("SRCDOM").is_null()).height


RULES: Final = (
    Rule(
        "REQUIRED",
        Words("A variable that ADaMIG 1.3 requires is not there", "缺少ADaMIG 1.3要求的变量"),
        _missing,
    ),
    Rule(
        "PARAMCD",
        Words("A PARAM has several PARAMCD", "一个PARAM对应多个PARAMCD"),
        _pairs("PARAM", "PARAMCD"),
    ),
    Rule(
        "PARAM",
        Words("A PARAMCD has several PARAM", "一个PARAMCD对应多个PARAM"),
        _pairs("PARAMCD", "PARAM"),
    ),
    Rule(
        "PARCAT1",
        Words("A PARAM has several PARCAT1", "一个PARAM对应多个PARCAT1"),
        _pairs("PARAM", "PARCAT1"),
    ),
    Rule(
        "UNIT",
        Words(
            "A PARAM with a numeric value and a unit does not say the unit",
            "有数值和单位的PARAM未写明单位",
        ),
        _without_unit,
    ),
    Rule(
        "AVALC",
        Words("An AVAL of a parameter has several AVALC", "同一参数的一个AVAL对应多个AVALC"),
        _two_texts,
    ),
    Rule(
        "AVISITN",
        Words("An AVISIT has several AVISITN", "一个AVISIT对应多个AVISITN"),
        _pairs("AVISIT", "AVISITN"),
    ),
    Rule("KEY", Words("Rows have the same key", "多行的键相同"), _same_key),
    Rule(
        "FLAG",
        Words("A flag that may be Y or empty has another value", "只能为Y或空的标志有其他值"),
        _flags,
    ),
    Rule("DAY0", Words("A study day is 0", "研究日为0"), _no_day_zero),
    Rule(
        "BASELINE",
        Words("A baseline record has a change from baseline", "基线记录有较基线变化值"),
        _change_at_baseline,
    ),
    Rule(
        "BASELINES",
        Words(
            "A subject has several baseline records of a parameter", "受试者同一参数有多条基线记录"
        ),
        _two_baselines,
    ),
    Rule("TRACE", Words("SRCSEQ without SRCDOM", "有SRCSEQ而无SRCDOM"), _trace),
)
