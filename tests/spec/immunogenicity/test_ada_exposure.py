"""What antibodies do to exposure: tags, ratios by status, slopes with and without, troughs that are lost."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from pkpipe.immunogenicity.by_status import SCHEMA, adaexpo_of
from pkpipe.immunogenicity.dose_proportionality_by_ada import NOBODY, adadose_of
from pkpipe.immunogenicity.exposure import adapk_of
from pkpipe.immunogenicity.loss import adaloss_of
from pkpipe.nca.power_model import power_models
from pkpipe.protocol.immunogenicity import LossOfExposure
from pkpipe.protocol.nca import DoseProportionality

FIRST = datetime.fromisoformat("2026-01-05T09:00")
LOSS = LossOfExposure(percentile=5, percentile_from=20, of_prior=0.5)


def subject(name, status="POSITIVE", kind="INDUCED", onset=None, reason=None):
    emergent = "Y" if kind in {"INDUCED", "BOOSTED"} else "N"
    return (name, "MAB", status, kind, emergent, onset, reason)


def tagged(*subjects, troughs=()):
    """Three three-weekly profiles of each subject, CMAX and CTROUGH; `troughs`: subject, dose, time drawn."""
    people = pl.DataFrame(
        subjects,
        schema={
            **dict.fromkeys(("USUBJID", "DRUG", "ADASTAT", "ADACLASS", "EMERPOS"), pl.String),
            "FPDTM": pl.Datetime("us"),
            "REASON": pl.String,
        },
        orient="row",
    )
    names = [s[0] for s in subjects]
    profiles = pl.DataFrame(
        {
            "PROFILE": [f"{n}|{d}" for n in names for d in (1, 2, 3)],
            "USUBJID": [n for n in names for _ in range(3)],
            "DOSENO": [1, 2, 3] * len(names),
            "DOSEDTM": [FIRST + timedelta(days=21 * d) for _ in names for d in range(3)],
            "TAUH": 504.0,
        }
    )
    given = profiles.drop("DOSEDTM", "TAUH").with_columns(
        PARCAT1=pl.lit("MAB"), MATRIX=pl.lit("SERUM"), DRUG=pl.lit("MAB"), COHORT=pl.lit("A"),
        LEVEL=pl.lit("A"), CYCLE="DOSENO", START=pl.lit(0.0), END=pl.lit(None, pl.Float64),
        PARAM=pl.lit("x"), AVAL=pl.lit(1.0), AVALU=pl.lit("ug/mL"), SUMFL=pl.lit("Y"),
        SUMRSN=pl.lit(None, pl.String), PPREASND=pl.lit(None, pl.String),
    )  # fmt: skip
    adpp = pl.concat([given.with_columns(PARAMCD=pl.lit(c)) for c in ("CMAX", "CTROUGH")])
    adpc = pl.DataFrame(
        [(n, "MAB", "SERUM", d + 1, t, "Y", None) for n, d, t in troughs],
        schema={
            **dict.fromkeys(("USUBJID", "PARAMCD", "MATRIX"), pl.String),
            "DOSENO": pl.Int64,
            "ADTM": pl.Datetime("us"),
            **dict.fromkeys(("PREFL", "EXCLFL"), pl.String),
        },
        orient="row",
    )
    return adapk_of(people, adpp.with_columns(REASON=pl.lit(None, pl.String)), adpc, profiles)


def tags(adapk, code, name="1"):
    of = adapk.filter((pl.col("USUBJID") == name) & (pl.col("PARAMCD") == code))
    return of.sort("DOSENO")["ADATAG"].to_list()


def test_a_profile_is_tagged_by_its_dose_and_a_trough_by_its_own_time():
    """The first positive is drawn an hour before the second dose, together with the first dose's trough."""
    second = FIRST + timedelta(days=21)
    drawn = second - timedelta(hours=1)
    got = tagged(subject("1", onset=drawn), troughs=[("1", 1, drawn)])
    assert tags(got, "CMAX") == ["BEFORE", "ON_OR_AFTER", "ON_OR_AFTER"]
    assert tags(got, "CTROUGH") == ["ON_OR_AFTER"] * 3


def test_a_trough_drawn_days_before_the_first_positive_lies_before_it():
    late = FIRST + timedelta(days=40)
    got = tagged(subject("1", onset=late), troughs=[("1", 1, FIRST + timedelta(days=20))])
    assert tags(got, "CTROUGH") == ["BEFORE", "ON_OR_AFTER", "ON_OR_AFTER"]


def test_a_trough_without_a_sample_of_its_own_is_placed_at_the_end_of_the_interval():
    got = tagged(subject("1", onset=FIRST + timedelta(days=30)))
    assert tags(got, "CTROUGH") == ["BEFORE", "ON_OR_AFTER", "ON_OR_AFTER"]
    assert got.filter(pl.col("PARAMCD") == "CTROUGH")["TAGDTM"][0] == FIRST + timedelta(days=21)


