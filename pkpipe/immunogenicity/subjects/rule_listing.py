"""ADARULE: subjects whose samples leave something to a rule, with the rule in words (ADA-1 to ADA-13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.immunogenicity.options import AdaOptions

SCHEMA: Final = pl.Schema(
    dict.fromkeys(("USUBJID", "DRUG", "RULE", "WHAT", "DONE"), pl.String())
    | {"N": pl.Int64()}
    | dict.fromkeys(("ADACLASS", "ADASTAT", "COHORT", "LEVEL"), pl.String())
)


@dataclass(frozen=True)
class Decided:
    """What is remarkable, for whom, and what was done about it. `count`: samples it concerns."""

    code: str
    when: pl.Expr
    what: str
    done: str
    count: pl.Expr


_N_POST, _NO_SAMPLE = pl.col("N_POST"), pl.col("N_SAMPLES") == 0
_SAMPLES: Final = pl.col("N_SAMPLES")


def rules(options: AdaOptions) -> tuple[Decided, ...]:
    """In the order of the listing."""
    treated, no_base = pl.col("FIRSTDTM").is_not_null(), pl.col("BASERES").is_null()
    kept = (
        "a post-dose positive is counted as treatment-induced"
        if options.missing_baseline == "negative"
        else "a post-dose positive is a class of its own, in no incidence"
    )
    return (
        Decided("NOSAMPLE", _NO_SAMPLE, "no ADA sample", "status missing, not evaluable", _SAMPLES),
        Decided("NOBASE", ~_NO_SAMPLE & no_base, "no reportable baseline sample", kept, _SAMPLES),
        Decided(
            "NOPOST",
            ~_NO_SAMPLE & (_N_POST == 0),
            "no post-dose sample with a result",
            "status missing, in no incidence; a positive baseline counts for prevalence",
            _SAMPLES,
        ),
        Decided(
            "UNTIMED",
            pl.col("N_UNTIMED") > 0,
            "samples dated without a time",
            "the day decides; on the day of first dose the planned time, and unplanned is before the dose",
            pl.col("N_UNTIMED"),
        ),
        Decided(
            "UNDATED",
            treated & (pl.col("N_UNDATED") > 0),
            "samples without a full date",
            "neither before nor after the dose: not used for status",
            pl.col("N_UNDATED"),
        ),
        Decided(
            "NOTITRE",
            pl.col("N_BARE") > 0,
            "positive without a numeric titre",
            "the titre at the minimum required dilution stands for it where one is stated",
            pl.col("N_BARE"),
        ),
        Decided(
            "INCONC",
            pl.col("N_INCONC") > 0,
            "post-dose negative with drug above the tolerance limit",
            "the sample is inconclusive; so is the subject unless it has a positive",
            pl.col("N_INCONC"),
        ),
        Decided(
            "UNJUDGED",
            pl.col("N_UNJUDGED") > 0,
            "post-dose positive that cannot be compared with baseline",
            "neither induced nor boosted, and not called negative",
            pl.col("N_UNJUDGED"),
        ),
        Decided(
            "NABMISS",
            (pl.col("NABSTAT") == "MISSING") & (pl.col("ADASTAT") == "POSITIVE"),
            "positive, and no NAb status",
            "missing, neither NAb-positive nor NAb-negative",
            pl.col("N_NABMISS"),
        ),
    )


def adarule_of(subjects: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """One row a subject, drug and rule that decided something for it; N samples."""
    parts = [
        subjects.filter(rule.when.fill_null(value=False)).select(
            *("USUBJID", "DRUG", "ADACLASS", "ADASTAT", "COHORT", "LEVEL"),
            RULE=pl.lit(rule.code),
            WHAT=pl.lit(rule.what),
            DONE=pl.lit(rule.done),
            N=rule.count,
            ORDER=pl.lit(i),
        )
        for i, rule in enumerate(rules(options))
    ]
    return (
        pl.concat(parts)
        .sort("DRUG", "ORDER", "USUBJID")
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )
