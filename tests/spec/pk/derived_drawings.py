"""Rows of ADPP and ADSL as the derived tables of the room take them."""

import polars as pl


def adpp(rows):
    """Subject, level, dose number, cycle, parameter, value; all of one analyte, entering summaries."""
    frame = pl.DataFrame(
        rows, schema=["USUBJID", "LEVEL", "DOSENO", "CYCLE", "PARAMCD", "AVAL"], orient="row"
    )
    return frame.with_columns(
        PROFILE=pl.concat_str("USUBJID", "DOSENO", separator="|"),
        PARCAT1=pl.lit("MAB"),
        MATRIX=pl.lit("SERUM"),
        DRUG=pl.lit("MAB"),
        PARAM=pl.col("PARAMCD"),
        AVAL=pl.col("AVAL").cast(pl.Float64),
        SUMFL=pl.lit("Y"),
        SUMRSN=pl.lit(None, dtype=pl.String),
        STATUS=pl.lit("OK"),
        REASON=pl.lit(None, dtype=pl.String),
    )


def profiles(table, dose):
    """One full profile each; `dose`: mg/kg by level."""
    return (
        table.select("PROFILE", "LEVEL")
        .unique(maintain_order=True)
        .with_columns(
            DOSEG=pl.col("LEVEL").replace_strict(dose, return_dtype=pl.Float64),
            DOSEGU=pl.lit("mg/kg"),
            DOSEPCT=pl.lit(100.0),
            PRFLFL=pl.lit("RICH"),
            TAUH=pl.lit(504.0),
        )
    )
