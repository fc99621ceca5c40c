"""A rule of its own for the time of a sample: TIMERULE and NOMWIN beside what the options say of all."""

import polars as pl
import pytest
from nca_drawings import doses, results, samples, values

from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError

PLAN = [0.0, 1, 24, 48, 168, 336]
DRAWN = "0:0 1.1:60 25:45 50:38 168:20 330:9"
PLANNED = "0:0 1:60 24:45 48:38 168:20 336:9"


def ruled(*rules, drawn=DRAWN, plan=PLAN, windows=None):
    """The profile with a rule for each sample: a actual, n nominal, - none."""
    word = {"a": "actual", "n": "nominal", "-": None}
    frame = samples(drawn).with_columns(
        TIMENOM=pl.Series(plan, dtype=pl.Float64),
        TIMERULE=pl.Series([word[r] for r in rules], dtype=pl.String),
    )
    return (
        frame
        if windows is None
        else frame.with_columns(NOMWIN=pl.Series(windows, dtype=pl.Float64))
    )


def test_on_the_actual_clock_a_sample_may_have_its_nominal_time():
    got = values(ruled(*"--n-n-"))
    assert got == values("0:0 1.1:60 24:45 50:38 168:20 330:9")
    assert got != values(samples(DRAWN))


def test_on_the_nominal_clock_a_sample_may_keep_its_actual_time():
    assert values(ruled(*"---a-a"), time_basis="nominal") == values(
        "0:0 1:60 24:45 50:38 168:20 330:9"
    )


def test_all_by_one_rule_is_as_the_option_says():
    assert values(ruled(*"nnnnnn")) == values(PLANNED)
    assert values(ruled(*"nnnnnn")) == values(ruled(*"------"), time_basis="nominal")
    assert values(ruled(*"aaaaaa"), time_basis="nominal") == values(DRAWN)


def test_a_rule_of_its_own_is_stronger_than_the_window():
    rules = {"time_basis": "nominal_if_within", "nominal_window": 1.0}
    assert values(ruled(*"------"), **rules) == values("0:0 1:60 24:45 50:38 168:20 330:9")
    assert values(ruled(*"--a--n"), **rules) == values("0:0 1:60 25:45 50:38 168:20 336:9")


def test_a_window_of_its_own_stands_for_the_one_of_the_options():
    rules = {"time_basis": "nominal_if_within", "nominal_window": 1.0}
    windows = [None, 0.05, None, 2.0, None, 6.0]
    assert values(ruled(*"------", windows=windows), **rules) == values(
        "0:0 1.1:60 24:45 48:38 168:20 336:9"
    )


def test_after_a_late_dose_a_nominal_time_counts_from_the_dose_as_it_was_given():
    """Planned at 504 h and given at 510 h: the sample planned 24 h after it lies at 534 h, drawn at 540 h."""
    drawn = "0:0 1:60 24:45 168:20 509:5 511:66 540:50 678:22"
    plan = [0, 1, 24, 168, 504, 505, 528, 672]
    given = doses(0, 510).with_columns(TIMENOM=pl.Series([0.0, 504.0]))
    frame = ruled(*"------n-", drawn=drawn, plan=plan)
    moved = drawn.replace("540:", "534:")
    assert (
        results(frame, given)["PPSTRESN"].to_list() == results(moved, given)["PPSTRESN"].to_list()
    )


def test_the_predose_sample_by_its_nominal_time_lies_at_the_next_dose():
    drawn = "0:0 1:60 24:45 168:20 500:5 511:66 540:50 678:22"
    plan = [0, 1, 24, 168, 504, 505, 528, 672]
    given = doses(0, 510).with_columns(TIMENOM=pl.Series([0.0, 504.0]))
    frame = ruled(*"----n---", drawn=drawn, plan=plan)
    at_dose = drawn.replace("500:", "510:")
    assert (
        results(frame, given)["PPSTRESN"].to_list() == results(at_dose, given)["PPSTRESN"].to_list()
    )


def test_a_rule_that_cannot_be_followed_is_a_finding():
    with pytest.raises(DataError, match="by its nominal time, and it has none between its dose"):
        values(ruled(*"--n---", plan=[0, 1, None, 48, 168, 336]))
    with pytest.raises(DataError, match="TIMERULE is 'planned': is no rule"):
        values(ruled(*"------").with_columns(TIMERULE=pl.lit("planned")))
    with pytest.raises(DataError, match=r"NOMWIN.*is no window"):
        values(ruled(*"------", windows=[-1.0] * 6))
    with pytest.raises(ConfigError, match=r"TIMERULE nominal: .* has no column TIMENOM"):
        values(ruled(*"--n---").drop("TIMENOM"))


def test_a_profile_without_such_a_sample_needs_no_planned_dose():
    other = samples("0.5:0 1.5:60 25:45 50:38", key="b").with_columns(
        TIMENOM=pl.lit(None, dtype=pl.Float64), TIMERULE=pl.lit(None, dtype=pl.String)
    )
    both = pl.concat([ruled(*"--n---"), other])
    given = pl.concat([doses(0), doses(0, 0.5, key="b")])
    table = results(both, given)
    alone = results(other, doses(0, 0.5, key="b"))
    assert table.filter(ID="b")["PPSTRESN"].to_list() == alone["PPSTRESN"].to_list()


def test_the_verb_tells_how_many_samples_have_which_time(tmp_path, capsys):
    conc, dose, out = (tmp_path / n for n in ("c.csv", "d.csv", "o.csv"))
    ruled(*"--n-n-").write_csv(conc)
    doses(0).write_csv(dose)
    assert main(["nca", str(conc), str(dose), "-o", str(out)]) == 0
    assert "by nominal time: 2 samples, by actual time: 4" in capsys.readouterr().err
    for word, told in (("Nominal", "nominal time: 6"), ("实际", "nominal time: 0")):
        frame = pl.read_csv(conc, infer_schema=False).with_columns(TIMERULE=pl.lit(word))
        frame.write_csv(conc)
        assert main(["nca", str(conc), str(dose), "-o", str(out)]) == 0
        assert told in capsys.readouterr().err or word == "实际", "all actual is nothing to tell"
    frame.with_columns(TIMERULE=pl.lit("maybe")).write_csv(conc)
    assert main(["nca", str(conc), str(dose), "-o", str(out)]) == 3
