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
SHOWN: Final = 6  # words of a free column that are told
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
    words = list(dict.fromkeys(w for f in found for w in f.no_value))
    if words:
        yield line(4, "missing", words, "cells of the file that hold nothing else")
    if first.encoding != "auto":
        yield line(4, "encoding", first.encoding, "the file is no UTF-8, and can be read as this")
    yield from _qualifiers(delivery, code)
    maps = {ours: theirs for f in found for ours, theirs in f.columns.items()}
    if maps:
        yield line(4, "columns", maps, "the nearest names, or words of the codelist; check each")
    times = {ours: theirs for f in found for ours, theirs in f.guess.times.items()}
    if times:
        yield line(4, "times", times, "the time of day stands in a column of its own")
    yield from _constants(code, found)
    codes = {ours: words for f in found for ours, words in f.guess.codes.items()}
    codes |= codes_of(delivery, code)
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


def _constants(code: str, found: list[Found]) -> Iterator[str]:
    """Values of every row: those that are guessed, and those that only the data can give."""
    lost = list(dict.fromkeys(n for f in found for n in f.missing))
    if f"{code}SEQ" in lost:
        yield sure(4, "sequence", value=True, why=f"the file has no {code}SEQ")
        lost.remove(f"{code}SEQ")
    made = {name: value for f in found for name, value in f.guess.constants.items()}
    if not lost and not made:
        return
    told = _free(found)
    yield "    constants:"
    for name, value in made.items():
        yield line(6, name, value, "the column that is mapped holds it")
    for name in lost:
        why = f"(data): no such column; the value of every row, or `columns` names it{told}"
        yield missing(f"      {name}:", why)


def _free(found: list[Found]) -> str:
    """The columns that are nothing of ours, each with its words where they are few."""
    words: dict[str, set[str]] = {}
    for each in found:
        frame = each.raw.frame
        for name in each.unknown if frame is not None else ():
            assert frame is not None
            words.setdefault(name, set()).update(map(str, frame[name].drop_nulls().unique()))
    told = [
        f"{name} ({', '.join(sorted(there))})" if 0 < len(there) <= SHOWN else name
        for name, there in sorted(words.items())
    ]
    return f"; free columns: {', '.join(told)}" if told else ""


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
