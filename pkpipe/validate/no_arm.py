"""Subjects who never got an arm: SDTMIG 3.3 and later leave ARMCD empty and say why in ARMNRS.

Their ARMCD becomes the code that earlier versions wrote there (SCRNFAIL), read from ARMNRS, else from ARM,
else from a screen failure in DS. Nothing is taken for the reason where none of them says it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.finding.rows import found
from pkpipe.schema.codelists_subjects import WITHOUT_ARM
from pkpipe.sentences import sentence
from pkpipe.validate.codelist_terms import SPELLING

SCREEN_FAILURE = ("SCREEN FAILURE", "SCRNFAIL")


def with_no_arm(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """DM with the code of its subjects without an arm, and a note of each kind."""
    dm, ds = tables["DM"], tables["DS"]
    if not dm["ARMCD"].null_count():
        return dm, []
    failed = ds.filter(pl.col("DSDECOD") == SCREEN_FAILURE[0])["USUBJID"].implode()
    by_ds = pl.when(pl.col("USUBJID").is_in(failed)).then(pl.lit(SCREEN_FAILURE[1]))
    said = pl.coalesce(WITHOUT_ARM.term(pl.col("ARMNRS")), WITHOUT_ARM.term(pl.col("ARM")), by_ds)
    read = dm.with_columns(_CODE=pl.when(pl.col("ARMCD").is_null()).then(said))
    told = read.filter(pl.col("_CODE").is_not_null()).unique(
        ["SRCFILE", "_CODE"], keep="first", maintain_order=True
    )
    words = f"{SPELLING.words}: an empty ARMCD beside ARMNRS or ARM is read as {{}}"
    note = found(SPELLING, told.with_columns(_MESSAGE=sentence(words, "_CODE")), "DM", "ARMCD")
    return read.with_columns(ARMCD=pl.coalesce("ARMCD", "_CODE")).drop("_CODE"), [note]
