"""ADSL against the pharmaverse template's ADSL for the CDISC pilot data (their README, section 3.1)."""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain, domain_file, no_domains

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.reading.files import read_table
from pkpipe.subjects import run

pytestmark = pytest.mark.reference
FILES = {
    **{d: f"xpt/{d.lower()}.xpt" for d in ("DM", "EX", "DS", "AE")},
    "LB": "sdtm/lb.csv.gz",
}
# The peer passes over a range without an end that follows one with an end. The first dose of that range is
# documented, and no documented dose is after the last one, so our TRTEDT is that day: one day later.
OPEN_LAST = {"01-704-1233", "01-705-1303"}
SHARED = ("TRTSDT", "TRTEDT", "RANDDT", "EOSDT", "DTHDT")


@pytest.fixture(scope="module")
def tables(reference_set):
    """The domains ADSL needs, and the study file."""
    folder = reference_set / "pharmaverse"
    study = load_study(ROOT / "tests" / "studies" / "cdiscpilot01.yaml")
    return no_domains() | {d: domain_file(d, folder / f) for d, f in FILES.items()}, study.at(
        date(2015, 12, 31)
    )


@pytest.fixture(scope="module")
def both(reference_set, tables):
    """Our ADSL and the peer's, for the subjects whose answers are open."""
    ours = run(*tables)["ADSL"]
    peer = read_table(reference_set / "pharmaverse" / "adam" / "adsl.csv.gz")
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
    known = OPEN_LAST if variable in ("TRTEDT", "TRTDURD") else set()
    assert set(differ["USUBJID"]) == known, differ
    if variable == "TRTEDT":
        assert (differ["ours"] - differ["peer"]).dt.total_days().to_list() == [1, 1]
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


# The peer ignores an EX record without an end; we know that its first dose was given, so its start counts.
OPEN_ENDED = {"01-705-1018": date(2013, 7, 5), "01-705-1382": date(2013, 5, 13)}


def test_the_last_day_alive_of_the_domains_the_peer_reads_is_the_peer_s(both, tables):
    """The peer takes adverse events, laboratory and last dose; disposition is left out here for that."""
    _, peer = both
    domains, study = tables
    ours = run(domains | {"DS": domain("DS")}, study)["ADSL"]
    joined = _last_alive(ours, peer)
    differ = joined.filter(pl.col("LSTALVDT").ne_missing(pl.col("peer")))
    assert dict(zip(differ["USUBJID"], differ["LSTALVDT"], strict=True)) == OPEN_ENDED
    assert joined.height >= 180


def test_a_visit_to_the_site_at_disposition_can_only_move_the_last_day_alive_later(both):
    ours, peer = both
    joined = _last_alive(ours, peer).filter(pl.col("peer").is_not_null())
    assert joined.filter(pl.col("LSTALVDT") < pl.col("peer")).is_empty()
    later = joined.filter(pl.col("LSTALVDT") > pl.col("peer"))
    rest = later.filter(~pl.col("USUBJID").is_in(list(OPEN_ENDED)))
    assert set(rest["LSTALVSR"]) == {"DS"}
    assert ours.filter(pl.col("LSTALVDT") > pl.col("DTHDT")).is_empty()


def _last_alive(ours, peer):
    return ours.select("USUBJID", "LSTALVDT", "LSTALVSR").join(
        peer.select("USUBJID", peer=pl.col("LSTALVDT").str.to_date("%Y-%m-%d")), on="USUBJID"
    )
