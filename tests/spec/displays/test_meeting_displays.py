"""What a meeting asks beside the decision: narratives of DLTs, waiting times, data still due."""

import datetime

import polars as pl
from shown_display import TINY, Shown

DAY = datetime.date(2026, 1, 5)
ONSET = datetime.date(2026, 1, 13)


def after(days, start=DAY):
    return start + datetime.timedelta(days=days)


def narrated(**changes):
    event = {"USUBJID": "S3", "AESEQ": 1, "AEDECOD": "Rash", "AETOXGR": 3, "ASTDT": ONSET, "ASTDY": 9,
             "AEDLTFL": "Y", "RELFL": "Y", "AEACN": "DRUG INTERRUPTED"}  # fmt: skip
    labs = pl.DataFrame(
        {"USUBJID": ["S3", "S3", "S3", "S3", "S4"], "PARAMCD": ["ALT", "ALT", "ALT", "ALB", "ALT"],
         "PARAM": ["ALT", "ALT", "ALT", "Albumin", "ALT"],
         "ADT": [after(-5, ONSET), after(2, ONSET), after(29, ONSET), ONSET, ONSET],
         "AVAL": [30.0, 210.0, 31.0, 40.0, 99.0], "ATOXGRH": [0, 3, 1, 0, 3], "SRCROW": range(2, 7)}
    )  # fmt: skip
    adsl = pl.DataFrame({"USUBJID": ["S3"], "DOSE1": ["1 mg"], "COHLABEL": ["A"], "COHORTN": [1]})
    return Shown("T14.3.3.2", ADAE=pl.from_dicts([event | changes]), ADLB=labs, ADSL=adsl)


def test_a_narrative_has_dose_event_grade_onset_and_what_was_done():
    shown = narrated()
    assert [shown.text(row, "VALUE") for row in ("DOSE", "TERM", "GRADE", "ONSET", "RELATED")] == [
        *("1 mg", "Rash", "3", "2026-01-13 (study day 9)", "Y")
    ]
    assert shown.text("END", "VALUE") == "no end recorded"
    assert shown.behind("GRADE", "VALUE")["AETOXGR"].to_list() == [3]


def test_laboratory_around_a_dlt_is_that_of_tests_with_a_grade_in_those_days():
    shown = narrated()
    assert shown.cells.filter(pl.col("COL") == "AVAL")["TEXT"].to_list() == ["30", "210"]
    assert shown.cells.filter(pl.col("COL") == "FROM")["TEXT"].to_list() == ["-5", "2"]


def test_an_event_that_is_no_dlt_has_no_narrative_of_one():
    assert narrated(AEDLTFL=None).state["state"] == "no dose-limiting toxicity"


def escalated(**changes):
    given = {
        "USUBJID": ["S1", "S2", "S3", "S4"],
        "LEVEL": ["A", "A", "B", "B"],
        "LEVELN": [1, 1, 2, 2],
        "PART": ["escalation", "escalation", "escalation", "expansion"],
        "TRTSDT": [DAY, after(10), after(40), after(1)],
        "WINENDT": [after(21), after(31), after(61), after(22)],
        "STATE": ["EVALUABLE", "EVALUABLE", "PENDING", "EVALUABLE"],
    }
    return pl.DataFrame(given | changes)


LOG = pl.DataFrame({"date": [datetime.date(2026, 2, 10)], "level": ["A"]})


def test_the_days_of_a_level_are_those_of_enrolment_windows_decision_and_next_dose():
    shown = Shown("T14.1.4.4", ADDLT=escalated(), DECLOG=LOG)
    days = ("TREATED", "ENROLD", "WINDOWD", "DECIDED_D", "NEXTD")
    assert [shown.text("A", column) for column in days] == ["2", "10", "21", "5", "4"]
    assert [shown.text("B", column) for column in days] == ["1", "0", "21", "–", "–"]


def test_the_dose_after_a_decision_is_the_first_at_any_level_on_its_day_or_later():
    decisions = [("A", after(35)), ("B", after(62))]
    log = pl.DataFrame({"date": [d for _, d in decisions], "level": [at for at, _ in decisions]})
    more = escalated(PART=["escalation"] * 4, LEVEL=["A", "A", "B", "A"], LEVELN=[1, 1, 2, 1],
                     TRTSDT=[DAY, after(10), after(40), after(35)])  # fmt: skip
    shown = Shown("T14.1.4.4", ADDLT=more, DECLOG=log)
    # the level stayed open: its own subject dosed on the day of the decision comes before the next level
    assert [shown.text("A", c) for c in ("NEXT", "NEXTAT", "NEXTD")] == ["2026-02-09", "A", "0"]
    assert [shown.text("B", c) for c in ("NEXT", "NEXTAT", "NEXTD")] == ["–", "–", "–"]


