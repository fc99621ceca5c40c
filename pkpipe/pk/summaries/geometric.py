"""Descriptive statistics in long form, with the rules for few values and for BLQ (methods section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.pk import pk_sentences as said
from pkpipe.statistics import geometric

STATISTICS: Final = ("N", "NBLQ", "MEAN", "SD", "CV", "GMEAN", "GCV", "MEDIAN", "MIN", "MAX")
PERCENT: Final = frozenset({"CV", "GCV"})
COUNTS: Final = frozenset({"N", "NBLQ"})


@dataclass(frozen=True)
class Rules:
    """When a statistic is not calculated (NC)."""

    min_n_spread: int = 3  # SD, CV and geometric CV need so many values
    min_n_mean: int = 2  # so do means, minimum and maximum: a single value is shown as the median
    blq_share_max_geometric: float = 1 / 3
    blq_share_max_mean: float = 0.5


def described(frame: pl.DataFrame, keys: Sequence[str], rules: Rules) -> pl.DataFrame:
    """Statistics of VALUE (null: BLQ) by group, one row a statistic: STAT, AVAL, N, REASON.

    Arithmetic statistics take a BLQ as 0, geometric ones the quantifiable values only. CV % is 100 SD/mean,
    geometric CV % is 100 sqrt(exp(s²) - 1) with s the SD of the logarithms; SD has n - 1.
    """
    value = pl.col("VALUE").fill_null(0.0)
    logs = pl.col("VALUE").filter(pl.col("VALUE") > 0).log()
    wide = frame.group_by(*keys, maintain_order=True).agg(
        n=pl.len().cast(pl.Int64),
        NBLQ=pl.col("VALUE").is_null().sum().cast(pl.Float64),
        ZERO=(pl.col("VALUE") <= 0).sum(),
        MEAN=value.mean(),
        SD=value.std(ddof=1),
        **geometric(logs),
        NLOG=logs.len(),
        MEDIAN=value.median(),
        MIN=value.min(),
        MAX=value.max(),
    )
    wide = wide.with_columns(
        N=pl.col("n").cast(pl.Float64),
        CV=pl.when(pl.col("MEAN") > 0).then(100 * pl.col("SD") / pl.col("MEAN")),
        # to four decimals, as plans write shares: one BLQ of three is not more than 0.3333
        SHARE=(pl.col("NBLQ") / pl.col("n")).round(4),
    )
    return pl.concat([_one(wide, stat, keys, rules) for stat in STATISTICS]).sort(
        *keys,
        pl.col("STAT").replace_strict(
            {s: i for i, s in enumerate(STATISTICS)}, return_dtype=pl.Int8
        ),
        nulls_last=True,
    )


def _one(wide: pl.DataFrame, stat: str, keys: Sequence[str], rules: Rules) -> pl.DataFrame:
    reason = _why_not(stat, rules)
    return wide.select(
        *keys,
        STAT=pl.lit(stat),
        AVAL=pl.when(reason.is_null()).then(pl.col(stat)),
        N=pl.col("n"),
        REASON=reason,
    )


def _why_not(stat: str, rules: Rules) -> pl.Expr:
    """Why a statistic is not calculated; null where it is."""
    nothing = pl.lit(None, dtype=pl.String)
    if stat in {"MEAN", "SD", "CV"}:
        nothing = pl.when(pl.col("SHARE") > round(rules.blq_share_max_mean, 4)).then(
            pl.lit(said.MANY_BLQ.en.format(f"{100 * rules.blq_share_max_mean:g}"))
        )
    if stat in {"GMEAN", "GCV"}:
        nothing = (
            pl.when(pl.col("SHARE") > round(rules.blq_share_max_geometric, 4))
            .then(pl.lit(said.MANY_BLQ.en.format(f"{100 * rules.blq_share_max_geometric:.3g}")))
            .when(pl.col("ZERO") > 0)
            .then(pl.lit(said.NOT_POSITIVE.en))
            .when(pl.col("NLOG") == 0)
            .then(pl.lit(said.NOT_QUANTIFIABLE.en))
        )
    few = pl.col("NLOG") if stat in {"GMEAN", "GCV"} else pl.col("n")
    need = rules.min_n_spread if stat in {"SD", "CV", "GCV"} else rules.min_n_mean
    if stat in {*COUNTS, "MEDIAN"}:
        return nothing
    too_few = pl.when(few < need).then(pl.lit(said.FEW_VALUES.en.format(need)))
    no_mean = pl.when(pl.lit(stat == "CV") & (pl.col("MEAN") <= 0))
    return pl.coalesce(nothing, too_few, no_mean.then(pl.lit(said.MEAN_NOT_POSITIVE.en)))
