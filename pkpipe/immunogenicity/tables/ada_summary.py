"""Prevalence, incidence and the rest by cohort, level and drug: every count with the denominator in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.collected import not_collected, withheld
from pkpipe.immunogenicity.options import MICRO
from pkpipe.immunogenicity.samples.sample_sentences import NOT_CONFIRMED


@dataclass(frozen=True)
class Count:
    """Subjects of a kind, out of the subjects who could be of it."""

    code: str
    label: str
    of: pl.Expr
    out_of: pl.Expr
    denominator: str


@dataclass(frozen=True)
class Median:
    """The middle of a number over the subjects who have it."""

    code: str
    label: str
    of: pl.Expr
    among: pl.Expr
    denominator: str


def _is(column: str, value: str = "Y") -> pl.Expr:
    return (pl.col(column) == value).fill_null(value=False)


_ALL = pl.lit(True)
_RESULT, _EVALUABLE = pl.col("N_RESULTS") > 0, pl.col("N_POST") > 0
_EMERGENT, _INDUCED = _is("EMERPOS"), _is("INDUCD")
_BASELINE = pl.col("BFLAG").is_not_null()
_WORDS_EVALUABLE: Final = "subjects with a post-dose ADA result (SET-ADA)"
_WORDS_EMERGENT: Final = "subjects with treatment-emergent ADA"
_WORDS_INDUCED: Final = "subjects with treatment-induced ADA"

# ADA-8, ADA-9, ADA-13: what is counted, out of whom.
COUNTS: Final = (
    Count("SAMPLED", "Subjects with an ADA result", _RESULT, _ALL, "all subjects"),
    Count("PREVAL", "Prevalence: ADA-positive at any time", pl.col("N_ANYPOS") > 0, _RESULT,
          "subjects with any ADA result"),
    Count("BASEPOS", "ADA-positive at baseline", _is("BFLAG"), _BASELINE,
          "subjects with a baseline ADA result"),
    Count("NOBASE", "No baseline result", ~_BASELINE, _EVALUABLE, _WORDS_EVALUABLE),
    Count("INCID", "Incidence: treatment-emergent ADA", _EMERGENT, _EVALUABLE, _WORDS_EVALUABLE),
    Count("INDUCD", "Treatment-induced", _INDUCED, _EVALUABLE, _WORDS_EVALUABLE),
    Count("ENHANC", "Treatment-boosted", _is("ENHANC"), _EVALUABLE & _is("BFLAG"),
          "baseline-positive subjects with a post-dose ADA result"),
    Count("TRUNAFF", "Baseline-positive, unaffected", _is("TRUNAFF"), _EVALUABLE & _is("BFLAG"),
          "baseline-positive subjects with a post-dose ADA result"),
    Count("POSNOBAS", "Positive after dose, no baseline (not in incidence)",
          _is("ADACLASS", "POSITIVE WITHOUT BASELINE"), _EVALUABLE, _WORDS_EVALUABLE),
    Count("NOTCOMP", "Not comparable with baseline", _is("ADACLASS", "NOT COMPARABLE"), _EVALUABLE,
          _WORDS_EVALUABLE),
    Count("NEG", "ADA-negative", _is("ADASTAT", "NEGATIVE"), _EVALUABLE, _WORDS_EVALUABLE),
    Count("NEG0", "ADA-negative, drug tolerance ignored", _is("ADASTAT0", "NEGATIVE"), _EVALUABLE,
          _WORDS_EVALUABLE),
    Count("INCONC", "Inconclusive (drug above tolerance)", _is("ADASTAT", "INCONCLUSIVE"), _EVALUABLE,
          _WORDS_EVALUABLE),
    Count("PERSADA", "Persistent", _is("PERSADA"), _INDUCED, _WORDS_INDUCED),
    Count("TRANADA", "Transient", _is("TRANADA"), _INDUCED, _WORDS_INDUCED),
    Count("INDTADA", "Indeterminate", _is("INDTADA"), _INDUCED, _WORDS_INDUCED),
    Count("NABPOS", "NAb-positive, of ADA-positive", _is("NABSTAT", "POSITIVE"), _EMERGENT,
          _WORDS_EMERGENT),
    Count("NABMISS", "NAb status missing", _is("NABSTAT", "MISSING"), _EMERGENT, _WORDS_EMERGENT),
    Count("NABINC", "NAb incidence", _is("NABSTAT", "POSITIVE") & _EMERGENT, _EVALUABLE,
          _WORDS_EVALUABLE),
    Count("NOTITRE", "Positive without a numeric titre", pl.col("N_BARE") > 0,
          pl.col("N_ANYPOS") > 0, "subjects ADA-positive at any time"),
    Count("UNTIMED", "With a sample dated without a time", pl.col("N_UNTIMED") > 0, _RESULT,
          "subjects with any ADA result"),
    Count("NOPOST", "Dosed, without a post-dose result",
          ~_EVALUABLE & pl.col("FIRSTDTM").is_not_null(), _RESULT, "subjects with any ADA result"),
)  # fmt: skip
MEDIANS: Final = (
    Median("TIMADA", "Time to onset, median (weeks)", pl.col("TIMADA"), _EMERGENT, _WORDS_EMERGENT),
    Median("ADADUR", "Duration, median (weeks)", pl.col("ADADUR"), _EMERGENT, _WORDS_EMERGENT),
    Median("PEAKTITR", "Peak titre, median", pl.col("PEAKU") / MICRO, _EMERGENT, _WORDS_EMERGENT),
)

NAB_COUNTS: Final = ("NABPOS", "NABINC")
NO_NAB: Final = not_collected(["NAb results of any ADA-positive subject"])
# What is known without a confirmatory test.
UNCONFIRMED_TOO: Final = ("SAMPLED", "NOBASE", "UNTIMED", "NOPOST")
NO_CONFIRMATION: Final = not_collected(["confirmatory results of any screen-positive sample"])


def adasum_of(subjects: pl.DataFrame, groups: Sequence[str] = ()) -> pl.DataFrame:
    """One row a drug, group and measure.

    subjects: from `subjects_of`, with the columns of `groups` (say COHORT, LEVEL); `ALL` is always there.
    PCT is empty with its reason where nobody could be counted.
    """
    parts = [
        _counted(subjects.with_columns(GROUPVAL=value), group)
        for group, value in (
            *((g, pl.col(g).cast(pl.String)) for g in groups),
            ("ALL", pl.lit("ALL")),
        )
    ]
    codes = [*(c.code for c in COUNTS), *(m.code for m in MEDIANS)]
    order = {code: i for i, code in enumerate(codes)}
    ranks = {g: i for i, g in enumerate((*groups, "ALL"))}
    return _without_unknown_nab(pl.concat(parts)).sort(
        "DRUG",
        pl.col("GROUP").replace_strict(ranks, return_dtype=pl.Int32),
        "GROUPVAL",
        pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int32),
    )


def _without_unknown_nab(counted: pl.DataFrame) -> pl.DataFrame:
    """No count of neutralising antibodies where nobody who could have them has a result: 0 is not known."""
    all_missing = (pl.col("N") > 0) & (pl.col("X") == pl.col("N"))
    bare = ((pl.col("PARAMCD") == "NABMISS") & all_missing).any().over("DRUG", "GROUP", "GROUPVAL")
    counts = pl.col("PARAMCD").is_in(NAB_COUNTS)
    return withheld(counted, NO_NAB, ("X", "PCT"), where=counts & bare)


def without_unconfirmed(adasum: pl.DataFrame, samples: pl.DataFrame) -> pl.DataFrame:
    """ADASUM without statuses of a drug whose screen-positive samples await every confirmation.

    samples: from `classified_samples`. Nobody is known to be positive, and nobody who has such a sample to
    be negative: 0 of n would be a statement about results that did not arrive.
    """
    waits = pl.col("REASON").str.starts_with(NOT_CONFIRMED.en).fill_null(value=False)
    of_drug = samples.group_by("DRUG").agg(
        WAITS=waits.any(), CONFIRMED=pl.col("CONFIRM").is_not_null().any()
    )
    drugs = of_drug.filter(pl.col("WAITS") & ~pl.col("CONFIRMED"))["DRUG"]
    unknown = pl.col("DRUG").is_in(drugs.implode(), nulls_equal=True)
    rests = unknown & ~pl.col("PARAMCD").is_in(UNCONFIRMED_TOO)
    return withheld(adasum, NO_CONFIRMATION, ("X", "PCT", "AVAL", "MIN", "MAX"), where=rests)


def _counted(subjects: pl.DataFrame, group: str) -> pl.DataFrame:
    known = subjects.drop_nulls("GROUPVAL")
    keys = ["DRUG", "GROUPVAL"]
    rows = [
        known.group_by(keys).agg(
            X=(m.of & m.out_of).sum().cast(pl.Int64),
            N=m.out_of.cast(pl.Boolean).sum().cast(pl.Int64) if m.out_of is not _ALL
            else pl.len().cast(pl.Int64),
            **dict.fromkeys(("AVAL", "MIN", "MAX"), pl.lit(None, dtype=pl.Float64)),
        ).with_columns(PARAMCD=pl.lit(m.code), PARAM=pl.lit(m.label), DENOM=pl.lit(m.denominator))
        for m in COUNTS
    ] + [
        known.group_by(keys).agg(
            X=(m.among & m.of.is_not_null()).sum().cast(pl.Int64),
            N=m.among.sum().cast(pl.Int64),
            AVAL=m.of.filter(m.among).median(),
            MIN=m.of.filter(m.among).min().cast(pl.Float64),
            MAX=m.of.filter(m.among).max().cast(pl.Float64),
        ).with_columns(PARAMCD=pl.lit(m.code), PARAM=pl.lit(m.label), DENOM=pl.lit(m.denominator))
        for m in MEDIANS
    ]  # fmt: skip
    counted = pl.concat(rows)
    is_count = pl.col("PARAMCD").is_in([m.code for m in COUNTS])
    nobody = pl.when(pl.col("N") == 0).then(pl.concat_str([pl.lit("no "), pl.col("DENOM")]))
    unvalued = pl.when(~is_count & pl.col("AVAL").is_null()).then(pl.lit("nobody has the value"))
    return counted.select(
        "DRUG",
        pl.lit(group).alias("GROUP"),
        "GROUPVAL",
        "PARAMCD",
        "PARAM",
        "X",
        "N",
        pl.when(is_count & (pl.col("N") > 0)).then(100 * pl.col("X") / pl.col("N")).alias("PCT"),
        *("AVAL", "MIN", "MAX"),
        "DENOM",
        pl.coalesce(nobody, unvalued).alias("REASON"),
    )
