"""Each subject at a landmark day: ADA status by then, who is still at risk, the outcome after it (ADA-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.collected import CODED_EVENTS, Collected, collected
from pkpipe.clinical.response import EVALUABLE, is_leading, rests_on
from pkpipe.protocol.immunogenicity import AdaImpact
from pkpipe.protocol.study import Study

Tables = Mapping[str, pl.DataFrame]
OF_SUBJECTS: Final = pl.Schema(
    dict.fromkeys(("USUBJID", "DRUG", "PARAMCD", "STATUS", "LEVEL"), pl.String())
    | {"MARKDT": pl.Date()}
    | dict.fromkeys(("RISKFL", "OUTRSN", "AFTERFL", "PRIORFL"), pl.String())
)
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
        Outcome("INFREACT", "Infusion reaction", CODED_EVENTS, NO_EVENTS, reaction),
        Outcome("HYPERSEN", "Hypersensitivity", CODED_EVENTS, NO_EVENTS, allergy),
        Outcome("ORR", "Objective response", response, NO_RESPONSE),
    )


def outcomes_by_subject(tables: Tables, study: Study) -> pl.DataFrame:
    """One row a subject, drug and outcome: the rows that ADALMK counts."""
    plan = study.immunogenicity.impact if study.immunogenicity else None
    if plan is None or not study.collects("IS"):
        return pl.DataFrame(schema=OF_SUBJECTS)
    subjects, known = subjects_at(tables, study, plan), collected(tables, study)
    yes = pl.lit("Y")
    inside = pl.col("OUT").is_null()
    parts = [
        judged(subjects, tables["ADAE"], outcome).select(
            *("USUBJID", "DRUG", "STATUS", "LEVEL", "MARKDT"),
            PARAMCD=pl.lit(outcome.code),
            RISKFL=pl.when(inside).then(yes),
            OUTRSN="OUT",
            AFTERFL=pl.when(inside & pl.col("AFTER")).then(yes),
            PRIORFL=pl.when(inside & pl.col("PRIOR")).then(yes),
        )
        for outcome in outcomes(plan, (*rests_on(study), *EVALUABLE))
        if why_not(outcome, known, study) is None
    ]
    empty = OF_SUBJECTS.to_frame()
    return pl.concat([empty, *(p.select(empty.columns) for p in parts)]).sort(
        "DRUG", "PARAMCD", "USUBJID"
    )


def subjects_at(tables: Tables, study: Study, plan: AdaImpact) -> pl.DataFrame:
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
        & is_leading(plan)
        & pl.col("PARAMCD").is_in([code, "PD"])
    ).filter(reader == reader.min())
    yes = pl.col("AVALC") == "Y"
    return rows.group_by("USUBJID").agg(
        RESPDT=pl.col("ADT").filter(yes & (pl.col("PARAMCD") == code)).min(),
        PDDT=pl.col("ADT").filter(yes & (pl.col("PARAMCD") == "PD")).min(),
    )


def judged(subjects: pl.DataFrame, adae: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
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


def why_not(outcome: Outcome, known: Collected, study: Study) -> str | None:
    """Why an outcome cannot be counted: not planned, or resting on something not collected."""
    if outcome.events is None and study.response is None:
        return "not planned: the study file has no response section"
    return known.reason(*outcome.rests_on)
