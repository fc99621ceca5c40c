"""Death, and the last day a subject is known to have been alive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.ends import fatal_event
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

# Where a subject was seen or spoken to: domain, date, and the column that says it was not done.
CONTACTS: Final[tuple[tuple[str, str, str | None], ...]] = (
    *(
        ("EX", "EXSTDTC", None),
        ("EX", "EXENDTC", None),
        ("AE", "AESTDTC", None),
        ("AE", "AEENDTC", None),
    ),
    *(("LB", "LBDTC", "LBSTAT"), ("VS", "VSDTC", "VSSTAT"), ("EG", "EGDTC", "EGSTAT")),
    *(("PE", "PEDTC", "PESTAT"), ("PC", "PCDTC", "PCSTAT"), ("IS", "ISDTC", "ISSTAT")),
    *(("TR", "TRDTC", "TRSTAT"), ("RS", "RSDTC", "RSSTAT"), ("CP", "CPDTC", "CPSTAT")),
    *(("CM", "CMSTDTC", None), ("SS", "SSDTC", "SSSTAT"), ("DS", "DSSTDTC", None)),
)
# Disposition dates at which the subject was in contact; the others are administrative.
DS_CONTACT: Final = (
    *(
        "INFORMED CONSENT OBTAINED",
        "RANDOMIZED",
        "COMPLETED",
        "ADVERSE EVENT",
        "PROGRESSIVE DISEASE",
    ),
    *("WITHDRAWAL BY SUBJECT", "LACK OF EFFICACY", "PHYSICIAN DECISION", "ENROLLED"),
)


def vital_status(
    tables: Mapping[str, pl.DataFrame], who: pl.DataFrame, study: Study
) -> pl.DataFrame:
    """DTHDT with its imputation flag and cause, LSTALVDT with the domain it comes from."""
    contacts = _contacts(tables, study)
    alive = contacts.group_by("USUBJID").agg(SEEN=pl.col("DAY").max())
    deaths = _deaths(tables, who).join(alive, on="USUBJID", how="left", maintain_order="left")
    text = pl.col("DTHTEXT")
    known = dates.day(text)
    # a death without a day: first of the month, or the day after the subject was last seen (TIME-7)
    inside = pl.max_horizontal(dates.first_day(text), pl.col("SEEN").dt.offset_by("1d"))
    deaths = deaths.with_columns(
        DTHDT=pl.when(text.is_not_null()).then(
            pl.coalesce(known, pl.min_horizontal(inside, dates.last_day(text)))
        ),
        DTHDTF=dates.precision(text).replace_strict(
            {"month": "D", "year": "M"}, default=None, return_dtype=pl.String
        ),
    )
    last = (
        contacts.join(
            deaths.select("USUBJID", "DTHDT"), on="USUBJID", how="inner", maintain_order="left"
        )
        .with_columns(DAY=pl.min_horizontal("DAY", "DTHDT"))
        .sort("USUBJID", "DAY", "ORDER", descending=[False, True, False])
        .group_by("USUBJID", maintain_order=True)
        .agg(LSTALVDT=pl.col("DAY").first(), LSTALVSR=pl.col("DOMAIN").first())
    )
    return deaths.select("USUBJID", "DTHDT", "DTHDTF", "DTHCAUS").join(
        last, on="USUBJID", how="left", maintain_order="left"
    )


def _contacts(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """Every whole date on which a subject was seen, up to the cutoff."""
    found = []
    for order, (domain, column, status) in enumerate(CONTACTS):
        rows = tables[domain]
        if status is not None:
            rows = rows.filter(pl.col(status).is_null())
        if domain == "DS":
            rows = rows.filter(pl.col("DSDECOD").is_in(DS_CONTACT))
        if domain == "SS":
            rows = rows.filter(pl.col("SSSTRESC").str.to_uppercase() == "ALIVE")
        found.append(
            rows.select(
                "USUBJID", DAY=dates.day(pl.col(column)), DOMAIN=pl.lit(domain), ORDER=pl.lit(order)
            ).filter(pl.col("DAY").is_not_null())
        )
    every = pl.concat(found)
    return every if study.cutoff is None else every.filter(pl.col("DAY") <= study.cutoff)


def _deaths(tables: Mapping[str, pl.DataFrame], who: pl.DataFrame) -> pl.DataFrame:
    """The death date as text and the cause: DM first, then survival follow-up, disposition, fatal event."""
    status = (
        tables["SS"]
        .filter(pl.col("SSSTRESC").str.to_uppercase().is_in(["DEAD", "DIED"]))
        .group_by("USUBJID")
        .agg(SSDEATH=pl.col("SSDTC").min())
    )
    ended = (
        tables["DS"]
        .filter(pl.col("DSDECOD") == "DEATH")
        .sort("USUBJID", "SRCROW")
        .group_by("USUBJID", maintain_order=True)
        .agg(DSDEATH=pl.col("DSSTDTC").min(), DSCAUSE=pl.col("DSTERM").first())
    )
    fatal = (
        tables["AE"]
        .filter(fatal_event())
        .sort("USUBJID", "SRCROW")
        .group_by("USUBJID", maintain_order=True)
        .agg(AECAUSE=pl.coalesce("AEDECOD", "AETERM").first())
    )
    joined = who.select("USUBJID", "DTHDTC")
    for part in (status, ended, fatal):
        joined = joined.join(part, on="USUBJID", how="left", maintain_order="left")
    died = pl.coalesce("DTHDTC", "SSDEATH", "DSDEATH")
    return joined.select(
        "USUBJID",
        DTHTEXT=died,
        DTHCAUS=pl.when(died.is_not_null()).then(pl.coalesce("AECAUSE", "DSCAUSE")),
    )
