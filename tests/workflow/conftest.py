"""The checkouts that workflow tests run in."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest
from checkouts import Checkout, new_checkout


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout in which everything ran once, by whichever worker is first; tests take copies of it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "flow.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = shared / "flow" / "first"
        if path.is_dir():
            return Checkout(path)
        path.parent.mkdir(exist_ok=True)
        checkout = new_checkout(path.parent / "making")
        done = checkout.snakemake()
        assert done.returncode == 0, done.stderr
        checkout.path.rename(path)
    return Checkout(path)


@pytest.fixture
def checkout(finished: Checkout, tmp_path: Path) -> Checkout:
    """A copy of the finished checkout, free to be changed."""
    shutil.copytree(finished.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")
