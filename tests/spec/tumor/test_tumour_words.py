"""The arithmetic of a response is said in English and in Chinese, from the same numbers."""

import re

import pytest
from tumour_drawings import followed

from pkpipe.tumor.criteria import TARGET_RULES
from pkpipe.tumor.lesions import arithmetic_in_words as words

ENGLISH_WORD = re.compile(r"[a-z]{3,}")
FIELD = re.compile(r"{\d*}")


def test_every_rule_of_the_target_response_has_a_sentence_with_the_same_numbers():
    assert {rule.words for rule in TARGET_RULES} == set(words.SENTENCES)
    for said in words.SENTENCES.values():
        assert len(FIELD.findall(said.en)) == len(FIELD.findall(said.zh)), said


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        ("WEEK 6 | 42 | 42 |", "PR：42 ≤ 基线63.5的70%（44.45）；无非靶病灶；无新病灶；总体PR"),
        (
            "WEEK 6 | 42 | 80 |",
            "PD：80 ≥ 最低值63.5的120%（76.2），且较其增加16.5 mm ≥ 5 mm；无非靶病灶；无新病灶；总体PD",
        ),
        ("WEEK 6 | 42 | - |", "NE：1个靶病灶中测量了0个；无非靶病灶；无新病灶；总体NE"),
        (
            "WEEK 6 | 42 | 50 | PRESENT",
            "SD：50 > 基线63.5的70%（44.45）；50 < 最低值63.5的120%（76.2）；无非靶病灶；新病灶NEW1；总体PD",
        ),
    ],
)
def test_the_arithmetic_stands_in_chinese_as_well(visits, said):
    points = followed(f"VISIT | DAY | T1 | NEW1\nBASELINE | -7 | 63.5 |\n{visits}").points
    assert points["ARITHZH"].to_list() == ["基线", said]


def test_immune_responses_are_told_in_chinese():
    drawn = "VISIT | DAY | T1\nBASELINE | -7 | 20\nWEEK 6 | 42 | 30\nWEEK 12 | 84 | 40"
    told = followed(drawn, criteria="iRECIST").points["IARITHZH"]
    assert told[1].startswith("iUPD：首次进展，须在28至56天内确认［PD：30 ≥ ")
    assert told[2].startswith("iCPD：距2024-02-12的iUPD 42天后进一步恶化［PD：40 ≥ ")
    assert not any(ENGLISH_WORD.search(text.replace("iUPD", "")) for text in told[1:])
