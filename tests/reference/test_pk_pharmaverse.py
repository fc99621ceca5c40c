"""ADPC times and NCA parameters against the pharmaverse tables (their README, section 3.4).

The peer's own NCA is home-made: nominal times, linear trapezoids, a slope through every point from the peak
on, 0.693 for ln 2, and a curve to infinity under the name of AUCALL. CMAX, TMAX, CLST and the linear AUC to
the last concentration share our definition and must agree; the rest does not and is not compared.
"""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain_file, no_domains

from pkpipe import pk, subjects
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.reading.files import read_table

pytestmark = pytest.mark.reference
FILES = {"DM": "dm", "EX": "ex", "DS": "ds", "AE": "ae", "PC": "pc"}


@pytest.fixture(scope="module")
def folder(reference_set):
    return reference_set / "pharmaverse"


@pytest.fixture(scope="module")
def results(folder):
    domains = no_domains() | {
        d: domain_file(d, folder / "xpt" / f"{f}.xpt") for d, f in FILES.items()
    }
    study = load_study(ROOT / "tests" / "studies" / "cdiscpilot01.yaml").at(date(2015, 12, 31))
    who = subjects.run(domains, study)
    return pk.run(domains | who, study)


@pytest.mark.parametrize("code", ["CMAX", "TMAX", "CLST", "AUCLST"])
def test_a_parameter_both_define_alike_equals_the_peer_s(folder, results, code):
    peer = (
        read_table(folder / "adam" / "adpp.csv.gz")
        .filter(pl.col("PPTESTCD") == code)
        .unique(["USUBJID", "PPTESTCD"])  # the peer repeats some rows four times
        .select("USUBJID", peer=pl.col("AVAL").cast(pl.Float64))
    )
    ours = results["ADPP"].filter((pl.col("PARAMCD") == code) & (pl.col("DOSENO") == 1))
    joined = peer.join(ours, on="USUBJID", how="left")
    assert joined.height >= 100
    assert joined["AVAL"].null_count() == 0
    far = joined.filter((pl.col("AVAL") / pl.col("peer") - 1).abs() > 1e-10)
    assert far.is_empty(), far


def test_hours_since_the_first_and_the_latest_dose_equal_the_peer_s(folder, results):
    """Post-dose plasma and urine rows: the peer copies the 24 h and 48 h samples as predose of the next day
    (DTYPE COPY) and takes the dose strictly before a sample as its reference, where we take a dose that
    starts at the very time of a sample drawn after the dose as the reference; 24 h and 48 h are not compared
    for the latest dose."""
    peer = (
        read_table(folder / "adam" / "adpc.csv.gz")
        .filter((pl.col("SRCDOM") == "PC") & pl.col("DTYPE").is_null())
        .select(
            "USUBJID",
            SRCROW=pl.col("SRCSEQ").cast(pl.Int64),
            MATRIX="PARCAT1",
            peer_first=pl.col("AFRLT").cast(pl.Float64),
            peer_latest=pl.col("ARRLT").cast(pl.Float64),
            peer_nominal=pl.col("NFRLT").cast(pl.Float64),
            ATPT="ATPT",
        )
    )
    ours = results["ADPC"].select("USUBJID", "MATRIX", "ATPT", "AFRLT", "ARRLT", "NFRLT", "NRRLT")
    joined = peer.join(ours, on=["USUBJID", "MATRIX", "ATPT"], how="inner")
    plasma = joined.filter(pl.col("MATRIX") == "PLASMA")
    assert plasma.height >= 1000
    assert plasma.filter((pl.col("AFRLT") - pl.col("peer_first")).abs() > 1e-9).is_empty()
    # they print 1/12 h for the five-minute sample whose planned time the data give as 0.08 h
    named = plasma.filter(~pl.col("ATPT").str.starts_with("5 Min"))
    assert named.filter((pl.col("NFRLT") - pl.col("peer_nominal")).abs() > 1e-9).is_empty()
    # 36 h after the first dose is 12 h after the second, where there was one; samples were drawn on time
    late = plasma.filter(pl.col("ATPT").str.starts_with("36h"))
    assert set(late["NRRLT"]) == {12.0, 36.0}
    assert (late["NRRLT"] == late["ARRLT"]).all()
    latest = plasma.filter(~pl.col("ATPT").str.contains("24h|48h"))
    assert latest.filter((pl.col("ARRLT") - pl.col("peer_latest")).abs() > 1e-9).is_empty()


def test_a_matrix_that_is_not_analysed_stays_in_the_table_with_its_reason(results):
    urine = results["ADPC"].filter(pl.col("MATRIX") == "URINE")
    assert urine.height > 0
    assert set(urine["EXCLRSN"]) == {"this analyte and matrix is not analysed in this study"}
