"""The checkouts that workflow tests run in."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest
from checkouts import Checkout, new_checkout, only_displays


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout in which everything ran once, with every display; tests only read it."""
    return run_once(tmp_path_factory, "whole")


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A finished checkout whose studies ask for few displays: tests of the flow itself take copies of it."""
    return run_once(tmp_path_factory, "few", few=True)


def run_once(factory: pytest.TempPathFactory, name: str, *, few: bool = False) -> Checkout:
    """A checkout after its first run, made by whichever worker asks first."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = shared / "flow" / name
        if path.is_dir():
            return Checkout(path)
        path.parent.mkdir(exist_ok=True)
        checkout = new_checkout(path.parent / f"making-{name}")
        if few:
            only_displays(checkout)
        done = checkout.snakemake()
        assert done.returncode == 0, done.stderr
        checkout.path.rename(path)
    return Checkout(path)


@pytest.fixture
def checkout(few: Checkout, tmp_path: Path) -> Checkout:
    """A copy of the finished checkout with few displays, free to be changed."""
    shutil.copytree(few.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")


@pytest.fixture
def whole_checkout(finished: Checkout, tmp_path: Path) -> Checkout:
    """A copy of the finished checkout with every display, free to be changed."""
    shutil.copytree(finished.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")
