"""ADPC: every concentration with its times, its place in the schedule, and what it may be used for."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.pk.dosing import with_dose
from pkpipe.pk.plan import is_predose, planned_concentrations
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study
from pkpipe.tables import dates

KEY: Final = ("USUBJID", "PARAMCD", "MATRIX")
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
            "ASSAYLLOQ": [a.lloq for a in study.analytes],
            "BLQTEXT": [list(a.blq_texts) for a in study.analytes],
        }
    )
    text = pl.coalesce("PCSTRESC", "PCORRES")
    blq = text.is_in(pl.col("BLQTEXT")).fill_null(value=False)
    not_done = pl.col("PCSTAT").is_not_null()
    return (
        pc.rename({"PCTESTCD": "PARAMCD", "PCSPEC": "MATRIX", "PCTPT": "ATPT", "PCTPTNUM": "ATPTN"})
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
            AVALC=text,
            AVALU=pl.coalesce("PCSTRESU", "PCORRESU", "UNIT"),
            LLOQ=pl.coalesce("PCLLOQ", "ASSAYLLOQ"),
            BLQ=blq & ~not_done,
            IS_PRE=is_predose(pl.col("ATPT"), pl.col("ATPTN")),
            PCCYCLE=pl.col("CYCLE"),
        )
        .with_columns(AVAL=pl.when(~pl.col("BLQ") & ~not_done).then("PCSTRESN"))
        .with_columns(
            MISSING=pl.when(pl.col("DRUG").is_null())
            .then(pl.lit("this analyte and matrix is not analysed in this study"))
            .when(not_done)
            .then(pl.format("not done: {}", pl.col("PCREASND").fill_null("no reason given")))
            .when(~pl.col("BLQ") & pl.col("AVAL").is_null())
            .then(pl.lit("no result"))
            .when(pl.col("ADTM").is_null())
            .then(pl.lit("no collection time"))
        )
    )


def with_times(
    rows: pl.DataFrame, doses: pl.DataFrame, study: Study, plan: NcaPlan
) -> pl.DataFrame:
    """Adds the reference dose, actual and nominal times in hours, and the window (TIME-2 to TIME-4)."""
    rows = with_dose(rows, doses, plan.pre_window_hours)
    cycle_hours = {d.code: 24.0 * d.cycle_days for d in study.drugs}
    planned = planned_concentrations(study)
    rows = rows.with_columns(
        CYCLE=pl.coalesce("CYCLE", "PCCYCLE"), TPKEY=pl.col("ATPT").str.to_uppercase()
    ).join(
        planned.drop("DRUG"),
        on=["PARAMCD", "MATRIX", "CYCLE", "TPKEY"],
        how="left",
        maintain_order="left",
    )
    nominal = pl.when(pl.col("IS_PRE")).then(0.0).otherwise(pl.coalesce("PLANH", "ATPTN"))
    actual = _hours(pl.col("ADTM") - pl.col("DOSEDTM"))
    start = (pl.col("CYCLE") - 1) * pl.col("DRUG").replace_strict(
        cycle_hours, default=None, return_dtype=pl.Float64
    )
    return rows.with_columns(
        ARRLT=actual,
        NRRLT=nominal,
        AFRLT=_hours(pl.col("ADTM") - pl.col("FIRSTDTM")),
        NFRLT=start + nominal,
    ).with_columns(
        DEVH=pl.col("ARRLT") - pl.col("NRRLT"),
        ATPTN=pl.coalesce("PLANH", "ATPTN"),
        WINFL=pl.when(pl.col("PLANH").is_null() | pl.col("ARRLT").is_null())
        .then(None)
        .when((actual - nominal).is_between(-pl.col("EARLYH") - _MINUTE, pl.col("LATEH") + _MINUTE))
        .then(pl.lit("IN"))
        .otherwise(pl.lit("OUT")),
    )


_MINUTE: Final = 1 / 60


def _hours(span: pl.Expr) -> pl.Expr:
    """A time span in hours, unrounded (TIME-3)."""
    return span.dt.total_microseconds() / 3.6e9


def with_use(rows: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Adds what is excluded from NCA and from by-time summaries, each with the reason."""
    late_predose = pl.col("IS_PRE") & (pl.col("ARRLT") > 0) & (pl.col("ARRLT") < pl.col("DURH") + 1)
    early_eoi = pl.col("TPKEY").str.contains("EOI|END OF INFUSION") & (
        pl.col("ARRLT") < pl.col("DURH") - _MINUTE
    )
    excluded = (
        pl.when(pl.col("MISSING").is_not_null())
        .then("MISSING")
        .when(pl.col("DOSEDTM").is_null())
        .then(pl.lit("no dose to which the sample belongs"))
        .when(pl.col("REPEATED"))
        .then(pl.lit("a second sample at the same time"))
        .when(late_predose)
        .then(pl.lit("called predose but drawn after the dose had begun"))
    )
    outside = (plan.summary.window == "protocol") & (pl.col("WINFL") == "OUT")
    return (
        rows.with_columns(
            REPEATED=pl.struct(*KEY, "ADTM").is_duplicated() & pl.col("ADTM").is_not_null()
        )
        .with_columns(
            EXCLRSN=excluded,
            REASON=pl.when(early_eoi).then(
                pl.lit("end-of-infusion sample drawn before the infusion ended")
            ),
        )
        .with_columns(
            EXCLFL=pl.when(pl.col("EXCLRSN").is_not_null()).then(pl.lit("Y")),
            SUMRSN=pl.coalesce(
                "EXCLRSN",
                pl.when(pl.col("NRRLT").is_null()).then(pl.lit("no planned time")),
                pl.when(outside).then(pl.lit("outside the sampling window")),
            ),
        )
        .with_columns(
            SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N")),
            BLQFL=pl.when(pl.col("BLQ")).then(pl.lit("Y")),
            AVALNCA=pl.when(pl.col("EXCLRSN").is_null()).then(
                pl.when(pl.col("BLQ")).then(0.0).otherwise("AVAL")
            ),
            PREFL=pl.when(pl.col("IS_PRE")).then(pl.lit("Y")),
        )
    )
