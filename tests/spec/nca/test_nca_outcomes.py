"""Bad input, limits and status: every case has an outcome with a name."""

import polars as pl
import pytest
from nca_drawings import doses, intervals, reasons, results, samples, values
from reference_profile import VECTOR

from pkpipe.errors import ConfigError, DataError
from pkpipe.nca import (
    PARAMETERS,
    Options,
)
from pkpipe.nca.registry.accept import criteria


def test_two_samples_at_one_time_stop_the_analysis_and_name_the_row():
    with pytest.raises(DataError, match=r"subject a: TIME is '1.0': two samples at one time"):
        results("0:0 1:60 1:61 2:30")


def test_a_missing_repeat_of_a_sample_is_no_duplicate():
    assert values("0:0 1:60 1:- 2:30 3:16 4:8")["CMAX"] == 60


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("CONC", float("inf"), "row 3, subject a: CONC is 'inf': is no concentration"),
        ("CONC", float("nan"), "row 3, subject a: CONC is 'NaN': is no concentration"),
        ("TIME", float("nan"), "row 3, subject a: TIME is 'NaN': is no time"),
        ("TIME", None, "row 3, subject a: TIME: is no time"),
        ("BLQ", 2, "row 3, subject a: BLQ is '2': is no flag (allowed: 0 or 1)"),
    ],
)
def test_cells_that_cannot_be_used_are_named(column, value, message):
    conc = samples(VECTOR)
    spoilt = conc.with_columns(
        pl.when(pl.int_range(pl.len()) == 1).then(value).otherwise(column).alias(column)
    )
    with pytest.raises(DataError) as problem:
        results(spoilt)
    assert message in str(problem.value)


def test_every_fault_of_both_tables_is_named_at_once():
    conc = samples(VECTOR).with_columns(BLQ=pl.lit(7))
    with pytest.raises(DataError) as problem:
        results(conc, doses(0).with_columns(ROUTE=pl.lit("oral"), DOSE=pl.lit(-1.0)))
    text = str(problem.value)
    assert (
        "row 2, subject a: BLQ is '7': is no flag (allowed: 0 or 1) [6 rows like this one]" in text
    )
    assert "ROUTE is 'oral': is no route (allowed: extravascular, iv_bolus, iv_infusion)" in text
    assert "DOSE is '-1.0': is no dose" in text


def test_a_negative_concentration_takes_its_interval_and_no_other():
    conc = pl.concat([samples("0:0 1:60 2:-3 3:15 4:7", "a"), samples(VECTOR, "b")])
    got = results(conc, pl.concat([doses(0), doses(0, key="b")]))
    spoilt = got.filter(pl.col("ID") == "a")
    why = "a concentration in the interval is negative: none of it can be trusted"
    no_count = spoilt.filter(~pl.col("PPTESTCD").is_in(["NCONC", "NCONCM", "TDOSE"]))
    assert no_count["PPREASND"].unique().to_list() == [why]
    assert (
        got.filter(pl.col("ID") == "b")
        .drop("ID")
        .equals(results(samples(VECTOR, "b"), doses(0, key="b")).drop("ID"))
    )


def test_samples_without_a_dose_are_reported_with_that_reason():
    conc = pl.concat([samples(VECTOR, "a"), samples(VECTOR, "c")])
    got = results(conc).filter(pl.col("ID") == "c")
    assert got["START"].null_count() == got.height
    assert got.filter(pl.col("PPTESTCD") == "AUCLST")["PPREASND"].item() == (
        "no dose is recorded for these samples"
    )


def test_a_dose_without_samples_is_reported_with_that_reason():
    got = reasons("0:-", doses(0))
    assert got["CMAX"] == got["AUCLST"] == "no concentration was measured in the interval"
    empty = samples(VECTOR).clear()
    assert reasons(empty)["CLO"] == "no concentration was measured in the interval"


def test_all_blq_has_a_peak_of_zero_and_no_last_concentration():
    got = values("0:< 1:< 2:<")
    assert (got["CMAX"], got["AUCALL"]) == (0, 0)
    why = reasons("0:< 1:< 2:<")
    for code in ("TMAX", "CLST", "TLST", "AUCLST", "LAMZ", "CLO"):
        assert why[code] == (
            "every concentration of the interval is below the limit of quantification"
        ), code


def test_one_sample_makes_no_area_unless_the_start_is_known():
    assert values("2:8")["AUCLST"] == 8, "from zero at the dose"
    why = reasons("0:8", doses(0, route="iv_bolus"))
    assert why["AUCLST"] == "a single concentration makes no area"


def test_an_interval_without_a_dose_has_areas_but_no_clearance():
    got = reasons(VECTOR, doses(0), intervals((24, 336, "MD")))
    assert got["CLSS"] == got["TDOSE"] == "no dose lies in the interval"
    assert got["AUCTAU"] is None


