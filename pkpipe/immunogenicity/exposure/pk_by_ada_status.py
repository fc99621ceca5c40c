"""PK parameters beside ADA status: before the onset of antibodies or after it (ADA-14)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.immunogenicity.samples.sample_status import first_of

TROUGHS: Final = ("CTROUGH", "CTROUGHD")
# A trough drawn so long before the first positive sample is drawn with it.
WITH: Final = pl.duration(hours=1)
NEGATIVE, UNAFFECTED, UNKNOWN = "NEGATIVE", "UNAFFECTED", "UNKNOWN"
BEFORE, AFTER = "BEFORE", "ON_OR_AFTER"

# In reading order: when, the tag, why it is not known. Onset is the first treatment-emergent positive sample
# of the same drug. TAGDTM is the dose of a profile, and of a trough its own sample.
_CLASS = pl.col("ADACLASS")
TAGS: Final = (
    (_CLASS.is_null(), UNKNOWN, pl.lit("no ADA status for this drug")),
    (pl.col("ADASTAT").is_in(["MISSING", "INCONCLUSIVE"]), UNKNOWN, pl.col("ADARSN")),
    (_CLASS == "POSITIVE WITHOUT BASELINE", UNKNOWN, pl.col("ADARSN")),
    (_CLASS == "UNAFFECTED", UNAFFECTED, None),
    (pl.col("EMERPOS") != "Y", NEGATIVE, None),
    (pl.col("TAGDTM").is_null(), UNKNOWN, pl.lit("time of the dose not known")),
    (
        pl.col("PARAMCD").is_in(TROUGHS) & (pl.col("TAGDTM") + WITH >= pl.col("ONSETDTM")),
        AFTER,
        None,
    ),
    (pl.col("TAGDTM") < pl.col("ONSETDTM"), BEFORE, None),
    (pl.lit(True), AFTER, None),
)
COLUMNS: Final = (
    *("PROFILE", "PARAMCD", "START", "END", "PARAM", "PARCAT1", "MATRIX", "USUBJID", "DRUG"),
    *("COHORT", "LEVEL", "CYCLE", "DOSENO", "ADATAG", "TAGDTM", "ONSETDTM", "AVAL", "AVALU"),
    *("SUMFL", "SUMRSN", "REASON"),
)


def adapk_of(
    subjects: pl.DataFrame, adpp: pl.DataFrame, adpc: pl.DataFrame, profiles: pl.DataFrame
) -> pl.DataFrame:
    """One row a profile and parameter with `ADATAG`: `TAGDTM` was compared with `ONSETDTM`.

    A profile belongs to the time before onset if its dose was given before the first treatment-emergent
    positive sample; the antibodies may still have risen within it, which a sampling scheme cannot show. A
    trough is tagged by the time it was drawn. Who lost the antibodies again stays after the onset.
    """
    status = subjects.select(
        "USUBJID", "DRUG", "ADASTAT", "ADACLASS", "EMERPOS", ONSETDTM="FPDTM", ADARSN="REASON"
    )
    doses = profiles.select("PROFILE", "DOSEDTM", "TAUH")
    tagged = (
        adpp.join(doses, on="PROFILE", how="left", maintain_order="left")
        .join(_trough_times(adpc), on=list(_OF), how="left", maintain_order="left")
        .with_columns(TAGDTM=_compared())
        .join(status, on=["USUBJID", "DRUG"], how="left", maintain_order="left")
        .with_columns(
            ADATAG=first_of([(when, tag) for when, tag, _ in TAGS]), UNKNOWNRSN=_unknown()
        )
    )
    unreported = pl.when(pl.col("AVAL").is_null()).then(
        pl.coalesce("PPREASND", pl.lit("parameter not reported"))
    )
    return (
        tagged.with_columns(REASON=pl.coalesce("UNKNOWNRSN", unreported))
        .select(COLUMNS)
        .sort("PROFILE", "PARAMCD", "START", "END", maintain_order=True)
    )


_OF: Final = ("USUBJID", "PARCAT1", "MATRIX", "DOSENO")


def _trough_times(adpc: pl.DataFrame) -> pl.DataFrame:
    """When the sample before the next dose was drawn, by the number of the dose it is the trough of."""
    return (
        adpc.filter((pl.col("PREFL") == "Y") & pl.col("EXCLFL").is_null() & (pl.col("DOSENO") > 1))
        .select(
            "USUBJID", "MATRIX", PARCAT1="PARAMCD", DOSENO=pl.col("DOSENO") - 1, TROUGHDTM="ADTM"
        )
        .sort(*_OF, "TROUGHDTM", nulls_last=False)
        .unique(_OF, keep="last", maintain_order=True)
    )


def _compared() -> pl.Expr:
    """The dose; for a trough its sample, or the end of the dosing interval where that is not known."""
    end = pl.col("DOSEDTM") + pl.duration(hours=pl.col("TAUH"))
    trough = pl.col("PARAMCD").is_in(TROUGHS)
    return pl.when(trough).then(pl.coalesce("TROUGHDTM", end)).otherwise("DOSEDTM")


def _unknown() -> pl.Expr:
    """Why a tag is not known; null where it is."""
    chain: pl.Expr = pl.lit(None, dtype=pl.String)
    for when, _, why in reversed(TAGS):
        known = pl.lit(None, dtype=pl.String) if why is None else why
        chain = pl.when(when).then(known).otherwise(chain)
    return chain
