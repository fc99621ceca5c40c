"""Findings in Chinese: the words of each check have theirs, and values of the row stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

import polars as pl

from pkpipe.displays.findings_in_chinese.allowed_values import ALLOWED, DETAILS
from pkpipe.displays.findings_in_chinese.files_and_tables import FILES
from pkpipe.displays.findings_in_chinese.results_and_events import RESULTS
from pkpipe.displays.findings_in_chinese.subjects_and_doses import SUBJECTS
from pkpipe.displays.findings_in_chinese.tumours import TUMOURS
from pkpipe.escalation.conformance import RULES as CONDUCT

WRONG: Final[Mapping[str, str]] = {**FILES, **SUBJECTS, **RESULTS, **TUMOURS}
RANGE: Final = re.compile(r"[\d.]+ to [\d.]+\b")
VALUE: Final = "{}"  # in words: a value of the row
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
    whole = _told(text, WRONG)
    if whole is not None:
        return whole
    head = next((words for words in _longest_first() if text.startswith(words)), None)
    if head is None:
        return None
    rest = text.removeprefix(head)
    between = next((mark for mark in JOINED if rest.startswith(mark)), "")
    detail = rest.removeprefix(between)
    return f"{WRONG[head]}{JOINED.get(between, '')}{_told(detail, DETAILS) or detail}"


def allowed_in_chinese(text: str) -> str | None:
    """What is allowed: known words, a rule of conduct, or a range of numbers."""
    if RANGE.match(text):
        return text.replace(" to ", "至", 1)
    return _told(text, ALLOWED) or _conduct().get(text)


def _each(texts: pl.Series, told: Callable[[str], str | None]) -> pl.Series:
    """Each text once: a finding of many rows has the same words in all of them."""
    words = {text: told(text) for text in texts.drop_nulls().unique().sort()}
    return texts.replace_strict(words, default=None, return_dtype=pl.String)


def _told(text: str, known: Mapping[str, str]) -> str | None:
    """The Chinese of a text that is known as a whole; a value that has Chinese itself is told in it."""
    if text in known:
        return known[text]
    for pattern, chinese in _patterns(tuple(known.items())):
        found = pattern.fullmatch(text)
        if found:
            return chinese.format(*(known.get(value, value) for value in found.groups()))
    return None


@cache
def _patterns(known: Iterable[tuple[str, str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Words with values in them, those that say most first."""
    with_values = sorted((pair for pair in known if VALUE in pair[0]), key=lambda p: -len(p[0]))
    return tuple((_pattern(words), chinese) for words, chinese in with_values)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile("(.+)".join(map(re.escape, words.split(VALUE))), re.DOTALL)


@cache
def _conduct() -> Mapping[str, str]:
    return {rule.rule.en: rule.rule.zh for rule in CONDUCT}


@cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted((words for words in WRONG if VALUE not in words), key=len, reverse=True))
