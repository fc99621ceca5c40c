"""DLT by cohort, and over all cohorts that look for a dose together."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL
from pkpipe.statistics import clopper_pearson

Tables = Mapping[str, pl.DataFrame]


def dlt_rows(tables: Tables, study: Study) -> pl.DataFrame:
    """DLT x of n by level, subjects still in the window, and the decision for the whole study."""
    if study.escalation is None:
        return pl.DataFrame({"COHORT": [ALL]}).with_columns(
            PARAMCD=pl.lit("DECISION"),
            STAT=pl.lit("NOTE"),
            PARAM=pl.lit("Dose-escalation decision"),
            VALUEC=pl.lit("no dose escalation in this study"),
            REASON=pl.lit("the study file has no escalation section"),
        )
    decision = tables["DECISION"]
    levels = decision.filter(pl.col("SCOPE") == "LEVEL")
    cohorts = pl.DataFrame(
        {
            "COHORT": [c.code for c in study.cohorts if c.part == "escalation"],
            "LEVEL": [c.level for c in study.cohorts if c.part == "escalation"],
        },
        schema={"COHORT": pl.String, "LEVEL": pl.String},
    ).join(levels, on="LEVEL", how="inner", maintain_order="left")
    count = [
        cohorts.select(
            "COHORT",
            PARAMCD=pl.lit(code),
            STAT=pl.lit(stat),
            PARAM=pl.lit(label),
            VALUE=pl.col(column).cast(pl.Float64) * scale,
            UNIT=pl.lit(unit),
            N=pl.col("N").cast(pl.Int64),
            REASON=pl.when(pl.col("N").is_null())
            .then("REASON")
            .when((pl.col("N") == 0) & (code != "PENDING"))
            .then(pl.lit("no evaluable subject")),
        )
        for code, label, column, stat, unit, scale in (
            ("EVALUABLE", "DLT-evaluable subjects", "N", "COUNT", "subjects", 1.0),
            ("DLT", "Subjects with DLT", "Y", "COUNT", "subjects", 1.0),
            ("PENDING", "In the DLT window", "PEND", "COUNT", "subjects", 1.0),
            ("DLT", "Subjects with DLT", "LOWER", "LOWER", "%", 100.0),
            ("DLT", "Subjects with DLT", "UPPER", "UPPER", "%", 100.0),
        )
    ]
    every = _all_levels(levels, cohorts)
    answer = decision.filter(pl.col("SCOPE") == "STUDY").select(
        COHORT=pl.lit(ALL),
        PARAMCD=pl.lit("DECISION"),
        STAT=pl.lit("NOTE"),
        PARAM=pl.lit("Dose-escalation decision"),
        VALUEC=pl.col("DECISION"),
        REASON=pl.col("REASON"),
    )
    return pl.concat([*count, every, answer], how="diagonal")


def _all_levels(levels: pl.DataFrame, cohorts: pl.DataFrame) -> pl.DataFrame:
    """DLT incidence over the evaluable subjects of all escalation cohorts together, with exact limits."""
    own = levels.filter(pl.col("LEVEL").is_in(cohorts["LEVEL"].implode()))
    lost = own.filter(pl.col("N").is_null())
    why = None if lost.is_empty() else str(lost["REASON"][0])
    sums = [None if why else int(own[c].sum()) for c in ("N", "Y", "PEND")]
    n, dlt, pending = sums
    lower, upper = (0.0, 0.0) if not n else map(float, clopper_pearson(dlt or 0, n))
    share = 100 * dlt / n if n and dlt is not None else None
    if why is None and not n:
        why = "no evaluable subject"
    where = "all escalation cohorts together"
    rows = (
        ("EVALUABLE", f"DLT-evaluable subjects, {where}", "COUNT", n, "subjects"),
        ("DLT", f"Subjects with DLT, {where}", "COUNT", dlt, "subjects"),
        ("PENDING", f"In the DLT window, {where}", "COUNT", pending, "subjects"),
        ("DLT", f"Subjects with DLT, {where}", "PERCENT", share, "%"),
        ("DLT", f"Subjects with DLT, {where}", "LOWER", 100 * lower if n else None, "%"),
        ("DLT", f"Subjects with DLT, {where}", "UPPER", 100 * upper if n else None, "%"),
    )
    table = pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(("PARAMCD", "PARAM", "STAT"), pl.String),
            "VALUE": pl.Float64,
            "UNIT": pl.String,
        },
        orient="row",
        strict=False,
    )
    pending_row = pl.col("PARAMCD") == "PENDING"
    return table.with_columns(
        COHORT=pl.lit(ALL),
        N=pl.lit(n, dtype=pl.Int64),
        REASON=pl.when(~pending_row | pl.lit(n is None)).then(pl.lit(why, dtype=pl.String)),
    )
