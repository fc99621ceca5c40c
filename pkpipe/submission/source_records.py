"""From which record of SDTM a row comes: SRCDOM, SRCVAR and SRCSEQ, by the row of the raw file."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.submission.dataset import Dataset, Tables

C: Final = pl.col
AT: Final = ("USUBJID", "SRCROW")
SEQ: Final = "SRCSEQ"
OWN: Final = "SRC_"  # before a variable of the record that the table has too


def with_source(rows: pl.DataFrame, of: Dataset, tables: Tables) -> pl.DataFrame:
    """The rows with variables of the records they come from and SRCSEQ; empty where there is no one record.

    A record is known by subject and row of the file. Where a delivery has several files, and two records of a
    subject stand in the same row, neither is taken: a wrong trace is worse than none.
    """
    if not of.domain:
        return rows
    sequence = f"{of.domain}SEQ"
    names = dict.fromkeys(n for n in (*of.taken, sequence) if n not in AT)
    once = (pl.len().over("USUBJID", sequence) == 1) & C(sequence).is_not_null()
    records = tables[of.domain].select(
        *AT,
        *(C(n).alias(n if n not in rows.columns else f"{OWN}{n}") for n in names),
        pl.when(once).then(C(sequence)).alias(SEQ),
    )
    known = records.filter(pl.len().over(*AT) == 1)
    return rows.join(known, on=AT, how="left", maintain_order="left")


def visit_numbers(tables: Tables, *domains: str) -> pl.DataFrame:
    """The smallest number that was delivered for each name of a visit."""
    seen = pl.concat([tables[domain].select("VISIT", "VISITNUM") for domain in domains])
    named = seen.filter(C("VISIT").is_not_null())
    return named.group_by("VISIT", maintain_order=True).agg(AVISITN=C("VISITNUM").min())
