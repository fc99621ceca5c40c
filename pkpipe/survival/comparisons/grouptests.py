"""KMTEST: the groups a study compares, by the log-rank test and Cox's hazard ratios, as data.

Descriptive: no group here was drawn by lot, and no level is shared out between several tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
from polars.selectors import by_name

from pkpipe.protocol.efficacy import Comparison, SurvivalPlan
from pkpipe.schema.adam.common import ALL
from pkpipe.survival.comparisons.between import compared, hazard_ratios
from pkpipe.survival.curves.curve_summary import ESTIMATE_COLUMNS, SCHEMA
from pkpipe.survival.curves.observations import ENTRY

TESTS: Final = {
    **dict.fromkeys(("PARAMCD", "GROUP", "REFVAL", "STRATA", "GROUPVAL", "STAT"), pl.String()),
    **{c: SCHEMA[c] for c in ESTIMATE_COLUMNS},
    **dict.fromkeys(("STATUS", "REASON"), pl.String()),
}
# In the order shown: all groups together, then group by group.
OF_ALL: Final = ("LOGRANK_CHISQ", "LOGRANK_DF", "LOGRANK_P")
OF_GROUP: Final = ("N", "EVENTS", "LOGRANK_OBSERVED", "LOGRANK_EXPECTED", "HR", "HR_P")
NOBODY: Final = "no subject with this endpoint"


def group_tests(
    adtte: pl.DataFrame, subjects: pl.DataFrame, plan: SurvivalPlan, endpoints: Sequence[str]
) -> pl.DataFrame:
    """Every comparison of the plan, endpoint by endpoint, in the order of the study file.

    Args:
        adtte: PARAMCD, AVAL, CNSR, optional ENTRY, the columns of groups and strata; leading rows only.
        subjects: everybody treated, so that a group without a time is shown, not left out.
        plan: the comparisons and the level of the limits.
        endpoints: those there is data for.
    """
    parts = [
        _one(adtte.filter(pl.col("PARAMCD") == code), subjects, comparison, plan)
        .with_columns(PARAMCD=pl.lit(code), REFVAL=pl.lit(comparison.reference))
        .select(pl.col(n).cast(t) for n, t in TESTS.items())
        for comparison in plan.comparisons
        for code in comparison.endpoints
        if code in endpoints
    ]
    return pl.concat([pl.DataFrame(schema=TESTS), *parts])


def _one(
    times: pl.DataFrame, subjects: pl.DataFrame, comparison: Comparison, rules: SurvivalPlan
) -> pl.DataFrame:
    """All statistics of one endpoint and comparison; a number that is missing is NE with its reason."""
    groups = _groups(subjects, comparison)
    strata = rules.strata_of(comparison)
    named = {f"BY_{c}": pl.col(c) for c in strata}
    rows = times.select(
        by_name(ENTRY, require_all=False),
        **named,
        GROUP=comparison.group,
        TIME="AVAL",
        EVENT=1 - pl.col("CNSR"),
    ).filter(pl.col("GROUP").is_in(groups["GROUPVAL"].to_list()))
    found = pl.concat(
        [
            _counts(rows),
            compared(rows, list(named)),
            hazard_ratios(rows, comparison.reference, rules.ties, rules.level, list(named)),
        ],
        how="diagonal",
    ).select(*ESTIMATE_COLUMNS, "STAT", "NOTE", GROUPVAL="GROUP")
    asked = _asked(groups, comparison.reference)
    table = asked.join(found, on=("GROUPVAL", "STAT"), how="left", maintain_order="left")
    counted = pl.col("STAT").is_in(("N", "EVENTS"))
    estimate = pl.when(counted).then(pl.col("ESTIMATE").fill_null(0.0)).otherwise("ESTIMATE")
    return table.with_columns(ESTIMATE=estimate).with_columns(
        GROUP=pl.lit(comparison.group),
        STRATA=pl.lit(", ".join(strata) or None, dtype=pl.String),
        STATUS=pl.when(pl.col("ESTIMATE").is_null()).then(pl.lit("NE")).otherwise(pl.lit("OK")),
        REASON=pl.when(pl.col("ESTIMATE").is_null()).then(pl.col("NOTE").fill_null(NOBODY)),
    )


def _groups(subjects: pl.DataFrame, comparison: Comparison) -> pl.DataFrame:
    """GROUPVAL of the groups compared: the reference, then those named, or all that occur by name."""
    others = list(comparison.against)
    if not others:
        names = subjects[comparison.group].drop_nulls().unique().sort().to_list()
        others = [str(n) for n in names if n != comparison.reference]
    return pl.DataFrame({"GROUPVAL": [comparison.reference, *others]})


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    complete = rows.drop_nulls(["TIME", "EVENT"])
    counts = complete.group_by("GROUP").agg(N=pl.len(), EVENTS=pl.col("EVENT").sum())
    return counts.unpivot(
        ["N", "EVENTS"], index="GROUP", variable_name="STAT", value_name="ESTIMATE"
    ).with_columns(pl.col("ESTIMATE").cast(pl.Float64))


def _asked(groups: pl.DataFrame, reference: str) -> pl.DataFrame:
    """What is to be shown, in order: the test of all, then each group; the reference has no ratio."""
    of_all = pl.DataFrame({"GROUPVAL": [ALL] * len(OF_ALL), "STAT": OF_ALL})
    each = groups.join(pl.DataFrame({"STAT": OF_GROUP}), how="cross", maintain_order="left_right")
    ratio = pl.col("STAT").is_in(("HR", "HR_P"))
    return pl.concat([of_all, each.filter(~(ratio & (pl.col("GROUPVAL") == reference)))])
