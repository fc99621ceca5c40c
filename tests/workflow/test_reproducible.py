"""The same bytes whatever surrounds a run: folder, time zone, locale, cores, threads, hash seed."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest
from checkouts import TINY, VIRTUAL, new_checkout

from pkpipe.rooms import ROOMS

pytestmark = [pytest.mark.workflow, pytest.mark.slow]
AMBIENT = {
    *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_COLLATE", "LC_TIME"),
    *("PYTHONPATH", "PKPIPE_CONFIG", "PYTHONUTF8", "PYTHONIOENCODING"),
}
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Surroundings:
    """What must not matter. Each run has other values of all of it, as has the one they are compared with."""

    folder: str
    zone: str
    locale: str
    cores: int
    threads: int
    seed: int


ONE_CORE = Surroundings("第一 run", "Asia/Shanghai", "C", cores=1, threads=8, seed=1)
EIGHT_CORES = Surroundings("b", "America/Los_Angeles", "zh_CN.UTF-8", cores=8, threads=2, seed=2)
NO_SNAKEMAKE = Surroundings("c", "Asia/Kathmandu", "zh_CN.GB18030", cores=0, threads=8, seed=3)


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """A folder with the Chinese locales, built if the machine can: few have them installed."""
    folder = tmp_path_factory.mktemp("locales")
    if shutil.which("localedef") is not None:
        for charset in ("UTF-8", "GB18030"):
            words = ["localedef", "-i", "zh_CN", "-f", charset, str(folder / f"zh_CN.{charset}")]
            subprocess.run(words, capture_output=True, check=False)  # without sources it makes none
    return folder


@pytest.fixture
def run_in(finished, locales, tmp_path):
    """A function: the code of the finished checkout run anew in these surroundings."""

    def ran(around):
        again = new_checkout(tmp_path / around.folder, code=finished.path)
        kept = {name: value for name, value in os.environ.items() if name not in AMBIENT}
        environment = {
            **kept,
            **dict.fromkeys(THREADS, str(around.threads)),
            **{"LANG": around.locale, "LC_ALL": around.locale, "LOCPATH": str(locales)},
            **{"TZ": around.zone, "PYTHONHASHSEED": str(around.seed)},
        }
        for words in commands(around):
            done = subprocess.run(
                [sys.executable, "-m", *words],
                cwd=again.path,
                env=environment,
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        return again

    return ran


def commands(around):
    """Snakemake's, or without cores every room of the small study in turn."""
    if around.cores:
        return [["snakemake", "--cores", str(around.cores)]]
    at = ["--study", TINY[0], "--cutoff", TINY[1]]
    return [["pkpipe", "stage", name, *at] for name in [*(r.name for r in ROOMS), "manifest"]]


def files(folder):
    """Every file of a run but Snakemake's marks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def named_in_the_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {entry["path"] for entry in manifest["outputs"]} | {"manifest.json"}


def differing(ours, theirs):
    """Names of files that are not the same in both."""
    return sorted(
        name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)
    )


@pytest.mark.parametrize("around", [ONE_CORE, EIGHT_CORES], ids=["one_core", "eight_cores"])
def test_every_file_of_every_study_is_the_same(finished, run_in, around):
    again = run_in(around)
    for run in (TINY, VIRTUAL):
        ours, theirs = files(again.results(run)), files(finished.results(run))
        assert differing(ours, theirs) == []
        kinds = {name.rpartition(".")[2] for name in named_in_the_manifest(again.results(run))}
        assert {"parquet", "csv", "svg", "html", "json"} <= kinds
    raw = [files(tree.path / "data" / "virtual") for tree in (again, finished)]
    assert raw[0]
    assert differing(*raw) == []


def test_rooms_called_by_hand_in_another_character_set_write_the_same(finished, run_in):
    again = run_in(NO_SNAKEMAKE)
    ours, theirs = files(again.results()), files(finished.results())
    named = named_in_the_manifest(again.results())
    assert named <= ours.keys()
    assert differing(*({n: f[n] for n in named if n in f} for f in (ours, theirs))) == []
