"""Units of the results, times and samples that are used, and the same bits whatever the blocks."""

from pathlib import Path

import polars as pl
import pytest
from nca_drawings import doses, results, samples, values
from reference_profile import VECTOR

from pkpipe.errors import ConfigError
from pkpipe.nca import (
    Options,
    nca,
    nca_wide,
    nca_wide_rows,
    nca_wide_variants,
    parameter_page,
    parameter_table,
)
from pkpipe.nca.analysis import planned
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.registry.evaluate import wide
from pkpipe.units import StudyUnits


def test_units_follow_from_the_three_units_of_the_study():
    got = dict(results(VECTOR).select("PPTESTCD", "PPSTRESU").iter_rows())
    wanted = {
        "CMAX": "ug/mL",
        "AUCIFO": "ug/mL*h",
        "AUMCIFO": "ug/mL*h2",
        "CLO": "L/h",
        "VSSO": "L",
    }
    assert wanted.items() <= got.items()
    assert {"LAMZ": "1/h", "AUCPEO": "%", "R2": "1", "AUCIFOD": "ug/mL*h/mg"}.items() <= got.items()


def test_a_clearance_is_brought_into_litres_whatever_the_concentration_unit():
    nano = samples(VECTOR).with_columns(pl.col("CONC") * 1000)
    micro = results(VECTOR)
    other = nca(nano, doses(0), keys=["ID"], units=StudyUnits("ng/mL", "mg"))
    for code in ("CLO", "VSSO", "MRTIVIFO", "LAMZHL"):
        a, b = (t.filter(pl.col("PPTESTCD") == code)["PPSTRESN"].item() for t in (micro, other))
        assert a == pytest.approx(b, rel=1e-12), code
    daily = StudyUnits("ug/mL", "mg/kg", preferred=(("clearance", "mL/day/kg"),))
    row = nca(samples(VECTOR), doses(0), keys=["ID"], units=daily).filter(
        pl.col("PPTESTCD") == "CLO"
    )
    assert row["PPSTRESU"].item() == "mL/day/kg"
    assert row["PPSTRESN"].item() == pytest.approx(0.01030105 * 24000, rel=1e-6)


def test_units_that_were_not_stated_stay_empty():
    got = nca(samples(VECTOR), doses(0), keys=["ID"])
    units = dict(got.select("PPTESTCD", "PPSTRESU").iter_rows())
    assert (units["CMAX"], units["CLO"], units["TMAX"]) == (None, None, "h")


def test_nominal_times_may_be_used_and_only_within_their_window():
    conc = samples("0:0 1.1:60 24:45 50:38 168:20 336:9").with_columns(
        TIMENOM=pl.Series([0.0, 1, 24, 48, 168, 336])
    )
    assert values(conc, time_basis="nominal")["AUCLST"] == values(VECTOR)["AUCLST"]
    near = values(conc, time_basis="nominal_if_within", nominal_window=0.5)
    assert near == values("0:0 1:60 24:45 50:38 168:20 336:9")


def test_excluded_samples_are_left_out_of_everything():
    conc = samples("0:0 1:60 2:900 24:45 48:38 168:20 336:9").with_columns(
        EXCLFL=pl.Series([None, None, "Y", None, None, None, None], dtype=pl.String)
    )
    assert values(conc) == values(VECTOR)


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    many = pl.concat(
        samples(f"0:0 1:{60 + i} 24:45 48:3{i % 10} 168:20 336:{1 + i % 7}", f"{i:03}")
        for i in range(300)
    )
    given = doses(0).drop("ID").join(many.select("ID").unique(maintain_order=True), how="cross")
    plan = planned(Tables(many, given), Options(), ["ID"], StudyUnits())
    monkeypatch.setattr("pkpipe.nca.registry.evaluate.SLAB", 16)
    one, four = (wide(plan, threads=n) for n in (1, 4))
    assert one.equals(four)
    assert one.equals(nca_wide(many, given, keys=["ID"]))
    assert one.equals(nca_wide_rows(many, given, keys=["ID"]).collect())


def test_who_shares_a_block_or_a_slab_changes_no_bit(monkeypatch):
    many = pl.concat(
        samples(f"0:0 1:{60 + i} 24:45 48:3{i % 10} 168:20" + " 336:9" * (i % 2), f"{i:03}")
        for i in range(50)
    )
    given = doses(0).drop("ID").join(many.select("ID").unique(maintain_order=True), how="cross")
    whole = nca_wide(many, given, keys=["ID"])
    monkeypatch.setattr("pkpipe.nca.registry.evaluate.SLAB", 7)
    assert nca_wide(many, given, keys=["ID"]).equals(whole)
    monkeypatch.setattr("pkpipe.nca.laid_out.profile_blocks.BLOCK_WIDTH", 1)
    assert nca_wide(many, given, keys=["ID"]).equals(whole)


def test_the_registry_is_well_formed():
    table = parameter_table()
    assert table["PPTESTCD"].is_unique().all()
    assert table["PPTEST"].is_unique().all()
    assert table["PPTESTCD"].str.contains(r"^[A-Z][A-Z0-9_]{0,7}$").all()
    assert table["PPTEST"].str.len_bytes().max() <= 40
    assert table.null_count().sum_horizontal().item() == 0


def test_the_parameter_page_is_the_registry():
    page = Path(__file__).resolve().parents[3] / "docs" / "nca_parameters.md"
    assert page.read_text(encoding="utf-8") == parameter_page()


def test_several_options_in_one_pass_give_the_bits_of_one_pass_each(monkeypatch):
    many = pl.concat(
        samples(f"0:0 1:{60 + i} 24:45 48:< 72:3{i % 10} 168:20" + " 336:<" * (i % 2), f"{i:03}", 5)
        for i in range(9)
    )
    given = doses(0).drop("ID").join(many.select("ID").unique(maintain_order=True), how="cross")
    variants = [
        Options.from_mapping({"blq": blq, "auc_method": area, "lambda_z": {"cmax": cmax}})
        for blq in ("LOQ1", "LOQ5", {"first": "keep", "middle": "zero", "last": "keep"})
        for area in ("linear", "linear_up_log_down")
        for cmax in ("exclude", "include")
    ]
    each = [nca_wide(many, given, v, keys=["ID"]) for v in variants]
    wanted = pl.concat(t.with_columns(VARIANT=pl.lit(i, pl.Int64)) for i, t in enumerate(each))
    assert nca_wide_variants(many, given, variants, keys=["ID"]).equals(wanted)
    assert each[0].drop("ID").unique().height < wanted.drop("ID", "VARIANT").unique().height
    monkeypatch.setattr(
        "pkpipe.nca.registry.evaluate.SLAB", 5
    )  # slabs that hold units of two variants
    assert nca_wide_variants(many, given, variants, keys=["ID"]).equals(wanted)


def test_variants_differ_in_rules_of_the_arithmetic_only():
    with pytest.raises(ConfigError, match="may differ in blq, auc_method, lambda_z only"):
        nca_wide_variants(
            samples(VECTOR),
            doses(0),
            [Options(), Options.from_mapping({"time_basis": "nominal"})],
            keys=["ID"],
        )
