"""The run file and what the command line may say: text, number or date, checked by our own rules."""

import datetime

import pytest
from study_texts import line_of, tiny

from pkpipe.errors import ConfigError
from pkpipe.protocol.runs_asked_for import load_runs

RUN = """\
studies:
  tiny:
    protocol: tiny.yaml
    raw: data/tiny
    virtual_seed: null
    cutoffs: [2025-12-31, 2025-06-30]
  second:
    protocol: second.yaml
    raw: data/second
    virtual_seed: 4
    cutoffs: [20251231]
"""


@pytest.fixture
def run_file(tmp_path):
    tiny(tmp_path)
    tiny(tmp_path, name="second")
    path = tmp_path / "config.yaml"
    path.write_text(RUN)
    return path


def refused(*arguments):
    with pytest.raises(ConfigError) as problem:
        load_runs(*arguments)
    return str(problem.value)


def test_without_a_word_every_study_runs_at_every_cutoff_in_order(run_file):
    assert load_runs(run_file).pairs == (
        ("tiny", "2025-06-30"),
        ("tiny", "2025-12-31"),
        ("second", "2025-12-31"),
    )


@pytest.mark.parametrize("cutoff", ["2026-06-30", "20260630", 20260630, datetime.date(2026, 6, 30)])
def test_a_cutoff_may_be_text_number_or_date_and_need_not_be_listed(run_file, cutoff):
    assert load_runs(run_file, "tiny", cutoff).pairs == (("tiny", "2026-06-30"),)


@pytest.mark.parametrize(
    "cutoff",
    [
        "2026-02-30",
        "30/06/2026",
        "2026-06",
        "",
        "tomorrow",
        7,
        True,
        -20260630,
        "2026-0630",
        "12026-06-30",
    ],
)
def test_what_is_no_date_is_refused_with_what_is_allowed(run_file, cutoff):
    assert "allowed: a whole date such as 2026-06-30 or 20260630" in refused(
        run_file, "tiny", cutoff
    )


def test_a_study_that_is_not_listed_is_refused_with_those_that_are(run_file):
    assert refused(run_file, "tinny") == (
        "study: 'tinny' is not in the run file, did you mean 'tiny'? (allowed: tiny, second)"
    )
    assert "'7' is not in the run file (allowed: tiny, second)" in refused(run_file, 7)


def test_a_study_named_as_a_number_is_found(tmp_path):
    tiny(tmp_path, name="007")
    path = tmp_path / "config.yaml"
    path.write_text(
        RUN.partition("  second")[0].replace("tiny", '"007"', 1).replace("tiny.yaml", "007.yaml")
    )
    for word in ("007", 7):
        assert load_runs(path, word).pairs[0][0] == "007"


def test_mistakes_of_the_run_file_are_told_with_their_line(run_file):
    run_file.write_text(
        RUN.replace("[2025-12-31, 2025-06-30]", "[2025-12-32]").replace(
            "raw: data/second", "row: x"
        )
    )
    said = refused(run_file)
    assert f"{run_file}:{line_of(run_file, '2025-12-32')}:15: studies.tiny.cutoffs.0: " in said
    assert "studies.second.row: unknown key, did you mean 'raw'?" in said


def test_a_cutoff_twice_is_refused(run_file):
    run_file.write_text(RUN.replace("2025-06-30", "20251231"))
    assert "2025-12-31 is given twice" in refused(run_file)


def test_mistakes_of_every_study_file_are_told_at_once(run_file):
    folder = run_file.parent
    tiny(folder, ("kind: antibody", "kind: vaccine"))
    tiny(folder, ("lloq: 0.1", "lloq: none"), name="second")
    said = refused(run_file)
    assert "tiny.yaml:" in said
    assert "second.yaml:" in said


def test_a_study_that_is_not_run_need_not_be_right(run_file):
    tiny(run_file.parent, ("lloq: 0.1", "lloq: none"), name="second")
    assert load_runs(run_file, "tiny").of("tiny").virtual_seed is None


def test_the_study_file_has_the_name_of_the_study(run_file):
    run_file.write_text(RUN.replace("protocol: second.yaml", "protocol: tiny.yaml"))
    assert "studies.second.protocol: is 'tiny.yaml' (allowed: a file named second.yaml)" in refused(
        run_file
    )