def test_who_has_no_antibodies_or_had_them_before_treatment_is_told_apart():
    got = tagged(
        subject("1", "NEGATIVE", "NEGATIVE"),
        subject("2", "NEGATIVE", "UNAFFECTED"),
        subject("3", "POSITIVE", "POSITIVE WITHOUT BASELINE", reason="no baseline"),
        subject("4", "INCONCLUSIVE", "INCONCLUSIVE", reason="drug above the limit"),
    )
    assert [tags(got, "CMAX", n)[0] for n in "1234"] == [
        "NEGATIVE",
        "UNAFFECTED",
        "UNKNOWN",
        "UNKNOWN",
    ]
    unknown = got.filter(pl.col("ADATAG") == "UNKNOWN")
    assert set(unknown["REASON"]) == {"no baseline", "drug above the limit"}


def values(rows, code="CTROUGH"):
    """ADAPK rows drawn as subject, level, cycle, tag, value."""
    return pl.DataFrame(
        [(*r, r[2]) for r in rows],
        schema={
            "USUBJID": pl.String,
            "LEVEL": pl.String,
            "CYCLE": pl.Int64,
            "ADATAG": pl.String,
            "AVAL": pl.Float64,
            "DOSENO": pl.Int64,
        },
        orient="row",
    ).with_columns(
        PROFILE=pl.format("{}|{}", "USUBJID", "DOSENO"),
        PARAMCD=pl.lit(code), PARAM=pl.lit(code), DRUG=pl.lit("MAB"), PARCAT1=pl.lit("MAB"),
        MATRIX=pl.lit("SERUM"), AVALU=pl.lit("ug/mL"), SUMFL=pl.lit("Y"),
        SUMRSN=pl.lit(None, pl.String), TAGDTM=pl.lit(FIRST),
    )  # fmt: skip


def row(frame, **where):
    hit = frame.filter(pl.all_horizontal(pl.col(k) == v for k, v in where.items()))
    assert hit.height == 1, hit
    return hit.row(0, named=True)


NEGATIVE_A, AFTER_A = [10.0, 22.0, 41.0], [4.0, 9.0]
NEGATIVE_B, AFTER_B = [33.0, 60.0, 110.0, 70.0], [20.0, 35.0, 28.0]


def two_levels():
    cells = (
        ("A", "NEGATIVE", NEGATIVE_A),
        ("A", "ON_OR_AFTER", AFTER_A),
        ("B", "NEGATIVE", NEGATIVE_B),
        ("B", "ON_OR_AFTER", AFTER_B),
    )
    return values([(f"{lv}{tag}{v}", lv, 3, tag, v) for lv, tag, vs in cells for v in vs])


def test_the_ratio_at_a_level_is_the_two_sample_t_interval_of_the_logarithms():
    got = row(adaexpo_of(two_levels(), 0.90, 1 / 3), LEVEL="A", STATUS="ON_OR_AFTER")
    test = stats.ttest_ind(np.log(AFTER_A), np.log(NEGATIVE_A))
    low, high = np.exp(test.confidence_interval(0.90))
    assert got["RATIO"] == pytest.approx(6.0 / np.cbrt(10 * 22 * 41))
    assert (got["LOWER"], got["UPPER"]) == pytest.approx((low, high))
    assert (got["N"], got["NREF"], got["DF"], got["LEVELCI"]) == (2, 3, 3, 0.90)
    assert got["RATIORSN"] is None


def test_the_ratio_over_levels_is_least_squares_with_a_mean_for_each_level():
    frame = two_levels()
    got = row(adaexpo_of(frame, 0.90, 1 / 3), LEVEL="ALL", STATUS="ON_OR_AFTER")
    y = frame["AVAL"].log().to_numpy()
    x = np.column_stack(
        [
            frame["ADATAG"].eq("ON_OR_AFTER").to_numpy(),
            frame["LEVEL"].eq("A").to_numpy(),
            frame["LEVEL"].eq("B").to_numpy(),
        ]
    ).astype(float)
    beta, rss, _, _ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - 3
    error = np.sqrt(rss[0] / df * np.linalg.inv(x.T @ x)[0, 0])
    half = stats.t.ppf(0.95, df) * error
    assert got["RATIO"] == pytest.approx(np.exp(beta[0]))
    assert (got["LOWER"], got["UPPER"]) == pytest.approx(
        (np.exp(beta[0] - half), np.exp(beta[0] + half))
    )
    assert got["DF"] == df
    assert got["GMEAN"] is None
    assert got["REASON"] == "levels differ in dose: only the ratio is pooled"


