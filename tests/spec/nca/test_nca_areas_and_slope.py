"""What one profile yields: areas, moments, terminal slope, by route and rule."""

import math

import polars as pl
import pytest
from nca_drawings import doses, intervals, reasons, results, samples, values

VECTOR = "0:0 1:60 24:45 48:38 168:20 336:9"


def test_the_vector_of_the_methods_is_met():
    got = values(VECTOR)
    wanted = {
        "AUCLST": 7902.4435,
        "AUMCLST": 949395.97,
        "LAMZ": 0.004985314,
        "LAMZNPT": 3,
        "LAMZLL": 48,
        "LAMZHL": 139.0378,
        "LAMZSPN": 2.071,
        "AUCIFO": 9707.7461,
        "AUCPEO": 18.5965,
        "AUCIFP": 9687.143,
        "CLO": 0.01030105,
        "VZO": 2.06628,
        "MRTIVIFO": 197.0847,
        "VSSO": 2.030179,
    }
    for code, value in wanted.items():
        digits = max(len(str(value).replace(".", "").lstrip("0")), 4)
        assert got[code] == pytest.approx(value, rel=10.0 ** (1 - digits)), code


def test_a_longer_window_wins_only_within_the_tolerance():
    assert values(VECTOR)["LAMZNPT"] == 3
    assert values(VECTOR, lambda_z={"r2adj_tolerance": 0.001})["LAMZNPT"] == 4


def test_falling_segments_are_logarithmic_and_rising_ones_linear():
    got = values("0:0 1:60 3:30")
    assert got["AUCLST"] == pytest.approx(30 + 2 * 30 / math.log(2))
    assert values("0:0 1:60 3:30", auc_method="linear")["AUCLST"] == 30 + 90


def test_the_linear_log_rule_is_logarithmic_after_the_peak_even_where_it_rises():
    got = values("0:0 1:60 3:30 5:40", auc_method="linear_log")
    log = 2 * 30 / math.log(2) + 2 * 10 / math.log(4 / 3)
    assert got["AUCLST"] == pytest.approx(30 + log)


def test_the_linear_log_rule_is_linear_up_to_the_peak_and_at_it():
    got = values("0:0 1:30 2:60 4:15", auc_method="linear_log")
    assert got["AUCLST"] == pytest.approx(15 + 45 + 2 * 45 / math.log(4))


def test_behind_the_last_quantifiable_sample_every_rule_is_linear():
    """Half of a limit of 10 stands for the last sample: a trapezoid from 30 to 5."""
    for method in ("linear", "linear_up_log_down", "linear_log"):
        drawn = samples("0:0 1:60 3:30 5:<", lloq=10)
        got = values(drawn, blq={"last": "half_lloq"}, auc_method=method)
        assert got["AUCALL"] - got["AUCLST"] == pytest.approx(2 * (30 + 5) / 2)


def test_equal_neighbours_make_a_rectangle_under_every_rule():
    for method in ("linear", "linear_up_log_down", "linear_log"):
        got = values("0:0 1:60 3:30 5:30", auc_method=method)
        assert got["AUCLST"] - values("0:0 1:60 3:30", auc_method=method)["AUCLST"] == 60


def test_the_peak_and_the_infusion_are_kept_out_of_the_slope_unless_asked_for():
    falling = "0:0 1:8 2:4 3:2 4:1"
    assert values(falling)["LAMZLL"] == 2
    assert (
        values(falling, lambda_z={"cmax": "include", "during_infusion": "include"})["LAMZLL"] == 1
    )
    assert values(falling, lambda_z={"cmax": "include"})["LAMZLL"] == 2, "the infusion ends at 1 h"
    late = doses(0, duration=2.0)
    assert values("0:0 1:16 2:8 3:4 4:2 5:1", late)["LAMZLL"] == 3


def test_the_peak_of_a_bolus_enters_by_route():
    bolus = doses(0, route="iv_bolus")
    assert values("1:8 2:4 3:2 4:1", bolus)["LAMZLL"] == 2
    assert values("1:8 2:4 3:2 4:1", bolus, lambda_z={"cmax": "by_route"})["LAMZLL"] == 1
    oral = doses(0, route="extravascular")
    assert values("0:0 1:8 2:4 3:2 4:1", oral, lambda_z={"cmax": "by_route"})["LAMZLL"] == 2


