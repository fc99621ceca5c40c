"""A virtual trial tells one story: an adverse event that is a laboratory value has that value."""

from datetime import date

import polars as pl
import pytest
from support import ROOT

from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.simulation import simulate
from pkpipe.simulation.laboratory_signs import SIGNS

STUDIES = ("bat6026", "bat8008_bat1308")
# Anaemia of grade 4 is a judgement: CTCAE gives it no value, its value is one of grade 3.
LEAST = {"HGB": (3, 3), "NEUT": (3, 4), "PLAT": (3, 4), "ALT": (3, 4)}


def graded(lb: pl.DataFrame) -> pl.DataFrame:
    """Grade 3 and 4 by the fixed limits of CTCAE v5.0; ALT by the upper limit or a higher baseline."""
    value, code = pl.col("LBSTRESN").cast(pl.Float64), pl.col("LBTESTCD")
    first = lb.filter(pl.col("LBBLFL") == "Y").select(
        "USUBJID", "LBTESTCD", BASE=pl.col("LBSTRESN").cast(pl.Float64)
    )
    rows = lb.join(first, on=["USUBJID", "LBTESTCD"], how="left")
    upper = pl.max_horizontal(pl.col("LBSTNRHI").cast(pl.Float64), "BASE")
    grade = (
        pl.when(code == "NEUT")
        .then(pl.when(value < 0.5).then(4).when(value < 1).then(3))
        .when(code == "PLAT")
        .then(pl.when(value < 25).then(4).when(value < 50).then(3))
        .when(code == "HGB")
        .then(pl.when(value < 80).then(3))
        .when(code == "ALT")
        .then(pl.when(value > 20 * upper).then(4).when(value > 5 * upper).then(3))
    )
    return rows.select(
        "USUBJID", "LBTESTCD", DAY=pl.col("LBDTC").str.slice(0, 10), GRADE=grade.fill_null(0)
    )


def severe(ae: pl.DataFrame) -> pl.DataFrame:
    tests = {term: sign.test for term, sign in SIGNS.items()}
    events = ae.filter(pl.col("AEDECOD").is_in(list(tests)), pl.col("AETOXGR").is_in(["3", "4"]))
    return events.with_columns(
        LBTESTCD=pl.col("AEDECOD").replace_strict(tests),
        SAID=pl.col("AETOXGR").cast(pl.Int64),
        END=pl.col("AEENDTC").fill_null("9999"),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("seed", [1, 23, 28])
def test_every_severe_event_of_the_laboratory_has_a_value_of_its_grade(name, seed):
    tables = simulate(load_study(ROOT / "config" / f"{name}.yaml"), seed)
    events, values = severe(tables["AE"]), graded(tables["LB"])
    assert events.height > 0
    # a date of which only the month is known may be any day of it
    beside = events.join(values, on=["USUBJID", "LBTESTCD"], how="left").filter(
        pl.col("DAY") >= pl.col("AESTDTC"),
        (pl.col("DAY") <= pl.col("END")) | pl.col("DAY").str.starts_with(pl.col("END")),
    )
    worst = beside.group_by("USUBJID", "AESEQ").agg(
        pl.col("LBTESTCD").first(), pl.col("SAID").first(), pl.col("GRADE").max()
    )
    wanted = pl.when(pl.col("LBTESTCD") == "HGB").then(3).otherwise("SAID")
    assert worst.height == events.height
    assert worst.filter(pl.col("GRADE") < wanted).is_empty()


@pytest.mark.parametrize("name", STUDIES)
def test_no_value_of_those_tests_is_severe_without_an_event(name):
    tables = simulate(load_study(ROOT / "config" / f"{name}.yaml"), 23)
    values = graded(tables["LB"]).filter(pl.col("GRADE") >= 3)
    events = severe(tables["AE"]).select("USUBJID", "LBTESTCD", "AESTDTC")
    alone = values.join(events, on=["USUBJID", "LBTESTCD"], how="left").filter(
        ~(pl.col("AESTDTC") <= pl.col("DAY")).fill_null(value=False)
    )
    kept = values.join(events, on=["USUBJID", "LBTESTCD"], how="anti")
    assert kept.is_empty(), alone


def absorbed(**changes):
    study = load_study(ROOT / "config" / "bat6026.yaml")
    return study.model_copy(update={"drugs": (study.drugs[0].model_copy(update=changes),)})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"route": "extravascular", "infusion_hours": 0.0, "cycle_days": 1}, "draws no absorption"),
        ({"route": "iv_bolus", "infusion_hours": 0.0}, "the simulator draws infusions"),
        ({"cycle_days": 1, "doses_per_day": 2}, "the simulator draws one dose"),
    ],
)
def test_simulate_oral_nan_what_the_simulator_does_not_draw_is_refused(changes, said):
    with pytest.raises(ConfigError, match=said):
        simulate(absorbed(**changes).at(date(2026, 3, 31)), 5)
