"""BYVISIT: laboratory, vital signs and ECG by visit and cohort, as measured and as change from baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.visits import unscheduled
from pkpipe.schema.adam.common import ALL
from pkpipe.statistics import described

C: Final = pl.col
DOMAINS: Final[Mapping[str, str]] = {"LB": "ADLB", "VS": "ADVS", "EG": "ADEG"}
VALUE_AND_CHANGE: Final = ("AVAL", "CHG")
OF: Final = ("DOMAIN", "PARAMCD", "AVALU", "COHORT", "VISIT")
ONE_SUBJECT: Final = "one subject, so no SD"


def with_first(rows: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Records with `ANL01FL`: the first with a value of a treated subject, test, unit and planned visit.

    A repeated examination weighs no more; a visit that nobody planned is in no summary by visit.
    """
    treated = C("USUBJID").is_in(adsl.filter(C("SAFFL") == "Y")["USUBJID"].unique().implode())
    counts = treated & C("AVAL").is_not_null() & C("VISIT").is_not_null() & ~unscheduled()
    first = counts & (counts.cum_sum().over("USUBJID", "PARAMCD", "AVALU", "VISIT") == 1)
    return rows.with_columns(ANL01FL=pl.when(first).then(pl.lit("Y")))


def by_visit(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a test, unit, cohort (`ALL`: everybody), visit and kind of value.

    Visits stand in the order of the median study day they were on. Change is of records after the first dose.
    """
    kept = ("USUBJID", "PARAMCD", "PARAM", "AVALU", "COHORT", "VISIT", "ADY", *VALUE_AND_CHANGE)
    rows = pl.concat(
        tables[table].filter(C("ANL01FL") == "Y").select(pl.lit(domain).alias("DOMAIN"), *kept)
        for domain, table in DOMAINS.items()
    )
    both = pl.concat(
        [rows.filter(C("COHORT").is_not_null()), rows.with_columns(COHORT=pl.lit(ALL))]
    )
    place = rows.group_by("DOMAIN", "VISIT").agg(_DAY=C("ADY").median())
    order = place.sort("DOMAIN", "_DAY", "VISIT", nulls_last=True).select(
        "DOMAIN", "VISIT", VISITN=pl.int_range(1, pl.len() + 1).over("DOMAIN")
    )
    ranks = {kind: i for i, kind in enumerate(VALUE_AND_CHANGE)}
    return (
        pl.concat([_of_kind(both, kind) for kind in VALUE_AND_CHANGE])
        .join(order, on=["DOMAIN", "VISIT"], how="left")
        .sort(
            *("DOMAIN", "PARAMCD", "AVALU"),
            C("COHORT") == ALL,
            *("COHORT", "VISITN"),
            C("KIND").replace_strict(ranks, return_dtype=pl.Int8),
            nulls_last=True,
        )
        .select(
            *("DOMAIN", "PARAMCD", "AVALU", "COHORT", "VISIT", C("VISITN").cast(pl.Int64), "KIND"),
            *("PARAM", "N", "MEAN", "SD", "MEDIAN", "MIN", "MAX", "REASON"),
        )
    )


def _of_kind(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    found = rows.group_by(OF, maintain_order=True).agg(
        PARAM=C("PARAM").first(),
        **described(C(kind)),
    )
    some = found.filter(C("N") > 0)
    return some.with_columns(
        KIND=pl.lit(kind), REASON=pl.when(C("N") == 1).then(pl.lit(ONE_SUBJECT))
    )
