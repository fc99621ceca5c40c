"""Designs as files, their operating characteristics as a verb, the calendar, and other designs as context."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from escalation_trials import state_after

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.escalation.characteristics.calendar import Accrual, calendar_characteristics
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.comparators.context import LABEL, said_now
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.interval_designs import boin_table
from pkpipe.protocol.design_letter_tables import table_rows_from_csv
from pkpipe.protocol.escalation import EscalationPlan, Level, WindowRules
from pkpipe.protocol.file_reading.escalation_file import load_plan

PLAIN = """
escalation:
  levels: [{code: A}, {code: B}, {code: C}]
  titration_levels: []
  dlt_window_days: 21
"""
RATES = "level,p_dlt\nA,0.1\nB,0.25\nC,0.45\n"


def written(folder, name, text):
    (folder / name).write_text(text)
    return str(folder / name)


# --- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("titration_levels: []", "titration_levels: [B]"), "must be the lowest levels"),
        (("titration_levels: []", "titration_levels: [Z]"), "'Z' is not a level"),
        (("{code: C}", "{code: A}"), "'A' is given twice"),
        (("dlt_window_days: 21", "dlt_window_days: 21\n  top: C"), "unknown key"),
        (
            ("dlt_window_days: 21", "highest_open_level: D\n  dlt_window_days: 21"),
            "'D' is not a level",
        ),
        (("  dlt_window_days: 21\n", ""), "dlt_window_days"),
        (("dlt_window_days: 21", "dlt_window_days: 21\n  table_rows: {3: ESX}"), "row 3 is 'ESX'"),
    ],
)
def test_a_design_that_cannot_be_is_refused_by_name(tmp_path, change, words):
    with pytest.raises(ConfigError, match="escalation") as problem:
        load_plan(tmp_path / written(tmp_path, "p.yaml", PLAIN.replace(*change)))
    assert words in str(problem.value)


def test_a_cohort_other_than_three_needs_a_decision_table(tmp_path):
    text = PLAIN.replace("dlt_window_days: 21", "dlt_window_days: 21\n  cohort_size: 2")
    with pytest.raises(ConfigError, match="cohort_size"):
        Design.of(load_plan(tmp_path / written(tmp_path, "p.yaml", text)))


SPELLINGS = {
    "wide": "n,0,1,2,3\n3,E,S,D,U\n",
    "long": "n,dlt,decision\n3,0,E\n3,1,S\n3,2,D\n3,3,U\n",
    "long with exclusion": "n,dlt,decision,decision_with_exclusion\n3,0,E,E\n3,1,S,S\n3,2,D,D\n3,3,D,U\n",
    "boundaries": "n,escalate_if_dlt_le,deescalate_if_dlt_ge,eliminate_if_dlt_ge\n3,0,2,3\n",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_decision_table_may_be_spelled_in_several_ways(text):
    assert table_rows_from_csv(text, "t.csv") == {3: "ESDU"}


@pytest.mark.parametrize(
    "text", ["", "n,x\n1,2\n", "n,0,1\n1,E\n", "n,0,1\nx,E,D\n", "n,dlt,decision\n2,0,E\n"]
)
def test_what_is_no_decision_table_is_refused(text):
    with pytest.raises(ConfigError, match=r"t\.csv"):
        table_rows_from_csv(text, "t.csv")


def test_a_study_brings_its_own_table_by_naming_a_csv(tmp_path):
    rows = ["n,0,1,2,3,4,5,6", "3,E,S,D,U,,,", "6,E,E,S,D,U,U,U"]
    written(tmp_path, "table.csv", "\n".join(rows) + "\n")
    text = PLAIN.replace("dlt_window_days: 21", "dlt_window_days: 21\n  decision_table: table.csv")
    states = written(tmp_path, "s.csv", "levels\nA:3/0/0/0|B:3/2/0/0\nA:3/0/0/0|B:3/3/0/0\n")
    out = tmp_path / "o.csv"
    protocol = written(tmp_path, "p.yaml", text)
    assert main(["escalate", states, "-o", str(out), "--protocol", protocol]) == 0
    found = pl.read_csv(out, infer_schema=False)
    assert found.select("decision", "next_level", "n_to_enrol", "rules").rows() == [
        ("DEESCALATE", "A", "3", "T04"),
        ("DEESCALATE", "A", "3", "T02"),
    ]


# --- operating characteristics ---------------------------------------------------------------------


def characteristics(folder, *words, protocol=PLAIN, rates=RATES):
    out = folder / "oc.csv"
    code = main(
        [
            "operating-characteristics",
            *("--protocol", written(folder, "p.yaml", protocol)),
            *("--scenario", written(folder, "rates.csv", rates)),
            *("-o", str(out)),
            *words,
        ]
    )
    return code, pl.read_csv(out) if out.exists() else None


def test_exact_is_the_default_and_has_no_error_column(tmp_path):
    code, found = characteristics(tmp_path)
    assert code == 0
    assert found.columns == ["quantity", "level", "value"]
    mtd = found.filter(pl.col("quantity") == "P_MTD")
    assert mtd["value"].to_list() == pytest.approx([0.399128719500864, 0.370455210943835, 0])


def test_the_same_seed_gives_the_same_bytes_and_a_simulation_needs_one(tmp_path, capsys):
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        assert characteristics(folder, "--simulate", "2000", "--seed", "5")[0] == 0
    assert (first / "oc.csv").read_bytes() == (second / "oc.csv").read_bytes()
    assert characteristics(tmp_path, "--simulate", "2000")[0] == 2
    assert "--seed" in capsys.readouterr().err


def test_what_no_simulated_trial_showed_has_an_error_that_covers_its_exact_value(tmp_path):
    rare = "level,p_dlt\nA,0.002\nB,0.004\nC,0.006\n"
    _, exact = characteristics(tmp_path, rates=rare)
    _, drawn = characteristics(tmp_path, "--simulate", "400", "--seed", "3", rates=rare)
    both = drawn.join(exact, on=["quantity", "level"], nulls_equal=True, suffix="_exact")
    shares = both.filter(pl.col("quantity").str.starts_with("P_"))
    unseen = shares.filter((pl.col("value") == 0) & (pl.col("value_exact") > 0))
    assert unseen.height
    assert ((shares["value"] - shares["value_exact"]).abs() <= 5 * shares["se"]).all()


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ("level,p_dlt\nA,0.1\nB,0.2\n", "level is 'C': an open level has no rate"),
        ("level,p_dlt\nA,0.1\nB,1.2\nC,0.3\n", "row 3: p_dlt is '1.2'"),
        ("level,p_dlt\nA,0.1\nB,0.2\nC,0.3\nZ,0.3\n", "row 5: level is 'Z'"),
        ("level,p_dlt\nA,0.1\nB,0.2\nC,0.3\nC,0.3\n", "more than once"),
        ("level,p_dlt,p_grade2\nA,0.1,0.05\nB,0.2,\nC,0.3,\n", "is below p_dlt"),
        ("level,p_dlt\nA,\nB,0.2\nC,0.3\n", "row 2: p_dlt"),
    ],
)
def test_a_scenario_that_cannot_be_is_a_finding(tmp_path, capsys, rates, words):
    code, found = characteristics(tmp_path, rates=rates)
    assert (code, found) == (3, None)
    assert words in capsys.readouterr().err


def test_several_scenarios_in_one_file_are_told_apart_and_drawn_together(tmp_path):
    rates = "scenario,level,p_dlt\nlow,A,0\nlow,B,0\nlow,C,0\nhigh,A,1\nhigh,B,1\nhigh,C,1\n"
    figure = tmp_path / "oc.svg"
    code, found = characteristics(tmp_path, "--figure", str(figure), rates=rates)
    assert code == 0
    ends = found.filter(pl.col("value") == 1, pl.col("quantity").str.starts_with("P_"))
    assert ends.select("scenario", "quantity", "level").rows() == [
        ("low", "P_MAD_reached", "C"),
        ("low", "P_n_total", "9"),
        *(("low", "P_escalate_given_reached_standard_3p3", c) for c in "ABC"),
        ("high", "P_no_tolerable_dose", None),
        ("high", "P_n_total", "3"),
    ]
    text = figure.read_text()
    assert "low: expected n 9.0" in text
    assert "high: expected n 3.0" in text


def test_a_wrong_row_of_a_later_scenario_keeps_its_place_in_the_file(tmp_path, capsys):
    rates = "scenario,level,p_dlt\n1,A,0\n1,B,0\n1,C,0\n2,A,0\n2,B,7\n2,C,0\n"
    assert characteristics(tmp_path, rates=rates)[0] == 3
    assert "row 6: p_dlt is '7.0'" in capsys.readouterr().err


def test_more_states_than_memory_holds_is_said_and_not_tried(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("pkpipe.escalation.characteristics.graph.MOST_STATES", 100)
    text = PLAIN.replace("{code: C}", "{code: C}, {code: D}, {code: E9}")
    text = text.replace("titration_levels: []", "titration_levels: [A]")
    rates = RATES + "D,0.5\nE9,0.6\n"
    assert characteristics(tmp_path, protocol=text, rates=rates)[0] == 2
    assert "--simulate" in capsys.readouterr().err


def test_comparators_are_labelled_as_context_and_need_a_target(tmp_path, capsys):
    words = ("--simulate", "500", "--seed", "5", "--comparators")
    assert characteristics(tmp_path, *words)[0] == 2
    assert "target_dlt_rate" in capsys.readouterr().err
    text = PLAIN.replace("dlt_window_days: 21", "dlt_window_days: 21\n  target_dlt_rate: 0.3")
    code, found = characteristics(tmp_path, *words, protocol=text)
    assert code == 0
    names = found["design"].unique(maintain_order=True).to_list()
    assert names == ["protocol", *(f"{n} ({LABEL.en})" for n in ("BOIN", "mTPI-2", "CRM"))]
    ends = found.filter(
        pl.col("quantity").is_in(["P_MTD", "P_MAD_reached"])
        | pl.col("quantity").str.starts_with("P_no")
    )
    assert ends.group_by("design").agg(pl.col("value").sum())["value"].to_list() == pytest.approx(
        [1] * 4
    )


def test_every_comparator_says_what_it_would_do_now_and_that_it_is_context():
    design = replace(Design.plain("ABCDE"), target=0.3)
    found = said_now(design, state_after("ANNN BNNT", design))
    assert found.select("METHOD", "DECISION", "NEXTLVL").rows() == [
        ("BOIN", "STAY_ADD", "B"),
        ("mTPI-2", "STAY_ADD", "B"),
        ("CRM", "TREAT", "C"),
    ]
    assert found["REASONZH"].str.contains("DLT").all()


def test_boin_excludes_a_level_that_is_too_toxic_and_all_above():
    assert dict(boin_table(0.3, 6))[3] == "ESDU"
    assert dict(boin_table(0.3, 6))[6] == "EESDUUU"


# --- the calendar ----------------------------------------------------------------------------------


def days(accrual, rates=(0.0, 0.0), trials=400, **rules):
    plan = EscalationPlan(
        levels=(Level(code="A"), Level(code="B")),
        dlt_window_days=21,
        constraints=WindowRules(**rules),
    )
    rows = calendar_characteristics(plan, Scenario.of(list(rates)), accrual, trials, seed=3)
    return dict(rows.select("quantity", "value").rows())


CROWD = Accrual(per_month=1e7)


def test_without_waiting_for_candidates_two_batches_take_two_windows():
    assert days(CROWD)["E_duration_days"] == pytest.approx(42, abs=1e-3)


def test_two_in_the_window_at_once_make_a_batch_of_three_take_two_windows():
    assert days(CROWD, max_in_window=2)["E_duration_days"] == pytest.approx(84, abs=1e-3)
    assert days(CROWD, max_in_window=1)["E_duration_days"] == pytest.approx(126, abs=1e-3)


def test_the_gap_after_the_first_subject_delays_each_batch_once():
    assert days(CROWD, first_gap_hours=24)["E_duration_days"] == pytest.approx(44, abs=1e-3)
    every = days(CROWD, first_gap_hours=24, gap_between="every_pair")
    assert every["E_duration_days"] == pytest.approx(46, abs=1e-3)


def test_slow_accrual_adds_the_time_between_candidates():
    # Six candidates; each batch ends 21 days after its third, and nobody waits for a place.
    slow = days(Accrual(per_month=0.01), trials=4000)
    assert slow["E_duration_days"] == pytest.approx(6 * 30.4375 / 0.01, rel=0.03)
    assert slow["E_wait_days"] < 1


def test_who_leaves_is_replaced_and_the_trial_takes_longer():
    leaving = days(Accrual(per_month=1e7, leaving=0.5), trials=4000)
    assert leaving["E_dosed"] - leaving["E_replaced"] == pytest.approx(6)
    assert leaving["E_replaced"] == pytest.approx(6, rel=0.05)  # as many leave as stay
    assert leaving["E_duration_days"] > 42


def test_impatient_candidates_are_turned_away():
    impatient = days(Accrual(per_month=30, patience_days=3))
    assert impatient["E_turned_away"] > 5
    assert impatient["E_wait_days"] < 3


@pytest.mark.parametrize(
    "accrual", [Accrual(0), Accrual(1, leaving=1), Accrual(1, patience_days=-1)]
)
def test_accrual_that_cannot_be_is_refused(accrual):
    with pytest.raises(ConfigError, match="allowed"):
        days(accrual)
