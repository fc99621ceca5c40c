"""Time, percent and area above and below a concentration, of profiles and of partial areas."""

import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from nca_drawings import doses, intervals, reasons, samples, values
from scipy.integrate import quad

from pkpipe.nca import nca

DRAWN = "0:0 1:64 3:16 5:40 8:10 12:2"
POINTS = [tuple(map(float, w.split(":"))) for w in DRAWN.split()]
FROM_ZERO = doses(0, route="extravascular")


def curve(time, method):
    """The concentration between the samples: straight upwards, logarithmic downwards (or straight)."""
    for (t1, c1), (t2, c2) in pairwise(POINTS):
        if t1 <= time <= t2:
            share = (time - t1) / (t2 - t1)
            if method == "linear_up_log_down" and 0 < c2 < c1:
                return c1 * (c2 / c1) ** share
            return c1 + (c2 - c1) * share
    raise AssertionError(time)


def integrated(begin, end, threshold, method):
    """By adaptive quadrature between the samples and the crossings, which bisection finds."""
    grid = sorted({t for t, _ in POINTS if begin <= t <= end} | {begin, end})
    cuts = []
    for a, b in pairwise(grid):
        above = [curve(t, method) > threshold for t in (a, b)]
        if above[0] != above[1]:
            low, high = a, b
            for _ in range(200):
                middle = (low + high) / 2
                same = (curve(middle, method) > threshold) == above[0]
                low, high = (middle, high) if same else (low, middle)
            cuts.append(low)
    grid, found = sorted({*grid, *cuts}), np.zeros(4)
    for a, b in pairwise(grid):
        area = quad(lambda t: curve(t, method) - threshold, a, b, epsabs=1e-13, epsrel=1e-13)[0]
        over = curve((a + b) / 2, method) > threshold
        found += (b - a, 0, area, 0) if over else (0, b - a, 0, -area)
    return found


@pytest.mark.parametrize("method", ["linear", "linear_up_log_down"])
@pytest.mark.parametrize("threshold", [0.5, 12.0, 16.0, 33.0, 100.0])
@pytest.mark.parametrize("window", [None, (0, 4), (2, 4.5), (2.5, 2.75), (3, 12), (6, 20)])
def test_times_and_areas_are_those_of_the_curve(method, threshold, window):
    asked = None if window is None else intervals((*window, "PART"))
    got = values(DRAWN, FROM_ZERO, asked, time_above=threshold, auc_method=method)
    begin, end = (0.0, 12.0) if window is None else (float(window[0]), min(float(window[1]), 12.0))
    wanted = integrated(begin, end, threshold, method)
    codes = ("TAT", "TBT", "AUCAT", "AUCBT")
    assert [got[c] for c in codes] == pytest.approx(list(wanted), rel=1e-9, abs=1e-9)
    assert got["TAPT"] == pytest.approx(100 * wanted[0] / (end - begin), rel=1e-9, abs=1e-9)
    assert got["TAPT"] + got["TBPT"] == pytest.approx(100, rel=1e-12)


def test_windows_side_by_side_add_up_to_the_whole():
    asked = intervals((0, 2.2, "PART"), (2.2, 7, "PART"), (7, 12, "PART"), (0, 12, "PART"))
    table = nca(samples(DRAWN), FROM_ZERO, {"time_above": 14.0}, keys=["ID"], intervals=asked)
    for code in ("TAT", "TBT", "AUCAT", "AUCBT"):
        rows = table.filter(PPTESTCD=code).sort("START", "END")
        whole = rows.filter(START=0.0, END=12.0)["PPSTRESN"].item()
        parts = rows.filter(~((pl.col("START") == 0) & (pl.col("END") == 12)))["PPSTRESN"]
        assert parts.len() == 3
        assert parts.sum() == pytest.approx(whole, rel=1e-12)


def test_the_area_above_less_that_below_is_the_area_less_the_threshold():
    got = values(DRAWN, FROM_ZERO, time_above=14.0)
    assert got["AUCAT"] - got["AUCBT"] == pytest.approx(got["AUCLST"] - 14 * 12, rel=1e-12)


def test_a_window_behind_the_samples_has_its_reason():
    told = reasons(DRAWN, FROM_ZERO, intervals((14, 20, "PART")), time_above=14.0)
    for code in ("TAT", "TAPT", "AUCBT"):
        assert told[code] == "no concentration was measured in the interval"


def test_a_crossing_of_a_falling_segment_is_on_its_exponential():
    got = values("0:64 2:16", doses(0, route="iv_bolus"), time_above=32)
    assert got["TAT"] == pytest.approx(1, rel=1e-12)
    assert got["AUCAT"] == pytest.approx(32 / math.log(2) - 32, rel=1e-12)
    assert got["AUCBT"] == pytest.approx(32 - 16 / math.log(2), rel=1e-12)


def test_doxycycline_above_the_mic_is_met_as_published():
    """102.5 h and 94.9 % at steady state, from 12 to 120 h, above a MIC90 of 0.517 ug/mL.

    Prats and others, J Vet Pharmacol Ther 2005, 28:525; data as given in the forum of BEBAC (posting 1973).
    """
    times = [0.5, 1, 3, 5, 8, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120, 122, 124]
    early = [0.64, 0.7, 1.39, 1.35, 0.67, 1.48, 0.32, 2.08, 0.87]
    late = [0.93, 1.09, 0.59, 1.01, 0.47, 0.99, 0.62, 0.13]
    drawn = " ".join(f"{t}:{c}" for t, c in zip(times, early + late, strict=True))
    asked = intervals((12, 120, "PART"))
    got = values(drawn, FROM_ZERO, asked, time_above=0.517, auc_method="linear")
    assert round(got["TAT"], 1) == 102.5
    assert round(got["TAPT"], 1) == 94.9
