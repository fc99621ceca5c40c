"""A log of decisions in a workbook is watched like one of text: its rows, and who signed its runs."""

from types import SimpleNamespace

import pytest
import xlsxwriter
from stored_runs import CUTOFF, RUN, sha

from pkpipe.cli import main
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.rooms import asked_of
from pkpipe.workflow import Flow

NEXT = SimpleNamespace(study="tiny", cutoff="2026-01-31")
HEADS = ("date", "cutoff", "level", "decision", "next_level", "n_to_enrol", "manifest", "recorded_by",
         "recorded_on", "reason")  # fmt: skip


@pytest.fixture
def delivered(here, run):
    """The log as a sheet of a workbook; the study file asks for it."""
    config = here / "config" / "tiny.yaml"
    text = config.read_text(encoding="utf-8")
    log = "sources:\n  DECISIONS: {files: [decisions.xlsx]}"
    config.write_text(text.replace("sources:", log, 1), encoding="utf-8")

    def deliver(decision):
        row = ("2025-08-07", CUTOFF, "A", decision, "B", "1", sha(run / "manifest.json"), "Chen Li",
               "2025-08-07", "no DLT")  # fmt: skip
        with xlsxwriter.Workbook(here / "deliveries" / "tiny" / "decisions.xlsx") as book:
            sheet = book.add_worksheet("Decisions")
            for number, line in enumerate((HEADS, row)):
                sheet.write_row(number, 0, line)

    deliver("ESCALATE")
    return deliver


def watched(here):
    """What the rules of the snapshot and of the checks hold against the run before."""
    flow = Flow(load_runs(here / "config" / "config.yaml", None, None, asked_of))
    return flow.raw(NEXT), flow.previous(NEXT)


def test_another_decision_in_the_workbook_makes_the_snapshot_run_again(here, delivered):
    raw, named = watched(here)
    assert watched(here) == (raw, named)
    delivered("STAY_ADD")
    assert watched(here)[0] != raw


def test_a_signature_of_a_run_that_the_workbook_names_makes_the_checks_run_again(here, delivered):
    raw, named = watched(here)
    assert named != "none"
    assert main(["sign", RUN, "--as", "Jane Roe, MD", "--meaning", "approval"]) == 0
    assert watched(here)[0] == raw
    assert watched(here)[1] != named


def test_the_run_after_it_takes_decision_and_approval_out_of_the_workbook(here, delivered, capsys):
    assert main(["sign", RUN, "--as", "Jane Roe, MD", "--meaning", "approval"]) == 0
    for room in ("snapshot", "validate"):
        words = ("stage", room, "--study", "tiny", "--cutoff", NEXT.cutoff)
        assert main([*words, "--config", "config/config.yaml"]) == 0
    text = (here / "results" / "tiny" / NEXT.cutoff / "validate" / "APPROVAL.csv").read_text()
    assert "Jane Roe, MD" in text
    assert "FOUND" in text
