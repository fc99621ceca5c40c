"""What every test shares: reproducible random examples, and the larger reference set where it is present."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

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


# Long, and nothing is shared that costs more than it: any worker takes the next test of these.
APART = (
    "tests/corruptions/test_corruptions.py",
    "tests/spec/simulation/test_removal_of_columns.py",
)


class ByFile(LoadScopeScheduling):
    """Tests of a file go to one worker, which makes once what they share; those of APART do not.

    The marker `xdist_group` of pytest-xdist 3.8 has no effect under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    """The scheduler of `--dist loadfile`."""
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def reference_set() -> Path:
    """Folder of the larger set of outside answers beside a checkout; without it the test is skipped."""
    folder = ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the larger reference set (../shared/reference) is not present")
    return folder
