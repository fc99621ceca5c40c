"""Every derived table, by the room that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.schema.adam import (
    cohorts,
    displays,
    escalation,
    immunogenicity,
    pk,
    safety,
    snapshot,
    subjects,
    survival,
    tumor,
    validate,
)
from pkpipe.schema.adam.declaration import Table

BY_ROOM: Final[Mapping[str, tuple[Table, ...]]] = {
    "snapshot": snapshot.TABLES,
    "validate": validate.TABLES,
    "subjects": subjects.TABLES,
    "pk": pk.TABLES,
    "immunogenicity": immunogenicity.TABLES,
    "tumor": tumor.TABLES,
    "survival": survival.TABLES,
    "safety": safety.TABLES,
    "escalation": escalation.TABLES,
    "cohorts": cohorts.TABLES,
    "displays": displays.TABLES,
}
DISPLAYED: Final[Mapping[str, Table]] = {
    f"{room}/{table.code}": table
    for room, tables in BY_ROOM.items()
    for table in tables
    if table.displayed
}
