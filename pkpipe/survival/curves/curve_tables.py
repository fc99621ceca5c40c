"""KMCURVE and KMSUM: curves and their readings, for everybody, cohorts, levels, parts and tumour types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl
from polars.selectors import by_name

from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.schema.adam.common import SUBJECT_GROUPS
from pkpipe.survival.curves.curve_summary import SCHEMA, Reading, few_counted, summary
from pkpipe.survival.curves.km import curves
from pkpipe.survival.curves.observations import ENTRY

SHOWN: Final = ("N", "EVENTS", "MEDIAN", "Q25", "Q75", "SURV", "NRISK", "RMST", "FOLLOWUP")
# Counts of people, in no unit of time.
COUNT_STATISTICS: Final = ("N", "EVENTS", "NRISK")
CURVE: Final = {
    **dict.fromkeys(("PARAMCD", "GROUP", "GROUPVAL"), pl.String()),
    "TIME": pl.Float64(),
    **dict.fromkeys(("NRISK", "NEVENT", "NCENSOR"), pl.Int64()),
    **dict.fromkeys(("SURV", "SE", "LOWER", "UPPER"), pl.Float64()),
}
SUMMARY: Final = {
    **dict.fromkeys(("PARAMCD", "GROUP", "GROUPVAL", "STAT"), pl.String()),
    **{c: SCHEMA[c] for c in ("AT", "ESTIMATE", "SE", "LOWER", "UPPER")},
    **dict.fromkeys(("UNIT", "NOTE"), pl.String()),
}
_BY: Final = ("PARAMCD", "GROUP", "GROUPVAL")
JOINT: Final = "\x1f"  # unit separator, in no code and no label


def km_tables(
    adtte: pl.DataFrame,
    subjects: pl.DataFrame,
    plan: SurvivalPlan | None,
    endpoints: Sequence[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """KMCURVE and KMSUM of the leading scheme.

    Args:
        adtte: PARAMCD, AVAL, CNSR, optional ENTRY, the group columns; leading rows only.
        subjects: everybody, so that a group without a time is shown with N = 0.
        plan: limits, level, landmarks, fewest at risk, fewest in a curve.
        endpoints: in the order to show.
    """
    if plan is None:
        return pl.DataFrame(schema=CURVE), pl.DataFrame(schema=SUMMARY)
    everyone = every_group(adtte, subjects, endpoints)
    large = everyone.filter(pl.col("N") >= plan.min_n_curve)
    curve = curves(large, "TIME", "EVENT", _BY, plan.conf, plan.level)
    return (
        in_order(curve.select(pl.col(n).cast(t) for n, t in CURVE.items()), endpoints, ["TIME"]),
        in_order(_summary(everyone, plan), endpoints, []),
    )


def every_group(
    adtte: pl.DataFrame, subjects: pl.DataFrame, endpoints: Sequence[str], *more: str
) -> pl.DataFrame:
    """TIME, EVENT, ENTRY if there is one, and more columns, of each row for ALL and for each of its groups.

    N is the number of times of the group; a group of subjects without one has an empty row.
    """
    own = adtte.select(
        "PARAMCD",
        by_name(ENTRY, require_all=False),
        *more,
        *SUBJECT_GROUPS,
        TIME="AVAL",
        EVENT=1 - pl.col("CNSR"),
    )
    times = _by_group(own)
    everyone = pl.concat([times, _nobody(times, subjects, endpoints)], how="diagonal")
    return everyone.with_columns(N=pl.col("TIME").count().over(_BY))


def summarised(
    everyone: pl.DataFrame, read: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """What is read of each group of every endpoint, beside these and N.

    Args:
        everyone: as `every_group` gives them.
        read: knows a group by one name, GROUP.
    """
    keyed = everyone.with_columns(KEY=pl.concat_str(_BY, separator=JOINT))
    found = read(keyed.drop(*_BY, "N").rename({"KEY": "GROUP"}))
    keys = keyed.select("KEY", *_BY, "N").unique("KEY")
    return found.rename({"GROUP": "KEY"}).join(keys, on="KEY", how="left", maintain_order="left")


def _by_group(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row once for ALL and once for every group it is in."""
    return pl.concat(
        rows.select(
            pl.all().exclude(SUBJECT_GROUPS),
            GROUP=pl.lit(group),
            GROUPVAL=pl.lit("ALL") if group == "ALL" else pl.col(group),
        ).drop_nulls("GROUPVAL")
        for group in ("ALL", *SUBJECT_GROUPS)
    )


def _nobody(times: pl.DataFrame, subjects: pl.DataFrame, endpoints: Sequence[str]) -> pl.DataFrame:
    """One empty row for each endpoint and group of subjects that has no time."""
    everybody = pl.DataFrame({"GROUP": ["ALL"], "GROUPVAL": ["ALL"]})
    groups = _by_group(subjects.select(*SUBJECT_GROUPS)).select("GROUP", "GROUPVAL")
    groups = pl.concat([everybody, groups]).unique()
    codes = pl.DataFrame({"PARAMCD": list(endpoints)}, schema={"PARAMCD": pl.String()})
    missing = codes.join(groups, how="cross").join(times, on=_BY, how="anti")
    return missing.select(
        *_BY,
        TIME=pl.lit(None, dtype=pl.Float64),
        EVENT=pl.lit(None, dtype=pl.Int64),
    )


def reading_of(plan: SurvivalPlan) -> Reading:
    """What a study reads off its curves."""
    return Reading(
        conf=plan.conf,
        level=plan.level,
        at=tuple(m * plan.month_days for m in plan.landmarks_months),
        min_at_risk=plan.min_at_risk,
        at_last=False,
    )


def _summary(everyone: pl.DataFrame, plan: SurvivalPlan) -> pl.DataFrame:
    reading = reading_of(plan)
    table = summarised(everyone, lambda frame: summary(frame, reading))
    nobody = pl.when(pl.col("N") == 0).then(pl.lit("no subject with this endpoint"))
    days = pl.when(pl.col("STAT") == "SURV").then(pl.lit("probability")).otherwise(pl.lit("days"))
    return (
        few_counted(table.filter(pl.col("STAT").is_in(SHOWN)), pl.col("N"), plan.min_n_curve)
        .with_columns(
            NOTE=nobody.otherwise("NOTE"),
            UNIT=pl.when(pl.col("STAT").is_in(COUNT_STATISTICS))
            .then(pl.lit("subjects"))
            .otherwise(days),
        )
        .select(pl.col(n).cast(t) for n, t in SUMMARY.items())
    )


def in_order(table: pl.DataFrame, endpoints: Sequence[str], then: list[str]) -> pl.DataFrame:
    """By endpoint as listed, group as declared, group value; within it the order stays."""
    codes = pl.col("PARAMCD").replace_strict(
        {code: i for i, code in enumerate(endpoints)}, default=None, return_dtype=pl.Int8
    )
    groups = pl.col("GROUP").replace_strict(
        {group: i for i, group in enumerate(("ALL", *SUBJECT_GROUPS))}, return_dtype=pl.Int8
    )
    return table.sort(codes, groups, "GROUPVAL", *then, maintain_order=True)
