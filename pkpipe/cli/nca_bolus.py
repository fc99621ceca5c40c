"""A sample at the time of a later bolus: by rule the trough before it, unless it cannot be one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.finding.table import raise_if_any
from pkpipe.nca.given_tables.check_list import BOLUS_SAMPLE
from pkpipe.nca.given_tables.row_checks import excluded, finding, is_blq
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, by_group
from pkpipe.reading.verb_files import ROW

C: Final = pl.col


def check_bolus_samples(
    conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], path: Path
) -> None:
    """A peak at the time of a later bolus was drawn after it, and would be read as the trough before it.

    Raises:
        DataError: samples that lie above the one before and the one after, and are at the time of a bolus.
    """
    own = [k for k in keys if k in dose.columns and k in conc.columns]
    later = dose.filter(
        (C("ROUTE") == "iv_bolus") & (C("DOSE") > 0) & (C("TIME") > by_group(C("TIME").min(), own))
    ).select(*own, _DOSED=C("TIME"), _AT=C("TIME"))
    if later.is_empty():
        return
    drawn = conc.filter(C("CONC").is_not_null() & ~excluded(conc) & ~is_blq(conc))
    in_order = drawn.sort(*keys, "TIME", ROW, maintain_order=True)
    above = (C("CONC") > by_group(C("CONC").shift(), keys)) & (
        C("CONC") > by_group(C("CONC").shift(-1), keys)
    )
    peaks = in_order.filter(above).sort("TIME", maintain_order=True)
    found = peaks.join_asof(
        later.sort("_DOSED", maintain_order=True),
        left_on="TIME",
        right_on="_AT",
        by=own or None,
        strategy="nearest",
        check_sortedness=False,
    ).filter((C("TIME") - C("_DOSED")).abs() <= SAME_TIME)
    raise_if_any(finding(found.sort(ROW), keys, path.name, BOLUS_SAMPLE))
