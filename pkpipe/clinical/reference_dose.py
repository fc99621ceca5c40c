"""The dose a sample belongs to, and with it the time since a dose (methods TIME-2).

Sources: methods TIME-2 to TIME-4; SDTMIG 3.4, --RFTDTC (the reference of a planned elapsed time). Whether a
sample is planned before a dose is the schedule's word (`clinical.schedule`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.dose_frequency import planned_interval
from pkpipe.clinical.infusion_parts import of_drug
from pkpipe.protocol.nca_options import PREDOSE_SHARE
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

C: Final = pl.col
DAY: Final = 24.0

# What is known of a dose that samples are counted from.
DOSE_COLUMNS = (
    "USUBJID",
    "DRUG",
    "DOSEDTM",
    "DOSENO",
    "CYCLE",
    "DOSE",
    "DURH",
    "DURPLFL",
    "ROUTE",
    "LEVEL",
    "DOSEPCT",
    "NEXTDTM",
    "TAUH",  # planned hours to the next dose
    "DOSEG",  # as given, in the unit of the prescription
    "DOSEGU",
    "PREVPCT",  # of the dose before: what a predose sample comes from
    "PREVLEVEL",
    "PREVDTM",
)
_OF_DOSE = tuple(c for c in DOSE_COLUMNS if c not in {"USUBJID", "DRUG"})


def with_dose(
    samples: pl.DataFrame, doses: pl.DataFrame, predose_hours: float | None, planned: str
) -> pl.DataFrame:
    """Adds the reference dose of every sample (TIME-2) and the first dose of its drug.

    A sample planned before the dose (IS_PRE) belongs to the dose that starts within `predose_hours` after it
    (null: a share of the interval of that dose), any other to the latest dose strictly before it, since a
    sample at the very time of a dose is drawn before it; without one, to the dose at its time. A predose
    sample with no such dose (treatment ended) is one of the elapsed time of the dose before. One without a
    collection time (not done) belongs to the dose of the cycle it was planned in (column `planned`).
    """
    keyed = samples.with_row_index("_sample").sort("ADTM", maintain_order=True)
    before = _asof(keyed, doses, "backward", None, exact=False)
    within = None if predose_hours is None else f"{round(predose_hours * 60)}m"
    after = _asof(keyed, doses, "forward", within, exact=True)
    if predose_hours is None:
        ahead = dates.hours(pl.col("DOSEDTM") - pl.col("ADTM"))
        after = after.filter(ahead <= predose_window(None))
    before = before.join(
        after.select("_sample", *(pl.col(c).alias(f"{c}_after") for c in _OF_DOSE)),
        on="_sample",
        how="left",
    )
    at_once = pl.col("DOSEDTM").is_null() & (pl.col("DOSEDTM_after") == pl.col("ADTM"))
    use_after = (pl.col("IS_PRE") & pl.col("DOSEDTM_after").is_not_null()) | at_once
    chosen = before.with_columns(
        pl.when(use_after).then(pl.col(f"{c}_after")).otherwise(pl.col(c)).alias(c)
        for c in _OF_DOSE
    )
    first = doses.group_by("USUBJID", "DRUG").agg(FIRSTDTM=pl.col("DOSEDTM").min())
    return (
        _of_cycle(chosen, doses, planned)
        .join(first, on=["USUBJID", "DRUG"], how="left", maintain_order="left")
        .sort("_sample")
        .drop("_sample", *(f"{c}_after" for c in _OF_DOSE))
    )


def predose_window(hours: float | None) -> pl.Expr:
    """How old a predose sample may be, h: as stated, else a share of the interval of the dose (TAUH)."""
    return PREDOSE_SHARE * pl.col("TAUH") if hours is None else pl.lit(float(hours))


def _of_cycle(samples: pl.DataFrame, doses: pl.DataFrame, planned: str) -> pl.DataFrame:
    """The dose of the planned cycle for what was not collected; a cycle of several doses says too little."""
    cycle = ["USUBJID", "DRUG", planned]
    single = doses.with_columns(pl.col("CYCLE").alias(planned)).filter(
        ~pl.struct(cycle).is_duplicated()
    )
    theirs = single.select(*cycle, *(pl.col(c).alias(f"{c}_cycle") for c in _OF_DOSE))
    joined = samples.join(theirs, on=cycle, how="left", maintain_order="left")
    untimed = pl.col("ADTM").is_null()
    return joined.with_columns(
        pl.when(untimed).then(pl.col(f"{c}_cycle")).otherwise(pl.col(c)).alias(c) for c in _OF_DOSE
    ).drop(f"{c}_cycle" for c in _OF_DOSE)


def _asof(
    keyed: pl.DataFrame, doses: pl.DataFrame, way: str, tolerance: str | None, *, exact: bool
) -> pl.DataFrame:
    return keyed.drop([c for c in _OF_DOSE if c in keyed.columns]).join_asof(
        doses.sort("DOSEDTM", maintain_order=True),
        left_on="ADTM",
        right_on="DOSEDTM",
        by=["USUBJID", "DRUG"],
        strategy="backward" if way == "backward" else "forward",
        tolerance=tolerance,
        allow_exact_matches=exact,
        check_sortedness=False,
        coalesce=False,
    )


def nearest(
    samples: pl.DataFrame, doses: pl.DataFrame, by: Sequence[str], hours: pl.Expr
) -> pl.DataFrame:
    """Samples without a cycle, by planned time: _DOSE, _END, _NUMBER of their dose, _APART h from its plan.

    samples: `by`, _AT, _BEFORE (planned before the dose). doses: `by`, _DOSE, _END, _HALF (h).
    """
    timed = doses.filter(C("_DOSE").is_not_null()).sort("_DOSE", maintain_order=True)
    timed = timed.select(*by, "_DOSE", "_END", "_HALF").with_row_index("_NUMBER")
    planned = pl.when("_BEFORE").then(pl.min_horizontal(hours, 0.0).fill_null(0.0)).otherwise(hours)
    rows = samples.with_columns(
        _PLAN=C("_AT") - pl.duration(minutes=(60 * planned).round(0)), _HOURS=planned
    )
    rows = rows.filter(C("_PLAN").is_not_null()).sort("_PLAN", maintain_order=True)
    met = rows.join_asof(
        timed,
        left_on="_PLAN",
        right_on="_DOSE",
        by=list(by),
        strategy="nearest",
        coalesce=False,
        check_sortedness=False,
    )
    apart = dates.hours(C("_PLAN") - C("_DOSE")).abs()
    met = met.with_columns(_APART=apart).filter(C("_DOSE").is_not_null())
    return met.filter(~(C("_BEFORE") & (C("_APART") > C("_HALF")))).drop("_PLAN", "_HALF")


def with_half_interval(doses: pl.DataFrame, study: Study) -> pl.DataFrame:
    """What was given, with half of the planned interval of its drug as _HALF, h."""
    half = of_drug({d.code: DAY / 2 * planned_interval(d) for d in study.drugs})
    return doses.filter(given()).with_columns(_HALF=half)


def far_from_its_dose() -> pl.Expr:
    """True for a sample over a day, and over its planned hours again, away from where it belongs."""
    return ~C("_BEFORE") & (C("_APART") > pl.max_horizontal(DAY, C("_HOURS")))
