"""Every finding that a finished run writes is of a check of the registry, with the weight it has there."""

import polars as pl
import pytest

from pkpipe.documentation.check_registry import REGISTRY
from pkpipe.rooms import ROOMS

pytestmark = pytest.mark.slow

OF_FINDINGS = {"CHECK", "SEVERITY", "MESSAGE"}
TABLES = [
    f"{room.name}/{table.code}"
    for room in ROOMS
    for table in room.tables
    if set(table.names) >= OF_FINDINGS
]


def test_the_rooms_that_ask_write_their_findings():
    assert {"validate/FINDINGS", "tumor/TUMFIND", "survival/TTEFIND"} <= set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_finding_of_a_run_is_of_a_registered_check(finished, table):
    paths = sorted((finished.path / "results").glob(f"*/*/{table}.parquet"))
    assert paths
    for path in paths:
        for check, severity in pl.read_parquet(path).select("CHECK", "SEVERITY").unique().rows():
            assert check in REGISTRY, (path, check)
            weights = {one.severity for one in REGISTRY[check].asked_by.values()}
            assert severity in weights | {"note"}, (path, check)  # a waived finding is a note
