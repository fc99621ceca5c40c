"""The part of the report on a conjugate: its standard table, its ratios, and what is not reported."""

import pytest
from adc_drawings import ANTIBODY, CONJUGATE, COURSE, PAYLOAD, lines, parts, times
from pk_drawings import PAIR, TINY, trial

from pkpipe.report.sections import conjugates

LEVELS = {"BAT8008": {"L1": "L1 (0.8 mg/kg)"}}


@pytest.fixture(scope="module")
def part():
    rows = [
        line
        for subject in (1, 2)
        for line in (
            *lines(CONJUGATE, COURSE, subject),
            *lines(ANTIBODY, times(COURSE, 2.0), subject),
            *lines(PAYLOAD, times(COURSE, 0.1 * subject), subject),
        )
    ]
    (only,) = conjugates.parts(parts(rows), PAIR, LEVELS)
    return only


def table(part, title):
    (found,) = [b for b in part.blocks if b.kind == "table" and b.title.startswith(title)]
    return found, [dict(zip(found.header, row, strict=True)) for row in found.rows]


def test_each_analyte_has_its_standard_table_in_its_own_units(part):
    _, rows = table(part, "BAT8008 conjugate")
    assert {
        "CMAX (ug/mL)",
        "AUCTAU (ug/mL*day)",
        "LAMZHL (day)",
        "CLSS (L/day)",
        "VSSIVMDO (L)",
    } <= set(rows[0])
    payload, rows = table(part, "BAT8008 free payload")
    assert {"CMAX (ng/mL)", "AUCTAU (ng/mL*h)", "LAMZHL (h)"} <= set(rows[0])
    assert not [c for c in payload.header if c.startswith(("CL", "V"))]
    assert "CL and V: not reported, the dose of free payload is not known" in payload.note


def test_ratios_of_parameters_stand_with_their_counts(part):
    _, rows = table(part, "Ratios of parameters")
    area = next(r for r in rows if (r["Ratio"], r["Parameter"]) == ("PAYLOAD : ADC", "AUCTAU"))
    assert (area["n"], area["NC"], area["Geo. mean ratio"]) == (
        "2",
        "0",
        "0.141",
    )  # sqrt(0.1 x 0.2)
    assert area["90 % CI"] == "fewer than 3 subjects"


def test_a_half_life_that_is_the_conjugate_s_is_said_so(part):
    words = [b.text for b in part.blocks if b.kind == "paragraph"]
    assert any("in 2 of 2 profiles" in w and "limited by release" in w for w in words)
    assert any("are not calculated" in w and "conjugated antibody" in w for w in words)


def test_the_molar_curves_and_the_ratios_are_drawn(part):
    molar, ratios = [b for b in part.blocks if b.kind == "figure"]
    assert "geometric mean (nmol/L)" in molar.svg
    assert "free payload to conjugate" in ratios.svg


def test_a_study_without_a_conjugate_has_no_such_part():
    assert conjugates.parts(trial(), TINY, {}) == ()
