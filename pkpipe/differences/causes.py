"""Why a displayed number changed: from the first run to the second, one factor at a time."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pkpipe import provenance
from pkpipe.differences.displayed_values import KEY, SHOWN, displayed_values
from pkpipe.differences.mixed import corrected, without_deleted
from pkpipe.differences.record_changes import LEDGER
from pkpipe.differences.replay import Replay, State
from pkpipe.differences.stored import StoredRun
from pkpipe.errors import PkpipeError
from pkpipe.rooms import rooms_in, roots_of
from pkpipe.sentences import sentence

C: Final = pl.col
NUMBERS_SCHEMA: Final = pl.Schema(
    {
        **{name: pl.Int64() if name == "NO" else pl.String() for name in KEY},
        "CHANGE": pl.String(),  # added, removed, changed
        "OLD": pl.String(),
        "NEW": pl.String(),
        "CAUSE": pl.String(),  # one or more, joined by "; "
        "STEPS": pl.String(),  # how the value moved, factor by factor
    }
)
# What another code or another package changed cannot be told from each other when both changed.
PROGRAM: Final = ("code", "environment")
UNEXPLAINED: Final = "unexplained"
DATA_NEW: Final = "data new"


@dataclass(frozen=True)
class Step:
    """One factor changed, and the displayed values after it."""

    cause: str
    values: pl.DataFrame


def caused(before: StoredRun, after: StoredRun) -> pl.DataFrame:
    """Every displayed value that differs between two runs, with the factors that moved it."""
    start = displayed_values(_displayed(before, shows=_shows(before, after)))
    steps = list(_path(before, after))
    wide = _wide([start, *(step.values for step in steps)])
    last = f"_{len(steps)}"
    # An empty cell that came or went with its row shows nothing.
    differs = wide.filter(C("_0").ne_missing(C(last)))
    return _told(differs, steps, same_program=_same_program(before, after))


def _shows(before: StoredRun, after: StoredRun) -> bool:
    """Whether both runs have displays; those of one alone have nothing to be compared with."""
    return before.displays is not None and after.displays is not None


def _displayed(run: StoredRun, *, shows: bool) -> dict[str, pl.DataFrame]:
    return run.displayed | ({SHOWN: run.shown(of_files=False)} if shows else {})


def _same_program(before: StoredRun, after: StoredRun) -> bool:
    return all(before.manifest[name] == after.manifest[name] for name in ("code", "versions"))


def _path(before: StoredRun, after: StoredRun) -> Iterator[Step]:
    """From the first run as stored to the second as stored."""
    shows = _shows(before, after)
    replay, waiting = Replay(shows), list[str]()
    for cause, state in _states(before, after):
        if cause:
            waiting.append(cause)
        try:
            values = displayed_values(replay.run(state))
        except PkpipeError:
            continue  # no state a room accepts: the next factor is changed together with this one
        yield Step("; ".join(waiting) or UNEXPLAINED, values)
        waiting = []
    there = "; ".join([*waiting, *(program_since(after) or ())]) or UNEXPLAINED
    yield Step(there, displayed_values(_displayed(after, shows=shows)))


def _states(before: StoredRun, after: StoredRun) -> Iterator[tuple[str, State]]:
    """Factors in the order they are changed; one that is the same in both runs is left out."""
    now = State(before.delivered, before.study, before.collect, before.basis)
    yield "; ".join(program_since(before) or ()), now
    then = State(after.delivered, after.study, after.collect, after.basis)
    if before.manifest["config"] != after.manifest["config"]:
        now = replace(now, study=after.study).at(now)
        yield "configuration", now
    if before.cutoff != after.cutoff:
        now = now.at(then)
        yield "cut date", now
    for cause, change in (
        ("data deleted", without_deleted),
        ("data corrected", corrected),
        (DATA_NEW, lambda old, new: {**new, LEDGER: old[LEDGER]}),
        ("exclusion", lambda _, new: dict(new)),
    ):
        tables = change(now.delivered, then.delivered)
        # Which columns the files have changes with what is new in them.
        collect = then.collect if cause == DATA_NEW else now.collect
        same = all(tables[n].equals(now.delivered[n]) for n in tables)
        if not same or collect is not now.collect:
            moved = not same or not _alike(collect, now.collect)
            now = replace(now, delivered=tables, collect=collect)
            if cause == DATA_NEW:  # a decision comes with the run it names and its approval
                moved |= any(not _alike(now.basis.get(n), t) for n, t in then.basis.items())
                now = replace(now, basis=then.basis)
            if moved:
                yield cause, now


def _alike(one: pl.DataFrame | None, other: pl.DataFrame | None) -> bool:
    return one is not None and other is not None and one.equals(other)


def program_since(run: StoredRun) -> tuple[str, ...] | None:
    """Whether code or packages are others than when the run was made; None: neither."""
    code, versions = run.manifest["code"], run.manifest["versions"]
    rooms = rooms_in(run.manifest)
    now = {room.name: provenance.fingerprint(*roots_of(room)) for room in rooms}
    if code == now:
        return None
    used = provenance.versions_used(*(root for room in rooms for root in roots_of(room)))
    if used == versions:
        return PROGRAM[:1]
    as_then = {
        room.name: provenance.fingerprint(*roots_of(room), versions=versions) for room in rooms
    }
    return PROGRAM[1:] if as_then == code else PROGRAM


def _wide(values: list[pl.DataFrame]) -> pl.DataFrame:
    """One row a displayed value, a column a step: `_0` the first run, with whether it was there."""
    parts = [
        frame.rename({"VALUE": f"_{i}"}).with_columns(pl.lit(value=True).alias(f"_{i}_IN"))
        for i, frame in enumerate(values)
    ]
    joined = functools.reduce(
        lambda left, right: left.join(
            right, on=KEY, how="full", nulls_equal=True, coalesce=True, maintain_order="left_right"
        ),
        parts,
    )
    return joined.with_columns(C(f"_{i}_IN").fill_null(value=False) for i in range(len(values)))


def _told(wide: pl.DataFrame, steps: list[Step], *, same_program: bool) -> pl.DataFrame:
    last = len(steps)
    moved = [C(f"_{i}").ne_missing(C(f"_{i + 1}")) for i in range(last)]
    causes = [pl.when(m).then(pl.lit(step.cause)) for m, step in zip(moved, steps, strict=True)]
    way = [
        pl.when(m).then(sentence("{} -> {}", pl.lit(step.cause), C(f"_{i + 1}").fill_null("empty")))
        for i, (m, step) in enumerate(zip(moved, steps, strict=True))
    ]
    there, came = C("_0_IN"), C(f"_{last}_IN")
    told = wide.select(
        *KEY,
        CHANGE=change_of(there, came),
        OLD=C("_0"),
        NEW=C(f"_{last}"),
        CAUSE=pl.concat_str(causes, separator="; ", ignore_nulls=True),
        STEPS=pl.concat_str(way, separator="; ", ignore_nulls=True),
    )
    return (
        told.with_columns(CAUSE=_causes(C("CAUSE"), leave_out=PROGRAM if same_program else ()))
        .cast(NUMBERS_SCHEMA)
        .sort(KEY, nulls_last=False, maintain_order=True)
    )


def change_of(there: pl.Expr, came: pl.Expr) -> pl.Expr:
    """What became of a value that differs, by whether it is in the first run and in the second."""
    return (
        pl.when(~there)
        .then(pl.lit("added"))
        .when(~came)
        .then(pl.lit("removed"))
        .otherwise(pl.lit("changed"))
    )


def _causes(said: pl.Expr, leave_out: tuple[str, ...]) -> pl.Expr:
    """Each cause once, in the order of the path.

    Two runs of one program are replayed with another one when it has changed since: there and back again,
    which explains nothing that differs between them.
    """
    each = said.str.split("; ").list.unique(maintain_order=True)
    kept = each.list.set_difference(list(leave_out)) if leave_out else each
    ordered = each.list.eval(pl.element().filter(~pl.element().is_in(list(leave_out))))
    return pl.when(kept.list.len() > 0).then(ordered.list.join("; ")).otherwise(pl.lit(UNEXPLAINED))
