"""What every test shares: reproducible random examples, and the larger reference set where it is present."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("pkpipe", derandomize=True, deadline=None)
settings.load_profile("pkpipe")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def reference_set() -> Path:
    """Folder of the larger set of outside answers beside a checkout; without it the test is skipped."""
    folder = ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the larger reference set (../shared/reference) is not present")
    return folder
