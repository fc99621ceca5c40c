"""Which run the meeting before saw: the last one with a package, else the last earlier one."""

from __future__ import annotations

import datetime
from pathlib import Path

from pkpipe.errors import ConfigError
from pkpipe.store.audit_chain import lines_if_any
from pkpipe.store.frozen import REVISION
from pkpipe.store.manifest import NAME
from pkpipe.store.packages import made


def before(run: Path, asked: str | None) -> Path | None:
    """The folder of the earlier run; None: there is none, or none is wanted.

    asked: the name of its folder, or `none`.

    Raises:
        ConfigError: no run of that name lies beside this one.
        DataError: the audit trail is not whole.
    """
    if asked == "none":
        return None
    known = sorted(
        p for p in run.parent.glob("*") if REVISION.match(p.name) and (p / NAME).is_file()
    )
    if asked is not None:
        found = [path for path in known if path.name == asked and path != run]
        if not found:
            names = ", ".join(path.name for path in known if path != run) or "there is none"
            raise ConfigError(f"--since {asked}: no such run beside {run} (runs: {names})")
        return found[0]
    earlier = [path for path in known if _day(path) < _day(run)]
    packed = {line.run for line in made(lines_if_any(run.parent))}
    met = [path for path in earlier if path.name in packed]
    return max(met or earlier, key=_day_and_number, default=None)


def _day(run: Path) -> datetime.date:
    return _day_and_number(run)[0]


def _day_and_number(run: Path) -> tuple[datetime.date, int]:
    match = REVISION.match(run.name)
    if match is None:
        return datetime.date.max, 0
    return datetime.date.fromisoformat(match["cutoff"]), int(match["number"] or 1)
