"""The findings: what was asked of a site, what is accepted and why, and the list for the sites.

What people say of a finding stands in a file of its own beside the ledger. A finding is accepted in the study
file alone (`waive:`), so the page proposes the text for it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import polars as pl
from pydantic import Field

from pkpipe import disk
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.waivers import of_report
from pkpipe.protocol.base import Frozen
from pkpipe.review import ledger_file
from pkpipe.review.acts import Text
from pkpipe.review.desk import Desk
from pkpipe.review.study_run import Reviewed
from pkpipe.store import audit_trail
from pkpipe.store.spreadsheet import safe

C: Final = pl.col
LOG: Final = "findings_log.csv"
HEADS: Final = ("KEY", "CHECK", "FILE", "ROW", "USUBJID", "STATE", "REASON", "BY", "ON")
OF_FINDING: Final = ("CHECK", "FILE", "ROW", "COLUMN", "USUBJID", "VALUE")
MOST: Final = 2000  # findings on the page
STATES: Final = {"query": "query sent", "accept": "accepted"}
TABLES: Final = ("validate/FINDSTAT", "validate/FINDINGS")


class Marked(Frozen):
    """What a person says of findings."""

    keys: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST)]
    what: Literal["query", "accept"]
    name: Text = ""  # asked for where it is needed
    reason: Text = ""


def findings(run: Reviewed) -> pl.DataFrame:
    """The findings of the run, each with KEY, and what was said of it last: SAID, WHY, BY, ON."""
    table = next((name for name in TABLES if run.has(name)), TABLES[-1])
    frame = run.table(table)
    keys = [_key(row) for row in frame.select(OF_FINDING).iter_rows()]
    named = frame.with_columns(KEY=pl.Series(keys, dtype=pl.String))
    said = pl.DataFrame(_log(run), schema=dict.fromkeys(HEADS, pl.String), orient="row")
    last = said.unique("KEY", keep="last", maintain_order=True).select(
        "KEY", "BY", "ON", SAID="STATE", WHY="REASON"
    )
    return named.join(last, on="KEY", how="left", maintain_order="left")


def _key(row: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(row, default=str).encode()).hexdigest()[:16]


def _path(run: Reviewed) -> Path:
    return run.entry.raw / LOG


def _log(run: Reviewed) -> list[list[str]]:
    path = _path(run)
    if not path.exists():
        return []
    text = disk.read_text(path)
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def findings_page(desk: Desk, word: str) -> str:
    """Every finding with what was said of it, and the waivers that are proposed."""
    found = findings(desk.run)
    return desk.page(
        "findings.html",
        "findings",
        word,
        rows=found.head(MOST).to_dicts(),
        more=max(0, found.height - MOST),
        sites=sorted({site for site in _sites(desk.run).values() if site}),
        waivers=waiver_text(found),
        log=_path(desk.run).as_posix(),
        waived=of_report(found.select("MESSAGE")).height,
    )


def mark(desk: Desk, asked: Marked) -> str:
    """Write down what was said of findings.

    Raises:
        ConfigError: a name or a reason is missing.
        DataError: a finding that the run does not have.
    """
    if not asked.name:
        raise ConfigError("Name: say who decides")
    if asked.what == "accept" and not asked.reason:
        raise ConfigError("Reason: say why it is accepted")
    found = findings(desk.run).filter(C("KEY").is_in(list(asked.keys))).unique("KEY", keep="first")
    if found.height != len(set(asked.keys)):
        raise DataError("the findings changed since this page was loaded; load it again")
    day = audit_trail.now().date().isoformat()
    rows = [
        [
            *("" if row[c] is None else str(row[c]) for c in HEADS[:5]),
            *(STATES[asked.what], asked.reason, asked.name, day),
        ]
        for row in found.sort("FILE", "ROW", nulls_last=True).iter_rows(named=True)
    ]
    with ledger_file.alone(desk.place):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([HEADS, *_log(desk.run), *rows])
        disk.write_text(text.getvalue(), _path(desk.run))
    return f"{len(rows)} findings: {STATES[asked.what]}"


def waiver_text(found: pl.DataFrame) -> str:
    """The lines of the study file for accepted findings that it does not waive yet."""
    accepted = found.filter(C("SAID") == STATES["accept"], C("SEVERITY") != "note")
    lines = []
    for row in accepted.iter_rows(named=True):
        of = [f"rows: [{row['ROW']}]", f"file: {_quoted(row['FILE'])}"] if row["ROW"] else []
        of += [f"subject: {_quoted(row['USUBJID'])}"] if not of and row["USUBJID"] else []
        said = [f"reason: {_quoted(row['WHY'])}", f"by: {_quoted(row['BY'])}", f"on: {row['ON']}"]
        lines.append(f"  - {{finding: {row['CHECK']}, {', '.join([*of, *said])}}}")
    return "\n".join(["waive:", *lines]) if lines else ""


def _quoted(text: str | None) -> str:
    """A text as YAML reads it back: JSON is YAML."""
    return json.dumps(text or "", ensure_ascii=False)


def _sites(run: Reviewed) -> dict[str, str]:
    """The site of each subject."""
    if not run.has("validate/DM"):
        return {}
    return dict(run.table("validate/DM").select("USUBJID", "SITEID").iter_rows())


def for_sites(run: Reviewed, site: str) -> bytes:
    """The findings of a site, or of all, as a CSV file that a spreadsheet may open."""
    found = findings(run)
    sites = _sites(run)
    where = C("USUBJID").replace_strict(sites, default=None, return_dtype=pl.String)
    rows = found.with_columns(SITEID=where)
    if site:
        rows = rows.filter(C("SITEID") == site)
    columns = [c for c in ("STATUS", "SEVERITY", "SITEID") if c in rows.columns]
    asked = rows.select(
        *columns, *("USUBJID", "TABLE", "FILE", "ROW"), FIELD="COLUMN", VALUE="VALUE",
        MESSAGE="MESSAGE", EXPECTED="ALLOWED", CHECK="CHECK", SAID="SAID", BY="BY", ON="ON",
    )  # fmt: skip
    return safe(asked).write_csv().encode()
