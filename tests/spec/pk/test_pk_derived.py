"""Dose proportionality, accumulation, steady state: the values of the methods, and when not to speak."""

import math

import polars as pl
import pytest
from pk_drawings import TINY, with_nca

from pkpipe.errors import ConfigError
from pkpipe.nca.power_model import EXPLORATORY, STRICT, region
from pkpipe.pk.parameters.accumulation import accumulation, effective_half_life
from pkpipe.pk.parameters.dose_proportionality import dose_proportionality
from pkpipe.pk.parameters.names import check_names
from pkpipe.pk.parameters.steady_state import NOT_SHOWN, steady_state, with_apparent
from pkpipe.protocol.nca import Accumulation, DoseProportionality, SteadyState

POWER = DoseProportionality(
    parameters=("CMAX", "AUCLST"), confidence=0.9, min_levels=3, min_subjects=6
)
RATIO = Accumulation(parameters=("CMAX", "CTROUGH"), confidence=0.9, min_subjects=3)
TREND = SteadyState(confidence=0.9, max_change_percent=10, min_troughs=3, min_subjects=3)


def adpp(rows):
    """Subject, level, dose number, cycle, parameter, value; all of one analyte, entering summaries."""
    frame = pl.DataFrame(
        rows, schema=["USUBJID", "LEVEL", "DOSENO", "CYCLE", "PARAMCD", "AVAL"], orient="row"
    )
    return frame.with_columns(
        PROFILE=pl.concat_str("USUBJID", "DOSENO", separator="|"),
        PARCAT1=pl.lit("MAB"),
        MATRIX=pl.lit("SERUM"),
        DRUG=pl.lit("MAB"),
        PARAM=pl.col("PARAMCD"),
        AVAL=pl.col("AVAL").cast(pl.Float64),
        SUMFL=pl.lit("Y"),
        SUMRSN=pl.lit(None, dtype=pl.String),
        STATUS=pl.lit("OK"),
        REASON=pl.lit(None, dtype=pl.String),
    )


def profiles(table, dose):
    """One full profile each; `dose`: mg/kg by level."""
    return (
        table.select("PROFILE", "LEVEL")
        .unique(maintain_order=True)
        .with_columns(
            DOSEG=pl.col("LEVEL").replace_strict(dose, return_dtype=pl.Float64),
            DOSEGU=pl.lit("mg/kg"),
            DOSEPCT=pl.lit(100.0),
            PRFLFL=pl.lit("RICH"),
            TAUH=pl.lit(504.0),
        )
    )


# --- dose proportionality ---


@pytest.mark.parametrize(
    ("ratio", "theta", "low", "high"),
    [
        (10, STRICT, 0.903, 1.097),
        (10, EXPLORATORY, 0.699, 1.301),
        (1000, STRICT, 0.968, 1.032),
        (1000, EXPLORATORY, 0.900, 1.100),
    ],
)
def test_the_regions_of_the_slope_are_those_of_the_papers(ratio, theta, low, high):
    got = region((1, 1), ratio, theta)
    assert (round(got.lower, 3), round(got.upper, 3)) == (low, high)


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ((0.95, 1.05), "inside"),
        ((0.904, 1.096), "inside"),
        ((0.85, 1.05), "inconclusive"),
        ((0.5, 2), "inconclusive"),
        ((0.679, 0.844), "outside"),
        ((1.2, 1.4), "outside"),
    ],
)
def test_a_verdict_is_given_by_where_the_limits_lie(limits, verdict):
    assert region(limits, 10, STRICT).verdict == verdict


def test_the_dose_normalised_ratio_is_that_of_smith_2000():
    """β 0.7615 (0.679, 0.844) over a tenfold range: 0.577 (0.478, 0.698)."""
    assert [round(10 ** (b - 1), 3) for b in (0.7615, 0.679, 0.844)] == [0.577, 0.478, 0.698]


LEVELS = {"A": 1.0, "B": 3.0, "C": 10.0}


def six(exponent, wobble=0.0):
    """Two subjects a level, on P = 5 D^exponent, one a little above and one a little below."""
    return adpp(
        [
            (f"{level}{sign}", level, 1, 1, "CMAX", 5 * dose**exponent * math.exp(sign * wobble))
            for level, dose in LEVELS.items()
            for sign in (1, -1)
        ]
    )


def fit(table, plan=POWER, study=TINY):
    return dose_proportionality(table, profiles(table, LEVELS), study, plan)


def test_a_power_law_is_found_with_its_exponent():
    row = fit(six(0.8, wobble=0.05)).row(0, named=True)
    assert row["BETA"] == pytest.approx(0.8, abs=1e-12)
    assert row["ALPHA"] == pytest.approx(math.log(5), abs=1e-12)
    assert (row["N"], row["NDOSE"], row["DF"], row["RATIO"]) == (6, 3, 4, 10)
    assert row["RDNM"] == pytest.approx(10**-0.2)
    assert row["RDNMLO"] == pytest.approx(10 ** (row["LOWER"] - 1))


