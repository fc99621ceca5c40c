"""Every derived table is declared once, with a label, a type and a meaning for each column."""

import polars as pl
import pytest

from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.schema.adam import common
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.adam.declaration import LONGEST_LABEL, Table, date, integer, text
from pkpipe.schema.adam.findings import OF_A_FINDING

TABLES = [(room, table) for room, tables in BY_ROOM.items() for table in tables]
every_table = pytest.mark.parametrize(
    ("room", "table"), TABLES, ids=[f"{room}/{table.code}" for room, table in TABLES]
)


@every_table
def test_a_table_says_what_it_is_and_what_one_row_is(room, table):
    assert table.title
    assert table.record.startswith("one row ")
    assert len(table.record) > len("one row ")


@every_table
def test_every_column_has_a_name_of_its_own_and_a_label_that_a_submission_can_carry(room, table):
    assert len(set(table.names)) == len(table.names)
    for column in table:
        assert 0 < len(column.label.encode()) <= LONGEST_LABEL, column.name
        assert column.label.strip() == column.label
        assert column.label.isascii(), column.name


@every_table
def test_the_key_is_made_of_its_columns(room, table):
    assert set(table.key) <= set(table.names)


@every_table
def test_a_table_without_a_key_says_why_it_has_none(room, table):
    assert table.key or table.note.startswith("no key: ")


@every_table
def test_a_column_that_several_tables_share_is_declared_once(room, table):
    for column in table:
        shared = common.COMMON.get(column.name)
        alike = shared is not None and (shared.label, shared.type) == (column.label, column.type)
        own_meaning = shared is column or not alike
        assert own_meaning, f"{column.name}: take it from pkpipe/schema/adam/common.py"


@every_table
def test_an_empty_table_has_the_declared_columns_and_types(room, table):
    assert table.empty().schema == table.schema
    assert table.faults(table.empty()) == ()


def test_no_two_tables_have_one_code():
    codes = [table.code for _, table in TABLES]
    assert len(set(codes)) == len(codes)


def test_the_columns_of_a_finding_are_declared_as_they_are_made():
    assert Table("F", "", "", (), OF_A_FINDING).schema == FINDINGS_SCHEMA


def test_a_frame_as_declared_has_the_order_and_types_and_null_where_it_had_no_column():
    table = Table("T", "", "", ("A",), (text("A", "A"), integer("B", "B"), date("C", "C")))
    frame = pl.DataFrame({"X": [1], "B": [2.0], "A": ["a"]})
    assert table.as_declared(frame).rows() == [("a", 2, None)]
    assert table.faults(table.as_declared(frame)) == ()


def test_a_frame_in_another_order_is_not_as_declared():
    table = Table("T", "", "", ("A",), (text("A", "A"), integer("B", "B")))
    frame = table.empty().select("B", "A")
    assert table.faults(frame) == ("the columns are not in the declared order",)
