"""Every room run on raw files in memory; what reads nothing that changed is not run again.

A room, a check and the reading of a table are functions of their tables (CONTRIBUTING.md), so their
answer of the whole run stands for every run in which those tables are equal. What a check looked at is seen
while it looks, not taken from what it declares.
"""

import sys
from collections.abc import Mapping

import polars as pl

from pkpipe import snapshot, validate
from pkpipe.clinical import collected as clinical
from pkpipe.clinical.collected import Collected
from pkpipe.finding.table import errors_of
from pkpipe.rooms import COLLECT, TOPICS
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


# A room that reads less of a table than the whole, as its own first step says.
READ_OF = {("escalation", "validate/FINDINGS"): errors_of}


class Collection:
    """What each room asked of COLLECT in the whole run; a room asks `clinical/collected`, not the table."""

    def __init__(self, patch):
        self.asked, self.of = {}, None
        users = [room.run for room in TOPICS]  # imported, so that every user of a question is there
        self.questions = {"lost": Collected._lost, "constant": clinical.is_constant}
        patch.setattr(Collected, "_lost", self._noting("lost"))
        noting = self._noting("constant")
        for module in {m for m in sys.modules.values() if users and hasattr(m, "is_constant")}:
            patch.setattr(module, "is_constant", noting)

    def _noting(self, kind):
        question = self.questions[kind]

        def noted(of, name):
            answer = question(of, name)
            if self.of is not None:
                self.asked[self.of][kind, name] = answer
            return answer

        return noted

    def running(self, room):
        """From now on the questions are those of this room; None: nobody's."""
        self.of = room
        self.asked.setdefault(room, {})

    def answers_as_before(self, room, delivered, plan):
        """Whether each question the room asked has the answer it had."""
        tables = {"COLLECT": delivered}
        of = {"lost": clinical.collected(tables, plan), "constant": tables}
        asked = self.asked[room].items()
        return all(self.questions[kind](of[kind], name) == was for (kind, name), was in asked)


class Chain:
    """The rooms of one study; the first run is the whole one that the others are compared with."""

    def __init__(self, plan, files, patch):
        self.patch, self.whole, self.collection = patch, {}, Collection(patch)
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
                self.collection.running(None if self.whole else room.name)
                tables = room.run({n.rpartition("/")[2]: f for n, f in reads.items()}, plan)
                self.collection.running(None)
            self._put(found, room.name, tables)
        self.plan = getattr(self, "plan", plan)
        return found, None

    def _unchanged(self, room, reads, plan):
        """Whether a room reads what it read before; which sources there are is a thing it reads, too."""
        if plan is not self.plan and "domains" in room.sections:
            return False
        for name, frame in reads.items():
            of = READ_OF.get((room.name, name), lambda whole: whole)
            if name != COLLECT and not same(of(frame), of(self.whole[name])):
                return False
        delivered = reads.get(COLLECT)
        return delivered is None or self.collection.answers_as_before(room.name, delivered, plan)

    def missing(self, plan, files):
        """Columns that the snapshot says are missing: the study is refused for them."""
        arrived = self.snapshot(plan, files)["ARRIVAL"]
        wrong = arrived.filter(pl.col("CHECK") == "COLUMN-MISSING", pl.col("SEVERITY") == "error")
        return set(wrong["COLUMN"])

    @staticmethod
    def _put(found, room, tables):
        found.update({f"{room}/{name}": frame for name, frame in tables.items()})