def test_fewest_and_most_points_and_an_earliest_time_are_kept():
    line = "0:0 1:64 2:32 3:16 4:8 5:4 6:2"
    assert values(line)["LAMZNPT"] == 5
    assert values(line, lambda_z={"max_points": 4})["LAMZNPT"] == 4
    assert values(line, lambda_z={"not_before": 4})["LAMZLL"] == 4
    assert values("0:0 1:8 2:4 3:2", lambda_z={"min_points": 2})["LAMZ"] == pytest.approx(
        math.log(2)
    )
    assert reasons("0:0 1:8 2:4 3:2", lambda_z={"min_points": 2})["R2ADJ"] == (
        "two points lie on a line: the adjusted R² is not defined"
    )


def test_a_rising_window_is_ignored_or_vetoes_as_chosen():
    drawn = "0:0 1:50 2:20 3:9 4:6 5:2 6:2.2 7:2.45"
    assert values(drawn)["LAMZ"] > 0
    got = results(drawn, lambda_z={"rising": "veto"})
    slope = got.filter(got["PPTESTCD"] == "LAMZ").row(0, named=True)
    assert slope["PPSTRESN"] is None
    assert slope["PPREASND"] == "the window with the best fit rises"


@pytest.mark.parametrize(
    ("drawn", "reason"),
    [
        (
            "0:0 1:60 2:30 3:15",
            "fewer than 3 quantifiable samples are eligible for the terminal slope",
        ),
        ("0:0 1:60 2:7 3:7 4:7", "the terminal concentrations do not vary"),
        ("0:0 1:60 2:7 3:8 4:9", "the terminal concentrations do not decline in any window"),
    ],
)
def test_a_slope_that_cannot_be_had_says_why_and_so_do_its_dependents(drawn, reason):
    got = reasons(drawn)
    for code in ("LAMZ", "LAMZHL", "R2ADJ", "AUCIFO", "CLO", "VZO", "VSSO", "MRTIVIFO"):
        assert got[code] == reason, code
    assert got["AUCLST"] is None


def test_picked_points_are_the_window_and_barred_points_are_none():
    conc = samples("0:0 1:64 2:30 3:16 4:9 5:4 6:2.1")
    flags = conc.with_columns(LAMZFL=_flags(conc, {2: "Y", 4: "Y", 6: "Y"}))
    got = values(flags)
    assert (got["LAMZNPT"], got["LAMZLL"], got["LAMZUL"]) == (3, 2, 6)
    barred = conc.with_columns(LAMZFL=_flags(conc, {6: "N"}))
    assert values(barred)["LAMZUL"] == 5
    rising = conc.with_columns(LAMZFL=_flags(conc, {0: "Y", 1: "Y"}))
    assert reasons(rising)["LAMZ"] == (
        "fewer than 2 of the samples picked for the terminal slope are quantifiable"
    )


def _flags(conc, marks):
    return pl.Series([marks.get(int(t)) for t in conc["TIME"]], dtype=pl.String)


def test_a_bolus_starts_on_the_line_through_its_first_two_samples():
    bolus = doses(0, route="iv_bolus")
    got = values("1:8 2:4 3:2 4:1", bolus)
    assert got["C0"] == pytest.approx(16)
    assert got["CMAX"] == 8
    assert got["AUCPBEO"] == pytest.approx(100 * (8 / math.log(2)) / (16 / math.log(2)))
    assert values("1:4 2:8 3:2 4:1", bolus)["C0"] == 4
    assert values("0:20 1:8 2:4 3:2", bolus)["C0"] == 20
    assert reasons("1:8 2:4 3:2 4:1", bolus, start={"bolus": "none"})["AUCLST"] == (
        "no concentration at the start of the interval, and no rule supplies one"
    )


