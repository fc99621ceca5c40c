"""Cumulative incidence as curves: where competing events are declared, and nowhere else."""

import polars as pl
import pytest
from shown_display import TINY, Shown
from test_efficacy_displays import SUBJECTS, survival, times

from pkpipe.clinical.collected import EVERYTHING
from pkpipe.displays.asked import chosen
from pkpipe.displays.display import Material
from pkpipe.displays.efficacy.incidence_figures import incidence_curves as drawn_curves
from pkpipe.survival.competing_events.incidence import incidences
from pkpipe.survival.declared import incidence_curves

NUMBER = "F14.2.7"
KINDS = {"Disease Progression": "progression", "Death": "death"}


def plan_of(**said):
    given = {"competing": KINDS, "min_n_curve": 1, "min_at_risk": 1}
    return TINY.survival.model_copy(update=given | said)


def rows():
    return times((20, 40, 60, 80), (0, 0, 0, 1), endpoint="PFS").with_columns(
        EVNTDESC=pl.Series(["Disease Progression", "Death", "Disease Progression", "Ongoing"])
    )


def shown(plan, **more):
    study = TINY.model_copy(update={"survival": plan})
    adtte = rows()
    curve = incidence_curves(adtte, SUBJECTS, plan, ("PFS", "OS"))
    return Shown(NUMBER, study, **survival(adtte, study), CIFCURVE=curve, **more)


def test_the_curve_is_that_of_the_verb_of_each_group_and_ends_at_one_less_those_left():
    found = incidence_curves(rows(), SUBJECTS, plan_of(), ("PFS", "OS"))
    everybody = found.filter(GROUP="ALL")
    assert everybody["PARAMCD"].unique().to_list() == ["PFS"]
    frame = rows().select(TIME="AVAL", EVENT=1 - pl.col("CNSR"),
                          KIND=pl.when(pl.col("CNSR") == 0).then("EVNTDESC"))  # fmt: skip
    want = incidences(frame, list(KINDS))
    names = ["KIND", "TIME", "NRISK", "NEVENT", "CIF", "SE", "LOWER", "UPPER"]
    by = ["KIND", "TIME"]
    assert everybody.select(names).sort(by).equals(want.select(names).sort(by), null_equal=True)
    last = everybody.group_by("KIND").agg(pl.col("CIF").last())
    assert dict(last.iter_rows()) == {
        k: pytest.approx(v) for k, v in zip(KINDS, (0.5, 0.25), strict=True)
    }
    assert everybody["KIND"].unique(maintain_order=True).to_list() == [*KINDS]


def test_a_group_of_too_few_has_no_curve_and_without_kinds_there_is_none():
    assert incidence_curves(rows(), SUBJECTS, plan_of(min_n_curve=99), ("PFS",)).is_empty()
    assert incidence_curves(rows(), SUBJECTS, plan_of(competing={}), ("PFS",)).is_empty()


def test_it_is_drawn_in_both_languages_for_everybody_and_each_kind_by_cohort():
    plan = plan_of()
    made = shown(plan)
    assert made.figures["NAME"].to_list() == ["cif-pfs", "cif-pfs-1", "cif-pfs-2"]
    study = TINY.model_copy(update={"survival": plan})
    pictures = drawn_curves(Material(made.tables, study, EVERYTHING))
    assert "cumulative incidence" in pictures[0].svg
    for kind in KINDS.values():
        assert kind in pictures[0].svg
    assert "累积发生率" in pictures[0].chinese()
    assert pictures[2].title.en.endswith("death, by cohort")
    cohorts = {c.code: c.label for c in TINY.cohorts if c.code in SUBJECTS["COHORT"].to_list()}
    for code, label in cohorts.items():
        assert f"{code}: {label}" in pictures[2].svg
    assert ">all<" in pictures[0].svg
    assert ">all<" not in pictures[2].svg


def test_it_is_in_a_report_only_where_events_compete():
    assert NUMBER not in {d.number for d in chosen(TINY)}
    study = TINY.model_copy(update={"survival": plan_of()})
    assert NUMBER in {d.number for d in chosen(study)}
    assert "no survival.competing" in str(Shown(NUMBER, TINY).state)


def test_without_a_curve_it_says_that_subjects_are_too_few():
    assert "too few subjects" in str(shown(plan_of(min_n_curve=99)).state)
