"""A trial that collects little runs too: what is not collected is said, nobody enrolled yet is no crash."""

import shutil

import polars as pl
import pytest
from checkouts import HERE, Checkout, copy_code

pytestmark = pytest.mark.workflow
RUN_FILE = """\
studies:
  few: {protocol: few.yaml, raw: raw, virtual_seed: null, cutoffs: [2025-07-31]}
  nopk: {protocol: nopk.yaml, raw: raw, virtual_seed: null, cutoffs: [2024-12-01, 2025-07-31]}
"""


def new_tree(tmp_path_factory):
    path = tmp_path_factory.mktemp("few") / "checkout"
    copy_code(path)
    shutil.copytree(HERE / "studies", path / "config")
    (path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    shutil.copytree(HERE / "tiny_raw", path / "raw")
    return Checkout(path)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """All of the run file by plain Snakemake."""
    checkout = new_tree(tmp_path_factory)
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture(scope="module")
def before_anyone(tmp_path_factory):
    """The cutoff before the first subject."""
    checkout = new_tree(tmp_path_factory)
    checkout.stage_all(("nopk", "2024-12-01"))
    return checkout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("study", "cutoff", "missing"),
    [
        ("few", "2025-07-31", {"ADA", "RESPONSE", "PFS", "DOR", "TTR"}),
        ("nopk", "2025-07-31", {"ADA", "RESPONSE", "PFS", "DOR", "TTR", "PK"}),
        ("nopk", "2024-12-01", {"ADA", "RESPONSE", "PFS", "DOR", "TTR", "PK"}),
    ],
)
def test_a_topic_whose_tables_do_not_exist_is_not_collected(ran, study, cutoff, missing):
    folder = ran.results((study, cutoff))
    summary = pl.read_parquet(folder / "cohorts" / "SUMMARY.parquet")
    told = summary.filter(pl.col("VALUEC") == "not collected")
    assert set(told["TOPIC"]) == missing
    assert set(told["COHORT"]) == {"A", "B", "X", "ALL"}
    page = (folder / "report" / "full.html").read_text(encoding="utf-8")
    assert "not collected" in page.lower()


def test_before_anyone_enrolled_every_count_is_nought(before_anyone):
    folder = before_anyone.results(("nopk", "2024-12-01"))
    assert pl.read_parquet(folder / "subjects" / "ADSL.parquet").is_empty()
    assert pl.read_parquet(folder / "validate" / "FINDINGS.parquet").is_empty()
