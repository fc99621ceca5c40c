"""Checks of whole tables: text garbled, dates in years off, visits out of order, numbers missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import records, with_last_days
from pkpipe.protocol.study import Study
from pkpipe.tables import dates
from pkpipe.tables.checks import Check, as_findings, found, one, shown
from pkpipe.tables.checks_cross import rows_beside
from pkpipe.tables.domains import DOMAINS

C: Final = pl.col
Tables = Mapping[str, pl.DataFrame]

GARBLED: Final = Check(
    "TEXT-GARBLED", "query", "characters that no one typed: read in the wrong encoding?", "UTF-8"
)
# Signs of bytes read as another encoding, control characters, and marks that turn the reading direction.
BROKEN: Final = "|".join(
    (
        r"\x{FFFD}",
        r"[\x{0000}-\x{0008}\x{000B}\x{000C}\x{000E}-\x{001F}\x{007F}-\x{009F}]",
        r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]",
        r"[ÃÂ][\x{0080}-\x{00BF}]",
        "â‚¬",
    )
)
EARLY: Final = Check(
    "DATE-LONG-BEFORE", "query", "over a year before informed consent: is the year right?", "CUT-2"
)
VISIT_ORDER: Final = Check(
    "VISIT-ORDER", "query", "dated before an earlier visit or after a later one", "VISITNUM"
)
SEQ_TWICE: Final = Check(
    "SEQ-TWICE", "query", "the sequence number is used twice for the subject", "SDTMIG 3.4, --SEQ"
)
ASKED: Final = ("DSCAT", "RSCAT")
MAY_BE_BARE: Final = (
    *(f"{d}{c}" for d in ("SS", "PE", "RS") for c in ("STRESN", "STRESU")),
    *("ISSTRESU", "VSTPT", "EGTPT", "VISITNUM"),
    *("DTHDTC", "DTHFL", "RFENDTC", "BRTHDTC", "EXLOT", "EXLNKID"),
)
DELAY_WHY: Final = Check(
    "EX-DELAY-WHY", "query", "a dose after its window, and no reason", "drugs.dosing_window_days"
)
ABSURD: Final = Check(
    "DATE-ABSURD", "query", "a year in which no trial ran: is it right?", "cutoffs from 1990 on"
)
COLUMN_EMPTY: Final = Check(
    "COLUMN-EMPTY", "note", "no row has a value: what rests on it is left out", "SDTMIG 3.4"
)
SEQ_GAP: Final = Check(
    "SEQ-GAP", "query", "a sequence number is missing before this row: was a record lost?", "--SEQ"
)
YEAR, VISIT_SLACK = 366, 21
FEW_EMPTY = 2
ENOUGH = 6  # rows enough to tell a habit
FIRST_YEAR, LAST_YEAR = 1990, 2100
# Empty in many trials, for a reason or by habit; by domain where only some of them.
OFTEN_EMPTY: Final = (
    *("STAT", "REASND", "ORRES", "ORRESU", "NAM", "EVALID", "ACPTFL", "BLFL", "ADJ", "BODSYS"),
    *("METHOD", "LLOQ", "CAT"),
)


def garbled(tables: Tables, code: str) -> Iterable[pl.DataFrame]:
    """Cells of text with signs of a wrong encoding."""
    frame = tables[code]
    texts = [n for n in DOMAINS[code].names if frame.schema[n] == pl.String]
    bad = frame.select(C(n).str.contains(BROKEN).any() for n in texts).row(0, named=True)
    for name in (n for n in texts if bad[n]):
        yield found(GARBLED, frame.filter(C(name).str.contains(BROKEN)), code, name, "plain text")


def long_before(tables: Tables, code: str) -> Iterable[pl.DataFrame]:
    """Records dated long before their subject consented."""
    spec = DOMAINS[code]
    consent = tables["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    for name in (c.name for c in spec.columns if c.kind == "dtc" and c.name != "BRTHDTC"):
        # A therapy and a disease may well have begun earlier.
        if code in {"CM"} or name == "RFICDTC":
            continue
        days = (C("_CONSENT") - dates.last_day(C(name))).dt.total_days()
        rows = rows_beside(tables[code], name, consent, days > YEAR)
        yield found(EARLY, rows, code, name, "within a year before DM.RFICDTC")


def delays(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    """Doses later than the window after a cycle allows, without a reason; of a range its last dose counts."""
    days = {d.code: d.cycle_days + d.dosing_window_days for d in study.drugs}
    doses = with_last_days(records(tables, study), study)
    same = (C("USUBJID") == C("USUBJID").shift()) & (C("EXTRT") == C("EXTRT").shift())
    apart = (C("START").dt.date() - C("LASTDAY").shift()).dt.total_days()
    allowed = C("EXTRT").replace_strict(days, default=None, return_dtype=pl.Int64)
    late = doses.filter(same & (apart > allowed) & C("EXADJ").is_null())
    yield found(DELAY_WHY, late.select(shown("EXADJ")), "EX", "EXADJ", "why the dose was late")


def visits_in_order(tables: Tables, code: str) -> Iterable[pl.DataFrame]:
    """Planned visits whose day lies on the wrong side of the subject's visits before or after."""
    date = DOMAINS[code].date
    rows = (
        tables[code].filter(C("VISITNUM").is_not_null()).with_columns(_DAY=dates.day(C(str(date))))
    )
    days = (
        rows.drop_nulls("_DAY")
        .filter(C("VISITNUM") == C("VISITNUM").floor())
        .group_by("USUBJID", "VISITNUM")
        .agg(_MID=C("_DAY").median().cast(pl.Date))
        .sort("USUBJID", "VISITNUM")
    )
    same = C("USUBJID") == C("USUBJID").shift()
    near = days.with_columns(
        _BEFORE=pl.when(same).then(C("_MID").shift()),
        _AFTER=pl.when(C("USUBJID") == C("USUBJID").shift(-1)).then(C("_MID").shift(-1)),
    )
    dated = rows.join(near, on=["USUBJID", "VISITNUM"], how="inner", maintain_order="left")
    slack = pl.duration(days=VISIT_SLACK)
    wrong = dated.filter((C("_DAY") < C("_BEFORE") - slack) | (C("_DAY") > C("_AFTER") + slack))
    yield found(VISIT_ORDER, wrong, code, date, "between the visits before and after")


