"""The flow as a module out of a git repository, as `snakedeploy` writes it, with pkpipe installed."""

import shutil
import subprocess

import pytest
import yaml
from checkouts import HERE, ROOT, Checkout
from stored_runs import CUTOFF, RUN_FILE

pytestmark = pytest.mark.workflow

DEPLOYED = """\
configfile: "config/config.yaml"
module pkpipe:
    snakefile: gitfile({repository!r}, path="Snakefile", tag="v1")
    config: config
use rule * from pkpipe
"""
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")


@pytest.fixture
def deployed(tmp_path):
    """A deployment of a repository that holds the Snakefile alone."""
    repository, here = tmp_path / "repository", tmp_path / "deployed"
    repository.mkdir()
    shutil.copy2(ROOT / "Snakefile", repository)
    for words in (("init", "-q"), ("add", "Snakefile"), ("commit", "-qm", "flow"), ("tag", "v1")):
        subprocess.run([*GIT, *words], cwd=repository, check=True)
    (here / "workflow").mkdir(parents=True)
    (here / "workflow" / "Snakefile").write_text(DEPLOYED.format(repository=str(repository)))
    (here / "config").mkdir()
    (here / "config" / "config.yaml").write_text(RUN_FILE)
    shutil.copy2(ROOT / "tests" / "studies" / "tiny.yaml", here / "config")
    raw = yaml.safe_load(RUN_FILE)["studies"]["tiny"]["raw"]
    shutil.copytree(HERE / "tiny_raw", here / raw)
    return Checkout(here)


@pytest.mark.slow
def test_the_rules_of_the_installed_flow_run_for_a_module_out_of_a_repository(deployed):
    mark = f"results/tiny/{CUTOFF}/snapshot/.done"
    done = deployed.snakemake(mark)
    assert done.returncode == 0, done.stderr
    assert (deployed.path / mark).is_file()


def test_the_catalog_of_workflows_finds_what_it_asks_for():
    said = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())
    assert said.keys() == {"usage"}
    assert said["usage"].keys() <= {"mandatory-flags", "software-stack-deployment", "report"}
    assert said["usage"]["mandatory-flags"].keys() == {"desc", "flags"}
    assert all(isinstance(v, bool) for v in said["usage"]["software-stack-deployment"].values())
    assert (ROOT / "config" / "README.md").is_file()
    assert (ROOT / "Snakefile").is_file()
