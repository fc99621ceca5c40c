"""Strata, delayed entry and competing events of a study file: the room's tables, and what it doubts."""

import polars as pl
import pytest
from test_survival_options import SECTION, STUDY, day, reference

from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.protocol.survival_options import CLAIMED, KINDS_OF_EVENT
from pkpipe.schema.adam.survival import EVENT
from pkpipe.survival import run
from pkpipe.survival.times.endpoints import PFS

EVENTS = {"Disease Progression": "progression", "Death": "death"}
GROUPS = {"group": "COHORT", "reference": "C", "against": ["D"], "endpoints": ["PFS"]}
DAYS = (42, 42, 84, 63, 84, 105)


def tables(people=None, **keys):
    """Six subjects of two cohorts and two sites; the fourth dies, the others progress."""
    plan = SurvivalPlan.model_validate(SECTION | {"min_n_curve": 1, "landmarks_months": [2]} | keys)
    study = STUDY.model_copy(update={"survival": plan})
    rows = [
        {"USUBJID": f"S{i}", "PARAMCD": "OVR", "ADT": day(n), "AVALC": "SD" if i == 3 else "PD"}
        | {"CRIT": "RECIST 1.1", "EVAL": "INVESTIGATOR", "SRC": "derived", "BASE": 50.0}
        for i, n in enumerate(DAYS)
    ]
    own = reference().with_columns(
        COHORT=pl.Series(["C", "D"] * 3),
        LEVEL=pl.lit("C"),
        PART=pl.lit("C"),
        SAFFL=pl.lit("Y"),
        SITEID=pl.Series(["x", "x", "x", "x", "y", "y"]),
        DTHDT=pl.Series([None, None, None, day(70), None, None], dtype=pl.Date),
    )
    own = own if people is None else own.with_columns(**people)
    return run({"ADSL": own, "ADRS": pl.DataFrame(rows)}, study)


def statistic(table, stat, **where):
    return table.filter(PARAMCD="PFS", STAT=stat, **where)["ESTIMATE"].item()


def test_a_study_that_declares_nothing_has_empty_tables_and_no_strata():
    found = tables(comparisons=[GROUPS])
    assert (found["KMCIF"].height, found["TTEENTRY"].height) == (0, 0)
    assert found["KMTEST"]["STRATA"].null_count() == found["KMTEST"].height > 0


def test_tests_are_stratified_where_a_study_declares_strata():
    plain = tables(comparisons=[GROUPS])["KMTEST"]
    strata = tables(comparisons=[GROUPS], strata=["SITEID"])["KMTEST"]
    assert strata["STRATA"].unique().to_list() == ["SITEID"]
    expected = [statistic(t, "LOGRANK_EXPECTED", GROUPVAL="C") for t in (plain, strata)]
    assert expected[0] != expected[1]


def test_a_stratum_with_one_group_is_told_and_stops_nothing():
    sites = {"SITEID": pl.Series(["x", "x", "x", "x", "y", "x"])}
    found = tables(sites, comparisons=[GROUPS], strata=["SITEID"])["TTEFIND"]
    told = found.filter(CHECK="TTE-STRATUM")
    assert told.select("USUBJID", "COLUMN", "VALUE").rows() == [("S4", "SITEID", "y")]


def test_incidences_of_progression_and_death_add_up_with_survival():
    found = tables(competing=EVENTS)
    everybody = {"GROUP": "ALL"}
    of = [statistic(found["KMCIF"], "CIF", KIND=kind, **everybody) for kind in EVENTS]
    assert sum(of) + statistic(found["KMSUM"], "SURV", **everybody) == pytest.approx(1)
    assert statistic(found["KMCIF"], "EVENTS", KIND="Death", **everybody) == 1


def test_a_subject_that_enters_late_is_at_risk_from_then_on():
    late = {"RFICDT": pl.Series([None, day(30), None, None, None, None], dtype=pl.Date)}
    found = tables(late, entry="RFICDT")
    # S5 was censored on day 1, for missed assessments; of the other five S1 enters on day 30
    row = found["TTEENTRY"].filter(USUBJID="S1", PARAMCD="PFS").row(0, named=True)
    begun = (row["ENTRYDT"] - row["STARTDT"]).days
    assert (row["ENTRY"], row["USEDFL"]) == (begun, "Y")
    curve = found["KMCURVE"].filter(PARAMCD="PFS", GROUP="ALL")
    assert curve.filter(pl.col("TIME") == begun)["NRISK"].item() == 4
    assert curve.filter(pl.col("NEVENT") > 0)["NRISK"][0] == 5


def test_an_entry_at_or_after_the_end_is_told_and_in_no_estimate():
    late = {"RFICDT": pl.Series([day(200), None, None, None, None, None], dtype=pl.Date)}
    found = tables(late, entry="RFICDT")
    told = found["TTEFIND"].filter(CHECK="TTE-ENTRY")
    assert "S0" in told["USUBJID"].to_list()
    assert statistic(found["KMSUM"], "N", GROUP="ALL") == 5
    assert found["ADTTE"].filter(USUBJID="S0", PARAMCD="PFS")["AVAL"].null_count() == 0
    used = found["TTEENTRY"].filter(USUBJID="S0", PARAMCD="PFS")
    assert used.select("USEDFL", pl.col("AVAL").is_not_null()).row(0) == ("N", True)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"strata": ["SITE"]}, "strata names 'SITE' .allowed: COHORT"),
        ({"entry": "DTHDT"}, "entry names 'DTHDT' .allowed: RFICDT"),
        ({"competing": {"Death": "d", "Relapse": "r"}}, "competing names 'Relapse'"),
        ({"competing": {"Death": "d"}}, "two or more"),
        ({"competing": EVENTS, "scheme": "C"}, "does not name 'Clinical Progression'"),
    ],
)
def test_what_a_study_cannot_mean_is_refused(keys, says):
    with pytest.raises(ValueError, match=says):
        SurvivalPlan.model_validate(SECTION | keys)


def test_the_kinds_a_study_may_name_are_those_of_the_rules():
    of_rules = {
        rule.event or rule.situation
        for rules in PFS.values()
        for rule in rules
        if rule.code == EVENT
    }
    assert of_rules == {*KINDS_OF_EVENT, *CLAIMED}
    assert {r.event for r in PFS["A"] if r.code == EVENT} == set(KINDS_OF_EVENT)
