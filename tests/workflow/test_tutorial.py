"""docs/tutorial.md is typed as it stands: its files, its commands, its answers."""

import os
import re
import subprocess
import sys

import pytest
from checkouts import ROOT

pytestmark = [pytest.mark.workflow, pytest.mark.slow]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r'^```(\w+)(?: title="(\S+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
OPEN = re.compile(r"^( *-? *)(\w+): +# TO FILL IN.*$", re.MULTILINE)


def blocks(kind, also=None):
    """The blocks of a kind, in the order of the page."""
    return [(f[2], f[3]) for f in BLOCK.finditer(PAGE) if f[1] == kind and (also or f[2]) == f[2]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files of the page."""
    path = tmp_path_factory.mktemp("tutorial")
    for name, text in blocks("csv"):
        target = path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return path


def typed(folder, command):
    """What a command of the page prints."""
    words = command.removeprefix("$ pkpipe ").split()
    done = subprocess.run(
        [sys.executable, "-m", "pkpipe", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def fill(folder, commands_before):
    """What the page tells a person to write into the study file before its next command."""
    path = folder / "config" / "t01.yaml"
    text = path.read_text(encoding="utf-8")
    if commands_before == 2:
        ((_, answers),) = blocks("yaml", "answers")
        given = dict(line.split(": ", 1) for line in answers.strip().splitlines())
        text = OPEN.sub(lambda found: f"{found[1]}{found[2]}: {given[found[2]]}", text)
    if commands_before == 3:
        ((_, decided),) = blocks("yaml", "assumptions")
        text = re.sub(r"^assumptions: \[\].*\n", decided, text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")


def test_the_page_as_it_stands_leads_to_a_report(folder):
    consoles = [text.strip().splitlines() for _, text in blocks("console")]
    assert len(consoles) == 5
    for number, (command, *answers) in enumerate(consoles):
        if number:
            fill(folder, number)
        printed = typed(folder, command)
        for answer in answers:
            assert answer.strip() in printed, f"{command}: {answer!r} is not in\n{printed[-3000:]}"
    report = folder / "results" / "t01" / "2026-03-02" / "report" / "index.html"
    assert report.stat().st_size > 10_000
    pk = folder / "results" / "t01" / "2026-03-02" / "pk" / "ADPP.csv"
    assert "CMAX" in pk.read_text(encoding="utf-8")


def test_no_key_is_left_open_once_the_page_was_followed(folder):
    path = folder / "config" / "t01.yaml"
    assert not OPEN.findall(path.read_text(encoding="utf-8"))
