"""The report on biomarkers against concentration and on time saturated."""

import numpy as np
import polars as pl
import pytest
from support import ROOT

from pkpipe.biomarkers.concentration_pairs import SCHEMA
from pkpipe.biomarkers.concentration_response import marker_curves
from pkpipe.biomarkers.saturation import SCHEMA as PDSAT
from pkpipe.biomarkers.saturation import saturation_summary
from pkpipe.biomarkers.visit_statistics import SCHEMA as PDSTAT
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.sections.biomarkers import blocks

STUDY = load_study(ROOT / "config" / "bat6026.yaml")
PLAN = STUDY.exposure_response.markers
ADPD = {
    **dict.fromkeys(("USUBJID", "PARAMCD", "PARAM", "LEVEL", "VISIT", "ATPT", "AVALU"), pl.String),
    **dict.fromkeys(("AVAL", "CHG"), pl.Float64),
    "ADTM": pl.Datetime("us"),
}


def page(conc, percent=()):
    conc = np.array(conc, dtype=float)
    frame = pl.DataFrame({"CONC": conc, "AVAL": 2 + 95 * conc / (0.3 + conc)})
    fixed = {"PARAMCD": "RO", "PARAM": "Receptor occupancy", "PARCAT1": "BAT6026"}
    fixed |= {"MATRIX": "SERUM", "KIND": "AVAL", "CONCU": "ug/mL", "AVALU": "%", "COHORT": "C"}
    frame = frame.with_columns(
        **{k: pl.lit(v) for k, v in fixed.items()},
        USEDFL=pl.when(pl.int_range(pl.len()) > 0).then(pl.lit("Y")),
        USUBJID=pl.format("S{}", pl.int_range(pl.len()) // 3),
    )
    pairs = frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None, dtype=t).alias(c)).cast(t)
        for c, t in SCHEMA.items()
    )
    fits, drawn = marker_curves(pairs, PLAN)
    times = [
        {"USUBJID": f"S{i}", "PARAMCD": "RO", "COHORT": c, "LIMIT": 90.0, "SATPCT": p}
        for i, (c, p) in enumerate(percent)
    ]
    saturated = pl.DataFrame(times, schema=PDSAT)
    tables = {"PDPAIR": pairs, "PDEMAX": fits, "PDCURVE": drawn, "PDSAT": saturated}
    nobody = {"COHORT": pl.String, "TUMTYPE": pl.String}
    tables |= {"ADSL": pl.DataFrame(schema=nobody)}
    tables |= {"PDSATSUM": saturation_summary(saturated), "PDSTAT": pl.DataFrame(schema=PDSTAT)}
    return {b.title: b for b in blocks(tables | {"ADPD": pl.DataFrame(schema=ADPD)}, STUDY)}


CURVE = "Receptor occupancy against the concentration of BAT6026 in serum"
TABLE = "Receptor occupancy against BAT6026 in serum: parameters (95 % CI)"
WIDE = [0, 0, 0, *np.geomspace(0.01, 100, 27)]


def test_the_curve_is_drawn_with_its_ec50_and_who_is_in_it():
    figure = page(WIDE)[CURVE]
    for words in ("Emax, mean curve", "its 95 % limits", "EC50 0.300 ug/mL", "no drug", "cohort C"):
        assert words in figure.svg
    assert "saturated from 90 %" in figure.svg
    assert "29 results of 10 subjects; 1 results without a usable concentration" in figure.caption
    assert "not independent" in figure.caption
    assert "count as there or beyond" not in figure.caption


def test_the_table_has_every_model_and_the_one_that_is_chosen():
    rows = {r[0]: r for r in page(WIDE)[TABLE].rows}
    assert list(rows) == ["no effect", "Emax", "sigmoid Emax"]
    assert page(WIDE)[TABLE].header[4:8] == ("E0 (%)", "Emax (%)", "EC50 (ug/mL)", "Hill")
    assert rows["Emax"][1:5] == ("10", "29", "0", "2.00 (2.00, 2.00)")
    assert rows["Emax"][5:8] == ("95.0 (95.0, 95.0)", "0.300 (0.300, 0.300)", "–")
    assert [r[-1] for r in rows.values()] == ["", "chosen", ""]


def test_without_a_curve_the_points_are_drawn_and_the_reason_is_told_in_figure_and_table():
    found = page([0, 0, 0, *np.geomspace(20, 100, 27)])
    words = "do not span EC50"
    assert "No curve: concentrations" in found[CURVE].svg
    assert words in found[CURVE].svg
    assert "mean curve" not in found[CURVE].svg
    rows = {r[0]: r for r in found[TABLE].rows}
    assert words in rows["Emax"][-1]
    assert set(rows["Emax"][4:10]) == {"–"}


def test_time_saturated_is_drawn_and_told_by_cohort():
    found = page(WIDE, [("C", 20.0), ("C", 40.0), ("D", None)])
    figure = found["Receptor occupancy: time saturated by cohort"]
    assert "n = 2" in figure.svg
    assert "At or above 90 %" in figure.caption
    table = found["Receptor occupancy: time at or above 90 %"]
    assert table.rows[0][:2] + table.rows[0][6:9] == ("C", "2", "30", "20", "40")
    assert table.rows[1][-1] == "nobody has two results at different times"


@pytest.mark.parametrize("gone", [(), WIDE[:1]])
def test_without_any_usable_pair_nothing_is_drawn(gone):
    assert CURVE not in page(gone)


def test_a_study_without_biomarkers_says_so():
    (only,) = blocks({}, STUDY.model_copy(update={"sources": {}}))
    assert only.text == "Biomarkers: not collected."
