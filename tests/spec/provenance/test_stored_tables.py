"""Tables of a room on disk: together or not at all, and nothing half written stays."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pkpipe import disk
from pkpipe.errors import DerivationError
from pkpipe.schema.adam.declaration import Table, integer
from pkpipe.store.run_tables import write_outputs


@dataclass(frozen=True)
class Room:
    name: str = "pk"
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ("ADPC",)
    tables: tuple[Table, ...] = (Table("ADPC", "", "", ("A",), (integer("A", "A number"),)),)


@pytest.fixture
def ended_process():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _half_written(folder, process):
    left = folder / f".pk.{process}.partial"
    left.mkdir()
    (left / "ADPC.parquet").write_bytes(b"PAR1")
    return left


def test_what_a_killed_process_left_is_gone_after_the_next_write(tmp_path, ended_process):
    left = _half_written(tmp_path, ended_process)
    write_outputs(tmp_path, Room(), {"ADPC": pl.DataFrame({"A": [1]})})
    assert not left.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pk"]


def test_what_a_living_process_is_writing_stays(tmp_path):
    left = _half_written(tmp_path, os.getppid())
    write_outputs(tmp_path, Room(), {"ADPC": pl.DataFrame({"A": [1]})})
    assert left.is_dir()


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"B": [1]}), ("column A is missing", "column B is not declared")),
        (pl.DataFrame({"A": [1.0]}), ("column A is Float64, declared Int64",)),
        (pl.DataFrame({"A": [1], "B": [1]}), ("column B is not declared",)),
    ],
)
def test_a_table_that_is_not_as_declared_is_refused_with_every_difference(tmp_path, frame, said):
    with pytest.raises(DerivationError) as refused:
        write_outputs(tmp_path, Room(), {"ADPC": frame})
    assert str(refused.value).splitlines() == [f"pk/ADPC: {one}" for one in said]
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have_is_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        disk.identity(Path("results/\x00"))
