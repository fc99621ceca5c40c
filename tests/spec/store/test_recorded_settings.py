"""The settings of a run are read back from its manifest, or it is said which this pkpipe does not know."""

from pathlib import Path

import pytest
from support import ROOT

from pkpipe.differences.stored import StoredRun
from pkpipe.errors import DataError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.store.recorded_settings import recorded_study

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
RUN = Path("results/tiny/2025-07-31")


def manifest(**changes):
    config = TINY.model_dump(mode="json") | changes
    return {"config": config, "pkpipe": "0.0.9", "cutoff": "2025-07-31", "outputs": []}


def test_the_study_of_a_run_is_that_of_its_manifest():
    assert recorded_study(RUN, manifest()) == TINY


def test_a_key_that_another_version_had_is_named_with_the_run_and_what_to_do():
    old = manifest(submission={"on": True})
    for asked in (lambda: recorded_study(RUN, old), lambda: StoredRun(RUN, old).study):
        with pytest.raises(DataError) as told:
            asked()
        head, key = str(told.value).splitlines()
        assert "2025-07-31/manifest.json: the settings in it are not those of this pkpipe" in head
        assert "(0.0.9), or make it anew" in head
        assert key.startswith("  submission.on: ")
