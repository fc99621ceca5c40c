"""A sentence about a row has the row's values in it, however the column lies in memory."""

import datetime

import polars as pl
import pytest

from pkpipe.sentences import sentence


def test_each_place_has_its_value_and_a_missing_one_makes_no_sentence():
    rows = pl.DataFrame({"a": [1.5, None], "d": [datetime.date(2025, 1, 2)] * 2})
    told = rows.select(sentence("{} on {}, twice {}", "a", pl.col("d"), "a")).to_series()
    assert told.to_list() == ["1.5 on 2025-01-02, twice 1.5", None]


def test_no_row_is_no_sentence():
    assert pl.DataFrame({"a": [1.5]}).clear().select(sentence("x {}", "a")).height == 0


def test_a_column_whose_first_chunk_a_filter_left_empty_has_its_sentences():
    halves = [pl.DataFrame({"b": list(range(n, n + 501))}) for n in (0, 501)]
    joined = pl.DataFrame({"k": list(range(1002))}).hstack(pl.concat(halves, rechunk=False))
    late = joined.filter(pl.col("k") > 1000)
    assert late.select(sentence("b is {}", "b")).to_series().to_list() == ["b is 1001"]


def test_as_many_values_as_places():
    with pytest.raises(ValueError, match="1 values for 2 places"):
        sentence("{} and {}", "a")
