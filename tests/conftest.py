"""What every test shares: reproducible random examples, and the larger reference set where it is present."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

# One worker a core: threads of their own would only wait for each other.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    gc.set_threshold(100_000)

settings.register_profile("pkpipe", derandomize=True, deadline=None)
settings.load_profile("pkpipe")

ROOT = Path(__file__).resolve().parent.parent


# What takes longest, longest first: handed out before the rest, so that no worker is left alone with it.
LONG = (
    *("tests/security", "tests/workflow", "tests/corruptions", "tests/spec/simulation"),
    *("tests/spec/differences", "tests/spec/report"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders of LONG first; the order within a folder stays."""
    places = [ROOT / folder for folder in LONG]

    def place(item: pytest.Item) -> int:
        return next((i for i, p in enumerate(places) if p in item.path.parents), len(places))

    items.sort(key=place)


@pytest.fixture(scope="session")
def reference_set() -> Path:
    """Folder of the larger set of outside answers beside a checkout; without it the test is skipped."""
    folder = ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the larger reference set (../shared/reference) is not present")
    return folder
