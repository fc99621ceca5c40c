"""Derived tables of `pk`: biomarkers."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, datetime, flag, integer, number, text

NEEDS_LIMIT: Final = "Empty without a biomarker with `saturated_from` in the study file."
NEEDS_MARKERS: Final = "Empty without `exposure_response.markers` in the study file."
MARKER: Final = text("PARAMCD", "Biomarker Code", "CPTESTCD; code of the study file's `biomarkers`")
NAME: Final = text("PARAM", "Biomarker")
VALUE_AND_CHANGES: Final = ("AVAL", "CHG", "PCHG")
KIND: Final = text(
    "KIND",
    "Result Set against Concentration",
    "the result, its change or its percent change from baseline",
    codelist=VALUE_AND_CHANGES,
)
LIMIT: Final = number("LIMIT", "Saturation Threshold", "`saturated_from` of the biomarker")

ADPD: Final = Table(
    "ADPD",
    "Biomarkers",
    "one row a biomarker result",
    key=("USUBJID", "PARAMCD", "ADTM", "SRCROW"),
    columns=(
        common.USUBJID,
        text("PARAMCD", "Biomarker Test Code", "CPTESTCD as collected"),
        common.ADTM,
        NAME,
        common.DRUG,
        common.COHORT,
        common.LEVEL,
        common.CYCLE,
        common.VISIT,
        common.ATPT,
        common.ATPTN,
        common.AVAL,
        common.AVALU,
        common.BASE,
        common.CHG,
        common.PCHG,
        common.ABLFL,
        common.REASON,
        common.SRCROW,
        flag(
            "ANL01FL",
            "Analysis Flag 01 - By Visit",
            "the first result of a subject at a visit and time",
        ),
    ),
    note="BASE is the last value at or before the first dose of the drug of the biomarker",
)

PDSTAT: Final = Table(
    "PDSTAT",
    "Biomarkers by visit",
    "one row a biomarker, cohort, cycle, visit, time and kind of value",
    key=("PARAMCD", "COHORT", "CYCLE", "VISIT", "ATPTN", "KIND"),
    columns=(
        MARKER,
        common.COHORT,
        common.CYCLE,
        common.VISIT,
        common.ATPTN,
        text(
            "KIND",
            "Kind of Value",
            "as measured, change or percent change from baseline",
            codelist=VALUE_AND_CHANGES,
        ),
        NAME,
        common.ATPT,
        integer("N", "Number of Subjects", "the first result of each at that visit and time"),
        common.MEAN,
        common.SD,
        common.MEDIAN,
        common.MIN,
        common.MAX,
        common.AVALU,
        text("REASON", "Reason a Statistic Is Empty"),
    ),
    displayed=True,
)

PDSAT: Final = Table(
    "PDSAT",
    "Time saturated by subject",
    "one row a subject examined for a biomarker with a saturation threshold",
    key=("USUBJID", "PARAMCD"),
    columns=(
        common.USUBJID,
        MARKER,
        NAME,
        common.DRUG,
        common.COHORT,
        LIMIT,
        common.AVALU,
        integer("N", "Number of Results", "at different times"),
        number("OBSDAY", "Time from First to Last Result", unit="days"),
        number("SATDAY", "Time Saturated", "of OBSDAY at or above LIMIT", unit="days"),
        number("SATPCT", "Percent of Time Saturated", "100 x SATDAY / OBSDAY", unit="%"),
        datetime("FSATDTM", "First Time Saturated", "at or above LIMIT, linear between results"),
        datetime("LSATDTM", "Last Time Saturated", "at or above LIMIT, linear between results"),
        text("REASON", "Reason There Is No Time, or Never"),
    ),
    displayed=True,
    note=(
        f"{NEEDS_LIMIT} A course between distant results is assumed straight: troughs alone say little of "
        "the time between"
    ),
)

PDSATSUM: Final = Table(
    "PDSATSUM",
    "Time saturated by cohort",
    "one row a biomarker with a saturation threshold and cohort",
    key=("PARAMCD", "COHORT"),
    columns=(
        MARKER,
        common.COHORT,
        NAME,
        common.DRUG,
        LIMIT,
        common.AVALU,
        integer("NEXAM", "Subjects Examined"),
        integer("N", "Subjects with a Share of Time"),
        integer("NEVER", "Subjects Never Saturated", "of N"),
        number("OBSMED", "Median Time Observed", unit="days"),
        number("SATMED", "Median Time Saturated", unit="days"),
        number("PCTMED", "Median Percent of Time Saturated", unit="%"),
        number("PCTMIN", "Smallest Percent of Time Saturated", unit="%"),
        number("PCTMAX", "Largest Percent of Time Saturated", unit="%"),
        common.REASON,
    ),
    displayed=True,
    note=NEEDS_LIMIT,
)

PDPAIR: Final = Table(
    "PDPAIR",
    "Biomarkers with concentrations",
    "one row a biomarker result and analyte of its drug, with the concentration of its sample",
    key=("USUBJID", "PARAMCD", "PARCAT1", "MATRIX", "ADTM", "SRCROW"),
    columns=(
        common.USUBJID,
        MARKER,
        common.PARCAT1,
        common.MATRIX,
        common.ADTM,
        common.SRCROW,
        NAME,
        common.DRUG,
        common.COHORT,
        common.LEVEL,
        common.CYCLE,
        common.VISIT,
        common.ATPT,
        KIND,
        common.AVAL,
        common.AVALU,
        text(
            "CUTOFF",
            "Cut Off by the Laboratory",
            "at the end of what it reports: `reported_from` and `reported_to` of the biomarker",
            codelist=("LOW", "HIGH"),
        ),
        number("CONC", "Concentration of the Sample", "0 for a BLQ before the first dose"),
        common.CONCU,
        datetime("CONCDTM", "Time of the Concentration"),
        number("APARTM", "Time between the Two Samples", unit="min"),
        common.BLQFL,
        flag("USEDFL", "Used for the Curve Flag"),
        text("REASON", "Reason It Is Not Used"),
    ),
    note=f"{NEEDS_MARKERS} SRCROW is that of the biomarker result",
)

PDEMAX: Final = Table(
    "PDEMAX",
    "Emax curves of biomarkers",
    "one row a biomarker, analyte, matrix, model and parameter of the curve",
    key=("PARAMCD", "PARCAT1", "MATRIX", "KIND", "MODEL", "STAT"),
    columns=(
        MARKER,
        common.PARCAT1,
        common.MATRIX,
        KIND,
        text(
            "MODEL",
            "Model",
            "`NONE` no effect; `EMAX` HILL is 1; `SIGEMAX` HILL is estimated",
            codelist=("NONE", "EMAX", "SIGEMAX"),
        ),
        text(
            "STAT",
            "Parameter of the Curve",
            "`RSD` residual SD; `AICC` Akaike criterion, corrected for few points",
            codelist=("E0", "EMAX", "EC50", "HILL", "RSD", "AICC"),
        ),
        NAME,
        common.DRUG,
        text("LABEL", "Parameter in Words"),
        integer("N", "Number of Subjects"),
        integer("NOBS", "Number of Points"),
        integer("NCUT", "Points Cut Off by the Laboratory"),
        number("CONCLO", "Lowest Concentration above 0"),
        number("CONCHI", "Highest Concentration"),
        common.CONCU,
        common.AVAL,
        common.AVALU,
        number("SE", "Standard Error of AVAL", "of EC50 and HILL: of their natural logarithm"),
        common.DF,
        common.LOWER,
        common.UPPER,
        common.LEVELCI,
        flag("CHOSENFL", "Model Chosen Flag", codelist=("Y", "N")),
        text(
            "STATUS",
            "Status of the Model",
            "`RANGE` concentrations do not span EC50; any but `OK`: no number",
            codelist=(
                *("OK", "FEWPOINTS", "FEWSUBJ", "FEWCONC", "NOEFFECT", "NOCONV", "RANGE"),
                *("BOUND", "NOIDENT"),
            ),
        ),
        common.REASON,
    ),
    displayed=True,
    note=(
        f"{NEEDS_MARKERS} The mean curve is E0 + EMAX C^HILL / (EC50^HILL + C^HILL). Limits are Wald limits, "
        "of EC50 and HILL on the log scale. Points of one subject are not independent: the covariance is a "
        "sandwich by subject with the correction of Mancl & DeRouen (2001), DF are subjects less parameters. "
        "Chosen is the simplest model unless AICc of another is lower by `min_gain`. Results that are cut "
        "off count as there or beyond (Tobin 1958, by expectation and maximisation; RSD is then the "
        "maximum-likelihood one, with the same divisor). Concentration alone is the exposure; no delay "
        "between the two is modelled"
    ),
)

PDCURVE: Final = Table(
    "PDCURVE",
    "Chosen Emax curves drawn",
    "one row a biomarker, analyte, matrix and concentration of the chosen model",
    key=("PARAMCD", "PARCAT1", "MATRIX", "KIND", "CONC"),
    columns=(
        MARKER,
        common.PARCAT1,
        common.MATRIX,
        KIND,
        common.CONC,
        common.CONCU,
        text("MODEL", "Chosen Model", codelist=("EMAX", "SIGEMAX")),
        number("FITTED", "Value of the Fitted Curve"),
        number("LOWER", "Lower Confidence Limit of the Mean", "pointwise"),
        number("UPPER", "Upper Confidence Limit of the Mean", "pointwise"),
        common.AVALU,
        common.LEVELCI,
    ),
    note=f"{NEEDS_MARKERS} Also empty where no model is chosen",
)

TABLES: Final = (
    ADPD,
    PDSTAT,
    PDSAT,
    PDSATSUM,
    PDPAIR,
    PDEMAX,
    PDCURVE,
)
