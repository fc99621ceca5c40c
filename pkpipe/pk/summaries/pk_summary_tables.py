"""PKCONC and PKSTAT: concentrations by nominal time, parameters by level and cycle."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.pk.summaries.geometric import COUNTS, PERCENT, Rules, described
from pkpipe.protocol.nca import PkSummaries
from pkpipe.schema.adam.common import ALL
from pkpipe.sentences import sentence

CONC_KEYS: Final = ("PARAMCD", "MATRIX", "LEVEL", "COHORT", "CYCLE", "ATPTN")
STAT_KEYS: Final = ("PARCAT1", "MATRIX", "LEVEL", "COHORT", "CYCLE", "PARAMCD", "WINDOW")
# Statistics of a time or a count: it is described by its middle and its range.
POSITION: Final = ("N", "MEDIAN", "MIN", "MAX")


def rules_of(plan: PkSummaries) -> Rules:
    """The plan's limits for statistics."""
    return Rules(
        min_n_spread=plan.min_n_spread,
        blq_share_max_geometric=plan.blq_share_max_geometric,
        blq_share_max_mean=plan.blq_share_max_mean,
    )


def concentration_summary(adpc: pl.DataFrame, plan: PkSummaries) -> pl.DataFrame:
    """By analyte, level, cohort (and all cohorts of a level), cycle and nominal time."""
    rows = adpc.filter((pl.col("SUMFL") == "Y") & pl.col("ATPTN").is_not_null()).with_columns(
        VALUE="AVAL", ATPTN="NRRLT", CYCLE=pl.col("CYCLE")
    )
    labels = rows.group_by("PARAMCD", "MATRIX", "ATPTN").agg(
        pl.col("ATPT").drop_nulls().first(), pl.col("AVALU").drop_nulls().first()
    )
    stats = described(_with_all(rows), CONC_KEYS, rules_of(plan))
    return _with_unit(
        stats.join(labels, on=["PARAMCD", "MATRIX", "ATPTN"], how="left", maintain_order="left")
    )


def parameter_summary(adpp: pl.DataFrame, kinds: pl.DataFrame, plan: PkSummaries) -> pl.DataFrame:
    """By analyte, level, cohort (and all cohorts of a level), cycle and parameter.

    `kinds`: PARAMCD and SUMMARY, the statistic that suits a parameter (`geometric`, `arithmetic`, `median`).
    """
    rows = adpp.filter((pl.col("SUMFL") == "Y") & pl.col("AVAL").is_not_null()).with_columns(
        VALUE="AVAL", WINDOW=window()
    )
    labels = rows.group_by("PARCAT1", "PARAMCD").agg(
        pl.col("PARAM").first(), pl.col("AVALU").drop_nulls().first()
    )
    stats = described(_with_all(rows), STAT_KEYS, rules_of(plan)).join(
        kinds, on="PARAMCD", how="left", maintain_order="left"
    )
    # what does not suit a parameter is not a gap: those rows are not made
    stats = stats.filter((pl.col("SUMMARY") != "median") | pl.col("STAT").is_in(POSITION))
    stats = stats.filter(pl.col("STAT") != "NBLQ")
    return _with_unit(
        stats.drop("SUMMARY").join(
            labels, on=["PARCAT1", "PARAMCD"], how="left", maintain_order="left"
        )
    )


def window() -> pl.Expr:
    """The window of a partial area, empty for what has none."""
    return pl.when(pl.col("PARAMCD").str.starts_with("AUCINT")).then(
        sentence("{} to {} h", pl.col("START").round(2), pl.col("END").round(2))
    )


def _with_all(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows.with_columns(COHORT=pl.lit(ALL))])


def _with_unit(stats: pl.DataFrame) -> pl.DataFrame:
    unit = pl.when(pl.col("STAT").is_in(list(COUNTS))).then(None)
    return stats.with_columns(
        AVALU=unit.when(pl.col("STAT").is_in(list(PERCENT))).then(pl.lit("%")).otherwise("AVALU")
    )
