"""The whole flow on SDTM tables that nobody here wrote, from XPT, at a cutoff.

Expected values are those of the pharmaverse templates for the same tables (their README, section 3). Where a
rule of ours differs from the peer's, the test says which and for whom.
"""

import os
import shutil
import subprocess
import sys
from datetime import date

import polars as pl
import pytest
from checkouts import ask_for_few_displays
from support import ROOT

from pkpipe.reading.files import read_table

pytestmark = [pytest.mark.reference, pytest.mark.workflow, pytest.mark.slow]
CUTOFF = "2015-12-31"
RUN_FILE = """\
studies:
  cdiscpilot01:
    protocol: cdiscpilot01.yaml
    raw: {raw}
    virtual_seed: null
    cutoffs: [{cutoff}]
"""


@pytest.fixture(scope="module")
def peer(reference_set):
    """The peer's analysis datasets."""
    folder = reference_set / "pharmaverse" / "adam"
    return lambda name: read_table(folder / f"{name}.csv.gz")


@pytest.fixture(scope="module")
def ours(reference_set, tmp_path_factory):
    """A run of the DAG in a folder of its own; a function of `room/TABLE`."""
    folder = tmp_path_factory.mktemp("pharmaverse")
    config = folder / "config.yaml"
    config.write_text(RUN_FILE.format(raw=reference_set / "pharmaverse", cutoff=CUTOFF))
    shutil.copy2(ROOT / "tests" / "studies" / "cdiscpilot01.yaml", folder)
    ask_for_few_displays(folder / "cdiscpilot01.yaml")
    command = [
        "-s",
        str(ROOT / "Snakefile"),
        "-d",
        str(folder),
        "--cores",
        "2",
        "--configfile",
        str(config),
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "snakemake",
            *command,
            "--workflow-profile",
            str(ROOT / "profiles" / "default"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    results = folder / "results" / "cdiscpilot01" / CUTOFF
    assert (results / "report" / "index.html").stat().st_size > 10_000
    return lambda name: read_table(results / f"{name}.parquet")


def _dates(frame, *columns):
    return frame.with_columns(pl.col(columns).str.to_date("%Y-%m-%d"))


def _differing(ours, peer, key, column):
    joined = peer.select(*key, peer=column).join(ours.select(*key, ours=column), on=key, how="left")
    assert joined.height == peer.height >= 100
    return joined.filter(pl.col("ours").ne_missing(pl.col("peer")))


# The peer passes over a range without an end; its first dose is documented, and TRTEDT is not before it.
OPEN_LAST = {"TRTSDT": set(), "TRTEDT": {"01-704-1233", "01-705-1303"}}


@pytest.mark.parametrize("variable", ["TRTSDT", "TRTEDT"])
def test_subjects_and_treatment_dates_are_exact_but_for_ranges_without_an_end(ours, peer, variable):
    assert ours("subjects/ADSL").height == 306
    other = _differing(ours("subjects/ADSL"), _dates(peer("adsl"), variable), ["USUBJID"], variable)
    assert set(other["USUBJID"]) == OPEN_LAST[variable]


def test_hours_from_the_first_dose_are_exact(ours, peer):
    rows = peer("adpc").filter(
        (pl.col("SRCDOM") == "PC") & pl.col("DTYPE").is_null() & (pl.col("PARCAT1") == "PLASMA")
    )
    theirs = rows.select("USUBJID", "ATPT", AFRLT=pl.col("AFRLT").cast(pl.Float64).round(9))
    mine = (
        ours("pk/ADPC").filter(pl.col("MATRIX") == "PLASMA").with_columns(pl.col("AFRLT").round(9))
    )
    assert _differing(mine, theirs, ["USUBJID", "ATPT"], "AFRLT").is_empty()


@pytest.mark.parametrize("code", ["CMAX", "TMAX", "AUCLST"])
def test_nca_parameters_of_the_first_dose_agree_to_ten_digits(ours, peer, code):
    theirs = peer("adpp").filter(pl.col("PPTESTCD") == code).unique(["USUBJID"])
    theirs = theirs.select("USUBJID", peer=pl.col("AVAL").cast(pl.Float64))
    mine = ours("pk/ADPP").filter((pl.col("PARAMCD") == code) & (pl.col("DOSENO") == 1))
    joined = theirs.join(mine.select("USUBJID", "AVAL"), on="USUBJID", how="left")
    assert joined.height >= 100
    assert (
        joined.filter(
            ((pl.col("AVAL") / pl.col("peer") - 1).abs() <= 1e-10).fill_null(value=False)
        ).height
        == joined.height
    )


def test_best_overall_response_is_exact(ours, peer):
    theirs = peer("adrs_onco").filter(pl.col("PARAMCD") == "BOR").select("USUBJID", "AVALC")
    mine = ours("tumor/ADRS").filter(
        (pl.col("PARAMCD") == "BOR")
        & (pl.col("SRC") == "reported")
        & (pl.col("EVAL") == "INVESTIGATOR")
    )
    assert _differing(mine, theirs, ["USUBJID"], "AVALC").is_empty()


@pytest.mark.parametrize("column", ["AVAL", "CNSR"])
def test_progression_free_survival_in_days_and_its_censoring_are_exact(ours, peer, column):
    theirs = peer("adtte_onco").filter(pl.col("PARAMCD") == "PFS")
    theirs = theirs.select(
        "USUBJID", pl.col("AVAL").cast(pl.Float64), pl.col("CNSR").cast(pl.Int64)
    )
    mine = ours("survival/ADTTE").filter((pl.col("PARAMCD") == "PFS") & (pl.col("ANL01FL") == "Y"))
    mine = mine.with_columns(pl.col("AVAL").cast(pl.Float64), pl.col("CNSR").cast(pl.Int64))
    assert _differing(mine, theirs, ["USUBJID"], column).is_empty()


def test_overall_survival_agrees_but_for_contacts_the_peer_does_not_read(ours, peer):
    """Events and censoring are exact. The peer knows a subject alive from events, laboratory and last dose
    only; we also read every other visit and disposition contact, so a censored subject may be followed
    longer here, and is never followed shorter. Where our last contact is one of the peer's, days agree."""
    theirs = peer("adtte_onco").filter(pl.col("PARAMCD") == "OS")
    theirs = theirs.select(
        "USUBJID", pl.col("AVAL").cast(pl.Float64), pl.col("CNSR").cast(pl.Int64)
    )
    mine = (
        ours("survival/ADTTE")
        .filter((pl.col("PARAMCD") == "OS") & (pl.col("ANL01FL") == "Y"))
        .select(
            "USUBJID", ours=pl.col("AVAL").cast(pl.Float64), ours_cnsr=pl.col("CNSR").cast(pl.Int64)
        )
        .join(ours("subjects/ADSL").select("USUBJID", "LSTALVSR"), on="USUBJID")
    )
    joined = theirs.join(mine, on="USUBJID", how="left")
    assert joined.height >= 100
    assert joined.filter(pl.col("ours_cnsr").ne_missing(pl.col("CNSR"))).is_empty()
    assert joined.filter((pl.col("CNSR") == 0) & (pl.col("ours") != pl.col("AVAL"))).is_empty()
    censored = joined.filter(pl.col("CNSR") == 1)
    assert censored.filter(pl.col("ours") < pl.col("AVAL")).is_empty()
    longer = censored.filter(pl.col("ours") > pl.col("AVAL"))
    assert set(longer["LSTALVSR"]) <= {"DS", "PC", "IS", "TR", "RS"}, longer
    shared = censored.filter(pl.col("LSTALVSR").is_in(["AE", "LB", "EX"]))
    assert shared.height >= 20
    assert shared.filter(pl.col("ours") != pl.col("AVAL")).is_empty()


def test_antibody_status_is_exact(ours, peer):
    theirs = (
        peer("adab").filter(pl.col("PARAMCD").str.starts_with("ADASTAT")).select("USUBJID", "AVALC")
    )
    mine = ours("immunogenicity/ADAB").filter(pl.col("PARAMCD") == "ADASTAT")
    assert _differing(mine, theirs, ["USUBJID"], "AVALC").is_empty()


def test_an_earlier_cutoff_knows_nothing_of_what_came_after(ours):
    assert ours("subjects/ADSL")["LSTALVDT"].max() <= date(2015, 12, 31)
