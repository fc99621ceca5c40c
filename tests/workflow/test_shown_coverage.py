"""Every row of the catalogue is a display of a finished run, in RTF and HTML; so is every endpoint."""

import sys

import pytest
import shown_coverage as coverage
from checkouts import ROOT, TINY, VIRTUAL

from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.protocol.file_reading.loader import load_study

BOTH = pytest.mark.parametrize("run", [TINY, VIRTUAL], ids=str)


def test_the_catalogue_has_thirty_one_rows_of_displays_that_there_are():
    assert len(coverage.ROWS) == 31
    there = {display.number for display in CATALOGUE}
    assert [
        row for row, numbers in coverage.ROWS.items() if not set(numbers.split()) <= there
    ] == []
    assert all(numbers.split() for numbers in coverage.ROWS.values())


def test_every_display_that_a_study_has_without_asking_is_in_a_row_of_the_catalogue():
    numbers = [display.number for display in CATALOGUE if not display.if_planned]
    assert coverage.in_no_row(numbers) == []
    assert coverage.in_no_row([*numbers, "T14.99.1"]) == ["T14.99.1"]


@BOTH
def test_every_row_of_the_catalogue_is_a_display_in_rtf_and_html(finished, run):
    sys.stdout.write(coverage.table_of(finished.results(run)))
    assert coverage.lost(finished.results(run)) == []


def test_every_endpoint_of_the_registry_entry_is_a_line_of_a_display(finished):
    assert coverage.endpoints(VIRTUAL[0])
    assert coverage.endpoints_lost(finished.results(VIRTUAL)) == []


@pytest.mark.parametrize("study", ["bat6026", "bat8008_bat1308"])
def test_the_endpoints_are_those_of_the_study_file(study):
    stated = load_study(ROOT / "config" / f"{study}.yaml").objectives
    listed = coverage.endpoints(study)
    assert stated
    for kind in ("primary", "secondary"):
        named = {o.measure for o in stated if o.kind == kind}
        assert bool(named) == any(row["kind"] == kind for row in listed)
    assert len(listed) >= len(stated)
