"""Scans beside the responses that readers gave for them: each has the other, on a day near it."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import first_days
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.coded_words import folded
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, Found, Tables, story_check

C: Final = pl.col
NEAR, SETTLED = 14, 28  # days between a scan and its response; days until a response is given
UNRESPONDED: Final = story_check(
    "RESPONSE-NO-SCAN",
    "a response on a day without a scan",
    "RECIST 1.1, 4.4",
    "note",
    table="RS",
    column="RSDTC",
)
FAR: Final = story_check(
    "RESPONSE-FAR-FROM-SCAN",
    "a response dated far from the scans of its visit",
    "RECIST 1.1, 4.4",
    table="RS",
    column="RSDTC",
)
UNJUDGED: Final = story_check(
    "SCAN-NO-RESPONSE",
    "lesions measured, and no overall response of that day or visit",
    "RECIST 1.1, 4.4",
    table="TR",
    column="TRDTC",
)


def _responses(tables: Tables, study: Study) -> Found:
    scans = pl.concat(
        tables[code].select("USUBJID", _DAY=dates.day(C(f"{code}DTC")), _V=folded(C("VISIT")))
        for code in ("TR", "TU")
    )
    rows = tables["RS"].filter(C("RSTESTCD") == "OVRLRESP")
    rows = rows.with_columns(_DAY=dates.day(C("RSDTC")), _V=folded(C("VISIT")))
    visits = scans.drop_nulls().unique().select("USUBJID", "_V", _SCAN="_DAY")
    on_visit = rows.join(visits.select("USUBJID", "_V").unique(), on=["USUBJID", "_V"], how="semi")
    off_day = _without(rows, scans, "_DAY")
    neither = _without(off_day, scans, "_V")
    scanned = C("USUBJID").is_in(scans["USUBJID"].implode())
    measured = neither.filter(scanned, ~C("RSSTRESC").is_in(["NE", "ND"]))
    yield found(UNRESPONDED, measured, allowed="a scan of that day or visit in TR or TU")
    apart = (C("_DAY") - C("_SCAN")).dt.total_days().abs()
    beside = off_day.join(
        on_visit.select("USUBJID", "_V").unique(), on=["USUBJID", "_V"], how="semi"
    )
    nearest = beside.join(visits, on=["USUBJID", "_V"], how="left", maintain_order="left")
    nearest = nearest.with_columns(_APART=apart).sort(
        "_APART", nulls_last=True, maintain_order=True
    )
    one = nearest.unique("SRCROW", keep="first", maintain_order=True).sort("SRCROW")
    far = one.filter(C("_APART") > NEAR).with_columns(
        _MESSAGE=sentence(f"{FAR.words}: {{}} days, scanned {{}}", "_APART", "_SCAN")
    )
    yield found(FAR, far, allowed=f"at most {NEAR} days from a scan of the visit")
    yield from _unjudged(tables, rows, study)


def _unjudged(tables: Tables, responses: pl.DataFrame, study: Study) -> Found:
    """Scans after the first dose that nobody judged, long ago or before a later response."""
    if responses.is_empty():
        return
    first = first_days(tables["EX"])
    latest = responses.group_by("USUBJID", maintain_order=True).agg(_LATEST=C("_DAY").max())
    scans = tables["TR"].with_columns(_DAY=dates.day(C("TRDTC")), _V=folded(C("VISIT")))
    each = scans.drop_nulls("_DAY").unique(["USUBJID", "_DAY"], keep="first", maintain_order=True)
    dated = each.join(first, on="USUBJID", how="inner", maintain_order="left").join(
        latest, on="USUBJID", how="left", maintain_order="left"
    )
    old = pl.lit(study.cutoff, dtype=pl.Date) - pl.duration(days=SETTLED)
    due = dated.filter(
        C("_DAY") > C("_FIRST"),
        (C("_DAY") < C("_LATEST")) | (C("_DAY") <= old).fill_null(value=False),
    )
    bare = _without(_without(due, responses, "_DAY"), responses, "_V")
    yield found(UNJUDGED, bare, allowed="an overall response in RS")


def _without(rows: pl.DataFrame, others: pl.DataFrame, place: str) -> pl.DataFrame:
    there = others.select("USUBJID", place).drop_nulls().unique()
    return rows.join(there, on=["USUBJID", place], how="anti", maintain_order="left")


SCANS_AND_RESPONSES: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((UNRESPONDED, FAR, UNJUDGED), ("RS", "TR", "TU", "EX"), _responses),
)
