"""Body size and performance status before the first dose."""

from __future__ import annotations

import polars as pl

from pkpipe.schema import dates

MEASURES = {"WEIGHTBL": "WEIGHT", "HEIGHTBL": "HEIGHT"}


def baseline_measures(vs: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Last value on or before the day of the first dose: kg, cm, m² (Mosteller 1987), ECOG."""
    before = (
        vs.join(who.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner", maintain_order="left")
        .with_columns(DAY=dates.day(pl.col("VSDTC")))
        .filter(
            (pl.col("DAY") <= pl.col("TRTSDT"))
            | (pl.col("DAY").is_null() & (pl.col("VSBLFL") == "Y"))
        )
        .sort("USUBJID", "DAY", "SRCROW", nulls_last=False)
    )
    result = who.select("USUBJID")
    for name, code in MEASURES.items():
        result = result.join(
            _last(before, code).rename({"VSSTRESN": name}),
            on="USUBJID",
            how="left",
            maintain_order="left",
        )
    ecog = (
        before.filter(pl.col("VSTESTCD") == "ECOG")
        .group_by("USUBJID")
        .agg(ECOGBL=pl.coalesce(pl.col("VSSTRESC"), pl.col("VSORRES")).last())
    )
    return result.join(ecog, on="USUBJID", how="left", maintain_order="left").with_columns(
        BSABL=(pl.col("HEIGHTBL") * pl.col("WEIGHTBL") / 3600).sqrt()
    )


def _last(before: pl.DataFrame, code: str) -> pl.DataFrame:
    rows = before.filter((pl.col("VSTESTCD") == code) & pl.col("VSSTRESN").is_not_null())
    return rows.group_by("USUBJID", maintain_order=True).agg(pl.col("VSSTRESN").last())
