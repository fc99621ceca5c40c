"""The section `sources:` of a first study file: files, column maps, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import polars as pl

from pkpipe.draft.delivered import Delivery, Found, code_of
from pkpipe.draft.key_lines import comment, line, missing, sure, yaml_of
from pkpipe.draft.measured import unit_of
from pkpipe.draft.study_and_cohorts import dose_unit
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.schema.sdtmig import is_variable

# Columns whose words are codes of the study file: a word that may not be one gets a code.
CODED: Final = {"DM": ("ARMCD",), "EX": ("EXTRT",), "PC": ("PCTESTCD",)}


def sources(delivery: Delivery) -> Iterator[str]:
    """The section, a line at a time."""
    yield "sources:"
    for code in delivery.domains:
        found = [f for f in delivery.found if f.domain == code]
        yield f"  {code}:"
        yield from _domain(delivery, code, found)
    for told in delivery.left:
        yield comment(2, f"not used: {told}")


def _domain(delivery: Delivery, code: str, found: list[Found]) -> Iterator[str]:
    first = found[0]
    several = "one table in several files; " if len(found) > 1 else ""
    names = list(dict.fromkeys(f.raw.name for f in found))
    yield line(4, "files", names, f"{several}{first.why}")
    if first.sheet is not None:
        yield line(4, "sheet", first.sheet, "its columns")
    if first.encoding != "auto":
        yield line(4, "encoding", first.encoding, "the file is no UTF-8, and can be read as this")
    yield from _qualifiers(delivery, code)
    maps = {ours: theirs for f in found for ours, theirs in f.columns.items()}
    if maps:
        yield line(4, "columns", maps, "the nearest names; check each")
    yield from _missing(code, found)
    codes = codes_of(delivery, code)
    if codes:
        yield line(4, "codes", codes, "spelled as the study file names it")
    unknown = list(dict.fromkeys(c for f in found for c in f.unknown))
    if unknown:
        yield line(4, "ignore", unknown, "no SDTM columns, and none that pkpipe knows")


def _qualifiers(delivery: Delivery, code: str) -> Iterator[str]:
    names = delivery.names_of.get(code, set())
    if not names:
        return
    used = sorted(n for n in names if n in DOMAINS[code].names)
    listed = ", ".join(sorted(names))
    files = delivery.qualifiers[code]
    if used:
        yield line(4, "supplemental", files, f"holds {', '.join(used)} (all: {listed})")
    else:
        own = [n for n in DOMAINS[code].names if not is_variable(code, n)]
        told = f"supplemental: {yaml_of(files)} holds {listed}"
        yield comment(4, f"{told}; needed only if one of them is {', '.join(own) or 'of use'}")


def _missing(code: str, found: list[Found]) -> Iterator[str]:
    lost = list(dict.fromkeys(n for f in found for n in f.missing))
    if f"{code}SEQ" in lost:
        yield sure(4, "sequence", value=True, why=f"the file has no {code}SEQ")
        lost.remove(f"{code}SEQ")
    if not lost:
        return
    free = sorted({c for f in found for c in f.unknown})
    told = f"; free columns: {', '.join(free)}" if free else ""
    yield "    constants:"
    for name in lost:
        why = f"(data): no such column; the value of every row, or `columns` names it{told}"
        yield missing(f"      {name}:", why)


def codes_of(delivery: Delivery, domain: str) -> dict[str, dict[str, str]]:
    """Words that are codes of the study file, where they are not spelled as codes may be."""
    table = delivery.table(domain)
    made: dict[str, dict[str, str]] = {}
    for column in CODED.get(domain, ()):
        words: Iterable[str] = (
            table[column].drop_nulls().unique().sort() if column in table.columns else []
        )
        changed = {w: code_of(w) for w in words if code_of(w) != w}
        if changed:
            made[column] = changed
    if domain == "PC":
        made |= unit_codes(table, ("PCORRESU", "PCSTRESU"), unit_of)
    if domain == "EX":
        made |= unit_codes(table, ("EXDOSU",), dose_unit)
    return made


def unit_codes(
    table: pl.DataFrame, columns: Iterable[str], known: Callable[[str], str | None]
) -> dict[str, dict[str, str]]:
    """Units in another spelling than a study file has."""
    made = {}
    for column in columns:
        words: Iterable[str] = (
            table[column].drop_nulls().unique().sort() if column in table.columns else []
        )
        changed = {w: u for w in words if (u := known(w)) is not None and u != w}
        if changed:
            made[column] = changed
    return made
