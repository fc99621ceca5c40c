"""Bootstrap of sparse areas: seeded, in the design of the data, against exact distributions."""

import itertools
import math

import numpy as np
import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.nca.further_analyses.sparse import sparse
from pkpipe.nca.further_analyses.sparse_bootstrap import CODES, Bootstrap

DRAWN = 40_000
# Two times, two animals each: a drawn mean is one of three, so the area has nine values of known chance.
SERIAL = {1.0: (4.0, 8.0), 3.0: (1.0, 3.0)}
# Nine animals in three batches, as in the R package PK (see tests/reference/test_nca_sparse.py).
BATCH = {
    (0.0, 1.0, 6.0): ((0, 1.75, 4.63), (0, 2.2, 2.99), (0, 1.58, 1.52)),
    (2.0, 10.0): ((3.03, 3.34), (1.98, 1.3), (2.22, 1.22)),
    (4.0, 24.0): ((3.54, 0.3), (2.84, 0.0421), (2.55, 0.231)),
}


def table(batches, **more):
    rows = [
        (f"{number}-{animal}", time, value)
        for number, (times, animals) in enumerate(batches.items())
        for animal, values in enumerate(animals)
        for time, value in zip(times, values, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=["USUBJID", "TIME", "CONC"], orient="row", strict=False)
    return frame.cast({"TIME": pl.Float64, "CONC": pl.Float64}).with_columns(**more)


def serial():
    return table({(t,): tuple((c,) for c in conc) for t, conc in SERIAL.items()})


def drawn(frame, keys=(), many=DRAWN, seed=7, **more):
    return sparse(frame, keys, "USUBJID", bootstrap=Bootstrap(many, seed), **more)


def area(first, second):
    """From 0 at the dose over the mean at 1 h to that at 3 h."""
    return first / 2 + 2 * (first + second) / 2


def exact():
    """Every area of two animals drawn from two at each time, each as often as the others."""
    means = [[sum(pair) / 2 for pair in itertools.product(c, repeat=2)] for c in SERIAL.values()]
    return np.array([area(a, b) for a, b in itertools.product(*means)])


def test_bias_error_and_limits_are_those_of_the_exact_distribution():
    got, wanted = drawn(serial()).row(0, named=True), exact()
    error = wanted.std() / math.sqrt(DRAWN)
    assert got["AUCLST"] == area(6, 2) == wanted.mean()
    assert abs(got["AUCLSTBB"]) < 4 * error
    assert got["AUCLSTBS"] == pytest.approx(wanted.std(), rel=0.02)
    # so few values that a percentile is one of them, whatever is drawn
    assert got["AUCLSTBL"] == np.quantile(wanted, 0.05, method="inverted_cdf")
    assert got["AUCLSTBU"] == np.quantile(wanted, 0.95, method="inverted_cdf")


def test_in_batches_an_animal_is_drawn_with_all_its_times():
    """The error of a sum over batches: root of the sum of var(n - 1)/n over n, each animal whole."""
    got = drawn(table(BATCH)).row(0, named=True)
    times = np.array(sorted(t for when in BATCH for t in when))
    width = np.diff(times)
    weight = (np.append(0, width) + np.append(width, 0)) / 2
    spread = 0.0
    for when, animals in BATCH.items():
        sums = np.array(animals) @ weight[np.searchsorted(times, when)]
        spread += sums.var(ddof=0) / len(sums)
    assert got["AUCLST"] == pytest.approx(39.4689, rel=1e-9)
    assert got["AUCLSTBS"] == pytest.approx(math.sqrt(spread), rel=0.02)
    apart = math.sqrt(
        sum(
            (weight[np.searchsorted(times, t)] * np.array(column)).var(ddof=0) / 3
            for when, animals in BATCH.items()
            for t, column in zip(when, np.array(animals).T, strict=True)
        )
    )
    assert abs(apart - math.sqrt(spread)) > 0.02 * apart, (
        "as if each sample were an animal: another"
    )


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    first, again, other = (
        drawn(table(BATCH), many=500, seed=s).select(CODES).row(0) for s in (1, 1, 2)
    )
    assert first == again != other


def test_a_group_gives_the_same_numbers_alone_and_beside_others_in_any_order():
    a, b = table(BATCH, ARM=pl.lit("A")), table(BATCH, ARM=pl.lit("B"), CONC=pl.col("CONC") * 2)
    alone = drawn(b, ["ARM"], many=500).select(CODES).row(0)
    for frame in (pl.concat([a, b]), pl.concat([b, a]).sample(fraction=1, shuffle=True, seed=3)):
        assert drawn(frame, ["ARM"], many=500).filter(ARM="B").select(CODES).row(0) == alone


def test_how_many_are_drawn_at_once_changes_nothing(monkeypatch):
    whole = drawn(table(BATCH), many=500).select(CODES).row(0)
    monkeypatch.setattr("pkpipe.nca.further_analyses.sparse_bootstrap.CELLS", 200)
    assert drawn(table(BATCH), many=500).select(CODES).row(0) == whole


def test_mostly_blq_times_are_zero_in_a_drawn_data_set_as_in_the_measured_one():
    """Of two animals, one BLQ: a drawn pair of two BLQ has the mean 0, and the area ends a time before."""
    got = drawn(table({(1.0,): ((4.0,), (4.0,)), (3.0,): ((2.0,), (0.0,))})).row(0, named=True)
    values = np.array([area(4, 2), area(4, 1), area(4, 1), 2.0])
    assert got["AUCLST"] == area(4, 1)
    assert got["AUCLSTBB"] == pytest.approx(values.mean() - area(4, 1), abs=4 * values.std() / 200)


def test_a_batch_of_one_animal_has_no_bootstrap_and_says_why():
    got = drawn(table(BATCH).filter(~pl.col("USUBJID").is_in(["1-1", "1-2"])), many=100)
    assert got.select(CODES).row(0) == (None,) * 4
    assert "single subject" in got["WHY_AUCLSTBS"].item()


def test_the_verb_adds_the_rows_and_wants_both_numbers(tmp_path, capsys):
    conc, dose, out = (tmp_path / n for n in ("c.csv", "d.csv", "o.csv"))
    table(BATCH, ARM=pl.lit("A")).write_csv(conc)
    dose.write_text("ARM,TIME,DOSE,ROUTE\nA,0,100,extravascular\n", encoding="utf-8")
    words = ["nca", str(conc), str(dose), "-o", str(out), "--sparse", "--by", "ARM"]
    assert main([*words, "--bootstrap", "1000", "--seed", "1", "--units", "CONC=ug/mL"]) == 0
    rows = pl.read_csv(out).filter(pl.col("PPTESTCD").is_in(CODES))
    assert rows["PPTESTCD"].to_list() == list(CODES)
    assert set(rows["PPSTRESU"]) == {"ug/mL*h"}
    for more in (["--bootstrap", "1000"], ["--seed", "1"], ["--bootstrap", "5", "--seed", "1"]):
        assert main([*words, *more]) == 2
    assert "--seed" in capsys.readouterr().err
    assert main([*words[:5], "--bootstrap", "1000", "--seed", "1"]) == 2, "of sparse data only"