def test_the_order_is_keys_start_end_and_registry():
    got = results(VECTOR, None, intervals((0, 168, "PART"), (0, None, "SD"), (0, 24, "PART")))
    ends = got["END"].unique(maintain_order=True).to_list()
    assert ends == [24, 168, None]
    order = [p.code for p in PARAMETERS]
    last = got.filter(pl.col("END").is_null())["PPTESTCD"].to_list()
    assert last == sorted(last, key=order.index)


def test_limits_flag_or_reject_and_the_reason_reaches_what_depends_on_it():
    got = results(VECTOR, accept={"span_min": 3, "r2adj_min": 0.999, "extrapolated_max": 10})
    table = {r["PPTESTCD"]: r for r in got.iter_rows(named=True)}
    assert table["AUCLST"]["STATUS"] == "OK"
    assert table["LAMZHL"]["STATUS"] == "NR"
    assert table["CLO"]["PPSTRESN"] == pytest.approx(0.01030105, rel=1e-6), "the value stays"
    assert table["CLO"]["REASON"] == (
        "adjusted R² below 0.999; terminal points span less than 3 half-lives; "
        "over 10 % of the area extrapolated"
    )
    flagged = results(VECTOR, accept={"extrapolated_max": 10})
    status = dict(flagged.select("PPTESTCD", "STATUS").iter_rows())
    assert (status["AUCIFO"], status["CLO"], status["LAMZ"], status["CLLST"]) == (
        "FLAG",
        "FLAG",
        "OK",
        "OK",
    )


LIMITS = {
    "samples_min": 4,
    "r2adj_min": 0.9,
    "span_min": 3,
    "span_reject": 2,
    "extrapolated_max": 20,
    "extrapolated_reject": 40,
    "half_life_within_window": True,
}


AT_LIMIT = {"NCONCM": 4, "R2ADJ": 0.9, "LAMZSPN": 3, "AUCPEO": 20, "AUCPEP": 20, "LAMZHL": 24}


def test_a_value_exactly_at_its_limit_is_accepted_and_one_beyond_it_is_not():
    asked = criteria(Options.from_mapping({"accept": LIMITS}).accept)
    at = pl.DataFrame({c: [float(v)] for c, v in AT_LIMIT.items()} | {"TLST": [24.0]})
    assert not any(at.select(c.broken).item() for c in asked)
    rejected = at.with_columns(LAMZSPN=2.0, AUCPEO=40.0, AUCPEP=40.0)
    assert {c.status for c in asked if rejected.select(c.broken).item()} == {"FLAG"}
    beyond = pl.DataFrame(
        {"NCONCM": [3.0], "R2ADJ": [0.8999], "LAMZSPN": [1.9999], "LAMZHL": [24.0001]}
        | {"AUCPEO": [40.0001], "AUCPEP": [40.0001], "TLST": [24.0]}
    )
    assert all(beyond.select(c.broken).item() for c in asked)


def test_a_rejection_speaks_for_the_milder_flag_of_the_same_limit():
    got = results(VECTOR, accept={"span_min": 3, "span_reject": 2.5})
    row = got.filter(pl.col("PPTESTCD") == "LAMZ").row(0, named=True)
    assert (row["STATUS"], row["REASON"]) == ("NR", "terminal points span less than 2.5 half-lives")


def test_a_half_life_beyond_the_sampled_time_is_flagged_if_asked():
    drawn = "0:0 1:60 2:59 3:58 4:57.1"
    got = results(drawn, accept={"half_life_within_window": True})
    row = got.filter(pl.col("PPTESTCD") == "LAMZHL").row(0, named=True)
    assert (row["STATUS"], row["REASON"]) == ("FLAG", "half-life exceeds the sampling window")


def test_an_area_within_its_samples_does_not_inherit_the_doubt_of_the_slope():
    limits = {"r2adj_min": 0.999}
    inside = results(VECTOR, None, intervals((0, 168, "PART")), accept=limits)
    beyond = results(VECTOR, None, intervals((0, 400, "PART")), accept=limits)
    assert inside["STATUS"].unique().to_list() == ["OK"]
    status = dict(beyond.select("PPTESTCD", "STATUS").iter_rows())
    assert (status["AUCINT"], status["AUCINTP"]) == ("NR", "NR")
    assert (status["AUCINTL"], status["AUCINTA"]) == ("OK", "OK")


def test_a_misspelt_option_names_itself_and_what_is_allowed():
    with pytest.raises(
        ConfigError,
        match=r"lambda_z.minpoints: unknown key, did you mean 'min_points'\? \(allowed: cmax, ",
    ):
        Options.from_mapping({"lambda_z": {"minpoints": 3}})
    with pytest.raises(ConfigError, match="'LOQ9' is no named set"):
        Options.from_mapping({"blq": "LOQ9"})


def test_a_missing_column_is_named():
    with pytest.raises(ConfigError, match="doses: no column ROUTE"):
        results(VECTOR, doses(0).drop("ROUTE"))


def test_half_the_lloq_needs_the_lloq():
    with pytest.raises(DataError, match="a BLQ without its LLOQ"):
        results("0:0 1:60 2:< 3:30", blq={"middle": "half_lloq"})
