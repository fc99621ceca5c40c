"""Concentrations that were copied, or that stand under another matrix, are asked about."""

import polars as pl
import pytest
from test_cases_plausible import asked, dm, ex, pc

C = pl.col


def with_cycle_2(change):
    first = pc()
    second = first.with_columns(
        CYCLE=pl.lit(2, dtype=pl.Int64), PCDTC=C("PCDTC").str.replace("-01-", "-02-")
    )
    value = change(C("PCSTRESN"))
    second = second.with_columns(PCSTRESN=value, PCSTRESC=value.cast(pl.String))
    both = pl.concat([first, second])
    return both.with_columns(SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))


def test_results_of_a_cycle_that_are_those_of_another_cycle_are_asked_about_once_a_subject():
    found = asked(PC=with_cycle_2(lambda v: v), EX=ex(), DM=dm())["PC-COPIED-CYCLE"]
    assert found["USUBJID"].n_unique() == found.height == 8
    assert found["MESSAGE"][0].endswith("at the same times: 1")
    assert found["ROW"].min() > 41


def test_two_results_alike_and_results_of_two_figures_are_no_copy():
    two = (
        pl.when(C("PCTPT").is_in(["EOI", "24H"]))
        .then(C("PCSTRESN"))
        .otherwise(C("PCSTRESN") * 1.07)
    )
    found = asked(PC=with_cycle_2(lambda _: two.round(3)), EX=ex(), DM=dm())
    assert "PC-COPIED-CYCLE" not in found


@pytest.mark.parametrize("whole", [True, False])
def test_a_subject_whose_every_sample_is_of_another_matrix_is_asked_about(whole):
    of_s3 = (C("USUBJID") == "S3") & (pl.lit(whole) | (C("PCTPT") == "EOI"))
    moved = pc().with_columns(PCSPEC=pl.when(of_s3).then(pl.lit("PLASMA")).otherwise("PCSPEC"))
    found = asked(PC=moved, EX=ex(), DM=dm())
    assert found["PC-MATRIX"].height == 1
    assert ("PC-MATRIX-ALONE" in found) == whole
    if whole:
        assert found["PC-MATRIX-ALONE"]["USUBJID"].to_list() == ["S3"]
