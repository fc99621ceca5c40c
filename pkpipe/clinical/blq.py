"""What is below the limit of quantification (BLQ): the rules in reading order, and the limit they ask.

Sources: methods section 4 (CONC-NCA); SDTMIG 3.4, PC (PCLLOQ is in the unit of PCSTRESN); ICH M10 2.2.1 and
3.3 (nothing below the LLOQ is quantified). A zero is what laboratories and other programs write for BLQ.
`ND` and `NQ` are no words for it: the one is "not detected" or "not done", the other "not quantifiable" or
"not quantified". Who means the first declares it: a study file with blq_texts or codes, a call of the verb
with --blq-text. The words are the same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pkpipe.schema.coded_words import plain_width
from pkpipe.sentences import Words

if TYPE_CHECKING:  # a study is only named here: who analyses files of no study does not wait for it
    from pkpipe.protocol.study import Study

C: Final = pl.col
ROUNDING: Final = 1e-9  # share of the limit that a change of units may cost

_LESS: Final = r"<\s?\d*[.,]?\d+(?:e\s?[-+]?\d+)?(?:\s?[a-zµμ][\w/µμ]*)?"
_AMOUNT: Final = _LESS.replace("<", "<?", 1)  # behind a name, as in <LLOQ (0.1)
_LIMIT: Final = (
    r"(?:the\s)?(?:lower\s)?(?:llo?q|loq|lod|limit\sof\s(?:quanti(?:fication|tation)|detection)"
    r"|(?:quanti(?:fication|tation|fiable)|detection)\slimit)"
)
_NAMES: Final = (
    rf"bll?o?q|bql|blod|(?:below|<|less\sthan)\s?{_LIMIT}|<\s?(?:blo?q|bql)|not\sdetected|not\sdetectable"
    r"|(?:低于|小于|<)\s?(?:最低|方法)?(?:定量|检测|检出)下?限|未检出"
)
# BLQ, BLQ (<0.5), <0.5 ng/mL, <LLOQ, 低于定量下限: what a result below the limit is called, nothing else.
_NAMED: Final = rf"(?:{_NAMES})(?:\s?[(:,]?\s?(?:{_AMOUNT})\s?\)?)?"
_NUMBERED: Final = rf"(?:{_LESS})(?:\s?\(?(?:{_NAMES})\)?)?"
BLQ_WORDS: Final = rf"(?i)^\s*(?:{_NAMED}|{_NUMBERED})\s*$"


@dataclass(frozen=True)
class Result:
    """What a table says of a result, as expressions; left out: it has no such column."""

    value: pl.Expr
    flag: pl.Expr | None = None  # true: stated to be BLQ
    texts: tuple[pl.Expr, ...] = ()
    limit: pl.Expr | None = None  # of the row, in the unit of the value
    declared: pl.Expr | None = None  # true: a text is one that the study declares


@dataclass(frozen=True)
class Rule:
    """One way to be BLQ; `said` is what the reader is told."""

    id: str
    said: Words
    source: str
    holds: Callable[[Result], pl.Expr]


def _stated(result: Result) -> pl.Expr:
    return pl.lit(value=False) if result.flag is None else result.flag


def _in_words(result: Result) -> pl.Expr:
    said = [says(text) for text in result.texts]
    said += [] if result.declared is None else [result.declared]
    return pl.any_horizontal(pl.lit(value=False), *(one.fill_null(value=False) for one in said))


def _below(result: Result) -> pl.Expr:
    if result.limit is None:
        return pl.lit(value=False)
    return result.value < result.limit * (1 - ROUNDING)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "STATED",
        Words("stated to be below the limit of quantification", "注明低于定量下限"),
        "CONC-NCA",
        _stated,
    ),
    Rule(
        "WORDS",
        Words("reported as below the limit of quantification", "报告为低于定量下限"),
        "SDTMIG 3.4, PC",
        _in_words,
    ),
    Rule(
        "ZERO",
        Words(
            "a result of exactly 0, which no assay quantifies: below the limit of quantification",
            "结果恰为0，任何方法均不能定量：低于定量下限",
        ),
        "CONC-NCA",
        lambda result: result.value == 0,
    ),
    Rule(
        "VALUE",
        Words(
            "a number below the limit of quantification: taken as BLQ",
            "数值低于定量下限：按BLQ处理",
        ),
        "ICH M10",
        _below,
    ),
)


def is_blq(result: Result) -> pl.Expr:
    """True for a result below the limit of quantification; never null."""
    return pl.any_horizontal(rule.holds(result).fill_null(value=False) for rule in RULES)


def rule_of(result: Result) -> pl.Expr:
    """The id of the first rule by which a result is BLQ; null where it is not."""
    return pl.coalesce(
        pl.when(rule.holds(result).fill_null(value=False)).then(pl.lit(rule.id)) for rule in RULES
    )


def words_of(rule: pl.Expr) -> pl.Expr:
    """What the reader is told of a rule by its id."""
    return rule.replace_strict(
        {r.id: r.said.en for r in RULES}, default=None, return_dtype=pl.String
    )


def says(text: pl.Expr) -> pl.Expr:
    """True for a text that is BLQ in words, whatever the study declares; null where there is no text."""
    return plain_width(text).str.contains(BLQ_WORDS)


def limit_in(text: pl.Expr) -> pl.Expr:
    """The limit in a word for BLQ, as in `<0.5` or `BLQ (< 0,5 ng/mL)`: the only number it may hold."""
    number = text.str.extract(r"(\d*[.,]?\d+(?:[eE][-+]?\d+)?)", 1)
    return number.str.replace(",", ".").cast(pl.Float64, strict=False)


def is_one_of(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """True for a text that is one of the study's own; case, width and blanks around do not matter."""
    keys = pl.Series(words, dtype=pl.String).to_frame("w").select(_key(C("w")))["w"]
    return _key(text).is_in(keys.to_list())


def _key(text: pl.Expr) -> pl.Expr:
    return plain_width(text).str.strip_chars().str.to_uppercase()


def limit_of(study: Study) -> pl.Expr:
    """The limit of a row of PC: its own, else what the study declares for analyte and matrix."""
    declared = (
        pl.when(C("PCTESTCD") == a.code, C("PCSPEC").eq_missing(pl.lit(a.matrix))).then(a.lloq)
        for a in study.analytes
    )
    return pl.coalesce("PCLLOQ", *declared)


def of_pc(study: Study) -> Result:
    """A row of PC, its numbers in the declared units: either text, the number, and the limit of the row."""
    texts = (C("PCSTRESC"), C("PCORRES"))
    declared = [
        (C("PCTESTCD") == a.code) & is_one_of(text, a.blq_texts)
        for text in texts
        for a in study.analytes
    ]
    theirs = pl.any_horizontal(pl.lit(value=False), *declared)
    return Result(C("PCSTRESN"), texts=texts, limit=limit_of(study), declared=theirs)


def in_words(study: Study) -> pl.Expr:
    """True for a row of PC whose text says that it is BLQ; never null."""
    return _in_words(of_pc(study)).fill_null(value=False)


def by_number(study: Study) -> pl.Expr:
    """True for a row of PC with a number above 0 that is BLQ because it lies below its limit."""
    return (rule_of(of_pc(study)) == "VALUE").fill_null(value=False) & (C("PCSTRESN") > 0)
