"""Every sentence about a decision is made in English and in Chinese from the same counts and dates."""

from __future__ import annotations

import re

import polars as pl
import pytest
from escalation_trials import BAT6026, PLAIN, answer, state_after
from test_escalation_decision import PLAIN_TRIALS

from pkpipe.escalation.conformance import RULES as CONDUCT
from pkpipe.escalation.decision.assumptions import ASSUMPTIONS, in_words
from pkpipe.escalation.decision.decision_sentences import SENTENCES, chinese_answers
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.rules import THREE_PLUS_THREE
from pkpipe.escalation.engine.table_rules import TABLE_RULES
from pkpipe.sentences import ENGLISH, Words, in_both, sentence

ENGLISH_WORD = re.compile(r"[a-z]{3,}")
FIELD = re.compile(r"{(\w+)}")


def in_chinese(trial, design=PLAIN):
    state = state_after(trial, design)
    return chinese_answers(state, decide(design, state)).row(0, named=True)


def test_both_languages_of_a_rule_name_the_same_counts():
    texts = [rule.words for rule in (*THREE_PLUS_THREE, *TABLE_RULES)]
    texts += SENTENCES.values()
    assert len(texts) > 40
    for words in texts:
        assert sorted(FIELD.findall(words.en)) == sorted(FIELD.findall(words.zh)), words


@pytest.mark.parametrize("trial", PLAIN_TRIALS)
def test_every_decision_of_the_plain_design_is_told_in_chinese(trial):
    told = in_chinese(trial)
    assert {"reasonZH", "sentenceZH"} <= set(told)
    for text in told.values():
        assert text
        assert not ENGLISH_WORD.search(text.replace("g2", "")), text


def test_the_chinese_reason_has_the_counts_of_the_english_one():
    assert answer("ANNN BNTTP")["reason"] == (
        "B exceeds the MTD (2 of 3 with DLT); A has 3 evaluable, enrol 3 to reach 6"
    )
    assert in_chinese("ANNN BNTTP")["reasonZH"] == (
        "B超过MTD（3例中2例发生DLT）；A有3例可评估，再入组3例以达到6例"
    )
    assert in_chinese("AP", BAT6026)["sentenceZH"] == (
        "等待：观察窗结束前不作决定。理由：A：1例在观察窗内。"
    )


def test_every_rule_of_conduct_and_every_assumption_has_both_languages():
    for words in (*(rule.rule for rule in CONDUCT), *(a.text for a in ASSUMPTIONS)):
        assert words.en
        assert re.search(r"[\u4e00-\u9fff]", words.zh), words
    assert in_words("U06;U07").zh.startswith("U06：最低剂量水平")
    assert in_words(None) is None


def test_a_text_in_both_languages_is_two_columns_and_the_order_of_values_may_differ():
    words = Words("{} after {} on {}", "{2}：{1}之后{0}")
    made = pl.DataFrame({"A": ["1"], "B": ["2"], "C": ["3"]}).select(
        **in_both("TOLD", lambda say: say(words, "A", "B", "C"))
    )
    assert made.row(0, named=True) == {"TOLD": "1 after 2 on 3", "TOLDZH": "3：2之后1"}
    with pytest.raises(ValueError, match="places"):
        sentence("{0} and {2}", "A", "B")
    assert ENGLISH.plain(words).meta.eq(pl.lit("{} after {} on {}"))
