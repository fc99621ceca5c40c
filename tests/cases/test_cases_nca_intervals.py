"""NCA on other people's data: what belongs to which interval, which dose, which start."""

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.errors import DataError
from pkpipe.nca import Options, nca

INFUSION = "0:0 1:60 24:45 48:38 168:20 336:9"
TOO_FEW = "fewer than 3 quantifiable samples are eligible for the terminal slope"


def samples(drawn: str, who: str = "S1") -> pl.DataFrame:
    cells = [cell.split(":") for cell in drawn.split()]
    return pl.DataFrame(
        {"ID": who, "TIME": [float(t) for t, _ in cells], "CONC": [float(c) for _, c in cells]}
    )


def doses(*rows: tuple[float, float], route="iv_infusion", duration=1.0, tau=None, who="S1"):
    """Rows of time and amount."""
    return pl.DataFrame(
        {
            "ID": who,
            "TIME": [float(t) for t, _ in rows],
            "DOSE": [float(d) for _, d in rows],
            "ROUTE": route,
            "DURATION": duration if route == "iv_infusion" else 0.0,
            "TAU": tau,
        },
        schema_overrides={"TAU": pl.Float64, "DURATION": pl.Float64},
    )


def asked(start, end, kind):
    return pl.DataFrame(
        {"ID": ["S1"], "START": [float(start)], "END": [end], "KIND": [kind]},
        schema_overrides={"END": pl.Float64},
    )


def found(drawn, given, intervals=None, begin=None, **options):
    conc = samples(drawn) if isinstance(drawn, str) else drawn
    rows = nca(conc, given, Options.from_mapping(options), keys=["ID"], intervals=intervals)
    if begin is not None:
        rows = rows.filter(pl.col("START") == begin)
    assert rows.select("ID", "START", "END", "PPTESTCD").is_duplicated().sum() == 0
    return rows


def numbers(*args, **more):
    return dict(found(*args, **more).select("PPTESTCD", "PPSTRESN").iter_rows())


def alike(one, other):
    """The same codes with the same values."""
    assert one.keys() == other.keys()
    assert [c for c, v in one.items() if v is None] == [c for c, v in other.items() if v is None]
    there = [c for c, v in one.items() if v is not None]
    return [one[c] for c in there] == pytest.approx([other[c] for c in there], rel=1e-12)


def reasons(*args, **more):
    return dict(found(*args, **more).select("PPTESTCD", "PPREASND").iter_rows())


WASHOUT = "0:0 1:7 4:5 12:2.5 24:1 25:8 28:6 36:3 48:1.5 60:0.6 96:0.1"


def test_a1_cmin_beyond_tau_is_no_minimum_of_the_dosing_interval():
    two = doses((0, 100), (24, 100), route="extravascular", tau=24.0)
    got = numbers(WASHOUT, two, begin=24.0)
    assert (got["CMIN"], got["TMIN"], got["SWING"], got["CMIND"]) == (1.0, 0.0, 7.0, 0.01)
    assert got["FLUCP"] == pytest.approx(100 * 7 / got["CAVG"], rel=1e-12)
    assert got["FLUCP"] == pytest.approx(195.463504515, rel=1e-9)
    assert (got["TLST"], got["CLST"], got["CTROUGH"]) == (72.0, 0.1, 1.5)


def test_a1_cmin_beyond_tau_holds_for_a_peak_behind_tau_too():
    late = "0:2 1:7 4:5 12:2.5 24:2 36:9 48:4 60:2 96:0.5"
    steady = numbers(late, doses((0, 100), route="extravascular", tau=24.0), asked(0, None, "MD"))
    assert (steady["CMAX"], steady["TMAX"], steady["PTROUGHR"]) == (7.0, 1.0, 3.5)
    assert steady["LAMZLL"] >= 48, "the slope begins after the peak of the whole curve"
    single = numbers(late, doses((0, 100), route="extravascular", tau=24.0))
    assert (single["CMAX"], single["TMAX"]) == (9.0, 36.0), "of a single dose the entire curve"
    assert single["SWING"] == (7 - 2) / 2


