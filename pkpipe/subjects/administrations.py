"""ADEX: every administration with what was planned, how late it was and which dose level it belongs to."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_frequency import planned_interval
from pkpipe.clinical.dose_level import leading_drug, level_doses, nearest_level, not_above
from pkpipe.clinical.dose_units import in_mg, one_in, records_in
from pkpipe.clinical.planned_dose import factor_of_plan
from pkpipe.protocol.study import Study

COLUMNS: Final = (
    *("USUBJID", "DRUG", "ASTDTM", "AENDTM", "ASTDT", "AENDT", "ASTTMF"),
    *("EXSEQ", "CYCLE", "DOSENO", "DOSE", "DOSEU", "DOSEMG", "PLANDOSE", "DOSEPCT", "DURH"),
    *("DURPLFL", "EXDOSFRQ", "ROUTE", "LEVEL", "NOMDTM", "DELAYD", "INTRFL", "NINTR", "PARTS"),
    *("REDFL", "RANGEFL", "OPENFL", "NOCOUNT", "EXADJ", "COHORT", "SRCFILE", "SRCROW"),
)


def administrations(doses: pl.DataFrame, who: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The administrations of EX with duration, dose in mg, and what the study file says of the drug."""
    drugs = pl.DataFrame(
        {
            "DRUG": [d.code for d in study.drugs],
            "ROUTE": [d.route for d in study.drugs],
            "PLANDAYS": [planned_interval(d) for d in study.drugs],
            "PLANH": [d.infusion_hours for d in study.drugs],
            "DRUGUNIT": [d.dose_unit for d in study.drugs],
        }
    )
    rows = (
        doses.rename({"EXTRT": "DRUG", "EXDOSE": "DOSE", "EXDOSU": "DOSEU"})
        .join(drugs, on="DRUG", how="left", maintain_order="left")
        .join(
            who.select("USUBJID", "COHORT", "WEIGHTBL"),
            on="USUBJID",
            how="inner",
            maintain_order="left",
        )
        .with_columns(
            ASTTMF=pl.when(pl.col("START").is_not_null() & ~pl.col("STTIMED")).then(pl.lit("H")),
            ASTDT=pl.col("ASTDTM").dt.date(),
            AENDT=pl.col("AENDTM").dt.date(),
        )
    )
    timed = pl.col("STTIMED") & pl.col("ENTIMED")
    plan = factor_of_plan(study, pl.col("WEIGHTBL"), drug="DRUG", dose="DOSE", unit="DOSEU")
    rows = rows.with_columns(pl.col("EXPDOSE", "PLANSUM") * plan)
    return rows.with_columns(
        DOSEMG=pl.coalesce("EXDOSEMG", in_mg(pl.col("DOSE"), pl.col("DOSEU"), pl.col("WEIGHTBL"))),
        # an infusion without clock times lasts as long as planned; one that was timed, as long as it did
        DURH=pl.when(pl.col("ROUTE") != "iv_infusion")
        .then(0.0)
        .when(timed)
        .then((pl.col("AENDTM") - pl.col("ASTDTM")).dt.total_seconds() / 3600)
        .otherwise("PLANH"),
        DURPLFL=pl.when((pl.col("ROUTE") == "iv_infusion") & ~timed).then(pl.lit("Y")),
        INTRFL=pl.when(pl.col("EXINTRFL") == "Y").then(pl.lit("Y")),
        # what one unit of the drug's own dose is in the unit of the record
        UNITS=_one_of_plan(study),
    )


def _one_of_plan(study: Study) -> pl.Expr:
    """One unit of the drug's planned dose in the unit of the record."""
    plans = dict.fromkeys(d.dose_unit for d in study.drugs)
    pairs = [(given, plan) for plan in plans for given in records_in([plan])]
    known = (
        pl.when((pl.col("DOSEU") == given) & (pl.col("DRUGUNIT") == plan)).then(one)
        for given, plan in pairs
        if (one := one_in(given, plan, pl.col("WEIGHTBL"))) is not None
    )
    return pl.coalesce(known)


