"""ADEX: every administration with what was planned, how late it was and which dose level it belongs to."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.tables import dates

# A given dose belongs to the level whose planned dose it is nearest to, if it is this near.
LEVEL_TOLERANCE: Final = 0.15
COLUMNS: Final = (
    *(
        "USUBJID",
        "DRUG",
        "ASTDTM",
        "AENDTM",
        "ASTDT",
        "AENDT",
        "ASTTMF",
        "EXSEQ",
        "CYCLE",
        "DOSENO",
    ),
    *("DOSE", "DOSEU", "DOSEMG", "PLANDOSE", "DOSEPCT", "DURH", "EXDOSFRQ", "ROUTE", "LEVEL"),
    *("NOMDTM", "DELAYD", "INTRFL", "REDFL", "EXADJ", "COHORT", "SRCFILE", "SRCROW"),
)


def administrations(ex: pl.DataFrame, who: pl.DataFrame, study: Study) -> pl.DataFrame:
    """EX in order of time with dates, durations, doses in mg, and the number of the dose per drug."""
    drugs = pl.DataFrame(
        {
            "DRUG": [d.code for d in study.drugs],
            "ROUTE": [d.route for d in study.drugs],
            "CYCLEDAYS": [d.cycle_days for d in study.drugs],
            "PLANH": [d.infusion_hours for d in study.drugs],
        }
    )
    start = pl.col("EXSTDTC")
    rows = (
        ex.rename({"EXTRT": "DRUG", "EXDOSE": "DOSE", "EXDOSU": "DOSEU"})
        .join(drugs, on="DRUG", how="left", maintain_order="left")
        .join(
            who.select("USUBJID", "COHORT", "WEIGHTBL"),
            on="USUBJID",
            how="inner",
            maintain_order="left",
        )
        .with_columns(
            ASTDTM=dates.moment_or_midnight(start),
            AENDTM=dates.moment_or_midnight(pl.col("EXENDTC")),
            ASTTMF=pl.when(dates.day(start).is_not_null() & ~dates.has_time(start)).then(
                pl.lit("H")
            ),
        )
        .with_columns(ASTDT=pl.col("ASTDTM").dt.date(), AENDT=pl.col("AENDTM").dt.date())
        .sort("USUBJID", "DRUG", "ASTDTM", "SRCROW", nulls_last=True)
    )
    timed = dates.has_time(start) & dates.has_time(pl.col("EXENDTC"))
    return rows.with_columns(
        DOSENO=pl.int_range(1, pl.len() + 1).over("USUBJID", "DRUG").cast(pl.Int64),
        DOSEMG=pl.coalesce(
            "EXDOSEMG",
            pl.when(pl.col("DOSEU") == "mg")
            .then("DOSE")
            .when(pl.col("DOSEU") == "mg/kg")
            .then(pl.col("DOSE") * pl.col("WEIGHTBL")),
        ),
        # an infusion without clock times lasts as long as planned; one that was timed, as long as it did
        DURH=pl.when(pl.col("ROUTE") != "iv_infusion")
        .then(0.0)
        .when(timed)
        .then((pl.col("AENDTM") - pl.col("ASTDTM")).dt.total_seconds() / 3600)
        .otherwise("PLANH"),
        INTRFL=pl.when(pl.col("EXINTRFL") == "Y").then(pl.lit("Y")),
    )


def with_levels(rows: pl.DataFrame, who: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Adds the dose level, the planned dose, and the planned day (TIME-6, DOSE-2)."""
    rows = rows.join(
        who.select("USUBJID", "COHORTLVL"), on="USUBJID", how="left", maintain_order="left"
    )
    rows = rows.with_row_index("_row")
    rows = rows.join(_levels(rows, study), on="_row", how="left", maintain_order="left")
    rows = _level_of_other_drugs(rows, study)
    planned = pl.coalesce("EXPDOSE", "LEVELDOSE")
    rows = rows.with_columns(PLANDOSE=planned).with_columns(
        DOSEPCT=pl.when(pl.col("PLANDOSE") > 0).then(100 * pl.col("DOSE") / pl.col("PLANDOSE"))
    )
    same = (pl.col("USUBJID") == pl.col("USUBJID").shift(1)) & (
        pl.col("DRUG") == pl.col("DRUG").shift(1)
    )
    cycles = (pl.col("CYCLE") - pl.col("CYCLE").shift(1)).fill_null(1)
    previous = pl.col("ASTDTM").shift(1)
    due = previous + pl.duration(days=pl.col("CYCLEDAYS") * cycles)
    return (
        rows.with_columns(
            NOMDTM=pl.when(same).then(due).otherwise("ASTDTM"),
            REDFL=pl.when(same & (pl.col("PLANDOSE") < pl.col("PLANDOSE").shift(1))).then(
                pl.lit("Y")
            ),
        )
        .with_columns(
            DELAYD=(pl.col("ASTDT") - pl.col("NOMDTM").dt.date()).dt.total_days().cast(pl.Float64)
        )
        .select(COLUMNS)
        .sort("USUBJID", "DRUG", "ASTDTM", "SRCROW", nulls_last=True)
    )


