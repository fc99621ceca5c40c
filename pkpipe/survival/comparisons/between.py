"""Tests between groups as rows of the long table: log-rank, Peto weight, hazard ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from pkpipe.protocol.survival_options import Ties
from pkpipe.schema.adam.common import ALL
from pkpipe.survival.comparisons.cox import cox
from pkpipe.survival.comparisons.log_rank import LogRank, logrank, risk_sets
from pkpipe.survival.curves.curve_summary import SCHEMA

Entry = tuple[str, str, float | None, str | None]  # GROUP, STAT, ESTIMATE, NOTE


def compared(frame: pl.DataFrame, strata: Sequence[str] = ()) -> pl.DataFrame:
    """Log-rank and Peto-weighted test of all groups, with observed and expected events of each.

    Args:
        frame: GROUP (text), TIME, EVENT, optional ENTRY, the columns of the strata.
        strata: events are held against those at risk in their own stratum only.
    """
    sets = risk_sets(frame, "TIME", "EVENT", "GROUP", strata)
    return pl.concat(
        [
            *_test_rows("LOGRANK", logrank(sets)),
            *_test_rows("PETO", logrank(sets, rho=1)),
        ]
    )


def _test_rows(name: str, test: LogRank) -> tuple[pl.DataFrame, pl.DataFrame]:
    whole: list[Entry] = [
        (ALL, f"{name}_CHISQ", test.chisq, test.reason),
        (ALL, f"{name}_DF", float(test.df) if test.reason is None else None, test.reason),
        (ALL, f"{name}_P", test.p, test.reason),
    ]
    each: list[Entry] = [
        row
        for k, group in enumerate(test.groups)
        for row in (
            (group, f"{name}_OBSERVED", float(test.observed[k]), None),
            (group, f"{name}_EXPECTED", float(test.expected[k]), None),
        )
    ]
    return _rows(whole), _rows(each)


def _rows(rows: list[Entry]) -> pl.DataFrame:
    schema = {c: SCHEMA[c] for c in ("GROUP", "STAT", "ESTIMATE", "NOTE")}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.with_columns(
        pl.lit(None, dtype=pl.Float64).alias(c) for c in SCHEMA if c not in schema
    ).select(*SCHEMA)


def hazard_ratios(
    frame: pl.DataFrame,
    reference: str,
    ties: Ties = "efron",
    level: float = 0.95,
    strata: Sequence[str] = (),
) -> pl.DataFrame:
    """Hazard ratio of each group against the reference (SE of its logarithm), P, and the global tests."""
    fit = cox(risk_sets(frame, "TIME", "EVENT", "GROUP", strata), reference, ties)
    terms = fit.table(level)
    ratio = terms.select("GROUP", "SE", "LOWER", "UPPER", "NOTE", STAT=pl.lit("HR"), ESTIMATE="HR")
    p = terms.select("GROUP", "NOTE", STAT=pl.lit("HR_P"), ESTIMATE="P")
    none = math.isnan(fit.loglik)  # nobody in the reference
    absent = fit.reason if none else None
    single = [
        ("COX_LR_CHISQ", None if none else fit.lr_chisq, absent),
        ("COX_LR_P", None if none or not fit.df else fit.p_of(fit.lr_chisq), absent),
        ("COX_SCORE_CHISQ", None if none else fit.score_chisq, absent),
        ("COX_WALD_CHISQ", fit.wald_chisq if fit.reason is None else None, fit.reason),
    ]
    whole = _rows([(ALL, stat, value, note) for stat, value, note in single])
    return pl.concat([ratio, p, whole], how="diagonal").select(
        (pl.col(c) if c != "AT" else pl.lit(None)).cast(kind).alias(c) for c, kind in SCHEMA.items()
    )
