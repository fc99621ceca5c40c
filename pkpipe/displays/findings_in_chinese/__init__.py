"""Findings in Chinese: the words of each check have theirs, and values of the row stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Sentences
from pkpipe.displays.findings_in_chinese.allowed_values import ALLOWED, DETAILS
from pkpipe.displays.findings_in_chinese.files_and_tables import FILES
from pkpipe.displays.findings_in_chinese.results_and_events import RESULTS
from pkpipe.displays.findings_in_chinese.subjects_and_doses import SUBJECTS
from pkpipe.displays.findings_in_chinese.tumour import TUMOURS
from pkpipe.escalation.conformance import RULES as CONDUCT

WRONG: Final[Mapping[str, str]] = {**FILES, **SUBJECTS, **RESULTS, **TUMOURS}
MESSAGES: Final = Sentences(WRONG)
ADDED: Final = Sentences(DETAILS)
RIGHT: Final = Sentences(ALLOWED)
RANGE: Final = re.compile(r"[\d.]+ to [\d.]+\b")
# Between the words of a check and what a row adds to them, in both languages.
JOINED: Final[Mapping[str, str]] = {": ": "：", "; ": "；", " ": "", ", ": "，"}


def with_chinese(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings with MESSAGEZH and ALLOWEDZH; null where a text has no Chinese and stands as it is."""
    return findings.with_columns(
        MESSAGEZH=_each(findings["MESSAGE"], wrong_in_chinese),
        ALLOWEDZH=_each(findings["ALLOWED"], allowed_in_chinese),
    )


def wrong_in_chinese(text: str) -> str | None:
    """What is wrong: the words of a check, alone or with what the row adds to them."""
    whole = MESSAGES.told(text)
    if whole is not None:
        return whole
    head = _heads().match(text)
    if head is None:
        return None
    rest = text[head.end() :]
    between = next((mark for mark in JOINED if rest.startswith(mark)), "")
    detail = rest.removeprefix(between)
    return f"{WRONG[head[0]]}{JOINED.get(between, '')}{ADDED.told(detail) or detail}"


def allowed_in_chinese(text: str) -> str | None:
    """What is allowed: known words, a rule of conduct, or a range of numbers."""
    if RANGE.match(text):
        return text.replace(" to ", "至", 1)
    return RIGHT.told(text) or _conduct().get(text)


def _each(texts: pl.Series, told: Callable[[str], str | None]) -> pl.Series:
    """Each text once: a finding of many rows has the same words in all of them."""
    words = {text: told(text) for text in texts.drop_nulls().unique().sort()}
    return texts.replace_strict(words, default=None, return_dtype=pl.String)


@cache
def _conduct() -> Mapping[str, str]:
    return {rule.rule.en: rule.rule.zh for rule in CONDUCT}


@cache
def _heads() -> re.Pattern[str]:
    """The words of any check at the beginning of a text, the longest that are there."""
    longest = sorted((words for words in WRONG if "{}" not in words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))
