"""Derived tables of `pk`: dose proportionality, accumulation, and the way to steady state."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, flag, integer, number, text

VERDICT: Final = ("inside", "outside", "inconclusive")

DOSEPROP: Final = Table(
    "DOSEPROP",
    "Dose proportionality (power model)",
    "one row an analyte, matrix, parameter, model, scope and cycle",
    key=("PARCAT1", "MATRIX", "PARAMCD", "MODEL", "SCOPE", "CYCLE"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.PARAMCD,
        text(
            "MODEL",
            "Model",
            "`FIRST` one observation a subject and cycle; `REPEAT` all cycles, random intercept per subject",
            codelist=("FIRST", "REPEAT"),
        ),
        text(
            "SCOPE",
            "Dose Levels in the Model",
            "`UPPER`: from the study file's `subset_from` upwards",
            codelist=("ALL", "UPPER"),
        ),
        common.CYCLE,
        common.PARAM,
        flag("FIRSTFL", "Earliest Cycle Flag", "the earliest cycle with full profiles"),
        integer("N", "Number of Subjects"),
        common.NOBS,
        integer("NDOSE", "Number of Planned Doses"),
        number("DMIN", "Smallest Dose", "as given, in DOSEU"),
        number("DMAX", "Largest Dose", "as given, in DOSEU"),
        text("DOSEU", "Unit of the Doses"),
        number("RATIO", "Largest Dose over Smallest"),
        number("ALPHA", "Intercept", "a of ln P = a + b ln D"),
        number("BETA", "Slope", "b of ln P = a + b ln D; 1 is proportional"),
        number("SE", "Standard Error of BETA"),
        common.DF,
        number("LOWER", "Lower Confidence Limit of BETA"),
        number("UPPER", "Upper Confidence Limit of BETA"),
        number(
            "RDNM",
            "Ratio of Dose-Normalised Means",
            "at the largest dose over the smallest: RATIO to the power BETA - 1",
        ),
        number("RDNMLO", "Lower Confidence Limit of RDNM"),
        number("RDNMHI", "Upper Confidence Limit of RDNM"),
        number("STRLO", "Lower End of the Strict Region", "of BETA, for a RDNM of 0.8 to 1.25"),
        number("STRHI", "Upper End of the Strict Region", "of BETA, for a RDNM of 0.8 to 1.25"),
        text("STRICT", "Verdict in the Strict Region", codelist=VERDICT),
        number("EXPLO", "Lower End of the Exploratory Region", "of BETA, for a RDNM of 0.5 to 2"),
        number("EXPHI", "Upper End of the Exploratory Region", "of BETA, for a RDNM of 0.5 to 2"),
        text("EXPLOR", "Verdict in the Exploratory Region", codelist=VERDICT),
        common.REASON,
    ),
    displayed=True,
    note=(
        "Empty without `nca.dose_proportionality` in the study file. CYCLE is empty for `REPEAT`. A verdict "
        "says where the confidence limits of BETA lie"
    ),
)

ACCUM: Final = Table(
    "ACCUM",
    "Accumulation ratios",
    "one row an analyte, matrix, level, cycle, parameter and subject, and one for the level",
    key=("PARCAT1", "MATRIX", "LEVEL", "CYCLE", "PARAMCD", "SCOPE", "USUBJID"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.LEVEL,
        common.CYCLE,
        common.PARAMCD,
        text(
            "SCOPE",
            "Subject or Dose Level",
            "in rows of a level USUBJID is empty",
            codelist=("SUBJECT", "LEVEL"),
        ),
        common.USUBJID,
        common.PARAM,
        integer("N", "Number of Ratios"),
        number("RAC", "Accumulation Ratio", "to the first dose; at a level the geometric mean"),
        common.LOWER,
        common.UPPER,
        number("EFFHL", "Effective Half-Life", "in EFFHLU; only a ratio above 1 has one"),
        text("EFFHLU", "Unit of the Effective Half-Life", codelist=("h", "day")),
        common.REASON,
    ),
    displayed=True,
    note="Empty without `nca.accumulation` in the study file. Limits are given at a level only",
)

STEADY: Final = Table(
    "STEADY",
    "Steady state of troughs",
    "one row an analyte, matrix, level and first dose tried, and one with the verdict of the level",
    key=("PARCAT1", "MATRIX", "LEVEL", "SCOPE", "FROMDOSE"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.LEVEL,
        text(
            "SCOPE",
            "Trend or Verdict",
            "`FROM` each first dose tried; `LEVEL` the verdict",
            codelist=("FROM", "LEVEL"),
        ),
        integer("FROMDOSE", "Number of the First Dose in the Trend"),
        integer("LASTDOSE", "Number of the Last Dose in the Trend"),
        integer("N", "Number of Subjects"),
        common.NOBS,
        number("SLOPE", "Slope of ln CTROUGH on Dose Number"),
        common.SE,
        common.DF,
        number("LOWER", "Lower Confidence Limit of the Slope"),
        number("UPPER", "Upper Confidence Limit of the Slope"),
        number("CHGPCT", "Change per Dose", unit="%"),
        flag(
            "STEADYFL",
            "Steady State Flag",
            "empty: not assessable",
            codelist=("Y", "N"),
        ),
        common.REASON,
    ),
    displayed=True,
    note=(
        "Empty without `nca.steady_state` in the study file. FROMDOSE of the verdict is the first dose from "
        "which troughs are steady, empty where there is none"
    ),
)

PKRATIO: Final = Table(
    "PKRATIO",
    "Ratios of geometric means between treatments",
    "one row a comparison, analyte, matrix, parameter, window and treatment beside the reference",
    key=("COMPARE", "PARCAT1", "MATRIX", "PARAMCD", "WINDOW", "TEST"),
    columns=(
        text("COMPARE", "Comparison", "its name in `nca.compare` of the study file"),
        common.PARCAT1,
        common.MATRIX,
        common.PARAMCD,
        text("WINDOW", "Window of a Partial Area", "empty for what has none"),
        text("TEST", "Treatment"),
        text("REFERENCE", "Treatment It Is Set Against"),
        common.PARAM,
        common.AVALU,
        text("DESIGN", "Design", codelist=("crossover", "parallel")),
        integer("NTEST", "Subjects under the Treatment"),
        integer("NREF", "Subjects under the Reference"),
        integer("NBOTH", "Subjects under Both"),
        integer(
            "NOTUSED",
            "Values That Are Not Used",
            "missing, left out of summaries, not above 0, or the only one of a subject in a crossover",
        ),
        number("GMTEST", "Geometric Mean of the Treatment", "in AVALU"),
        number("GMREF", "Geometric Mean of the Reference", "in AVALU"),
        number("RATIO", "Ratio of Geometric Means", unit="%"),
        number("LOWER", "Lower Confidence Limit of RATIO", unit="%"),
        number("UPPER", "Upper Confidence Limit of RATIO", unit="%"),
        common.LEVELCI,
        common.DF,
        number(
            "CV",
            "Coefficient of Variation",
            "within a subject of a crossover, between subjects of parallel groups",
            unit="%",
        ),
        common.REASON,
    ),
    displayed=True,
    note=(
        "Empty without `nca.compare` in the study file. The numbers are those of `pkpipe compare` (methods "
        "PK-RATIO)"
    ),
)

TABLES: Final = (
    DOSEPROP,
    ACCUM,
    STEADY,
    PKRATIO,
)
