"""The terminal fit point by point: the line of LZFIT is that of least squares through what it marks."""

import numpy as np
import polars as pl
import pytest
from pk_drawings import SAMPLES, TINY, entry, ledger, picks, trial, value, with_nca

SLOPE = TINY.nca.lambda_z
FLAT_END = SAMPLES.replace("336   | 9", "336   | 19")
TRAILING = SAMPLES.replace("503.5 | 4", "503.5 | BLQ")
EMBEDDED = SAMPLES.replace("336   | 9", "336   | BLQ")
HALF_LLOQ = with_nca(
    blq=TINY.nca.blq.model_copy(update={"middle": "half_lloq", "last": "half_lloq"})
)
FROM_PEAK = with_nca(
    lambda_z=SLOPE.model_copy(
        update={"cmax": "include", "during_infusion": "include", "min_points": 5}
    )
)
HOURS = TINY.model_copy(
    update={"analytes": (TINY.analytes[0].model_copy(update={"time_unit": "h"}),)}
)


def fit(*entries, samples=SAMPLES, study=TINY):
    more = {"LEDGER": ledger(*entries)} if entries else {}
    tables = trial(samples=samples, study=study, **more)
    return tables, tables["LZFIT"].filter(pl.col("DOSENO") == 1)


@pytest.mark.parametrize(
    "case",
    [
        {},
        {"study": HOURS},
        {"samples": FLAT_END},
        {"samples": TRAILING},
        {"samples": TRAILING, "study": HALF_LLOQ},
        {"samples": EMBEDDED, "study": HALF_LLOQ},
        {
            "samples": SAMPLES.replace("| 24    |", "| 30    |"),
            "study": with_nca(time_basis="nominal"),
        },
        {"study": FROM_PEAK},
    ],
)
def test_the_line_is_that_of_least_squares_through_the_marked_samples(case):
    tables, rows = fit(**case)
    _is_the_line(tables, rows, case.get("study", TINY))


@pytest.mark.parametrize("by_hand", [picks(24, 168, 336), picks(24, 336), picks(168, 336, 503.5)])
def test_so_it_is_for_points_picked_by_hand(by_hand):
    tables, rows = fit(*by_hand)
    _is_the_line(tables, rows, TINY)
    marked = rows.filter(pl.col("USEDFL") == "Y")
    assert marked["HANDFL"].to_list() == ["Y"] * len(by_hand)
    assert marked.equals(rows.filter(pl.col("HANDFL") == "Y"))


def _is_the_line(tables, rows, study):
    used = rows.filter(pl.col("USEDFL") == "Y")
    assert used.height == value(tables, "LAMZNPT")["AVAL"] >= 2
    slope, start = np.polyfit(used["TIME"].to_numpy(), used["AVAL"].log().to_numpy(), 1)
    per_day = 24 if study.analytes[0].time_unit == "day" else 1
    assert -slope * per_day == pytest.approx(value(tables, "LAMZ")["AVAL"], rel=1e-9)
    drawn = rows.filter(pl.col("FITTED").is_not_null())
    assert set(used["TIME"]) <= set(drawn["TIME"])
    assert drawn["FITTED"].to_numpy() == pytest.approx(
        np.exp(start + slope * drawn["TIME"].to_numpy()), rel=1e-9
    )


def test_a_point_left_out_is_shown_and_not_used():
    left_out = entry(TARGET="LAMBDA_Z", ADTM="2026-01-19T09:00:00", AVAL=9.0)
    tables, rows = fit(left_out, samples=SAMPLES.replace("| 45", "| 30"))
    row = rows.filter(pl.col("TIME") == 336).row(0, named=True)
    assert (row["USEDFL"], row["HANDFL"], row["AVAL"]) == (None, "Y", 9)
    _is_the_line(tables, rows, TINY)


def test_before_its_first_point_there_is_no_line():
    rows = fit()[1]
    before = rows.filter(pl.col("TIME") < value(trial(), "LAMZLL")["AVAL"])
    assert before.height == 2
    assert before["FITTED"].null_count() == 2


def test_a_profile_without_a_slope_has_no_fit_and_a_doubted_one_says_so():
    assert trial()["LZFIT"].filter(pl.col("DOSENO") == 2).is_empty()
    _, rows = fit(*picks(24, 336))
    assert set(rows["STATUS"]) == {value(trial(LEDGER=ledger(*picks(24, 336))), "LAMZ")["STATUS"]}
    assert trial(study=TINY.model_copy(update={"nca": None}))["LZFIT"].is_empty()
