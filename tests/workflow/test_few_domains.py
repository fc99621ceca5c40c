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
def flowed(tmp_path_factory):
    """The study that collects least, by plain Snakemake."""
    checkout = new_tree(tmp_path_factory)
    done = checkout.snakemake("results/few/2025-07-31/manifest.json")
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """The study without concentrations, before its first subject and later, room by room."""
    checkout = new_tree(tmp_path_factory)
    for cutoff in ("2024-12-01", "2025-07-31"):
        checkout.stage_all(("nopk", cutoff))
    return checkout


LEFT_OUT = {"ADA", "RESPONSE", "PFS", "DOR", "TTR"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "study", "cutoff", "missing"),
    [
        pytest.param("flowed", "few", "2025-07-31", LEFT_OUT, marks=pytest.mark.slow),
        ("staged", "nopk", "2025-07-31", LEFT_OUT | {"PK"}),
        ("staged", "nopk", "2024-12-01", LEFT_OUT | {"PK"}),
    ],
)
def test_a_topic_whose_tables_do_not_exist_is_not_collected(request, made, study, cutoff, missing):
    folder = request.getfixturevalue(made).results((study, cutoff))
    summary = pl.read_parquet(folder / "cohorts" / "SUMMARY.parquet")
    told = summary.filter(pl.col("VALUEC") == "not collected")
    assert set(told["TOPIC"]) == missing
    assert set(told["COHORT"]) == {"A", "B", "X", "ALL"}
    pages = {p.name: p.read_text(encoding="utf-8") for p in (folder / "report").glob("*.html")}
    assert "not collected" in pages["response.html"]
    assert ("not collected" in pages["pharmacokinetics.html"]) == ("PK" in missing)


def test_before_anyone_enrolled_every_count_is_nought(staged):
    folder = staged.results(("nopk", "2024-12-01"))
    assert pl.read_parquet(folder / "subjects" / "ADSL.parquet").is_empty()
    assert pl.read_parquet(folder / "validate" / "FINDINGS.parquet").is_empty()
