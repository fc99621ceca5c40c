"""Several doses: what a first dose and a steady state yield, and where an interval ends."""

import math

import polars as pl
import pytest
from nca_drawings import doses, intervals, reasons, results, samples, values

from pkpipe.nca import Options, StudyUnits, nca
from pkpipe.nca.reasons import OF_CUT_SHORT

TWO = "0:0 1:64 2:32 3:16 4:8 10:1 10.5:0.9 11:80 12:40 13:20 14:10 16:5"


def codes(frame: pl.DataFrame, start: float) -> dict[str, float | None]:
    rows = frame.filter(pl.col("START") == start)
    return dict(rows.select("PPTESTCD", "PPSTRESN").iter_rows())


def test_without_intervals_there_is_one_a_dose_and_only_the_first_is_a_single_dose():
    got = results(TWO, doses(0, 10, tau=10.0))
    first, second = codes(got, 0), codes(got, 10)
    assert {"CLO", "VZO", "VSSO", "MRTIVIFO", "AUCTAU"} <= first.keys()
    assert {"CLSS", "VZSS", "VSSIVMDO", "MRTIVMDO", "AUCTAU"} <= second.keys()
    assert not {"CLO", "VZO", "VSSO", "MRTIVIFO", "CLLST"} & second.keys()
    assert not {"CLSS", "VZSS"} & first.keys()
    assert got.filter(pl.col("START") == 0)["END"].unique().to_list() == [10.0]


def test_samples_behind_the_next_dose_belong_to_it():
    got = codes(results(TWO, doses(0, 10)), 0)
    assert (got["TLST"], got["CLST"], got["CMAX"]) == (10, 1, 64)


def test_a_predose_sample_stands_for_the_value_at_the_dose():
    late = samples("0:0 1:64 2:32 4:8 9.9:1 11:80 12:40 13:20 14:10")
    got = codes(results(late, doses(0, 10, tau=10.0)), 10)
    assert got["AUCLST"] == pytest.approx(0.5 * 81 + (80 - 10) / math.log(2))
    assert got["CMIN"] == 1
    off = results(late, doses(0, 10, tau=10.0), predose_to_start=False)
    why = off.filter((pl.col("START") == 10) & (pl.col("PPTESTCD") == "AUCLST"))["PPREASND"].item()
    assert why == "no concentration at the start of the interval, and no rule supplies one"


def test_a_predose_sample_may_be_too_old():
    old = samples("0:0 1:64 2:32 4:8 8:1 11:80 12:40 13:20")

    def area(**options):
        return codes(results(old, doses(0, 10, tau=10.0), **options), 10)["AUCLST"]

    assert area() is None, "older than 5 % of the interval"
    assert area(predose_window=3) is not None
    assert area(start={"later_dose": "interval_minimum"}) == pytest.approx(
        0.5 * (20 + 80) + (80 - 20) / math.log(2)
    )


def test_tau_is_reached_by_extrapolation_only_if_the_samples_cover_it():
    short = "0:0 1:64 2:32 3:16 4:8"
    assert reasons(short, doses(0, tau=10.0))["AUCTAU"] == (
        "samples cover less than 80 % of the dosing interval, too little to extrapolate to its end"
    )
    got = values(short, doses(0, tau=5.0))
    assert got["AUCTAU"] == pytest.approx(32 + (64 - 4) / math.log(2))
    assert got["CAVG"] == pytest.approx(got["AUCTAU"] / 5)
    assert values(short, doses(0, tau=10.0), tau_edge={"min_coverage": 0.3})["AUCTAU"] is not None


def test_a_sample_behind_tau_brackets_it_if_no_dose_lies_between():
    asked = intervals((0, 5, "MD"))
    got = values("0:0 1:64 2:32 3:16 4:8 6:2", doses(0), asked)
    assert got["AUCTAU"] == pytest.approx(32 + (64 - 4) / math.log(2))
    assert got["TLST"] == 4


def test_the_end_of_tau_is_never_reached_across_the_next_dose():
    rising = samples("0:0 1:64 2:32 3:16 4:8 5.2:90 6:45")
    got = results(rising, doses(0, 5, duration=0.1), intervals((0, 5, "SD")))
    area = codes(got, 0)["AUCTAU"]
    assert area == pytest.approx(32 + (64 - 4) / math.log(2))


def test_peak_trough_fluctuation_and_swing():
    got = values("0:0 1:64 2:32 3:16 4:8", doses(0), intervals((0, 4, "MD")))
    assert got["CTROUGH"] == 8
    assert got["PTROUGHR"] == 8
    assert got["FLUCP"] == pytest.approx(100 * 64 / got["CAVG"])
    assert got["SWING"] is None
    assert reasons("0:0 1:64 2:32 3:16 4:8", doses(0), intervals((0, 4, "MD")))["SWING"] == (
        "the value it is divided by is zero"
    )


def test_a_trough_is_taken_within_its_window_and_not_from_behind_the_dose():
    drawn = samples("0:0 1:64 2:32 3:16 3.9:8 4.2:90")
    asked = intervals((0, 4, "MD"))
    two = doses(0, 4, duration=0.1)
    assert values(drawn, two, asked)["CTROUGH"] is None
    assert values(drawn, two, asked, trough_window=0.2)["CTROUGH"] == 8


