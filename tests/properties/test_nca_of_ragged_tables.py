"""Random ragged tables: each profile has the results of a scalar NCA of it alone."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nca_profiles import METHODS, concentration, dosed
from scalar_nca import scalar_nca

from pkpipe.nca import Options, nca_wide

one_profile = st.lists(
    st.tuples(st.integers(1, 400), concentration), min_size=1, max_size=16, unique_by=lambda s: s[0]
)


@given(
    drawn=st.lists(one_profile, min_size=1, max_size=12),
    method=st.sampled_from(METHODS),
    data=st.data(),
)
def test_a_ragged_table_in_any_order_equals_a_scalar_nca_of_each_profile(drawn, method, data):
    profiles = [sorted((t / 4, c) for t, c in one) for one in drawn]
    rows = [(i, t, c) for i, one in enumerate(profiles) for t, c in one]
    shuffled = data.draw(st.permutations(rows))
    conc = pl.DataFrame(
        shuffled, schema={"ID": pl.Int64, "TIME": pl.Float64, "CONC": pl.Float64}, orient="row"
    )
    given_doses = pl.concat(dosed("iv_infusion", None, key=i) for i in range(len(profiles)))
    options = Options.from_mapping({"auc_method": method})
    got = nca_wide(conc, given_doses, options, keys=["ID"])
    assert got["ID"].to_list() == list(range(len(profiles)))
    for one, row in zip(profiles, got.iter_rows(named=True), strict=True):
        expected = scalar_nca([t for t, _ in one], [c for _, c in one], method)
        if expected is None:
            assert row["AUCLST"] is None
            continue
        slope = expected.pop("slope")
        for code, value in expected.items():
            assert row[code] == pytest.approx(value, rel=1e-7 if code == "AUMCLST" else 1e-9), code
        if slope is None:
            assert row["LAMZ"] is None
            continue
        rate, r2adj, points = slope
        assert row["LAMZNPT"] == points
        assert row["LAMZ"] == pytest.approx(rate, rel=1e-8, abs=1e-12)
        assert row["R2ADJ"] == pytest.approx(r2adj, rel=1e-7, abs=1e-9)
