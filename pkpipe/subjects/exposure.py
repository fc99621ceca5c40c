"""ADEXSUM: how much of the planned treatment each subject received (DOSE-4)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING, Collected, withheld
from pkpipe.protocol.study import Study
from pkpipe.subjects.treatment import REPEATED

# code: (label, unit); a unit of None is built from the drug's dose unit
PARAMETERS: Final[dict[str, tuple[str, str | None]]] = {
    "NCYCLE": ("Cycles started", "cycles"),
    "TDOSE": ("Cumulative dose", "mg"),
    "DURD": ("Duration of treatment", "days"),
    "DI": ("Dose intensity", None),
    "RDI": ("Relative dose intensity", "%"),
    "NDELAY": ("Doses delayed beyond the window", "doses"),
    "NINTR": ("Infusions interrupted", "doses"),
    "NRED": ("Dose reductions", "doses"),
}

# What a count rests on beside the doses: without it nobody knows what was interrupted or reduced.
RESTS_ON: Final[dict[str, tuple[str, ...]]] = {
    "NINTR": ("EX.EXINTRFL",),
    "NRED": ("EX.EXPDOSE",),
}


def exposure(
    adex: pl.DataFrame, adsl: pl.DataFrame, study: Study, known: Collected = EVERYTHING
) -> pl.DataFrame:
    """One row a subject, drug and parameter; a value that cannot be given says why."""
    drugs = pl.DataFrame(
        {
            "DRUG": [d.code for d in study.drugs],
            "CYCLEDAYS": [d.cycle_days for d in study.drugs],
            "WINDOW": [d.dosing_window_days for d in study.drugs],
            "PERDAY": [d.doses_per_day for d in study.drugs],
        }
    )
    # a record with dose 0 says that nothing was given, unless it is the placebo
    given = adex.filter((pl.col("DOSE") > 0) | pl.col("DRUG").str.contains("PLACEBO"))
    rows = given.join(drugs, on="DRUG", how="left", maintain_order="left").with_columns(
        # a record with a frequency stands for every day from its first to its last
        DAYS=pl.when(REPEATED)
        .then((pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1)
        .otherwise(1)
        .cast(pl.Float64),
        LASTDAY=pl.when(REPEATED).then(pl.coalesce("AENDT", "ASTDT")).otherwise("ASTDT"),
    )
    rows = rows.with_columns(
        TIMES=pl.col("DAYS") * pl.when(REPEATED).then("PERDAY").otherwise(1).fill_null(1)
    )
    grouped = rows.group_by("USUBJID", "DRUG", maintain_order=True).agg(
        pl.col("CYCLEDAYS", "PERDAY").first(),
        pl.col("DOSEU").first(),
        NCYCLE=pl.coalesce(
            pl.col("CYCLE").drop_nulls().n_unique().replace(0, None), pl.col("DAYS").sum()
        ),
        GIVEN=_total("DOSE"),
        TDOSE=_total("DOSEMG"),
        PLANNED=_total("PLANDOSE") / pl.col("TIMES").sum(),
        FIRST=pl.col("ASTDT").min(),
        LAST=pl.col("LASTDAY").max(),
        NDELAY=((pl.col("DELAYD") > pl.col("WINDOW")) & ~REPEATED).sum(),
        NINTR=(pl.col("INTRFL") == "Y").sum(),
        NRED=(pl.col("REDFL") == "Y").sum(),
    )
    ends = adsl.select("USUBJID", "DTHDT", "CUTDT")
    days = (pl.col("END") - pl.col("FIRST")).dt.total_days() + 1
    wide = (
        grouped.join(ends, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            END=pl.min_horizontal(
                pl.col("LAST") + pl.duration(days=pl.col("CYCLEDAYS") - 1), "DTHDT", "CUTDT"
            )
        )
        .with_columns(DURD=days)
        .with_columns(DI=pl.col("GIVEN") / (pl.col("DURD") / 7))
        .with_columns(
            RDI=100
            * pl.col("DI")
            / (pl.col("PLANNED") * 7 * pl.col("PERDAY") / pl.col("CYCLEDAYS"))
        )
    )
    long = _long(wide, study)
    for code, needs in RESTS_ON.items():
        long = withheld(long, known.reason(*needs), ("AVAL",), where=pl.col("PARAMCD") == code)
    return long


def _total(dose: str) -> pl.Expr:
    """Sum of a dose over all administrations; over an unknown one it is unknown, not small."""
    each = pl.col(dose) * pl.col("TIMES")
    return pl.when(each.is_not_null().all()).then(each.sum())


def _long(wide: pl.DataFrame, study: Study) -> pl.DataFrame:
    parts = [
        wide.select(
            "USUBJID",
            "DRUG",
            PARAMCD=pl.lit(code),
            PARAM=pl.lit(label),
            AVAL=pl.col(code).cast(pl.Float64),
            AVALU=pl.format("{}/week", "DOSEU") if unit is None else pl.lit(unit),
        )
        for code, (label, unit) in PARAMETERS.items()
    ]
    codes = {code: i for i, code in enumerate(PARAMETERS)}
    order = {d.code: i for i, d in enumerate(study.drugs)}
    return (
        pl.concat(parts)
        .with_columns(
            REASON=pl.when(pl.col("AVAL").is_null()).then(
                pl.lit("a dose, a planned dose or a date that it needs is not recorded")
            )
        )
        .sort(
            "USUBJID",
            pl.col("DRUG").replace_strict(order, default=99, return_dtype=pl.Int32),
            pl.col("PARAMCD").replace_strict(codes, return_dtype=pl.Int32),
        )
    )
