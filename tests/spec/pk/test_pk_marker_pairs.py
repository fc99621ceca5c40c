"""PDPAIR: each result of a biomarker beside the concentration nearest to it."""

from types import SimpleNamespace

import numpy as np
import polars as pl
from marker_drawings import CONC, PLAN, STUDY, curves, failed
from support import table

from pkpipe.biomarkers.concentration_pairs import SCHEMA, marker_pairs
from pkpipe.biomarkers.concentration_response import (
    CURVE_SCHEMA,
    EMAX_SCHEMA,
    marker_response,
)

ADPD = """
USUBJID | PARAMCD | DRUG    | ADTM             | ATPT    | ATPTN | AVAL | AVALU | SRCROW
1       | RO      | BAT6026 | 2026-01-05T08:00 | PREDOSE |       | 2    | %     | 2
1       | RO      | BAT6026 | 2026-01-06T09:00 | 24H     |       | 90   | %     | 3
1       | RO      | BAT6026 | 2026-01-12T09:00 | D8      |       | 80   | %     | 4
1       | RO      | BAT6026 | 2026-01-26T08:00 | PREDOSE |       | 70   | %     | 5
2       | RO      | BAT6026 | 2026-01-06T09:00 | 24H     |       | 60   | %     | 6
2       | RO      | BAT6026 | 2026-01-07T09:00 | 48H     |       |      | %     | 7
"""


ADPC = """
USUBJID | PARAMCD | MATRIX | ADTM | PREFL | AVAL | BLQFL | AFRLT | LLOQ | EXCLFL | EXCLRSN | SRCROW
1 | BAT6026 | SERUM | 2026-01-05T08:00 | Y | | Y | -1 | 0.02 | | | 2
1 | BAT6026 | SERUM | 2026-01-06T09:10 | | 20 | | 24 | 0.02 | | | 3
1 | BAT6026 | SERUM | 2026-01-12T09:20 | | 9 | | 168 | 0.02 | | | 4
1 | BAT6026 | SERUM | 2026-01-26T08:10 | | 99 | | 504 | 0.02 | | | 5
2 | BAT6026 | SERUM | 2026-01-06T09:00 | | | Y | 24 | 0.02 | | | 6
2 | BAT6026 | SERUM | 2026-01-07T09:00 | | 5 | | 48 | 0.02 | | | 7
"""


def drawn_pairs(plan=PLAN, adpc=ADPC, study=STUDY):
    numbers = dict.fromkeys(("ATPTN", "AFRLT", "LLOQ"), pl.Float64) | {"SRCROW": pl.Int64}
    adpd, conc = table(ADPD, **numbers), table(adpc, **numbers)
    nothing = [pl.lit(None, pl.String).alias(c) for c in ("PARAM", "COHORT", "LEVEL", "VISIT")]
    adpd = adpd.with_columns(*nothing, CYCLE=pl.lit(1), REASON=pl.lit(None, pl.String))
    adpd = adpd.with_columns(CHG="AVAL", PCHG="AVAL").with_columns(
        REASON=pl.when(pl.col("AVAL").is_null()).then(pl.lit("no result"))
    )
    return marker_pairs(adpd, conc, study, plan)


def test_a_result_meets_the_nearest_concentration_on_its_side_of_the_dose():
    rows = drawn_pairs()
    assert rows.schema == SCHEMA
    assert rows.select("CONC", "APARTM", "USEDFL").rows()[:4] == [
        (0.0, 0.0, "Y"),  # BLQ before the first dose: no drug
        (20.0, 10.0, "Y"),
        (None, None, None),  # twenty minutes are too many
        (None, None, None),  # ten minutes, but after the dose that this result precedes
    ]
    assert "within 15 minutes on the same side of the dose" in rows["REASON"][3]
    assert rows["REASON"][5] == "no result"


def test_what_stands_for_a_later_blq_is_the_study_files():
    assert "below the limit of quantification" in drawn_pairs()["REASON"][4]
    for rule, value in (("half_lloq", 0.01), ("zero", 0.0)):
        rows = drawn_pairs(PLAN.model_copy(update={"blq": rule}))
        assert rows.select("CONC", "USEDFL", "REASON").row(4) == (value, "Y", None)


def test_an_excluded_concentration_is_not_used_and_says_why():
    struck = ADPC.replace("| 24 | 0.02 | | | 3", "| 24 | 0.02 | Y | spilled | 3")
    rows = drawn_pairs(adpc=struck)
    assert rows.select("USEDFL", "REASON").row(1) == (None, "concentration not used: spilled")


def test_a_result_at_the_end_of_what_is_reported_is_marked():
    (ro,) = STUDY.biomarkers
    study = STUDY.model_copy(update={"biomarkers": (ro.model_copy(update={"reported_to": 80}),)})
    rows = drawn_pairs(study=study)
    assert rows["CUTOFF"].to_list() == [None, "HIGH", "HIGH", None, None, None]
    low = ro.model_copy(update={"reported_from": 2, "reported_to": None})
    rows = drawn_pairs(study=STUDY.model_copy(update={"biomarkers": (low,)}))
    assert rows["CUTOFF"].to_list() == ["LOW", None, None, None, None, None]


def test_results_that_are_all_cut_off_are_too_few():
    found, _ = curves(CONC, np.full(30, 100.0), CUTOFF="HIGH")
    assert failed(found) == {("FEWPOINTS", "too few results that are not cut off: 0, 12 wanted")}
    assert set(found["NCUT"]) == {30}


def test_without_the_section_the_tables_are_empty_and_typed():
    study = SimpleNamespace(exposure_response=None)
    found = marker_response(pl.DataFrame(), pl.DataFrame(), study)
    assert {k: v.schema for k, v in found.items()} == {
        "PDPAIR": SCHEMA,
        "PDEMAX": EMAX_SCHEMA,
        "PDCURVE": CURVE_SCHEMA,
    }
