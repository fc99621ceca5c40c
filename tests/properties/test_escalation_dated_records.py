"""What must hold of the decision made from dated records: no future, no one who left, no unforeseen state."""

from __future__ import annotations

import datetime

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pkpipe.escalation.decision.decide_as_of import decided
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import spelled
from pkpipe.escalation.subjects.evaluability import RECORD_SCHEMA
from pkpipe.protocol.escalation import EscalationPlan, Level

PLAN = EscalationPlan(
    levels=tuple(Level(code=c) for c in "ABC"), titration_levels=("A",), dlt_window_days=21
)
START = datetime.date(2026, 1, 5)

subject = st.fixed_dictionaries(
    {
        "level": st.sampled_from("ABC"),
        "start": st.integers(0, 60),
        "dlt": st.one_of(st.none(), st.integers(0, 30)),
        "g2": st.one_of(st.none(), st.integers(0, 30)),
    }
)


def frame(rows):
    days = datetime.timedelta
    records = [
        {
            "CASE": "",
            "AS_OF": START,
            "USUBJID": str(i),
            "LEVEL": r["level"],
            "TRTSDT": START + days(r["start"]),
            "DLTDT": None if r["dlt"] is None else START + days(r["start"] + r["dlt"]),
            "G2DT": None if r["g2"] is None else START + days(r["start"] + r["g2"]),
            "LEFTDT": None if r.get("left") is None else START + days(r["start"] + r["left"]),
            "COUNTS": True,
        }
        for i, r in enumerate(rows)
    ]
    return pl.DataFrame(
        [{n: r.get(n) for n in RECORD_SCHEMA.names()} for r in records],
        schema=RECORD_SCHEMA,
        orient="row",
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows=st.lists(subject, min_size=1, max_size=6),
    gone=subject,
    left=st.integers(0, 20),
    day=st.integers(0, 120),
)
def test_a_subject_who_left_and_is_replaced_changes_no_count(rows, gone, left, day):
    as_of = START + datetime.timedelta(days=day)
    first = max(r["start"] for r in rows)
    # At a level already dosed, not the last dosed, and without any toxicity: only then is nothing to count.
    silent = {
        **gone,
        "level": rows[0]["level"],
        "start": min(gone["start"], first),
        "dlt": None,
        "g2": None,
    }
    if silent["start"] + left > day:
        left = max(0, day - silent["start"])
    assume(silent["start"] <= day)
    without = decided(frame(rows), PLAN, as_of)
    with_one = decided(frame([*rows, {**silent, "left": min(left, 20)}]), PLAN, as_of)
    for name in ("n", "y", "g2", "pend"):
        assert (getattr(without.state, name) == getattr(with_one.state, name)).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=st.lists(subject, min_size=1, max_size=5), day=st.integers(0, 90))
def test_what_happens_after_the_date_asked_for_changes_nothing(rows, day):
    as_of = START + datetime.timedelta(days=day)
    hidden = [
        {**r, "dlt": None if r["dlt"] is None or r["start"] + r["dlt"] > day else r["dlt"]}
        for r in rows
    ]
    hidden = [
        {**r, "g2": None if r["g2"] is None or r["start"] + r["g2"] > day else r["g2"]}
        for r in hidden
    ]
    hidden = [r for r in hidden if r["start"] <= day] or hidden[:1]
    assert decided(frame(rows), PLAN, as_of).answer.equals(
        decided(frame(hidden), PLAN, as_of).answer
    )


in_the_window = st.fixed_dictionaries(
    {
        "level": st.sampled_from("ABC"),
        "start": st.integers(0, 10),
        "dlt": st.one_of(st.none(), st.integers(12, 21)),
        "g2": st.one_of(st.none(), st.integers(12, 21)),
    }
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=st.lists(in_the_window, min_size=1, max_size=5), day=st.integers(10, 20))
def test_the_state_that_comes_is_one_the_look_ahead_named(rows, day):
    as_of = START + datetime.timedelta(days=day)
    now = decided(frame(rows), PLAN, as_of)
    assume(not now.look_ahead.is_empty())
    then = decided(frame(rows), PLAN, as_of + datetime.timedelta(days=60))
    named = now.look_ahead.select("levels", "decision", "next_level", "n_to_enrol").rows()
    state = spelled(Design.of(PLAN), then.state)[0]
    came = then.answer.row(0, named=True)
    assert (state, came["decision"], came["next_level"], came["n_to_enrol"]) in named
