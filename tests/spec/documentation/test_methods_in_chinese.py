"""The methods in Chinese say what the English ones say: each entry, its ids, its numbers."""

import re

import pytest

from pkpipe.methods.chinese import DEFINITIONS, sections_in_chinese
from pkpipe.methods.definitions import CHAPTERS
from pkpipe.methods.method_entries import ids_of, sections
from pkpipe.protocol.study_checks.contradictions import TEXT_FINDINGS

# Four English words in a row, which no code, formula or name of a paper has.
SENTENCE = re.compile(r"(?:[a-z][a-z'-]+,? ){3,}[a-z'-]{2,}")
ENGLISH = {d.id: d.words for chapter in CHAPTERS for d in chapter.definitions} | dict(TEXT_FINDINGS)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def texts(section):
    for listed in (section.definitions, *section.rules):
        if listed is not None:
            yield listed.told
            yield from listed.head
            yield from (cell for row in listed.rows for cell in row)


def test_every_definition_has_its_chinese_and_no_other_one_has():
    assert set(DEFINITIONS) == set(ENGLISH)


@pytest.mark.parametrize("id_", sorted(ENGLISH))
def test_a_definition_has_the_same_numbers_in_both_languages(id_):
    # Words such as "three" and "day 0" may be figures in one of the two; a figure of English is never lost.
    lost = [one for one in NUMBER.findall(ENGLISH[id_]) if one not in DEFINITIONS[id_]]
    assert lost == []


def test_chapters_rows_and_ids_are_those_of_the_english_page():
    for english, chinese in zip(sections(), sections_in_chinese(), strict=True):
        assert chinese.number == english.number
        assert re.search(r"[一-鿿]", chinese.title)
        for one, other in zip(
            (english.definitions, *english.rules),
            (chinese.definitions, *chinese.rules),
            strict=True,
        ):
            assert (one is None) == (other is None)
            if one is not None and other is not None:
                assert len(other.rows) == len(one.rows)
                assert ids_of(other) == ids_of(one)


def test_no_english_sentence_is_left():
    left = [t for section in sections_in_chinese() for t in texts(section) if SENTENCE.search(t)]
    assert left == []
