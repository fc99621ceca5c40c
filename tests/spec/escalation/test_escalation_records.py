"""From dated records to who counts, what may come and when, and what was decided before."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.escalation.decision.decide_as_of import decided
from pkpipe.escalation.subjects.evaluability import RECORD_SCHEMA
from pkpipe.protocol.escalation import EscalationPlan, Level

PLAN = EscalationPlan(levels=tuple(Level(code=c) for c in "ABC"), dlt_window_days=21)
PROTOCOL = """
escalation:
  levels: [{code: A}, {code: B}, {code: C}]
  titration_levels: []
  dlt_window_days: 21
  constraints: {max_in_window: 2, first_gap_hours: 24}
"""


def records(text: str) -> pl.DataFrame:
    """Lines `subject level first_dose [DLT=date] [G2=date] [LEFT=date] [DOSE=share]`."""
    rows = []
    for line in text.strip().splitlines():
        subject, level, start, *events = line.split()
        row = {"CASE": "", "USUBJID": subject, "LEVEL": level, "TRTSDT": day(start), "COUNTS": True}
        for event in events:
            name, value = event.split("=")
            row[{"DOSE": "DOSEFRAC"}.get(name, f"{name}DT")] = (
                float(value) if name == "DOSE" else day(value)
            )
        rows.append({n: row.get(n) for n in RECORD_SCHEMA.names()})
    return pl.DataFrame(rows, schema=RECORD_SCHEMA, orient="row")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}" if len(text) == 5 else text)


def moment(text: str) -> pl.Expr:
    return pl.lit(text).str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us")


def state_of(text: str, as_of: str, plan: EscalationPlan = PLAN) -> tuple[str, str]:
    found = decided(records(text), plan, day(as_of)).subjects
    return found["STATE"][0], found["REASON"][0]


def test_a_subject_is_pending_until_exactly_21_days_after_the_first_dose():
    assert state_of("1 A 01-05", "01-25") == ("PENDING", "window open until 2026-01-26")
    assert state_of("1 A 01-05", "01-26") == (
        "EVALUABLE",
        "window completed on 2026-01-26 without DLT",
    )


def test_a_dlt_counts_at_once_and_up_to_the_last_day_of_the_window():
    assert state_of("1 A 01-05 DLT=01-09", "01-09")[0] == "EVALUABLE_DLT"
    assert state_of("1 A 01-05 DLT=01-26", "01-30")[0] == "EVALUABLE_DLT"
    assert state_of("1 A 01-05 DLT=01-27", "01-30") == (
        "EVALUABLE",
        "window completed on 2026-01-26 without DLT; DLT on 2026-01-27 outside the window, not counted",
    )


def test_a_window_of_days_1_to_21_ends_a_day_earlier():
    strict = PLAN.model_copy(update={"dlt_last_day": 21})
    assert state_of("1 A 01-05 DLT=01-25", "01-30", strict)[0] == "EVALUABLE_DLT"
    assert state_of("1 A 01-05 DLT=01-26", "01-30", strict)[0] == "EVALUABLE"


def test_with_times_the_window_is_counted_in_hours():
    drawn = records("1 A 01-05 DLT=01-26").with_columns(
        TRTSDTM=moment("2026-01-05T09:00"), DLTDTM=moment("2026-01-26T09:01")
    )
    assert decided(drawn, PLAN, day("02-10")).subjects["STATE"][0] == "EVALUABLE"
    earlier = drawn.with_columns(DLTDTM=moment("2026-01-26T09:00"))
    assert decided(earlier, PLAN, day("02-10")).subjects["STATE"][0] == "EVALUABLE_DLT"


def test_with_times_a_window_of_days_1_to_21_ends_before_its_last_hour_is_full():
    strict = PLAN.model_copy(update={"dlt_last_day": 21})
    for clock, state in (("08:59", "EVALUABLE_DLT"), ("09:00", "EVALUABLE")):
        drawn = records("1 A 01-05 DLT=01-26").with_columns(
            TRTSDTM=moment("2026-01-05T09:00"), DLTDTM=moment(f"2026-01-26T{clock}")
        )
        assert decided(drawn, strict, day("02-10")).subjects["STATE"][0] == state


def test_who_leaves_the_window_without_dlt_is_replaced_and_with_dlt_counts():
    left = decided(records("1 A 01-05 LEFT=01-12"), PLAN, day("01-20")).subjects
    assert (left["STATE"][0], left["REPLACE"][0]) == ("NOT_EVALUABLE", "Y")
    assert state_of("1 A 01-05 LEFT=01-12 DLT=01-10", "01-20")[0] == "EVALUABLE_DLT"
    assert state_of("1 A 01-05 LEFT=01-26", "01-30")[0] == "EVALUABLE"


def test_without_a_minimum_dose_fraction_recorded_doses_cannot_be_judged():
    with pytest.raises(ConfigError, match=r"escalation\.min_dose_fraction"):
        decided(records("1 A 01-05 DOSE=0.9"), PLAN, day("02-01"))


def test_too_little_dose_makes_a_subject_not_evaluable_unless_there_is_a_dlt():
    plan = PLAN.model_copy(update={"min_dose_fraction": 0.8})
    assert state_of("1 A 01-05 DOSE=0.8", "02-01", plan)[0] == "EVALUABLE"
    assert state_of("1 A 01-05 DOSE=0.79", "02-01", plan) == (
        "NOT_EVALUABLE",
        "received 79.0 % of a planned dose, least 80 %: to be replaced",
    )
    assert state_of("1 A 01-05 DOSE=0.5 DLT=01-07", "02-01", plan)[0] == "EVALUABLE_DLT"
    assert state_of("1 A 01-05 DOSE=0.5", "01-10", plan)[0] == "PENDING"


TWO_PENDING = """
    1 A 01-05
    2 A 01-06
    3 A 01-28
    4 B 02-20
    5 B 02-21 DLT=03-01
    6 B 03-10
