"""ADAE against the pharmaverse template: dates, study days, treatment emergence, first worst event.

Rules set to the peer's: treatment-emergent until 30 days after the last dose, new therapy ends nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from pkpipe.protocol.safety import SafetyPlan
from pkpipe.reading.files import read_table
from pkpipe.safety import adae_of

pytestmark = pytest.mark.reference

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "pharmaverse"
PEER = SafetyPlan(
    meddra="unknown",
    ctcae="none",
    teae_days=30,
    teae_window_days=0,
    teae_ends_with_new_therapy=False,
    irae_days=None,
    related_values=("PROBABLE", "POSSIBLE", "REMOTE"),
)
COMPARED = (
    *("ASTDT", "ASTDTF", "AENDT", "ASTDY", "AENDY", "ADURN", "TRTEMFL", "ASEVN", "AOCCIFL"),
    *("AETERM", "AEDECOD"),
)


def table(name: str) -> pl.DataFrame:
    path = REFERENCE / name
    if not path.exists():
        pytest.skip("the pharmaverse tables are not beside this repository")
    return read_table(path)


@cache
def both() -> pl.DataFrame:
    """The peer's rows of the open subjects with ours beside them, as text."""
    peer = table("adam/adae.csv.gz")
    adsl = table("adam/adsl.csv.gz").select(
        "USUBJID",
        pl.lit("A").alias("COHORT"),
        pl.lit(None, dtype=pl.String).alias("LEVEL"),
        *(pl.col(c).str.to_date("%Y-%m-%d") for c in ("TRTSDT", "TRTEDT", "DTHDT")),
        pl.col("TRTSDTM").str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us"),
        pl.lit(None, dtype=pl.Date).alias("NACTDT"),
        pl.lit(None, dtype=pl.Date).alias("CUTDT"),
    )
    text = dict.fromkeys(("AEDLTFL", "AEIRFL"), pl.lit(None, dtype=pl.String))
    ae = (
        table("sdtm/ae.csv")
        .with_columns(pl.col("AESEQ").cast(pl.Int64), **text)
        .with_columns(pl.lit(None, dtype=pl.Int64).alias("AETOXGR"))
        .with_row_index("SRCROW", offset=2)
        .join(peer.select("USUBJID").unique(), on="USUBJID", how="semi")
    )
    ours = adae_of(ae, adsl, PEER).select(
        "USUBJID", "AESEQ", *(pl.col(c).cast(pl.String).alias(f"OUR_{c}") for c in COMPARED)
    )
    joined = peer.with_columns(pl.col("AESEQ").cast(pl.Int64)).join(
        ours, on=["USUBJID", "AESEQ"], how="full", validate="1:1", coalesce=True
    )
    assert joined.height == peer.height == ours.height == 755
    return joined


@pytest.mark.parametrize("column", COMPARED)
def test_every_row_agrees(column):
    wrong = both().filter(pl.col(column).ne_missing(pl.col(f"OUR_{column}")))
    assert wrong.is_empty(), wrong.select(
        "USUBJID", "AESEQ", "AESTDTC", "AEENDTC", "TRTSDT", "TRTEDT", column, f"OUR_{column}"
    )


def test_the_comparison_has_partial_dates_and_events_outside_the_window():
    assert both().filter(pl.col("AESTDTC").str.len_chars() < 10).height == 13
    assert both()["TRTEMFL"].null_count() == 42
    assert (both()["AOCCIFL"] == "Y").sum() == 135
