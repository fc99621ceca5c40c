"""Columns that several derived tables share, each with one name, one type and one meaning.

Names are those of ADaMIG 1.3 and the ADNCA guide where they have the variable.
"""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam.declaration import Column, date, datetime, flag, integer, number, text

ALL: Final = "ALL"  # the group of everybody, in COHORT, LEVEL and the other groupings

# Columns of ADSL by whose values responses and times are told, beside all subjects.
SUBJECT_GROUPS: Final = ("COHORT", "LEVEL", "PART", "TUMTYPE")

# Who and where.
USUBJID: Final = text("USUBJID", "Unique Subject Identifier")
COHORT: Final = text(
    "COHORT",
    "Cohort",
    "code of the study file's `cohorts`; `ALL` everybody, where a row is for all",
)
LEVEL: Final = text("LEVEL", "Dose Level", "code of the level; empty outside the escalation")
PART: Final = text(
    "PART", "Part of the Study", codelist=("escalation", "backfill", "expansion", "other")
)
TUMTYPE: Final = text("TUMTYPE", "Tumour Type")
GROUP: Final = text("GROUP", "Grouping", codelist=("ALL", "COHORT", "LEVEL", "PART", "TUMTYPE"))
GROUPVAL: Final = text("GROUPVAL", "Group", "the cohort, level, part or tumour type")

# What is measured.
DRUG: Final = text("DRUG", "Study Drug", "code of the study file's `drugs`")
PARCAT1: Final = text("PARCAT1", "Analyte", "code of the study file's `analytes`")
MATRIX: Final = text("MATRIX", "Specimen Matrix")
PARAMCD: Final = text("PARAMCD", "Parameter Code")
PARAM: Final = text("PARAM", "Parameter")
STAT: Final = text("STAT", "Statistic")
AVAL: Final = number("AVAL", "Analysis Value")
AVALC: Final = text("AVALC", "Analysis Value (Text)")
AVALU: Final = text("AVALU", "Unit of the Analysis Value")
BASE: Final = number("BASE", "Baseline Value")
CHG: Final = number("CHG", "Change from Baseline")
PCHG: Final = number("PCHG", "Percent Change from Baseline", unit="%")
LLOQ: Final = number("LLOQ", "Lower Limit of Quantification")
CONC: Final = number("CONC", "Concentration")
CONCU: Final = text("CONCU", "Unit of the Concentration")

# When.
CYCLE: Final = integer("CYCLE", "Cycle")
DOSENO: Final = integer("DOSENO", "Number of the Dose", "the n-th dose given of that drug")
VISIT: Final = text("VISIT", "Visit Name")
ATPT: Final = text("ATPT", "Planned Time Point")
ATPTN: Final = number("ATPTN", "Planned Time Point (Number)", "hours from its dose", unit="h")
ADT: Final = date("ADT", "Analysis Date")
ADTM: Final = datetime("ADTM", "Analysis Date and Time")
ADY: Final = integer("ADY", "Study Day", "no day 0; day 1 is the first dose of any study drug")
NRRLT: Final = number("NRRLT", "Nominal Time from Dose", unit="h")
PROFILE: Final = text(
    "PROFILE", "Concentration Profile", "id: subject, analyte, matrix and dose occasion"
)

# Flags.
ABLFL: Final = flag("ABLFL", "Baseline Record Flag")
POSTFL: Final = flag("POSTFL", "After First Dose Flag")
BLQFL: Final = flag("BLQFL", "Below Limit of Quantification Flag")
SUMFL: Final = flag("SUMFL", "Used in Summaries Flag", codelist=("Y", "N"))
SUMRSN: Final = text("SUMRSN", "Reason Not in Summaries")

# Summaries.
N: Final = integer("N", "Number of Values")
X: Final = integer("X", "Number with the Event")
PCT: Final = number("PCT", "Percent", "100 x X / N", unit="%")
MEAN: Final = number("MEAN", "Arithmetic Mean")
SD: Final = number("SD", "Standard Deviation")
MEDIAN: Final = number("MEDIAN", "Median")
MIN: Final = number("MIN", "Minimum")
MAX: Final = number("MAX", "Maximum")
GMEAN: Final = number("GMEAN", "Geometric Mean")
GCV: Final = number("GCV", "Geometric Coefficient of Variation", unit="%")
SE: Final = number("SE", "Standard Error")
DF: Final = number("DF", "Degrees of Freedom")
LOWER: Final = number("LOWER", "Lower Confidence Limit")
UPPER: Final = number("UPPER", "Upper Confidence Limit")
LEVELCI: Final = number("LEVELCI", "Confidence Level", "of LOWER and UPPER, e.g. 0.95")
NOBS: Final = integer("NOBS", "Number of Observations")

# Why, and from where.
REASON: Final = text("REASON", "Reason", "why there is no value, or what is remarkable about it")
SRCFILE: Final = text("SRCFILE", "Source File", "name of the raw file")
SRCROW: Final = integer("SRCROW", "Source Row", "row of that file; the header is row 1")

COMMON: Final[dict[str, Column]] = {
    column.name: column for column in list(globals().values()) if isinstance(column, Column)
}