def test_the_limits_are_those_of_ordinary_least_squares():
    """By hand: residuals ±w, s² = 6 w² / 4, t(0.95, 4) = 2.131847."""
    row = fit(six(1, wobble=0.1)).row(0, named=True)
    logs = [math.log(d) for d in LEVELS.values() for _ in range(2)]
    mean = sum(logs) / 6
    error = math.sqrt(6 * 0.01 / 4 / sum((x - mean) ** 2 for x in logs))
    assert row["SE"] == pytest.approx(error, rel=1e-12)
    assert row["UPPER"] - row["BETA"] == pytest.approx(2.1318467863 * error, rel=1e-9)


def test_two_doses_or_five_subjects_draw_no_line():
    two = six(1).filter(pl.col("LEVEL") != "C")
    assert fit(two)["REASON"].to_list() == ["fewer than 3 planned doses"]
    five = six(1).filter(pl.col("USUBJID") != "A1")
    assert fit(five)["REASON"].to_list() == ["fewer than 6 subjects"]
    assert fit(five)["BETA"].to_list() == [None]


def test_the_upper_range_is_fitted_beside_the_whole_and_never_instead():
    levels = TINY.escalation.model_copy(
        update={
            "levels": tuple(
                TINY.escalation.levels[0].model_copy(update={"code": c, "doses": {"MAB": d}})
                for c, d in LEVELS.items()
            )
        }
    )
    study = TINY.model_copy(update={"escalation": levels})
    got = fit(six(1), POWER.model_copy(update={"subset_from": "B"}), study)
    assert dict(got.select("SCOPE", "N").rows()) == {"ALL": 6, "UPPER": 4}


def test_later_cycles_are_fitted_apart_and_together_with_an_intercept_per_subject():
    again = pl.concat(
        [
            six(1, 0.05),
            six(1, 0.05)
            .with_columns(
                DOSENO=4, CYCLE=4, AVAL=1.5 * pl.col("AVAL"), PROFILE=pl.col("USUBJID") + "|4"
            )
            .select(six(1).columns),
        ],
        how="vertical_relaxed",
    )
    got = dose_proportionality(again, profiles(again, LEVELS), TINY, POWER)
    assert got.select("MODEL", "CYCLE", "FIRSTFL", "N", "NOBS").rows() == [
        ("FIRST", 1, "Y", 6, 6),
        ("FIRST", 4, None, 6, 6),
        ("REPEAT", None, None, 6, 12),
    ]
    # the cycle has an intercept of its own, so what accumulated is not taken for the dose
    assert got["BETA"].to_list() == pytest.approx([1, 1, 1])


def test_doses_that_do_not_differ_within_a_cycle_tell_nothing_of_the_dose():
    rows = [(str(i), "A", 1, 1, "CMAX", 5.0) for i in range(3)]
    rows += [(str(i), "B", 2, 2, "CMAX", 15.0) for i in range(3)]
    rows += [(str(i), "C", 3, 3, "CMAX", 50.0) for i in range(3)]
    table = adpp(rows)
    plan = POWER.model_copy(update={"min_subjects": 3})
    got = dose_proportionality(table, profiles(table, LEVELS), TINY, plan)
    assert set(got.filter(pl.col("MODEL") == "REPEAT")["REASON"]) == {
        "doses do not differ within a cycle"
    }


# --- accumulation ---


def test_the_effective_half_life_is_that_of_the_methods():
    """τ 336 h and a ratio of 1.8: 287.2 h."""
    frame = pl.DataFrame({"R": [1.8, 1.0, 0.9], "T": [336.0, 336.0, 336.0]})
    got = frame.select(effective_half_life(pl.col("R"), pl.col("T")))["literal"].to_list()
    assert got == [pytest.approx(287.2, abs=0.05), None, None]


def ratios(pairs, level="A", later="A"):
    rows = []
    for i, (first, second) in enumerate(pairs):
        rows += [(str(i), level, 1, 1, "CMAX", first), (str(i), later, 2, 2, "CMAX", second)]
    table = adpp(rows)
    return accumulation(table, profiles(table, {"A": 1.0, "B": 3.0}), TINY, RATIO)


def test_the_ratio_at_a_level_is_the_geometric_mean_with_its_limits():
    """Ratios 1, 2, 4: mean 2, SD of the logs ln 2, t(0.95, 2) = 2.919986."""
    row = (
        ratios([(10, 10), (10, 20), (10, 40)]).filter(pl.col("SCOPE") == "LEVEL").row(0, named=True)
    )
    factor = math.exp(2.9199855804 * math.log(2) / math.sqrt(3))
    assert (row["N"], row["RAC"]) == (3, pytest.approx(2))
    assert (row["LOWER"], row["UPPER"]) == (pytest.approx(2 / factor), pytest.approx(2 * factor))
    assert row["EFFHL"] == pytest.approx(
        math.log(2) * 21 / math.log(2)
    )  # ratio 2: one interval, in days
    assert row["EFFHLU"] == "day"