def test_a_level_without_antibodies_is_not_counted_in_the_ratio_over_levels():
    more = [(f"c{i}", "C", 3, "NEGATIVE", 5.0 + i) for i in range(4)]
    with_third = adaexpo_of(pl.concat([two_levels(), values(more)]), 0.90, 1 / 3)
    got = row(with_third, LEVEL="ALL", STATUS="ON_OR_AFTER")
    assert (got["NCOMP"], got["NREF"]) == (5, 7)
    without = row(adaexpo_of(two_levels(), 0.90, 1 / 3), LEVEL="ALL", STATUS="ON_OR_AFTER")
    assert {k: got[k] for k in ("RATIO", "LOWER", "DF")} == {
        k: without[k] for k in ("RATIO", "LOWER", "DF")
    }


def test_the_summary_is_given_with_and_without_the_affected():
    got = adaexpo_of(two_levels(), 0.90, 1 / 3)
    every, rest = (row(got, LEVEL="A", STATUS=s) for s in ("ALL", "WITHOUT"))
    assert (every["N"], rest["N"]) == (5, 3)
    assert rest["GMEAN"] == pytest.approx(np.cbrt(10 * 22 * 41))
    assert rest["RATIO"] == pytest.approx(rest["GMEAN"] / every["GMEAN"])
    assert rest["LOWER"] is None
    assert rest["RATIORSN"] == "largely the same subjects: no interval"


def test_a_ratio_that_cannot_be_had_says_why():
    one = [("1", "A", 3, "ON_OR_AFTER", 5.0)]
    alone = adaexpo_of(values(one), 0.90, 1 / 3)
    assert row(alone, LEVEL="A", STATUS="ON_OR_AFTER")["RATIORSN"] == (
        "no ADA-negative value at this dose and cycle"
    )
    beside = adaexpo_of(
        values([*one, ("2", "A", 3, "NEGATIVE", 8.0), ("3", "A", 3, "NEGATIVE", 9.0)]), 0.9, 1 / 3
    )
    got = row(beside, LEVEL="A", STATUS="ON_OR_AFTER")
    assert got["RATIO"] is None
    assert got["RATIORSN"] == "fewer than 2 values in a group"


def test_a_trough_below_quantification_is_counted_and_said_not_to_be_in_the_ratio():
    low = [("1", "A", 3, "ON_OR_AFTER", v) for v in (4.0, 9.0, 5.0, 0.0)]
    low = [(f"p{i}", *r[1:]) for i, r in enumerate(low)]
    none = [(f"n{i}", "A", 3, "NEGATIVE", v) for i, v in enumerate(NEGATIVE_A)]
    got = row(adaexpo_of(values(low + none), 0.9, 1 / 3), LEVEL="A", STATUS="ON_OR_AFTER")
    assert (got["N"], got["NBLQ"], got["MIN"]) == (4, 1, 0.0)
    assert got["RATIORSN"] == "BLQ values that are not in it: 1"
    lost = row(adaexpo_of(values(low[2:] + none), 0.9, 1 / 3), LEVEL="A", STATUS="ON_OR_AFTER")
    assert lost["GMEAN"] is None
    assert lost["REASON"] == "more than 33.3 % of the values are BLQ"
    assert lost["RATIORSN"] == "no geometric mean in a group"


def test_without_values_there_is_an_empty_table_of_the_same_columns():
    assert adaexpo_of(two_levels().clear(), 0.9, 1 / 3).schema == SCHEMA


NEGATIVES = [(f"n{i}", "A", c, "NEGATIVE", v) for c in (1, 2) for i, v in enumerate((10.0, 14.0))]


def lost(*rows, negatives=NEGATIVES):
    return adaloss_of(values([*negatives, *rows]), LOSS).filter(pl.col("USUBJID") == "1")


@pytest.mark.parametrize(
    ("prior", "value", "flag"),
    [
        (20.0, 9.0, "Y"),
        (17.0, 9.0, "N"),  # below the others, but not below half of its own
        (40.0, 12.0, "N"),  # below half of its own, but not below the others
        (20.0, 10.0, "N"),  # at both limits is not below them
        (40.0, 10.0, "N"),  # at the limit of the others, below half of its own
        (18.0, 9.0, "N"),  # at half of its own, below the others
    ],
)
def test_exposure_is_lost_below_the_negative_subjects_and_below_half_the_own_trough(
    prior, value, flag
):
    got = lost(("1", "A", 1, "BEFORE", prior), ("1", "A", 2, "ON_OR_AFTER", value)).row(
        1, named=True
    )
    assert got["LOSSFL"] == flag
    assert (got["LIMIT"], got["LIMITBY"], got["NREF"]) == (10.0, "minimum of 2", 2)
    assert (got["PRIOR"], got["PRIORNO"], got["PRIORLIM"]) == (prior, 1, prior / 2)
    assert got["REASON"] is None


