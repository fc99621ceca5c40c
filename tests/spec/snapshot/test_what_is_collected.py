"""Which columns are collected: from the study file and from what was delivered, file by file."""

import polars as pl
import pytest

from pkpipe.clinical.collected import collected
from pkpipe.protocol.sources import Source
from pkpipe.reading.delivery import RawFile, as_text
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.snapshot.collection import collection


class Sources:
    """As much of a study as is asked here: its sources."""

    def __init__(self, *tables):
        self.sources = dict.fromkeys(tables)


def asked(*files, table="AE", **source):
    """What is collected of one table that came in these files (name, columns)."""
    declared = Source(files=tuple(name for name, _ in files), **source)
    delivered = [
        (DOMAINS[table], declared, RawFile(name, "read", frame=as_text(pl.DataFrame(columns))))
        for name, columns in files
    ]
    return collected({"COLLECT": collection(delivered)}, Sources(table))


EVENTS = {"USUBJID": ["1", "2"], "AESEQ": ["1", "1"], "AETERM": ["Rash", "Fever"]}


def test_a_table_without_a_source_is_not_collected():
    known = collected({}, Sources("DM", "EX"))
    assert known.reason("AE") == "not collected: AE"
    assert known.reason("AE.AEREL", "AE.AEACN", "DM.SEX") == "not collected: AE"
    assert known.has("DM", "EX.EXDOSE")


def test_a_column_that_no_file_has_is_not_collected_and_is_named():
    known = asked(("ae.csv", EVENTS))
    assert known.has("AE", "AE.AETERM")
    assert known.reason("AE.AEREL", "AE.AEACN") == "not collected: AE.AEREL, AE.AEACN"


def test_a_constant_of_the_study_file_and_a_column_under_another_name_are_collected():
    known = asked(
        ("ae.csv", EVENTS | {"Causality": ["Y", None]}),
        constants={"AEDLTFL": "N"},
        columns={"AEREL": "Causality"},
    )
    assert known.has("AE.AEREL", "AE.AEDLTFL")


def test_a_column_that_only_one_of_two_files_has_is_not_collected():
    known = asked(("north.csv", EVENTS | {"AEREL": ["Y", "N"]}), ("south.csv", EVENTS))
    assert known.reason("AE.AEREL") == "not collected: AE.AEREL (not in south.csv)"


def test_a_file_without_rows_lacks_nothing():
    nothing = {name: [] for name in EVENTS}
    assert asked(("a.csv", EVENTS | {"AEREL": ["Y", "N"]}), ("b.csv", nothing)).has("AE.AEREL")
    assert not asked(("b.csv", nothing)).has("AE.AEREL")
    assert asked(("b.csv", nothing | {"AEREL": []})).has("AE.AEREL")


@pytest.mark.parametrize(
    ("column", "is_collected"),
    [
        *(("AEDLTFL", True), ("AESER", True), ("AEIRFL", True), ("AEENDTC", True)),
        *(("AEREL", False), ("AEACN", False), ("AETOXGR", False), ("AEOUT", False)),
    ],
)
def test_a_column_delivered_empty_says_none_only_where_an_empty_cell_is_an_answer(
    column, is_collected
):
    known = asked(("ae.csv", EVENTS | {column: [None, " "]}))
    assert known.has(f"AE.{column}") == is_collected
    if not is_collected:
        assert known.reason(f"AE.{column}") == f"not collected: AE.{column} (no row has a value)"


def test_codes_that_all_become_no_value_leave_the_column_empty():
    known = asked(("ae.csv", EVENTS | {"AEREL": ["NA", "NA"]}), codes={"AEREL": {"NA": ""}})
    assert known.reason("AE.AEREL") == "not collected: AE.AEREL (no row has a value)"


def test_one_of_several_sources_is_enough_and_without_any_all_of_them_are_named():
    known = asked(("ae.csv", EVENTS | {"AEOUT": ["FATAL", None]}))
    assert known.has("AE.AEOUT|AE.AESDTH")
    assert known.reason("DM.DTHDTC|DS|SS") == "not collected: DM or DS or SS"