def before_the_cut(tables: Tables) -> Iterable[pl.DataFrame]:
    """What is asked of whole deliveries: the cutoff would take the rows away that tell."""
    domains = {code: tables[code] for code in DOMAINS if code in tables}
    yield from _numbered(domains)
    for code, frame in domains.items():
        for column in DOMAINS[code].columns:
            if column.kind == "dtc" and column.name != "BRTHDTC":
                year = C(column.name).str.slice(0, 4).cast(pl.Int64, strict=False)
                odd = frame.filter((year < FIRST_YEAR) | (year > LAST_YEAR))
                yield found(ABSURD, odd, code, column.name, f"{FIRST_YEAR} to {LAST_YEAR}")


def never_filled(tables: Tables, kept: Tables) -> Iterable[pl.DataFrame]:
    """Columns without a value in whole deliveries, of the tables that have a record at the cutoff.

    A column may be filled only after the cutoff, and before the first record nothing rests on any.
    """
    for code in DOMAINS:
        if code in tables and not kept[code].is_empty():
            yield as_findings(_empty_columns(code, tables[code]))


def _empty_columns(code: str, frame: pl.DataFrame) -> list[dict[str, str | int | None]]:
    """Columns without a value in a table that has nearly all the others; a sparse table lacks many."""
    nulls = frame.null_count().row(0, named=True) if frame.height else {}
    empty = [
        column.name
        for column in DOMAINS[code].columns
        if nulls.get(column.name) == frame.height > 0
        and (column.name in ASKED or column.name.removeprefix(code) not in OFTEN_EMPTY)
        and column.name not in MAY_BE_BARE
        and not column.required
    ]
    if len(empty) > FEW_EMPTY:
        return []
    allowed = "a value where there is one"
    return [one(COLUMN_EMPTY, TABLE=code, COLUMN=name, ALLOWED=allowed) for name in empty]


def _numbered(tables: Tables) -> Iterable[pl.DataFrame]:
    """Sequence numbers used twice, or missing in a table that otherwise counts without gaps."""
    for code, frame in tables.items():
        name = f"{code}SEQ"
        if name not in frame.columns:
            continue
        number = C(name).cast(pl.Float64, strict=False)
        rows = frame.with_columns(_N=number).filter(
            C("USUBJID").is_not_null(), C("_N") == C("_N").floor()
        )
        if rows.height < ENOUGH:
            continue
        rows = rows.sort("USUBJID", "_N", "SRCFILE", "SRCROW", maintain_order=True)
        twice = rows.filter(pl.struct("USUBJID", "_N").is_duplicated())
        yield found(SEQ_TWICE, twice.drop("_N"), code, name, "each number once a subject")
        same = C("USUBJID") == C("USUBJID").shift().fill_null("")
        before = pl.when(same).then(C("_N").shift()).otherwise(0)
        gap = rows.filter(C("_N") - before > 1)
        subjects = rows["USUBJID"].n_unique()
        if gap["USUBJID"].n_unique() <= max(1, subjects // 10):
            yield found(SEQ_GAP, gap.drop("_N"), code, name, "1, 2, 3, ... without a gap")