"""


def test_the_look_ahead_names_every_outcome_of_the_pending_subjects():
    found = decided(records(TWO_PENDING), PLAN, day("03-14")).look_ahead
    assert found.select("outcome", "decision", "next_level", "n_to_enrol").rows() == [
        ("B: 1 completes without DLT", "STAY_ADD", "B", 3),
        ("B: 1 DLT", "DEESCALATE_EXPAND", "A", 3),
        ("B: 1 leaves and is replaced", "STAY_ADD", "B", 1),
    ]
    assert found["possible_from"].to_list() == [day("03-31"), day("03-15"), day("03-15")]


def test_two_alike_give_the_number_of_each_outcome_not_every_order():
    found = decided(records("1 A 01-05\n2 A 01-06"), PLAN, day("01-10")).look_ahead
    assert found["outcome"].to_list() == [
        "A: 2 completes without DLT",
        "A: 1 completes without DLT, 1 DLT",
        "A: 1 completes without DLT, 1 leaves and is replaced",
        "A: 2 DLT",
        "A: 1 DLT, 1 leaves and is replaced",
        "A: 2 leaves and is replaced",
    ]


def test_the_first_possible_decision_is_when_the_last_window_it_needs_closes():
    now = decided(records(TWO_PENDING), PLAN, day("03-14")).answer
    assert (now["decision"][0], now["possible_from"][0]) == ("WAIT", day("03-31"))
    later = decided(records(TWO_PENDING), PLAN, day("03-31")).answer
    assert (later["decision"][0], later["possible_from"][0]) == ("STAY_ADD", day("03-31"))


def test_two_dlts_decide_although_a_window_is_open():
    found = decided(
        records("1 A 01-05 DLT=01-09\n2 A 01-06 DLT=01-10\n3 A 01-28"), PLAN, day("01-30")
    )
    assert found.answer["decision"][0] == "NO_TOLERABLE_DOSE"


# --- the verb --------------------------------------------------------------------------------------

SUBJECTS = """subject,level,first_dose,dlt_onset,grade2_onset,left_window
1,A,2026-01-05T09:00,,,
2,A,2026-01-06T10:00,,,
3,A,2026-01-28,,,
4,B,2026-02-20,,,
"""


def ask(folder, subjects=SUBJECTS, *more, as_of="2026-02-25"):
    (folder / "trial.yaml").write_text(PROTOCOL)
    (folder / "subjects.csv").write_text(subjects)
    words = [str(folder / "subjects.csv"), "-o", str(folder / "out.csv")]
    return main(
        ["escalate", *words, "--protocol", str(folder / "trial.yaml"), "--as-of", as_of, *more]
    )


def read(path):
    return pl.read_csv(path, infer_schema=False)


def test_dated_records_give_the_decision_and_three_tables_beside_it(tmp_path):
    assert ask(tmp_path) == 0
    out = read(tmp_path / "out.csv")
    assert out.select("decision", "next_level", "n_to_enrol", "levels").row(0) == (
        "STAY_ADD",
        "B",
        "2",
        "A:3/0/0/0|B:0/0/0/1",
    )
    assert read(tmp_path / "out_subjects.csv")["state"].to_list() == ["EVALUABLE"] * 3 + ["PENDING"]
    assert read(tmp_path / "out_lookahead.csv").height == 3
    checks = read(tmp_path / "out_conformance.csv")
    worst = dict(checks.select("CHECK", "RESULT").rows())
    assert worst["C01"] == worst["C02"] == worst["C03"] == "PASS"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("5,Z,2026-02-21,,,", "row 6, subject 5: level is 'Z'"),
        ("5,B,2026-02-21,2026-02-20,,", "row 6, subject 5: dlt_onset is '2026-02-20'"),
        ("4,A,2026-02-21,,,", "row 6, subject 4: subject is '4'"),
        ("5,B,2026-02,,,", "row 6, subject 5: first_dose is '2026-02'"),
        ("5,B,2026-02-21,,,2026-02-01", "row 6, subject 5: left_window"),
        ("5,,2026-02-21,,,", "row 6, subject 5: level"),
        ("5,B,,2026-02-21,,", "row 6, subject 5: dlt_onset"),
        ("5,B,2026-02-30,,,", "row 6, subject 5: first_dose is '2026-02-30'"),
    ],
)
def test_a_record_that_cannot_be_stops_with_its_row_and_nothing_is_written(
    tmp_path, capsys, row, words
):
    assert ask(tmp_path, SUBJECTS + row + "\n") == 3
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_a_level_that_is_not_open_is_a_finding(tmp_path, capsys):
    (tmp_path / "states.csv").write_text(
        "case_id,highest_open_level,current_level,levels\n1,B,C,A:3/0/0/0|B:3/0/0/0|C:3/0/0/0\n"
    )
    (tmp_path / "trial.yaml").write_text(PROTOCOL)
    words = [str(tmp_path / "states.csv"), "-o", str(tmp_path / "o.csv")]
    assert main(["escalate", *words, "--protocol", str(tmp_path / "trial.yaml")]) == 0
    assert read(tmp_path / "o.csv")["decision"][0] == "INVALID_STATE"
    said = capsys.readouterr().err
    assert (
        "states.csv row 2: levels is 'A:3/0/0/0|B:3/0/0/0|C:3/0/0/0': a level outside the design"
        in said
    )


@pytest.mark.parametrize("levels", ["A:3/0/0", "A=3/0/0/0", "A:3/0/0/0|A:3/0/0/0", "A:x/0/0/0", ""])
def test_a_state_that_is_not_spelled_right_is_a_finding(tmp_path, capsys, levels):
    (tmp_path / "states.csv").write_text(
        f"case_id,highest_open_level,current_level,levels\n1,C,A,{levels}\n"
    )
    (tmp_path / "trial.yaml").write_text(PROTOCOL)
    words = [str(tmp_path / "states.csv"), "-o", str(tmp_path / "o.csv")]
    assert main(["escalate", *words, "--protocol", str(tmp_path / "trial.yaml")]) == 3
    assert "row 2: levels" in capsys.readouterr().err


def test_states_without_optional_columns_take_the_design_and_the_highest_level(tmp_path):
    (tmp_path / "states.csv").write_text("levels\nA:3/0/0/0|B:3/0/0/0|C:3/0/0/0\n")
    (tmp_path / "trial.yaml").write_text(PROTOCOL)
    words = [str(tmp_path / "states.csv"), "-o", str(tmp_path / "o.csv")]
    assert main(["escalate", *words, "--protocol", str(tmp_path / "trial.yaml")]) == 0
    assert read(tmp_path / "o.csv")["mad"][0] == "C"


LOG = "date,cutoff,level,decision,next_level,n_to_enrol,recorded_by,recorded_on\n"


def test_a_recorded_decision_is_reproduced_from_the_same_data(tmp_path):
    (tmp_path / "log.csv").write_text(
        LOG + "2026-02-19,2026-02-18,A,ESCALATE,B,3,chair,2026-02-19\n"
    )
    assert ask(tmp_path, SUBJECTS, "--decisions", str(tmp_path / "log.csv")) == 0
    log = read(tmp_path / "out_log.csv")
    assert (log["same"][0], log["decision_now"][0]) == ("Y", "ESCALATE")


def test_the_log_says_when_changed_data_would_change_a_past_decision(tmp_path):
    (tmp_path / "log.csv").write_text(
        LOG + "2026-02-19,2026-02-18,A,ESCALATE,B,3,chair,2026-02-19\n"
    )
    changed = SUBJECTS.replace("2,A,2026-01-06T10:00,,,", "2,A,2026-01-06T10:00,2026-01-10,,")
    assert ask(tmp_path, changed, "--decisions", str(tmp_path / "log.csv")) == 0
    log = read(tmp_path / "out_log.csv")
    assert (log["same"][0], log["decision_now"][0], log["n_now"][0]) == ("N", "STAY_ADD", "3")
    assert "would be STAY_ADD" in log["detail"][0]


def test_a_level_dosed_before_its_recorded_decision_fails_conformance(tmp_path):
    (tmp_path / "log.csv").write_text(
        LOG + "2026-02-22,2026-02-18,A,ESCALATE,B,3,chair,2026-02-22\n"
    )
    assert ask(tmp_path, SUBJECTS, "--decisions", str(tmp_path / "log.csv")) == 0
    checks = read(tmp_path / "out_conformance.csv").filter(pl.col("CHECK") == "C10")
    assert checks.select("COHORT", "RESULT").rows() == [("B", "FAIL")]


def test_a_decision_dated_before_its_data_is_a_finding(tmp_path, capsys):
    (tmp_path / "log.csv").write_text(
        LOG + "2026-02-17,2026-02-18,A,ESCALATE,B,3,chair,2026-02-19\n"
    )
    assert ask(tmp_path, SUBJECTS, "--decisions", str(tmp_path / "log.csv")) == 3
    assert "dated before its data" in capsys.readouterr().err
