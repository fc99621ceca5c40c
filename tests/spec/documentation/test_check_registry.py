"""Every check of every room is one value of one class, in one registry, under an id of its own."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Mapping

import polars as pl

import pkpipe
from pkpipe.documentation.check_registry import BY_ROOM, REGISTRY
from pkpipe.documentation.methods_page import defined_ids
from pkpipe.escalation.conformance import RULES
from pkpipe.finding.check import SEVERITIES, Check
from pkpipe.finding.rows import unsaid
from pkpipe.finding.table import no_findings
from pkpipe.report.all_findings import everything_found

ROOMS = {room: {check.id for check in checks} for room, checks in BY_ROOM.items()}


def modules():
    """Every module of the package."""
    found = pkgutil.walk_packages(pkpipe.__path__, "pkpipe.")
    names = [m.name for m in found if m.name.rpartition(".")[2] != "__main__"]
    return [importlib.import_module(name) for name in names]


def classes():
    """Every dataclass that the package declares."""
    return {
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and dataclasses.is_dataclass(value)
    }


def checks_in(value):
    """Checks that a value holds, however deep."""
    if isinstance(value, Check):
        yield value
    elif isinstance(value, Mapping):
        yield from (check for item in value.values() for check in checks_in(item))
    elif isinstance(value, tuple | list):
        yield from (check for item in value for check in checks_in(item))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        yield from (check for name in names for check in checks_in(getattr(value, name)))


def test_there_is_one_class_of_checks_and_no_other_has_its_fields():
    named = [c for c in classes() if c.__name__ == "Check"]
    assert named == [Check]
    alike = []
    for one in classes() - {Check}:
        names = {field.name for field in dataclasses.fields(one)}
        has_id, says = names & {"id", "code", "check"}, names & {"words", "message"}
        if "severity" in names or (has_id and says and "allowed" in names):
            alike.append(one)
    # A finding of the linter holds its check, and says what is wrong at one key.
    assert [one.__name__ for one in alike] == ["ProtocolFinding"]
    assert {f.name for f in dataclasses.fields(alike[0])} >= {"check", "keys"}


def test_every_check_that_a_module_declares_is_in_the_registry():
    declared = {
        f"{module.__name__}: {check.id}"
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__")
        for check in checks_in(value)
        if check.id not in REGISTRY
    }
    assert sorted(declared) == []


def test_an_id_stands_for_one_question():
    for room, checks in BY_ROOM.items():
        ids = [check.id for check in checks]
        assert sorted(ids) == sorted(set(ids)), room
    for id_, one in REGISTRY.items():
        assert len({check.source for check in one.asked_by.values()}) == 1, id_
        assert len({check.stops for check in one.asked_by.values()}) == 1, id_
    assert not REGISTRY.keys() & defined_ids()


def test_a_check_has_words_a_source_and_a_weight():
    for one in REGISTRY.values():
        for check in one.asked_by.values():
            assert check.words, check.id
            assert not check.words.endswith("."), check.id
            assert check.source, check.id
            assert check.severity in SEVERITIES, check.id
            assert check.allowed != "", check.id
            assert check.stops == "study" or check.severity == "error", check.id


def test_every_room_that_finds_something_is_there():
    assert {"study file", "snapshot", "validate", "pk", "tumor", "survival"} <= set(ROOMS)
    assert {"immunogenicity", "escalation", "nca"} <= set(ROOMS)
    assert len(REGISTRY) > 800


def test_what_is_more_exact_is_a_check_and_points_nowhere_back():
    for one in REGISTRY.values():
        for id_ in one.first.unless:
            assert id_ in REGISTRY, one.first.id
            assert one.first.id not in REGISTRY[id_].first.unless


def row(check, subject):
    return pl.DataFrame({"CHECK": [check], "USUBJID": [subject]})


def test_a_finding_is_not_said_again_where_a_more_exact_one_was_said_of_the_subject():
    general = Check("GENERAL", "query", "w", "s", unless=("EXACT",))
    of = pl.concat([row("GENERAL", s) for s in ("1", "2", "3")] + [row("OTHER", "1")])
    said = pl.concat([row("EXACT", "1"), row("GENERAL", "2"), row("ELSE", "3")])
    left = unsaid(of, said, [general]).rows()
    assert left == [("GENERAL", "3"), ("OTHER", "1")]


def test_a_rule_of_conduct_that_failed_is_a_check_of_the_registry():
    conform = pl.DataFrame(
        {
            "CHECK": [rule.id for rule in RULES],
            "USUBJID": "1",
            "RESULT": "FAIL",
            "DATE": None,
            "DETAIL": "late",
            "RULE": "in time",
        },
        schema_overrides={"DATE": pl.Date},
    )
    none = no_findings()
    tables = {"FINDINGS": none, "TUMFIND": none, "TTEFIND": none, "CONFORM": conform}
    found = everything_found(tables)["CHECK"].to_list()
    assert len(found) == len(RULES)
    assert set(found) <= REGISTRY.keys()
