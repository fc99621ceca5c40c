"""Checks of whole tables: text garbled, dates in years off, visits out of order, doses late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import records, with_last_days
from pkpipe.finding.check import Check, found, shown
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate.checks.cross import rows_beside

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
DELAY_WHY: Final = Check(
    "EX-DELAY-WHY", "query", "a dose after its window, and no reason", "drugs.dosing_window_days"
)
YEAR, VISIT_SLACK = 366, 21


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
