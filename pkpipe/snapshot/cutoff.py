"""The data cutoff (CUT-2): what was known at the end of day D stays, the rest is kept in a table of its own.

A record stays if it started or was collected on or before D; a partial date stays if it may lie so, a missing
one always. What ended after D had not ended: the end is blanked, an exposure is truncated at D. A subject who
consented after D was not in the trial at D: all of that subject's records go.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.finding.rows import as_findings, found, one
from pkpipe.schema import dates
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.snapshot.checks.deliveries import FAR_LATER, MAY_BE_LATER, UNDATED, UNDATED_TABLE
from pkpipe.snapshot.checks.visit_days import visit_days
from pkpipe.snapshot.checks.whole_tables import before_the_cut, never_filled

Frames = dict[str, pl.DataFrame]

CUTAWAY_SCHEMA: Final = pl.Schema(
    {
        "TABLE": pl.String(),
        "SRCFILE": pl.String(),
        "SRCROW": pl.Int64(),
        "USUBJID": pl.String(),
        "DATE": pl.String(),
        "REASON": pl.String(),
        "RECORD": pl.String(),  # the row as it was, as JSON
    }
)
AFTER: Final = "dated after the cutoff"
NOT_YET: Final = "the subject entered after the cutoff"
ONGOING: Final = "not yet so at the cutoff"
# A year typed wrong cuts a record away without a word; dates this far off are asked about.
FAR_DAYS: Final = 3 * 366


@dataclass(frozen=True)
class NotYet:
    """A cell that at D did not say what it says now: blanked where its date lies after D."""

    domain: str
    date: str  # the column whose date decides
    column: str
    becomes: str | None = None  # what it said at D; null: nothing
    only: tuple[str, ...] = ()  # the values meant; empty: any
    fatal: bool = False  # says that the subject died: also not known if DM has the death after D


_DEATH: Final = ("FATAL",)
_ENDED: Final = ("RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE")
_OPEN: Final = "NOT RECOVERED/NOT RESOLVED"
# In this order: the date that decides is blanked last. AE.AEENDTC after D means the event was ongoing at D.
NOT_YETS: Final = (
    NotYet("DM", "DTHDTC", "DTHFL"),
    NotYet("DM", "DTHDTC", "DTHDTC"),
    NotYet("DM", "RFSTDTC", "RFSTDTC"),
    NotYet("DM", "RFENDTC", "RFENDTC"),
    NotYet("AE", "AEENDTC", "AESDTH", "N", only=("Y",), fatal=True),
    NotYet("AE", "AEENDTC", "AETOXGR", only=("5",), fatal=True),
    NotYet("AE", "AEENDTC", "AEOUT", _OPEN, only=_DEATH, fatal=True),
    NotYet("AE", "AEENDTC", "AEOUT", _OPEN, only=_ENDED),
    NotYet("AE", "AEENDTC", "AEENDTC"),
    NotYet("CM", "CMENDTC", "CMENDTC"),
)


@dataclass(frozen=True)
class Cut:
    """Tables as they were known at D, what was taken away, and what the dates made us ask."""

    kept: Frames
    away: pl.DataFrame
    findings: pl.DataFrame


def cut(tables: Mapping[str, pl.DataFrame], cutoff: datetime.date) -> Cut:
    """Domain tables (all text) as known at the end of the day `cutoff`."""
    late = late_subjects(tables, cutoff)
    death = dates.first_day(pl.col("DTHDTC"))
    dead_later = tables["DM"].filter(death > cutoff)["USUBJID"]
    kept: Frames = {}
    gone = [pl.DataFrame(schema=CUTAWAY_SCHEMA)]
    findings = [as_findings([]), *before_the_cut(tables), *visit_days(tables, cutoff)]
    for code, frame in tables.items():
        spec = SPECS[code]
        if frame.is_empty():
            kept[code] = frame
            continue
        marked = frame.with_columns(_WHY=_reason(spec, late, cutoff))
        gone.append(away(marked.filter(pl.col("_WHY").is_not_null()), spec))
        stays = marked.filter(pl.col("_WHY").is_null()).drop("_WHY")
        findings += _asked(stays, marked, spec, cutoff)
        kept[code], changed = _as_known(stays, spec, dead_later, cutoff)
        gone.append(changed)
    findings += never_filled(tables, kept)
    return Cut(kept, pl.concat(gone), pl.concat(findings))


def late_subjects(tables: Mapping[str, pl.DataFrame], cutoff: datetime.date) -> pl.DataFrame:
    """Subjects who were not in the trial at D: consented later; without a consent date, first seen later."""
    dm = tables["DM"]
    consent, start = (dates.first_day(pl.col(c)) for c in ("RFICDTC", "RFSTDTC"))
    first_seen = (
        pl.concat(
            frame.select("USUBJID", SEEN=dates.first_day(pl.col(date)))
            for code, frame in tables.items()
            for date in (SPECS[code].date,)
            if date is not None
        )
        .group_by("USUBJID")
        .agg(pl.col("SEEN").min())
    )
    return (
        dm.join(first_seen, on="USUBJID", how="left", maintain_order="left")
        .filter(pl.coalesce(consent, pl.min_horizontal(start, "SEEN")) > cutoff)
        .select("USUBJID")
        .unique(maintain_order=True)
    )


def _reason(spec: DomainSpec, late: pl.DataFrame, cutoff: datetime.date) -> pl.Expr:
    reasons = [(pl.col("USUBJID").is_in(late["USUBJID"].implode()), NOT_YET)]
    if spec.date is not None:
        reasons.append((dates.first_day(pl.col(spec.date)) > cutoff, AFTER))
    return pl.coalesce(pl.when(holds).then(pl.lit(words)) for holds, words in reasons)


def away(rows: pl.DataFrame, spec: DomainSpec, reason: pl.Expr | None = None) -> pl.DataFrame:
    """Rows of a domain as the table of what is not used has them."""
    if rows.is_empty():
        return pl.DataFrame(schema=CUTAWAY_SCHEMA)
    date = pl.lit(None, dtype=pl.String) if spec.date is None else pl.col(spec.date)
    return rows.select(
        TABLE=pl.lit(spec.code),
        SRCFILE=pl.col("SRCFILE"),
        SRCROW=pl.col("SRCROW"),
        USUBJID=pl.col("USUBJID"),
        DATE=date,
        REASON=pl.col("_WHY") if reason is None else reason,
        RECORD=pl.struct(spec.names).struct.json_encode(),
    ).cast(CUTAWAY_SCHEMA)


def _asked(
    stays: pl.DataFrame, marked: pl.DataFrame, spec: DomainSpec, cutoff: datetime.date
) -> list[pl.DataFrame]:
    """Queries about dates that the cutoff had to guess from, or that may be typed wrong."""
    if spec.date is None or marked.is_empty():
        return []
    text, limit = pl.col(spec.date), pl.lit(cutoff)
    undated = stays.filter(text.is_null())
    if marked[spec.date].null_count() == marked.height:
        none = [one(UNDATED_TABLE, TABLE=spec.code, COLUMN=spec.date)]
        return [as_findings(none)]
    unsure = stays.filter((dates.first_day(text) <= limit) & (dates.last_day(text) > limit))
    far = marked.filter((dates.first_day(text) - limit).dt.total_days() > FAR_DAYS)
    told = f"on or before {cutoff.isoformat()}"
    return [
        found(UNDATED, undated, spec.code, spec.date, "an ISO date"),
        found(MAY_BE_LATER, unsure, spec.code, spec.date, f"a whole date {told}"),
        found(FAR_LATER, far, spec.code, spec.date, told),
    ]


def _as_known(
    stays: pl.DataFrame, spec: DomainSpec, dead_later: pl.Series, cutoff: datetime.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that stay, as they stood at D, and those that were changed for it, as they stand now."""
    if spec.code == "EX":
        return _truncated(stays, spec, cutoff)
    cells = [c for c in NOT_YETS if c.domain == spec.code]
    if not cells or stays.is_empty():
        return stays, pl.DataFrame(schema=CUTAWAY_SCHEMA)
    known = stays
    for cell in cells:
        later = dates.first_day(pl.col(cell.date)) > cutoff
        if cell.fatal:
            later = later.fill_null(value=False) | pl.col("USUBJID").is_in(dead_later.implode())
        meant = pl.col(cell.column).is_in(cell.only) if cell.only else pl.lit(True)
        now = pl.lit(cell.becomes, dtype=pl.String)
        known = known.with_columns(
            pl.when(later & meant).then(now).otherwise(cell.column).alias(cell.column)
        )
    return known, away(stays.filter(_changed(stays, known)), spec, pl.lit(ONGOING))


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.Series:
    """One Boolean a row: does any cell differ."""
    differ = [before[c].ne_missing(after[c]) for c in before.columns]
    return pl.select(pl.any_horizontal(differ)).to_series()


def _truncated(
    stays: pl.DataFrame, spec: DomainSpec, cutoff: datetime.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Exposure counts up to the end of D, with a time where the record had one."""
    end = pl.col("EXENDTC")
    later = dates.first_day(end) > cutoff
    at_d = (
        pl.when(dates.has_time(end))
        .then(pl.lit(f"{cutoff}T23:59:59"))
        .otherwise(pl.lit(f"{cutoff}"))
    )
    kept = stays.with_columns(EXENDTC=pl.when(later).then(at_d).otherwise(end))
    return kept, away(stays.filter(later), spec, pl.lit(ONGOING))
