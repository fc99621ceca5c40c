"""ADALMK: adverse events and response by ADA status at a landmark day (ADA-15).

Antibodies take weeks to appear, so who is found positive has lived and stayed that long: events counted from
the first dose would be set against a status known only later (immortal time). Here status is what was known
by day L, only those still at risk on day L are counted, and only what begins after it (Anderson, Cain &
Gelber, J Clin Oncol 1983;1:710).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.collected import (
    ANTIBODIES,
    CONCENTRATIONS,
    Collected,
    collected,
    remarked,
    withheld,
)
from pkpipe.clinical.response import EVALUABLE, rests_on
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.protocol.immunogenicity import AdaImpact
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
NUMBERS: Final = ("NALL", "NOUT", "N", "NPRIOR", "X", "PCT", "LOWER", "UPPER")
GRADED: Final = ("AE", "AE.AETOXGR")
_MARK: Final = pl.col("MARKDT")
# Who is not at risk on day L, in reading order: the first that fits counts.
Exclusions = tuple[tuple[pl.Expr, str], ...]
GONE: Final[Exclusions] = (
    (_MARK.is_null(), "drug not given"),
    (pl.col("CUTDT") < _MARK, "data cutoff before the landmark"),
    (pl.col("DTHDT") <= _MARK, "died"),
    (pl.col("EOSDT") <= _MARK, "left the study"),
    (pl.col("LSTALVDT") < _MARK, "not followed so far"),
)
NO_EVENTS: Final[Exclusions] = (
    *GONE,
    (pl.col("CLOSEDT") <= _MARK, "period of treatment-emergent events over"),
)
NO_RESPONSE: Final[Exclusions] = (
    *GONE,
    (pl.col("RSPFL") != "Y", "not response-evaluable"),
    (pl.col("RESPDT") <= _MARK, "responded before"),
    (pl.col("PDDT") <= _MARK, "progressed before"),
    (pl.col("NACTDT") <= _MARK, "new therapy before"),
)


@dataclass(frozen=True)
class Outcome:
    """What is counted after day L: rows of ADAE (`events`), or the response of ADRS."""

    code: str
    label: str
    rests_on: tuple[str, ...]
    exclusions: Exclusions
    events: pl.Expr | None = None


def outcomes(impact: AdaImpact, response: tuple[str, ...]) -> tuple[Outcome, ...]:
    """In the order of the table."""
    term = pl.col("AEDECOD").str.to_uppercase()
    reaction, allergy = (
        term.is_in([t.upper() for t in terms])
        for terms in (impact.infusion_reactions, impact.hypersensitivity)
    )
    return (
        Outcome("TEAE", "Treatment-emergent adverse event", ("AE",), NO_EVENTS, pl.lit(True)),
        Outcome("TEAE_G3", "Of grade 3 or higher", GRADED, NO_EVENTS, pl.col("AETOXGR") >= 3),
        Outcome("INFREACT", "Infusion reaction", ("AE",), NO_EVENTS, reaction),
        Outcome("HYPERSEN", "Hypersensitivity", ("AE",), NO_EVENTS, allergy),
        Outcome("ORR", "Objective response", response, NO_RESPONSE),
    )


def ada_outcomes(tables: Tables, study: Study) -> pl.DataFrame:
    """One row a drug, group, outcome and status by day L.

    NALL subjects have the status; NOUT of them are not at risk on day L (OUTRSN: why, counted); X of the
    other N have the outcome after day L; PCT with exact limits. NPRIOR of N had it before too (events recur).
    """
    plan = study.immunogenicity.impact if study.immunogenicity else None
    if plan is None or not study.collects("IS"):
        return pl.DataFrame(schema=SCHEMA)
    subjects = _subjects(tables, study, plan)
    asked = outcomes(plan, (*rests_on(study), *EVALUABLE))
    known = collected(tables, study)
    parts = [
        _counted(_judged(subjects, tables["ADAE"], o), o, _why_not(o, known, study)) for o in asked
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
    rows = withheld(rows, known.reason(*CONCENTRATIONS), NUMBERS, where=unknown)
    return (
        withheld(rows, known.reason(*ANTIBODIES), NUMBERS)
        .with_columns(LANDMARK=pl.lit(plan.landmark_day))
        .sort(
            *("DRUG", "GROUP", "GROUPVAL"),
            pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int8),
            pl.col("STATUS").replace_strict(ranks, return_dtype=pl.Int8),
        )
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )


def _subjects(tables: Tables, study: Study, plan: AdaImpact) -> pl.DataFrame:
    """Treated subjects by drug with an assay: day L (MARKDT), status by then, what ends being at risk."""
    adsl = tables["ADSL"].filter(pl.col("SAFFL") == "Y")
    drugs = tables["ADAB"].select("DRUG").unique().sort("DRUG")
    doses = tables["ADEX"].filter(given("DOSE", "DRUG"))
    first = doses.group_by("USUBJID", "DRUG").agg(FIRSTDT=pl.col("ASTDT").min())
    safety = study.safety
    days = safety.teae_days + safety.teae_window_days if safety else 0
    close = pl.col("TRTEDT") + pl.duration(days=days)
    if safety and safety.teae_ends_with_new_therapy:
        close = pl.min_horizontal(close, "NACTDT")
    everyone = (
        adsl.select(
            *("USUBJID", "LEVEL", "CUTDT", "DTHDT", "EOSDT", "LSTALVDT", "NACTDT", "RSPFL"),
            CLOSEDT=close,
        )
        .join(drugs, how="cross")
        .join(first, on=["USUBJID", "DRUG"], how="left")
        .with_columns(MARKDT=pl.col("FIRSTDT") + pl.duration(days=plan.landmark_day - 1))
        .join(_dates(tables["ADRS"], study), on="USUBJID", how="left")
    )
    known = status_by(tables["ADASAMP"], plan.landmark_day)
    return (
        everyone.join(known, on=["USUBJID", "DRUG"], how="left")
        .with_columns(pl.col("STATUS").fill_null("UNKNOWN"))
        .sort("USUBJID", "DRUG")
    )


def status_by(adasamp: pl.DataFrame, day: int) -> pl.DataFrame:
    """`USUBJID`, `DRUG`, `STATUS` from the post-dose samples up to and including a day of the drug."""
    result, flag = pl.col("RESULT"), pl.col("TFLAG")
    facts = (
        adasamp.filter((pl.col("POSTFL") == "Y") & (pl.col("ADY") <= day))
        .group_by("USUBJID", "DRUG")
        .agg(
            POST=result.is_in(["POSITIVE", "NEGATIVE", "INCONCLUSIVE"]).sum(),
            EMERGENT=flag.is_in([1, 2]).sum(),
            UNJUDGED=((result == "POSITIVE") & flag.is_null()).sum(),
            POSITIVE=(result == "POSITIVE").sum(),
            BASELINE=(flag == 3).sum(),
            INCONCLUSIVE=(result == "INCONCLUSIVE").sum(),
        )
    )
    clear = (pl.col("INCONCLUSIVE") == 0) | (pl.col("POSITIVE") > 0)
    return facts.select(
        *("USUBJID", "DRUG"),
        STATUS=pl.when(pl.col("EMERGENT") > 0)
        .then(pl.lit("POSITIVE"))
        .when((pl.col("POST") == 0) | (pl.col("UNJUDGED") > 0))
        .then(pl.lit("UNKNOWN"))
        .when((pl.col("BASELINE") > 0) & clear)
        .then(pl.lit("UNAFFECTED"))
        .when(pl.col("INCONCLUSIVE") > 0)
        .then(pl.lit("INCONCLUSIVE"))
        .otherwise(pl.lit("NEGATIVE")),
    )


def _dates(adrs: pl.DataFrame, study: Study) -> pl.DataFrame:
    """First response (confirmed if the plan asks for it) and progression, as the primary source has them."""
    plan = study.response
    if plan is None:
        none = {"USUBJID": pl.String(), "RESPDT": pl.Date(), "PDDT": pl.Date()}
        return pl.DataFrame(schema=none)
    code = "CRSP" if plan.confirmation else "RSP"
    reader = pl.col("EVALID").fill_null("")
    rows = adrs.filter(
        (pl.col("CRIT") == plan.criteria[0])
        & (pl.col("SRC") == plan.primary)
        & (pl.col("EVAL") == plan.evaluator)
        & pl.col("PARAMCD").is_in([code, "PD"])
    ).filter(reader == reader.min())
    yes = pl.col("AVALC") == "Y"
    return rows.group_by("USUBJID").agg(
        RESPDT=pl.col("ADT").filter(yes & (pl.col("PARAMCD") == code)).min(),
        PDDT=pl.col("ADT").filter(yes & (pl.col("PARAMCD") == "PD")).min(),
    )


def _judged(subjects: pl.DataFrame, adae: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Subjects with `OUT` (why not at risk), `AFTER` and `PRIOR` (outcome after, before), `UNDATED`."""
    out: pl.Expr = pl.lit(None, dtype=pl.String)
    for when, words in reversed(outcome.exclusions):
        out = pl.when(when).then(pl.lit(words)).otherwise(out)
    named = subjects.with_columns(OUT=out)
    if outcome.events is None:
        return named.with_columns(
            AFTER=(pl.col("RESPDT") > _MARK).fill_null(value=False),
            PRIOR=pl.lit(False),
            UNDATED=pl.lit(False),
        )
    rows = adae.filter((pl.col("TRTEMFL") == "Y") & outcome.events).select("USUBJID", "ASTDT")
    dated = (
        subjects.select("USUBJID", "DRUG", "MARKDT")
        .join(rows, on="USUBJID", how="inner")
        .group_by("USUBJID", "DRUG")
        .agg(
            AFTER=(pl.col("ASTDT") > _MARK).any(),
            PRIOR=(pl.col("ASTDT") <= _MARK).any(),
            UNDATED=pl.col("ASTDT").is_null().any(),
        )
    )
    flags = pl.col("AFTER", "PRIOR", "UNDATED")
    joined = named.join(dated, on=["USUBJID", "DRUG"], how="left", maintain_order="left")
    return joined.with_columns(flags.fill_null(value=False))


def _why_not(outcome: Outcome, known: Collected, study: Study) -> str | None:
    """Why an outcome cannot be counted: not planned, or resting on something not collected."""
    if outcome.events is None and study.response is None:
        return "not planned: the study file has no response section"
    return known.reason(*outcome.rests_on)


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
