"""A study file is closed and explained: each mistake is named with file, line, column and what is allowed."""

import re

import pytest
from study_texts import line_of, tiny

from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_document, load_study


def refused(path):
    """The lines a study file is refused with."""
    with pytest.raises(ConfigError) as problem:
        load_study(path)
    return str(problem.value).split("\n  ")


def test_the_tiny_study_loads(tmp_path):
    study = load_study(tiny(tmp_path))
    assert study.drug("MAB").cycle_days == 21
    assert study.escalation.codes == ("A", "B")


def test_a_misspelt_key_is_an_error_with_its_place_and_the_key_that_was_meant(tmp_path):
    path = tiny(tmp_path, ("dosing_window_days: 3", "dosing_windows_days: 3"))
    lines = refused(path)
    where = (
        f"{path}:{line_of(path, 'dosing_windows_days')}:5: drugs.0.dosing_windows_days: unknown key"
    )
    assert any(
        line.startswith(where) and "did you mean 'dosing_window_days'?" in line for line in lines
    )
    assert any(
        "dosing_window_days: this key is missing and has no default" in line for line in lines
    )


def test_a_key_given_twice_is_an_error(tmp_path):
    path = tiny(tmp_path, ("screening_days: 28", "screening_days: 28\n  screening_days: 21"))
    (line,) = refused(path)
    assert re.match(rf"{re.escape(str(path))}:\d+:3: .*duplicate key", line)


def test_no_stays_text_and_is_no_boolean(tmp_path):
    path = tiny(
        tmp_path,
        ("code: MAB\n    name: Antibody\n    kind", "code: NO\n    name: Antibody\n    kind"),
    )
    document = load_document(path)
    assert document["drugs"][0]["code"] == "NO"


def test_a_date_that_is_none_stays_text_until_the_model_reads_it(tmp_path):
    path = tiny(tmp_path, ("title: The smallest", "title: 2024-13-45 The smallest"))
    assert load_study(path).study.title.startswith("2024-13-45")


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path):
    path = tiny(
        tmp_path,
        ("kind: antibody", "kind: vaccine"),
        ("lloq: 0.1", "lloq: -0.1"),
        ("scheme: A", "scheme: Q"),
    )
    lines = refused(path)
    assert [line.split(": ")[1] for line in lines] == [
        "drugs.0.kind",
        "analytes.0.lloq",
        "survival.scheme",
    ]
    assert "'antibody', 'adc', 'small_molecule' or 'cell_therapy' (found 'vaccine')" in lines[0]


def test_a_cutoff_belongs_to_the_run(tmp_path):
    path = tiny(tmp_path)
    path.write_text("cutoff: 2026-01-01\n" + path.read_text())
    (line,) = refused(path)
    assert line.startswith(f"{path}:1:1: cutoff: belongs to the run")


def test_the_id_is_the_name_of_the_file(tmp_path):
    path = tiny(tmp_path).rename(tmp_path / "other.yaml")
    (line,) = refused(path)
    assert "study.id: is 'tiny', allowed: 'other'" in line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("files: [dm.csv]", "files: [../dm.csv]", "leaves the raw folder"),
        ("title: The smallest", "title: !!python/object:os.system The smallest", ":"),
        ("drugs:", "drugs: [", ":"),
    ],
)
def test_a_file_cannot_reach_outside_or_make_objects(tmp_path, old, new, words):
    assert words in refused(tiny(tmp_path, (old, new)))[0]


def test_a_missing_file_is_a_configuration_error(tmp_path):
    (line,) = refused(tmp_path / "nothing.yaml")
    assert "cannot be read" in line


def test_a_loaded_study_never_changes(tmp_path):
    study = load_study(tiny(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        study.study.title = "another"
