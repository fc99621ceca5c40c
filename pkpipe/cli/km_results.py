"""What `pkpipe km` writes of tests between groups, strata and kinds of event."""

from __future__ import annotations

import polars as pl

from pkpipe.cli.km_declared import STRATUM
from pkpipe.protocol.survival_options import CurveRules
from pkpipe.schema.adam.common import ALL
from pkpipe.survival.between import compared, hazard_ratios
from pkpipe.survival.curve_summary import SCHEMA, Reading, few_counted
from pkpipe.survival.incidence_summary import EVENTS as CIF_EVENTS
from pkpipe.survival.incidence_summary import INCIDENCE, incidence_summary


def between_groups(named: pl.DataFrame, rules: CurveRules) -> list[pl.DataFrame]:
    """The tests between the groups; with strata how many of them rest on."""
    if not rules.strata:
        return [compared(named)]
    told = named.drop_nulls(["TIME", "EVENT", STRATUM])
    row = {"GROUP": ALL, "STAT": "STRATA", "ESTIMATE": float(told[STRATUM].n_unique())}
    row["NOTE"] = f"tests are stratified by {', '.join(rules.strata)}"
    strata = pl.DataFrame([row], schema=SCHEMA)
    return [strata, compared(named, [STRATUM])]


def ratios(named: pl.DataFrame, reference: str, rules: CurveRules) -> pl.DataFrame:
    """Hazard ratios against the reference, within strata where these are asked for."""
    strata = [STRATUM] if rules.strata else []
    return hazard_ratios(named, reference, rules.ties, rules.level, strata)


def of_kinds(everyone: pl.DataFrame, reading: Reading, rules: CurveRules) -> pl.DataFrame:
    """Cumulative incidence of each kind of event."""
    table = incidence_summary(everyone, list(rules.competing.values()), reading)
    complete = everyone.drop_nulls(["TIME", "EVENT"])
    sizes = complete.group_by("GROUP").agg(SIZE=pl.len())
    table = table.join(sizes, on="GROUP", how="left", maintain_order="left")
    counted = few_counted(table, pl.col("SIZE").fill_null(0), rules.min_n_curve, (CIF_EVENTS,))
    return counted.drop("SIZE")


def between_groups_by_kind(
    named: pl.DataFrame, reference: str | None, rules: CurveRules
) -> list[pl.DataFrame]:
    """The tests of each kind of event, the others counted as censored."""
    parts = []
    for kind in rules.competing.values():
        own = (pl.col("KIND") == kind).fill_null(value=False)
        rows = named.with_columns(
            EVENT=pl.when(pl.col("EVENT").is_not_null()).then(own.cast(pl.Float64))
        )
        tests = [compared(rows, [STRATUM] if rules.strata else [])]
        tests += [] if reference is None else [ratios(rows, reference, rules)]
        parts += [table.with_columns(KIND=pl.lit(kind)) for table in tests]
    return parts


def together(parts: list[pl.DataFrame], rules: CurveRules) -> pl.DataFrame:
    """One long table; the kind of event has a column where kinds are told apart."""
    if not rules.competing:
        return pl.concat(parts)
    return pl.concat(parts, how="diagonal").select(*INCIDENCE)
