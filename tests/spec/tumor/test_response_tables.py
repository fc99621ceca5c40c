"""The combination table, read off the published tables and not off the code."""

from __future__ import annotations

import itertools

import pytest
from tumour_drawings import cells

from pkpipe.tumor.criteria import (
    IRECIST,
    NEWS,
    NONTARGETS,
    RECIST,
    TARGET_RULES,
    TARGETS,
    combinations,
    overall_of,
)

PAIRS = list(itertools.product(TARGETS, NONTARGETS))
# RECIST 1.1, tables 1 and 2, without new lesions: rows target, columns non-target response.
WITHOUT_NEW = """
target | CR | NON-CR/NON-PD | PD | NE | NONE
CR     | CR | PR            | PD | PR | CR
PR     | PR | PR            | PD | PR | PR
SD     | SD | SD            | PD | SD | SD
PD     | PD | PD            | PD | PD | PD
NE     | NE | NE            | PD | NE | NE
NONE   | CR | NON-CR/NON-PD | PD | NE | NE
"""


def drawn() -> dict[tuple[str, str], str]:
    (_, *columns), *rows = cells(WITHOUT_NEW)
    return {(row[0], c): v for row in rows for c, v in zip(columns, row[1:], strict=True)}


@pytest.mark.parametrize(("target", "nontarget"), PAIRS)
def test_without_new_lesion_the_overall_response_is_that_of_the_published_table(target, nontarget):
    assert overall_of(target, nontarget, "N") == drawn()[target, nontarget]


@pytest.mark.parametrize(("target", "nontarget"), PAIRS)
def test_a_new_lesion_is_progression_whatever_the_others_do(target, nontarget):
    assert overall_of(target, nontarget, "Y") == "PD"


@pytest.mark.parametrize(("target", "nontarget"), PAIRS)
def test_an_equivocal_new_lesion_changes_nothing(target, nontarget):
    assert overall_of(target, nontarget, "EQUIVOCAL") == drawn()[target, nontarget]


def test_the_table_covers_every_combination_once():
    table = combinations()
    assert table.height == len(TARGETS) * len(NONTARGETS) * len(NEWS) == 90
    assert not table.select("TRGRESP", "NTRGRESP", "NEWLPROG").is_duplicated().any()
    assert table["OVRLRESP"].null_count() == 0


def test_every_target_rule_states_itself_in_words_and_the_last_holds_always():
    assert all(rule.rule and rule.words for rule in TARGET_RULES)
    assert TARGET_RULES[-1].response == "SD"


@pytest.mark.parametrize("criteria", [RECIST, IRECIST])
def test_words_classes_and_numbers_of_a_criterion_set_go_together(criteria):
    kinds = [kind for kind, _, _ in criteria.codes]
    assert kinds[:4] == ["CR", "PR", "SD", "NON"]
    assert kinds[-1] == "NE"
    words = {criteria.word_of[k] for k in kinds}
    assert words | set(criteria.also_not_evaluable) == set(criteria.class_of)
    assert len(set(criteria.aval_of.values())) == len(criteria.aval_of)