def level_doses(study: Study) -> pl.DataFrame:
    """Planned dose of every level and drug, one row each."""
    levels = study.escalation.levels if study.escalation else ()
    rows = [
        (i, level.code, drug, dose)
        for i, level in enumerate(levels)
        for drug, dose in level.doses.items()
    ]
    return pl.DataFrame(
        rows,
        schema={"LEVELN": pl.Int64, "LEVEL": pl.String, "DRUG": pl.String, "LEVELDOSE": pl.Float64},
        orient="row",
    )


def _leading_drug(study: Study) -> str:
    """The drug with most distinct planned doses, whose dose tells the levels apart; "" without levels."""
    counted = level_doses(study).group_by("DRUG").agg(pl.col("LEVELDOSE").n_unique())
    if counted.is_empty():
        return ""
    order = [d.code for d in study.drugs]
    most = counted.sort(
        "LEVELDOSE",
        pl.col("DRUG").replace_strict({c: i for i, c in enumerate(order)}, default=99),
        descending=[True, False],
    )
    return str(most["DRUG"][0])


def _levels(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The level each dose of the leading drug belongs to; the subject's own cohort wins a tie.

    An interrupted infusion whose planned dose is not recorded says nothing about the level.
    """
    doses = level_doses(study).filter(pl.col("DRUG") == _leading_drug(study))
    given = pl.coalesce("EXPDOSE", pl.when(pl.col("INTRFL").is_null()).then("DOSE"))
    near = (
        rows.select("_row", "DRUG", "COHORTLVL", GIVEN=given)
        .join(doses, on="DRUG", how="inner", maintain_order="left")
        .with_columns(FAR=(pl.col("GIVEN") / pl.col("LEVELDOSE") - 1).abs())
        .filter(pl.col("FAR") <= LEVEL_TOLERANCE)
        .sort("_row", pl.col("LEVEL") != pl.col("COHORTLVL"), "FAR", "LEVELN", nulls_last=True)
    )
    return near.unique("_row", keep="first", maintain_order=True).select("_row", "LEVEL")


def _level_of_other_drugs(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """A combination partner is at the level of the leading drug's latest dose, or of the cohort.

    So is a dose of the leading drug that is near no level and not above its own, if what was planned is not
    recorded: it was not given in full. A dose above stays without a level, and the meeting must ask.
    """
    lead = _leading_drug(study)
    own = pl.col("DRUG") == lead
    by_time = rows.sort("USUBJID", "ASTDT", ~own, "ASTDTM", "SRCROW", nulls_last=True).with_columns(
        LEADLEVEL=pl.col("LEVEL").forward_fill().over("USUBJID")
    )
    doses = level_doses(study).drop("LEVELN")
    latest = doses.rename({"LEVEL": "LATEST", "LEVELDOSE": "LATESTDOSE"})
    filled = by_time.with_columns(
        LATEST=pl.coalesce("LEADLEVEL", "COHORTLVL").cast(pl.String)
    ).join(latest, on=["LATEST", "DRUG"], how="left", maintain_order="left")
    in_part = pl.col("EXPDOSE").is_null() & (
        pl.col("DOSE") <= pl.col("LATESTDOSE") * (1 + LEVEL_TOLERANCE)
    )
    return (
        filled.with_columns(
            LEVEL=pl.when(~own)
            .then("LATEST")
            .otherwise(pl.coalesce("LEVEL", pl.when(in_part).then("LATEST")))
        )
        .join(doses, on=["LEVEL", "DRUG"], how="left", maintain_order="left")
        .sort("_row")
        .drop("LEADLEVEL", "LATEST", "LATESTDOSE", "_row")
    )
