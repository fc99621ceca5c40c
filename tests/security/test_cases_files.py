"""Files that are none, names that are none, settings of the user: a sentence ends it, or nothing changes."""

import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import polars as pl
import pytest
from support import ROOT

from pkpipe import disk, provenance
from pkpipe.cli import main
from pkpipe.displays.figures.plot import Margins, room, svg
from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.file_reading.loader import load_document, load_study
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.reading.delivery import read_raw
from pkpipe.reading.files import read_table
from pkpipe.store.files import write_table

KINDS = ("pipe", "zero", "folder", "socket")


def not_regular(path, kind):
    """Something at this place that is no regular file."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        here = Path.cwd()
        os.chdir(path.parent)  # the path of a socket may have 107 characters
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
        os.chdir(here)


@pytest.mark.parametrize("kind", KINDS)
def test_fifo_raw_file_and_its_like_are_a_sentence_wherever_a_file_is_read(tmp_path, kind):
    for name in ("pc.csv", "x.yaml", "x.parquet"):
        not_regular(tmp_path / name, kind)
    raw = read_raw(tmp_path, "pc.csv")
    assert raw.status == "unreadable"
    assert "not a regular file" in raw.message
    with pytest.raises(DataError, match="not a regular file"):
        read_table(tmp_path / "x.parquet")
    with pytest.raises(ConfigError, match="not a regular file"):
        load_document(tmp_path / "x.yaml")
    study = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
    assert provenance.raw_hashes(tmp_path, study)["pc.csv"] is None


@pytest.mark.parametrize("kind", ["pipe", "zero"])
def test_fifo_raw_file_is_refused_by_check_with_its_name_and_kind(tmp_path, kind, capsys):
    shutil.copytree(ROOT / "tests" / "workflow" / "tiny_raw", tmp_path / "raw")
    (tmp_path / "raw" / "pc.csv").unlink()
    not_regular(tmp_path / "raw" / "pc.csv", kind)
    study = str(ROOT / "tests" / "studies" / "tiny.yaml")
    code = main(["check", study, "--raw", str(tmp_path / "raw"), "--cutoff", "2025-07-31"])
    said = "".join(capsys.readouterr())
    assert code == 3
    assert "pc.csv" in said
    assert "not a regular file" in said


def test_a_file_larger_than_the_bound_is_a_sentence_that_says_the_bound(tmp_path):
    path = tmp_path / "pc.csv"
    with path.open("wb") as file:
        file.truncate(disk.MOST_TABLE + 1)  # a hole, no bytes on the disk
    with pytest.raises(DataError, match=f"at most {disk.MOST_TABLE} are read"):
        read_table(path)


def test_nothing_but_the_place_that_checks_opens_a_file_of_other_people():
    allowed = {"disk.py", "provenance.py", "reading/xlsx/package.py"}
    homes = {
        path.relative_to(ROOT / "pkpipe").as_posix()
        for path in (ROOT / "pkpipe").rglob("*.py")
        if ".read_bytes()" in path.read_text(encoding="utf-8")
    }
    # XPT as written by us a moment ago; manifests of two runs; environments of processes left behind.
    assert homes - allowed <= {"store/files.py", "cli/cutoff.py", "store/run_locks.py"}


@pytest.mark.parametrize("suffix", ["parquet", "xpt", "csv.gz"])
def test_a_damaged_file_is_a_sentence_whatever_its_reader_raises(tmp_path, suffix):
    frame = pl.DataFrame({"USUBJID": ["a", "b", None] * 20, "N": [1.5, 2, None] * 20})
    good = tmp_path / f"good.{suffix.removesuffix('.gz')}"
    write_table(frame, good)
    content, rng = bytearray(good.read_bytes()), random.Random(7)
    for _ in range(150):
        broken = bytearray(content)
        for _ in range(rng.randrange(1, 8)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path = tmp_path / f"broken.{suffix}"
        path.write_bytes(bytes(broken[: rng.choice([len(broken), rng.randrange(len(broken))])]))
        try:
            read_table(path)
        except DataError as problem:
            assert str(path) in str(problem)  # noqa: PT017 (many of them are still readable)
        assert read_raw(tmp_path, path.name).status in {"read", "unreadable"}


def test_a_panic_of_the_parquet_reader_is_a_sentence(tmp_path, monkeypatch):
    def panics(_):
        raise pl.exceptions.PanicException("range end index out of range")

    monkeypatch.setattr(pl, "read_parquet", panics)
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match="not a readable parquet table"):
        read_table(tmp_path / "x.parquet")


def test_a_matplotlibrc_of_the_user_changes_no_figure():
    def draw(figure):
        axes = figure.add_subplot()
        axes.plot([1, 2], [3, 4], label="a")
        axes.set_xlabel("time")
        axes.legend()

    before = svg("x", (3, 2), draw)
    with mpl.rc_context({"axes.labelsize": 14, "xtick.labelsize": 13, "axes.edgecolor": "red"}):
        assert svg("x", (3, 2), draw) == before
        assert mpl.rcParams["axes.labelsize"] == 14  # of a caller in the same process, as it was


AMBIENT = {
    "TZ": "Asia/Shanghai",
    "LC_ALL": "C",
    "LANG": "zh_CN.GB18030",
    "PYTHONHASHSEED": "7",
    "POLARS_FMT_MAX_ROWS": "1",
    "POLARS_ENGINE_AFFINITY": "streaming",
    "POLARS_MAX_THREADS": "4",
    "POLARS_DECIMAL_SEPARATOR": ",",
    "SOURCE_DATE_EPOCH": "12345",
    "COLUMNS": "20",
}


def test_matplotlibrc_changes_report_no_more_nor_does_any_other_ambient_setting(tmp_path):
    drawing = (
        "import os, sys; os.umask(int(sys.argv[1], 8))\n"
        "import pkpipe.cli\n"
        "import polars as pl\n"
        "from pathlib import Path\n"
        "from pkpipe.displays.figures.plot import svg\n"
        "from pkpipe.store.files import write_table\n"
        "def draw(figure):\n"
        "    axes = figure.add_subplot(); axes.plot([1.0, 2000.0], [3, 4]); axes.set_xlabel('µg')\n"
        "sys.stdout.buffer.write(svg('x', (3, 2), draw).encode())\n"
        "frame = pl.DataFrame({'a': [0.1 * i for i in range(99)], 'b': list('xyz') * 33, 'c': ['试'] * 99})\n"
        "many = frame.group_by('b').agg(pl.col('a').sum()).sort('b')\n"
        "for suffix in ('csv', 'parquet'):\n"
        "    write_table(many, Path(sys.argv[2], f'o.{suffix}'))\n"
        "    sys.stdout.buffer.write(Path(sys.argv[2], f'o.{suffix}').read_bytes())\n"
    )
    (tmp_path / "matplotlib").mkdir()
    rc = "axes.labelsize: 14\nxtick.labelsize: 13\naxes.edgecolor: red\n"
    (tmp_path / "matplotlib" / "matplotlibrc").write_text(rc)
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "nobody")}
    mine = {"XDG_CONFIG_HOME": str(tmp_path), "MATPLOTLIBRC": str(tmp_path / "matplotlib")}
    said = [
        subprocess.run(
            [sys.executable, "-c", drawing, umask, str(tmp_path)],
            env=plain | more,
            capture_output=True,
            check=True,
        ).stdout
        for umask, more in (("022", {}), ("077", AMBIENT | mine))
    ]
    assert said[0] == said[1]


NO_FOLDER = r"(is no folder|the text is empty)"


@pytest.mark.parametrize("name", ["a{b}", "two\nlines", " "])
def test_shell_injection_raw_folder_that_is_no_name_is_refused_with_its_line(tmp_path, name):
    (tmp_path / "run.yaml").write_text(
        "studies:\n  tiny: {protocol: tiny.yaml, virtual_seed: null, cutoffs: [2025-07-31],\n"
        f"    raw: {json.dumps(name)}}}\n"
    )
    with pytest.raises(ConfigError, match=rf"run.yaml:3:5: studies.tiny.raw: {NO_FOLDER}"):
        load_runs(tmp_path / "run.yaml")


def test_shell_injection_raw_folder_every_substitution_of_every_rule_is_quoted():
    looked = 0
    for path in sorted((ROOT / "rules").glob("*.smk")):
        rules = path.read_text(encoding="utf-8").split("shell:")[1:]
        shells = "".join(text.partition("\n\n\nrule ")[0] for text in rules)
        for found in re.findall(r"\{[^}]*\}", shells):
            assert found.endswith(":q}"), (path.name, found)
            looked += 1
    assert looked > 20


@pytest.mark.parametrize("length", [41, 300, 5000])
def test_a_very_long_name_stops_no_figure_and_stays_told_apart(length):
    names = [f"{'X' * length}-{number:03}" for number in range(3)]

    def draw(figure):
        axes = figure.add_subplot()
        axes.barh(range(3), [1, 2, 3], label=names[0])
        axes.set_yticks(range(3), names)
        axes.set_title(names[1])
        axes.legend()

    around = Margins(left=0.2 + room(names), right=0.45 + room(names), bottom=room(names))
    text = svg("x", (6, 3), draw, around)
    assert len(text) < 60_000
    assert all(f"-{number:03}" in text for number in range(3))


def test_a_text_of_any_length_is_read(tmp_path):
    pl.DataFrame({"A": ['"' + "x" * 300_000], "B": ["1"]}).write_csv(tmp_path / "ae.csv")
    raw = read_raw(tmp_path, "ae.csv")
    assert raw.status == "read"
    assert raw.frame["A"].str.len_chars().item() == 300_001
