"""The page of the ledger: every entry with what it does; approved, confirmed or dropped there by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.base import Frozen
from pkpipe.review import ledger_file
from pkpipe.review.acts import Text, noted
from pkpipe.review.desk import Desk
from pkpipe.schema.own_inputs import GONE
from pkpipe.store import audit_trail

C: Final = pl.col
NOBODY: Final = "nobody yet"


class Amended(Frozen):
    """What a person says of an entry that stands. seen: the hash of the ledger the page knew."""

    entry: Text
    name: Text = ""  # asked for where it is needed
    seen: str
    reason: Text = ""


def ledger_page(desk: Desk, word: str) -> str:
    """Every entry in the order of the file, those that stop a run first."""
    ledger = desk.ledger()
    entries = [_shown(row) for row in _judged(desk, ledger.entries)]
    return desk.page(
        "ledger.html",
        "ledger",
        word,
        entries=sorted(entries, key=lambda e: not e["wrong"]),
        faults=ledger.faults,
        seen=ledger.sha256,
        file=desk.place.path.as_posix(),
    )


def _judged(desk: Desk, entries: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The entries with the record each points to and how many values it moves."""
    if entries.is_empty():
        return
    found = desk.kinetics.followed(entries)
    moves = (
        desk.now()
        .found.effects.filter(C("PARAMCD").is_not_null())
        .group_by("ENTRY")
        .agg(MOVES=pl.len())
    )
    joined = found.join(moves, on="ENTRY", how="left", maintain_order="left")
    yield from joined.iter_rows(named=True)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    approved = row["APPRBY"] or NOBODY
    second = approved.casefold() not in {str(row["RECBY"]).casefold(), NOBODY}
    return {
        "entry": row["ENTRY"],
        "what": f"{row['ACTION']} {row['TARGET']}",
        "of": " ".join(str(row[c]) for c in ("USUBJID", "PARCAT1") if row[c]),
        "where": " ".join(str(row[c]) for c in ("PARAMCD", "ADTM", "PROFILE") if row[c]),
        "stood": _value(row, "AVAL"),
        "reason": row["REASON"],
        "by": f"{row['RECBY']}, {row['RECDT']}",
        "approved": approved,
        "second": second,
        "state": _state(row),
        "moves": row["MOVES"] or 0,
        "stale": row["STALE"],
        "wrong": row["STALE"] or row["N"] > 1 or row["AGAINST"] is not None,
    }


def _value(row: Mapping[str, Any], column: str) -> str:
    number = row[column]
    return f"{number:.6g}" if number is not None else str(row[f"{column}C"] or "")


def _state(row: Mapping[str, Any]) -> str:
    if row["STALE"]:
        first = row["CONFBY"] is None
        stood = _value(row, "AVAL") if first else _value(row, "CONFVAL")
        now = (
            "there is no such record"
            if row["CURRENTC"] == GONE
            else f"now {_value(row, 'CURRENT')}"
        )
        then = "made" if first else "confirmed"
        return f"stale: {stood or 'nothing'} stood there when it was {then}, {now}"
    if row["N"] > 1:
        return f"points to {row['N']} records"
    if row["AGAINST"]:
        return f"picks the sample that entry {row['AGAINST']} leaves out"
    words = {
        "APPLIED": "applied",
        "CONFIRMED": f"confirmed by {row['CONFBY']}",
        "GONE": "confirmed: the record is gone",
        "LATER": "waits for a later cutoff",
    }
    return words[row["STATE"]]


def approve(desk: Desk, asked: Amended) -> str:
    """A second person stands for an entry.

    Raises:
        ConfigError: it is the person who made it.
    """
    row = _entry(desk, asked)
    if asked.name.casefold() == str(row["RECBY"]).casefold():
        raise ConfigError(f"entry {asked.entry}: a second person approves, not {row['RECBY']}")
    return _written(desk, asked, {"APPRBY": asked.name}, f"approved by {asked.name}")


def confirm(desk: Desk, asked: Amended) -> str:
    """A stale entry still holds, for the value that stands there now.

    Raises:
        DataError: it is not stale.
    """
    row = _entry(desk, asked)
    if not row["STALE"]:
        raise DataError(f"entry {asked.entry}: is not stale")
    now = row["CURRENT"]
    changed = {
        "CONFBY": asked.name,
        "CONFDT": audit_trail.now().date().isoformat(),
        "CONFVAL": "" if now is None else repr(now),
        "CONFVALC": "" if now is not None else str(row["CURRENTC"]),
    }
    return _written(desk, asked, changed, f"confirmed for {_value(row, 'CURRENT')}")


def drop(desk: Desk, asked: Amended) -> str:
    """An entry is taken away; the trail keeps who and why.

    Raises:
        ConfigError: no reason is given.
    """
    _entry(desk, asked)
    if not asked.reason:
        raise ConfigError("Reason: say why the entry is dropped")
    return _written(desk, asked, None, f"dropped: {asked.reason}")


def _entry(desk: Desk, asked: Amended) -> dict[str, Any]:
    if not asked.name:
        raise ConfigError("Name: say who decides")
    ledger = desk.ledger()
    if ledger.sha256 != asked.seen:
        raise DataError("Conflict: the ledger changed since this page was loaded; load it again")
    found = desk.kinetics.followed(ledger.entries).filter(C("ENTRY") == asked.entry)
    if found.height != 1:
        raise DataError(f"{desk.place.path}: {found.height} entries {asked.entry}, one is meant")
    return found.row(0, named=True)


def _written(desk: Desk, asked: Amended, changed: dict[str, str] | None, told: str) -> str:
    place = desk.place
    with ledger_file.alone(place):
        if ledger_file.read(place).sha256 != asked.seen:
            raise DataError(
                "Conflict: the ledger changed since this page was loaded; load it again"
            )
        ledger_file.amend(place, asked.entry, changed)
    noted(desk.run, place, asked.name, [(asked.entry, told)], asked.seen)
    return f"entry {asked.entry}: {told}"
