"""The rows behind a number: those of the table it was made from, and the raw rows these came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.review.study_run import Reviewed

C: Final = pl.col
# Derived tables of which a row says the raw row it came from, and the domain of that row.
DOMAIN_OF: Final = {
    "pk/ADPC": "PC",
    "pk/ADPD": "CP",
    "subjects/ADEX": "EX",
    "safety/ADAE": "AE",
    "safety/ADLB": "LB",
    "safety/ADVS": "VS",
    "safety/ADEG": "EG",
    "safety/ADPE": "PE",
    "tumor/ADTR": "TR",
    "tumor/ADRS": "RS",
    "immunogenicity/ADASAMP": "IS",
}
# Tables with one row a subject.
OF_SUBJECTS: Final = ("subjects/ADSL", "escalation/ADDLT", "survival/ADTTE", "immunogenicity/ADAB")
PLACE: Final = ("SRCFILE", "SRCROW")


@dataclass(frozen=True)
class Delivered:
    """Raw rows as they were delivered; how: by which way they were found."""

    how: str
    rows: pl.DataFrame  # SRCFILE, SRCROW, and the columns of the domain that hold something

    def lines(self, most: int) -> Iterator[str]:
        """A line a row: file, row, and what it says."""
        yield f"{self.how}{':' if self.rows.height else ''}"
        for row in self.rows.head(most).iter_rows(named=True):
            said = ", ".join(f"{k}={v}" for k, v in row.items() if v is not None and k not in PLACE)
            yield f"  {row['SRCFILE']} row {row['SRCROW']}: {said}"
        if self.rows.height > most:
            yield f"  and {self.rows.height - most} more rows"


def behind(run: Reviewed, cell: dict[str, Any]) -> pl.DataFrame:
    """The rows of the first table that the condition names; none where it names none."""
    table = (cell["TABLES"] or "").split(", ")[0]
    if not table or not cell["ROWS"] or not run.has(table):
        return pl.DataFrame()
    return matching(run.table(table), cell["ROWS"])


def matching(frame: pl.DataFrame, condition: str) -> pl.DataFrame:
    """The rows of a table for which an SQL condition holds; a condition that cannot be read gives none."""
    try:
        return pl.SQLContext(t=frame).execute(f"SELECT * FROM t WHERE {condition}", eager=True)
    except pl.exceptions.PolarsError:
        return frame.clear()


def delivered(run: Reviewed, table: str, rows: pl.DataFrame) -> Delivered:
    """The raw rows that rows of a table came from."""
    none = pl.DataFrame(schema={"SRCFILE": pl.String, "SRCROW": pl.Int64})
    room, _, code = table.partition("/")
    if rows.is_empty():
        return Delivered("no rows of a table are named", none)
    if room in {"snapshot", "validate"} and set(PLACE) <= set(rows.columns):
        return Delivered(f"rows of {code} as delivered", _raw(run, code, rows, PLACE))
    if table in DOMAIN_OF and "SRCROW" in rows.columns:
        domain = DOMAIN_OF[table]
        return Delivered(
            f"rows of {domain} as delivered", _raw(run, domain, rows, ("USUBJID", "SRCROW"))
        )
    if "PROFILE" in rows.columns and run.has("pk/ADPC"):
        samples = run.table("pk/ADPC").join(
            rows.select("PROFILE").unique(), on="PROFILE", how="semi"
        )
        found = _raw(run, "PC", samples, ("USUBJID", "SRCROW"))
        return Delivered("samples of these profiles as delivered", found)
    if table in OF_SUBJECTS:
        return Delivered("these subjects as delivered", _raw(run, "DM", rows, ("USUBJID",)))
    return Delivered("made of other tables; their raw files are named below", none)


def _raw(run: Reviewed, domain: str, rows: pl.DataFrame, on: tuple[str, ...]) -> pl.DataFrame:
    name = f"snapshot/{domain}"
    if not run.has(name) or not set(on) <= set(rows.columns):
        return pl.DataFrame(schema={"SRCFILE": pl.String, "SRCROW": pl.Int64})
    wanted = rows.select(on).drop_nulls().unique(maintain_order=True)
    found = run.table(name).join(wanted, on=[*on], how="semi", maintain_order="left")
    filled = [n for n in found.columns if n not in PLACE and found[n].null_count() < found.height]
    return found.select(*PLACE, *filled)
