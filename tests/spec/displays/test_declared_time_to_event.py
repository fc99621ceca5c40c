"""What a study declares of times to events as displays: kinds of event, strata, delayed entry."""

import polars as pl
import pytest
from shown_display import TINY, Shown
from test_efficacy_displays import SUBJECTS, behind, cell, sheet, survival, times

from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.survival.comparisons.grouptests import group_tests
from pkpipe.survival.declared import incidence_table


def test_competing_events_are_rows_of_each_kind_in_both_languages():
    kinds = {"Disease Progression": "progression", "Death": "death"}
    plan = TINY.survival.model_copy(
        update={"competing": kinds, "min_n_curve": 1, "min_at_risk": None}
    )
    study = TINY.model_copy(update={"survival": plan})
    adtte = times((20, 40, 60, 80), (0, 0, 0, 1), endpoint="PFS").with_columns(
        EVNTDESC=pl.Series(["Disease Progression", "Death", "Disease Progression", "Ongoing"])
    )
    cif = incidence_table(adtte, SUBJECTS, plan, ("PFS",))
    made = Shown("T14.2.2.2", study, **survival(adtte, study), KMCIF=cif)
    cells = sheet(made, "PFS/KINDS")
    first = plan.landmarks_months[0]
    assert cell(cells, "Death/EVENTS", "ALL")["TEXT"] == "1"
    assert behind(made, cell(cells, "Death/EVENTS", "ALL")).height == 1
    of = [cell(cells, f"{kind}/CIF/{first:g}", "ALL")["VALUE"] for kind in kinds]
    assert of == [pytest.approx(0.5), pytest.approx(0.25)]


def test_tests_say_their_strata_and_curves_from_when_subjects_are_watched():
    group = {"group": "COHORT", "reference": "A", "endpoints": ["OS"]}
    given = {"entry": "RFICDT", "strata": ["SEX"], "comparisons": [group], "min_n_curve": 1}
    plan = SurvivalPlan.model_validate(TINY.survival.model_dump() | given)
    study = TINY.model_copy(update={"survival": plan})
    people = SUBJECTS.with_columns(SEX=pl.Series(["F", "M", "F", "M"]))
    adtte = times((61, 122, 183, 244), (0, 0, 0, 0))
    told = adtte.join(people.select("USUBJID", "SEX"), on="USUBJID", maintain_order="left")
    tests = group_tests(told, people, plan, ("OS",))
    made = Shown("T14.2.2.3", study, **survival(adtte, study), KMTEST=tests)
    (notes,) = [p["NOTESEN"].str.join("\n").item() for p in made.parts.values() if "NOTESEN" in p]
    assert "Delayed entry (RFICDT): a subject is at risk after its entry." in notes
    assert "stratified by SEX." in notes