PHOENIX = {
    # MetidaNCA.jl, test/csv/pkdata2.csv, subjects 1, 8 and 10, and what its tests have of Phoenix
    1: (
        "0:0 .5:178.949 1:190.869 1.5:164.927 2:139.962 2.5:129.59 3:131.369 4:150.854 5:121.239 "
        "6:139.229 8:128.52 10:143.243 12:144.964 24:133.16 48:137.271 72:112.846",
        (121.239, 21.652527, 0.24426958, 9283.0588, 1367.7388, 306.68478),
    ),
}


def test_a2_metida7_phoenix_fluctuation_and_the_whole_row_from_one_interval():
    drawn, wanted = PHOENIX[1]
    given = doses((2, 100), route="extravascular", tau=10.0)
    got = numbers(drawn, given, asked(2, None, "MD"), auc_method="linear")
    codes = ("CMIN", "FLUCP", "SWING", "AUCLST", "AUCTAU", "MRTEVMDO")
    assert [got[c] for c in codes] == pytest.approx(list(wanted), rel=1e-7)
    default = numbers(drawn, given, auc_method="linear")
    assert [default[c] for c in codes[:3]] == pytest.approx(list(wanted[:3]), rel=1e-7)


TWO_BAGS = doses((0, 50), (1, 50))


@pytest.mark.parametrize("end", [336.0, None])
def test_b1_two_bags_mrt_is_that_of_the_same_infusion_in_one_record(end):
    one = numbers(INFUSION, doses((0, 100), duration=2.0), asked(0, end, "SD"))
    two = numbers(INFUSION, TWO_BAGS, asked(0, end, "SD"))
    assert alike(two, one)
    assert two["MRTIVIFO"] == pytest.approx(196.584666601, rel=1e-9)
    assert two["VSSO"] == pytest.approx(2.02502892146, rel=1e-9)
    assert two["MRTIVLST"] == pytest.approx(119.139543830, rel=1e-9)
    default = numbers(INFUSION, doses((0, 100), duration=2.0))
    assert alike(numbers(INFUSION, TWO_BAGS), default), "by default too"


def test_b1_two_bags_mrt_with_unequal_parts_and_a_pause():
    parts = doses((0, 20), (1, 80)).with_columns(DURATION=pl.Series([0.5, 2.0]))
    got = numbers(INFUSION, parts, asked(0, None, "SD"))
    entry = (20 * 0.25 + 80 * 2.0) / 100
    assert got["MRTIVIFO"] == pytest.approx(got["AUMCIFO"] / got["AUCIFO"] - entry, rel=1e-12)


LONE = "0.5:347 2:109 8:39.5 24:16 70:2.91 93.25:1.29 164.25:1.85"


def test_c1_md_start_zero_opennca268_a_lone_multiple_dose_is_no_first_dose():
    given = doses((0, 100), duration=0.5, tau=168.0)
    md = asked(0, 168.0, "MD")
    got = numbers(LONE, given, md)
    assert got["CMIN"] == 1.29
    assert got["AUCLST"] is None
    why = reasons(LONE, given, md)["AUCLST"]
    assert why == "no concentration at the start of the interval, and no rule supplies one"
    lowest = numbers(LONE, given, md, start={"later_dose": "interval_minimum"})
    assert lowest["AUCLST"] == pytest.approx(1733.29646006853, rel=1e-12)
    peer = {"start": {"later_dose": "interval_minimum"}, "auc_method": "linear_log"}
    assert numbers(LONE, given, md, **peer)["AUCLST"] == pytest.approx(1732.104, abs=5e-4)


def test_c1_md_start_zero_opennca268_the_dose_table_may_say_what_was_given_before():
    first = doses((0, 100), duration=0.5, tau=168.0).with_columns(FIRSTFL=pl.lit("Y"))
    assert numbers(LONE, first, asked(0, 168.0, "MD"))["CMIN"] == 0
    later = first.with_columns(FIRSTFL=pl.lit("N"))
    assert numbers(LONE, later, asked(0, 168.0, "SD"))["AUCLST"] is None
    both = pl.concat([asked(0, 168.0, "MD"), asked(0, 24.0, "PART")])
    part = found(LONE, doses((0, 100), duration=0.5, tau=168.0), both)
    assert part.filter(pl.col("PPTESTCD") == "AUCINT")["PPSTRESN"].item() is None


