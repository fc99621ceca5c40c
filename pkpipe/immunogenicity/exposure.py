"""PK parameters beside ADA status: a profile lies before the onset of antibodies or after it (ADA-14)."""

from __future__ import annotations

import polars as pl

# In reading order. Onset is the first treatment-emergent positive sample of the same drug.
_ONSET, _DOSE = pl.col("FPDTM"), pl.col("DOSEDTM")
TAGS = (
    (pl.col("ADASTAT").is_in(["MISSING", "INCONCLUSIVE"]), "UNKNOWN", "REASON"),
    (pl.col("EMERPOS") != "Y", "NEGATIVE", None),
    (_DOSE.is_null(), "UNKNOWN", None),
    (_DOSE < _ONSET, "BEFORE", None),
    (pl.lit(True), "ON_OR_AFTER", None),
)


def adapk_of(subjects: pl.DataFrame, adpp: pl.DataFrame, adex: pl.DataFrame) -> pl.DataFrame:
    """One row a profile and parameter that is reported, with `ADATAG`.

    A profile belongs to the time before onset if its dose was given before the first treatment-emergent
    positive sample; the antibodies may still have risen within it, which a sampling scheme cannot show.
    """
    doses = adex.select("USUBJID", "DRUG", "DOSENO", DOSEDTM="ASTDTM")
    status = subjects.select("USUBJID", "DRUG", "ADASTAT", "EMERPOS", "FPDTM", "REASON")
    tag: pl.Expr = pl.lit("UNKNOWN")
    for when, name, _ in reversed(TAGS):
        tag = pl.when(when).then(pl.lit(name)).otherwise(tag)
    return (
        adpp.drop("REASON")
        .join(doses, on=["USUBJID", "DRUG", "DOSENO"], how="left", maintain_order="left")
        .join(status, on=["USUBJID", "DRUG"], how="left", maintain_order="left")
        .with_columns(ADATAG=tag)
        .select(
            *("PROFILE", "PARAMCD", "START", "END", "PARCAT1", "USUBJID", "DRUG", "LEVEL"),
            pl.when(pl.col("ADASTAT").is_null())
            .then(pl.lit("UNKNOWN"))
            .otherwise("ADATAG")
            .alias("ADATAG"),
            "AVAL",
            "AVALU",
            pl.when(pl.col("ADATAG") == "UNKNOWN")
            .then(pl.coalesce("REASON", pl.lit("no ADA status for this drug")))
            .when(pl.col("AVAL").is_null())
            .then(pl.coalesce("PPREASND", pl.lit("parameter not reported")))
            .alias("REASON"),
        )
        .sort("PROFILE", "PARAMCD", "START", "END", maintain_order=True)
    )
