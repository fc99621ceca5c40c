"""Variables of SDTM that pkpipe does not use: kept as they came, as far as the cutoff knew them."""

from datetime import date

import polars as pl
import pytest
from support import ROOT

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.snapshot import run

STUDY = load_study(ROOT / "config" / "bat6026.yaml").at(date(2026, 3, 31))
SUBJECTS = "USUBJID,SUBJID,ARMCD,AGE,AGEU,DMDTC,RFXENDTC,FAVOURITE\n"
EVENTS = "USUBJID,AESEQ,AETERM,AESTDTC,AEENDTC,AEENDY,AELLTCD,EPOCH,AECONTRT\n"


@pytest.fixture
def unused(tmp_path):
    """UNUSED of a delivery of subjects and events."""

    def made(subjects, events, **source):
        (tmp_path / "dm.csv").write_text(SUBJECTS + subjects)
        (tmp_path / "ae.csv").write_text(EVENTS + events)
        files = {"DM": "dm.csv", "AE": "ae.csv"}
        sources = {
            code: STUDY.sources[code].model_copy(update={"files": (name,), "columns": {}, **source})
            for code, name in files.items()
        }
        study = STUDY.model_copy(update={"sources": sources})
        return run(tmp_path, study)["UNUSED"]

    return made


def of(table, code, column):
    chosen = table.filter(pl.col("TABLE") == code, pl.col("COLUMN") == column)
    return chosen.select("SRCROW", "VALUE").rows()


def test_each_value_is_there_by_the_row_of_its_file_and_a_row_without_number_says_the_variable(
    unused,
):
    found = unused(
        "S-01,01,A,64,YEARS,2026-01-01,2026-03-01,x\n",
        "S-01,1,Rash,2026-01-02,,,10037844, TREATMENT ,\n",
    )
    assert of(found, "AE", "AELLTCD") == [(None, None), (2, "10037844")]
    assert of(found, "AE", "EPOCH") == [(None, None), (2, "TREATMENT")]
    assert of(found, "AE", "AECONTRT") == [(None, None)]
    assert of(found, "DM", "AGEU") == [(None, None), (2, "YEARS")]


def test_what_is_no_variable_of_sdtm_what_is_used_and_what_is_ignored_by_name_is_not_there(unused):
    found = unused(
        "S-01,01,A,64,YEARS,,,x\n", "S-01,1,Rash,2026-01-02,,,,,\n", ignore=("AGEU", "*")
    )
    named = {*found["COLUMN"]}
    assert named & {"FAVOURITE", "AGE", "AETERM", "AEENDTC", "AGEU"} == set()
    assert {"DMDTC", "AELLTCD"} <= named


def test_a_date_after_the_cutoff_and_the_end_of_what_had_not_ended_are_not_known(unused):
    found = unused(
        "S-01,01,A,64,YEARS,2026-01-01,2026-05-01,x\n",
        "S-01,1,Rash,2026-01-02,2026-05-01,120,1,,\n"
        "S-01,2,Rash,2026-01-02,2026-02-01,31,2,,\n"
        "S-01,3,Rash,2026-04-02,,,3,,\n",
    )
    assert of(found, "DM", "RFXENDTC") == [(None, None)]
    assert of(found, "AE", "AEENDY") == [(None, None), (3, "31")]
    assert of(found, "AE", "AELLTCD") == [(None, None), (2, "1"), (3, "2")]
