"""Recorded decisions and the runs they rest on: signed, changed, made anew, dosed too early."""

import argparse
import datetime as dt
import json

import polars as pl
import pytest
from stored_runs import sha

from pkpipe.cli import cutoff, main
from pkpipe.rooms import ROOMS
from pkpipe.store import audit_trail

pytestmark = pytest.mark.slow

FIRST, SECOND = "2025-01-31", "2025-07-31"
HEADER = (
    "date,cutoff,level,decision,next_level,n_to_enrol,highest_open_level,manifest,"
    "recorded_by,recorded_on\n"
)
SIGNED = dt.datetime(2025, 2, 7, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TO_THE_DECISION = ("snapshot", "validate", "subjects", "escalation")
EVERY_ROOM = (*(room.name for room in ROOMS), "manifest")


def made(at, rooms=EVERY_ROOM):
    for room in rooms:
        words = ["stage", room, "--study", "tiny", "--cutoff", at, "--config", "config/config.yaml"]
        assert main(words) == 0, room


def recorded(here, manifest, decided="2025-02-07"):
    row = f"{decided},{FIRST},A,ESCALATE,B,1,,{manifest},Chen Li,{decided}\n"
    (here / "deliveries" / "tiny" / "decisions.csv").write_text(HEADER + row, encoding="utf-8")


def table(here, name, at=SECOND):
    return pl.read_parquet(here / "results" / "tiny" / at / f"{name}.parquet")


def conduct(here, check):
    rows = table(here, "escalation/CONFORM").filter(pl.col("CHECK") == check)
    return rows.select("RESULT", "DETAIL").rows()


@pytest.fixture
def met(sound, here, monkeypatch, capsys):
    """The first cutoff run, closed and signed at the meeting; the log of decisions is still empty."""
    config = here / "config" / "tiny.yaml"
    text = config.read_text(encoding="utf-8")
    log = "sources:\n  DECISIONS: {files: [decisions.csv]}"
    config.write_text(text.replace("sources:", log), encoding="utf-8")
    (here / "deliveries" / "tiny" / "decisions.csv").write_text(HEADER, encoding="utf-8")
    made(FIRST)
    run = here / "results" / "tiny" / FIRST
    asked = argparse.Namespace(freeze=True, person="Chen Li", reason="meeting of 7 February")
    cutoff._close(asked, run)
    monkeypatch.setattr(audit_trail, "now", lambda: SIGNED)
    words = ["sign", f"results/tiny/{FIRST}", "--as", "Jane Roe, MD", "--meaning", "approval"]
    assert main(words) == 0
    capsys.readouterr()
    return sha(run / "manifest.json")


def test_the_next_cohort_is_dosed_after_the_signed_decision_and_the_log_says_so(met, here, capsys):
    recorded(here, met)
    made(SECOND)
    assert conduct(here, "C10") == [("PASS", "B dosed on 2025-02-10, decision on 2025-02-07")]
    dates = "B dosed on 2025-02-10, decision of 2025-02-07 approved on 2025-02-07"
    assert conduct(here, "C17") == [("PASS", dates)]
    row = table(here, "escalation/DECLOG").row(0, named=True)
    assert (row["run"], row["run_state"], row["kept"]) == (FIRST, "FOUND", "Y")
    assert (row["approved_by"], row["changed"]) == ("Jane Roe, MD", None)
    page = (here / "results" / "tiny" / SECOND / "report").rglob("*.html")
    assert any("Jane Roe, MD" in p.read_text(encoding="utf-8") for p in page)
    study = here / "results" / "tiny"
    actions = [json.loads(line) for line in audit_trail.path_of(study).read_text().splitlines()]
    taken = [a for a in actions if a["action"] == "decision"]
    assert [(a["as"], a["cutoff"]) for a in taken] == [("Chen Li", SECOND)]
    assert main(["audit", "verify", "tiny"]) == 0
    assert "of these files" in capsys.readouterr().out
    # The recorded decision is made anew from the raw files the first run kept, whatever lies there now.
    (here / "deliveries" / "tiny" / "ae.csv").unlink()
    assert main(["decisions", "tiny", "--date", "2025-02-07"]) == 0
    said = capsys.readouterr().out
    assert "recorded   ESCALATE B, 1 to enrol (Chen Li)" in said
    assert "every table it rests on comes out as it was" in said
    assert main(["decisions", "tiny"]) == 0
    assert (
        "approved by Jane Roe, MD on 2025-02-07; first dose 2025-02-10" in capsys.readouterr().out
    )
    assert main(["decisions", "tiny", "--date", "2025-02-08"]) == 2


def test_a_first_dose_a_day_too_early_fails_with_both_dates_and_other_data_say_what_changed(
    met, here
):
    recorded(here, met)
    raw = here / "deliveries" / "tiny"
    ex = (raw / "ex.csv").read_text(encoding="utf-8")
    (raw / "ex.csv").write_text(ex.replace("2025-02-10T", "2025-02-06T"), encoding="utf-8")
    ae = (raw / "ae.csv").read_text(encoding="utf-8")
    late = ",".join(
        [
            *(
                "TINY-01",
                "AE",
                "TINY-01-001",
                "99",
                "Rash",
                "Rash",
                "Skin",
                "3",
                "N",
                "N",
                "Y",
                "N",
            ),
            *("RELATED", "DRUG INTERRUPTED", "RECOVERED/RESOLVED", "2025-01-15", "2025-01-20"),
        ]
    )
    (raw / "ae.csv").write_text(ae.rstrip("\n") + f"\n{late}\n", encoding="utf-8")
    made(SECOND, TO_THE_DECISION)
    assert conduct(here, "C10") == [("FAIL", "B dosed on 2025-02-06, decision on 2025-02-07")]
    dates = "B dosed on 2025-02-06, decision of 2025-02-07 approved on 2025-02-07"
    assert conduct(here, "C17") == [("FAIL", dates)]
    row = table(here, "escalation/DECLOG").row(0, named=True)
    assert (row["same"], row["kept"]) == ("N", "N")
    assert row["changed"] == "TINY-01-001: A EVALUABLE > A EVALUABLE_DLT DLT"


@pytest.mark.parametrize(
    ("what", "state", "check"),
    [
        ("no such run", "UNKNOWN", "DECISION-RUN-UNKNOWN"),
        ("a file changed", "ALTERED", "DECISION-RUN-CHANGED"),
        ("made anew", "REPLACED", "DECISION-RUN-CHANGED"),
        ("the trail cut", "UNPROVED", "DECISION-RUN-UNKNOWN"),
    ],
)
def test_a_run_that_is_not_found_or_not_as_it_was_is_a_finding_and_fails_the_approval(
    met, here, what, state, check
):
    recorded(here, "f" * 64 if what == "no such run" else met)
    study = here / "results" / "tiny"
    if what == "a file changed":
        path = study / FIRST / "escalation" / "DECISION.csv"
        path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    if what == "made anew":
        path = study / FIRST / "manifest.json"
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    if what == "the trail cut":
        path = audit_trail.path_of(study)
        whole = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(whole[:-1]), encoding="utf-8")
    made(SECOND, TO_THE_DECISION)
    assert table(here, "escalation/DECLOG")["run_state"].to_list() == [state]
    findings = table(here, "validate/FINDINGS")
    assert check in findings["CHECK"].to_list()
    ((result, _),) = conduct(here, "C17")
    assert result == ("PASS" if state in {"ALTERED", "REPLACED"} else "FAIL")


def test_a_decision_on_a_run_that_was_made_anew_is_reproduced_from_what_was_signed(
    met, here, capsys
):
    recorded(here, met)
    made(SECOND, TO_THE_DECISION)
    path = here / "results" / "tiny" / FIRST / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["decisions", "tiny", "--date", "2025-02-07"]) == 0
    said = capsys.readouterr().out
    assert "made anew since, as signed" in said
    assert "every table it rests on comes out as it was" in said
    signed = here / "results" / "tiny" / ".signed" / f"{met}.json"
    signed.write_text(signed.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert main(["decisions", "tiny", "--date", "2025-02-07"]) == 3
    assert "kept only of what was signed" in capsys.readouterr().err
