"""In which order a study file lists the entries of a mapping does not count: a manifest sorts them."""

import json
from pathlib import Path

import pytest

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study import Study

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(params=["bat6026", "bat8008_bat1308"])
def study(request):
    return load_study(CONFIG / f"{request.param}.yaml")


def orders(value):
    """Every list of keys in a nested value, by place; weights of a draw have an order that counts."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if key != "simulation":
                yield from ((f"{key}/{place}", names) for place, names in orders(inside))
        yield "", [key for key in value if key != "cutoff"]
    if isinstance(value, list):
        for place, inside in enumerate(value):
            yield from ((f"{place}/{deeper}", names) for deeper, names in orders(inside))


def turned(value):
    """The same with every mapping backwards."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("written", ["as the manifest sorts it", "backwards"])
def test_a_study_read_back_has_its_mappings_in_the_order_of_before(study, written):
    plain = study.model_dump(mode="json")
    text = (
        json.dumps(plain, sort_keys=True) if written != "backwards" else json.dumps(turned(plain))
    )
    again = Study.model_validate(json.loads(text))
    assert dict(orders(again.model_dump(mode="json"))) == dict(orders(plain))


def test_doses_of_a_level_are_in_the_order_of_the_drugs(study):
    drugs = [drug.code for drug in study.drugs]
    for level in study.escalation.levels:
        assert list(level.doses) == [code for code in drugs if code in level.doses]
