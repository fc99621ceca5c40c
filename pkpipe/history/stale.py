"""A room that stumbles over tables of an earlier program: what is to be run again, instead of a traceback."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import provenance
from pkpipe.errors import DataError
from pkpipe.history.record import read, rooms_before, written_by
from pkpipe.reading.files import read_table
from pkpipe.rooms import BY_NAME, Room, roots_of

# What tables without the columns, or with other types than this program writes, end in.
STUMBLES: Final = (KeyError, pl.exceptions.PolarsError)
COLUMN: Final = re.compile(r"""["'`]([^"'`]+)["'`]""")


def explained(room: Room, run: Path, problem: Exception) -> DataError | None:
    """The rooms whose tables are not what they would write now; None: the room failed for another reason."""
    if not isinstance(problem, STUMBLES):
        return None
    why = {name: reason for name in rooms_before(room) if (reason := _not_of_now(name, run))}
    if not why:
        return None
    column = _column(problem)
    read_of = [name for name in room.reads if name.partition("/")[0] in why]
    lacking = [n for n in read_of if column not in read_table(run / f"{n}.parquet").columns]
    what = f"no column {column} in" if column and lacking else "cannot read"
    again = " ".join([*why, room.name])
    study, cutoff = run.parent.name, run.name.partition(".")[0]
    return DataError(
        "\n  ".join(
            [
                f"{run}: room {room.name}: {what} {', '.join((column and lacking) or read_of)}",
                *(f"room {name} {reason}" for name, reason in why.items()),
                f"run again: snakemake --cores 2 --forcerun {again} --config study={study} cutoff={cutoff}",
            ]
        )
    )


def _not_of_now(name: str, run: Path) -> str:
    """Why what a room wrote may be other than what it would write; empty: it is the same."""
    record = read(run, name)
    if record is None:
        return "left no record of what it wrote"
    if record.code != provenance.fingerprint(*roots_of(BY_NAME[name])):
        return "wrote its tables with another version of pkpipe or of a package"
    now = written_by(run, BY_NAME[name])
    changed = [table for table, content in now.items() if record.written.get(table) != content]
    return f"wrote other tables than lie here now: {', '.join(changed)}" if changed else ""


def _column(problem: Exception) -> str:
    """The column a message names first; a KeyError holds nothing but it."""
    if isinstance(problem, KeyError):
        return str(problem.args[0]) if problem.args else ""
    if not isinstance(problem, pl.exceptions.ColumnNotFoundError):
        return ""
    message = str(problem).splitlines()[0]
    found = COLUMN.search(message)
    return found.group(1) if found else message
