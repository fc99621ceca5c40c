"""Every listed corruption against the checks: found by a query or error naming the record, or not."""

import contextlib
import dataclasses
import datetime
from collections.abc import Mapping
from unittest import mock

import of_concentrations
import of_doses
import of_events
import of_examinations
import of_samples
import of_subjects
import of_tumours
import polars as pl
from trial import Trial, snapshot_of

from pkpipe import validate
from pkpipe.rooms import DISPLAYS, TOPICS
from pkpipe.snapshot.cutoff import cut
from pkpipe.validate import run as validated
from pkpipe.validate.redelivered import redelivered

STUDIES = ("bat6026", "bat8008_bat1308")
ASKS = ("error", "query")
# What displays are made of; findings and the raw files' own facts are no displayed numbers.
DISPLAYED = tuple(
    name for name in DISPLAYS.reads if name.partition("/")[0] not in {"snapshot", "validate"}
)
# Where a row stood in its file: not shown.
PLACES = ("SRCROW", "SRCFILE")
PARTS = (
    *(of_concentrations, of_samples, of_examinations, of_tumours),
    *(of_subjects, of_doses, of_events),
)


def corruptions(trial):
    """All of a study, each name once."""
    every = [c for part in PARTS for c in part.listing(trial)]
    names = [c.name for c in every]
    twice = sorted({n for n in names if names.count(n) > 1})
    assert not twice, twice
    return every


class Sound:
    """A trial and what its sound delivery gives, beside which corrupted ones are judged."""

    def __init__(self, name):
        self.trial = Trial(name)
        self.had = {}
        with self.remembering():
            self.tables = self.of(self.trial.texts)
        self.known = self.tables["FINDINGS"]

    def of(self, texts):
        return validated(snapshot_of(texts, self.trial.study), self.trial.study)

    def news(self, corruption):
        """Tables of the corrupted delivery, and the new findings that ask about a subject that was struck."""
        with self.remembering():
            tables = self.of(corruption.change(self.trial.texts))
        found = tables["FINDINGS"]
        new = found.join(self.known, on=found.columns, how="anti", nulls_equal=True)
        struck = pl.col("USUBJID").is_in(list(corruption.subjects)) | pl.col("USUBJID").is_null()
        return tables, new.filter(pl.col("SEVERITY").is_in(ASKS), struck)

    def displayed(self, tables):
        """The tables that the report shows; a room that reads the same is not run again."""
        found = {f"validate/{name}": frame for name, frame in tables.items()}
        found["snapshot/COLLECT"] = self.trial.collected
        for room in TOPICS:
            reads = {name: found[name] for name in room.reads}
            was = self.had.get(("room", room.name))
            if was is not None and all(f.equals(was[0][n]) for n, f in reads.items()):
                made = was[1]
            else:
                short = {name.rpartition("/")[2]: frame for name, frame in reads.items()}
                made = room.run(short, self.trial.study)
                self.had.setdefault(("room", room.name), (reads, made))
            found.update({f"{room.name}/{name}": frame for name, frame in made.items()})
        return {name: found[name].drop(PLACES, strict=False) for name in DISPLAYED}

    def changes_what_is_shown(self, tables):
        """Whether any displayed table of a corrupted delivery is another than that of the sound one."""
        if "shown" not in self.had:
            self.had["shown"] = self.displayed(self.tables)
        now = self.displayed(tables)
        return any(not now[name].equals(frame) for name, frame in self.had["shown"].items())

    def since_before(self, corruption):
        """Whether the comparison with a sound delivery of the day before asks about a subject struck."""
        day = self.trial.study.cutoff - datetime.timedelta(days=1)
        now = cut(corruption.change(self.trial.texts), day).kept
        if "before" not in self.had:
            self.had["before"] = cut(self.trial.texts, day).kept
        parts = [part for part in redelivered(now, self.had["before"]) if part.height]
        named = pl.concat(parts)["USUBJID"].to_list() if parts else []
        return bool(set(named) & set(corruption.subjects))

    @contextlib.contextmanager
    def remembering(self):
        """Checks are not run again while the tables they look at are those of the sound delivery."""
        judged, coded = self._kept("judged"), self._kept("coded")
        across = tuple(self._across(n, cross) for n, cross in enumerate(validate.ACROSS))
        with (
            mock.patch.object(validate, "judged", judged),
            mock.patch.object(validate, "coded", coded),
            mock.patch.object(validate, "ACROSS", across),
        ):
            yield

    def _kept(self, name):
        """A function of a table of validate: its answer for the sound table is not made again."""
        function = getattr(validate, name)

        def made(frame, spec, *rest):
            key = name, spec.code
            if key not in self.had:
                self.had[key] = frame, function(frame, spec, *rest)
            was, answer = self.had[key]
            return answer if same(frame, was) else function(frame, spec, *rest)

        return made

    def _across(self, number, cross):
        def find(tables, study):
            if number not in self.had:
                seen = Seen(tables)
                found = list(cross.find(seen, study))
                self.had[number] = found, {name: tables[name] for name in seen.names}
            found, looked_at = self.had[number]
            if all(same(tables[name], frame) for name, frame in looked_at.items()):
                return found
            return cross.find(tables, study)

        return dataclasses.replace(cross, find=find)


def same(one, other):
    return one is other or one.equals(other)


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
