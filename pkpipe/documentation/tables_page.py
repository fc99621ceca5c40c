"""docs/tables.md: every table of a run, with every column, from the declarations the code runs by."""

from __future__ import annotations

from typing import Final

from pkpipe.documentation.methods_page import table as markdown_table
from pkpipe.rooms import BY_NAME, INTAKE, ROOMS, Room
from pkpipe.schema.adam.declaration import Column, Table
from pkpipe.schema.column import Column as InputColumn
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DomainSpec

HEAD: Final = """# Tables: what every room reads and writes

Made from the declarations in `pkpipe/schema/` (`make docs`; a test holds the two equal). A table of a
room lies at `results/<study>/<cutoff>/<room>/<TABLE>.parquet`, with a CSV twin for people; every run has
every table, empty where nothing was found or asked, with exactly these columns and types.

Types: text, number (float64), integer (int64), date, datetime (microseconds, local time of the site). A
flag is text, `Y` or empty. No two rows of a table have the same values in its **key**. A null has a
reason beside it. The CSV twins are safe in a spreadsheet: a text that begins like a formula stands behind
an apostrophe, control characters are blanks, a text over 32 000 characters is cut; Parquet has the values
as they are.

## Raw domains (`snapshot/`, `validate/`)

`snapshot/<DOMAIN>` holds these columns as text, cut at the data cutoff; `validate/<DOMAIN>` holds them
typed, with units spelled as the study declares them (numbers are numbers, a column ending in `DTC` stays
text, possibly partial). Both add `SRCFILE` (raw file name) and `SRCROW` (row of that file, the header
being row 1). A domain the study has no source for is an empty table: ask what was collected
(`snapshot/COLLECT`), never the number of rows. A column in **bold** must be delivered. Two inputs are no
SDTM domain: `DECISIONS`, the log of dose decisions, and `LEDGER`, the exclusion ledger; a decision dated
after the data cutoff is cut away.
"""
TAIL: Final = """
## report
`index.html` (to decide by), a page a topic, `subjects/<USUBJID>.html`, `csv/<number>.csv`, and with
`report: one_page: true` `full.html` (everything on one page) and `figures/*.svg`.

## tlf
Every display as `<number>.rtf`, all of them as `all.pdf` and `all.xlsx`, drawings as `figures/<number>.svg`,
and `ars.json`, a reporting event of the CDISC Analysis Results Standard 1.0. With `report: {language: both}`
the Chinese files are `<number>.zh.rtf`, `all.zh.pdf` and so on.

## submission
Only with `submission: {datasets: true}` in the study file: `m5/datasets/<study>/analysis/adam/datasets` with
`*.xpt`, `define.xml`, the reviewer's guide and `datasetjson/`, `.../programs`, and `m5/SHA256SUMS`. See
[submission.md](submission.md).

`manifest.json` lies in the folder of the cutoff.
"""


def tables_page() -> str:
    """The whole page as Markdown."""
    domains = [_domain(spec) for spec in SPECS.values()]
    rooms = [_room(room) for room in ROOMS if room.writes]
    return "\n".join([HEAD, *domains, *rooms]) + TAIL


def _domain(spec: DomainSpec) -> str:
    named = ", ".join(_input_column(column) for column in spec.columns)
    key = ", ".join(spec.key)
    return f"`{spec.code}` {spec.label} (key {key}): {named}.\n"


def _input_column(column: InputColumn) -> str:
    name = f"**{column.name}**" if column.required else column.name
    kind = "" if column.kind in {"text", "dtc"} else f" {column.kind}"
    return f"{name}{kind}"


def _room(room: Room) -> str:
    reads = ", ".join(f"`{name}`" for name in room.reads if not _is_input(name))
    inputs = ", ".join(name.partition("/")[2] for name in room.reads if _is_input(name))
    told = [f"tables {reads}"] * bool(reads) + [f"domains {inputs}"] * bool(inputs)
    read = f"\nReads {'; '.join(told)}.\n" if told else ""
    return "\n".join([f"## {room.name}", read, *(_table(one) for one in room.tables)])


def _is_input(name: str) -> bool:
    room, _, code = name.partition("/")
    return room in {intake.name for intake in INTAKE} and code in BY_NAME[room].inputs


def _table(one: Table) -> str:
    key = f" Key: **{', '.join(one.key)}**." if one.key else ""
    note = f" {one.note[:1].upper()}{one.note[1:].rstrip('.')}." if one.note else ""
    said = f"{one.record[:1].upper()}{one.record[1:]}.{key}{note}"
    rows = [(f"`{c.name}`", _type(c), c.label, _meaning(c)) for c in one]
    columns = markdown_table(("column", "type", "label", "meaning"), rows)
    return f"### `{one.code}` {one.title}\n\n{said}\n\n{columns}"


def _type(column: Column) -> str:
    return f"{column.type}, {column.unit}" if column.unit else column.type


def _meaning(column: Column) -> str:
    words = " ".join(f"`{word}`" for word in column.codelist)
    return "; ".join(part for part in (column.meaning, words) if part)
