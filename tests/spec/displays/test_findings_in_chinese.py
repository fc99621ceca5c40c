"""Every check that a page may show has its Chinese; the values of the row stay as they are."""

import re

import polars as pl
import pytest

from pkpipe.displays.bilingual import template
from pkpipe.displays.findings_in_chinese import (
    WRONG,
    allowed_in_chinese,
    with_chinese,
    wrong_in_chinese,
)
from pkpipe.documentation.check_registry import BY_ROOM

ROOMS = ("snapshot", "validate", "pk", "immunogenicity", "tumor", "survival", "escalation")
CHECKS = {check.words: check for room in ROOMS for check in BY_ROOM[room]}
ALLOWED = sorted({c.allowed for room in ROOMS for c in BY_ROOM[room] if c.allowed})
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")  # words in a row, which no codelist has
WHOLE_COLUMN = "no column {} ({} rows, the first is row {}): {}"  # around the words of a check
CHINESE = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("words", sorted(CHECKS))
def test_what_is_wrong_has_its_chinese(words):
    told = wrong_in_chinese(words)
    assert told is not None, f"{CHECKS[words].id}: no Chinese in findings_in_chinese/"
    assert CHINESE.search(told)
    assert not ENGLISH.search(told)
    assert re.findall(r"\d+", told) == re.findall(r"\d+", words)


@pytest.mark.parametrize("allowed", ALLOWED)
def test_what_is_allowed_has_its_chinese_or_is_a_list_of_codes(allowed):
    told = allowed_in_chinese(allowed)
    assert told is not None or not ENGLISH.search(re.sub(r"`?pkpipe .*", "", allowed))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "systolic not above diastolic pressure: 95.0 and 98.0",
            "收缩压不高于舒张压：95.0和98.0",
        ),
        ("the same record twice: already row 3", "同一记录重复：与第3行相同"),
        (
            "no column reason (8 rows, the first is row 2): it is not said why it was decided",
            "无reason列（8行，首行为第2行）：未说明决定理由",
        ),
        ("a value of HGB that a living adult does not have", "存活成人不可能的HGB数值"),
        # What no one translated stays, and nothing is dropped.
        ("the same record twice: {odd} <b>", "同一记录重复：{odd} <b>"),
        ("words of a site's own system", None),
    ],
)
def test_values_of_the_row_stay(text, told):
    assert wrong_in_chinese(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("25 to 300 kg", "25至300 kg"),
        ("EXSTDTC or later", "EXSTDTC或更晚"),
        ("CR, PR, SD", None),
    ],
)
def test_what_is_allowed_in_chinese(text, told):
    assert allowed_in_chinese(text) == told


def test_a_table_of_findings_keeps_its_rows_and_nulls():
    found = pl.DataFrame(
        {"MESSAGE": ["a value is missing", "own words"], "ALLOWED": [None, "Y"]},
        schema={"MESSAGE": pl.String, "ALLOWED": pl.String},
    )
    told = with_chinese(found)
    assert told["MESSAGEZH"].to_list() == ["数值缺失", None]
    assert told["ALLOWEDZH"].to_list() == [None, None]
    assert told.select(found.columns).equals(found)


def test_no_sentence_stands_there_for_nothing():
    """Each is the words of a check; what has values in it is those of several."""
    patterns = [words for words in WRONG if "{}" in words]
    alone = {words for words in WRONG if "{}" not in words}
    assert alone <= set(CHECKS)
    assert len(patterns) < 12
    of_no_check = [w for w in patterns if not any(map(template(w).fullmatch, CHECKS))]
    assert of_no_check == [WHOLE_COLUMN]
