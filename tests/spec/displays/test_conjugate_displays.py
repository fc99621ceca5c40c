"""A conjugate as displays: its molar ratios by time and of parameters, its parts on one scale (14.4.5)."""

import polars as pl
import pytest
from adc_drawings import ANTIBODY, CONJUGATE, COURSE, PAIR, PAYLOAD, lines, parts, times
from shown_display import Shown

SUBJECTS = 3
PAYLOAD_SHARE = {1: 0.1, 2: 0.2, 3: 0.4}  # geometric mean 0.2


@pytest.fixture(scope="module")
def tables():
    """A payload of a tenth to four tenths of the conjugate, and twice as much antibody, in molar terms."""
    rows = [
        line
        for subject, share in PAYLOAD_SHARE.items()
        for line in (
            *lines(CONJUGATE, COURSE, subject),
            *lines(ANTIBODY, times(COURSE, 2.0), subject),
            *lines(PAYLOAD, times(COURSE, share), subject),
        )
    ]
    return parts(rows)


def shown(number, tables):
    return Shown(number, PAIR, **tables)


def ratio(told, code, above, column):
    """The one cell of a ratio at the end of infusion of cycle 3."""
    found = told.cells.filter(
        pl.col("ROW").str.contains(code, literal=True),
        pl.col("ROW").str.contains(above, literal=True),
        pl.col("COL") == column,
        pl.col("TABLES") == "pk/ADCRATIO",
        pl.col("ROWS").str.contains("CYCLE = 3"),
    )
    assert found.height, (code, above, column)
    return found


def test_a_molar_ratio_by_time_is_the_one_drawn_and_names_its_samples(tables):
    told = shown("T14.4.5.1", tables)
    cells = ratio(told, "PAYADC", PAYLOAD.code, "GMEAN").drop_nulls("VALUE")
    assert cells.height
    for cell in cells.iter_rows(named=True):
        assert cell["VALUE"] == pytest.approx(0.2, rel=1e-9)
        assert cell["TEXT"] == "0.200"
        rows = pl.SQLContext(t=tables["ADCRATIO"]).execute(
            f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True
        )
        assert rows["USUBJID"].n_unique() == SUBJECTS


def test_the_conjugated_fraction_is_a_half_where_twice_as_much_antibody_was_drawn(tables):
    cells = ratio(shown("T14.4.5.1", tables), "ADCTAB", CONJUGATE.code, "MEDIAN")
    values = cells["VALUE"].drop_nulls().to_list()
    assert values
    assert values == pytest.approx([0.5] * len(values), rel=1e-9)


def test_the_parts_are_drawn_on_one_molar_scale_with_each_named(tables):
    told = shown("F14.4.7", tables)
    assert told.state["state"] == "shown"
    drawing = told.figures["SVG"][0]
    for name in ("BAT8008 conjugate", "BAT8008 total antibody", "BAT8008 free payload"):
        assert f">{name}<" in drawing
    assert ">geometric mean (nmol/L)<" in drawing


def test_ratios_over_time_are_drawn_with_their_names_and_time(tables):
    told = shown("F14.4.8", tables)
    assert told.state["state"] == "shown"
    assert told.figures.height
    for name in ("free payload to conjugate", "conjugate to total antibody"):
        assert f">{name}<" in told.figures["SVG"][0]


@pytest.mark.parametrize("number", ["T14.4.5.1", "F14.4.7", "F14.4.8"])
def test_without_samples_each_says_that_there_is_nothing_yet(number):
    told = Shown(number, PAIR)
    assert told.state["state"] not in {"shown", ""}
    assert told.state["STATEZH"]
