"""EX records to administrations: the one reading of exposure, which every room and every check goes by.

A record of EX is what was given once, a part of an infusion (`infusion_parts`), or a range of days with a
frequency (`dose_frequency`, `dose_ranges`). An administration is one dose with one start and one stop.

* A range without an end goes on to the cutoff for a subject of whom nothing says that treatment ended, and
  is marked (OPENFL). For any other, and where the end is known in part only, its first dose is the only one
  documented; what rests on the number of doses is withheld with the reason (NOCOUNT).
* Where a range meets the next record on one day, that day has the dose of the later record; so has a day
  inside a range for which a record of its own says what was given, or that nothing was.
* A record of dose 0 says that nothing was given, unless it is the placebo (`given`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.dose_frequency import COUNTABLE, FREQUENCY, of_frequency
from pkpipe.clinical.dose_ranges import OPEN_END, each_dose, spans_days, uncounted
from pkpipe.clinical.infusion_parts import given, in_order, is_infusion, joined
from pkpipe.clinical.made_once import made_once
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

C: Final = pl.col
SCREEN_FAILURE: Final = "SCREEN FAILURE"


def records(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """EX with one row an infusion or range: START, END, PARTS, NINTR, OPENFL, NOCOUNT."""
    return made_once("records of EX", tables, study, lambda: _records(tables, study))


def _records(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    rows = joined(in_order(tables["EX"]), study).with_columns(NOCOUNT=uncounted(study))
    ongoing = _ongoing(tables, study)
    open_end = (C("NOCOUNT") == OPEN_END).fill_null(value=False)
    latest = (C("USUBJID") != C("USUBJID").shift(-1)) | (C("EXTRT") != C("EXTRT").shift(-1))
    goes_on = (
        open_end
        & C("EXENDTC").is_null()
        & latest.fill_null(value=True)
        & C("USUBJID").is_in(ongoing.implode())
    )
    to_cutoff = pl.lit(study.cutoff, dtype=pl.Date).cast(pl.Datetime("us"))
    goes_on = (goes_on & (to_cutoff >= C("START"))).fill_null(value=False)
    return rows.with_columns(
        END=pl.when(goes_on).then(to_cutoff).otherwise("END"),
        ENTIMED=C("ENTIMED") & ~goes_on,
        OPENFL=pl.when(goes_on).then(pl.lit("Y")),
        NOCOUNT=pl.when(~goes_on).then("NOCOUNT"),
    )


def administrations(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """One row an administration: the columns of EX, ASTDTM, AENDTM, STEP (0: its record), PARTS, NINTR.

    tables: EX, and DS and DM for who is off treatment. DOSENO numbers the doses given of a drug; a record
    that nothing was given has none.
    """
    return made_once("administrations", tables, study, lambda: _administrations(tables, study))


def _administrations(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    rows = _one_record_a_day(each_dose(records(tables, study), study))
    rows = rows.sort("USUBJID", "EXTRT", "ASTDTM", "SRCROW", "STEP", nulls_last=True)
    counted = given().cast(pl.Int64).cum_sum().over("USUBJID", "EXTRT")
    months = C("CYCLE") + C("STEP")
    cycles = {d.code: float(d.cycle_days) for d in study.drugs if d.cycle_days > 1}
    planned = C("EXTRT").replace_strict(cycles, default=None, return_dtype=pl.Float64)
    a_cycle_each = (C("SPAN") / C("DOSES") == planned).fill_null(value=False)
    return rows.with_columns(
        DOSENO=pl.when(given()).then(counted),
        RANGEFL=pl.when(C("STEP") > 0).then(pl.lit("Y")),
        # a range in which every dose is a cycle of its own starts with the cycle it names
        CYCLE=pl.when(a_cycle_each)
        .then(months)
        .otherwise("CYCLE")
        .cast(tables["EX"].schema["CYCLE"]),
    ).drop("RECORD")


def of_study_drugs(ex: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Without drugs that are given beside or before: day 1 is the first dose of a drug of role study."""
    others = [d.code for d in study.drugs if d.role != "study"]
    return ex.filter(~C("EXTRT").is_in(others).fill_null(value=False)) if others else ex


