"""Who is counted together: all treated subjects, by cohort, by dose level."""

from __future__ import annotations

from typing import Final

import polars as pl

COUNTED_FOR: Final = ("ALL", "COHORT", "LEVEL")


def members(adsl: pl.DataFrame) -> pl.DataFrame:
    """One row a treated subject and group: `USUBJID`, `GROUP`, `GROUPVAL`, and the group's size `N`."""
    treated = adsl.filter(pl.col("SAFFL") == "Y")
    values = {"ALL": pl.lit("ALL"), "COHORT": pl.col("COHORT"), "LEVEL": pl.col("LEVEL")}
    rows = pl.concat(
        treated.select(
            "USUBJID",
            pl.lit(group).alias("GROUP"),
            values[group].cast(pl.String).alias("GROUPVAL"),
        )
        for group in COUNTED_FOR
    ).drop_nulls("GROUPVAL")
    return rows.with_columns(N=pl.len().over("GROUP", "GROUPVAL").cast(pl.Int64))


def sizes(membership: pl.DataFrame) -> pl.DataFrame:
    """One row a group with its size."""
    return membership.select("GROUP", "GROUPVAL", "N").unique().sort("GROUP", "GROUPVAL")


def percent(x: str = "X", n: str = "N") -> pl.Expr:
    """X of N in percent, empty where nobody is in the group."""
    return pl.when(pl.col(n) > 0).then(100 * pl.col(x) / pl.col(n))
