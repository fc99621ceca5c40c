"""One page a subject: everything that happened on one time axis, and under it the listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.displays.words import Words
from pkpipe.report.pages.files import Files, Frame, Place, file_name, page
from pkpipe.report.pages.timeline import timeline
from pkpipe.report.shown import Sheet, Shown

DRAWN: Final = ("ADSL", "ADEX", "ADDLT", "ADPC", "ADASAMP", "ADAE", "ADRS", "ADLB")


def subject_pages(frame: Frame, tables: Mapping[str, pl.DataFrame]) -> Files:
    """A page of every subject with its part of each listing."""
    parts = {name: tables[name].partition_by("USUBJID", as_dict=True) for name in DRAWN}
    listings = [d for d in frame.displays.values() if d.kind == "listing" and d.sheets]
    by_subject = [(d, _of_subjects(d)) for d in listings]
    whole = replace(frame, alone=frozenset())
    files: Files = {}
    for subject, start in tables["ADSL"].select("USUBJID", "TRTSDT").iter_rows():
        own = {name: part.get((subject,), tables[name].clear()) for name, part in parts.items()}
        title = Words(f"Subject {subject}", f"受试者 {subject}")
        drawing = "" if start is None else timeline(own, start, title)
        mine = [replace(d, sheets=held[subject]) for d, held in by_subject if subject in held]
        name = f"subjects/{file_name(subject)}.html"
        files[name] = page(whole, Place(subject, title, up="../", svg=drawing), mine)
    return files


def _of_subjects(display: Shown) -> dict[str, tuple[Sheet, ...]]:
    """The sheets of a listing by subject: its key begins with the subject."""
    held: dict[str, list[Sheet]] = {}
    for sheet in display.sheets:
        rows: dict[str, list[int]] = {}
        for place, key in enumerate(sheet.keys):
            rows.setdefault(key.partition("/")[0], []).append(place)
        for subject, places in rows.items():
            kept = replace(
                sheet,
                rows=tuple(sheet.rows[i] for i in places),
                keys=tuple(sheet.keys[i] for i in places),
            )
            held.setdefault(subject, []).append(kept)
    return {subject: tuple(sheets) for subject, sheets in held.items()}
