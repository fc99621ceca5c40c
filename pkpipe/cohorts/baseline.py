"""What the treated subjects were like before the first dose: age and body size, by cohort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected, collected
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL
from pkpipe.statistics import described

MEASURED: Final = ("VS", "VS.VSSTRESN")
# Column of ADSL: words, unit, what it rests on.
MEASURES: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "AGE": ("Age", "years", ("DM.AGE",)),
    "WEIGHTBL": ("Weight", "kg", MEASURED),
    "HEIGHTBL": ("Height", "cm", MEASURED),
    "BSABL": ("Body surface area", "m²", MEASURED),
}


def baseline_rows(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """Mean, standard deviation, median and range of each measure, over the treated subjects of a cohort."""
    subjects = tables["ADSL"].select(
        *("COHORT", "SAFFL"), *(pl.col(f"^{code}$").cast(pl.Float64) for code in MEASURES)
    )
    treated = subjects.filter(pl.col("SAFFL") == "Y")
    both = pl.concat([treated, treated.with_columns(COHORT=pl.lit(ALL))])
    known = collected(tables, study)
    parts = [_measure(both, code, known) for code in MEASURES if code in both.columns]
    return pl.concat(parts) if parts else both.select("COHORT").clear()


def _measure(treated: pl.DataFrame, code: str, known: Collected) -> pl.DataFrame:
    words, unit, needs = MEASURES[code]
    wide = treated.group_by("COHORT", maintain_order=True).agg(**described(pl.col(code)))
    long = wide.unpivot(
        on=["MEAN", "SD", "MEDIAN", "MIN", "MAX"],
        index=["COHORT", "N"],
        variable_name="STAT",
        value_name="VALUE",
    )
    lost = pl.lit(known.reason(*needs), dtype=pl.String)
    return long.select(
        *("COHORT", "STAT", "VALUE"),
        N=pl.when(lost.is_null() | (pl.col("N") > 0)).then("N"),
        SUBTOPIC=pl.lit(""),
        PARAMCD=pl.lit(code),
        PARAM=pl.lit(words),
        UNIT=pl.lit(unit),
        REASON=pl.when(pl.col("N") == 0)
        .then(pl.coalesce(lost, pl.lit("no subject with a value")))
        .when(pl.col("VALUE").is_null())
        .then(pl.lit("fewer than 2 values")),
    )
