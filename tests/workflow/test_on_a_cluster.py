"""The cluster profiles against a real slurm: the bytes of a local run. `make cluster-test` starts one."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkouts import ROOT, Checkout, new_checkout, only_displays

PLUGIN = {
    "slurm": "snakemake_executor_plugin_slurm",
    "cluster-generic": "snakemake_executor_plugin_cluster_generic",
}
# Both trials at every cutoff instead of the hand-sized study: what `make cluster-test` asks for.
WHOLE = os.environ.get("PKPIPE_CLUSTER_TEST") == "whole"
# What a run says about itself, not about the study: clocks and job numbers.
OF_THE_RUN = {"logs", "AUDIT.jsonl", ".audit_head.json"}

pytestmark = [pytest.mark.slow]


def slurm_answers() -> bool:
    """Whether a cluster is there to be asked."""
    if shutil.which("sinfo") is None:
        return False
    try:
        return (
            subprocess.run(["sinfo"], capture_output=True, timeout=20, check=False).returncode == 0
        )
    except subprocess.TimeoutExpired:
        return False


def made_ready(folder: Path) -> Checkout:
    """A checkout with the studies of this test."""
    checkout = new_checkout(folder)
    if WHOLE:
        shutil.rmtree(checkout.path / "config")
        shutil.copytree(ROOT / "config", checkout.path / "config")
    else:
        only_displays(checkout)
    return checkout


def files_of(checkout: Checkout) -> dict[str, bytes]:
    """Every file of the results, by its path, without what a run says about itself."""
    top = checkout.path / "results"
    paths = (
        p for p in top.rglob("*") if p.is_file() and not OF_THE_RUN & set(p.relative_to(top).parts)
    )
    return {str(p.relative_to(top)): p.read_bytes() for p in paths}


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """What a run on this machine writes."""
    if not slurm_answers():
        pytest.skip("no slurm answers here: `make cluster-test` installs and starts one")
    checkout = made_ready(tmp_path_factory.mktemp("local") / "checkout")
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    return files_of(checkout)


@pytest.mark.parametrize("profile", PLUGIN)
def test_a_cluster_writes_the_bytes_of_a_local_run(profile, local, tmp_path):
    if importlib.util.find_spec(PLUGIN[profile]) is None:
        pytest.skip(f"{PLUGIN[profile]} is not installed: `pip install 'pkpipe[{profile}]'`")
    checkout = made_ready(tmp_path / "checkout")
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", f"profiles/{profile}"]
    done = subprocess.run(command, cwd=checkout.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    remote = files_of(checkout)
    assert sorted(remote) == sorted(local)
    assert [name for name in local if local[name] != remote[name]] == []
