"""Nothing bad gets in: every single corruption of a raw table is found where it is, or changes no result."""

import dataclasses
import datetime
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from mutations import KINDS, corrupted_bytes, mutated, mutations

from pkpipe import snapshot, validate
from pkpipe.errors import PkpipeError
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.rooms import TOPICS
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.simulation import simulate
from pkpipe.store.files import write_table
from pkpipe.validate import run as validated

ROOT = Path(__file__).resolve().parents[2]
CUTOFF = datetime.date(2026, 3, 31)
# Where a row came from is no result: rows in another order have other numbers.
PLACES = {"SRCROW", "SRCFILE"}
# A finding of fewer tables is one of all of them, and is found sooner.
NEEDED = ("DM", "EX")
BESIDE = {"TU": ("TR",), "TR": ("TU", "RS"), "RS": ("TR",)}


class Trial:
    """A virtual trial on disk, its findings and its results, and what becomes of them when a file changes."""

    def __init__(self, folder):
        self.folder = folder
        study = load_sound_study(ROOT / "config" / "bat6026.yaml")
        drawn = simulate(study, seed=5, subjects=8)
        self.tables = {
            n: f for n, f in drawn.items() if n in study.sources and n.isupper() and len(n) == 2
        }
        self.study = study.at(CUTOFF)
        for code, frame in drawn.items():
            if not code.startswith("truth/"):
                write_table(frame, self.path(code))
        self.sound = {code: self.path(code).read_bytes() for code in self.tables}
        self.known = {}
        self.before = self.read()
        self.results = self.run(self.before, {}, set())

    def path(self, code):
        return self.folder / f"{code.lower()}.csv"

    def read(self, study=None):
        study = study or self.study
        arrived = snapshot.run(self.folder, study)
        return {**validated(arrived, study), "COLLECT": arrived["COLLECT"]}

    def near(self, code):
        """The study as if it collected only this domain and those its checks look at."""
        wanted = {code, *NEEDED, *BESIDE.get(code, ())}
        sources = {name: s for name, s in self.study.sources.items() if name in wanted}
        return self.study.model_copy(update={"sources": sources})

    def news(self, code, *, whole):
        """Tables, and findings that the sound trial has not; of the whole study or of the tables near by."""
        key = code if not whole else None
        study = self.study if whole else self.near(code)
        if key not in self.known:
            sound = self.path(code).read_bytes()
            self.path(code).write_bytes(self.sound[code])
            self.known[key] = self.read(study)["FINDINGS"]
            self.path(code).write_bytes(sound)
        tables = self.read(study)
        found = tables["FINDINGS"]
        return tables, found.join(self.known[key], on=found.columns, how="anti", nulls_equal=True)

    def run(self, tables, known, changed):
        """Results of every topic; a topic whose tables did not change is not run again."""
        have = {f"validate/{name}": frame for name, frame in tables.items()}
        have["snapshot/COLLECT"] = tables["COLLECT"]
        changed = {f"validate/{name}" for name in changed}
        for room in TOPICS:
            outputs = [f"{room.name}/{name}" for name in room.writes]
            if known and not changed.intersection(room.reads):
                have |= {name: known[name] for name in outputs}
                continue
            made = room.run({n.rpartition("/")[2]: have[n] for n in room.reads}, self.study)
            have |= {f"{room.name}/{name}": frame for name, frame in made.items()}
            changed |= {n for n in outputs if not known or not same(have[n], known[n])}
        return {
            name: frame
            for name, frame in have.items()
            if not name.startswith(("validate/", "snapshot/"))
        }

    def differing(self, tables):
        """Results that differ from those of the sound trial."""
        changed = {n for n in tables if n != "FINDINGS" and not same(tables[n], self.before[n])}
        now = self.run(tables, self.results, changed)
        return sorted(n for n in now if not same(now[n], self.results[n]))


def same(left, right):
    left, right = (f.drop(PLACES, strict=False) for f in (left, right))
    return left.equals(right)


def place_found(findings, mutation, code):
    """Is one of the findings about the table, the row and the column of the corruption?"""
    rows = findings.filter(pl.col("TABLE") == code)
    if mutation.what == "shuffle":
        return False
    if mutation.what == "bytes":
        return rows.height > 0
    if mutation.what == "drop column":
        shown = {mutation.column} | (
            {f"{code}STRESC"} if mutation.column == f"{code}STAT" else set()
        )
        return bool(shown & set(rows["COLUMN"]))
    if mutation.what == "delete":
        # The row is gone: the next number, or what referred to it, is shown.
        return findings.filter(pl.col("COLUMN") == mutation.column).height > 0
    if mutation.what == "repeat":
        return rows.height > 0
    # A record under another key is shown at that key or at its own number.
    shown = {mutation.column}
    if mutation.kind == "key":
        shown |= {f"{code}SEQ", "SUBJID", *DOMAINS[code].key}
    # Status, text and number of a result are one fact in three columns.
    result = {f"{code}{c}" for c in ("STAT", "STRESC", "STRESN")}
    shown |= result if mutation.column in result else set()
    here = (pl.col("ROW") == mutation.row + 2) | pl.col("ROW").is_null()
    return rows.filter(here, pl.col("COLUMN").is_in(shown)).height > 0


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    return Trial(tmp_path_factory.mktemp("trial"))


