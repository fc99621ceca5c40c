"""Concentrations at times that somebody names, as data: on the curve of the areas, behind it, with how."""

import math

import polars as pl
import pytest
from nca_drawings import doses, samples

from pkpipe.cli import main

DRAWN = "0:0 1:64 3:16 4:8 5:4 6:2"


def estimates(tmp_path, conc, dose, *hours, more=()):
    files = [tmp_path / n for n in ("c.csv", "d.csv", "o.csv", "e.csv")]
    conc.write_csv(files[0])
    dose.write_csv(files[1])
    words = ["nca", str(files[0]), str(files[1]), "-o", str(files[2]), "--estimates", str(files[3])]
    code = main([*words, *more, "--at", *map(str, hours)])
    return code, pl.read_csv(files[3]) if files[3].exists() else None


def test_between_samples_the_area_rule_and_behind_them_the_terminal_slope(tmp_path):
    given = doses(0, route="extravascular")
    _, found = estimates(tmp_path, samples(DRAWN), given, 0, 0.5, 2, 3, 8)
    assert found.columns == ["ID", "START", "END", "TIME", "CONC", "HOW", "REASON"]
    assert found["CONC"].to_list() == pytest.approx([0, 32, 32, 16, 0.5], rel=1e-12)
    between = "between two samples, by the area rule"
    assert found["HOW"].to_list() == [
        "measured", between, between, "measured", "by the terminal slope",
    ]  # fmt: skip
    _, line = estimates(tmp_path, samples(DRAWN), given, 2, more=["--time-unit", "h"])
    assert line["CONC"].item() == pytest.approx(64 * math.sqrt(1 / 4))


def test_at_the_dose_it_says_which_rule_gave_the_value(tmp_path):
    bolus = doses(0, route="iv_bolus")
    _, back = estimates(tmp_path, samples("1:64 2:32 3:16 4:8"), bolus, 0)
    assert back.select("CONC", "HOW").row(0) == (
        pytest.approx(128),
        "extrapolated back to the dose",
    )
    _, zero = estimates(tmp_path, samples("1:64 2:32 3:16 4:8"), doses(0), 0)
    assert zero.select("CONC", "HOW").row(0) == (0, "zero before the first dose")


def test_without_a_slope_or_a_curve_there_is_a_reason(tmp_path):
    _, found = estimates(tmp_path, samples("0:0 1:64 2:32"), doses(0), 1.5, 9)
    assert found["CONC"].is_null().to_list() == [False, True]
    assert found["REASON"][1].startswith("no terminal slope")
    _, none = estimates(tmp_path, samples("1:< 2:<"), doses(0), 1)
    assert "below the limit of quantification" in none["REASON"].item()


def test_behind_the_end_of_an_interval_another_dose_was_given(tmp_path):
    twice = samples("0:0 1:64 2:32 3:16 4:8 5:70 6:35 7:17")
    _, found = estimates(tmp_path, twice, doses(0, 4, route="extravascular"), 2, 6)
    rows = found.select("START", "TIME", "CONC", "REASON").rows()
    assert rows[0] == (0, 2, pytest.approx(32), None)
    assert rows[1] == (0, 6, None, "the interval ends before that time")
    assert rows[2] == (4, 2, pytest.approx(35), None)


def test_hours_are_hours_also_where_the_tables_count_days(tmp_path):
    _, found = estimates(
        tmp_path, samples(DRAWN), doses(0, route="extravascular"), 48, more=["--time-unit", "day"]
    )
    assert found.select("TIME", "CONC").row(0) == (2, pytest.approx(32))


def test_times_that_cannot_be_and_half_of_the_arguments_are_refused(tmp_path, capsys):
    code, found = estimates(tmp_path, samples(DRAWN), doses(0), "-1")
    assert (code, found) == (2, None)
    assert "0 or more" in capsys.readouterr().err
    assert main(["nca", "c.csv", "d.csv", "-o", str(tmp_path / "o.csv"), "--at", "3"]) == 2
    assert "go together" in capsys.readouterr().err