def test_steady_state_clearance_and_residence_time():
    asked = intervals((0, 4, "MD"))
    got = values("0:8 1:64 2:32 3:16 4:8", doses(0), asked)
    assert got["CLSS"] == pytest.approx(100 / got["AUCTAU"])
    residence = (got["AUMCTAU"] + 4 * (got["AUCIFO"] - got["AUCTAU"])) / got["AUCTAU"] - 0.5
    assert got["MRTIVMDO"] == pytest.approx(residence)
    assert got["VSSIVMDO"] == pytest.approx(residence * got["CLSS"])


def test_doses_within_an_interval_add_up_and_one_at_its_end_does_not():
    three = doses(0, 2, 4, duration=0.1)
    got = values("0:0 1:64 2:32 3:80 4:40", three, intervals((0, 4, "MD")))
    assert got["TDOSE"] == 200


def test_times_that_differ_in_the_last_bits_are_the_same_time():
    end = 1344.03 - 1200  # 144.02999999999997
    drawn = samples(f"0:0 1:64 2:32 3:16 {end!r}:8")
    got = values(drawn, doses(0), intervals((0, 144.03, "MD")))
    assert end != 144.03
    assert got["CTROUGH"] == 8
    assert got["AUCTAU"] == got["AUCLST"]


def test_extravascular_parameters_carry_f_and_know_no_vss():
    got = values("0:0 1:8 2:16 3:8 4:4 5:2", doses(0, route="extravascular"))
    assert got["CLFO"] == pytest.approx(100 / got["AUCIFO"])
    assert got["VZFO"] == pytest.approx(got["CLFO"] / got["LAMZ"])
    assert got["MRTEVIFO"] == pytest.approx(got["AUMCIFO"] / got["AUCIFO"])
    assert not {"CLO", "VSSO", "MRTIVIFO"} & got.keys()


def test_several_analytes_and_unsorted_rows_change_nothing():
    a, b = samples("0:0 1:64 2:32 3:16 4:8", "a"), samples("0:0 1:6 2:3 3:2 4:1 5:0.4", "b")
    both = pl.concat([a, b]).sample(fraction=1, shuffle=True, seed=3)
    given = pl.concat([doses(0, key="b"), doses(0, key="a")])
    got = results(both, given)
    assert got["ID"].unique(maintain_order=True).to_list() == ["a", "b"]
    alone = pl.concat([results(a, doses(0)), results(b, doses(0, key="b"))])
    assert got.equals(alone)


# --- partial areas of the options ---


def test_partial_areas_of_the_options_are_those_asked_for_as_intervals():
    drawn = "0:0 1:10 2:8 4:6 8:3 12:2 24:0.5"
    areas = [{"start": 0, "end": 6}, {"start": 6, "end": 24}]
    found = parameters_of(drawn, {"partial_areas": areas})
    asked = pl.DataFrame(
        {"ID": [1] * 2, "START": [0.0, 6.0], "END": [6.0, 24.0], "KIND": ["PART"] * 2}
    )
    theirs = parameters_of(drawn, {}, asked)
    ours = found.filter(pl.col("PPTESTCD").is_in(theirs["PPTESTCD"].implode()))
    assert ours.equals(theirs)


def test_a_partial_area_that_was_asked_for_is_given_once():
    asked = pl.DataFrame(
        {"ID": [1] * 2, "START": [0.0, 0.0], "END": [None, 6.0], "KIND": ["SD", "PART"]}
    )
    found = parameters_of(
        "0:0 1:10 2:8 4:6 8:3", {"partial_areas": [{"start": 0, "end": 6}]}, asked
    )
    assert found.filter(PPTESTCD="AUCINT").height == 1


def test_partial_areas_are_hours_whatever_the_unit_of_the_tables():
    options = {"partial_areas": [{"start": 0, "end": 24}]}
    found = parameters_of("0:0 1:10 2:8 4:6", options, unit="day")
    assert found.filter(PPTESTCD="AUCINT").select("START", "END").rows() == [(0.0, 1.0)]


def test_a_dose_in_two_bags_cuts_no_partial_area_and_the_next_dose_does():
    dose = pl.DataFrame(
        {"ID": [1] * 3, "TIME": [0.0, 1.0, 24.0], "DOSE": [50.0, 50.0, 100.0]}
        | {"ROUTE": ["iv_infusion"] * 3, "DURATION": [1.0] * 3}
    )
    areas = [{"start": 0, "end": 24}, {"start": 0, "end": 30}]
    found = parameters_of("0:0 2:10 8:6 24:2 26:12", {"partial_areas": areas}, dose=dose)
    first = found.filter(pl.col("PPTESTCD") == "AUCINT", pl.col("START") == 0).sort("END")
    assert first["PPSTRESN"].is_null().to_list() == [False, True]
    assert first["PPREASND"].to_list() == [None, OF_CUT_SHORT.en]


def parameters_of(drawn, options, asked=None, *, unit="h", dose=None):
    """Every parameter of one profile drawn as time:concentration."""
    points = [tuple(map(float, p.split(":"))) for p in drawn.split()]
    conc = pl.DataFrame([(1, *p) for p in points], schema=["ID", "TIME", "CONC"], orient="row")
    given = pl.DataFrame({"ID": [1], "TIME": [0.0], "DOSE": [100.0], "ROUTE": ["extravascular"]})
    return nca(
        conc,
        given if dose is None else dose,
        Options.from_mapping(options),
        keys=["ID"],
        intervals=asked,
        units=StudyUnits(time=unit),
    )
