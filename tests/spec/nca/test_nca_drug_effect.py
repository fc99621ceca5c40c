"""NCA of a drug effect: areas and times about baseline and threshold, onset, slopes, against exact fractions.

The definitions are those of Phoenix WinNonlin's user's guide (model 220, "Drug effect calculation"); no
answers of it are published, so the second way is exact arithmetic over the pieces of each straight line.
"""

from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np
import polars as pl
import pytest
from scipy.stats import linregress

from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError
from pkpipe.nca import Options, drug_effect

DOSE = {"ID": ["a"], "TIME": [0.0], "DOSE": [5.0], "ROUTE": ["extravascular"]}


def drawn(text, key="a"):
    """Responses drawn as time:response."""
    cells = [word.split(":") for word in text.split()]
    return pl.DataFrame(
        {
            "ID": [key] * len(cells),
            "TIME": [float(t) for t, _ in cells],
            "CONC": [float(r) for _, r in cells],
        }
    )


def found(text, dose=None, intervals=None, **rules):
    """Code to value and code to reason of one profile."""
    table = drug_effect(
        drawn(text), pl.DataFrame(dose or DOSE), {"effect": rules}, keys=["ID"], intervals=intervals
    )
    return (
        dict(table.select("PPTESTCD", "PPSTRESN").iter_rows()),
        dict(table.select("PPTESTCD", "PPREASND").iter_rows()),
    )


def exact(points, level):
    """Area above, area below, time above, time below, piece by piece between the crossings."""
    sums = [Fraction(0)] * 4
    for (t1, y1), (t2, y2) in pairwise(points):
        ends = [(t1, y1 - level), (t2, y2 - level)]
        if ends[0][1] * ends[1][1] < 0:
            cross = t1 + (t2 - t1) * ends[0][1] / (ends[0][1] - ends[1][1])
            ends.insert(1, (cross, Fraction(0)))
        for (a, high), (b, low) in pairwise(ends):
            area, length = (b - a) * (high + low) / 2, b - a
            if area > 0:
                sums[0], sums[2] = sums[0] + area, sums[2] + length
            elif area < 0:
                sums[1], sums[3] = sums[1] - area, sums[3] + length
    return sums