def first_days(ex: pl.DataFrame) -> pl.DataFrame:
    """_FIRST, the day of each subject's first dose of any drug."""
    return dosing_days(ex).select("USUBJID", "_FIRST")


def dosing_days(ex: pl.DataFrame) -> pl.DataFrame:
    """_FIRST and _LAST, the days of each subject's first and last dose; a range goes to its end."""
    start, end = dates.day(C("EXSTDTC")), dates.day(C("EXENDTC"))
    repeated = of_frequency(FREQUENCY.term(C("EXDOSFRQ")))["COUNTED"].is_in(COUNTABLE)
    last = pl.max_horizontal(start, pl.when(repeated).then(end))
    doses = ex.filter(given()).group_by("USUBJID", maintain_order=True)
    return doses.agg(_FIRST=start.min(), _LAST=last.max()).drop_nulls("_FIRST")


def with_last_days(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Adds LASTDAY, the day of the last documented dose of each row of `records`, and NDOSES of it."""
    doses = each_dose(rows, study)
    last = doses.group_by("RECORD").agg(
        LASTDAY=C("ASTDTM").max().dt.date(), NDOSES=pl.len().cast(pl.Int64)
    )
    return rows.with_row_index("RECORD").join(last, on="RECORD", how="left", maintain_order="left")


def runs_into() -> pl.Expr:
    """Days by which a range of doses runs into the next record of the drug, 0: they meet on one day."""
    same = (C("USUBJID") == C("USUBJID").shift(-1)) & (C("EXTRT") == C("EXTRT").shift(-1))
    following = C("START").shift(-1).dt.date()
    return pl.when(same).then((C("LASTDAY") - following).dt.total_days())


def _ongoing(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.Series:
    """Subjects of whom nothing says that treatment ended; without disposition nobody is known to be."""
    everyone = tables["EX"]["USUBJID"].unique()
    ds, dm = tables.get("DS"), tables.get("DM")
    if study.cutoff is None or ds is None or not study.collects("DS"):
        return everyone.clear()
    event = (C("DSCAT") == "DISPOSITION EVENT") & (C("DSDECOD") != SCREEN_FAILURE)
    ended = ds.filter(event.fill_null(value=False))["USUBJID"]
    if dm is not None:
        died = C("DTHDTC").is_not_null() | (C("DTHFL") == "Y").fill_null(value=False)
        ended = pl.concat([ended, dm.filter(died)["USUBJID"]])
    return everyone.filter(~everyone.is_in(ended.implode()))


def _one_record_a_day(doses: pl.DataFrame) -> pl.DataFrame:
    """Without the doses a range implies for a day on which a later record says what was given."""
    if not (doses["STEP"] > 0).any():
        return doses
    day = ["USUBJID", "EXTRT", "_DAY"]
    dated = doses.with_columns(_DAY=C("ASTDTM").dt.date())
    # what a record says of a day: its first dose, or on every day of it that nothing was given
    says = (C("STEP") == 0) | ~given()
    dated = dated.with_columns(
        _SAYS=pl.when(says).then("RECORD"), _RANGE=C("STEP").max().over("RECORD") > 0
    )
    latest = C("_SAYS") == C("_SAYS").max()
    later = dated.group_by(day).agg(
        _LATER=C("_SAYS").max(),
        _AT=C("ASTDTM").filter(latest).min(),
        _SINGLE=~C("_RANGE").filter(latest).any(),
    )
    beside = dated.join(later, on=day, how="left", maintain_order="left")
    half = (12 * C("SPAN") / C("DOSES")).fill_null(0.0)
    apart = (C("_AT") - C("ASTDTM")).dt.total_seconds() / 3600
    own_dose = C("STTIMED") & C("ENTIMED") & (apart >= half)
    implied = (C("STEP") > 0) | (C("_RANGE") & C("_SINGLE") & ~C("STTIMED"))
    yields = implied & (C("_LATER") > C("RECORD")) & ~own_dose
    return beside.filter(~yields.fill_null(value=False)).drop(
        "_DAY", "_SAYS", "_RANGE", "_LATER", "_AT", "_SINGLE"
    )


__all__ = [
    "administrations",
    "dosing_days",
    "first_days",
    "given",
    "is_infusion",
    "records",
    "runs_into",
    "spans_days",
    "with_last_days",
]
