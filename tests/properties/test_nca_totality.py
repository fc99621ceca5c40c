"""Whatever the tables hold, every planned result has a value or a reason, and nothing else escapes."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkpipe.nca import Options, nca

times = st.integers(-20, 240).map(lambda t: t / 4)
sample = st.tuples(
    st.integers(0, 3),
    times,
    st.one_of(
        st.none(),
        st.just(0.0),
        st.floats(-1, 0, exclude_max=True),
        st.floats(1e-3, 1e3),
        st.sampled_from([1e-310, 1e-200, 1e200, 1e300, 7.0, 7.0000000000000009]),
    ),
    st.sampled_from([None, "Y", "N", None, None]),
)
dose = st.tuples(
    st.integers(0, 4),
    times,
    st.sampled_from([0.0, 100.0]),
    st.sampled_from(["iv_infusion", "iv_bolus", "extravascular"]),
    st.sampled_from([0.0, 1.0, 2.5]),
    st.sampled_from([None, 12.0, 24.0]),
)
interval = st.tuples(
    st.integers(0, 4), times, st.one_of(st.none(), st.floats(0.1, 60)), st.sampled_from(["SD", "MD", "PART"])
).filter(lambda i: not (i[2] is None and i[3] == "PART"))  # fmt: skip
BLQ_RULES = [
    *("LOQ1", "LOQ2", "LOQ3", "LOQ4", "LOQ5"),
    *({"middle": "keep"}, {"first": "drop"}, {"last": 2.0}),
    {"before_tmax": "drop", "after_tmax": "half_lloq"},
]
CONC = {
    "ID": pl.Int64,
    "TIME": pl.Float64,
    "CONC": pl.Float64,
    "LAMZFL": pl.String,
    "LLOQ": pl.Float64,
}
DOSE = {"ID": pl.Int64, "TIME": pl.Float64, "DOSE": pl.Float64, "ROUTE": pl.String}
DOSE |= {"DURATION": pl.Float64, "TAU": pl.Float64}
INTERVAL = {"ID": pl.Int64, "START": pl.Float64, "END": pl.Float64, "KIND": pl.String}
options = st.fixed_dictionaries(
    {
        "auc_method": st.sampled_from(["linear", "linear_log", "linear_up_log_down"]),
        "blq": st.sampled_from(BLQ_RULES),
        "lambda_z": st.fixed_dictionaries(
            {
                "cmax": st.sampled_from(["exclude", "include", "by_route"]),
                "min_points": st.sampled_from([2, 3]),
                "max_points": st.sampled_from([None, 4]),
                "rising": st.sampled_from(["ignore", "veto"]),
                "weights": st.sampled_from(["uniform", "1/y", "1/y2"]),
            }
        ),
        "start": st.fixed_dictionaries(
            {"later_dose": st.sampled_from(["none", "interval_minimum"])}
        ),
        "predose_window": st.sampled_from([None, 3.0]),
        "accept": st.just(
            {
                "samples_min": 4,
                "r2adj_min": 0.9,
                "span_min": 2,
                "span_reject": 1,
                "extrapolated_max": 20,
                "extrapolated_reject": 50,
                "half_life_within_window": True,
            }
        ),
        "time_above": st.just(1.0),
    }
)
# The same with a line of Tobit regression, which has neither weights nor a limit on R².
tobit = options.map(
    lambda o: (
        o
        | {
            "lambda_z": o["lambda_z"] | {"method": "tobit", "weights": "uniform"},
            "accept": o["accept"] | {"r2adj_min": None},
        }
    )
)


@pytest.mark.slow
@settings(max_examples=300)
@given(
    # two times that differ in the last bits are one time, and one interval is asked once
    samples=st.lists(sample, max_size=30, unique_by=lambda s: (s[0], round(s[1], 4))),
    doses=st.lists(dose, max_size=8, unique_by=lambda d: (d[0], round(d[1], 4))),
    asked=st.none()
    | st.lists(
        interval, min_size=1, max_size=5, unique_by=lambda i: (*i[:2], i[2], i[3] == "PART")
    ),
    chosen=options | tobit,
)
def test_every_result_has_a_value_or_a_reason(samples, doses, asked, chosen):
    conc = pl.DataFrame([(*s, 0.5) for s in samples], schema=CONC, orient="row")
    given_doses = pl.DataFrame(doses, schema=DOSE, orient="row")
    intervals = None
    if asked is not None:
        rows = [(g, s, None if length is None else s + length, k) for g, s, length, k in asked]
        intervals = pl.DataFrame(rows, schema=INTERVAL, orient="row")
    got = nca(conc, given_doses, Options.from_mapping(chosen), keys=["ID"], intervals=intervals)
    missing = got["PPSTRESN"].is_null()
    assert not got["PPSTRESN"].is_nan().any()
    assert not got["PPSTRESN"].is_infinite().any()
    assert missing.equals(got["PPSTAT"].eq_missing("NOT DONE"), check_names=False)
    assert missing.equals(got["PPREASND"].is_not_null(), check_names=False)
    assert got["STATUS"].is_in(["OK", "FLAG", "NR"]).all()
    assert (got["STATUS"] == "OK").equals(got["REASON"].is_null(), check_names=False)
    if asked is None:  # parts of one infusion are one dose, so count the profiles
        assert got["ID"].n_unique() >= len({d[0] for d in doses})
    else:
        assert got.select("ID", "START").unique().height >= len({a[:2] for a in asked})


@pytest.mark.parametrize("route", ["iv_bolus", "iv_infusion"])
@pytest.mark.parametrize("first", [0.0, 0.25])
def test_a_fall_too_steep_for_numbers_is_a_value_or_a_reason(route, first):
    """Back to the dose it runs over to infinity, on to the end of the interval it falls below any number."""
    conc = pl.DataFrame({"ID": [1, 1], "TIME": [first, first + 0.25], "CONC": [1e200, 1.0]})
    given = pl.DataFrame(
        {
            "ID": [1],
            "TIME": [0.0],
            "DOSE": [100.0],
            "ROUTE": [route],
            "DURATION": [0.0],
            "TAU": [12.0],
        }
    )
    got = nca(conc, given, Options.from_mapping({"lambda_z": {"min_points": 2}}), keys=["ID"])
    known = got["PPSTRESN"].is_finite().fill_null(value=False)
    assert (known | got["PPREASND"].is_not_null()).all()
