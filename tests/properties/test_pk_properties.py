"""What must always hold in the pk room: scaling, order, addition, and limits that agree with brute force."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pk_drawings import DOSES, SAMPLES, TINY, collected, trial

from pkpipe.nca import PARAMETERS
from pkpipe.nca.further_analyses.log_linear_models import fitted_line, fitted_line_by_subject
from pkpipe.pk.ledger.judged import observed
from pkpipe.pk.parameters.profile_parameters import parameters
from pkpipe.pk.summaries.geometric import Rules, described

POSITIVE = st.floats(0.01, 1e4)
DIMENSION = {p.code: p.dimension for p in PARAMETERS}


@pytest.mark.slow
@settings(max_examples=15)
@given(conc=st.floats(0.5, 50), dose=st.floats(0.1, 10))
def test_a_parameter_scales_with_concentrations_and_dose_as_its_dimension_says(conc, dose):
    lines = [line.split("|") for line in SAMPLES.strip().splitlines()]
    scaled = "\n".join(
        "|".join(
            [
                *cells[:4],
                cells[4] if i == 0 or "BLQ" in cells[4] else f" {float(cells[4]) * conc!r}",
            ]
        )
        for i, cells in enumerate(lines)
    )
    was = trial()["ADPP"]
    now = trial(DOSES.replace("| 100", f"| {100 * dose!r}"), scaled)["ADPP"]
    both = was.join(now, on=["PROFILE", "PARAMCD"], suffix="_NOW").filter(
        pl.col("AVAL").is_not_null()
    )
    assert both.height > 40
    for row in both.iter_rows(named=True):
        d = DIMENSION[row["PARAMCD"]]
        expected = row["AVAL"] * conc**d.conc * dose**d.dose
        assert row["AVAL_NOW"] == pytest.approx(expected, rel=1e-6, abs=1e-9), row["PARAMCD"]


def several(names, analyte=None):
    """Doses and samples of as many subjects, the concentrations of each a little higher."""
    dose_head, *dose_lines = DOSES.strip().splitlines()
    head, *lines = SAMPLES.strip().splitlines()
    doses = [line.replace("1 ", f"{name} ", 1) for name in names for line in dose_lines]
    samples = []
    for i, name in enumerate(names):
        for line in lines:
            cells = line.replace("1 ", f"{name} ", 1).split("|")
            if "BLQ" not in cells[-1]:
                cells[-1] = f" {float(cells[-1]) * 1.37**i!r}"
            samples.append("|".join(cells) + (f" | {analyte}" if analyte else ""))
    return [dose_head, *doses], [head + (" | PCTESTCD" if analyte else ""), *samples]


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(random):
    (dose_head, *doses), (head, *samples) = several("12345")
    usual = trial("\n".join([dose_head, *doses]), "\n".join([head, *samples]))
    random.shuffle(samples)
    random.shuffle(doses)
    shuffled = trial("\n".join([dose_head, *doses]), "\n".join([head, *samples]))
    for name in ("PROFILE", "ADPP", "PKCONC", "PKSTAT", "DOSEPROP", "ACCUM", "STEADY"):
        assert shuffled[name].equals(usual[name]), name


@settings(max_examples=5)
@given(st.permutations("12345"))
def test_what_subjects_are_called_changes_no_value(names):
    usual, renamed = (trial(*("\n".join(t) for t in several(order))) for order in ("12345", names))
    known = dict(zip("12345", names, strict=True))
    key = ["USUBJID", "PARCAT1", "DOSENO", "PARAMCD"]
    kept = [*key, "AVAL", "STATUS", "REASON", "SUMFL"]
    expected = usual["ADPP"].with_columns(pl.col("USUBJID").replace(known)).select(kept)
    assert renamed["ADPP"].select(kept).sort(key).equals(expected.sort(key))
    for name in ("PKCONC", "PKSTAT"):
        for now, was in zip(renamed[name]["AVAL"], usual[name]["AVAL"], strict=True):
            assert now == (was if was is None else pytest.approx(was, rel=1e-12)), name


def test_analytes_are_never_mixed():
    mab = TINY.analytes[0]
    two = TINY.model_copy(
        update={"analytes": (mab, mab.model_copy(update={"code": "TAB", "unit": "ng/mL"}))}
    )
    doses, own = several("123", "MAB")
    _, (_, *other) = several("213", "TAB")
    alone = trial("\n".join(doses), "\n".join(own), study=two)
    beside = trial("\n".join(doses), "\n".join([*own, *other]), study=two)
    for name, code in (("ADPP", "PARCAT1"), ("PKSTAT", "PARCAT1"), ("PKCONC", "PARAMCD")):
        mine = beside[name].filter(pl.col(code) == "MAB")
        assert mine.equals(alone[name]), name
        theirs = beside[name].filter(pl.col(code) == "TAB")
        assert theirs.height == mine.height
        assert not theirs["AVALU"].str.contains("ug").any()


@settings(max_examples=15)
@given(st.integers(2, 6))
def test_another_subject_changes_nothing_for_the_first(others):
    more = trial(
        DOSES + "".join(f"{s} | 1 | {3 * s} | 1 | 50\n" for s in range(2, others + 2)),
        SAMPLES + "".join(f"{s} | 1 | EOI | {3 * s + 1} | 30\n" for s in range(2, others + 2)),
    )["ADPP"].filter(pl.col("USUBJID") == "1")
    assert more.equals(trial()["ADPP"])


@given(st.lists(POSITIVE, min_size=3, max_size=30), st.floats(0.1, 10))
def test_geometric_statistics_scale_and_do_not_spread(values, factor):
    got = [
        dict(
            described(pl.DataFrame({"G": "a", "VALUE": v}), ["G"], Rules())
            .select("STAT", "AVAL")
            .rows()
        )
        for v in (values, [factor * x for x in values])
    ]
    assert got[1]["GMEAN"] == pytest.approx(factor * got[0]["GMEAN"], rel=1e-9)
    assert got[1]["GCV"] == pytest.approx(got[0]["GCV"], rel=1e-6, abs=1e-4)
    assert got[0]["MIN"] <= got[0]["GMEAN"] * (1 + 1e-12) <= got[0]["MEAN"] * (1 + 1e-9)
    assert got[0]["MEDIAN"] <= got[0]["MAX"]


# --- the random intercept against the whole covariance matrix ---


def dense_deviance(y, x, subject, ratio):
    """Minus twice the restricted log likelihood with the covariance matrix written out."""
    v = np.eye(len(y)) + ratio * (subject[:, None] == subject[None, :])
    weight = np.linalg.inv(v)
    a = x.T @ weight @ x
    beta = np.linalg.solve(a, x.T @ weight @ y)
    rest = y - x @ beta
    size = len(y) - x.shape[1]
    variance = rest @ weight @ rest / size
    total = size * math.log(variance) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1]
    return total, beta[1], math.sqrt(variance * np.linalg.inv(a)[1, 1])


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    subjects=st.integers(3, 7),
    between=st.sampled_from([0.0, 0.3, 2.0]),
)
def test_the_random_intercept_is_the_restricted_maximum_of_the_whole_covariance(
    seed, subjects, between
):
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(subjects), rng.integers(2, 5, subjects))
    x = rng.normal(size=len(subject))
    y = 1 + 0.5 * x + between * rng.normal(size=subjects)[subject] + 0.2 * rng.normal(size=len(x))
    line = fitted_line_by_subject(y, x, subject, 0.9, len(y) - subjects - 1)
    ratio = (line.between_sd / line.within_sd) ** 2
    design = np.column_stack([np.ones(len(x)), x])
    here, slope, error = dense_deviance(y, design, subject, ratio)
    assert line.value == pytest.approx(slope, rel=1e-8, abs=1e-10)
    assert line.error == pytest.approx(error, rel=1e-8)
    for other in (0, ratio / 1.2, ratio * 1.2, 0.01, 1, 100):
        assert here <= dense_deviance(y, design, subject, other)[0] + 1e-7


@given(seed=st.integers(0, 10_000), n=st.integers(4, 20))
def test_with_one_observation_a_subject_the_random_intercept_is_least_squares(seed, n):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(size=n)
    plain = fitted_line(y, x, 0.9)
    mixed = fitted_line_by_subject(y, x, np.arange(n), 0.9, n - 2)
    assert (mixed.value, mixed.lower) == (pytest.approx(plain.value), pytest.approx(plain.lower))


@given(seed=st.integers(0, 10_000), k=st.floats(0.1, 10), shift=st.floats(-5, 5))
def test_a_line_of_logs_knows_no_units(seed, k, shift):
    """Doses in another unit move the intercept and leave slope and limits."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=9), rng.normal(size=9)
    a, b = fitted_line(y, x, 0.9), fitted_line(y + math.log(k), x + shift, 0.9)
    assert (b.value, b.upper) == (
        pytest.approx(a.value, abs=1e-9),
        pytest.approx(a.upper, abs=1e-9),
    )
    assert b.intercept == pytest.approx(a.intercept + math.log(k) - a.value * shift, abs=1e-9)


