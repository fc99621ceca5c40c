"""A new anti-cancer therapy is told in one place, and a therapy before the trial is none."""

from __future__ import annotations

import polars as pl
import pytest

from pkpipe.clinical.therapy import is_new_therapy
from pkpipe.subjects.disposition import new_therapy


@pytest.mark.parametrize(
    ("category", "new"),
    [
        ("SUBSEQUENT ANTI-CANCER THERAPY", True),
        ("Anticancer therapy", True),
        ("ANTINEOPLASTIC THERAPY", True),
        ("Post-treatment antitumour therapy", True),
        ("后续抗肿瘤治疗", True),
        (None, True),
        ("PRIOR ANTI-CANCER THERAPY", False),
        ("Previous antineoplastic therapy", False),
        ("既往抗肿瘤治疗", False),
        ("CONCOMITANT MEDICATION", False),
        ("PREMEDICATION", False),
    ],
)
def test_the_category_tells_a_new_therapy(category, new):
    table = pl.DataFrame({"CMCAT": [category]}, schema={"CMCAT": pl.String})
    assert table.select(is_new_therapy(pl.col("CMCAT"))).item() is new


def test_a_prior_therapy_is_no_start_of_a_new_one():
    cm = pl.DataFrame(
        {
            "USUBJID": ["S1", "S1"],
            "CMCAT": ["PRIOR ANTI-CANCER THERAPY", "SUBSEQUENT ANTI-CANCER THERAPY"],
            "CMSCAT": ["", None],
            "CMSTDTC": ["2024-05-01", "2026-05-01"],
            "SRCROW": [2, 3],
        }
    )
    who = pl.DataFrame({"USUBJID": ["S1"], "TRTEDT": ["2026-03-01"]}).with_columns(
        pl.col("TRTEDT").str.to_date()
    )
    assert new_therapy(cm, who)["NACTDT"].dt.to_string("%Y-%m-%d").to_list() == ["2026-05-01"]
