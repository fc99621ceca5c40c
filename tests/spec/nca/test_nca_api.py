"""`pkpipe.nca.nca` in a notebook: tables of any library in, results that explain and draw themselves."""

import doctest
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from nca_drawings import UNITS, doses, samples
from polars.testing import assert_frame_equal

import pkpipe.nca
from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError
from pkpipe.nca import Options, nca

VECTOR = "0:0 1:60 24:45 48:38 168:20 336:9"


def one():
    return nca(samples(VECTOR), doses(0), units={"CONC": "ug/mL", "DOSE": "mg"})


def test_the_examples_in_the_documentation_of_the_function_are_true():
    assert doctest.testmod(pkpipe.nca).failed == 0


def test_keys_are_found_as_the_verb_finds_them():
    assert_frame_equal(one(), nca(samples(VECTOR), doses(0), keys=["ID"], units=UNITS))


def test_a_table_of_pandas_or_arrow_gives_the_same_and_nan_is_a_missing_result():
    conc, dose = samples("0:0 1:60 24:45 30:- 48:38"), doses(0)
    wanted = nca(conc, dose)
    for given in (pd.DataFrame(conc.to_dict(as_series=False)), Arrow(conc)):
        assert_frame_equal(nca(given, pd.DataFrame(dose.to_dict(as_series=False))), wanted)


