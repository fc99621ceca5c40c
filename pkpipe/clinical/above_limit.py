"""What a laboratory writes for a result above the upper limit of quantification: ALQ, >ULOQ, >500 ng/mL.

Source: ICH M10 3.3.2 (a result above the upper limit is no number; the sample is diluted and measured again).
Such a text is a bound and no value: the sample has its text and a reason, and a profile with such a sample
has no peak and no area.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.schema.coded_words import plain_width
from pkpipe.sentences import Words

_LIMIT: Final = (
    r"(?:the\s)?(?:upper\s)?(?:ulo?q"
    r"|limit\sof\squanti(?:fication|tation)|quanti(?:fication|tation)\slimit)"
)
_AMOUNT: Final = r"[>≥]\s?=?\s?\d*[.,]?\d+(?:e\s?[-+]?\d+)?(?:\s?[a-zµμ][\w/µμ]*)?"
_NAMES: Final = (
    rf"alo?q|aul[o0]?q|aql|(?:above|>|greater\sthan|over)\s?{_LIMIT}"
    r"|(?:高于|大于|超过|超出|>)\s?定量上限"
)
_NAMED: Final = rf"(?:{_NAMES})(?:\s?[(:,]?\s?{_AMOUNT}\s?\)?)?"
_NUMBERED: Final = rf"{_AMOUNT}(?:\s?\(?(?:{_NAMES})\)?)?"
ABOVE_LIMIT_WORDS: Final = rf"(?i)^\s*(?:{_NAMED}|{_NUMBERED})\s*$"
REASON: Final = Words("above the upper limit of quantification: {}", "高于定量上限：{}")
IN_PROFILE: Final = Words(
    "a sample above the upper limit of quantification: neither its peak nor its area is known",
    "有样本高于定量上限：峰浓度和面积均未知",
)


def says_above(*texts: pl.Expr) -> pl.Expr:
    """True where one of the texts says that the result is above the limit; never null."""
    said = (
        plain_width(text).str.contains(ABOVE_LIMIT_WORDS).fill_null(value=False) for text in texts
    )
    return pl.any_horizontal(*said)