def test_with_twenty_negative_subjects_the_limit_is_their_fifth_percentile():
    sizes = [10.0 + i for i in range(20)]
    many = [(f"n{i:02}", "A", 1, "NEGATIVE", v) for i, v in enumerate(sizes)]
    got = lost(("1", "A", 1, "BEFORE", 50.0), negatives=many).row(0, named=True)
    assert got["LIMIT"] == pytest.approx(np.percentile(sizes, 5))
    assert got["LIMITBY"] == "percentile 5 of 20"
    few = lost(("1", "A", 1, "BEFORE", 50.0), negatives=many[:19]).row(0, named=True)
    assert (few["LIMIT"], few["LIMITBY"]) == (10.0, "minimum of 19")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("1", "A", 1, "ON_OR_AFTER", 1.0)], "no trough before it"),
        (
            [("1", "B", 1, "BEFORE", 90.0), ("1", "A", 2, "ON_OR_AFTER", 1.0)],
            "the trough before it is of another dose level",
        ),
        (
            [("1", "A", 1, "BEFORE", 0.0), ("1", "A", 2, "ON_OR_AFTER", 1.0)],
            "the trough before it is below quantification",
        ),
        (
            [("1", "C", 1, "BEFORE", 9.0), ("1", "C", 2, "ON_OR_AFTER", 1.0)],
            "no ADA-negative subject with a trough at this dose and visit",
        ),
    ],
)
def test_a_trough_that_cannot_be_judged_says_why(rows, reason):
    got = lost(*rows).row(-1, named=True)
    assert (got["LOSSFL"], got["REASON"]) == (None, reason)


def test_a_lost_trough_below_quantification_is_found():
    got = lost(("1", "A", 1, "BEFORE", 20.0), ("1", "A", 2, "ON_OR_AFTER", 0.0))
    assert got["LOSSFL"].to_list() == ["N", "Y"]


DOSES = (1.0, 3.0, 10.0)
PLAN = DoseProportionality(parameters=("AUCTAU",), confidence=0.9, min_levels=3, min_subjects=6)


def proportional():
    """Nine subjects, AUC = 20 D with a little spread; the third of every level has half of it."""
    rows = [(d, i) for d in DOSES for i in range(3)]
    names = [f"{d:g}-{i}" for d, i in rows]
    adpp = pl.DataFrame(
        {
            "PROFILE": names,
            "USUBJID": names,
            "AVAL": [20 * d * (1.05, 0.95, 0.5 if d == 10 else 1.0)[i] for d, i in rows],
            "LEVEL": [f"{d:g}" for d, _ in rows],
        }
    ).with_columns(
        PARAMCD=pl.lit("AUCTAU"), PARAM=pl.lit("AUC"), PARCAT1=pl.lit("MAB"), MATRIX=pl.lit("SERUM"),
        CYCLE=pl.lit(1, pl.Int64), DOSENO=pl.lit(1, pl.Int64), SUMFL=pl.lit("Y"),
    )  # fmt: skip
    profiles = pl.DataFrame({"PROFILE": names, "DOSEG": [d for d, _ in rows]}).with_columns(
        PRFLFL=pl.lit("RICH"), DOSEGU=pl.lit("mg/kg"), DOSEPCT=pl.lit(100.0)
    )
    affected = pl.col("USUBJID") == "10-2"
    adapk = adpp.with_columns(
        ADATAG=pl.when(affected).then(pl.lit("ON_OR_AFTER")).otherwise(pl.lit("NEGATIVE"))
    )
    return adpp, adapk, profiles


def test_the_slope_is_fitted_with_all_profiles_and_without_the_affected():
    adpp, adapk, profiles = proportional()
    got = adadose_of(adpp, adapk, profiles, ("1", "3", "10"), PLAN)
    every = got.filter(pl.col("SUBSET") == "ALL").drop("SUBSET", "NOUT")
    assert every.equals(power_models(adpp, profiles, ("1", "3", "10"), PLAN))
    rest = row(got, SUBSET="WITHOUT", MODEL="FIRST")
    assert (rest["NOBS"], rest["NOUT"]) == (8, 1)
    assert rest["BETA"] == pytest.approx(1.0, abs=0.01)
    assert row(got, SUBSET="ALL", MODEL="FIRST")["BETA"] < 0.95


def test_a_slope_with_nobody_left_keeps_its_row_and_says_so():
    adpp, adapk, profiles = proportional()
    everybody = adapk.with_columns(ADATAG=pl.lit("ON_OR_AFTER"))
    got = row(adadose_of(adpp, everybody, profiles, (), PLAN), SUBSET="WITHOUT")
    assert (got["NOBS"], got["NOUT"], got["BETA"], got["REASON"]) == (0, 9, None, NOBODY)
