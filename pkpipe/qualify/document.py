"""What a validation lead signs: the qualification as sections of a document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import polars as pl

from pkpipe.qualify.compared_answers import DEVIATION, FAIL, LISTED, PASS, verdict_of
from pkpipe.report.page_blocks import Paragraph, Section, Table

C: Final = pl.col
CHECKS: Final = "checks.csv"
MOST: Final = 200  # failed checks and deviations that stand in the document; all are in checks.csv
PHASES: Final = {
    "IQ": "Installation qualification (IQ)",
    "OQ": "Operational qualification (OQ)",
    "PQ": "Performance qualification (PQ)",
}
COUNTED: Final = {
    PASS: "Passed",
    LISTED: "Differ as listed",
    DEVIATION: "Deviations",
    FAIL: "Failed",
}
SAID: Final = {
    PASS: "Every check passed, and the installation is the locked one: this installation is qualified.",
    "WITH DEVIATIONS": (
        "Every check of operation and performance passed, but the installation is not the locked one. "
        "The deviations are listed below; each has to be judged by a person. Byte for byte equality with "
        "another installation is not assessed."
    ),
    FAIL: "At least one check failed: this installation is not qualified. They are listed below.",
}
LIMITS: Final = (
    "The qualification is of this installation on this machine at this date. A change of a package, of "
    "Python, of the operating system or of the machine asks for a new one.",
    "It says nothing about a study: its study file, its data and the choice of its methods are for its team "
    "to judge. `pkpipe check` asks about the study file, `pkpipe verify` about the files of a run.",
    "The answers of the other programs were made once with the versions named and are part of the package. "
    "Truth tables are worked by hand from the documents named.",
    "A difference that is listed (verdict LISTED) is one between pkpipe and another program whose cause is "
    "known; docs/nca_differences.md says each cause and which side pkpipe takes.",
    "What one person has to be able to do before signing: open checks.csv, choose any row, and find its "
    "answer in the source that it names.",
)
READING: Final = (
    ("id", "the requirement and a number within it"),
    ("requirement", "what must hold"),
    ("area", "the room of the program that answers"),
    ("source", "who gave the answer, with the version"),
    ("expected, got", "the answer and what this installation gave"),
    ("tolerance", "how far they may be apart"),
    ("verdict", "PASS, FAIL, LISTED (differs as the shipped list says), DEVIATION (not as locked)"),
    ("item", "what was asked"),
    ("note", "where the cause of a listed difference stands"),
)
SIGNERS: Final = (
    ("Performed by", "The qualification was run on this machine as described"),
    ("Reviewed by", "The checks, deviations and limits were reviewed"),
    ("Approved by", "The installation is accepted for its intended use"),
)
LINE, SHORT = "_" * 28, "_" * 12  # to write on


@dataclass(frozen=True)
class Facts:
    """What is told of one qualification beside its checks."""

    date: str
    version: str
    environment: list[tuple[str, str]]
    code: list[tuple[str, str]]
    beyond: list[tuple[str, str]]


def sections(checks: pl.DataFrame, facts: Facts, checks_hash: str) -> list[Section]:
    """Every section; the last is the page of the signatures, with the hash of those before it."""
    told = list(_contents(checks, facts))
    return [*told, _signatures(told, facts, checks_hash)]


def _contents(checks: pl.DataFrame, facts: Facts) -> Iterator[Section]:
    yield _verdict(checks)
    yield _environment(facts)
    for phase, title in PHASES.items():
        yield Section(phase.lower(), title, (_requirements(checks, phase),))
    yield _not_passed(checks)
    yield _listed(checks)
    yield Section("limits", "Limits of this qualification", tuple(map(Paragraph, LIMITS)))
    columns = Table("Columns", ("Column", "What it says"), READING)
    yield Section("reading", f"How to read {CHECKS}", (columns,))


def counted(checks: pl.DataFrame) -> dict[str, int]:
    """How many checks have each verdict."""
    return {v: checks.filter(C("verdict") == v).height for v in COUNTED}


def _verdict(checks: pl.DataFrame) -> Section:
    verdict = verdict_of(checks)
    phase = C("id").str.split("-").list.first()
    rows = []
    for (name, area), part in checks.group_by(phase.alias("P"), "area", maintain_order=True):
        of = counted(part)
        rows.append((str(name), str(area), str(part.height), *(str(of[v]) for v in of)))
    of = counted(checks)
    rows.append(("All", "", str(checks.height), *(str(of[v]) for v in of)))
    heads = ("Phase", "Area", "Checks", *COUNTED.values())
    table = Table("Checks by area", heads, tuple(rows), numeric=frozenset(range(2, 7)))
    tone = {PASS: "good", FAIL: "warn"}.get(verdict, "lead")
    return Section("verdict", f"Verdict: {verdict}", (Paragraph(SAID[verdict], tone), table))


def _environment(facts: Facts) -> Section:
    machine = Table("Machine and program", ("Item", "Value"), tuple(facts.environment))
    code = Table(
        "Code of each room, with the packages it uses", ("Room", "Hash"), tuple(facts.code)
    )
    beyond = tuple(facts.beyond) or (("none", ""),)
    more = Table("Installed packages that the lock does not name", ("Package", "Version"), beyond)
    return Section("environment", "Environment", (machine, code, more))


def _requirements(checks: pl.DataFrame, phase: str) -> Table:
    rows = []
    of_phase = checks.filter(C("id").str.starts_with(f"{phase}-"))
    key = C("id").str.split(".").list.first().alias("R")
    for (name,), part in of_phase.group_by(key, maintain_order=True):
        of = counted(part)
        first = part.row(0, named=True)
        sources = part["source"].unique(maintain_order=True).sort().to_list()
        rows.append(
            (str(name), first["requirement"], first["area"], "; ".join(sources), first["tolerance"],
             str(part.height), str(of[PASS]), str(of[LISTED] + of[DEVIATION]), str(of[FAIL]))
        )  # fmt: skip
    heads = (
        *("Id", "Requirement", "Area", "Source of the answers", "Tolerance"),
        *("Checks", "Passed", "Listed or deviation", "Failed"),
    )
    return Table("Requirements and results", heads, tuple(rows), numeric=frozenset(range(5, 9)))


def _not_passed(checks: pl.DataFrame) -> Section:
    wrong = checks.filter(C("verdict").is_in([FAIL, DEVIATION]))
    first = wrong.sort(C("verdict") != FAIL, maintain_order=True).head(MOST)
    columns = ("id", "area", "item", "expected", "got", "verdict")
    rows = tuple(first.select(columns).iter_rows()) or (("none", "", "", "", "", ""),)
    note = (
        f"The first {MOST} of {wrong.height}; all are in {CHECKS}." if wrong.height > MOST else ""
    )
    heads = ("Id", "Area", "Asked", "Expected", "Got", "Verdict")
    table = Table("Failed checks and deviations", heads, rows, note)
    return Section("deviations", "Failed checks and deviations", (table,))


def _listed(checks: pl.DataFrame) -> Section:
    counts = (
        checks.filter(C("verdict") == LISTED)
        .group_by("source", "note")
        .len()
        .sort("source", "note")
    )
    rows = tuple((s, n, str(k)) for s, n, k in counts.iter_rows()) or (("none", "", "0"),)
    heads = ("Source of the answers", "Cause", "Answers")
    table = Table("Listed differences by cause", heads, rows, numeric=frozenset({2}))
    return Section("listed", "Differences from other programs", (table,))


def _signatures(told: list[Section], facts: Facts, checks_hash: str) -> Section:
    contents = json.dumps([asdict(s) for s in told], sort_keys=True, default=sorted)
    hashes = (
        ("Date of the qualification", facts.date),
        ("Program", f"pkpipe {facts.version}"),
        (
            "SHA-256 of the text of this document before this page",
            hashlib.sha256(contents.encode()).hexdigest(),
        ),
        (f"SHA-256 of {CHECKS}", checks_hash),
    )
    rows = tuple((who, meaning, LINE, SHORT, LINE) for who, meaning in SIGNERS)
    heads = ("", "Meaning of the signature", "Name and function", "Date", "Signature")
    blocks = (
        Table("What is signed", ("Item", "Value"), hashes),
        Table("Signatures", heads, rows),
    )
    return Section("signatures", "Signatures", blocks)
