"""Which rows of the dose table are doses, whose they are, and the dosing interval of each.

A row of 0 beside doses of the same profile says that nothing was given then (withheld, omitted): it begins
no interval and ends none. Where every dose is 0, as under placebo, the rows stay: samples count from them.
A TAU that is stated holds for later doses too, until another one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.nca.laid_out.sorted_arrays import by_group

C: Final = pl.col


def for_each(frame: pl.DataFrame, who: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The rows for every profile they serve: a dose belongs to a subject, not to an analyte or a matrix."""
    own = [k for k in keys if k in frame.columns]
    if len(own) == len(keys):
        return frame
    return frame.join(who, on=own, how="left", nulls_equal=True, maintain_order="left")


def given(dose: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The doses: without rows of 0 among others, each with the TAU that holds for it; `keys`: of doses."""
    rows = dose
    if (dose["DOSE"] == 0).any():
        some = by_group((C("DOSE") > 0).any(), keys)
        rows = dose.filter(~((C("DOSE") == 0) & some).fill_null(value=False))
    if "TAU" not in rows.columns or not 0 < rows["TAU"].null_count() < rows.height:
        return rows
    in_order = rows.sort(*keys, "TIME", nulls_last=True, maintain_order=True)
    return in_order.with_columns(TAU=by_group(C("TAU").forward_fill(), keys))
