"""The columns that say a record of a findings table was computed and not measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.schema.codelists import YES_NO
from pkpipe.schema.column import Column

# The domains of which a record may have been computed, and the column that says so (SDTMIG 3.4, --DRVFL).
COMPUTED: Final[Mapping[str, str]] = {
    code: f"{code}DRVFL" for code in ("PC", "IS", "LB", "VS", "EG", "CP")
}
# No variable of SDTM: a table made from an analysis dataset has it (ADaMIG 1.3).
DTYPE: Final = "DTYPE"


def computed_columns(code: str) -> tuple[Column, ...]:
    """The columns of a domain that say so."""
    if code not in COMPUTED:
        return ()
    return (Column(COMPUTED[code], codelist=YES_NO), Column(DTYPE))
