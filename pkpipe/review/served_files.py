"""The files of a run that the server shows: those of a list, so that no name leads anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.review.guard import hashes_of
from pkpipe.rooms import ROOMS

# What is shown, by the ending of its name, and as what.
KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".rtf": "application/rtf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
}
MADE_WHOLE: Final = ("report", "tlf")  # folders of which every file is shown
MENU: Final = re.compile(r'(<nav class="pages"[^>]*>\n?)')
OWN_POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n?')
PROFILES: Final = '<a href="/review/profiles">Profiles</a>\n'
ADDED: Final = (
    '<link rel="icon" href="data:,"><link rel="stylesheet" href="/review/passport.css">'
    '<script src="/review/passport.js" defer></script></head>'
)


@dataclass(frozen=True)
class Shown:
    """One file as it is sent: its bytes, what they are, and the inline scripts it may run."""

    content: bytes
    kind: str
    hashes: tuple[str, ...] = ()


def listed(run: Path) -> dict[str, Path]:
    """Every file of a run that is shown, by its place: `report/index.html`, `pk/ADPP.csv`.

    A link that leads out of the run is none of its files.
    """
    root = run.resolve()
    found = {}
    for path in _candidates(run):
        real = path.resolve()
        if real.is_relative_to(root) and real.is_file() and path.suffix in KINDS:
            found[path.relative_to(run).as_posix()] = path
    return found


def _candidates(run: Path) -> Iterator[Path]:
    for folder in MADE_WHOLE:
        yield from sorted((run / folder).rglob("*"))
    for room in ROOMS:
        for table in room.writes:
            yield run / room.name / f"{table}.csv"


def shown(path: Path, word: str) -> Shown:
    """A file of the list; a page of the report gets the link to the profiles and its passports.

    word: of the browser's pages, for what they ask.
    """
    content = disk.read_bytes(path)
    kind = KINDS[path.suffix]
    if path.suffix != ".html":
        return Shown(content, kind)
    text = content.decode("utf-8")
    own = OWN_POLICY.search(text)
    text = OWN_POLICY.sub("", text, count=1)
    text = MENU.sub(lambda found: found.group(1) + PROFILES, text, count=1)
    meta = f'<meta name="csrf" content="{word}">'
    text = text.replace("</head>", meta + ADDED, 1)
    return Shown(text.encode(), kind, tuple(hashes_of(own.group(1))) if own else ())
