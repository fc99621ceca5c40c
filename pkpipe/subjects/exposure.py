"""ADEXSUM: how much of the planned treatment each subject received (DOSE-4)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.collected import EVERYTHING, Collected, withheld
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

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
# Milligrams of a dose by weight or surface: as recorded, or from the weight.
IN_MG: Final = ("EX.EXDOSEMG|VS.VSSTRESN",)
PER_SIZE: Final = "/(kg|m)"


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
    rows = adex.filter(given("DOSE", "DRUG")).join(
        drugs, on="DRUG", how="left", maintain_order="left"
    )
    grouped = rows.group_by("USUBJID", "DRUG", maintain_order=True).agg(
        pl.col("CYCLEDAYS", "PERDAY").first(),
        pl.col("DOSEU").first(),
        NOCOUNT=pl.col("NOCOUNT").drop_nulls().first(),
        NCYCLE=pl.coalesce(
            pl.col("CYCLE").drop_nulls().n_unique().replace(0, None),
            pl.when(pl.col("NOCOUNT").is_null().all()).then(pl.col("ASTDT").n_unique()),
        ),
        GIVEN=_total("DOSE"),
        TDOSE=_total("DOSEMG"),
        PLANNED=_total("PLANDOSE") / pl.len(),
        FIRST=pl.col("ASTDT").min(),
        LAST=pl.when(pl.col("NOCOUNT").is_null().all()).then(pl.col("ASTDT").max()),
        NDELAY=(pl.col("DELAYD") > pl.col("WINDOW")).sum(),
        NINTR=(pl.col("INTRFL") == "Y").sum(),
        NRED=(pl.col("REDFL") == "Y").sum(),
    )
    ends = adsl.select("USUBJID", "DTHDT", "CUTDT")
    days = (pl.col("END") - pl.col("FIRST")).dt.total_days() + 1
    # Doses are held against the days they are planned for, also where death or the cutoff came before.
    covered = (pl.col("LAST") - pl.col("FIRST")).dt.total_days() + pl.col("CYCLEDAYS")
    wide = (
        grouped.join(ends, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            END=pl.when(pl.col("LAST").is_not_null()).then(
                pl.min_horizontal(
                    pl.col("LAST") + pl.duration(days=pl.col("CYCLEDAYS") - 1), "DTHDT", "CUTDT"
                )
            )
        )
        .with_columns(DURD=days)
        .with_columns(DI=pl.col("GIVEN") / (covered / 7))
        .with_columns(
            RDI=100
            * pl.col("DI")
            / (pl.col("PLANNED") * 7 * pl.col("PERDAY") / pl.col("CYCLEDAYS"))
        )
    )
    long = _long(wide, study)
    for code, needs in RESTS_ON.items():
        long = withheld(long, known.reason(*needs), ("AVAL",), where=pl.col("PARAMCD") == code)
    no_mg = (pl.col("PARAMCD") == "TDOSE") & pl.col("AVAL").is_null() & pl.col("PERSIZE")
    return withheld(long, known.reason(*IN_MG), ("AVAL",), where=no_mg).drop("PERSIZE")


def _total(dose: str) -> pl.Expr:
    """Sum of a dose over all administrations; over an unknown one it is unknown, not small."""
    known = pl.col(dose).is_not_null().all() & pl.col("NOCOUNT").is_null().all()
    return pl.when(known).then(pl.col(dose).sum())


def _long(wide: pl.DataFrame, study: Study) -> pl.DataFrame:
    parts = [
        wide.select(
            "USUBJID",
            "DRUG",
            PARAMCD=pl.lit(code),
            PARAM=pl.lit(label),
            AVAL=pl.col(code).cast(pl.Float64),
            AVALU=sentence("{}/week", "DOSEU") if unit is None else pl.lit(unit),
            NOCOUNT="NOCOUNT",
            PERSIZE=pl.col("DOSEU").str.contains(PER_SIZE).fill_null(value=False)
            & pl.col("NOCOUNT").is_null(),
        )
        for code, (label, unit) in PARAMETERS.items()
    ]
    codes = {code: i for i, code in enumerate(PARAMETERS)}
    order = {d.code: i for i, d in enumerate(study.drugs)}
    return (
        pl.concat(parts)
        .with_columns(
            REASON=pl.when(pl.col("AVAL").is_null()).then(
                pl.coalesce(
                    "NOCOUNT",
                    pl.lit("a dose, a planned dose or a date that it needs is not recorded"),
                )
            )
        )
        .drop("NOCOUNT")
        .sort(
            "USUBJID",
            pl.col("DRUG").replace_strict(order, default=99, return_dtype=pl.Int32),
            pl.col("PARAMCD").replace_strict(codes, return_dtype=pl.Int32),
        )
    )