def test_a_level_closed_from_above_has_the_dose_given_below_it_next():
    log = pl.DataFrame({"date": [after(62)], "level": ["B"]})
    more = escalated(PART=["escalation"] * 4, LEVEL=["A", "A", "B", "A"], LEVELN=[1, 1, 2, 1],
                     TRTSDT=[DAY, after(10), after(40), after(70)])  # fmt: skip
    shown = Shown("T14.1.4.4", ADDLT=more, DECLOG=log)
    assert [shown.text("B", c) for c in ("NEXT", "NEXTAT", "NEXTD")] == ["2026-03-16", "A", "8"]


def test_a_level_that_was_opened_again_has_a_row_a_round_and_no_days_run_backwards():
    log = pl.DataFrame({"date": [after(35), after(62)], "level": ["A", "B"]})
    more = escalated(PART=["escalation"] * 4, LEVEL=["A", "A", "B", "A"], LEVELN=[1, 1, 2, 1],
                     TRTSDT=[DAY, after(10), after(40), after(70)],
                     WINENDT=[after(21), after(31), after(61), after(91)])  # fmt: skip
    shown = Shown("T14.1.4.4", ADDLT=more, DECLOG=log)
    days = ("ROUND", "TREATED", "ENROLD", "WINDOWD", "DECIDED_D", "NEXTD")
    assert [shown.text("A", column) for column in days] == ["1", "2", "10", "21", "4", "5"]
    assert [shown.text("A#2", column) for column in days] == ["2", "1", "0", "21", "–", "–"]
    assert [shown.text("B", column) for column in days] == ["1", "1", "0", "21", "1", "8"]


def test_a_decision_before_the_first_dose_of_a_level_ends_no_round_and_the_last_of_several_does():
    dates = [after(-3), after(34), after(35)]
    log = pl.DataFrame({"date": dates, "level": ["A", "A", "A"]})
    shown = Shown("T14.1.4.4", ADDLT=escalated(), DECLOG=log)
    assert [shown.text("A", c) for c in ("TREATED", "DECIDED", "DECIDED_D")] == [
        "2",
        "2026-02-09",
        "4",
    ]


def test_times_without_a_recorded_decision_say_so():
    notes = Shown("T14.1.4.4", ADDLT=escalated()).state["NOTESEN"]
    assert "No decision is recorded" in notes
    assert "No decision" not in Shown("T14.1.4.4", ADDLT=escalated(), DECLOG=LOG).state["NOTESEN"]


def test_the_timeline_has_a_line_a_subject_of_the_escalation():
    both = TINY.model_copy(update={"report": TINY.report.model_copy(update={"language": "both"})})
    shown = Shown("F14.1.4.2", both, ADDLT=escalated(), DECLOG=LOG)
    (drawing,) = shown.figures["SVG"]
    assert "in the window (pending)" in drawing
    assert "观察窗内（待定）" in shown.figures["SVGZH"][0]
    assert all(f"A  {name}" in drawing for name in ("S1", "S2"))
    assert "B  S3" in drawing
    assert "S4" not in drawing


def due(day, status="DUE", subject="S3", endpoint="PK"):
    return {"USUBJID": subject, "ENDPOINT": endpoint, "ITEM": "X", "CYCLE": 1, "TIMEPT": str(day),
            "DUEDT": day, "STATUS": status}  # fmt: skip


def test_what_is_due_is_counted_by_when_and_found_by_its_condition():
    cutoff = datetime.date(2026, 2, 10)
    rows = [
        due(after(-3, cutoff), "OVERDUE"), due(after(1, cutoff)), due(after(7, cutoff)),
        due(after(8, cutoff)), due(after(28, cutoff)), due(after(29, cutoff)),
    ]  # fmt: skip
    shown = Shown("T14.9.7", TINY.at(cutoff), MISSING=pl.from_dicts(rows), ADDLT=escalated())
    columns = ("OVERDUE", "SOON", "LATER", "AFTER")
    assert [shown.text("PK", column) for column in columns] == ["1", "2", "2", "1"]
    assert [shown.behind("PK", column).height for column in columns] == [1, 2, 2, 1]


def test_of_subjects_in_the_window_what_is_due_before_it_closes_is_listed():
    rows = [due(after(50)), due(after(90)), due(after(50), subject="S1")]
    study = TINY.at(datetime.date(2026, 2, 10))
    shown = Shown("T14.9.7", study, MISSING=pl.from_dicts(rows), ADDLT=escalated())
    listed = shown.cells.filter(pl.col("COL") == "USUBJID")["TEXT"]
    assert listed.to_list() == ["S3"]