def test_d1_nominal_unscheduled_late_dose_keeps_its_time_after_the_dose():
    drawn = samples("0:0 1:60 24:45 168:20 575.5:6 577:66 600:50 744:25 912:15").with_columns(
        TIMENOM=pl.Series([0, 1, 24, 168, 503.5, 505, None, 672, 840], dtype=pl.Float64)
    )
    given = doses((0, 100), (576, 100), tau=504.0).with_columns(TIMENOM=pl.Series([0.0, 504.0]))
    got = numbers(drawn, given, begin=504.0, time_basis="nominal")
    assert got["AUCLST"] == pytest.approx(9843.99254233, rel=1e-10)
    actual = numbers(drawn, given, begin=576.0)
    assert got["AUCLST"] == pytest.approx(actual["AUCLST"], rel=1e-12)
    near = numbers(drawn, given, begin=504.0, time_basis="nominal_if_within", nominal_window=0.1)
    assert near["AUCLST"] == pytest.approx(actual["AUCLST"], rel=1e-12)


def test_d1_nominal_unscheduled_late_dose_that_has_no_place_is_asked_about():
    drawn = samples("0:0 1:60 24:45 168:20 540:7 575.5:6 577:66").with_columns(
        TIMENOM=pl.Series([0, 1, 24, 168, None, 503.5, 505], dtype=pl.Float64)
    )
    given = doses((0, 100), (576, 100), tau=504.0).with_columns(TIMENOM=pl.Series([0.0, 504.0]))
    with pytest.raises(DataError, match=r"row 6, subject S1: TIME is '540.0': no nominal time"):
        found(drawn, given, time_basis="nominal")


NOMINAL = samples("0.1:0 1.2:60 25:45 47:38 170:20").with_columns(
    TIMENOM=pl.Series([0.0, 1, 24, 48, 168])
)


def test_d2_nominal_dose_without_nominal_is_zero_where_the_samples_count_from_it():
    got = numbers(NOMINAL, doses((0.15, 100)), time_basis="nominal")
    assert (got["TMAX"], got["CEOI"], got["TLST"]) == (1.0, 60.0, 168.0)
    assert got["AUCLST"] == pytest.approx(5588.12646926, rel=1e-10)


def test_d2_nominal_dose_without_nominal_is_asked_about_where_they_do_not():
    clock = NOMINAL.with_columns(pl.col("TIME") + 48, pl.col("TIMENOM") + 48)
    with pytest.raises(DataError, match="a dose without its nominal time"):
        found(clock, doses((48.15, 100)), time_basis="nominal")
    two = pl.concat([NOMINAL, NOMINAL.with_columns(pl.col("TIME") + 504, pl.col("TIMENOM") + 504)])
    with pytest.raises(DataError, match="2 findings"):
        found(two, doses((0.15, 100), (504.15, 100)), time_basis="nominal")


def test_f1_reason_auctaup_names_the_slope_that_is_missing():
    drawn = "0:0 1:2 4:1 8:0 12:0 24:0"
    given = doses((0, 100), route="extravascular", tau=24.0)
    why = reasons(drawn, given)
    assert (why["AUCTAUP"], why["AUMCTAUP"], why["LAMZ"]) == (TOO_FEW, TOO_FEW, TOO_FEW)
    assert why["AUCTAU"] is None


def test_g1_end_empty_stops_at_next_dose_no_more():
    got = numbers(INFUSION, TWO_BAGS, asked(0, None, "SD"))
    assert (got["TLST"], got["TDOSE"]) == (336.0, 100.0)
    assert got["AUCLST"] == pytest.approx(7902.44354943, rel=1e-9)


def test_g1_end_empty_stops_at_next_dose_for_nothing_but_what_is_of_the_dosing_interval():
    drawn = "0:1 1:7 4:5 12:2.5 23.9:1.2 25:9 28:6 36:3 48:1.5 60:0.6"
    two = doses((-24, 100), (0, 100), (24, 100), route="extravascular", tau=24.0)
    all_of_it = numbers(drawn, two, asked(0, None, "MD"))
    alone = numbers(drawn, two, asked(0, 24.0, "MD"))
    same = ("CMAX", "TMAX", "CMIN", "TMIN", "AUCTAU", "CAVG", "FLUCP", "SWING", "CLSSF", "CMAXD")
    assert {c: all_of_it[c] for c in same} == {c: alone[c] for c in same}
    assert (all_of_it["TLST"], all_of_it["TDOSE"]) == (60.0, 200.0)
    why = reasons(drawn, two, asked(0, None, "MD"))
    assert why["MRTEVMDO"].startswith("a later dose lies in the interval")


