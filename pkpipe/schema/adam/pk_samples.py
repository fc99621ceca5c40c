"""Derived tables of `pk`: concentrations, their profiles, their summary, and the terminal fits."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, datetime, flag, integer, number, text

# In tables of concentrations the analyte is the parameter (ADNCA); in those of PK parameters it is PARCAT1.
ANALYTE: Final = text("PARAMCD", "Analyte Code", "PCTESTCD; code of the study file's `analytes`")
KIND: Final = text(
    "KIND",
    "Single or Multiple Dose",
    "`SD` a first dose, where the study file asks for single-dose profiles; else `MD`",
    codelist=("SD", "MD"),
)
NSAMP: Final = integer("NSAMP", "Number of Samples after the Dose")

ADPC: Final = Table(
    "ADPC",
    "Concentrations",
    "one row a concentration record",
    key=("USUBJID", "PARAMCD", "MATRIX", "ADTM", "SRCROW"),
    columns=(
        common.USUBJID,
        ANALYTE,
        common.MATRIX,
        common.ADTM,
        text("PARAM", "Analyte"),
        common.DRUG,
        common.COHORT,
        text("LEVEL", "Dose Level at the Dose", "at the dose the sample belongs to"),
        common.PART,
        common.CYCLE,
        common.DOSENO,
        common.VISIT,
        common.ATPT,
        common.ATPTN,
        common.ADT,
        number("AFRLT", "Actual Time from First Dose", "of the drug of the analyte", unit="h"),
        number("NFRLT", "Nominal Time from First Dose", "of the drug of the analyte", unit="h"),
        number(
            "ARRLT",
            "Actual Time from Dose",
            "from the dose the sample belongs to; negative before it",
            unit="h",
        ),
        common.NRRLT,
        number("DEVH", "Actual Minus Nominal Time", unit="h"),
        text(
            "WINFL",
            "In the Sampling Window",
            "empty without a planned or an actual time",
            codelist=("IN", "OUT"),
        ),
        number("AVAL", "Concentration", "empty when BLQ or missing"),
        text("AVALC", "Result as Reported"),
        common.AVALU,
        number("LLOQ", "LLOQ of the Sample", "of the row, else as the study file declares it"),
        flag("BLQFL", "BLQ Flag", "reported so, exactly 0, or a number below LLOQ"),
        number("AVALNCA", "Concentration for NCA", "0 for a BLQ; empty where EXCLFL is `Y`"),
        common.PROFILE,
        flag("PREFL", "Planned before the Dose Flag"),
        flag("EXCLFL", "Excluded from NCA Flag"),
        text("EXCLRSN", "Reason for Exclusion from NCA"),
        common.SUMFL,
        common.SUMRSN,
        text("REASON", "Remark", "what is remarkable about a sample that is used"),
        common.SRCROW,
    ),
    note=(
        "Empty without the section `nca` of the study file. PROFILE is empty where a sample stands in no "
        "profile of its own dose. SUMFL: enters the summaries by time"
    ),
)

PROFILE: Final = Table(
    "PROFILE",
    "Concentration profiles",
    "one row a profile (subject, analyte, matrix and dose occasion)",
    key=("PROFILE",),
    columns=(
        common.PROFILE,
        common.USUBJID,
        ANALYTE,
        common.MATRIX,
        common.DRUG,
        common.COHORT,
        common.LEVEL,
        common.PART,
        common.CYCLE,
        common.DOSENO,
        datetime("DOSEDTM", "Date and Time of the Dose"),
        number("DOSE", "Dose", unit="mg"),
        text("DOSEU", "Unit of the Dose", codelist=("mg",)),
        number("DOSEG", "Dose as Given", "in DOSEGU"),
        text("DOSEGU", "Unit of the Dose as Given", "e.g. mg/kg"),
        number("DOSEPCT", "Dose in Percent of the Plan", "100 x actual / planned", unit="%"),
        number("DURH", "Duration of the Administration", unit="h"),
        number("TAUH", "Planned Time to the Next Dose", unit="h"),
        KIND,
        NSAMP,
        integer("NQUANT", "Quantifiable Samples after the Dose"),
        number("TLASTH", "Time of Last Quantifiable Sample", unit="h"),
        number("CONCSUM", "Sum of the Concentrations", "9 significant digits"),
        text(
            "PRFLFL",
            "What the Profile Can Give",
            "`RICH` areas; `SPARSE` observed values only; `TROUGH` only the sample before the next dose",
            codelist=("RICH", "SPARSE", "TROUGH"),
        ),
        text("REASON", "Reason It Is Not Rich"),
    ),
    note="a profile has at least one sample after the dose",
)

PKCONC: Final = Table(
    "PKCONC",
    "Concentrations by time",
    "one row an analyte, matrix, level, cohort, cycle, nominal time and statistic",
    key=("PARAMCD", "MATRIX", "LEVEL", "COHORT", "CYCLE", "ATPTN", "STAT"),
    columns=(
        ANALYTE,
        common.MATRIX,
        common.LEVEL,
        common.COHORT,
        common.CYCLE,
        common.ATPTN,
        text(
            "STAT",
            "Summary Statistic",
            codelist=(*("N", "NBLQ", "MEAN", "SD", "CV", "GMEAN", "GCV", "MEDIAN", "MIN", "MAX"),),
        ),
        common.AVAL,
        common.N,
        common.REASON,
        common.ATPT,
        common.AVALU,
    ),
    displayed=True,
    note=(
        "COHORT `ALL`: all subjects at that level. N counts a BLQ too; arithmetic statistics take it as 0, "
        "geometric ones the quantifiable values only"
    ),
)

LZFIT: Final = Table(
    "LZFIT",
    "Terminal fits",
    "one row a sample above 0 after the dose, of every profile with a terminal slope",
    key=("PROFILE", "TIME"),
    columns=(
        common.PROFILE,
        common.USUBJID,
        common.PARCAT1,
        common.MATRIX,
        common.LEVEL,
        common.CYCLE,
        common.DOSENO,
        number("TIME", "Time from Dose", "as analysed", unit="h"),
        common.AVAL,
        number("FITTED", "Value of the Fitted Line", "from its first point on"),
        common.AVALU,
        flag("BLQFL", "BLQ Replaced Flag", "AVAL is what the rule puts for a BLQ"),
        flag("USEDFL", "Used for the Line Flag", "the line is fitted through the sample"),
        flag("HANDFL", "Chosen by Hand Flag", "picked or left out by the exclusion ledger"),
        text("STATUS", "Status of LAMZ", codelist=("OK", "FLAG", "NR")),
        text("REASON", "Reason of LAMZ", "why LAMZ is flagged or not reported"),
    ),
)

TABLES: Final = (
    ADPC,
    PROFILE,
    PKCONC,
    LZFIT,
)
