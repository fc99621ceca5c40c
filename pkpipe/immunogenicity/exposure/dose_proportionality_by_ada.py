"""ADADOSE: dose proportionality of all profiles, and without those that antibodies affect (ADA-14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.immunogenicity.exposure.pk_by_ada_status import AFTER
from pkpipe.nca.further_analyses import power_model
from pkpipe.protocol.nca import DoseProportionality
from pkpipe.sentences import Words

ALL, WITHOUT = "ALL", "WITHOUT"
SCHEMA: Final = pl.Schema(
    {"SUBSET": pl.String()} | dict(power_model.SCHEMA.items()) | {"NOUT": pl.Int64()}
)
NOBODY: Final = Words(
    "every profile lies on or after the onset of antibodies", "全部数据均在抗体出现当时或之后"
)


def adadose_of(
    adpp: pl.DataFrame,
    adapk: pl.DataFrame,
    profiles: pl.DataFrame,
    levels: Sequence[str],
    plan: DoseProportionality | None,
) -> pl.DataFrame:
    """Rows of DOSEPROP twice: SUBSET `ALL`, and `WITHOUT` values on or after onset; NOUT of them left out.

    adapk: from `adapk_of` of the same ADPP.
    """
    out = adapk.filter(pl.col("ADATAG") == AFTER).select("PROFILE", "PARAMCD").unique()
    rest = adpp.join(out, on=["PROFILE", "PARAMCD"], how="anti", maintain_order="left")
    every = power_model.power_models(adpp, profiles, levels, plan)
    # a model whose last profile is left out stays, with the reason
    without = every.select(*power_model.KEYS, "PARAM", TOTAL="NOBS").join(
        power_model.power_models(rest, profiles, levels, plan).drop("PARAM"),
        on=list(power_model.KEYS),
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    gone = pl.col("NOBS").is_null()
    without = without.with_columns(
        pl.col("N", "NOBS", "NDOSE").fill_null(0),
        NOUT=pl.col("TOTAL") - pl.col("NOBS").fill_null(0),
        REASON=pl.when(gone).then(pl.lit(NOBODY.en)).otherwise("REASON"),
    )
    named = (
        every.with_columns(SUBSET=pl.lit(ALL), NOUT=pl.lit(0)),
        without.with_columns(SUBSET=pl.lit(WITHOUT)),
    )
    return pl.concat(f.select(pl.col(c).cast(t) for c, t in SCHEMA.items()) for f in named)
