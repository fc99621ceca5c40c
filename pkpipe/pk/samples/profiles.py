"""Profiles: one a subject, analyte, matrix and dose; which samples are its own, and whether they suffice.

A profile reaches to the next dose, and not beyond its dosing interval plus what a dose may be late; the
predose sample of the next dose closes it at its actual time (NCA-P1). A sample can so stand in two profiles:
as the trough of one and the start of the next.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.reference_dose import predose_window
from pkpipe.pk import pk_sentences as said
from pkpipe.protocol.nca import NcaPlan
from pkpipe.schema import dates
from pkpipe.sentences import sentence

SAMPLE_COLUMNS: Final = (
    *("PROFILE", "TIME", "CONC", "BLQ", "LLOQ", "TIMENOM", "WITHIN", "NEXTGAP", "SRCROW"),
    *("SRCID", "LAMZFL"),
)  # NEXTGAP: h from a closing sample to the dose that follows it
# Bioequivalence guidance (FDA, EMA): a predose value above 5 % of the peak speaks of an earlier dose.
CARRIED_SHARE: Final = 0.05


def profile_id() -> pl.Expr:
    """Name of a profile: subject, analyte, matrix and number of the dose."""
    return pl.concat_str("USUBJID", "PARAMCD", "MATRIX", pl.col("DOSENO"), separator="|")


def profile_samples(rows: pl.DataFrame, doses: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """The samples of every profile, h from its dose; a closing trough comes from the next dose."""
    used = rows.filter(
        pl.col("EXCLRSN").is_null() & pl.col("DOSENO").is_not_null() & ~pl.col("TOOLATE")
    )
    own = used.with_columns(
        PROFILE=profile_id(), TIME=pl.col("ARRLT"), TIMENOM=pl.col("NRRLT")
    ).with_columns(
        # drawn at the very time of the next dose it is a trough too
        NEXTGAP=pl.when(pl.col("ADTM") == pl.col("NEXTDTM")).then(0.0)
    )
    earlier = doses.select(
        "USUBJID",
        "DRUG",
        DOSENO=pl.col("DOSENO") + 1,
        EARLIERDTM="DOSEDTM",
        EARLIERNO="DOSENO",
        CYCLES=pl.col("CYCLE"),
    )
    between = dates.hours(pl.col("DOSEDTM") - pl.col("EARLIERDTM"))
    cycles = pl.col("CYCLE") - pl.col("CYCLES")
    closing = (
        used.filter(pl.col("IS_PRE") & (pl.col("ARRLT") <= 0))
        .join(earlier, on=["USUBJID", "DRUG", "DOSENO"], how="inner", maintain_order="left")
        .with_columns(
            TIME=dates.hours(pl.col("ADTM") - pl.col("EARLIERDTM")),
            # planned: the cycles between the two doses, or the time between them where cycles do not tell
            TIMENOM=pl.when(cycles > 0).then(cycles * pl.col("TAUH")).otherwise(between),
            NEXTGAP=-pl.col("ARRLT"),
            DOSENO=pl.col("EARLIERNO"),
        )
        .filter(pl.col("TIME") <= pl.col("TAUH") + plan.allowed_late_hours)
        .with_columns(PROFILE=profile_id())
    )
    # a sample at the very time of the next dose ends one profile and starts the next
    opening = (
        used.filter((pl.col("ADTM") == pl.col("NEXTDTM")) & ~pl.col("IS_PRE"))
        .with_columns(
            DOSENO=pl.col("DOSENO") + 1,
            TIME=pl.lit(0.0),
            TIMENOM=pl.lit(0.0),
            NEXTGAP=pl.lit(None, dtype=pl.Float64),
        )
        .with_columns(PROFILE=profile_id())
    )
    # a predose older than the window says nothing about the value at the dose
    fresh = pl.col("TIME") >= -predose_window(plan.predose_window)
    parts = [_narrow(part.filter(fresh)) for part in (own, closing, opening)]
    return pl.concat(parts).sort("PROFILE", "TIME", "SRCROW")


def _narrow(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        CONC="AVALNCA",
        BLQ=pl.col("BLQ").cast(pl.Int8),
        LAMZFL=pl.lit(None, dtype=pl.String),
        WITHIN=pl.col("WINFL").eq_missing(pl.lit("IN")),
    ).select(SAMPLE_COLUMNS)


def profiles(
    rows: pl.DataFrame, doses: pl.DataFrame, drawn: pl.DataFrame, plan: NcaPlan
) -> pl.DataFrame:
    """One row a profile with at least one sample after the dose: dose, τ, kind, and if it is rich enough.

    NOWN counts the samples after the dose without the closing one. CARRIED: more of the drug than a share
    of the peak was there before the first dose (CONC-PRE).
    """
    who = (
        rows.filter(pl.col("DOSENO").is_not_null())
        .select("USUBJID", "PARAMCD", "MATRIX", "PARAM", "DRUG", "COHORT", "PART")
        .unique(maintain_order=True)
    )
    after = pl.col("TIME") > 0
    counted = drawn.group_by("PROFILE").agg(
        NSAMP=after.sum().cast(pl.Int64),
        NOWN=(after & pl.col("NEXTGAP").is_null()).sum().cast(pl.Int64),
        NQUANT=(after & (pl.col("CONC") > 0)).sum().cast(pl.Int64),
        TLASTH=pl.col("TIME").filter(after & (pl.col("CONC") > 0)).max(),
        CONCSUM=pl.col("CONC").sum().round_sig_figs(9),  # told apart to 1e-6
        PRECONC=pl.col("CONC").filter(~after).last(),
        PEAK=pl.col("CONC").filter(after & pl.col("NEXTGAP").is_null()).max(),
    )
    own = ["USUBJID", "PARAMCD", "MATRIX", "DOSENO"]
    above = rows.filter("ABOVE").select(own).unique(maintain_order=True)
    few = pl.col("NSAMP") < plan.profile_min_samples
    kind = pl.when((pl.col("DOSENO") == 1) & pl.lit(plan.single_dose_profiles)).then(pl.lit("SD"))
    return (
        who.join(doses, on=["USUBJID", "DRUG"], how="inner", maintain_order="left")
        .with_columns(PROFILE=profile_id())
        .join(counted, on="PROFILE", how="inner", maintain_order="left")
        .join(above.with_columns(ABOVE=True), on=own, how="left", maintain_order="left")
        .filter(pl.col("NSAMP") > 0)
        .with_columns(
            CARRIED=(
                (pl.col("DOSENO") == 1) & (pl.col("PRECONC") > CARRIED_SHARE * pl.col("PEAK"))
            ).fill_null(value=False),
            KIND=kind.otherwise(pl.lit("MD")),
            DOSEU=pl.lit("mg"),
            PRFLFL=pl.when(pl.col("NOWN") == 0)
            .then(pl.lit("TROUGH"))
            .when(few)
            .then(pl.lit("SPARSE"))
            .otherwise(pl.lit("RICH")),
            REASON=pl.when(pl.col("NOWN") == 0)
            .then(pl.lit(said.ONLY_BEFORE_NEXT.en))
            .when(few)
            .then(
                sentence(
                    said.FEW_SAMPLES.en,
                    "NSAMP",
                    pl.lit(plan.profile_min_samples),
                )
            ),
        )
        .sort("USUBJID", "PARAMCD", "MATRIX", "DOSENO")
    )
