"""Samples to one row a subject and drug: baseline, induced or boosted, for how long, neutralising or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.immunogenicity.options import AdaOptions
from pkpipe.immunogenicity.samples import sample_sentences as said
from pkpipe.immunogenicity.samples.sample_status import KEY, first_of
from pkpipe.immunogenicity.samples.tolerance import unchecked
from pkpipe.immunogenicity.subjects.status_rules import (
    APART,
    AS_NEGATIVE,
    NAB_RULES,
    STATUS0,
    STATUS_RULES,
    UNCHECKED_NEGATIVE,
)

DAY_US: Final = 86_400_000_000
REPORTABLE: Final = ("POSITIVE", "NEGATIVE")
EVALUABLE: Final = (*REPORTABLE, "INCONCLUSIVE")

_BASE, _RESULT = pl.col("BASERES"), pl.col("RESULT")
_POSITIVE = _RESULT == "POSITIVE"


@dataclass(frozen=True)
class SampleClass:
    """What a post-dose sample says about treatment, given the baseline (TFLAGV of admiral's ADAB)."""

    when: pl.Expr
    code: str | None
    reason: str | None


def sample_classes(options: AdaOptions) -> tuple[SampleClass, ...]:
    """ADA-4 to ADA-6 per sample, in reading order: 1 induced, 2 boosted, 3 unaffected, 0 negative."""
    separate = options.missing_baseline == "separate"
    boosted = _boosted(options)
    return (
        SampleClass(pl.col("PHASE") != "POST", None, None),
        SampleClass(~_RESULT.is_in(REPORTABLE), None, None),
        SampleClass((_BASE == "POSITIVE") & ~_POSITIVE, "3", None),
        SampleClass((_BASE == "POSITIVE") & boosted, "2", None),
        SampleClass((_BASE == "POSITIVE") & boosted.is_not_null(), "3", None),
        SampleClass(_BASE == "POSITIVE", None, said.NO_TITRE.en),
        SampleClass(~_POSITIVE, "0", None),
        SampleClass(_BASE.is_null() & pl.lit(separate), None, said.NO_BASELINE.en),
        SampleClass(pl.lit(True), "1", None),
    )


def _boosted(options: AdaOptions) -> pl.Expr:
    """True where the titre reached the stated multiple of baseline, false where it cannot have; else null.

    Of `<10` and `≥2560` the bound is known: a baseline below 10 and a titre of 160 are a rise of more than
    16-fold whatever the baseline was. Integers only.
    """
    least, most = _reached(options, "LEASTU", "BASEMOSTU"), _reached(options, "MOSTU", "BASELEASTU")
    return pl.when(least).then(pl.lit(value=True)).when(~most).then(pl.lit(value=False))


def _reached(options: AdaOptions, titre: str, base: str) -> pl.Expr:
    now, before = (pl.col(c).cast(pl.Int128) for c in (titre, base))
    if options.scale == "log10":
        return now - before >= options.least_change
    ratio = options.least_ratio
    above = pl.lit(ratio.denominator, dtype=pl.Int128), pl.lit(ratio.numerator, dtype=pl.Int128)
    return now * above[0] >= before * above[1]


def with_sample_class(samples: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """Samples with baseline (`ABLFL`, `BASERES`, `BASEU`) and `TFLAG`.

    Baseline is the last reportable sample at or before first dose (ADA-3), or the last one taken if the
    options say so (ADAB of admiral). samples: sorted by subject, drug and time.
    """
    numbered = samples.with_row_index("PLACE")
    reportable = _RESULT.is_in(REPORTABLE)
    eligible = pl.col("TAKEN") if options.baseline == "last" else reportable
    before = numbered.filter((pl.col("PHASE") == "PRE") & eligible)
    base = before.group_by(KEY, maintain_order=True).agg(
        pl.when(reportable).then("RESULT").last().alias("BASERES"),
        pl.col("TITREU").last().alias("BASEU"),
        pl.col("LEASTU").last().alias("BASELEASTU"),
        pl.col("MOSTU").last().alias("BASEMOSTU"),
        pl.col("PLACE").last().alias("BASEPLACE"),
    )
    rules = sample_classes(options)
    placed = numbered.join(base, on=KEY, how="left", maintain_order="left").with_columns(
        TFLAG=first_of([(r.when, r.code) for r in rules]).cast(pl.Int64),
        WHY=first_of([(r.when, r.reason) for r in rules]),
    )
    return placed.with_columns(
        ABLFL=pl.when(pl.col("PLACE") == pl.col("BASEPLACE")).then(pl.lit("Y")),
        POSTFL=pl.when(pl.col("PHASE") == "POST").then(pl.lit("Y")),
        REASON=pl.concat_str(["REASON", "WHY"], separator="; ", ignore_nulls=True).replace(
            "", None
        ),
    ).drop("WHY", "PLACE", "BASEPLACE")


def subjects_of(samples: pl.DataFrame, everyone: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """One row a subject and drug of `everyone` (`USUBJID`, `DRUG`), classified.

    samples: from `with_sample_class`. Counts (`N_*`), dates, peak titre (millionths), and the classes of
    ADA-3 to ADA-12 with the reason for each that is not a plain yes.
    """
    counts = (
        everyone.join(_baselines(samples), on=KEY, how="left", maintain_order="left")
        .join(_after_dose(samples, options), on=KEY, how="left", maintain_order="left")
        .join(_emergent(samples), on=KEY, how="left", maintain_order="left")
        .with_columns(pl.col("^N_.*$").fill_null(0))
    )
    return _persistence(_status(counts, options), options)


def _baselines(samples: pl.DataFrame) -> pl.DataFrame:
    result = pl.col("RESULT")
    return samples.group_by(KEY, maintain_order=True).agg(
        pl.col("BASERES", "BASEU", "FIRSTDTM").first(),
        N_SAMPLES=pl.len(),
        N_RESULTS=result.is_in(EVALUABLE).sum(),
        N_ANYPOS=(result == "POSITIVE").sum(),
        N_UNDATED=(pl.col("PHASE") == "UNKNOWN").sum(),
        N_UNTIMED=(~pl.col("CLOCK")).sum(),
        N_BARE=((result == "POSITIVE") & (pl.col("MRDFL") | pl.col("TITREU").is_null())).sum(),
    )


def _after_dose(samples: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """Counts over post-dose samples, and the last of them that has a result."""
    post = samples.filter(pl.col("PHASE") == "POST")
    positive = pl.col("RESULT") == "POSITIVE"
    counted = post.group_by(KEY, maintain_order=True).agg(
        N_POST=pl.col("RESULT").is_in(EVALUABLE).sum(),
        N_POS=positive.sum(),
        N_INCONC=(pl.col("RESULT") == "INCONCLUSIVE").sum(),
        N_UNCHECKED=unchecked(options).sum(),
        N_UNJUDGED=(positive & pl.col("TFLAG").is_null()).sum(),
        N_NABPOS=(pl.col("NAB") == 1).sum(),
        N_NAB=pl.col("NAB").is_not_null().sum(),
        N_NABMISS=((pl.col("NAB_ROW") | positive) & pl.col("NAB").is_null()).sum(),
        N_NABROW=pl.col("NAB_ROW").sum(),
        PEAKU=pl.when(positive).then(pl.col("TITREU")).max(),
    )
    ends = (
        post.filter(pl.col("RESULT").is_in(EVALUABLE))
        .group_by(KEY, maintain_order=True)
        .agg(LASTRES=pl.col("RESULT").last(), **_moment("LAST", "last"))
    )
    return counted.join(ends, on=KEY, how="left", maintain_order="left")


def _emergent(samples: pl.DataFrame) -> pl.DataFrame:
    """First and last treatment-emergent positive sample."""
    return (
        samples.filter(pl.col("TFLAG").is_in([1, 2]))
        .group_by(KEY, maintain_order=True)
        .agg(
            N_EMER=pl.len(),
            N_BOOST=(pl.col("TFLAG") == 2).sum(),
            **_moment("FP", "first"),
            **_moment("LP", "last"),
        )
    )


def _moment(prefix: str, which: str) -> dict[str, pl.Expr]:
    """Date-time of the first or last sample of a group, and whether its clock is known."""
    pick = pl.Expr.first if which == "first" else pl.Expr.last
    return {f"{prefix}DTM": pick(pl.col("ADTM")), f"{prefix}CLOCK": pick(pl.col("CLOCK"))}


def _status(counts: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    missing = AS_NEGATIVE if options.missing_baseline == "negative" else APART
    named = counts.with_columns(
        ADACLASS=first_of([(w, c) for w, c, _, _ in STATUS_RULES]),
        ADASTAT=first_of([(w, s) for w, _, s, _ in STATUS_RULES]),
        WHY=first_of([(w, None if r is None else r.en) for w, _, _, r in STATUS_RULES]),
    ).with_columns(WHY=pl.coalesce("WHY", UNCHECKED_NEGATIVE))
    induced, boosted = pl.col("ADACLASS") == "INDUCED", pl.col("ADACLASS") == "BOOSTED"
    unaffected = pl.col("ADACLASS") == "UNAFFECTED"
    no_base = pl.when((pl.col("N_SAMPLES") > 0) & pl.col("BASERES").is_null()).then(
        pl.lit(missing.en)
    )
    return named.with_columns(
        ADASTAT0=STATUS0,
        BFLAG=pl.col("BASERES").replace_strict({"POSITIVE": "Y", "NEGATIVE": "N"}, default=None),
        INDUCD=yes(induced),
        ENHANC=yes(boosted),
        TRUNAFF=yes(unaffected),
        EMERPOS=yes(induced | boosted),
        NABSTAT=first_of([(w, s) for w, s, _ in NAB_RULES]),
        NABREAS=first_of([(w, r) for w, _, r in NAB_RULES]),
        REASON=pl.concat_str(["WHY", no_base], separator="; ", ignore_nulls=True).replace("", None),
    ).drop("WHY")


def _elapsed_us(start: str, end: str) -> pl.Expr:
    """Microseconds from one sample to another; whole days where either clock is unknown."""
    clocks = pl.col(f"{start}CLOCK") & pl.col(f"{end}CLOCK")
    days = (pl.col(f"{end}DTM").dt.date() - pl.col(f"{start}DTM").dt.date()).dt.total_days()
    exact = (pl.col(f"{end}DTM") - pl.col(f"{start}DTM")).dt.total_microseconds()
    return pl.when(clocks).then(exact).otherwise(days * DAY_US)


def _persistence(subjects: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """ADA-10 and ADA-11: how long the emergent antibodies lasted, in weeks and as a class."""
    weeks = options.persistent_days * DAY_US
    span, rest = _elapsed_us("FP", "LP"), _elapsed_us("LP", "LAST")
    short = options.short_followup.upper()
    many = pl.col("N_POS") >= 2
    rules = (
        (pl.col("INDUCD") != "Y", None, "not treatment-induced"),
        (pl.col("LASTRES") == "POSITIVE", "PERSISTENT", "positive at the last sample"),
        (
            many & (span >= weeks),
            "PERSISTENT",
            f"positive over {options.persistent_days} days or more",
        ),
        (pl.col("LASTRES") == "INCONCLUSIVE", "INDETERMINATE", "the last sample is inconclusive"),
        (
            ~many & (rest < weeks),
            short,
            "one positive, followed for less than the persistence period",
        ),
        (
            many,
            "TRANSIENT",
            f"positive over less than {options.persistent_days} days, then negative",
        ),
        (pl.lit(True), "TRANSIENT", "one positive, then negative"),
    )
    elapsed_first = (pl.col("FPDTM") - pl.col("FIRSTDTM")).dt.total_microseconds()
    week_us = 7 * DAY_US
    return subjects.with_columns(
        PERSIST=first_of([(w, c) for w, c, _ in rules]),
        PERSRSN=first_of([(w, r) for w, _, r in rules]),
        TIMADA=elapsed_first / week_us,
        ADADUR=(span + DAY_US) / week_us,
    ).with_columns(
        PERSADA=yes(pl.col("PERSIST") == "PERSISTENT"),
        TRANADA=yes(pl.col("PERSIST") == "TRANSIENT"),
        INDTADA=yes(pl.col("PERSIST") == "INDETERMINATE"),
    )


def yes(condition: pl.Expr) -> pl.Expr:
    """`Y` where the condition holds, else `N`."""
    return pl.when(condition).then(pl.lit("Y")).otherwise(pl.lit("N"))
