"""Units: text to powers and factor, conversion, and the unit of a result from its dimension."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkpipe.errors import ConfigError
from pkpipe.units import (
    Dimension,
    StudyUnits,
    factor,
    molar_factor,
    parse,
    result_unit,
)


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("ug/mL", "mg/L", 1),
        ("ng/mL", "ug/mL", 1e-3),
        ("g/L", "ug/mL", 1e3),
        ("nM", "nmol/L", 1),
        ("mg/dL", "ug/mL", 10),
        ("L/h", "mL/day", 24_000),
        ("L/h/kg", "mL/day/kg", 24_000),
        ("day", "h", 24),
        ("week", "day", 7),
        ("month", "day", 30.4375),
        ("mg/(ug/mL)", "L", 1),
        ("ug/mL*h", "ug/mL*day", 1 / 24),
        ("µg/mL", "ug/mL", 1),
        ("%", "1", 0.01),
    ],
)
def test_a_value_moves_between_units_of_one_kind(a, b, wanted):
    assert factor(a, b) == wanted
    assert factor(b, a) == pytest.approx(1 / wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("a", "b"), [("ug/mL", "nmol/L"), ("mg", "mg/kg"), ("h", "L"), ("L/h", "L"), ("mg/kg", "1")]
)
def test_units_of_different_kinds_are_refused(a, b):
    with pytest.raises(ConfigError, match="they measure different things"):
        factor(a, b)


@pytest.mark.parametrize("text", ["", "furlong", "ug/mll", "ug/(mL", "ug/mL)", "((ug))"])
def test_a_word_that_is_no_unit_is_named(text):
    with pytest.raises(ConfigError, match="unit"):
        parse(text)


def test_mass_to_molar():
    assert molar_factor("ug/mL", "nmol/L", 150_000) == pytest.approx(6.667, abs=5e-4)
    assert 12.3 * molar_factor("ng/mL", "nM", 500.0) == pytest.approx(12.3 / 500 * 1000)
    with pytest.raises(ConfigError, match="not positive"):
        molar_factor("ug/mL", "nM", 0)
    with pytest.raises(ConfigError, match="a mass and an amount"):
        molar_factor("nM", "ug/mL", 500)


CLEARANCE, VOLUME = Dimension(dose=1, conc=-1, time=-1), Dimension(dose=1, conc=-1)


@pytest.mark.parametrize(
    ("conc", "dose", "time", "dimension", "text", "size"),
    [
        ("ug/mL", "mg", "h", CLEARANCE, "L/h", 1),
        ("ng/mL", "mg", "h", CLEARANCE, "L/h", 1000),
        ("ug/mL", "mg/kg", "day", CLEARANCE, "L/day/kg", 1),
        ("nmol/L", "umol", "h", VOLUME, "L", 1000),
        ("nmol/L", "mg", "h", VOLUME, "mg/(nmol/L)", 1),
        ("ug/mL", "mg", "h", Dimension(conc=1, time=2), "ug/mL*h2", 1),
        ("ug/mL", "mg/kg", "h", Dimension(dose=-1, conc=1), "ug/mL/(mg/kg)", 1),
        ("ug/mL", "mg", "h", Dimension(time=-1), "1/h", 1),
        ("ug/mL", "mg", "h", Dimension(percent=True), "%", 1),
        ("ug/mL", "mg", "h", Dimension(), "1", 1),
        (None, "mg", "h", VOLUME, None, 1),
        ("ug/mL", None, "h", VOLUME, None, 1),
        (None, None, "h", Dimension(time=1), "h", 1),
    ],
)
def test_the_unit_of_a_result_follows_from_its_dimension(conc, dose, time, dimension, text, size):
    got = result_unit(dimension, StudyUnits(conc, dose, time))
    assert got[0] == text
    assert got[1] == pytest.approx(size, rel=1e-15)


def test_a_preferred_unit_is_taken_for_its_kind():
    units = StudyUnits(
        "ug/mL", "mg/kg", "h", (("clearance", "mL/day/kg"), ("time", "day"), ("rate", "1/day"))
    )
    assert result_unit(CLEARANCE, units) == ("mL/day/kg", 24_000)
    assert result_unit(VOLUME, units) == ("L/kg", 1)
    assert result_unit(Dimension(time=1), units) == ("day", 1 / 24)
    assert result_unit(Dimension(time=-1), units) == ("1/day", 24)


@pytest.mark.parametrize("wrong", [("h", "mg", "h"), ("ug/mL", "ug/mL", "h"), ("ug/mL", "mg", "L")])
def test_a_unit_of_the_wrong_kind_is_refused_at_once(wrong):
    with pytest.raises(ConfigError, match="is not a unit of"):
        StudyUnits(*wrong)


@given(st.sampled_from(["ug/mL", "ng/mL", "mg/L", "g/L"]), st.sampled_from(["mg", "ug", "g"]))
def test_a_clearance_does_not_depend_on_the_units_it_was_measured_in(conc, dose):
    _, size = result_unit(CLEARANCE, StudyUnits(conc, dose))
    # 100 mg over an area of 50 ug/mL*h is 2 L/h, whatever the two are written in.
    raw = 100 * factor("mg", dose) / (50 * factor("ug/mL", conc))
    assert raw * size == pytest.approx(2.0, rel=1e-14)
