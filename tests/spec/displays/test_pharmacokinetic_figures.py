"""Figures of concentrations, troughs and fits: who is drawn, in what unit, and where a line stops."""

import re

import polars as pl
import pytest
from shown_display import TINY, Shown

from pkpipe.pk.summaries.pk_summary_tables import concentration_summary


def course(subjects=("S1", "it's <2>"), cycles=(1, 2), level="A", times=(1.0, 24.0, 168.0)):
    """Samples of each subject at each time of each cycle of 21 days."""
    rows = [
        {
            **{"USUBJID": s, "CYCLE": c, "NRRLT": t, "ATPTN": t, "ARRLT": t + 0.1},
            **{"AFRLT": 504.0 * (c - 1) + t, "AVAL": 100.0 / (t + i + 1)},
            **{"PROFILE": f"{s}|{c}", "LEVEL": level, "COHORT": level},
        }
        for i, s in enumerate(subjects)
        for c in cycles
        for t in times
    ]
    return pl.DataFrame(rows).with_columns(
        PARAMCD=pl.lit("MAB"),
        MATRIX=pl.lit("SERUM"),
        AVALU=pl.lit("ug/mL"),
        ATPT=pl.lit("EOI"),
        SUMFL=pl.lit("Y"),
    )


def drawn(number, **tables):
    if "ADPC" in tables:
        tables["PKCONC"] = concentration_summary(tables["ADPC"], TINY.nca.summary)
    shown = Shown(number, **tables)
    return shown, shown.figures


def test_each_subject_has_a_name_of_its_own_and_each_cycle_a_panel_of_its_own():
    shown, figures = drawn("F14.4.1", ADPC=course())
    (picture,) = figures["SVG"]
    assert shown.state["state"] == "shown"
    for text in (">S1<", ">it's &lt;2&gt;<", ">cycle 1<", ">cycle 2, log<", ">all cycles, log<"):
        assert text in picture, text
    assert figures["TITLEZH"].item() == "Antibody，个体药时曲线，A (1 mg/kg)"


def test_an_antibody_is_drawn_in_days():
    for number in ("F14.4.1", "F14.4.2", "F14.4.3"):
        _, figures = drawn(number, ADPC=course())
        assert "(days)" in figures["SVG"][0]
        assert "(h)" not in figures["SVG"][0]


def test_many_subjects_stand_on_several_drawings_none_is_left_out():
    many = [f"S{n:02}" for n in range(20)]
    _, figures = drawn("F14.4.1", ADPC=course(many, cycles=(1,)))
    assert figures.height == 2
    assert figures["TITLEEN"].str.contains(r"\(1 of 2\)|\(2 of 2\)").all()
    for subject in many:
        assert sum(f">{subject}<" in svg for svg in figures["SVG"]) == 1


def test_a_mean_is_drawn_for_a_cycle_with_a_course():
    _, figures = drawn("F14.4.3", ADPC=course(cycles=(1, 3)))
    assert figures["TITLEEN"].to_list() == [
        "Antibody, means by level, cycle 1",
        "Antibody, means by level, cycle 3",
    ]
    shown, _ = drawn("F14.4.3", ADPC=course(times=(1.0,)))
    assert shown.state["STATEZH"] == "尚无完整采样的周期"


@pytest.mark.parametrize(("subjects", "lines"), [(3, 1), (2, 0)])
def test_a_line_of_troughs_is_drawn_only_where_enough_subjects_have_one(subjects, lines):
    rows = [
        {"USUBJID": f"S{s}", "CYCLE": c, "AVAL": 1.0 + s, "LEVEL": "B"}
        for s in range(subjects)
        for c in (1, 2)
    ]
    adpp = pl.DataFrame(rows).with_columns(
        PARCAT1=pl.lit("MAB"),
        MATRIX=pl.lit("SERUM"),
        PARAMCD=pl.lit("CTROUGH"),
        AVALU=pl.lit("ug/mL"),
        PROFILE=pl.concat_str("USUBJID", pl.lit("|"), "CYCLE"),
    )
    shown, figures = drawn("F14.4.6", ADPP=adpp)
    assert "only of 3 or more subjects" in figures["CAPTEN"].item()
    # one line stands in the legend in any case
    drawn_lines = re.findall(r'd="M[^"]*"[^>]*fill: none; stroke: #d55e00', figures["SVG"].item())
    assert len(drawn_lines) == 1 + lines
    assert shown.state["state"] == "shown"


def test_a_terminal_fit_has_axes_with_their_ends_told():
    fit = pl.DataFrame(
        {
            "PROFILE": "S1|1",
            "USUBJID": "S1",
            "PARCAT1": "MAB",
            "MATRIX": "SERUM",
            "CYCLE": 1,
            "TIME": [24.0, 168.0, 336.0],
            "AVAL": [80.0, 40.0, 20.0],
            "FITTED": [80.0, 40.0, 20.0],
            "USEDFL": "Y",
            "STATUS": "OK",
        }
    )
    adpp = pl.DataFrame(
        {"PROFILE": "S1|1", "PARCAT1": "MAB", "MATRIX": "SERUM", "CYCLE": 1,
         "PARAMCD": ["LAMZHL", "R2ADJ", "LAMZNPT"], "AVAL": [6.0, 0.99, 3.0], "AVALU": "day"}
    )  # fmt: skip
    _, figures = drawn("F14.4.4", LZFIT=fit, ADPP=adpp)
    svg = figures["SVG"].item()
    for text in (">S1<", ">80<", ">20<", ">0<", ">14<"):  # concentrations, dose and last day
        assert text in svg, text
    assert "1 of 1 profiles of cycle 1 have a fit" in figures["CAPTEN"].item()


def test_a_study_without_a_conjugate_has_no_molar_figures():
    assert drawn("F14.4.7")[0].state["state"].startswith("not planned")
    assert drawn("F14.4.8")[0].state["STATEZH"].startswith("未计划")
