"""What people judged and a run took up: exclusions, dose decisions, waivers; each into the audit trail once.

A judgement is known by its name in the run (`LEDGER/E-01`) and the hash of its content, so one that was
changed or taken back is told as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pkpipe.protocol.study import Study
from pkpipe.reading.files import read_table
from pkpipe.store import audit_trail
from pkpipe.store.audit_trail import DECISION, LEDGER, WAIVER, Entry, Last

PLACE: Final = ("SRCFILE", "SRCROW", "USUBJID")
# The table of the run, the action, the columns of its name, of the person and of the reason: what a person
# wrote, or nothing. What the program saw itself stands beside it (`found`), never in its place.
TABLES: Final = (
    ("LEDGER", LEDGER, ("ENTRY",), "RECBY", "REASON"),
    ("DECISIONS", DECISION, ("date", "cutoff", "level", "decision", "next_level"), "recorded_by", "reason"),
)  # fmt: skip
FOLDERS: Final = {"LEDGER": LEDGER, "DECISIONS": DECISION, "waive": WAIVER}


def taken_up(run: Path, study: Study, *, first: Sequence[Entry] = ()) -> list[tuple[int, str]]:
    """Write down every judgement of a run that is new, other than before, or gone.

    first: lines that go before them in the same writing, the run's own.

    Raises:
        OutputError: they cannot be written.
    """
    found = [*_of_tables(run), *_of_study(study)]
    return audit_trail.append_all(run, lambda known: [*first, *_news(run, found, known)])


def _news(run: Path, found: Sequence[Entry], known: Last) -> Iterator[Entry]:
    names = {name for entry in found for name in entry.what}
    for entry in found:
        if any(known.get((run.name, name)) != content for name, content in entry.what.items()):
            yield entry
    for (about, name), content in known.items():
        folder, inside, _ = name.partition("/")
        if about == run.name and inside and folder in FOLDERS and content and name not in names:
            yield Entry(FOLDERS[folder], {name: None}, found="no longer among the inputs")


def _of_tables(run: Path) -> Iterator[Entry]:
    for code, action, key, person, reason in TABLES:
        for row in read_table(run / "validate" / f"{code}.parquet").iter_rows(named=True):
            content = {name: value for name, value in row.items() if name not in PLACE}
            name = " ".join(str(row[k]) for k in key if row[k] is not None)
            yield Entry(action, {f"{code}/{name}": _hash(content)}, row[person], row.get(reason))


def _of_study(study: Study) -> Iterator[Entry]:
    for waiver in study.waive:
        of = waiver.subject or f"rows {', '.join(map(str, waiver.rows))}"
        name = " ".join(filter(None, (waiver.finding, waiver.file, of)))
        content = waiver.model_dump(mode="json")
        yield Entry(WAIVER, {f"waive/{name}": _hash(content)}, waiver.by, waiver.reason)


def _hash(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
