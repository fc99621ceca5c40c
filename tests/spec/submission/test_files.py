"""Files of datasets: another reader reads the rows back, and the same rows are the same bytes."""

import json
from datetime import date, time

import polars as pl
import pyreadstat
import pytest
from submitted import STUDY, made, tables

from pkpipe.submission import SUMS, TOP, build
from pkpipe.submission.dataset_json import dataset_json
from pkpipe.submission.submission_identity import about
from pkpipe.submission.xpt import stamp, xpt

CHINESE = "恶" * 66
EVENTS = f"""
    USUBJID | AESEQ | AETERM    | ASTDT      | AETOXGR
    S-01    | 1     | {CHINESE} | 2026-01-11 | 2
    S-02    | 1     | "a\\b"    |            |
"""


@pytest.fixture(scope="module")
def adae():
    return made("ADAE", ADAE=EVENTS)


@pytest.fixture(scope="module")
def files():
    return build(tables(ADAE=EVENTS), STUDY).files


def test_a_transport_file_read_by_another_reader_is_the_rows_with_their_labels(adae, tmp_path):
    path = tmp_path / "adae.xpt"
    path.write_bytes(xpt(adae, STUDY.cutoff))
    rows, meta = pyreadstat.read_xport(path, output_format="polars")
    assert rows["AETERM"].to_list() == [CHINESE, '"a\\b"']
    assert rows["ASTDT"].to_list() == [date(2026, 1, 11), None]
    assert rows["AETOXGR"].to_list() == [2.0, None]
    assert rows.columns == [v.name for v in adae.variables]
    assert meta.column_names_to_labels == {v.name: v.label for v in adae.variables}
    assert meta.table_name == "ADAE"
    assert meta.original_variable_types["ASTDT"] == "DATE9"


def test_the_dates_in_a_transport_file_are_the_data_cutoff(adae):
    content = xpt(adae, STUDY.cutoff)
    assert stamp(STUDY.cutoff) == b"31MAR26:00:00:00"
    assert content.count(b"31MAR26:00:00:00") == 4
    assert content == xpt(adae, STUDY.cutoff)


def never(text):
    raise AssertionError(text)


def test_dataset_json_has_the_same_rows_and_is_json_to_the_letter(adae):
    content = json.loads(dataset_json(adae, about(STUDY)), parse_constant=never)
    assert content["datasetJSONVersion"] == "1.1.0"
    assert content["records"] == len(content["rows"]) == 2
    assert content["metaDataRef"] == "define.xml"
    assert "/" not in content["fileOID"]
    names = [c["name"] for c in content["columns"]]
    first, second = (dict(zip(names, row, strict=True)) for row in content["rows"])
    assert (first["AETERM"], first["ASTDT"], first["AETOXGR"]) == (CHINESE, "2026-01-11", 2)
    assert (second["AETERM"], second["ASTDT"], second["AETOXGR"]) == ('"a\\b"', None, None)
    assert second["AEOUT"] == ""


def test_a_date_is_said_to_be_a_date_that_sas_keeps_as_a_number(adae):
    columns = json.loads(dataset_json(adae, about(STUDY)))["columns"]
    (day,) = (c for c in columns if c["name"] == "ASTDT")
    kind = (day["dataType"], day["targetDataType"], day["displayFormat"])
    assert kind == ("date", "integer", "DATE9.")


def test_a_time_of_day_is_a_time_to_every_reader(tmp_path):
    doses = """
        USUBJID | DRUG    | DOSENO | ASTDTM           | DOSE
        S-01    | BAT6026 | 1      | 2026-01-10T08:05 | 10
    """
    samples = """
        USUBJID | DRUG    | DOSENO | PARAMCD | PARAM | ADTM
        S-01    | BAT6026 | 1      | BAT6026 | X     | 2026-01-10T09:05
        S-01    | BAT6026 |        | BAT6026 | X     | 2026-01-09T09:05
    """
    adpc = made("ADPC", ADEX=doses, ADPC=samples)
    path = tmp_path / "adpc.xpt"
    path.write_bytes(xpt(adpc, STUDY.cutoff))
    rows, meta = pyreadstat.read_xport(path, output_format="polars")
    assert rows["PCRFTTM"].to_list() == [None, time(8, 5)]
    assert meta.original_variable_types["PCRFTTM"] == "TIME8"
    content = json.loads(dataset_json(adpc, about(STUDY)))
    place = next(n for n, c in enumerate(content["columns"]) if c["name"] == "PCRFTTM")
    column = content["columns"][place]
    assert (column["dataType"], column["displayFormat"]) == ("time", "TIME8.")
    assert [row[place] for row in content["rows"]] == [None, "08:05:00"]


def test_the_folder_is_module_5_of_an_ectd_with_the_hash_of_every_file(files):
    place = f"{TOP}/datasets/bat6026/analysis/adam/datasets"
    for name in ("adsl.xpt", "adae.xpt", "define.xml", "define2-1.xsl", "datasetjson/adsl.json"):
        assert f"{place}/{name}" in files
    listed = files[f"{TOP}/{SUMS}"].decode().splitlines()
    named = {line.partition("  ")[2] for line in listed}
    assert named == {name.removeprefix(f"{TOP}/") for name in files} - {SUMS}


def test_a_table_without_a_row_is_no_dataset_but_adsl_always_is(files):
    assert not any(name.endswith("adlb.xpt") for name in files)
    none = tables()
    none["ADSL"] = none["ADSL"].clear()
    assert any(name.endswith("adsl.xpt") for name in build(none, STUDY).files)


def test_the_order_of_the_rows_of_a_table_changes_no_byte(files):
    run = tables(ADAE=EVENTS)
    turned = {
        code: frame.reverse() if isinstance(frame, pl.DataFrame) else frame
        for code, frame in run.items()
    }
    assert build(turned, STUDY).files == files