class Arrow:
    """Any table that hands over an Arrow stream."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def test_what_is_no_table_is_refused_by_its_name():
    with pytest.raises(ConfigError, match=r"doses is a list .allowed: a polars, pandas or Arrow"):
        nca(samples(VECTOR), [1, 2])


def test_options_may_be_a_mapping_and_a_misspelt_one_is_refused():
    linear = nca(samples(VECTOR), doses(0), {"auc_method": "linear"})
    assert_frame_equal(linear, nca(samples(VECTOR), doses(0), Options(auc_method="linear")))
    with pytest.raises(ConfigError, match=r"auc_methd"):
        nca(samples(VECTOR), doses(0), {"auc_methd": "linear"})


def test_the_wide_table_has_the_same_numbers():
    found = one()
    row = found.filter(pl.col("PPTESTCD") == "CLO")
    assert found.wide()["CLO"].item() == row["PPSTRESN"].item()


def test_an_explanation_ends_with_the_number_of_the_table_and_shows_the_way_to_it(capsys):
    found = one()
    text = found.explain("a", "CLO")
    value = found.filter(pl.col("PPTESTCD") == "CLO")["PPSTRESN"].item()
    assert text.splitlines()[-1].endswith(f"= {value:.6g} L/h")
    assert "CLO = DOSE / AUCIFO" in text
    assert "        0         1           0          60  linear           30           30" in text
    assert "<- chosen" in text
    assert capsys.readouterr().out == f"{text}\n"
    assert repr(text) == ""  # a notebook shows it once


@pytest.mark.parametrize(
    ("profile", "code", "told"),
    [
        ("b", "CLO", "no profile 'b' .keys: ID; e.g. a"),
        ("a", "CLX", "CLX is no parameter of this profile .nearest: CL"),
        ({"SITE": 1}, "CLO", "SITE: no key .keys: ID"),
    ],
)
def test_an_explanation_of_what_is_not_there_names_what_is(profile, code, told):
    with pytest.raises(ConfigError, match=told):
        one().explain(profile, code)


def test_a_part_of_the_results_says_that_it_is_one():
    with pytest.raises(ConfigError, match=r"ask the table that nca.. returned"):
        one().head(3).explain("a", "CLO")


def test_a_picture_has_the_samples_and_the_terminal_line_on_both_axes():
    linear, logarithmic = one().plot("a").axes
    assert logarithmic.get_yscale() == "log"
    points = [line.get_xydata().shape[0] for line in linear.lines]
    slope = int(one().wide()["LAMZNPT"].item())
    assert points == [6, 6 - slope, slope, 40]
    both = pl.concat([samples(VECTOR), samples(VECTOR, "b")])
    dosed = pl.concat([doses(0), doses(0, key="b")])
    assert len(nca(both, dosed).plot().axes[0].lines) == 2


# --- units, columns and parameters that somebody asks for


def value(code, conc="ug/mL", dose="mg", weight=None, **wanted):
    given = doses(0) if weight is None else doses(0).with_columns(WEIGHT=pl.lit(weight))
    units = {"CONC": conc, "DOSE": dose, **({code: wanted["unit"]} if "unit" in wanted else {})}
    more = {"molar_mass": wanted["molar_mass"]} if "molar_mass" in wanted else {}
    row = nca(samples(VECTOR), given, units=units, **more).filter(PPTESTCD=code)
    return row["PPSTRESN"].item(), row["PPSTRESU"].item()


@pytest.mark.parametrize(
    ("code", "unit", "times", "spelled"),
    [
        ("CLO", "mL/min", 1000 / 60, "mL/min"),
        ("CLO", "mL.min-1", 1000 / 60, "mL/min"),
        ("AUCIFO", "ng.h/mL", 1000, "ng*h/mL"),
        ("AUCIFO", "mg/L*day", 1 / 24, "mg/L*day"),
        ("AUCIFO", "micrograms hours mL-1", 1, "ug*h/mL"),
        ("LAMZHL", "days", 1 / 24, "day"),
        ("LAMZ", "1/min", 1 / 60, "1/min"),
        ("VZO", "mL", 1000, "mL"),
        ("TDOSE", "mcg", 1000, "ug"),
    ],
)
def test_a_result_is_given_in_any_unit_of_its_kind(code, unit, times, spelled):
    plain, _ = value(code)
    assert value(code, unit=unit) == (pytest.approx(plain * times, rel=1e-14), spelled)


def test_a_body_weight_leads_from_per_kg_to_the_whole_and_back():
    plain, _ = value("CLO")
    whole = value("CLO", dose="mg/kg", weight=70.0, unit="L/h")
    assert whole == (pytest.approx(plain * 70, rel=1e-14), "L/h")
    per_kg = value("CLO", weight=70.0, unit="mL/h/kg")
    assert per_kg == (pytest.approx(plain * 1000 / 70, rel=1e-14), "mL/h/kg")


def test_a_molar_mass_leads_from_mass_to_amount():
    plain, _ = value("AUCIFO")
    molar = value("AUCIFO", unit="umol/L*h", molar_mass=500.0)
    assert molar == (pytest.approx(plain * 1000 / 500, rel=1e-14), "umol/L*h")
    clearance = value("CLO", conc="nmol/L", unit="L/h", molar_mass=500.0)
    assert clearance[0] == pytest.approx(value("CLO", conc="ng/mL")[0] * 1000 / 500, rel=1e-14)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"CLO": "mL"}, "CLO .Total CL Obs. is measured in L/h; what fits: L/h, mL/h, L/min"),
        ({"CLOO": "L/h"}, "CLOO: no parameter of that name .nearest: CLO"),
        ({"CLO": "L/h/kg"}, "a column WEIGHT .kg. is wanted in doses"),
        ({"AUCIFO": "umol/L*h"}, "a molar mass is wanted"),
        ({"CLO": "furlong"}, "'furlong' is no known unit"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused_with_what_would(wanted, told):
    with pytest.raises(ConfigError, match=told):
        nca(samples(VECTOR), doses(0), units={"CONC": "ug/mL", "DOSE": "mg", **wanted})


def test_a_missing_weight_is_named_where_a_unit_needs_it():
    given = doses(0).with_columns(WEIGHT=pl.lit(None, dtype=pl.Float64))
    units = {"CONC": "ug/mL", "DOSE": "mg", "CLO": "L/h/kg"}
    with pytest.raises(DataError, match=r"WEIGHT is missing or not above 0 at 1 doses .first: a"):
        nca(samples(VECTOR), given, units=units)


def test_kept_columns_stand_behind_the_keys_and_parameters_in_the_order_asked_for():
    conc = samples(VECTOR).with_columns(COHORT=pl.lit("B2"))
    found = nca(conc, doses(0), keep=["COHORT"], parameters=["LAMZHL", "CMAX"])
    assert found.columns[:3] == ["ID", "COHORT", "START"]
    assert found.select("COHORT", "PPTESTCD").rows() == [("B2", "LAMZHL"), ("B2", "CMAX")]
    assert found.wide().columns == [
        "ID",
        "COHORT",
        "START",
        "END",
        "KIND",
        "ROUTE",
        "LAMZHL",
        "CMAX",
    ]


def test_a_column_with_two_values_in_a_profile_is_not_kept():
    with pytest.raises(DataError, match=r"TIME has several values in a .0.0, 1.0, 24.0."):
        nca(samples(VECTOR), doses(0), keep=["TIME"])


def test_one_dose_table_serves_every_analyte_and_matrix_of_a_subject():
    parts = [
        samples(VECTOR).with_columns(ANALYTE=pl.lit(a), MATRIX=pl.lit(m))
        for a in ("ADC", "TAB")
        for m in ("SERUM", "PLASMA")
    ]
    found = nca(pl.concat(parts), doses(0), parameters=["CLO"])
    assert found.columns[:3] == ["ID", "ANALYTE", "MATRIX"]
    assert found["PPSTRESN"].n_unique() == 1
    assert found.height == 4


def test_a_metabolite_is_held_against_its_parent_in_mol():
    parent = samples(VECTOR).with_columns(ANALYTE=pl.lit("P"))
    other = parent.with_columns(ANALYTE=pl.lit("M"), CONC=pl.col("CONC") / 4)
    both, mass = pl.concat([parent, other]), {"P": 400.0, "M": 500.0}

    def ratios(**more):
        found = nca(both, doses(0), parent="P", **more)
        rows = found.filter(pl.col("PPTEST").str.starts_with("Metabolite Ratio"))
        assert rows["ANALYTE"].unique().to_list() == ["M"]
        return {
            code: value for code, value in rows.select("PPTESTCD", "PPSTRESN").iter_rows() if value
        }

    assert ratios() == pytest.approx(dict.fromkeys(("MRCMAX", "MRAUCLST", "MRAUCIFO"), 0.25))
    assert ratios(molar_mass=mass)["MRAUCIFO"] == pytest.approx(0.25 * 400 / 500, rel=1e-12)
    with pytest.raises(ConfigError, match=r"--parent Q: no analyte of that name .ANALYTE: M, P"):
        nca(both, doses(0), parent="Q")
    with pytest.raises(ConfigError, match="--molar-mass: none for M"):
        ratios(molar_mass={"P": 400.0})


def test_the_verb_takes_the_same_questions(tmp_path: Path, capsys):
    conc, dose, out = (tmp_path / n for n in ("c.csv", "d.csv", "o.csv"))
    samples(VECTOR).with_columns(COHORT=pl.lit("B2")).drop("LLOQ").write_csv(conc)
    doses(0).write_csv(dose)
    words = ["--units", "CONC=ug/mL", "DOSE=mg", "CLO=mL/min", "--keep", "COHORT"]
    words += ["--parameters", "CLO", "TMAX", "--digits", "3"]
    assert main(["nca", str(conc), str(dose), "-o", str(out), *words]) == 0
    assert out.read_text(encoding="utf-8").splitlines() == [
        "ID,COHORT,START,END,PPTESTCD,PPTEST,PPSTRESN,PPSTRESC,PPSTRESU,PPSTAT,PPREASND,STATUS,REASON",
        f"a,B2,0.0,,CLO,Total CL Obs,{value('CLO', unit='mL/min')[0]},0.172,mL/min,,,OK,",
        "a,B2,0.0,,TMAX,Time of CMAX,1.0,1,h,,,OK,",
    ]
    assert "not used" not in capsys.readouterr().err
    assert main(["nca", str(conc), str(dose), "-o", str(out), "--units", "CLO"]) == 2
    assert "--units CLO: NAME=VALUE is wanted, e.g. CONC=ug/mL" in capsys.readouterr().err