THREE = "0:0 1:60 24:45 168:20 336:12 504:7 505:66 528:50 672:25 840:15 1008:9 1079.9:7.5 1081:68"


def test_i1_stated_tau_ignored_later_dose_is_the_dosing_interval_of_every_dose():
    got = numbers(THREE, doses((0, 100), (504, 100), (1080, 100), tau=504.0), begin=504.0)
    wanted = {
        "AUCTAU": 11817.7686528,
        "CAVG": 23.4479536762,
        "CTROUGH": 9.0,
        "CLSS": 0.00846183428851,
        "FLUCP": 251.621104403,
    }
    assert {c: got[c] for c in wanted} == pytest.approx(wanted, rel=1e-10)


def test_k1_r2_above_one_never():
    rng = np.random.default_rng(3)
    times = np.array([1.0, 2.0, 5.0, 9.0, 16.0, 30.0])
    rates, heights = rng.uniform(0.01, 0.3, 2000), rng.uniform(0.5, 900, 2000)
    conc = heights[:, None] * np.exp(-rates[:, None] * times)
    many = pl.DataFrame(
        {
            "ID": np.repeat([f"{i:04}" for i in range(2000)], 6),
            "TIME": np.tile(times, 2000),
            "CONC": conc.ravel(),
        }
    )
    given = (
        many.select("ID")
        .unique(maintain_order=True)
        .with_columns(TIME=0.0, DOSE=100.0, ROUTE=pl.lit("iv_bolus"))
    )
    rows = found(many, given).filter(pl.col("PPTESTCD").is_in(["R2", "R2ADJ", "CORRXY"]))
    assert rows["PPSTRESN"].abs().max() <= 1
    assert rows["PPSTRESN"].null_count() == 0


BOLUS = "0.25:10 1:8 4:5 12:2 24:0.6 24.25:10.5 25:8.4 28:5.2 36:2.2 48:0.7"


def test_l1_trough_is_c0_of_no_bolus():
    two = doses((0, 100), (24, 100), route="iv_bolus", tau=24.0)
    got = numbers(BOLUS, two, begin=24.0)
    assert got["C0"] == pytest.approx(
        10.5 * math.exp(0.25 * math.log(10.5 / 8.4) / 0.75), rel=1e-12
    )
    assert got["AUCLST"] == pytest.approx(73.4202872780, rel=1e-10)
    assert got["CLSS"] == pytest.approx(1.36202136640, rel=1e-10)
    earlier = BOLUS.replace("24:0.6", "23.5:0.6")
    before = numbers(earlier, two, begin=24.0)
    assert alike(got, before)
    assert numbers("0:12 " + BOLUS, two, begin=0.0)["C0"] == 12, "a first dose has its measured one"


def test_p1_dose_zero_clearance_is_not_done():
    why = reasons(INFUSION, doses((0, 0)))
    told = {c: why[c] for c in ("CLO", "VZO", "VSSO", "CMAXD", "CLLST")}
    assert told == dict.fromkeys(told, "no dose lies in the interval")
    assert numbers(INFUSION, doses((0, 0)))["TDOSE"] == 0


def test_a5_room_cmin_late_trough_is_of_no_dosing_interval():
    """A room's profile has no END and closes with the trough of a dose that came late."""
    drawn = "0:2.934 1:23.69 24:14.78 72:14.19 168:5.318 379.08:1.784"
    given = doses((-336, 0), (0, 100), tau=336.0)
    got = numbers(drawn, given, asked(0, None, "MD"))
    assert (got["CMIN"], got["TMIN"]) == (2.934, 0.0)
    assert got["SWING"] == pytest.approx((23.69 - 2.934) / 2.934)
    assert got["TLST"] == 379.08


def test_q1_a_folder_of_files_gives_what_the_library_gives(tmp_path: Path):
    samples(INFUSION).write_csv(tmp_path / "c.csv")
    doses((0, 100)).write_csv(tmp_path / "d.csv")
    out = tmp_path / "pp.parquet"
    assert main(["nca", str(tmp_path / "c.csv"), str(tmp_path / "d.csv"), "-o", str(out)]) == 0
    assert pl.read_parquet(out)["PPSTRESN"].equals(found(INFUSION, doses((0, 100)))["PPSTRESN"])