def with_levels(rows: pl.DataFrame, who: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Adds the dose level, the planned dose, and the planned day (TIME-6, DOSE-2)."""
    rows = rows.join(
        who.select("USUBJID", "COHORTLVL"), on="USUBJID", how="left", maintain_order="left"
    )
    rows = _planned_of_parts(rows, study).with_row_index("KEY")
    rows = rows.join(_levels(rows, study), on="KEY", how="left", maintain_order="left")
    rows = _level_of_other_drugs(rows, study)
    planned = pl.coalesce("EXPDOSE", pl.col("LEVELDOSE") * pl.col("UNITS"))
    rows = rows.with_columns(PLANDOSE=planned).with_columns(
        DOSEPCT=pl.when(pl.col("PLANDOSE") > 0).then(100 * pl.col("DOSE") / pl.col("PLANDOSE"))
    )
    return (
        _against_the_calendar(rows)
        .select(COLUMNS)
        .sort("USUBJID", "DRUG", "ASTDTM", "SRCROW", "DOSENO", nulls_last=True)
    )


def _against_the_calendar(rows: pl.DataFrame) -> pl.DataFrame:
    """NOMDTM, DELAYD and REDFL; a dose that a range implies was on the day its frequency says."""
    same = (pl.col("USUBJID") == pl.col("USUBJID").shift(1)) & (
        pl.col("DRUG") == pl.col("DRUG").shift(1)
    )
    # several doses in a cycle follow each other as planned, each its interval after the one before
    cycles = (pl.col("CYCLE") - pl.col("CYCLE").shift(1)).fill_null(1).clip(1)
    days = pl.col("PLANDAYS") * cycles
    due = pl.col("ASTDTM").shift(1) + pl.duration(minutes=(1440 * days).round(0))
    implied = pl.col("RANGEFL") == "Y"
    lower = pl.col("PLANDOSE") < pl.col("PLANDOSE").shift(1)
    return rows.with_columns(
        NOMDTM=pl.when(same & implied.is_null()).then(due).otherwise("ASTDTM"),
        REDFL=pl.when(same & lower).then(pl.lit("Y")),
    ).with_columns(
        DELAYD=(pl.col("ASTDT") - pl.col("NOMDTM").dt.date()).dt.total_days().cast(pl.Float64)
    )


def _planned_of_parts(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """EXPDOSE of an infusion in parts: each part names the whole, or its share; the nearer to the level."""
    own = level_doses(study).select("DRUG", COHORTLVL="LEVEL", OWNDOSE="LEVELDOSE")
    beside = rows.join(own, on=["DRUG", "COHORTLVL"], how="left", maintain_order="left")
    level = pl.col("OWNDOSE") * pl.col("UNITS")
    shares = (pl.col("PLANSUM") - level).abs() < (pl.col("EXPDOSE") - level).abs()
    return beside.with_columns(
        EXPDOSE=pl.when(shares & (pl.col("PARTS") > 1)).then("PLANSUM").otherwise("EXPDOSE")
    ).drop("OWNDOSE")


def _levels(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The level each dose of the leading drug belongs to.

    An interrupted infusion whose planned dose is not recorded says nothing about the level.
    """
    told = pl.coalesce("EXPDOSE", pl.when(pl.col("INTRFL").is_null()).then("DOSE"))
    return nearest_level(
        rows.with_columns(GIVEN=told / pl.col("UNITS"), OWN="COHORTLVL"), study
    ).drop("LEVELN")


def _level_of_other_drugs(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """A combination partner is at the level of the leading drug's latest dose, or of the cohort.

    So is a dose of the leading drug that is near no level and not above its own, if what was planned is not
    recorded: it was not given in full. A dose above stays without a level, and the meeting must ask.
    """
    lead = leading_drug(study)
    own = pl.col("DRUG") == lead
    by_time = rows.sort("USUBJID", "ASTDT", ~own, "ASTDTM", "SRCROW", nulls_last=True).with_columns(
        LEADLEVEL=pl.col("LEVEL").forward_fill().over("USUBJID")
    )
    doses = level_doses(study).drop("LEVELN", "LEVELUNIT")
    latest = doses.rename({"LEVEL": "LATEST", "LEVELDOSE": "LATESTDOSE"})
    filled = by_time.with_columns(
        LATEST=pl.coalesce("LEADLEVEL", "COHORTLVL").cast(pl.String)
    ).join(latest, on=["LATEST", "DRUG"], how="left", maintain_order="left")
    in_part = pl.col("EXPDOSE").is_null() & not_above(
        pl.col("DOSE") / pl.col("UNITS"), pl.col("LATESTDOSE")
    )
    return (
        filled.with_columns(
            LEVEL=pl.when(~own)
            .then("LATEST")
            .otherwise(pl.coalesce("LEVEL", pl.when(in_part).then("LATEST")))
        )
        .join(doses, on=["LEVEL", "DRUG"], how="left", maintain_order="left")
        .sort("KEY")
        .drop("LEADLEVEL", "LATEST", "LATESTDOSE", "KEY")
    )
