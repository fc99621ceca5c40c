"""Which columns tell profiles apart: those somebody names, or those that the tables share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.further_analyses.excretion import COLUMNS as COLLECTION_COLUMNS
from pkpipe.nca.given_tables.inputs import (
    ANALYTE_COLUMNS,
    CONC_COLUMNS,
    DOSE_COLUMNS,
    INTERVAL_COLUMNS,
)
from pkpipe.nca.given_tables.row_checks import ROW

# Of a record that an analysis table holds twice: COPY, with the time and value of the first.
DERIVED: Final = "DTYPE"
# Of a record that was computed and not measured: Y (SDTMIG 3.4, --DRVFL), or another DTYPE (ADaMIG).
COMPUTED: Final = "PCDRVFL"
TEXT_OF_CONC: Final = "_CONC_TEXT"
KNOWN: Final = {
    *COLLECTION_COLUMNS,
    *CONC_COLUMNS,
    *DOSE_COLUMNS,
    *INTERVAL_COLUMNS,
    DERIVED,
    COMPUTED,
    TEXT_OF_CONC,
    ROW,
}


def keys_of(
    by: Sequence[str] | None, conc: pl.DataFrame, dose: pl.DataFrame
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that tell profiles apart (none if the tables hold one profile), and those of CONC not used.

    Raises:
        ConfigError: both have other columns, and none in common.
    """
    others = [[c for c in t.columns if c not in KNOWN] for t in (conc, dose)]
    if by:
        keys = tuple(dict.fromkeys(by))
        return keys, tuple(c for c in others[0] if c not in keys)
    shared = [c for c in others[0] if c in others[1]]
    if not shared and any(others):
        found = "; ".join(
            f"{name}: {', '.join(have) or 'none'}"
            for name, have in zip(("CONC", "DOSE"), others, strict=True)
        )
        raise ConfigError(
            f"CONC and DOSE share no key column ({found}); call the columns that tell profiles apart alike "
            "in both, or leave them out if there is one profile"
        )
    # a column without a value tells nothing apart
    empty = {c for c in others[0] if conc.height and conc[c].null_count() == conc.height}
    # a dose belongs to a subject: what names an analyte or a matrix tells profiles apart without it
    keys = tuple(
        c for c in others[0] if (c in shared or c.upper() in ANALYTE_COLUMNS) and c not in empty
    )
    return keys, tuple(c for c in others[0] if c not in keys)
