"""The house stands as designed: five places agree, files stay short, nothing says where it was written."""

import ast
import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from pkpipe.cli import VERBS
from pkpipe.protocol.sources import Domain
from pkpipe.protocol.study import Study
from pkpipe.rooms import BY_NAME, DOMAIN_CODES, INPUT_CODES, INTAKE, ROOMS, roots_of
from pkpipe.schema.own_inputs import INPUTS
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.workflow import SIMULATED_FROM

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 320
# Rules that are no rooms: raw tables of a virtual trial before, hashes of everything after, and populations.
NO_ROOMS = {"simulate", "population", "manifest"}
# Words that would say where or by whom a file was written; split so that this file passes its own test.
PLACES = (
    "/wo" + "rk/",
    "/ro" + "ot/",
    ".libr" + "ary/",
    "pypi" + ".org",
    "files.python" + "hosted",
)
SECTIONS = set(Study.model_fields) - {"cutoff"}
# Methods of Study and the sections they look at.
ASKED_BY = {"collects": "domains", "sources": "domains", "drug": "drugs", "analytes_of": "analytes"}


def committed():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout: what is committed is not known")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def package_of(room):
    return ROOT.joinpath(*roots_of(room)[0].split("."))


def sources_of(room):
    path = package_of(room)
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def test_every_room_has_a_rule_file_and_every_rule_file_a_room():
    rules = {path.stem for path in (ROOT / "rules").glob("*.smk")}
    assert rules - NO_ROOMS == set(BY_NAME)


def test_rules_are_included_in_the_order_of_the_flow():
    text = (ROOT / "Snakefile").read_text(encoding="utf-8")
    included = re.findall(r'include: f"{of_the_flow}rules/(\w+)\.smk"', text)
    assert [name for name in included if name not in NO_ROOMS] == [room.name for room in ROOMS]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_rule_reads_writes_and_runs_its_own_room(room):
    text = (ROOT / "rules" / f"{room.name}.smk").read_text(encoding="utf-8")
    for call in ("writes", "done", "flow.settings", "flow.code"):
        assert re.findall(rf'{re.escape(call)}\("(\w+)"\)', text) == [room.name]
    assert f"pkpipe stage {room.name} --study" in text
    if room.reads:
        assert f'reads("{room.name}")' in text


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_has_a_package_and_a_place_in_the_tables_page(room):
    assert all(path.is_file() for path in sources_of(room))
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    if room not in INTAKE:
        assert f"\n## {room.name}\n" in page
    for table in set(room.writes) - set(DOMAIN_CODES):
        assert re.search(rf"`(?:\w+/)?{table}`", page), f"{table} is not described"


def test_a_room_reads_only_what_a_room_before_it_wrote():
    written = set()
    for room in ROOMS:
        assert set(room.reads) <= written, room.name
        written |= {f"{room.name}/{table}" for table in room.writes}


def test_no_two_tables_a_room_reads_have_the_same_name():
    for room in ROOMS:
        names = [name.rpartition("/")[2] for name in room.reads]
        assert len(names) == len(set(names)), room.name


def test_domains_are_the_same_everywhere():
    assert tuple(DOMAINS) == DOMAIN_CODES
    assert tuple(INPUTS) == INPUT_CODES
    assert get_args(Domain) == DOMAIN_CODES + INPUT_CODES


def asked(paths):
    """Sections of the study that these modules ask for, by `study.<section>`."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id="study"), attr=name):
                    found.add(ASKED_BY.get(name, name))
    return (found & (SECTIONS | {"domains"})) - {"cutoff"}


@pytest.mark.parametrize("room", ROOMS[2:], ids=lambda room: room.name)
def test_a_room_declares_every_section_it_asks_for_so_that_a_change_reruns_it(room):
    assert asked(sources_of(room)) <= set(room.sections)


def test_a_virtual_trial_is_drawn_anew_when_a_section_changes_that_it_is_drawn_from():
    # The folder below, populations, is asked of the whole study file: its rule has the hash of all of it.
    assert asked(sorted((ROOT / "pkpipe" / "simulation").glob("*.py"))) <= set(SIMULATED_FROM)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_declared_sections_exist(room):
    assert set(room.sections) <= SECTIONS | {"domains"}
    assert len(set(room.sections)) == len(room.sections)


def test_every_verb_is_a_module_and_every_module_a_verb():
    modules = {path.stem for path in (ROOT / "pkpipe" / "cli").glob("[!_]*.py")}
    assert {verb.replace("-", "_") for verb in VERBS} <= modules


@pytest.mark.parametrize("folder", ["pkpipe", "tests"])
def test_no_file_outgrows_a_screenful_of_screens(folder):
    lengths = {
        path.relative_to(ROOT).as_posix(): lines
        for path in committed()
        if path.suffix == ".py" and path.parts[len(ROOT.parts)] == folder
        for lines in (len(path.read_text(encoding="utf-8").splitlines()),)
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_test_files_have_names_of_their_own():
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_committed_file_says_where_it_was_written():
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {place}"
        for path in committed()
        for place in PLACES
        if place.encode() in path.read_bytes()
    }
    assert found == set()


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-site.lock", "requirements-s3.lock"]
)
def test_the_lock_has_a_hash_for_every_package_and_no_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", text.strip())
    assert all(
        re.match(r"[\w.-]+==\S+", package) and "--hash=sha256:" in package for package in packages
    )
    assert not re.search(r"https?://|file:", text)


@pytest.mark.parametrize("name", ["requirements", "requirements-site", "requirements-s3"])
def test_every_package_asked_for_is_locked(name):
    wanted = (ROOT / f"{name}.in").read_text(encoding="utf-8")
    locked = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    names = [re.sub(r"[-_.]+", "-", n) for n in re.findall(r"^([\w.-]+)", wanted, re.MULTILINE)]
    have = {re.sub(r"[-_.]+", "-", n) for n in re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)}
    assert set(names) <= have
