"""Checks of one dose: its drug, unit, amount, time, cycle. What rests on several records: `dose_records`."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.dose_units import in_mg, records_in
from pkpipe.clinical.infusion_parts import is_infusion
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    ends_before,
    mended_by_codes,
    row_check,
)

C: Final = pl.col
# Routes of CDISC ROUTE (C66729) that are none into a vein.
ABSORBED: Final = (
    *(
        "ORAL",
        "SUBCUTANEOUS",
        "INTRAMUSCULAR",
        "SUBLINGUAL",
        "BUCCAL",
        "RECTAL",
        "NASAL",
        "TOPICAL",
    ),
    *("TRANSDERMAL", "INTRADERMAL", "INTRAPERITONEAL", "RESPIRATORY (INHALATION)"),
)
SAME_MASS: Final = 0.01


def _in_another_unit(study: Study) -> pl.Expr:
    """True for a dose in another unit; a mass is right for a mass (per kg) if the drug has nothing else."""
    return pl.any_horizontal(
        (C("EXTRT") == d.code) & (C("EXDOSU") != d.dose_unit) & ~_one_mass(d.dose_unit)
        for d in study.drugs
    )


def _one_mass(planned: str) -> pl.Expr:
    units = [unit for unit in records_in([planned]) if unit != planned]
    every = ((C("EXDOSU") == unit).all().over("EXTRT") for unit in units)
    return pl.any_horizontal([pl.lit(value=False), *every])


def _or_in_mg(planned: str) -> bool:
    return planned != "mg" and "mg" in records_in([planned])


def _by_another_route(study: Study) -> pl.Expr:
    """True where every record of a drug says that it is not given as the study file says."""
    into_a_vein = C("EXROUTE").str.starts_with("INTRAVENOUS")
    other = pl.any_horizontal(
        (C("EXTRT") == d.code)
        & (into_a_vein if d.route == "extravascular" else C("EXROUTE").is_in(ABSORBED))
        for d in study.drugs
    )
    return other.fill_null(value=False).all().over("EXTRT")


def _end_without_time(study: Study) -> pl.Expr:
    day_alone = dates.precision(C("EXENDTC")) != "time"
    timed = dates.precision(C("EXSTDTC")) == "time"
    days = (dates.day(C("EXENDTC")) - dates.day(C("EXSTDTC"))).dt.total_days()
    return is_infusion(study) & (days <= 1) & day_alone & timed & given()


def _two_masses(_: Study) -> pl.Expr:
    """True where EXDOSE is a mass and EXDOSEMG another one."""
    none = pl.lit(None, dtype=pl.Float64)
    told = in_mg(C("EXDOSE"), C("EXDOSU"), none)
    return given() & ((C("EXDOSEMG") - told).abs() > SAME_MASS * told)


def _beyond_cycles(study: Study) -> pl.Expr:
    return pl.any_horizontal(
        (C("EXTRT") == d.code) & ((C("CYCLE") > d.max_cycles) | (C("CYCLE") < 1))
        for d in study.drugs
    )


DOSE_ROWS: Final[tuple[RowCheck, ...]] = (
    RowCheck(
        Check(
            "EX-DRUG",
            "error",
            "no drug of the study",
            "drugs of the study file",
            table="EX",
            column="EXTRT",
        ),
        wrong=lambda s: ~C("EXTRT").is_in([d.code for d in s.drugs]),
        allowed=lambda s: mended_by_codes("EX", "EXTRT", ", ".join(d.code for d in s.drugs)),
    ),
    RowCheck(
        Check(
            "EX-UNIT",
            "error",
            "a dose in another unit",
            "drugs.dose_unit",
            table="EX",
            column="EXDOSU",
        ),
        wrong=_in_another_unit,
        allowed=lambda s: "; ".join(
            f"{d.code}: {d.dose_unit}{', or mg in every row' if _or_in_mg(d.dose_unit) else ''}"
            for d in s.drugs
        ),
    ),
    *(
        RowCheck(
            Check(
                f"EX-NEGATIVE-{column}",
                "error",
                "a dose below zero",
                "methods DOSE-1",
                allowed="0 or more",
                table="EX",
                column=column,
            ),
            wrong=always(C(column) < 0),
        )
        for column in ("EXDOSE", "EXDOSEMG", "EXPDOSE")
    ),
    RowCheck(
        Check(
            "EX-ORDER",
            "error",
            "the dose ends before it starts",
            "methods DOSE-1",
            allowed="EXSTDTC or later",
            table="EX",
            column="EXENDTC",
        ),
        wrong=always(ends_before(C("EXSTDTC"), C("EXENDTC"))),
    ),
    row_check(
        "EX-NO-TIME",
        "EX.EXSTDTC",
        (dates.precision(C("EXSTDTC")) != "time") & given(),
        ("a dose without time of day", "date and time"),
        "methods TIME-2",
    ),
    row_check(
        "EX-END-NO-TIME",
        "EX.EXENDTC",
        _end_without_time,
        ("the end of an infusion without time of day", "date and time"),
        "methods DOSE-1",
    ),
    row_check(
        "EX-ROUTE-PLAN",
        "EX.EXROUTE",
        _by_another_route,
        ("every record of the drug has another route than the study file", "drugs.route"),
        "drugs.route",
        severity="error",
    ),
    row_check(
        "EX-CYCLE",
        "EX.CYCLE",
        _beyond_cycles,
        ("a cycle that is not planned", "1 to drugs.max_cycles"),
        "drugs.max_cycles",
    ),
    row_check(
        "EX-NOT-GIVEN",
        "EX.EXDOSE",
        given() & ((C("EXOCCUR") == "N") | C("EXSTAT").is_not_null()),
        (
            "a dose, and EXOCCUR or EXSTAT says that nothing was given",
            "0 where nothing was given; to leave such rows out, in the study file: "
            "sources: EX: drop: {EXOCCUR: N}",
        ),
        severity="error",
    ),
    row_check(
        "EX-ZERO",
        "EX.EXDOSE",
        (C("EXDOSE") == 0) & ~given() & C("EXADJ").is_null(),
        ("a dose of zero, and no reason", "above 0, or a reason in EXADJ"),
    ),
    row_check(
        "EX-ZERO-MG",
        "EX.EXDOSEMG",
        (C("EXDOSE") == 0) & (C("EXDOSEMG") > 0),
        ("milligrams above 0 of a dose of zero", "0, or the dose in EXDOSE"),
    ),
    row_check(
        "EX-MG-TWO",
        "EX.EXDOSEMG",
        _two_masses,
        ("another dose in mg than EXDOSE in its unit", "EXDOSE in mg; is EXDOSU its unit?"),
        "methods DOSE-1",
        severity="error",
    ),
)
