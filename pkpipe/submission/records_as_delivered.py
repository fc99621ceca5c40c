"""The records of a domain with the variables of SDTM that were delivered and that pkpipe does not use."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.schema.column import SOURCE_PLACE
from pkpipe.schema.sdtm_labels import described
from pkpipe.schema.sdtmig import in_order
from pkpipe.submission.dataset import Tables

C: Final = pl.col


def with_unused(rows: pl.DataFrame, code: str, tables: Tables) -> pl.DataFrame:
    """The records with the variables that pkpipe does not use; numbers where all values are numbers."""
    mine = tables["UNUSED"].filter(C("TABLE") == code)
    names = in_order(code, {*mine["COLUMN"]})
    if not names:
        return rows
    values = mine.filter(C("SRCROW").is_not_null())
    wide = values.pivot("COLUMN", index=SOURCE_PLACE, values="VALUE", maintain_order=True)
    joined = rows.join(wide, on=SOURCE_PLACE, how="left", maintain_order="left")
    empty = [pl.lit(None, pl.String).alias(n) for n in names if n not in wide.columns]
    whole = joined.with_columns(empty)
    return whole.with_columns(_typed(code, whole[name]) for name in names)


def _typed(code: str, values: pl.Series) -> pl.Series:
    of = described(code, values.name)
    number = values.cast(pl.Float64, strict=False)
    a_text = of is None or not of.number or number.null_count() > values.null_count()
    return values if a_text else number
