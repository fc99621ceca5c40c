"""Real errors put into a virtual trial, each known by file and row: all are found, nothing else is blamed."""

import datetime

import polars as pl
import pytest
from raw_drawings import ROOT

from pkpipe import snapshot
from pkpipe.finding.table import lines_of
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.simulation import TRUTH, simulate
from pkpipe.store.files import write_table
from pkpipe.validate import run as validated


@pytest.mark.parametrize("name", ["bat6026", "bat8008_bat1308"])
def test_every_error_put_into_a_virtual_trial_is_found_at_its_row_and_no_other(name, tmp_path):
    study = load_study(ROOT / "config" / f"{name}.yaml").at(datetime.date(2030, 1, 1))
    tables = simulate(study, 11, mess=True)
    for table, frame in tables.items():
        if not table.startswith(TRUTH):
            write_table(frame, tmp_path / f"{table.lower()}.csv")

    found = validated(snapshot.run(tmp_path, study), study)["FINDINGS"]
    errors = found.filter(pl.col("SEVERITY") == "error")
    told = set(errors.select("FILE", pl.col("ROW").fill_null(1)).rows())
    put = tables[f"{TRUTH}MESS"]
    assert put.height >= 10
    assert told == set(put.select("FILE", "ROW").rows()), lines_of(errors)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bat6026", "bat8008_bat1308"])
def test_a_virtual_trial_with_the_dirt_of_real_life_has_no_error(name, tmp_path):
    study = load_study(ROOT / "config" / f"{name}.yaml").at(datetime.date(2030, 1, 1))
    for table, frame in simulate(study, 12).items():
        if not table.startswith(TRUTH):
            write_table(frame, tmp_path / f"{table.lower()}.csv")
    found = validated(snapshot.run(tmp_path, study), study)["FINDINGS"]
    assert found.filter(pl.col("SEVERITY") == "error").is_empty(), lines_of(found)
