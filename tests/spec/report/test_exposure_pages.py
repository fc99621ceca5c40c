"""The report on exposure and response, and on biomarkers by visit: what is drawn, and what is said of it."""

import polars as pl

from pkpipe.biomarkers.visit_statistics import SCHEMA as MARKERS
from pkpipe.cohorts.exposure_response import SCHEMA
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.markers import marker_figure
from pkpipe.protocol.drugs import Biomarker
from pkpipe.report.sections.exposure_response import section

WHAT = {"PARCAT1": "MAB", "MATRIX": "SERUM", "PARAMCD": "CMAX", "CYCLE": 1, "ENDPOINT": "DLT"}
QUARTERS = [
    WHAT
    | {"STAT": f"Q{i}", "N": 4, "X": i, "AVAL": 25.0 * i, "LOWER": 5.0 * i, "UPPER": 100.0}
    | {"EXPMED": 10.0 * i, "EXPU": "ug/mL", "LEVELCI": 0.95}
    for i in (1, 2, 3, 4)
]
SLOPE = WHAT | {"STAT": "SLOPE", "N": 16, "X": 10, "AVAL": 0.5, "LEVELCI": 0.95, "EXPU": "ug/mL"}


def part(*rows):
    return section({"EXPRESP": pl.DataFrame(rows, schema=SCHEMA)})


def test_quarters_are_drawn_with_their_counts_and_said_to_be_pooled():
    figure = part(*QUARTERS, SLOPE).blocks[1]
    for words in ("1/4", "4/4", "MAB in serum, CMAX, cycle 1"):
        assert words in figure.svg
    for words in ("exact 95 % limits", "levels are pooled", "descriptive only", "who stayed"):
        assert words in figure.caption


def test_a_slope_has_its_limits_or_the_reason_why_there_is_none():
    known = part(SLOPE | {"LOWER": 0.1, "UPPER": 0.9}).blocks[-1]
    assert known.rows[0][3:] == ("16", "10", "0.500", "(0.10, 0.90)", "")
    why = part(SLOPE | {"AVAL": None, "REASON": "no slope: exposures do not differ"}).blocks[-1]
    assert why.rows[0][-1] == "no slope: exposures do not differ"
    assert why.rows[0][5:7] == ("NE", "")


def test_titles_name_the_matrix_and_the_note_what_the_endpoint_is():
    table = part(SLOPE | {"MATRIX": "PLASMA", "DEFIN": "what is counted"}).blocks[-1]
    assert table.rows[0][0] == "MAB in plasma, CMAX (ug/mL)"
    assert "DLT: what is counted." in table.note
    assert "profile-likelihood limits" in table.note


def test_without_exposures_one_sentence_says_so():
    (only,) = part().blocks
    assert "No exposure that enters summaries" in only.text


def _stats(kind):
    rows = [
        {"PARAMCD": "RO", "COHORT": c, "CYCLE": 3, "VISIT": "CYCLE 3 DAY 8", "ATPTN": 168.0}
        | {"KIND": kind, "ATPT": "C3D8", "N": n, "MEAN": 95.0}
        for c, n in (("L1", 3), ("L2", 1), ("ALL", 4))
    ]
    return pl.DataFrame(rows, schema=MARKERS)


def test_a_marker_is_drawn_against_its_threshold_by_cohorts_of_two_or_more():
    marker = Biomarker(
        code="RO", name="Occupancy", drug="MAB", specimen="BLOOD", unit="%", saturated_from=90
    )
    figure = marker_figure(_stats("AVAL"), marker, Colours(()))
    for words in ("saturated from 90 %", "L1", "C3D8"):
        assert words in figure.svg
    assert ">L2<" not in figure.svg
    assert ">ALL<" not in figure.svg
    assert marker_figure(_stats("PCHG"), marker, Colours(())) is None


def test_a_marker_without_a_threshold_is_drawn_as_percent_change():
    marker = Biomarker(code="RO", name="Occupancy", drug="MAB", specimen="BLOOD", unit="%")
    figure = marker_figure(_stats("PCHG"), marker, Colours(()))
    assert "mean percent change" in figure.title.en
    assert "saturated" not in figure.svg
