"""Operating characteristics of a whole design: every quantity over replicates, with Monte Carlo limits."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.simulation.population.design_quantities import PATH, QUANTITIES
from pkpipe.statistics import wilson

LEVEL: Final = 0.95
Z: Final = 1.959963984540054  # of the standard normal, for LEVEL
PLACE: Final = ("quantity", "of", "level", "cohort")
COLUMNS: Final = (
    *(*PLACE, "unit", "trials", "value", "se", "lower", "upper"),
    *("sd", "q10", "median", "q90", "source"),
)
MOST_PATHS: Final = 50


def characteristics(population: pl.DataFrame) -> pl.DataFrame:
    """One row a quantity and place.

    trials: replicates that have a value (a level that was not reached has no exposure). value: their mean;
    of a share of trials with Wilson's limits, of any other quantity with the mean's normal limits.
    """
    value = pl.col("value")
    rows = (
        population.filter(pl.col("quantity") != PATH)
        .group_by(*PLACE, maintain_order=True)
        .agg(
            unit=pl.col("unit").first(),
            trials=pl.len().cast(pl.Int64),
            value=value.mean(),
            sd=value.std(),
            total=value.sum(),
            q10=value.quantile(0.1, "linear"),
            median=value.median(),
            q90=value.quantile(0.9, "linear"),
        )
    )
    about = pl.DataFrame(
        [(q.name, q.kind == "share of trials", q.source) for q in QUANTITIES],
        schema=["quantity", "share", "source"],
        orient="row",
    )
    rows = rows.join(about, on="quantity", how="left", maintain_order="left")
    return _ordered(_with_limits(rows), population).select(COLUMNS)


def _with_limits(rows: pl.DataFrame) -> pl.DataFrame:
    share, number, value = pl.col("share"), pl.col("trials"), pl.col("value")
    counted = rows.select(pl.when(share).then("total").otherwise(0.0)).to_series()
    low, high = wilson(counted.to_numpy(), rows["trials"].to_numpy(), LEVEL)
    spread = pl.when(share).then((value * (1 - value)).sqrt()).otherwise("sd")
    # Of a mean over one trial, or over trials that are all alike, nothing is known about its error.
    half = pl.when(pl.col("sd") > 0).then(Z * pl.col("sd") / number.sqrt())
    # Counts, days, shares and concentrations are not below zero; a change in percent is.
    least = pl.when(pl.col("unit").fill_null("") != "%").then(0.0)
    below = pl.when(half.is_not_null()).then(pl.max_horizontal(value - half, least))
    return rows.with_columns(
        se=spread / number.sqrt(),
        lower=pl.when(share).then(pl.Series(low)).otherwise(below),
        upper=pl.when(share).then(pl.Series(high)).otherwise(value + half),
        # A share of trials is 0 or 1 in each: its spread and quantiles say nothing more.
        **{name: pl.when(~share).then(name) for name in ("sd", "q10", "median", "q90")},
    )


def _ordered(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """By quantity as they are declared; within one as first seen: levels, then cohorts, the trial first."""
    order = {quantity.name: i for i, quantity in enumerate(QUANTITIES)}
    levels = population["level"].drop_nulls().unique(maintain_order=True).to_list()
    cohorts = population["cohort"].drop_nulls().unique(maintain_order=True).to_list()
    return rows.sort(
        pl.col("quantity").replace_strict(order, return_dtype=pl.Int32),
        "of",
        _rank("level", levels),
        _rank("cohort", cohorts),
        maintain_order=True,
    )


def _rank(column: str, names: list[str]) -> pl.Expr:
    ranks = {name: i for i, name in enumerate(names)}
    return pl.col(column).replace_strict(ranks, default=-1, return_dtype=pl.Int32)


def paths(population: pl.DataFrame) -> pl.DataFrame:
    """The ways the escalation went, the most frequent first: path, trials, share, an example to look at."""
    rows = population.filter(pl.col("quantity") == PATH)
    return (
        rows.group_by(path=pl.col("text"))
        .agg(trials=pl.len().cast(pl.Int64), example=pl.col("replicate").min())
        .with_columns(share=pl.col("trials") / max(rows.height, 1))
        .sort("trials", "path", descending=[True, False])
        .head(MOST_PATHS)
        .select("path", "trials", "share", "example")
    )
