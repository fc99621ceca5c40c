"""ADSL against the pharmaverse template's ADSL for the CDISC pilot data (their README, section 3.1)."""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain_file, no_domains

from pkpipe.protocol.loader import load_study
from pkpipe.subjects import run
from pkpipe.tables.files import read_table

pytestmark = pytest.mark.reference
FILES = {"DM": "dm", "EX": "ex", "DS": "ds", "AE": "ae"}
SHARED = ("TRTSDT", "TRTEDT", "RANDDT", "EOSDT", "DTHDT")


@pytest.fixture(scope="module")
def both(reference_set):
    """Our ADSL and the peer's, for the subjects whose answers are open."""
    folder = reference_set / "pharmaverse"
    domains = no_domains() | {
        d: domain_file(d, folder / "xpt" / f"{f}.xpt") for d, f in FILES.items()
    }
    study = load_study(ROOT / "tests" / "studies" / "cdiscpilot01.yaml").at(date(2015, 12, 31))
    ours = run(domains, study)["ADSL"]
    peer = read_table(folder / "adam" / "adsl.csv.gz")
    return ours, peer.with_columns(
        pl.col(SHARED).str.to_date("%Y-%m-%d"), pl.col("TRTDURD").cast(pl.Int64)
    )


def test_every_subject_of_dm_is_in_adsl_once(both):
    ours, peer = both
    assert ours["USUBJID"].n_unique() == ours.height == 306
    assert set(peer["USUBJID"]) <= set(ours["USUBJID"])


@pytest.mark.parametrize("variable", [*SHARED, "TRTDURD"])
def test_a_date_of_the_subject_level_equals_the_peer_s(both, variable):
    ours, peer = both
    joined = ours.select("USUBJID", ours=variable).join(
        peer.select("USUBJID", peer=variable), on="USUBJID"
    )
    differ = joined.filter(pl.col("ours").ne_missing(pl.col("peer")))
    assert differ.is_empty(), differ
    assert joined.height >= 150


def test_who_was_treated_and_how_the_study_ended_equals_the_peer_s(both):
    ours, peer = both
    joined = ours.select("USUBJID", "EOSSTT", "SAFFL").join(
        peer.select("USUBJID", peer_status="EOSSTT", peer_safety="SAFFL"), on="USUBJID"
    )
    assert joined.filter(pl.col("EOSSTT").ne_missing(pl.col("peer_status"))).is_empty()
    # the peer leaves the flag empty where we write N with a reason
    treated = joined.filter(pl.col("SAFFL") == "Y")["USUBJID"].to_list()
    assert sorted(treated) == sorted(
        joined.filter(pl.col("peer_safety") == "Y")["USUBJID"].to_list()
    )


def test_the_last_day_alive_may_be_later_than_the_peer_s_which_reads_fewer_domains(both):
    """The peer takes adverse events, laboratory and last dose only; we also take disposition contacts.

    Laboratory is not among the files read here, so only an order can be stated, not equality.
    """
    ours, _ = both
    treated = ours.filter(pl.col("SAFFL") == "Y")
    assert treated.filter(pl.col("LSTALVDT") < pl.col("TRTEDT")).is_empty()
    assert treated.filter(pl.col("LSTALVDT") > pl.col("DTHDT")).is_empty()
