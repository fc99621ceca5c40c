"""ADPC: every concentration with its times, its place in the schedule, and what it may be used for."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import above_limit, blq, sample_schedule
from pkpipe.clinical.collected import NO_REASON, NOT_DONE
from pkpipe.clinical.computed import REASON, with_computed
from pkpipe.clinical.reference_dose import with_dose
from pkpipe.clinical.sample_schedule import marked
from pkpipe.pk import pk_sentences as said
from pkpipe.pk.samples.remarks import MINUTE, remarks
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence

# Where PC says whose sample it is and when it is planned.
SAMPLE_COLUMNS: Final = {"code": "PCTESTCD", "name": "PCTPT", "hours": "PCTPTNUM"}
KEY: Final = ("USUBJID", "PARAMCD", "MATRIX")
PERCENT_ROUNDING: Final = 1e-9  # 100 x 1.1 / 1 is 110.00000000000001
COLUMNS: Final = (
    *(
        "USUBJID",
        "PARAMCD",
        "MATRIX",
        "ADTM",
        "PARAM",
        "DRUG",
        "COHORT",
        "LEVEL",
        "PART",
        "CYCLE",
        "DOSENO",
    ),
    *("VISIT", "ATPT", "ATPTN", "ADT", "AFRLT", "NFRLT", "ARRLT", "NRRLT", "DEVH", "WINFL"),
    *("AVAL", "AVALC", "AVALU", "LLOQ", "BLQFL", "AVALNCA", "PROFILE", "PREFL"),
    *("EXCLFL", "EXCLRSN", "SUMFL", "SUMRSN", "REASON", "SRCROW"),
)


def samples(pc: pl.DataFrame, adsl: pl.DataFrame, study: Study) -> pl.DataFrame:
    """PC with analyte, collection time and result: a number, BLQ, or missing with its reason."""
    analytes = pl.DataFrame(
        {
            "PARAMCD": [a.code for a in study.analytes],
            "MATRIX": [a.matrix for a in study.analytes],
            "PARAM": [a.name for a in study.analytes],
            "DRUG": [a.drug for a in study.analytes],
            "UNIT": [a.unit for a in study.analytes],
        },
        schema_overrides=dict.fromkeys(("PARAMCD", "MATRIX", "PARAM", "DRUG", "UNIT"), pl.String()),
    )
    not_done = pl.col("PCSTAT").is_not_null()
    found = blq.rule_of(blq.of_pc(study))
    return (
        marked(with_computed(pc, "PC"), study, "pk", SAMPLE_COLUMNS)
        .with_columns(LLOQ=blq.limit_of(study), BLQRULE=pl.when(~not_done).then(found))
        .rename({"PCTESTCD": "PARAMCD", "PCSPEC": "MATRIX", "PCTPT": "ATPT", "PCTPTNUM": "ATPTN"})
        .join(analytes, on=["PARAMCD", "MATRIX"], how="left", maintain_order="left")
        .join(
            adsl.select("USUBJID", "COHORT", "PART"),
            on="USUBJID",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            ADTM=dates.moment(pl.col("PCDTC")),
            ADT=dates.day(pl.col("PCDTC")),
            AVALC=pl.coalesce("PCSTRESC", "PCORRES", pl.col("PCSTRESN").cast(pl.String)),
            AVALU=pl.coalesce("PCSTRESU", "PCORRESU", "UNIT"),
            BLQ=pl.col("BLQRULE").is_not_null(),
            ABOVE=_above(not_done),
            PCCYCLE=pl.col("CYCLE"),
            SRCID=sentence("{} row {}", "SRCFILE", "SRCROW"),
        )
        .with_columns(AVAL=pl.when(~pl.col("BLQ") & ~not_done).then("PCSTRESN"))
        .with_columns(
            MISSING=pl.when(pl.col("DRUG").is_null())
            .then(pl.lit(said.NOT_ANALYSED.en))
            .when("MADE")
            .then(pl.lit(REASON.en))
            .when("ABOVE")
            .then(sentence(above_limit.REASON.en, "AVALC"))
            .when(not_done)
            .then(sentence(NOT_DONE.en, pl.col("PCREASND").fill_null(NO_REASON.en)))
            .when(~pl.col("BLQ") & pl.col("AVAL").is_null())
            .then(pl.lit(said.NO_RESULT.en))
            .when(pl.col("ADTM").is_null())
            .then(pl.lit(said.NO_TIME.en))
        )
    )


def _above(not_done: pl.Expr) -> pl.Expr:
    """A result above the limit in words; a number as text beside such a word is a number."""
    words = above_limit.says_above(pl.col("PCSTRESC"), pl.col("PCORRES"))
    number = pl.col("PCSTRESC").cast(pl.Float64, strict=False)
    return words & number.is_null() & ~not_done & ~pl.col("MADE")


def with_times(
    rows: pl.DataFrame, doses: pl.DataFrame, study: Study, plan: NcaPlan
) -> pl.DataFrame:
    """Adds the reference dose, actual and nominal times in hours, and the window (TIME-2 to TIME-4)."""
    rows = _with_plan(with_dose(rows, doses, plan.predose_window, "PCCYCLE"), study)
    # two samples planned before one dose are told apart by their negative hours
    before = pl.min_horizontal(pl.coalesce("PLANH", pl.lit(0.0)), pl.lit(0.0))
    own = pl.when(pl.col("IS_PRE")).then(before).otherwise(pl.coalesce("PLANH", "ATPTN"))
    # planned in a cycle, drawn after the dose of another: h between the planned starts of the two
    between = ((pl.col("PLANCYC") - pl.col("CYCLE")) * pl.col("TAUH")).fill_null(0.0)
    # a predose sample whose dose was not given has no planned time unless its cycle is known
    unmoored = pl.col("IS_PRE") & (pl.col("DOSEDTM") < pl.col("ADTM")) & pl.col("PCCYCLE").is_null()
    cycle_hours = {d.code: 24.0 * d.cycle_days for d in study.drugs}
    start = (pl.col("CYCLE") - 1) * pl.col("DRUG").replace_strict(
        cycle_hours, default=None, return_dtype=pl.Float64
    )
    rows = rows.with_columns(
        ARRLT=dates.hours(pl.col("ADTM") - pl.col("DOSEDTM")),
        AFRLT=dates.hours(pl.col("ADTM") - pl.col("FIRSTDTM")),
        NRRLT=pl.when(~unmoored.fill_null(value=False)).then(own + between),
    ).with_columns(NFRLT=start + pl.col("NRRLT"), DEVH=pl.col("ARRLT") - pl.col("NRRLT"))
    within = pl.col("DEVH").is_between(-pl.col("EARLYH") - MINUTE, pl.col("LATEH") + MINUTE)
    return rows.with_columns(
        ATPTN=pl.coalesce("NRRLT", "ATPTN"),
        WINFL=pl.when(pl.col("PLANH").is_null() | pl.col("DEVH").is_null())
        .then(None)
        .when(within)
        .then(pl.lit("IN"))
        .otherwise(pl.lit("OUT")),
    )


def _with_plan(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Adds the planned sample: of the cycle the sample names, else of its dose, else of a longer profile.

    The last is a time planned beyond its own interval (36 h after the first of daily doses): it lies after
    a later dose, and no planned sample of that dose bears its name.
    """
    key = ["PARAMCD", "MATRIX", "TPKEY"]
    planned = sample_schedule.planned(study, "pk").drop("DRUG", "PREDOSE", "ENDS")
    planned = planned.rename({"CODE": "PARAMCD", "CYCLE": "PLANCYC"})
    once = planned.filter(~pl.struct(key).is_duplicated())
    far = once.select(*key, FARCYC="PLANCYC", FARH="PLANH", FAREARLY="EARLYH", FARLATE="LATEH")
    joined = (
        rows.with_columns(
            PLANCYC=pl.coalesce("PCCYCLE", "CYCLE"),
            CYCLE=pl.coalesce("CYCLE", "PCCYCLE"),
        )
        .join(planned, on=[*key, "PLANCYC"], how="left", maintain_order="left")
        .join(far, on=key, how="left", maintain_order="left")
    )
    is_far = (
        pl.col("PLANH").is_null()
        & pl.col("PCCYCLE").is_null()
        & (pl.col("FARCYC") < pl.col("CYCLE"))
        & (pl.col("FARH") > pl.col("TAUH"))
    )
    take = {"PLANCYC": "FARCYC", "PLANH": "FARH", "EARLYH": "FAREARLY", "LATEH": "FARLATE"}
    return joined.with_columns(
        pl.when(is_far).then(pl.col(theirs)).otherwise(pl.col(ours)).alias(ours)
        for ours, theirs in take.items()
    ).drop(take.values())


