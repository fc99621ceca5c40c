"""The checkouts that workflow tests run in."""

import shutil
from pathlib import Path

import pytest
from checkouts import Checkout, new_checkout


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout in which everything ran once; tests take copies of it."""
    checkout = new_checkout(tmp_path_factory.mktemp("flow") / "first")
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture
def checkout(finished: Checkout, tmp_path: Path) -> Checkout:
    """A copy of the finished checkout, free to be changed."""
    shutil.copytree(finished.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")