def outcome(trial, mutation):
    """`found`, `harmless`, or a sentence about what slipped through."""
    code, path = mutation.domain, trial.path(mutation.domain)
    try:
        if mutation.what == "bytes":
            path.write_bytes(corrupted_bytes(trial.sound[code], mutation))
        else:
            write_table(mutated(trial.tables[code], mutation), path)
        if place_found(trial.news(code, whole=False)[1], mutation, code):
            return "found"
        tables, news = trial.news(code, whole=True)
    finally:
        path.write_bytes(trial.sound[code])
    if place_found(news, mutation, code):
        return "found"
    told = news.select("TABLE", "ROW", "COLUMN", "CHECK").rows()[:4]
    try:
        differ = trial.differing(tables)
    except PkpipeError as problem:
        differ = [str(problem)]
    return (
        f"{mutation.words}: changes {', '.join(differ[:5])}; found instead: {told}"
        if differ
        else "harmless"
    )


class Seen(Mapping):
    """Tables of which it is noted who was looked at."""

    def __init__(self, tables):
        self.tables, self.names = tables, set()

    def __getitem__(self, name):
        self.names.add(name)
        return self.tables[name]

    def __iter__(self):
        self.names.update(self.tables)
        return iter(self.tables)

    def __len__(self):
        return len(self.tables)


def remembering(cross, alike):
    """The check across tables, not run again while the tables it looked at are those of the sound trial."""
    before = {}

    def find(tables, study):
        collected = tuple(study.sources)
        if collected not in before:
            seen = Seen(tables)
            found = list(cross.find(seen, study))
            before[collected] = found, {name: tables[name] for name in seen.names}
        found, looked_at = before[collected]
        if all(alike(tables[name], frame) for name, frame in looked_at.items()):
            return found
        return cross.find(tables, study)

    return dataclasses.replace(cross, find=find)


def remembered(of_cells, alike):
    """What is made of one table's cells, not made again while they are those of the sound trial."""
    before = {}

    def made(frame, spec):
        kind = spec.code, frame.is_empty()  # as delivered, or not collected
        if kind not in before:
            before[kind] = frame, of_cells(frame, spec)
        was, had = before[kind]
        return had if alike(frame, was) else of_cells(frame, spec)

    return made


class Alike:
    """Are two tables equal, told once for each two."""

    def __init__(self):
        self.told = {}

    def __call__(self, now, then):
        # The tables are held, so that no other one can come to lie where one of them lay.
        key = id(now), id(then)
        if key not in self.told:
            self.told[key] = (now.equals(then), now, then)
        return self.told[key][0]


@pytest.mark.slow
def test_every_single_corruption_is_found_where_it_is_or_changes_no_result(
    trial, monkeypatch, capsys
):
    # Cells of a table are judged alone: those of tables that did not change are not judged again.
    every = mutations(trial.tables, seed=20260630)
    counts, slipped = Counter(), []
    alike = Alike()
    for of_cells in ("judged",):
        monkeypatch.setattr(validate, of_cells, remembered(getattr(validate, of_cells), alike))
    across = tuple(remembering(cross, alike) for cross in validate.ACROSS)
    monkeypatch.setattr(validate, "ACROSS", across)
    trial.read()
    for mutation in every:
        alike.told.clear()
        said = outcome(trial, mutation)
        counts[mutation.kind, said if said in {"found", "harmless"} else "slipped"] += 1
        if said not in {"found", "harmless"}:
            slipped.append(said)
    lines = [
        f"  {kind:10} "
        + "  ".join(f"{o} {counts[kind, o]}" for o in ("found", "harmless", "slipped"))
        for kind in KINDS
    ]
    with capsys.disabled():
        sys.stdout.write(
            "\n".join(
                [f"\n{len(every)} corruptions of {len(trial.tables)} tables", *lines, *slipped, ""]
            )
        )
    assert len(every) >= 500
    assert {m.domain for m in every} == set(trial.tables)
    assert all(counts[kind, "found"] + counts[kind, "harmless"] for kind in KINDS)
    assert slipped == []
