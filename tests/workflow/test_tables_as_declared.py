"""Every table of the finished runs has exactly the declared columns and types, and its key is a key."""

import polars as pl
import pytest

from pkpipe.rooms import ROOMS

TABLES = [(room.name, table) for room in ROOMS for table in room.tables]


@pytest.mark.parametrize(
    ("room", "table"), TABLES, ids=[f"{room}/{table.code}" for room, table in TABLES]
)
def test_a_table_of_a_finished_run_is_as_declared(finished, room, table):
    paths = sorted((finished.path / "results").glob(f"*/*/{room}/{table.code}.parquet"))
    assert paths
    for path in paths:
        frame = pl.read_parquet(path)
        assert table.faults(frame) == ()
        alike = frame.select(table.key).is_duplicated().any() if table.key else False
        assert not alike, path
