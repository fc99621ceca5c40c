"""Everything a study file may say is explained once, by the models that read it: verb, page and schema."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from pkpipe.cli import main
from pkpipe.protocol.file_reading.file_schema import FIRST_LINE, NAME, study_schema
from pkpipe.protocol.file_reading.keys import section, study_keys
from pkpipe.protocol.file_reading.loader import load_document, load_study
from pkpipe.protocol.study import Study
from pkpipe.shipped import examples

ROOT = Path(__file__).resolve().parents[3]
KEYS = study_keys()
VALIDATOR = jsonschema.Draft202012Validator(study_schema())
STUDIES = [*examples(), *sorted((ROOT / "tests" / "studies").glob("*.yaml"))]


def document(path):
    """A study file as JSON has it: names are texts."""
    return json.loads(json.dumps(load_document(path)))


@pytest.mark.parametrize("fact", ["meaning", "allowed", "default", "decides", "example"])
def test_every_key_says(fact):
    assert [key.key for key in KEYS if not getattr(key, fact)] == []


def test_no_key_is_listed_twice_and_every_section_is_there():
    names = [key.key for key in KEYS]
    assert len(names) == len(set(names)) > 500
    assert [n for n in names if "." not in n] == [
        n for n in Study.model_fields if n not in {"cutoff", "virtual"}
    ]


def test_a_key_with_a_unit_in_its_name_has_that_unit():
    units = {key.key: key.unit for key in KEYS}
    assert units["escalation.constraints.first_gap_hours"] == "h"
    assert units["drugs.dosing_window_days"] == "days"
    assert units["simulation.kinetics.cl_l_day.typical"] == "L/day"


@pytest.mark.parametrize("path", STUDIES, ids=lambda p: p.stem)
def test_a_study_file_that_loads_is_valid_by_the_schema(path):
    assert [e.message for e in VALIDATOR.iter_errors(document(path))] == []


@pytest.mark.parametrize(
    "gone", [("nca", "time_basis"), ("nca", "accept", "r2adj_min"), ("safety", "teae_days")]
)
def test_the_schema_asks_for_what_the_models_ask_for(gone):
    given = document(examples()[0])
    holder = given
    for name in gone[:-1]:
        holder = holder[name]
    del holder[gone[-1]]
    found = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(given))
    assert found.message == f"'{gone[-1]}' is a required property"


def test_the_schema_knows_no_key_that_the_run_sets():
    assert not {"cutoff", "virtual"} & set(study_schema()["properties"])


@pytest.mark.parametrize("path", examples(), ids=lambda p: p.stem)
def test_the_first_line_of_an_example_names_the_schema_for_editors(path):
    assert path.read_text(encoding="utf-8").splitlines()[0] == FIRST_LINE
    assert (path.parent / NAME).is_file()


def test_a_key_of_an_example_study_has_its_example_from_there():
    code = section(KEYS, "escalation.levels.code")
    assert [k.example for k in code] == ["A"]


def test_the_verb_lists_the_sections_and_shows_the_keys_of_one(capsys):
    assert main(["keys"]) == 0
    listed = capsys.readouterr().out
    assert re.search(r"^escalation +the dose-escalation design", listed, re.MULTILINE)
    assert main(["keys", "escalation"]) == 0
    told = capsys.readouterr().out
    assert "escalation.dlt_window_days [days]\n    days of the DLT window" in told
    assert "must be given" in told
    assert "nca." not in told


def test_the_verb_gives_everything_as_json(capsys):
    assert main(["keys", "sources", "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert {
        "key",
        "meaning",
        "unit",
        "allowed",
        "default",
        "required",
        "decides",
        "example",
    } == set(given[0])
    assert [g["required"] for g in given if g["key"] == "sources.<DOMAIN>.files"] == [True]


def test_a_key_that_is_none_is_answered_with_the_nearest(capsys):
    assert main(["keys", "dlt_window_days"]) == 2
    assert "did you mean escalation.dlt_window_days" in capsys.readouterr().err
    assert main(["keys", "escalation.dlt_windo_days"]) == 2
    assert "did you mean escalation.dlt_window_days" in capsys.readouterr().err


def edited(tmp_path, old, new):
    text = examples()[0].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / examples()[0].name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_misspelt_key_is_told_with_its_line_and_the_nearest_right_one(tmp_path, capsys):
    path = edited(tmp_path, "  dlt_window_days: 21", "  dlt_windw_days: 21")
    line = (
        path.read_text(encoding="utf-8")
        .splitlines()
        .index(
            next(
                li for li in path.read_text(encoding="utf-8").splitlines() if "dlt_windw_days" in li
            )
        )
    )
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr().err
    assert f"{path}:{line + 1}:3: escalation.dlt_windw_days: unknown key, did you mean" in told
    assert "'dlt_window_days'" in told


def test_a_missing_key_and_one_without_value_are_told_with_what_they_mean(tmp_path, capsys):
    path = edited(tmp_path, "  teae_days: 21", "  teae_days:")
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr().err
    assert "safety.teae_days: has no value yet: days after the last dose" in told
    assert "(allowed: a whole number, 0 or more)" in told
    path = edited(tmp_path, "  meddra:", "  # meddra:")
    assert main(["check", str(path)]) == 2
    assert "safety.meddra: this key is missing and has no default: MedDRA version" in (
        capsys.readouterr().err
    )


def test_the_examples_load():
    assert [load_study(path).study.id for path in examples()] == [p.stem for p in examples()]