def test_a_curve_by_hand():
    """From 10 at the dose up to 20 and down to 6: above 10 until 3 3/7 h, then below it."""
    got, _ = found("-1:10 1:12 2:20 4:6 8:10", threshold=15)
    assert got["RBASE"] == 10
    assert (got["RMAX"], got["TRMAX"], got["RMIN"], got["TRMIN"], got["TRLST"]) == (20, 2, 6, 4, 8)
    assert got["AUECAB"] == pytest.approx(1 + 6 + 50 / 7, rel=1e-12)
    assert got["AUECBB"] == pytest.approx(8 / 7 + 8, rel=1e-12)
    assert got["AUECNB"] == pytest.approx(5, rel=1e-12), "the area under the curve less 8 times 10"
    assert got["TAB"] == pytest.approx(24 / 7, rel=1e-12)
    assert got["TAB"] + got["TBB"] == pytest.approx(8, rel=1e-12)
    assert got["TAPB"] == pytest.approx(100 * 3 / 7, rel=1e-12)
    assert (got["TONSET"], got["TOFFSET"]) == (1.375, pytest.approx(2 + 10 / 14))
    assert got["TBTWN"] == pytest.approx(got["TAB"] - got["TAT"], rel=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_areas_and_times_are_those_of_exact_arithmetic(seed):
    random = Random(seed)
    times = sorted({Fraction(random.randrange(1, 400), 10) for _ in range(9)})
    values = [Fraction(random.randrange(-60, 60), 4) for _ in times]
    base, threshold = Fraction(random.randrange(-20, 20), 2), Fraction(random.randrange(-20, 20), 3)
    text = " ".join(f"{float(t)!r}:{float(v)!r}" for t, v in zip(times, values, strict=True))
    got, _ = found(text, baseline=float(base), threshold=float(threshold))
    points = [(Fraction(0), base), *zip(times, values, strict=True)]
    for letter, level in (("B", base), ("T", Fraction(float(threshold)))):
        wanted = exact(points, level)
        names = (f"AUECA{letter}", f"AUECB{letter}", f"TA{letter}", f"TB{letter}")
        assert [got[n] for n in names] == pytest.approx([float(w) for w in wanted], rel=1e-9)
        assert got[f"TAP{letter}"] == pytest.approx(float(100 * wanted[2] / times[-1]), rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_onset_and_offset_are_the_first_crossings_of_the_threshold(seed):
    random = Random(100 + seed)
    times = sorted({random.randrange(1, 40) for _ in range(8)})
    values = [random.randrange(-30, 30) for _ in times]
    got, why = found(" ".join(f"{t}:{v}" for t, v in zip(times, values, strict=True)),
                     baseline=0.0, threshold=7.5)  # fmt: skip
    points, onset, offset = [(0, 0), *zip(times, values, strict=True)], None, None
    for (t1, y1), (t2, y2) in pairwise(points):
        at = t1 + (t2 - t1) * Fraction(15 - 2 * y1, 2 * (y2 - y1)) if y1 != y2 else None
        if onset is None and y1 <= 7.5 < y2:
            onset = float(at)
        elif onset is not None and offset is None and y1 > 7.5 >= y2:
            offset = float(at)
    assert got["TONSET"] == (None if onset is None else pytest.approx(onset, rel=1e-12))
    assert got["TOFFSET"] == (None if offset is None else pytest.approx(offset, rel=1e-12))
    if onset is None:
        assert "never crosses" in why["TONSET"]
    elif offset is None:
        assert "does not come back" in why["TOFFSET"]


def test_a_threshold_below_the_baseline_is_crossed_downwards():
    got, _ = found("0:100 2:40 4:20 8:90", threshold_of_baseline=0.5)
    assert got["RTHR"] == 50
    assert got["TONSET"] == pytest.approx(2 * 50 / 60)
    assert got["TOFFSET"] == pytest.approx(4 + 4 * 30 / 70)
    assert got["TBTWN"] == pytest.approx(got["TBB"] - got["TBT"])


def test_a_curve_that_begins_across_the_threshold_has_its_onset_at_the_dose():
    got, _ = found("-2:10 0:30 2:5", baseline=10.0, threshold=20)
    assert got["TONSET"] == 0
    assert got["TOFFSET"] == pytest.approx(0.8)


def test_where_no_response_was_measured_at_the_dose_the_baseline_stands_there():
    assert found("1:10 2:20", baseline=0.0)[0]["AUECAB"] == 5 + 15
    assert found("0:10 2:20", baseline=0.0)[0]["AUECAB"] == 30
    assert found("1:10 2:20", baseline=0.0)[0]["RMIN"] == 10, "what was put there was not measured"


def test_the_baseline_is_the_last_before_the_dose_their_mean_a_number_or_of_the_table_of_doses():
    text = "-2:8 -1:12 1:20"
    assert found(text)[0]["RBASE"] == 12
    assert found(text, baseline="predose_mean")[0]["RBASE"] == 10
    assert found(text, baseline=3.5)[0]["RBASE"] == 3.5
    assert found(text, dose={**DOSE, "RBASE": [7.0]})[0]["RBASE"] == 7


def test_each_dose_has_its_own_baseline_from_the_responses_before_it():
    twice = {
        "ID": ["a"] * 2,
        "TIME": [0.0, 10.0],
        "DOSE": [5.0] * 2,
        "ROUTE": ["extravascular"] * 2,
    }
    rules = {"effect": {"baseline": "predose_mean"}}
    table = drug_effect(drawn("-1:4 2:9 9:6 12:9"), pl.DataFrame(twice), rules, keys=["ID"])
    rows = table.filter(PPTESTCD="RBASE")
    assert rows.select("START", "END", "PPSTRESN").rows() == [(0, 10, 4), (10, None, 7.5)]
    assert table.filter(PPTESTCD="TRMAX")["PPSTRESN"].to_list() == [2, 2]


def test_without_a_baseline_only_what_needs_none_is_given():
    got, why = found("1:10 2:20", threshold=15)
    assert got["RMAX"] == 20
    assert (
        why["RBASE"] == why["AUECAB"] == "no response at or before the dose, and no RBASE is given"
    )
    assert why["TONSET"] == why["RBASE"]
    assert got["AUECAT"] == pytest.approx(1.25), "half of the rise from 10 to 20"


def test_slopes_have_their_own_sign_and_are_those_of_scipy():
    text, lines = "0:1 1:2 2:5 4:4 6:3.5 8:1.2", [
        {"start": 0, "end": 2},
        {"start": 2, "end": 8},
        {"start": 2, "end": 8, "scale": "log"},
    ]  # fmt: skip
    got, _ = found(text, slopes=lines)
    time, value = np.array([2, 4, 6, 8]), np.array([5, 4, 3.5, 1.2])
    for place, (x, y) in enumerate(
        [([0, 1, 2], [1, 2, 5]), (time, value), (time, np.log(value))], 1
    ):
        line = linregress(x, y)
        assert got[f"SLOPE{place}"] == pytest.approx(line.slope, rel=1e-12)
        assert got[f"SLOPE{place}R2"] == pytest.approx(line.rvalue**2, rel=1e-12)
        assert got[f"SLOPE{place}N"] == len(x)
    assert got["SLOPE2"] < 0


def test_a_slope_that_cannot_be_says_why():
    lines = [
        {"start": 20, "end": 30},
        {"start": 0, "end": 8, "scale": "log"},
        {"start": 0, "end": 1},
    ]
    _, why = found("0:1 1:1 2:-5 8:2", slopes=lines)
    assert why["SLOPE1"] == "fewer than 2 responses between the two times"
    assert why["SLOPE2"] == "a response between the two times is not above 0 and has no logarithm"
    assert why["SLOPE3R2"] == "the responses do not vary"


def test_a_response_at_the_baseline_is_neither_above_nor_below_it():
    got, _ = found("0:5 4:5 8:5")
    assert [got[c] for c in ("AUECAB", "AUECBB", "TAB", "TBB", "TAPB")] == [0] * 5


def test_the_explanation_prints_the_curve_its_segments_and_the_number(capsys):
    table = drug_effect(
        drawn("-1:10 1:12 2:20 4:6 8:10"),
        pl.DataFrame(DOSE),
        {"effect": {"threshold": 15}},
        keys=["ID"],
    )
    told = table.explain("a", "AUECAB")
    assert capsys.readouterr().out == f"{told}\n"
    lines = [line.split() for line in told.splitlines()]
    assert ["2", "4", "20", "6", "7.14286", "1.14286", "1.42857", "0.571429"] in lines
    assert ["sum", "14.1429", "9.14286", "3.42857", "4.57143"] in lines
    assert "AUECAB = 14.1429" in told
    assert "RTHR = 15" in table.explain("a", "TONSET")
    with pytest.raises(ConfigError, match="is no parameter of this effect"):
        table.explain("a", "AUCIFO")
    with pytest.raises(ConfigError, match="no interval of 'b'"):
        table.explain("b", "RMAX")


def test_rules_that_contradict_are_refused():
    for rules, words in (
        ({"threshold": 1, "threshold_of_baseline": 0.5}, "give one of them"),
        ({"slopes": [{"start": 4, "end": 4}]}, "does not lie after start"),
        ({"baseline": "postdose"}, "predose"),
    ):
        with pytest.raises(ConfigError, match=words):
            Options.from_mapping({"effect": rules})


def test_two_responses_at_one_time_are_findings():
    with pytest.raises(DataError, match="two samples at one time"):
        found("0:5 1:6 1:7")


def test_in_days_the_times_of_slopes_are_still_hours(tmp_path):
    conc, dose, rules, out = (tmp_path / n for n in ("e.csv", "d.csv", "o.yaml", "out.csv"))
    drawn("0:1 1:2 2:5 4:4").rename({"CONC": "心率"}).write_csv(conc)
    pl.DataFrame(DOSE).write_csv(dose)
    rules.write_text("effect: {slopes: [{start: 0, end: 48}]}\n", encoding="utf-8")
    words = ["--effect", "--rename", "CONC=心率", "--options", str(rules), "--units", "TIME=day"]
    assert main(["nca", str(conc), str(dose), "-o", str(out), *words, "CONC=次/分"]) == 0
    rows = pl.read_csv(out)
    assert rows.filter(PPTESTCD="SLOPE1N")["PPSTRESN"].item() == 3
    assert rows.filter(PPTESTCD="SLOPE1")["PPSTRESU"].item() == "次/分/day"
    assert rows.filter(PPTESTCD="AUECAB")["PPSTRESU"].item() == "次/分*day"


def test_the_verb_wants_to_be_told_and_names_what_does_not_go_with_it(tmp_path, capsys):
    conc, dose, rules, out = (tmp_path / n for n in ("e.csv", "d.csv", "o.yaml", "out.csv"))
    drawn("0:1 1:2 2:5 4:4").write_csv(conc)
    pl.DataFrame(DOSE).write_csv(dose)
    rules.write_text("effect: {baseline: 1}\n", encoding="utf-8")
    words = ["nca", str(conc), str(dose), "-o", str(out)]
    assert main([*words, "--options", str(rules)]) == 2
    assert "wants --effect" in capsys.readouterr().err
    assert main([*words, "--effect", "--wide"]) == 2
    assert "leave out --wide" in capsys.readouterr().err
    assert not out.exists()