def test_the_tiny_study_is_what_the_drawings_assume():
    assert TINY.drugs[0].cycle_days * 24 == 504


def test_a_profile_has_the_same_bits_alone_and_with_the_others():
    # An entry of the ledger computes the profiles of its subject anew, a run all of them together.
    random = np.random.default_rng(20261130)
    doses, samples = DOSES.strip().splitlines(), SAMPLES.strip().splitlines()
    many_doses, many_samples = doses[:1], samples[:1]
    for subject in range(1, 31):
        own = [line.replace("1 ", f"{subject} ", 1) for line in (*doses[1:], *samples[1:])]
        many_doses += own[:2]
        for line in own[2:]:
            cells = line.split("|")
            hour = float(cells[3]) + (random.uniform(0, 0.4) if "PRE" not in line else 0)
            cells[3] = f" {hour!r} "
            if "BLQ" not in line:
                cells[4] = f" {float(cells[4]) * random.uniform(0.7, 1.4)!r}"
            many_samples.append("|".join(cells))
    domains, who = collected("\n".join(many_doses), "\n".join(many_samples))
    seen = observed(domains | who, TINY, TINY.nca)
    assert seen.adpp.height > 60 * 40
    for profile in seen.it.profiles["PROFILE"]:
        mine = seen.it.profiles.filter(pl.col("PROFILE") == profile)
        alone = parameters(seen.it.drawn, mine, TINY, TINY.nca)
        assert alone.equals(seen.adpp.filter(pl.col("PROFILE") == profile)), profile
