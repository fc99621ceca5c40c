"""What a fresh checkout does with the config it comes with: both trials, each at two cutoffs, in one go."""

import shutil
import sys
from collections import Counter

import pytest
import shown_coverage as coverage
from checkouts import JOB, ROOT, Checkout, copy_code

from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.rooms import ROOMS

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    path = tmp_path_factory.mktemp("default") / "checkout"
    copy_code(path)
    shutil.copytree(ROOT / "config", path / "config")
    return Checkout(path)


def test_a_dry_run_plans_every_room_of_every_study_and_cutoff_in_its_config(fresh):
    pairs = load_runs(fresh.path / "config" / "config.yaml").pairs
    assert len({study for study, _ in pairs}) == 2
    assert len(pairs) == 4
    done = fresh.snakemake("--dry-run")
    assert done.returncode == 0, done.stderr
    jobs = Counter(room for _, _, room in JOB.findall(done.stderr + done.stdout))
    assert jobs == dict.fromkeys([*(room.name for room in ROOMS), "manifest"], 4)


@pytest.mark.slow
def test_every_study_and_cutoff_ends_with_a_report_and_a_manifest_that_holds(fresh):
    done = fresh.snakemake()
    assert done.returncode == 0, done.stderr
    pairs = load_runs(fresh.path / "config" / "config.yaml").pairs
    assert pairs
    for pair in pairs:
        assert f"results/{pair[0]}/{pair[1]}/report/index.html" in done.stderr
        assert fresh.pkpipe("verify", str(fresh.results(pair))).returncode == 0
        sys.stdout.write(coverage.table_of(fresh.results(pair)))
        assert coverage.lost(fresh.results(pair)) == []
        assert coverage.endpoints_lost(fresh.results(pair)) == []
    assert "Nothing to be done" in fresh.snakemake().stderr
    # A level of the second trial has doses of two drugs.
    two_drugs = fresh.results(("bat8008_bat1308", "2025-01-31"))
    again = fresh.pkpipe("verify", str(two_drugs), "--recompute")
    assert again.returncode == 0, again.stderr
    assert "every file is the same" in again.stdout + again.stderr
