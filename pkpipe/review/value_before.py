"""How a number was at the cutoff before, and what of it moved: rows, settings or program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.review.rows_delivered import behind
from pkpipe.review.study_run import Reviewed
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.store.frozen import earlier

C: Final = pl.col
SAID: Final = "pkpipe diff"


@dataclass(frozen=True)
class Before:
    """cutoff: the one before, empty where there is none. text: None where it did not show the number."""

    cutoff: str
    text: str | None
    now: str
    causes: tuple[str, ...]
    command: str = ""

    def told(self) -> str:
        """A sentence."""
        if not self.cutoff:
            return "no earlier cutoff was run"
        if self.text is None:
            return f"at {self.cutoff} there was no such number"
        if self.text == self.now:
            return f"at {self.cutoff} the same: {self.text}"
        why = "; ".join(self.causes) or "neither rows nor settings nor program differ here"
        return f"at {self.cutoff} it was {self.text}: {why} (each step: {self.command})"


def before(run: Reviewed, cell: dict[str, Any], rows: pl.DataFrame) -> Before:
    """The same number at the cutoff before, with what differs."""
    now = cell["TEXT"] or ""
    then = _run_before(run)
    if then is None:
        return Before("", None, now, ())
    found = then.table("displays/ARD").filter(C("ID") == cell["ID"])
    if found.is_empty():
        return Before(then.folder.name, None, now, ())
    old = found.row(0, named=True)
    causes = [
        *_of_rows(cell, rows, behind(then, old)),
        *_of_settings(run, then, cell["CONFIG"]),
        *(["made by another version of the program"] if old["CODE"] != cell["CODE"] else []),
    ]
    study = run.study.study.id
    command = f"{SAID} {study} {then.folder.name} {run.folder.name}"
    return Before(then.folder.name, old["TEXT"] or "", now, tuple(causes), command)


def _run_before(run: Reviewed) -> Reviewed | None:
    found = earlier(run.folder.parent, run.cutoff, run.entry.listed)
    if found is None:
        return None
    folder = found.run or run.folder.parent / found.cutoff.isoformat()
    then = Reviewed(run.entry, folder, run.config)
    return then if then.has("displays/ARD") else None


def _of_rows(cell: dict[str, Any], now: pl.DataFrame, then: pl.DataFrame) -> list[str]:
    """How many rows behind the number came, went or have other values."""
    room, _, code = (cell["TABLES"] or "").split(", ")[0].partition("/")
    table = next((t for t in BY_ROOM.get(room, ()) if t.code == code), None)
    if table is None or set(now.columns) != set(then.columns) or not now.columns:
        return []
    key = [n for n in table.key if n in now.columns]
    if not key:
        return []
    came = now.join(then, on=key, how="anti", nulls_equal=True).height
    went = then.join(now, on=key, how="anti", nulls_equal=True).height
    same = now.join(then.select(now.columns), on=now.columns, how="semi", nulls_equal=True).height
    counts = ((came, "new"), (went, "gone"), (now.height - came - same, "changed"))
    told = [f"{n} {word}" for n, word in counts if n > 0]
    return [f"rows of {code} behind it: {', '.join(told)}"] if told else []


def _of_settings(run: Reviewed, then: Reviewed, named: str | None) -> list[str]:
    """Sections of the study file that the number rests on and that were others in the run before."""
    asked = {key.partition(".")[0] for key in (named or "").split(", ")}
    moved = [name for name in run.settings_since(then.folder) if name in asked]
    return [f"settings changed: {', '.join(moved)}"] if moved else []
