"""`report:` of a study file: language, state, and which displays; what it cannot say is refused."""

from pathlib import Path

import pytest

from pkpipe.displays.asked import chosen
from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.report_plan import ReportPlan

ROOT = Path(__file__).resolve().parents[3]
STUDY = ROOT / "config" / "bat6026.yaml"


def study(tmp_path, lines=""):
    path = tmp_path / "bat6026.yaml"
    path.write_text(STUDY.read_text(encoding="utf-8") + "\n" + lines, encoding="utf-8")
    return load_study(path)


def test_a_study_without_the_section_gets_every_display_but_those_of_a_plan_it_has_not(tmp_path):
    loaded = study(tmp_path)
    assert loaded.report == ReportPlan(language="en", status="draft", displays=None)
    assert [d for d in CATALOGUE if d not in chosen(loaded)] == [
        d for d in CATALOGUE if d.if_planned
    ]
    assert len(chosen(loaded)) > 80


def test_the_displays_a_study_names_are_made_in_the_order_of_the_catalogue(tmp_path):
    loaded = study(tmp_path, "report: {displays: [T14.3.1.2, T14.3.1.1], language: zh}\n")
    assert [d.number for d in chosen(loaded)] == ["T14.3.1.1", "T14.3.1.2"]
    assert loaded.report.language == "zh"


def test_a_number_the_catalogue_has_not_is_refused_with_the_nearest(tmp_path):
    loaded = study(tmp_path, "report: {displays: [T14.3.1.1, T14.3.1.99]}\n")
    with pytest.raises(ConfigError, match=r"'T14\.3\.1\.99' is no display.*nearest: T14\.3"):
        chosen(loaded)


@pytest.mark.parametrize("line", ["{language: fr}", "{status: maybe}", "{displays: [14.3]}"])
def test_what_the_section_cannot_say_is_refused_with_its_line(tmp_path, line):
    with pytest.raises(ConfigError, match=r"bat6026\.yaml:\d+:\d+: report\."):
        study(tmp_path, f"report: {line}\n")


@pytest.mark.parametrize("key", ["cutoff: 2026-01-01", "virtual: true"])
def test_what_the_run_sets_is_refused_in_a_study_file(tmp_path, key):
    with pytest.raises(ConfigError, match="belongs to the run"):
        study(tmp_path, f"{key}\n")
