import datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pkpipe.protocol.file_reading.yaml12 import Entries, Section, YamlError, parse

ROOT = Path(__file__).resolve().parents[3]
STUDIES = sorted([*(ROOT / "config").glob("*.yaml"), *(ROOT / "tests").rglob("*.yaml")])


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("2024-13-01", "2024-13-01"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("<<", "<<"),
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("Null", None),
        ("'null'", "null"),
        ("007", 7),
        ("-12", -12),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("3.", 3.0),
        ("-.inf", float("-inf")),
        ("!!str 5", "5"),
    ],
)
def test_a_word_means_what_the_core_schema_of_yaml_1_2_says(word, meaning):
    found = parse(f"key: {word}")["key"]
    assert found == meaning
    assert type(found) is type(meaning)


def test_every_key_and_entry_knows_its_line_and_column():
    document = parse("a: 1\nb:\n  - x\n  - {c: 2, d: [3]}\n")
    assert document.places == {"a": (1, 1), "b": (2, 1)}
    assert document["b"].places == [(3, 5), (4, 5)]
    assert document["b"][1].places == {"c": (4, 6), "d": (4, 12)}


def test_an_alias_stands_for_the_value_of_its_anchor():
    document = parse("a: &x [1, 2]\nb: *x\n")
    assert document["b"] == document["a"] == [1, 2]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), 'duplicate key "a"'),
        ("a: 1\n'a': 3\n", (2, 1), 'duplicate key "a"'),
        ("a: &x [*x]\n", (1, 8), "stands for nothing"),
        ("a: *gone\n", (1, 4), "alias"),
        ("a: !!python/name:os.system\n", (1, 4), "tag"),
        ("a: !!python/object/apply:os.system [x]\n", (1, 4), "tag"),
        ("a: !!int seven\n", (1, 4), "tag"),
        ("a: !include x\n", (1, 4), "tag"),
        ("? [1, 2]\n: 3\n", (1, 3), "single word"),
        ("a: [1, 2\n", (2, 1), "expected ',' or ']'"),
        ("\ta: 1\n", (1, 1), "token"),
        ("a: " + "[" * 60 + "]" * 60, (1, 44), "levels deep"),
        ("a: " + "9" * 5000, (1, 4), "5000 digits"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, place, words):
    with pytest.raises(YamlError, match=words) as problem:
        parse(text)
    assert problem.value.place == place


@pytest.mark.parametrize(
    "text", ["a: \x00", "a: \x07b", "[" * 200_000, "{a: " * 200_000, "- " * 90_000]
)
def test_hostile_text_is_refused(text):
    with pytest.raises(YamlError):
        parse(text)


@pytest.mark.parametrize("path", STUDIES, ids=lambda p: p.name)
def test_every_study_file_means_the_same_to_another_reader(path):
    """Of YAML 1.1, whose dates are text to us and whose words for yes and no we do not use."""
    text = path.read_text(encoding="utf-8")
    assert plain(parse(text)) == plain(yaml.safe_load(text))


def plain(value):
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="ab:-[]{}&*!#'\"|>%@`,? \n\t\\0.~", max_size=40))
def test_any_text_is_a_document_or_a_fault_with_a_place(text):
    found = fault_or_value(text)
    if isinstance(found, YamlError):
        assert min(found.place) >= 1
    else:
        assert found is None or isinstance(found, Section | Entries | str | int | float)


def fault_or_value(text):
    try:
        return parse(text)
    except YamlError as problem:
        return problem