def with_use(rows: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Adds what is excluded from NCA and from by-time summaries, each with the reason."""
    late_predose = pl.col("IS_PRE") & (pl.col("ARRLT") > 0) & (pl.col("ARRLT") < pl.col("DURH") + 1)
    excluded = (
        pl.when(pl.col("MISSING").is_not_null())
        .then("MISSING")
        .when(pl.col("DOSEDTM").is_null())
        .then(pl.lit(said.NO_DOSE_BEFORE.en))
        .when(pl.col("REPEATED"))
        .then(pl.lit(said.SECOND.en))
        .when(late_predose)
        .then(pl.lit(said.NOT_PREDOSE.en))
    )
    outside = (plan.summary.window == "protocol") & (pl.col("WINFL") == "OUT")
    last = pl.col("TAUH") + plan.allowed_late_hours
    too_late = (pl.col("ARRLT") > last).fill_null(value=False)
    with_result = pl.when(pl.col("MISSING").is_null()).then("ADTM")
    # a sample before a dose comes from the dose before it
    percent = pl.when(pl.col("IS_PRE")).then("PREVPCT").otherwise("DOSEPCT")
    limit = plan.summary.dose_deviation_max_percent
    return (
        rows.with_columns(
            REPEATED=pl.struct(*KEY, with_result).is_duplicated() & with_result.is_not_null(),
            TOOLATE=too_late,
        )
        .with_columns(EXCLRSN=excluded)
        .pipe(remarks, plan.rising_fold)
        .with_columns(
            EXCLFL=pl.when(pl.col("EXCLRSN").is_not_null()).then(pl.lit("Y")),
            SUMRSN=pl.coalesce(
                "EXCLRSN",
                pl.when(pl.col("NRRLT").is_null()).then(pl.lit(said.NO_PLANNED_TIME.en)),
                pl.when(outside).then(pl.lit(said.OUTSIDE.en)),
                pl.when(deviates(percent, limit)).then(pl.lit(dose_deviates(limit))),
                pl.when(pl.col("IS_PRE") & (pl.col("PREVLEVEL") != pl.col("LEVEL"))).then(
                    pl.lit(said.BEFORE_LEVEL.en)
                ),
                pl.when(
                    pl.col("IS_PRE") & (dates.hours(pl.col("ADTM") - pl.col("PREVDTM")) > last)
                ).then(pl.lit(said.LONG_AFTER.en)),
            ),
        )
        .with_columns(
            BLQFL=pl.when(pl.col("BLQ")).then(pl.lit("Y")),
            AVALNCA=pl.when(pl.col("EXCLRSN").is_null()).then(
                pl.when(pl.col("BLQ")).then(0.0).otherwise("AVAL")
            ),
            PREFL=pl.when(pl.col("IS_PRE")).then(pl.lit("Y")),
        )
    )


def deviates(percent: pl.Expr, limit: float) -> pl.Expr:
    """True for a dose (% of plan) further from plan than the limit; at the limit it is used (DOSE-3)."""
    return (percent - 100).abs() > limit + PERCENT_ROUNDING


def dose_deviates(limit: float) -> str:
    """Why a profile is listed and not summarised (DOSE-3)."""
    return said.DOSE_DEVIATES.en.format(f"{limit:g}")


def with_profile(rows: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    """Adds the profile a sample belongs to, and whether it enters the by-time summaries."""
    known = profiles.select("USUBJID", "PARAMCD", "MATRIX", "DOSENO", "PROFILE", "CARRIED")
    joined = rows.join(
        known, on=["USUBJID", "PARAMCD", "MATRIX", "DOSENO"], how="left", maintain_order="left"
    )
    return joined.with_columns(
        PROFILE=pl.when(~pl.col("TOOLATE")).then("PROFILE"),
        REASON=pl.coalesce(
            "REASON",
            pl.when(pl.col("EXCLRSN").is_null() & pl.col("PROFILE").is_null()).then(
                pl.lit(said.ONLY_TROUGH.en)
            ),
        ),
        SUMRSN=pl.coalesce("SUMRSN", pl.when(pl.col("CARRIED")).then(pl.lit(said.CARRIED.en))),
    ).with_columns(
        SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
    )
