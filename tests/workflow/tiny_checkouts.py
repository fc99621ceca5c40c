"""The tiny study alone, run once: copies of it are edited, killed and run again."""

import shutil

import pytest
from checkouts import Checkout
from stored_runs import CUTOFF, RUN_FILE


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"logs", ".done"} & set(path.relative_to(folder).parts)
    }


@pytest.fixture(scope="module")
def sound(few, tmp_path_factory):
    """The tiny study alone, as plain Snakemake made it."""
    path = tmp_path_factory.mktemp("trusted") / "checkout"
    shutil.copytree(few.path, path, symlinks=True)
    (path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    (path / "config" / "bat6026.yaml").unlink()
    for folder in ("data", "results/bat6026"):
        shutil.rmtree(path / folder)
    return Checkout(path)


@pytest.fixture
def checkout(sound, tmp_path):
    shutil.copytree(sound.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")


def run_of(checkout):
    return checkout.results(("tiny", CUTOFF))


def wrong(done):
    """The lines under What went wrong."""
    return done.stderr.partition("What went wrong:")[2]
