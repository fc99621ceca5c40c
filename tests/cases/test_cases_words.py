"""Coded words: spellings that mean one term are read as it, and no other word is guessed."""

import polars as pl
import pytest

from pkpipe.schema import codelists, codelists_subjects
from pkpipe.schema.coded_words import Codelist, folded, keys_of, same

LISTS = [
    value
    for module in (codelists, codelists_subjects)
    for value in vars(module).values()
    if isinstance(value, Codelist)
]


def read(codelist, *texts):
    frame = pl.DataFrame({"A": list(texts)}, schema={"A": pl.String})
    return frame.select(codelist.read(pl.col("A")))["A"].to_list()


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("partial response", "PR"),
        (" ＰＲ\u00a0", "PR"),
        ("pr\t", "PR"),
        ("部分缓解", "PR"),
        ("\u3000部分\u3000缓解", "PR"),
        ("PR（部分缓解）", "PR"),
        ("Non-CR / non-PD", "NON-CR/NON-PD"),
        ("NON_CR/NON\u2011PD", "NON-CR/NON-PD"),
        ("iupd", "iUPD"),
        ("\ufeffSD\u200b", "SD"),
    ],
)
def test_case_blanks_hyphens_width_and_translation_do_not_tell_words_apart(text, term):
    assert read(codelists.RESPONSE, text) == [term]


@pytest.mark.parametrize(
    "text", ["P", "PR?", "CR or PR", "PR (SD)", "部分", "responding", "NON-PD", "MISSING"]
)
def test_a_word_of_no_term_stays_as_it_stands(text):
    assert read(codelists.RESPONSE, text) == [text]


def test_blank_text_is_no_word():
    assert read(codelists.YES_NO, "", "  ", "\u3000", None) == [None] * 4


@pytest.mark.parametrize(
    ("codelist", "text", "term"),
    [
        (codelists.YES_NO, "是", "Y"),
        (codelists.YES_NO, "no", "N"),
        (codelists.YES_NO, "1", "Y"),
        (codelists.EVALUATOR, "研究者", "INVESTIGATOR"),
        (codelists.EVALUATOR, "BICR", "INDEPENDENT ASSESSOR"),
        (codelists.EVALUATOR, "盲态独立中心评审（BICR）", "INDEPENDENT ASSESSOR"),
        (codelists.LESION_CLASS, "非靶病灶", "NON-TARGET"),
        (codelists.LESION_CLASS, "Non Target Lesion", "NON-TARGET"),
        (codelists.NOT_DONE, "not_done", "NOT DONE"),
        (codelists.NOT_DONE, "Done", None),
        (codelists.OUTCOME, "死亡", "FATAL"),
        (codelists.ACTION, "永久停药", "DRUG WITHDRAWN"),
        (codelists.ADA_RESULT, "阳性", "POSITIVE"),
        (codelists.GRADE, "3级", "3"),
        (codelists_subjects.SEX, "女", "F"),
    ],
)
def test_each_codelist_knows_what_sites_write(codelist, text, term):
    assert read(codelist, text) == [term]


@pytest.mark.parametrize("codelist", LISTS, ids=lambda c: c.name)
def test_no_spelling_is_of_two_terms_and_every_term_is_read_as_itself(codelist):
    listed = [(t, w) for t, others in codelist.terms.items() for w in (t, *others)]
    terms_of = {}
    for key, (term, _) in zip(keys_of([w for _, w in listed]), listed, strict=True):
        terms_of.setdefault(key, set()).add(term)
    assert {k: t for k, t in terms_of.items() if len(t) > 1} == {}
    assert read(codelist, *codelist.terms) == list(codelist.terms)
    assert codelist.source


def test_words_of_a_study_are_found_in_any_spelling():
    frame = pl.DataFrame({"A": ["Possible", "POSSIBLY RELATED", "可能有关", "Unrelated", None]})
    among = frame.select(codelists.CAUSALITY.among(pl.col("A"), ["possible"]))["A"].to_list()
    assert among == [True, True, True, False, None]
    plain = frame.select(same(pl.col("A"), ["UNRELATED"]))["A"].to_list()
    assert plain == [False, False, False, True, None]


def test_reading_a_word_that_was_read_changes_nothing():
    frame = pl.DataFrame({"A": ["Ｎot－done", "a  b", "A/ B"]})
    once = frame.select(folded(pl.col("A")))
    assert once.select(folded(pl.col("A"))).equals(once)
