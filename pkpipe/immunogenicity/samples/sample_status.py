"""IS rows to one row a sample and drug: status with its reason, titre, place before or after first dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.sample_schedule import says_predose
from pkpipe.immunogenicity.options import AdaOptions, Assay
from pkpipe.immunogenicity.samples import sample_sentences as said
from pkpipe.immunogenicity.samples.assay_results import (
    NEGATIVE,
    POSITIVE,
    TIERS,
    UNBOUNDED,
    with_results,
    with_tiers,
)
from pkpipe.schema import dates

PLAN: Final = ("IS_PRE", "IS_PLANNED")  # what the schedule says of a row, where there is one
ADA, SCREEN, CONFIRM = pl.col("ADA"), pl.col("SCREEN"), pl.col("CONFIRM")
KEY: Final = ("USUBJID", "DRUG")


@dataclass(frozen=True)
class SampleRule:
    """A combination of tier results, the status it gives and why."""

    when: pl.Expr
    result: str
    reason: str | None  # null: the status speaks for itself


# ADA-1 in reading order; the first rule that fits decides. HAS_*: the assay of this drug has that tier.
SAMPLE_RULES: Final = (
    SampleRule(ADA == POSITIVE, "POSITIVE", None),
    SampleRule(ADA == NEGATIVE, "NEGATIVE", None),
    SampleRule((SCREEN == NEGATIVE) & (CONFIRM == POSITIVE), "MISSING", said.SCREEN_NEGATIVE.en),
    SampleRule(SCREEN == NEGATIVE, "NEGATIVE", None),
    SampleRule((SCREEN == POSITIVE) & (CONFIRM == POSITIVE), "POSITIVE", None),
    SampleRule(CONFIRM == NEGATIVE, "NEGATIVE", None),
    SampleRule((SCREEN == POSITIVE) & ~pl.col("HAS_CONFIRM"), "POSITIVE", None),
    SampleRule(SCREEN == POSITIVE, "MISSING", said.NOT_CONFIRMED.en),
    SampleRule((CONFIRM == POSITIVE) & ~pl.col("HAS_SCREEN"), "POSITIVE", None),
    SampleRule(CONFIRM == POSITIVE, "MISSING", said.NOT_SCREENED.en),
    SampleRule(pl.col("TITRE_SAYS").is_not_null(), "MISSING", said.TITRE_ALONE.en),
    SampleRule(pl.lit(True), "MISSING", said.NOT_REPORTABLE.en),
)


@dataclass(frozen=True)
class PhaseRule:
    """Where a sample lies relative to the first dose of its drug."""

    when: pl.Expr
    phase: str  # PRE, POST or UNKNOWN
    reason: str | None


_DAY, _FIRST = pl.col("ADT"), pl.col("FIRSTDT")
_CLOCKS = pl.col("CLOCK") & pl.col("FIRSTCLOCK")
# ADA-3. A clock decides wherever both sides have one; a first dose at 00:00:00 has none (that is how an
# unknown time is written). The same day without clocks: planned pre-dose, or nothing said, counts as before.
PHASE_RULES: Final = (
    PhaseRule(_DAY.is_null(), "UNKNOWN", said.NO_DATE.en),
    PhaseRule(_FIRST.is_null(), "PRE", said.NO_FIRST_DOSE.en),
    PhaseRule(_DAY < _FIRST, "PRE", None),
    PhaseRule(_DAY > _FIRST, "POST", None),
    PhaseRule(_CLOCKS & (pl.col("ADTM") <= pl.col("FIRSTDTM")), "PRE", None),
    PhaseRule(_CLOCKS, "POST", None),
    PhaseRule(pl.col("PREDOSE"), "PRE", said.PLANNED_BEFORE.en),
    PhaseRule(
        ~pl.col("CLOCK") & ~pl.col("PLANNED"),
        "PRE",
        said.TAKEN_BEFORE.en,
    ),
    PhaseRule(
        pl.col("STRANGE"),
        "UNKNOWN",
        said.STRANGE.en,
    ),
    PhaseRule(pl.lit(True), "POST", said.NOT_BEFORE.en),
)


def samples_of(rows: pl.DataFrame, first: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """One row a subject, drug and sampling time, sorted by them.

    rows: IS rows. first: `USUBJID`, `FIRSTDTM` (first dose; midnight = only the day is known), optional
    `DRUG`; a subject without a row has no first dose. Status as ADA-1, place as ADA-3, titres exact.
    """
    read = with_results(with_tiers(rows, options.declared)).filter(pl.col("TIER").is_not_null())
    timed = _timed(_assembled(read, options.declared), first)
    return _judged(timed, options.assays).sort(*KEY, "ADTM", "ISDTC", nulls_last=True)


def _assembled(read: pl.DataFrame, assays: tuple[Assay, ...]) -> pl.DataFrame:
    """The rows of a sample side by side: one column a tier (1, 0, null).

    A sample is a subject, drug and ISDTC; without a date, a visit.
    """
    titred = pl.col("TIER").is_in(["ADA", "TITRE"])
    wide = read.select(
        *KEY,
        "ISDTC",
        *("VISIT", "ISTPT", "ISTPTNUM", "SRCROW", "BELOW"),
        *(c for c in PLAN if c in read.columns),
        *(pl.when(pl.col("TIER") == tier).then(pl.col("SAYS")).alias(tier) for tier in TIERS),
        UNDATED=pl.when(pl.col("ISDTC").is_null()).then(pl.col("VISIT")),
        TITREU=pl.when(titred).then(pl.col("TITREU")),
        LEASTU=pl.when(titred).then(pl.col("LEASTU")),
        MOSTU=pl.when(titred).then(pl.col("MOSTU")),
        TITREC=pl.when(titred).then(pl.col("TITREC")),
        NAB_ROW=pl.col("TIER") == "NAB",
        TAKEN=(pl.col("TIER") != "NAB") & pl.col("ISSTAT").ne_missing(pl.lit("NOT DONE")),
        TITRE_ROW=titred & pl.col("SAYS").is_not_null(),
        NOTDONE=pl.when(pl.col("SAYS").is_null()).then(pl.col("ISREASND")),
    )
    joined = wide.group_by(*KEY, "ISDTC", "UNDATED", maintain_order=True).agg(
        pl.col("VISIT", "ISTPT", "ISTPTNUM").first(),
        *(pl.col(c).first() for c in PLAN if c in read.columns),
        pl.col("SRCROW").min(),
        pl.col(*TIERS).max(),
        pl.col("TITREU", "LEASTU", "MOSTU").max(),
        pl.col("TITREC", "NOTDONE").first(ignore_nulls=True),
        pl.col("BELOW", "NAB_ROW", "TITRE_ROW", "TAKEN").any(),
    )
    below = pl.col("BELOW") | (pl.col("TITRE") == NEGATIVE).fill_null(value=False)
    return (
        joined.with_columns(BELOW=below & pl.col("TITREU").is_null())
        .rename({"TITRE": "TITRE_SAYS"})
        .with_columns(**tiers_there(assays))
    )


def tiers_there(assays: tuple[Assay, ...]) -> dict[str, pl.Expr]:
    """Whether the assay of a row's drug screens and confirms; undeclared assays are taken to do both."""
    if not assays:
        return {"HAS_SCREEN": pl.lit(True), "HAS_CONFIRM": pl.lit(True)}
    return {
        "HAS_SCREEN": of_drug({a.drug: a.screen is not None for a in assays}, pl.Boolean()),
        "HAS_CONFIRM": of_drug({a.drug: a.confirm is not None for a in assays}, pl.Boolean()),
    }


