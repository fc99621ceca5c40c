"""The package of a dose-escalation meeting: a page to decide by, details, slides, a sign-off form, sealed.

It shows the displays of a finished run and changes none of its files. The same run gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.differences import Differences
from pkpipe.displays.edition import edition
from pkpipe.meeting.approval import NOBODY, Standing
from pkpipe.meeting.changes import changed
from pkpipe.meeting.decision_page import decision_page
from pkpipe.meeting.deck import deck
from pkpipe.meeting.details import ON_SLIDES, chosen, details
from pkpipe.meeting.form import sign_off
from pkpipe.meeting.package_identity import SHORT, About, edition_of, named
from pkpipe.meeting.part import missing_in
from pkpipe.meeting.seal import sealed
from pkpipe.protocol.study import Study
from pkpipe.provenance import fingerprint, program_version, sha256
from pkpipe.render.frame_wording import Language, Speech
from pkpipe.render.printed_page import pages
from pkpipe.store.spreadsheet import safe

Files = dict[str, bytes]
SHOWN: Final = ("ARD", "DISPLAYS", "COLUMNS", "FIGURES")
SCHEMA: Final = ("file", "place", "id", "text")


@dataclass(frozen=True)
class Meeting:
    """What a package is made of."""

    study: Study
    run: str  # name of the run's folder
    manifest: str  # SHA-256 of its manifest
    tables: Mapping[str, pl.DataFrame]  # SHOWN, SOURCES and ADSL of the run
    languages: Sequence[Language]
    changes: Differences | None = None  # from the run of the meeting before
    earlier: pl.DataFrame | None = None  # ARD of that run
    template: Path | None = None
    standing: Standing = NOBODY  # the signatures of the run


def package(meeting: Meeting) -> tuple[Files, tuple[str, ...]]:
    """Every file with its manifest, and what a reader of the log must know.

    Raises:
        ConfigError: the template cannot be used.
    """
    tables, files = dict(meeting.tables), Files()
    if meeting.changes is not None:
        code = fingerprint("pkpipe.meeting.changes")[:SHORT]
        earlier = tables["ARD"].clear() if meeting.earlier is None else meeting.earlier
        tables |= changed(meeting.changes, tables, earlier, code)
        files |= _changes(meeting.changes)
    places: list[dict[str, str]] = []
    told: list[str] = []
    numbers: list[str] = []
    for place, language in enumerate(meeting.languages):
        about = _about(meeting, tables, language)
        made, stands, lost = _of_language(about, meeting.template)
        named_files = named(made, language, first=place == 0)
        files |= named_files
        places += [{**row, "file": _suffixed(row["file"], language, place)} for row in stands]
        told += [f"{line} ({language})" for line in lost]
        numbers = [*(page.number for page in chosen(about.pages)), *ON_SLIDES]
    results = tables["ARD"].filter(pl.col("DISPLAY").is_in(numbers))
    files["results.csv"] = _csv(results)
    files["numbers.csv"] = _csv(pl.DataFrame(places, schema=dict.fromkeys(SCHEMA, pl.String)))
    return sealed(files, _told(meeting)), tuple(told)


def _about(meeting: Meeting, tables: Mapping[str, pl.DataFrame], language: Language) -> About:
    return About(
        edition_of(edition(tables["SOURCES"], meeting.study), signed=meeting.standing.approved),
        language,
        {page.number: page for page in pages(tables, language)},
        meeting.manifest,
        meeting.changes.before.name if meeting.changes else "",
        meeting.standing,
    )


def _of_language(
    about: About, template: Path | None
) -> tuple[Files, list[dict[str, str]], list[str]]:
    book = details(about)
    files: Files = {"details.pdf": book.content}
    stands: list[dict[str, str]] = []
    lost = missing_in("details.pdf", book)
    for made, places, lacking in (decision_page(about), deck(about, template), sign_off(about)):
        files |= made
        stands += places.rows
        lost += lacking
    return files, stands, lost


def _suffixed(name: str, language: str, place: int) -> str:
    return f"{name}.{language}" if place else name


def _changes(found: Differences) -> Files:
    """Every change, as `pkpipe diff -o` writes it."""
    parts = {"data": found.data, "numbers": found.numbers, "shown": found.shown}
    return {f"changes/{name}.csv": _csv(table) for name, table in parts.items()}


def _csv(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    safe(frame).write_csv(file)
    return file.getvalue()


def _told(meeting: Meeting) -> dict[str, Any]:
    since = meeting.changes
    return {
        "study": meeting.study.study.id,
        "cutoff": meeting.run,
        "pkpipe": program_version(),
        "run": {"manifest.json": meeting.manifest},
        "since": since.before.name if since else None,
        "languages": list(meeting.languages),
        "signed": meeting.standing.approved,
        "signatures": list(meeting.standing.lines(Speech("en"))),
        "template": sha256(meeting.template) if meeting.template else None,
    }
