"""`ars.json`: valid by the published schema, every id defined, the results of the ARD."""

import json
import re

import pytest
from made_displays import OF, tables, texts_of
from reporting_events import defined, faults, undefined

from pkpipe.render import Wanted, rendered


@pytest.fixture(scope="module")
def event():
    return json.loads(rendered(tables(), OF, Wanted(formats=("json",))).files["ars.json"])


def test_it_is_valid_by_the_schema_of_the_standard(event):
    assert faults(event) == []


def test_every_id_that_is_referred_to_is_defined(event):
    assert undefined(event) == []


def test_an_id_that_nothing_defines_is_found(event):
    lacking = event | {"methods": event["methods"][1:]}
    assert ("methodId", event["methods"][0]["id"]) in undefined(lacking)


def test_no_id_is_defined_twice(event):
    for part, ids in defined(event).items():
        assert sorted(ids) == sorted(set(ids)), part


def test_the_results_are_those_of_the_ard(event):
    results = [r for a in event["analyses"] if ".T14.3.1.1." in a["id"] for r in a["results"]]
    statistics = {
        key: text
        for key, text in texts_of(tables(), "T14.3.1.1").items()
        if not key.endswith("label")
    }
    assert sorted(r["formattedValue"] for r in results) == sorted(statistics.values())
    assert "1234.5" in [r.get("rawValue") for r in results]


def test_an_output_names_its_files_and_the_contents_every_output(event):
    by_id = {output["id"]: output for output in event["outputs"]}
    places = [file["location"] for file in by_id["OUTPUT.F14.2.1"]["fileSpecifications"]]
    assert places == [
        *("F14.2.1.rtf", "all.pdf", "all.xlsx", "figures/F14.2.1.svg", "figures/F14.2.1.2.svg"),
    ]
    listed = [item["outputId"] for item in event["mainListOfContents"]["contentsList"]["listItems"]]
    assert listed == list(by_id)


def test_an_analysis_set_is_the_condition_of_its_flag(event):
    sets = {one["id"]: one.get("condition") for one in event["analysisSets"]}
    assert sets["SET.SAF"] == {
        "dataset": "ADSL",
        "variable": "SAFFL",
        "comparator": "EQ",
        "value": ["Y"],
    }
    assert sets["SET.DLT"]["comparator"] == "IN"
    assert all(re.fullmatch(r"SET\.[A-Z]+", key) for key in sets)
