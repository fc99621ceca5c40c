"""Two deliveries mixed: the old one without what was deleted, then with what was corrected."""

from __future__ import annotations

import polars as pl

from pkpipe.differences.record_changes import LEDGER, Matched, matched
from pkpipe.differences.replay import Tables
from pkpipe.schema.own_inputs import SPECS
from pkpipe.validate.checks.cells import typed


def without_deleted(old: Tables, new: Tables) -> dict[str, pl.DataFrame]:
    """The old delivery without the records that the new one no longer has."""
    return {code: _kept(code, old, new) for code in old}


def corrected(old: Tables, new: Tables) -> dict[str, pl.DataFrame]:
    """The old delivery with each record as the new one has it; what is new is not there yet."""
    return {code: _corrected(code, old, new) for code in old}


def _matched(code: str, old: Tables, new: Tables) -> Matched:
    spec = SPECS[code]
    return matched(typed(old[code], spec), typed(new[code], spec), spec)


def _kept(code: str, old: Tables, new: Tables) -> pl.DataFrame:
    if code == LEDGER:
        return old[code]
    gone = _matched(code, old, new).removed["_OLD"]
    rows = old[code].with_row_index("_AT")
    return rows.filter(~pl.col("_AT").is_in(gone.implode())).drop("_AT")


def _corrected(code: str, old: Tables, new: Tables) -> pl.DataFrame:
    if code == LEDGER:
        return old[code]
    pairs = _matched(code, old, new)
    known = pl.concat([pairs.same, pairs.rekeyed]).sort("_NEW")
    now = new[code][known["_NEW"].to_list()]
    return now if now.height == old[code].height else old[code]
