"""What a transport file cannot hold is refused by name, all of it at once, and nothing is cut."""

from dataclasses import replace

import polars as pl
import pytest
from submitted import STUDY, made, tables

from pkpipe.errors import DataError
from pkpipe.submission import build
from pkpipe.submission.limits import findings

EVENTS = """
    USUBJID | AESEQ | AETERM | ASTDT
    S-01    | 1     | {one}  | 2026-01-11
    S-02    | 1     | {two}  | 2026-01-12
"""
VALUES = """
    USUBJID | PARAMCD | PARAM   | ADT        | AVAL
    S-01    | ALT     | Alanine | 2026-01-05 | {value}
"""


def adae(one="Nausea", two="Rash"):
    return made("ADAE", ADAE=EVENTS.format(one=one, two=two))


def found(one):
    return findings([one]).select("CHECK", "TABLE", "COLUMN", "ROW", "USUBJID").rows()


def test_a_term_of_66_chinese_characters_passes_and_one_of_68_is_refused_with_its_bytes():
    assert found(adae("恶" * 66)) == []
    refused = findings([adae("Nausea", "恶" * 68)])
    assert refused.select("CHECK", "TABLE", "COLUMN", "ROW", "USUBJID").rows() == [
        ("SUB-TEXT", "ADAE", "AETERM", 2, "S-02")
    ]
    assert "204 > 200" in refused["MESSAGE"][0]


@pytest.mark.parametrize("value", ["1e76", "9007199254740993", "NaN", "inf", "1e-80", "-1e76"])
def test_a_number_that_sas_cannot_hold_is_refused(value):
    assert ("SUB-NUMBER", "ADLB", "AVAL", 1, "S-01") in found(
        made("ADLB", ADLB=VALUES.format(value=value))
    )


@pytest.mark.parametrize("value", ["0", "-0.001", "9007199254740991", "1e-78"])
def test_a_number_that_sas_can_hold_passes(value):
    assert found(made("ADLB", ADLB=VALUES.format(value=value))) == []


def labelled(one, **changed):
    first, *others = one.variables
    return replace(one, variables=(replace(first, **changed), *others))


def test_a_label_of_14_chinese_characters_is_refused_and_one_of_13_passes():
    assert found(labelled(adae(), label="恶" * 13)) == []
    assert found(labelled(adae(), label="恶" * 14)) == [
        ("SUB-LABEL", "ADAE", "STUDYID", None, None)
    ]


@pytest.mark.parametrize("name", ["NINECHARS", "1ABC", "A-B", "lower"])
def test_a_name_that_is_none_of_sas_is_refused_of_a_variable_and_of_a_dataset(name):
    one = adae()
    renamed = replace(
        one, rows=one.rows.rename({"STUDYID": name}).with_columns(STUDYID=pl.col(name))
    )
    assert ("SUB-NAME", "ADAE", name, None, None) in found(labelled(renamed, name=name))
    assert ("SUB-NAME", name, None, None, None) in found(
        replace(one, of=replace(one.of, code=name))
    )


def test_rows_with_the_same_key_are_refused():
    one = adae()
    assert [row[0] for row in found(replace(one, rows=pl.concat([one.rows, one.rows])))] == [
        "SUB-KEY"
    ] * 4


def test_everything_is_said_at_once_with_what_is_allowed():
    run = tables(ADAE=EVENTS.format(one="恶" * 70, two="x" * 201), ADLB=VALUES.format(value="1e76"))
    with pytest.raises(DataError) as told:
        build(run, STUDY)
    text = str(told.value)
    assert text.startswith("3 findings")
    for words in ("ADAE row 1, subject S-01", "210 > 200", "201 > 200", "ADLB row 1", "200 bytes"):
        assert words in text
    assert told.value.exit_code == 3