def _timed(samples: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    """Samples with their date-time, the first dose and their place relative to it (`PHASE`)."""
    on = [c for c in KEY if c in first.columns]
    planned = pl.col("ISTPT").is_not_null() | pl.col("ISTPTNUM").is_not_null()
    told = samples.join(
        first.select(*on, "FIRSTDTM"), on=on, how="left", maintain_order="left"
    ).with_columns(
        ADTM=dates.moment_or_midnight(pl.col("ISDTC")),
        ADT=dates.day(pl.col("ISDTC")),
        CLOCK=dates.has_time(pl.col("ISDTC")).fill_null(value=False),
        FIRSTDT=pl.col("FIRSTDTM").dt.date(),
        FIRSTCLOCK=(pl.col("FIRSTDTM").dt.time() != pl.time(0, 0)).fill_null(value=False),
        PLANNED=planned,
        **_planned_before(samples),
    )
    return told.with_columns(
        PHASE=first_of([(r.when, r.phase) for r in PHASE_RULES]),
        PHASERSN=first_of([(r.when, r.reason) for r in PHASE_RULES]),
    )


def _planned_before(samples: pl.DataFrame) -> dict[str, pl.Expr]:
    """Whether a sample is planned before the dose, and whether its time point is of no plan.

    Without a schedule (a verb has none) the name of the time point and its hours are all there is.
    """
    if PLAN[0] in samples.columns:
        strange = pl.col("ISTPT").is_not_null() & ~pl.col("IS_PLANNED") & ~pl.col("IS_PRE")
        return {"PREDOSE": pl.col("IS_PRE"), "STRANGE": strange}
    said = pl.coalesce(says_predose(pl.col("ISTPT")), pl.col("ISTPTNUM") <= 0, pl.lit(value=False))
    return {"PREDOSE": said, "STRANGE": pl.lit(value=False)}


def _judged(samples: pl.DataFrame, assays: tuple[Assay, ...]) -> pl.DataFrame:
    """Samples with `RESULT`, `TITREU` with the MRD where positive without a number, and `REASON`."""
    judged = samples.with_columns(
        RESULT=first_of([(r.when, r.result) for r in SAMPLE_RULES]),
        WHY=first_of([(r.when, r.reason) for r in SAMPLE_RULES]),
        MRDU=of_drug({a.drug: a.mrd_titre for a in assays}, pl.Int64()),
    )
    positive = pl.col("RESULT") == "POSITIVE"
    bare = positive & pl.col("TITREU").is_null()
    filled = bare & pl.col("MRDU").is_not_null()
    note = (
        pl.when(filled & pl.col("BELOW"))
        .then(pl.lit(said.BELOW_MRD.en))
        .when(filled)
        .then(pl.lit(said.WITHOUT_TITRE.en))
        .when(bare & pl.col("MOSTU").is_not_null())
        .then(pl.lit(said.BOUND_ONLY.en))
        .when(bare)
        .then(pl.lit(said.NO_MRD.en))
        .when(positive & (pl.col("TITREU") < pl.col("MRDU")))
        .then(pl.lit(said.KEPT.en))
    )
    done = pl.when(pl.col("RESULT") == "MISSING").then(
        pl.concat_str([pl.col("WHY"), pl.col("NOTDONE")], separator=": ", ignore_nulls=True)
    )
    beyond = pl.when(positive & (pl.col("MOSTU") == UNBOUNDED)).then(pl.lit(said.BEYOND.en))
    stands = {
        name: pl.when(filled).then("MRDU").when(positive).then(name) for name in ("LEASTU", "MOSTU")
    }
    return judged.with_columns(
        **stands,
        TITREU=pl.when(positive).then(pl.coalesce("TITREU", "MRDU")),
        MRDFL=filled,
        REASON=pl.concat_str(
            [done, note, beyond, pl.col("PHASERSN")], separator="; ", ignore_nulls=True
        ).replace("", None),
    ).drop(
        "WHY",
        "PHASERSN",
        "NOTDONE",
        "MRDU",
        "HAS_SCREEN",
        "HAS_CONFIRM",
        "PLANNED",
        "PREDOSE",
        "STRANGE",
    )


def first_of(rules: Sequence[tuple[pl.Expr, str | None]]) -> pl.Expr:
    """The value of the first rule whose condition holds; an unknown condition does not hold."""
    chain: pl.Expr = pl.lit(None, dtype=pl.String)
    for when, value in reversed(rules):
        chain = pl.when(when).then(pl.lit(value, dtype=pl.String)).otherwise(chain)
    return chain


def of_drug(values: Mapping[str | None, float | None], kind: pl.DataType) -> pl.Expr:
    """A value of the assay by drug; an assay without a drug holds for every drug."""
    if not values:
        return pl.lit(None, dtype=kind)
    if None in values:
        return pl.lit(values[None], dtype=kind)
    return pl.col("DRUG").replace_strict(dict(values), default=None, return_dtype=kind)
