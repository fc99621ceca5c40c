"""ADALMK: adverse events and response by ADA status at a landmark day (ADA-15).

Antibodies take weeks to appear, so who is found positive has lived and stayed that long: events counted from
the first dose would be set against a status known only later (immortal time). Here status is what was known
by day L, only those still at risk on day L are counted, and only what begins after it (Anderson, Cain &
Gelber, J Clin Oncol 1983;1:710).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import (
    ANTIBODIES,
    CONCENTRATIONS,
    collected,
    remarked,
    withheld,
)
from pkpipe.clinical.response import EVALUABLE, rests_on
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.cohorts.landmark import Outcome, judged, outcomes, subjects_at, why_not
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence
from pkpipe.statistics import clopper_pearson

Tables = Mapping[str, pl.DataFrame]
CONFIDENCE: Final = 0.95
STATUSES: Final = ("POSITIVE", "NEGATIVE", "UNAFFECTED", "INCONCLUSIVE", "UNKNOWN")
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("DRUG", "GROUP", "GROUPVAL", "PARAMCD", "STATUS", "PARAM"), pl.String())
    | {"LANDMARK": pl.Int64(), "NALL": pl.Int64(), "NOUT": pl.Int64(), "OUTRSN": pl.String()}
    | dict.fromkeys(("N", "NPRIOR", "X"), pl.Int64())
    | dict.fromkeys(("PCT", "LOWER", "UPPER", "LEVELCI"), pl.Float64())
    | {"REASON": pl.String()}
)
OUTCOME_COLUMNS: Final = ("NALL", "NOUT", "N", "NPRIOR", "X", "PCT", "LOWER", "UPPER")


def ada_outcomes(tables: Tables, study: Study) -> pl.DataFrame:
    """One row a drug, group, outcome and status by day L.

    NALL subjects have the status; NOUT of them are not at risk on day L (OUTRSN: why, counted); X of the
    other N have the outcome after day L; PCT with exact limits. NPRIOR of N had it before too (events recur).
    """
    plan = study.immunogenicity.impact if study.immunogenicity else None
    if plan is None or not study.collects("IS"):
        return pl.DataFrame(schema=SCHEMA)
    subjects = subjects_at(tables, study, plan)
    asked = outcomes(plan, (*rests_on(study), *EVALUABLE))
    known = collected(tables, study)
    parts = [
        _counted(judged(subjects, tables["ADAE"], o), o, why_not(o, known, study)) for o in asked
    ]
    closes = study.safety is not None and study.safety.teae_ends_with_new_therapy
    stopped = pl.col("PCT").is_not_null() & ((pl.col("PARAMCD") == "ORR") | pl.lit(closes))
    order = {o.code: i for i, o in enumerate(asked)}
    ranks = {s: i for i, s in enumerate(STATUSES)}
    rows = remarked(pl.concat(parts), unknown_therapy(known), stopped)
    # without concentrations nobody knows which negatives are inconclusive (ADA-2)
    assays = study.immunogenicity.assays if study.immunogenicity else ()
    limited = [a.drug for a in assays if a.drug_tolerance is not None]
    unknown = pl.col("STATUS").is_in(("NEGATIVE", "INCONCLUSIVE")) & pl.col("DRUG").is_in(limited)
    rows = withheld(rows, known.reason(*CONCENTRATIONS), OUTCOME_COLUMNS, where=unknown)
    return (
        withheld(rows, known.reason(*ANTIBODIES), OUTCOME_COLUMNS)
        .with_columns(LANDMARK=pl.lit(plan.landmark_day))
        .sort(
            *("DRUG", "GROUP", "GROUPVAL"),
            pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int8),
            pl.col("STATUS").replace_strict(ranks, return_dtype=pl.Int8),
        )
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )


def _counted(judged: pl.DataFrame, outcome: Outcome, lost: str | None) -> pl.DataFrame:
    """The rows of one outcome, over all levels and by level; every status is there."""
    grouped = pl.concat(
        [
            judged.with_columns(GROUP=pl.lit("ALL"), GROUPVAL=pl.lit("ALL")),
            judged.with_columns(GROUP=pl.lit("LEVEL"), GROUPVAL="LEVEL").drop_nulls("GROUPVAL"),
        ]
    )
    keys = ["DRUG", "GROUP", "GROUPVAL"]
    every = grouped.select(keys).unique().join(pl.DataFrame({"STATUS": STATUSES}), how="cross")
    inside = pl.col("OUT").is_null()
    counts = grouped.group_by(*keys, "STATUS").agg(
        NALL=pl.len(),
        NOUT=(~inside).sum(),
        N=inside.sum(),
        X=(inside & pl.col("AFTER")).sum(),
        NPRIOR=(inside & pl.col("PRIOR")).sum(),
        UNDATED=(inside & pl.col("UNDATED")).sum(),
        **{words: (pl.col("OUT") == words).sum() for _, words in outcome.exclusions},
    )
    numbers = [c for c in counts.columns if c not in {*keys, "STATUS"}]
    rows = every.join(counts, on=[*keys, "STATUS"], how="left").with_columns(
        pl.col(numbers).fill_null(0).cast(pl.Int64)
    )
    return _with_shares(rows, outcome, lost)


def _with_shares(rows: pl.DataFrame, outcome: Outcome, lost: str | None) -> pl.DataFrame:
    lower, upper = clopper_pearson(rows["X"].to_numpy(), rows["N"].to_numpy(), CONFIDENCE)
    known = pl.lit(lost is None)
    some = known & (pl.col("N") > 0)
    return rows.select(
        *("DRUG", "GROUP", "GROUPVAL", "STATUS", "NALL"),
        pl.when(known).then(_in_words([words for _, words in outcome.exclusions])).alias("OUTRSN"),
        *(pl.when(known).then(pl.col(c)).alias(c) for c in ("NOUT", "N", "NPRIOR", "X")),
        PARAMCD=pl.lit(outcome.code),
        PARAM=pl.lit(outcome.label),
        PCT=pl.when(some).then(100 * pl.col("X") / pl.col("N")),
        LOWER=pl.when(some).then(100 * pl.Series(lower)),
        UPPER=pl.when(some).then(100 * pl.Series(upper)),
        LEVELCI=pl.when(some).then(pl.lit(CONFIDENCE)),
        REASON=pl.when(~known)
        .then(pl.lit(lost, dtype=pl.String))
        .when(pl.col("N") == 0)
        .then(pl.lit("nobody of this status at risk on the landmark day"))
        .when(pl.col("UNDATED") > 0)
        .then(sentence("subjects with an event without a start date, not placed: {}", "UNDATED")),
    )


def _in_words(reasons: Sequence[str]) -> pl.Expr:
    """`died 2; left the study 1`, of the reasons that occur; null if none does."""
    each = [pl.when(pl.col(r) > 0).then(sentence("{} {}", pl.lit(r), pl.col(r))) for r in reasons]
    return pl.concat_str(each, separator="; ", ignore_nulls=True).replace("", None)
