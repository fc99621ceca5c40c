"""What `pkpipe km` writes of tests between groups, strata and kinds of event."""

from __future__ import annotations

import polars as pl

from pkpipe.cli.km_declared import STRATUM
from pkpipe.protocol.survival_options import CurveRules
from pkpipe.schema.adam.common import ALL
from pkpipe.survival.comparisons.between import compared, hazard_ratios
from pkpipe.survival.competing_events.incidence_summary import EVENTS as CIF_EVENTS
from pkpipe.survival.competing_events.incidence_summary import INCIDENCE, incidence_summary
from pkpipe.survival.curves.curve_summary import BY, SCHEMA, Reading, few_counted
from pkpipe.survival.curves.observations import left_out


def between_groups(named: pl.DataFrame, rules: CurveRules) -> list[pl.DataFrame]:
    """The tests between the groups; with strata how many of them rest on."""
    tests = compared(named, _strata(rules))
    if not rules.strata:
        return [tests]
    told = named.drop_nulls(["TIME", "EVENT", STRATUM])
    row = {"GROUP": ALL, "STAT": "STRATA", "ESTIMATE": float(told[STRATUM].n_unique())}
    row["NOTE"] = f"tests are stratified by {', '.join(rules.strata)}"
    return [pl.DataFrame([row], schema=SCHEMA), tests]


def ratios(named: pl.DataFrame, reference: str, rules: CurveRules) -> pl.DataFrame:
    """Hazard ratios against the reference, within strata where these are asked for."""
    return hazard_ratios(named, reference, rules.ties, rules.level, _strata(rules))


def _strata(rules: CurveRules) -> list[str]:
    return [STRATUM] if rules.strata else []


def of_kinds(everyone: pl.DataFrame, reading: Reading, rules: CurveRules) -> pl.DataFrame:
    """Cumulative incidence of each kind of event."""
    table = incidence_summary(everyone, list(rules.competing.values()), reading)
    sizes = left_out(everyone, "TIME", "EVENT", BY).drop("DROPPED")
    table = table.join(sizes, on="GROUP", how="left", maintain_order="left")
    return few_counted(table, pl.col("N"), rules.min_n_curve, (CIF_EVENTS,)).drop("N")


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
        tests = [compared(rows, _strata(rules))]
        tests += [] if reference is None else [ratios(rows, reference, rules)]
        parts += [table.with_columns(KIND=pl.lit(kind)) for table in tests]
    return parts


def together(parts: list[pl.DataFrame], rules: CurveRules) -> pl.DataFrame:
    """One long table; the kind of event has a column where kinds are told apart."""
    if not rules.competing:
        return pl.concat(parts)
    return pl.concat(parts, how="diagonal").select(*INCIDENCE)
