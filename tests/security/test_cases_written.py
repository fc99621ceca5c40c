"""What is written: cells that are formulas stay text, and a disk that is full is named."""

import os
import random
import shutil
import subprocess

import polars as pl
import pytest

from pkpipe import disk, provenance
from pkpipe.cli import main, verify
from pkpipe.errors import OutputError
from pkpipe.store import raw_archive
from pkpipe.store.files import sink_table, write_table
from pkpipe.store.run_tables import write_outputs
from pkpipe.store.spreadsheet import FORMULA, NUMBER

FORMULAS = (
    '=HYPERLINK("http://127.0.0.1/?"&A1,"x")FATIGUE',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\uff1d1+1",
)


class _Room:
    name, reads, writes, tables = "validate", (), ("AE",), ()


def test_csv_twins_formula_cells_are_text_and_parquet_keeps_the_value(tmp_path):
    frame = pl.DataFrame({"AETERM": [*FORMULAS, "Nausea", "-1.5"], "=1+1": list(range(6))})
    frame = frame.with_columns(
        TERM=pl.col("AETERM").cast(pl.Categorical), L=pl.concat_list("AETERM")
    )
    write_outputs(tmp_path, _Room(), {"AE": frame})
    assert pl.read_parquet(tmp_path / "validate" / "AE.parquet")["AETERM"].to_list() == [
        *FORMULAS,
        "Nausea",
        "-1.5",
    ]
    twin = pl.read_csv(tmp_path / "validate" / "AE.csv", infer_schema=False, has_header=False)
    cells = [cell for column in twin.iter_columns() for cell in column]
    looks = pl.DataFrame({"c": cells})["c"]
    assert (looks.str.contains(FORMULA) & ~looks.str.contains(NUMBER)).sum() == 0
    assert {"'@SUM(A1)", "Nausea", "-1.5", "'=1+1"} <= set(cells)


def test_csv_twins_formula_also_in_the_output_of_a_verb_but_not_in_raw_tables(tmp_path):
    subjects = pl.DataFrame({"ID": ["=1+1"] * 4, "TIME": [0.0, 1, 2, 4], "CONC": [9.0, 6, 4, 2]})
    subjects.write_csv(tmp_path / "conc.csv")
    pl.DataFrame({"ID": ["=1+1"], "TIME": [0.0], "DOSE": [1.0], "ROUTE": ["iv_bolus"]}).write_csv(
        tmp_path / "dose.csv"
    )
    words = ["nca", str(tmp_path / "conc.csv"), str(tmp_path / "dose.csv"), "-o"]
    assert main([*words, str(tmp_path / "out.csv")]) == 0
    assert main([*words, str(tmp_path / "out.parquet")]) == 0
    assert set(pl.read_csv(tmp_path / "out.csv")["ID"]) == {"'=1+1"}
    assert set(pl.read_parquet(tmp_path / "out.parquet")["ID"]) == {"=1+1"}
    write_table(subjects, tmp_path / "raw.csv", exact=True)
    assert set(pl.read_csv(tmp_path / "raw.csv")["ID"]) == {"=1+1"}


@pytest.fixture
def full(tmp_path):
    """A disk of one mebibyte of its own, full but for 16 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], check=False, capture_output=True
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a small disk can be mounted by a superuser only")
    (folder / "fill").write_bytes(bytes((1 << 20) - (16 << 10)))
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_disk_full_reason_is_named_by_every_writer_and_nothing_is_half_written(full):
    rng = random.Random(1)
    frame = pl.DataFrame({"A": [rng.random() for _ in range(20_000)]})
    writers = {
        **{f"a.{s}": lambda p: write_table(frame, p) for s in ("csv", "parquet", "xpt")},
        **{f"b.{s}": lambda p: sink_table(frame.lazy(), p) for s in ("csv", "parquet")},
        "c.txt": lambda p: disk.write_text("x" * 100_000, p),
        "d.bin": lambda p: disk.write_bytes(bytes(100_000), p),
    }
    for name, write in writers.items():
        with pytest.raises(OutputError, match="No space left on device"):
            write(full / name)
    assert [path.name for path in full.rglob("*")] == ["fill"]


def test_disk_full_reason_is_code_74_of_a_room_and_of_keeping_raw_files(full, tmp_path):
    (full / "run" / "snapshot").mkdir(parents=True)
    (tmp_path / "pc.csv").write_bytes(bytes(100_000))
    content = provenance.sha256(tmp_path / "pc.csv")
    sources = pl.DataFrame({"FILE": ["pc.csv"], "SHA256": [content]})
    write_table(sources, full / "run" / "snapshot" / "SOURCES.parquet")
    with pytest.raises(OutputError, match="No space left on device") as told:
        raw_archive.keep_raw(full / "run", tmp_path)
    assert told.value.exit_code == 74
    rng = random.Random(1)
    frame = pl.DataFrame({"A": [rng.random() for _ in range(20_000)]})
    with pytest.raises(OutputError, match="No space left on device"):
        write_outputs(full / "run", _Room(), {"AE": frame})
    assert not (full / "run" / "validate").exists()


def test_disk_full_reason_of_a_disk_that_is_read_only(full):
    (full / "fill").unlink()
    run = full / "run"
    (run / "snapshot").mkdir(parents=True)
    (run / "manifest.json").write_text("{}")
    (run / "snapshot" / "PC.parquet").write_bytes(b"x")
    subprocess.run(["mount", "-o", "remount,ro", str(full)], check=True)
    with pytest.raises(OutputError, match="Read-only file system"):
        raw_archive.put_aside(run, [run / "snapshot" / "PC.parquet"])
    with pytest.raises(OutputError, match="Read-only file system"):
        disk.write_text("x", run / "new.json")


def test_disk_full_reason_reaches_the_reader_whoever_writes(monkeypatch, capsys):
    def full_disk(_):
        raise OSError(28, os.strerror(28), "results/x")

    monkeypatch.setattr(verify, "run", full_disk)
    assert main(["verify", "results/x"]) == 74
    said = capsys.readouterr().err
    assert said == "pkpipe verify: error: results/x: cannot be written (No space left on device)\n"
