"""Every room run on raw files in memory; what reads nothing that changed is not run again.

A room, a check and the reading of a table are functions of their tables (docs/architecture.md), so their
answer of the whole run stands for every run in which those tables are equal. What a check looked at is seen
while it looks, not taken from what it declares.
"""

from collections.abc import Mapping

import polars as pl

from pkpipe import snapshot, validate
from pkpipe.rooms import TOPICS
from pkpipe.validate import run as validated
from pkpipe.validate import stopping


class Watched(Mapping):
    """Tables, and which of them were asked for."""

    def __init__(self, tables):
        self.tables, self.seen = tables, set()

    def __getitem__(self, name):
        self.seen.add(name)
        return self.tables[name]

    def __iter__(self):
        self.seen.update(self.tables)
        return iter(self.tables)

    def __len__(self):
        return len(self.tables)


class Remembered:
    """A cross check that answers from the whole run while nothing it looked at is another."""

    def __init__(self, cross):
        self.cross, self.needs, self.checks = cross, cross.needs, cross.checks
        self.study = self.tables = self.answer = None

    def find(self, tables, study):
        if self.answer is not None and study is self.study:
            known = self.tables.items()
            if all(name in tables and same(tables[name], frame) for name, frame in known):
                return self.answer
        watched = Watched(tables)
        answer = list(self.cross.find(watched, study))
        if self.answer is None:
            self.study, self.answer = study, answer
            self.tables = {name: tables[name] for name in watched.seen}
        return answer


def same(one, other):
    return one is other or one.equals(other)


def remembering(function):
    """The function of a table and other arguments, its answers of the first run kept by the table."""
    kept = {}

    def asked(frame, spec, *rest):
        before, answer = kept.get(spec.code, (None, None))
        if before is None or not same(frame, before):
            answer = function(frame, spec, *rest)
            kept.setdefault(spec.code, (frame, answer))
        return answer

    return asked


class Chain:
    """The rooms of one study; the first run is the whole one that the others are compared with."""

    def __init__(self, plan, files, patch):
        self.patch, self.whole = patch, {}
        patch.setattr(validate, "ACROSS", [Remembered(cross) for cross in validate.ACROSS])
        for name in ("coded", "judged"):
            patch.setattr(validate, name, remembering(getattr(validate, name)))
        self.whole, refused = self.run(plan, files)
        assert refused is None, refused

    def snapshot(self, plan, files):
        self.patch.setattr(snapshot, "read_files", lambda _raw, _study: files)
        return snapshot.run(None, plan)

    def run(self, plan, files):
        """The tables of every room; or None with the findings that refused the study."""
        found = {}
        self._put(found, "snapshot", self.snapshot(plan, files))
        short = {name.partition("/")[2]: frame for name, frame in found.items()}
        self._put(found, "validate", validated(short, plan))
        refused = stopping(found["validate/FINDINGS"])
        if refused.height:
            return None, refused
        for room in TOPICS:
            reads = {name: found[name] for name in room.reads}
            if self.whole and self._unchanged(room, reads, plan):
                tables = {name: self.whole[f"{room.name}/{name}"] for name in room.writes}
            else:
                tables = room.run({n.rpartition("/")[2]: f for n, f in reads.items()}, plan)
            self._put(found, room.name, tables)
        self.plan = getattr(self, "plan", plan)
        return found, None

    def _unchanged(self, room, reads, plan):
        """Whether a room reads what it read before; which sources there are is a thing it reads, too."""
        if plan is not self.plan and "domains" in room.sections:
            return False
        return all(same(frame, self.whole[name]) for name, frame in reads.items())

    def missing(self, plan, files):
        """Columns that the snapshot says are missing: the study is refused for them."""
        arrived = self.snapshot(plan, files)["ARRIVAL"]
        wrong = arrived.filter(pl.col("CHECK") == "COLUMN-MISSING", pl.col("SEVERITY") == "error")
        return set(wrong["COLUMN"])

    @staticmethod
    def _put(found, room, tables):
        found.update({f"{room}/{name}": frame for name, frame in tables.items()})
