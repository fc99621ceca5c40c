"""The passport of a shown number: what it is, by which rule, from which rows, and how it was before."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.history.rerun_causes import raw_behind
from pkpipe.methods.method_entries import sections
from pkpipe.nca import PARAMETERS
from pkpipe.provenance import sections_of
from pkpipe.review.rows_delivered import Delivered, behind, delivered
from pkpipe.review.study_run import Reviewed
from pkpipe.review.value_before import Before, before

C: Final = pl.col
ARD, DISPLAYS = "displays/ARD", "displays/DISPLAYS"
NOT_SAID: Final = "not said"


@dataclass(frozen=True)
class Rule:
    """A rule by which the number was made."""

    id: str
    words: str
    formula: str
    source: str


@dataclass(frozen=True)
class Passport:
    """Everything that is known of one shown number."""

    id: str
    text: str
    value: str  # not rounded, every digit
    unit: str
    about: str  # table, row and column in words
    reason: str
    rules: tuple[Rule, ...]
    tables: str
    rows: str
    behind: pl.DataFrame  # the rows of the table
    delivered: Delivered
    raw_files: tuple[str, ...]
    config: tuple[tuple[str, str], ...]
    exclusions: tuple[str, ...]
    code: str
    before: Before


def passport(run: Reviewed, asked: str) -> Passport:
    """The passport of a number by its id.

    Raises:
        ConfigError: the run shows no number of that id; those that are near.
    """
    cell = _cell(run, asked)
    rows = behind(run, cell)
    tables = [table for table in (cell["TABLES"] or "").split(", ") if table]
    found = delivered(run, tables[0] if tables else "", rows)
    files = {*found.rows["SRCFILE"]} or {f for t in tables for f in raw_behind(run.study, t)}
    return Passport(
        id=asked,
        text=cell["TEXT"] or "",
        value="" if cell["VALUE"] is None else repr(cell["VALUE"]),
        unit=cell["UNIT"] or "",
        about=_about(run, cell),
        reason=cell["REASON"] or "",
        rules=tuple(_rules(cell)),
        tables=cell["TABLES"] or NOT_SAID,
        rows=cell["ROWS"] or NOT_SAID,
        behind=rows,
        delivered=found,
        raw_files=tuple(sorted(files)),
        config=tuple(_settings(run, cell["CONFIG"])),
        exclusions=tuple(_exclusions(run, rows)),
        code=cell["CODE"] or NOT_SAID,
        before=before(run, cell, rows),
    )


def _cell(run: Reviewed, asked: str) -> dict[str, Any]:
    ard = run.table(ARD)
    found = ard.filter(C("ID") == asked)
    if found.height:
        return found.row(0, named=True)
    display = asked.partition("|")[0].partition("/")[0]
    near = ard.filter(C("DISPLAY") == display)["ID"].head(2000).to_list()
    close = difflib.get_close_matches(asked, near or ard["DISPLAY"].unique().to_list(), n=3)
    meant = f"; near it: {', '.join(close)}" if close else ""
    raise ConfigError(
        f"no number '{asked}' at {run.folder.name}{meant} (allowed: an ID of displays/ARD; "
        "a click on a number of the report shows it)"
    )


def _about(run: Reviewed, cell: dict[str, Any]) -> str:
    title = run.table(DISPLAYS).filter(C("number") == cell["DISPLAY"])["title_en"]
    named = f"{cell['DISPLAY']} {title[0] if title.len() else ''}".strip()
    counts = f", n = {cell['N']}" if cell["N"] is not None else ""
    return f"{named}; row {cell['ROW']}; column {cell['COL']}; statistic {cell['STAT']}{counts}"


def _rules(cell: dict[str, Any]) -> Iterator[Rule]:
    """The rules the display names, then the formula of the parameter it is about."""
    wanted = [one for one in (cell["RULE"] or "").split(", ") if one]
    known = _definitions()
    yield from (known.get(one, Rule(one, "", "", "docs/methods.md")) for one in wanted)
    said = {part for text in (cell["ROW"], cell["COL"]) for part in (text or "").split("/")}
    condition = cell["ROWS"] or ""
    for parameter in PARAMETERS:
        if parameter.code in said or f"PARAMCD = '{parameter.code}'" in condition:
            yield Rule(parameter.code, parameter.label, parameter.formula, parameter.source)


def _definitions() -> dict[str, Rule]:
    """Every rule of the methods by its id."""
    found: dict[str, Rule] = {}
    for section in sections():
        for listed in (section.definitions, *section.rules):
            for row in listed.rows if listed is not None and listed.named else ():
                cells = dict(zip(listed.head[1:], row[1:], strict=False)) if listed else {}
                source, formula = cells.pop("Source", ""), cells.pop("Formula", "")
                words = "; ".join(filter(None, cells.values()))
                found |= {i: Rule(i, words, formula, source) for i in row[0].split(";")}
    return found


def _settings(run: Reviewed, named: str | None) -> Iterator[tuple[str, str]]:
    """The keys of the study file with their values; of a whole section only that it is one."""
    for key in (named or "").split(", ") if named else ():
        section, *rest = key.split(".")
        try:
            value: Any = sections_of(run.study, [section])[section]
            for part in rest:
                value = value[part]
        except (KeyError, TypeError):
            value = None
        shown = "the whole section" if isinstance(value, (dict, list)) and value else repr(value)
        yield key, shown


def _exclusions(run: Reviewed, rows: pl.DataFrame) -> Iterator[str]:
    """Entries of the ledger that touch the profiles or subjects of these rows."""
    if not run.has("pk/LEDGEFF") or rows.is_empty():
        return
    key = "PROFILE" if "PROFILE" in rows.columns else "USUBJID"
    if key not in rows.columns:
        return
    effects = run.table("pk/LEDGEFF").join(rows.select(key).unique(), on=key, how="semi")
    told = effects.unique("ENTRY", keep="first", maintain_order=True)
    for row in told.iter_rows(named=True):
        yield (
            f"{row['ENTRY']}: {row['ACTION']} {row['TARGET']} of {row['USUBJID']}, {row['REASON']} "
            f"({row['RECBY']}, {row['RECDT']})"
        )


def lines_of(found: Passport, most: int = 20) -> list[str]:
    """The passport as lines of text."""
    rows = found.behind.height
    return [
        f"number    {found.id}",
        f"shown     {found.text} {found.unit}".rstrip(),
        f"value     {found.value or NOT_SAID}",
        f"about     {found.about}",
        *([f"reason    {found.reason}"] if found.reason else []),
        *(f"rule      {_told(rule)}" for rule in found.rules),
        f"from      {found.tables}: {rows} rows WHERE {found.rows}",
        *(f"          {line}" for line in found.delivered.lines(most)),
        f"raw files {', '.join(found.raw_files) or NOT_SAID}",
        *(f"config    {key} = {value}" for key, value in found.config),
        *(f"excluded  {one}" for one in found.exclusions),
        f"code      {found.code}",
        f"before    {found.before.told()}",
    ]


def _told(rule: Rule) -> str:
    formula = f" [{rule.formula}]" if rule.formula else ""
    return f"{rule.id}: {rule.words}{formula} ({rule.source})"