def test_blq_between_samples_is_dropped_unless_another_rule_is_chosen():
    drawn = samples("0:< 1:60 2:30 3:< 4:15 5:< 6:<", lloq=1.0)
    dropped = values("0:0 1:60 2:30 4:15")
    assert values(drawn)["AUCLST"] == dropped["AUCLST"]
    kept = values(drawn, blq={"middle": "keep"}, auc_method="linear")
    assert kept["AUCLST"] == 30 + 45 + 15 + 7.5
    half = values(drawn, blq={"middle": "half_lloq"}, auc_method="linear")
    assert half["AUCLST"] == 30 + 45 + 15.25 + 7.75
    number = values(drawn, blq={"middle": 2}, auc_method="linear")
    assert number["AUCLST"] == 30 + 45 + 16 + 8.5
    assert kept["AUCALL"] - kept["AUCLST"] == 7.5
    assert values(drawn, blq={"last": "drop"})["AUCALL"] == dropped["AUCLST"]


def test_blq_around_the_peak():
    drawn = samples("0:< 1:< 2:60 3:30 4:< 5:15 6:<")
    got = values(drawn, blq={"before_tmax": "keep", "after_tmax": "drop"}, auc_method="linear")
    assert got["AUCLST"] == 0 + 30 + 45 + 45
    assert got["AUCALL"] == got["AUCLST"]
    early = values(drawn, blq={"before_tmax": "drop", "after_tmax": "drop"})
    assert early["AUCLST"] is None, "the sample at the dose is dropped and nothing stands for it"


@pytest.mark.parametrize(
    ("name", "auclst", "aucall"),
    [
        ("LOQ1", 60 + 45 + 45, 0),  # excluded: the zero at the dose stays
        ("LOQ2", 0 + 30 + 45 + 15 + 7.5, 7.5),
        ("LOQ3", 60 + 45 + 45, 8),
        ("LOQ4", 0 + 30 + 45 + 15 + 7.5, 8 + 0.5),
        ("LOQ5", 1 + 30.5 + 45 + 15.5 + 8, 8 + 1),
    ],
)
def test_the_named_sets_of_the_nca_consortium(name, auclst, aucall):
    drawn = samples("0:< 1:< 2:60 3:30 4:< 5:15 6:< 7:<", lloq=2.0)
    got = values(drawn, blq=name, auc_method="linear")
    assert got["AUCLST"] == auclst
    assert got["AUCALL"] - got["AUCLST"] == aucall


def test_first_and_last_of_equal_peaks():
    assert values("0:0 1:60 2:60 3:30")["TMAX"] == 1
    assert values("0:0 1:60 2:60 3:30", tmax="last")["TMAX"] == 2


def test_partial_areas_are_cut_by_the_rule_of_their_segment():
    half = values("0:0 1:64 3:16 5:4 7:1", None, intervals((2, 4, "PART")))
    assert half["AUCINT"] == pytest.approx(24 / math.log(2))
    line = values("0:0 1:64 3:16 5:4 7:1", None, intervals((2, 4, "PART")), auc_method="linear")
    assert line["AUCINT"] == (40 + 16) / 2 + (16 + 10) / 2


def test_the_four_ways_beyond_the_last_quantifiable_sample():
    drawn = samples("0:0 1:64 2:32 3:16 4:8 6:< 8:<")
    asked = intervals((0, 5, "PART"))
    got = values(drawn, None, asked)
    last = 32 + 56 / math.log(2)
    assert got["AUCINTL"] == pytest.approx(last)
    assert got["AUCINT"] == pytest.approx(last + 4 / math.log(2))
    assert got["AUCINTP"] == pytest.approx(last + 4 / math.log(2))
    assert got["AUCINTA"] == pytest.approx(last + 4 / math.log(2)), (
        "from 8 to 4, half way to the BLQ"
    )
    behind = values(drawn, None, intervals((0, 7, "PART")))
    assert behind["AUCINT"] == behind["AUCINTA"] == pytest.approx(last + 8), "a measured BLQ speaks"


def test_time_above_a_concentration_follows_the_segments():
    got = values("0:0 1:64 3:16 5:4", time_above=32)
    assert got["TAT"] == pytest.approx(0.5 + 1)
    assert "TAT" not in values(VECTOR)


def test_the_end_of_infusion_sample_is_found_within_its_window():
    assert values("0:0 1.1:60 2:30 3:15")["CEOI"] is None
    assert values("0:0 1.1:60 2:30 3:15", eoi_window=0.2)["CEOI"] == 60
    assert reasons("0:0 1.1:60 2:30")["CEOI"] == "no sample at the end of the infusion"