def test_two_subjects_make_no_mean_ratio():
    got = ratios([(10, 10), (10, 20)])
    level = got.filter(pl.col("SCOPE") == "LEVEL").row(0, named=True)
    assert (level["RAC"], level["N"], level["REASON"]) == (None, 2, "fewer than 3 subjects")
    assert got.filter(pl.col("SCOPE") == "SUBJECT")["RAC"].to_list() == [1, 2]


def test_a_change_of_dose_is_no_accumulation():
    got = ratios([(10, 30), (10, 30), (10, 30)], later="B")
    assert set(got["REASON"]) == {"the dose changed between the profiles"}
    assert set(got["SCOPE"]) == {"SUBJECT"}


@pytest.mark.parametrize("pair", [(0.0, 10.0), (10.0, 0.0)])
def test_a_value_of_zero_makes_no_ratio(pair):
    (row,) = ratios([pair]).iter_rows(named=True)
    assert (row["RAC"], row["REASON"]) == (None, "a value is zero or BLQ")


def test_what_does_not_enter_summaries_enters_no_ratio():
    table = adpp([("1", "A", 1, 1, "CMAX", 10.0), ("1", "A", 2, 2, "CMAX", 20.0)])
    doubted = table.with_columns(SUMRSN=pl.when(pl.col("DOSENO") == 1).then(pl.lit("too few")))
    got = accumulation(doubted, profiles(table, {"A": 1.0}), TINY, RATIO)
    assert got["REASON"].to_list() == ["after the first dose: too few"]


# --- steady state ---


def troughs(*subjects):
    """One list of troughs a subject, after dose 1, 2, ..."""
    return adpp(
        [
            (str(i), "A", dose, dose, "CTROUGH", value)
            for i, values in enumerate(subjects)
            for dose, value in enumerate(values, start=1)
            if value is not None
        ]
    )


RISING = [[2, 4, 8, 8.4, 8.1, 8.2], [3, 6, 12, 11.6, 12.2, 12], [1, 2, 4, 4.1, 3.9, 4]]


def verdict(table):
    return steady_state(table, TREND).filter(pl.col("SCOPE") == "LEVEL").row(0, named=True)


def test_steady_state_is_there_from_the_first_dose_after_which_troughs_stay():
    row = verdict(troughs(*RISING))
    assert (row["STEADYFL"], row["FROMDOSE"], row["N"]) == ("Y", 3, 3)


def test_the_trend_within_subjects_is_that_of_their_own_lines():
    """Every subject rises by 20 % a dose from its own level: the slope is ln 1.2, whatever the levels."""
    steep = troughs(*[[base * 1.2**k for k in range(5)] for base in (1, 3, 20)])
    row = steady_state(steep, TREND).row(0, named=True)
    assert row["SLOPE"] == pytest.approx(math.log(1.2), abs=1e-9)
    assert row["CHGPCT"] == pytest.approx(20)
    got = verdict(steep)
    assert (got["STEADYFL"], got["FROMDOSE"]) == ("N", None)
    assert got["REASON"] == "troughs still change from dose to dose"


def test_two_subjects_or_two_troughs_each_are_not_assessable():
    for few in (RISING[:2], [r[:2] for r in RISING]):
        row = verdict(troughs(*few))
        assert row["STEADYFL"] is None
        assert row["REASON"] == "not assessable: fewer than 3 subjects with 3 quantifiable troughs"


def test_troughs_after_a_change_of_level_are_left_out():
    table = troughs(*RISING)
    moved = table.with_columns(
        LEVEL=pl.when((pl.col("USUBJID") == "0") & (pl.col("DOSENO") > 3))
        .then(pl.lit("B"))
        .otherwise("LEVEL")
    )
    rows = steady_state(moved, TREND)
    assert set(rows["LEVEL"]) == {"A"}
    assert rows.filter(pl.col("FROMDOSE") == 1)["NOBS"].max() == 15


def test_clearance_at_steady_state_is_apparent_until_steady_state_is_shown():
    table = pl.concat(
        [
            troughs(*RISING),
            adpp(
                [
                    ("0", "A", 2, 2, "CLSS", 0.3),
                    ("0", "A", 3, 3, "CLSS", 0.2),
                    ("0", "A", 1, 1, "CLO", 0.4),
                ]
            ),
        ]
    )
    got = with_apparent(table, steady_state(table, TREND), TREND).filter(
        pl.col("PARAMCD").is_in(["CLSS", "CLO"])
    )
    assert got.select("DOSENO", "STATUS", "REASON").rows() == [
        (2, "FLAG", NOT_SHOWN),
        (3, "OK", None),
        (1, "OK", None),
    ]


# --- names ---


def test_a_parameter_or_level_that_is_none_stops_the_room():
    plan = POWER.model_copy(update={"parameters": ("CMAXX",), "subset_from": "Z"})
    study = with_nca(dose_proportionality=plan)
    with pytest.raises(ConfigError) as problem:
        check_names(study, study.nca)
    assert "dose_proportionality.parameters: 'CMAXX' is no parameter" in str(problem.value)
    assert "'Z' is no level (allowed: A, B)" in str(problem.value)
