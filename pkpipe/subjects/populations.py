"""Analysis sets: who is in, and for everybody who is not, why (methods SET-*)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS, EVERYTHING, Collected
from pkpipe.clinical.lesion_class import with_class
from pkpipe.clinical.response import EVALUABLE
from pkpipe.schema import dates
from pkpipe.sentences import Words


@dataclass(frozen=True)
class Population:
    """A flag, the column of its reason, the first reason that keeps one out, and what it rests on.

    Who is not treated is outside whatever was collected; of the others nothing is known without it.
    """

    flag: str
    reason: str
    outside: tuple[tuple[pl.Expr, Words], ...]
    rests_on: tuple[str, ...] = ()


NOT_TREATED = (pl.col("TRTSDT").is_null(), Words("no dose recorded", "无给药记录"))
NOT_YET = Words("no assessment yet and still on treatment", "尚无疗效评估且仍在治疗中")
POPULATIONS = (
    Population(
        "ENRLFL",
        "ENRLRS",
        (
            (pl.col("SCRNFAIL"), Words("screen failure", "筛选失败")),
            (
                pl.col("COHORTN").is_null(),
                Words("arm is not a cohort of the study", "分组不是本研究的队列"),
            ),
        ),
    ),
    Population("SAFFL", "SAFRS", (NOT_TREATED,)),
    Population(
        "PKCFL",
        "PKCRS",
        (
            NOT_TREATED,
            (
                ~pl.col("PKPOST"),
                Words("no concentration result after the first dose", "首次给药后无药物浓度结果"),
            ),
        ),
        CONCENTRATIONS,
    ),
    Population(
        "ADAFL",
        "ADARS",
        (
            NOT_TREATED,
            (
                ~pl.col("ADAPOST"),
                Words("no antibody result after the first dose", "首次给药后无抗体结果"),
            ),
        ),
        ANTIBODIES,
    ),
    Population(
        "RSPFL",
        "RSPRS",
        (
            NOT_TREATED,
            (~pl.col("MEASURABLE"), Words("no target lesion at baseline", "基线无靶病灶")),
            (
                ~pl.col("ASSESSED") & pl.col("EOTDT").is_null() & pl.col("DTHDT").is_null(),
                NOT_YET,
            ),
        ),
        EVALUABLE,
    ),
    Population("EFFFL", "EFFRS", (NOT_TREATED,)),
)

# Every reason that keeps one out of a set, in words.
OUTSIDE = {words.en: words for population in POPULATIONS for _, words in population.outside}


def populations(
    tables: Mapping[str, pl.DataFrame], adsl: pl.DataFrame, known: Collected = EVERYTHING
) -> pl.DataFrame:
    """Flags `Y`/`N` with reasons, one row a subject; null where what the flag rests on was not collected."""
    who = adsl
    for facts in (
        _results(tables["PC"], "PC", adsl, "PKPOST"),
        _results(tables["IS"], "IS", adsl, "ADAPOST"),
        _measurable(with_class(tables["TR"], tables["TU"]), adsl),
        _assessed(tables["RS"], tables["TR"], adsl),
    ):
        name = next(c for c in facts.columns if c != "USUBJID")
        who = who.join(facts, on="USUBJID", how="left", maintain_order="left").with_columns(
            pl.col(name).fill_null(value=False)
        )
    for population in POPULATIONS:
        reason = pl.coalesce(
            *(pl.when(outside).then(pl.lit(words.en)) for outside, words in population.outside),
            pl.lit(None, dtype=pl.String),
        )
        lost = pl.lit(known.reason(*population.rests_on), dtype=pl.String)
        # still on treatment for all that is known, where the end of treatment was not collected
        unknown = pl.when(reason == NOT_YET.en).then(pl.coalesce(lost, "DISPRS")).otherwise(lost)
        treated = pl.col("TRTSDT").is_not_null() & unknown.is_not_null()
        who = who.with_columns(
            pl.when(treated).then(unknown).otherwise(reason).alias(population.reason),
            pl.when(treated)
            .then(None)
            .when(reason.is_null())
            .then(pl.lit("Y"))
            .otherwise(pl.lit("N"))
            .alias(population.flag),
        )
    return who.select("USUBJID", *(c for p in POPULATIONS for c in (p.flag, p.reason)))


def _results(rows: pl.DataFrame, domain: str, adsl: pl.DataFrame, name: str) -> pl.DataFrame:
    """Whether there is a result (a number, text or BLQ) of a sample drawn after the first dose."""
    drawn = pl.col(f"{domain}DTC")
    result = pl.any_horizontal(
        pl.col(f"{domain}{end}").is_not_null() for end in ("STRESC", "ORRES", "STRESN")
    )
    after = pl.coalesce(
        dates.moment(drawn) > pl.col("TRTSDTM"),
        # without a clock time the day of the first dose could be before it
        dates.day(drawn) > pl.col("TRTSDT"),
    )
    return (
        rows.join(adsl.select("USUBJID", "TRTSDTM", "TRTSDT"), on="USUBJID", how="inner")
        .filter(result & after)
        .select("USUBJID")
        .unique()
        .sort("USUBJID")
        .with_columns(pl.lit(value=True).alias(name))
    )


def _measurable(tr: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    rows = tr.join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner")
    baseline = (dates.first_day(pl.col("TRDTC")) <= pl.col("TRTSDT")) | pl.col(
        "VISIT"
    ).str.contains("(?i)screen|baseline")
    return (
        rows.filter(
            pl.col("TRGRPID").str.starts_with("TARGET")
            & baseline
            & pl.col("TRSTRESN").is_not_null()
        )
        .select("USUBJID")
        .unique()
        .sort("USUBJID")
        .with_columns(MEASURABLE=pl.lit(value=True))
    )


def _assessed(rs: pl.DataFrame, tr: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    seen = pl.concat(
        [
            rs.filter(pl.col("RSSTRESC").is_not_null()).select(
                "USUBJID", DAY=dates.last_day(pl.col("RSDTC"))
            ),
            tr.filter(pl.col("TRSTAT").is_null()).select(
                "USUBJID", DAY=dates.last_day(pl.col("TRDTC"))
            ),
        ]
    )
    return (
        seen.join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner")
        .filter(pl.col("DAY") > pl.col("TRTSDT"))
        .select("USUBJID")
        .unique()
        .sort("USUBJID")
        .with_columns(ASSESSED=pl.lit(value=True))
    )
