"""The rooms in memory: a delivery, a cutoff and a protocol in, the displayed tables out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from pkpipe import provenance, validate
from pkpipe.differences.displayed_values import DISPLAYED, SHOWN
from pkpipe.displays import OF_FILES, numbers_alone
from pkpipe.finding.table import no_findings
from pkpipe.protocol.study import Study
from pkpipe.rooms import COLLECT, DISPLAYS, TOPICS, Room
from pkpipe.snapshot.cutoff import cut

Tables = Mapping[str, pl.DataFrame]
Run = Callable[[Tables, Study], dict[str, pl.DataFrame]]


@dataclass(frozen=True)
class State:
    """What a run is made of, but for code and packages, which are those at hand."""

    delivered: Tables  # raw tables, all text, before the cut
    study: Study  # at the cutoff
    collect: pl.DataFrame | None = None  # which columns the files had; None: of an earlier version
    basis: Tables = field(
        default_factory=dict
    )  # the runs that decisions name, as they were looked up

    def at(self, other: State) -> State:
        """This state with the other's cutoff."""
        cutoff = other.study.cutoff
        assert cutoff is not None
        return replace(self, study=self.study.at(cutoff))


@dataclass
class Replay:
    """Rooms run one state after another; a room whose tables and settings stayed is not run again."""

    shows: bool = False  # whether the displays are made too
    inputs: dict[str, Tables] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    outputs: dict[str, Tables] = field(default_factory=dict)

    def run(self, state: State) -> dict[str, pl.DataFrame]:
        """The displayed tables of a state.

        Raises:
            PkpipeError: a room refuses the state.
        """
        have = self._validated(state)
        for room in TOPICS:
            # A run of an earlier version has no COLLECT, and is taken to have every column.
            tables = {
                n.rpartition("/")[2]: have[n] for n in room.reads if n in have or n != COLLECT
            }
            have |= {
                f"{room.name}/{n}": t for n, t in self._room(room, tables, state.study).items()
            }
        shown = {SHOWN: self._shown(have, state.study)} if self.shows else {}
        return {name: have[name] for name in DISPLAYED} | shown

    def _shown(self, have: Tables, study: Study) -> pl.DataFrame:
        """The shown cells of the displays that data alone decide."""
        read = [n for n in DISPLAYS.reads if n in have and n not in OF_FILES]
        tables = {n.rpartition("/")[2]: have[n] for n in read}
        made = self._room(DISPLAYS, tables, study, lambda t, s: {SHOWN: numbers_alone(t, s)})
        return made[SHOWN]

    def _validated(self, state: State) -> dict[str, pl.DataFrame]:
        cutoff = state.study.cutoff
        assert cutoff is not None
        kept = cut(state.delivered, cutoff).kept
        files = {} if state.collect is None else {"COLLECT": state.collect}
        made = validate.run({**kept, **files, "ARRIVAL": no_findings()}, state.study)
        of_files = {f"snapshot/{name}": frame for name, frame in files.items()}
        made |= state.basis
        return of_files | {f"validate/{name}": frame for name, frame in made.items()}

    def _room(self, room: Room, tables: Tables, study: Study, run: Run | None = None) -> Tables:
        settings = (study.cutoff, provenance.settings(study, room.sections))
        known = self.inputs.get(room.name)
        if (
            known is not None
            and self.settings[room.name] == settings
            and tables.keys() == known.keys()
            and all(tables[n].equals(known[n]) for n in tables)
        ):
            return self.outputs[room.name]
        made = (run or room.run)(tables, study)
        self.inputs[room.name], self.settings[room.name] = tables, settings
        self.outputs[room.name] = made
        return made
