"""One page a subject: everything that happened on one time axis, and under it the listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.render.printed_page import Grid
from pkpipe.render.printed_page import Page as Display
from pkpipe.report.pages.page_files import Files, Frame, Place, file_names, page
from pkpipe.report.pages.timeline import timeline

DRAWN: Final = ("ADSL", "ADEX", "ADDLT", "ADPC", "ADASAMP", "ADAE", "ADRS", "ADLB")


def subject_pages(frame: Frame, tables: Mapping[str, pl.DataFrame]) -> Files:
    """A page of every subject with its part of each listing."""
    parts = {name: tables[name].partition_by("USUBJID", as_dict=True) for name in DRAWN}
    known = frozenset(tables["ADSL"]["USUBJID"])
    listings = [d for d in frame.displays.values() if d.kind == "listing" and d.grids]
    by_subject = [(d, _of_subjects(d, known)) for d in listings]
    whole = replace(frame, alone=frozenset())
    files: Files = {}
    names = file_names(frame.subjects)
    for subject, start in tables["ADSL"].select("USUBJID", "TRTSDT").iter_rows():
        own = {name: part.get((subject,), tables[name].clear()) for name, part in parts.items()}
        title = Words(f"Subject {subject}", f"受试者 {subject}")
        drawing = "" if start is None else timeline(own, start, title, frame.say)
        mine = [replace(d, grids=held[subject]) for d, held in by_subject if subject in held]
        name = f"subjects/{names[subject]}.html"
        files[name] = page(whole, Place(subject, title, up="../", svg=drawing), mine)
    return files


def _of_subjects(display: Display, known: frozenset[str]) -> dict[str, tuple[Grid, ...]]:
    """The tables of a listing by subject: the key of a row begins with the subject."""
    held: dict[str, list[Grid]] = {}
    for grid in display.grids:
        rows: dict[str, list[int]] = {}
        for place, key in enumerate(grid.keys):
            rows.setdefault(_subject(key, known), []).append(place)
        for subject, places in rows.items():
            held.setdefault(subject, []).append(grid.rows(places))
    return {subject: tuple(grids) for subject, grids in held.items()}


def _subject(key: str, known: frozenset[str]) -> str:
    """The subject a key begins with; a number may itself have a stroke, as in `01/001`."""
    parts = key.split("/")
    beginnings = ("/".join(parts[:n]) for n in range(1, len(parts) + 1))
    return next((subject for subject in beginnings if subject in known), parts[0])
