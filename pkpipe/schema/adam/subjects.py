"""Derived tables of `subjects`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.adsl import ADSL
from pkpipe.schema.adam.declaration import Table, date, datetime, flag, integer, number, text

ADEX: Final = Table(
    "ADEX",
    "Administrations",
    "one row a subject, drug and administration",
    key=("USUBJID", "DRUG", "ASTDTM"),
    columns=(
        common.USUBJID,
        text("DRUG", "Study Drug Given", "EXTRT, a code of the study file's `drugs`"),
        datetime("ASTDTM", "Start of Administration"),
        datetime("AENDTM", "End of Administration"),
        date("ASTDT", "Start Date of Administration"),
        date("AENDT", "End Date of Administration"),
        text(
            "ASTTMF",
            "Start Time Imputation Flag",
            "H: no clock time, taken as 00:00",
            codelist=("H",),
        ),
        integer("EXSEQ", "Sequence Number of the Record"),
        common.CYCLE,
        integer(
            "DOSENO",
            "Number of the Dose Given",
            "n-th dose given of that drug; empty: nothing was given",
        ),
        number("DOSE", "Dose as Given", "EXDOSE, in DOSEU"),
        text("DOSEU", "Unit of the Dose"),
        number("DOSEMG", "Dose in mg", unit="mg"),
        number("PLANDOSE", "Planned Dose", "for the level of that subject at that dose, in DOSEU"),
        number("DOSEPCT", "Percent of Planned Dose", "100 x actual / planned", unit="%"),
        number("DURH", "Duration of Administration", "planned, where DURPLFL is Y", unit="h"),
        flag(
            "DURPLFL",
            "Planned Duration Flag",
            "an infusion whose start or end has no clock time, so DURH is the planned one",
        ),
        text("EXDOSFRQ", "Dosing Frequency per Interval"),
        text(
            "ROUTE",
            "Route of Administration",
            "as the study file declares the drug",
            codelist=("iv_infusion", "iv_bolus", "extravascular"),
        ),
        text("LEVEL", "Dose Level of This Dose", "code of the level whose planned dose this is"),
        datetime("NOMDTM", "Planned Start", "an interval after the dose before, as planned"),
        number("DELAYD", "Days Later than Planned", unit="days"),
        flag("INTRFL", "Interrupted Flag"),
        integer("NINTR", "Number of Interruptions"),
        integer("PARTS", "Number of Records Delivered", "parts of one infusion are one row"),
        flag("REDFL", "Dose Reduction Flag", "planned lower than the dose before"),
        flag(
            "RANGEFL", "Dose Implied by a Range Flag", "a dose that a range implies after its first"
        ),
        flag("OPENFL", "Open Range Flag", "of a range without an end, counted to the cutoff"),
        text(
            "NOCOUNT",
            "Reason Doses Are Not Counted",
            "why the record stands for a number of doses that it does not say; only its first is a row",
        ),
        text("EXADJ", "Reason for Dose Adjustment"),
        common.COHORT,
        common.SRCFILE,
        integer("SRCROW", "Source Row of the First Part", "row of that file; the header is row 1"),
    ),
    note="EX as every room reads it: a range of days with a frequency is a row a dose, the parts of "
    "one infusion are one row",
)

ADEXSUM: Final = Table(
    "ADEXSUM",
    "Exposure by Subject",
    "one row a subject, drug and parameter",
    key=("USUBJID", "DRUG", "PARAMCD"),
    columns=(
        common.USUBJID,
        common.DRUG,
        text(
            "PARAMCD",
            "Exposure Parameter Code",
            codelist=("NCYCLE", "TDOSE", "DURD", "DI", "RDI", "NDELAY", "NINTR", "NRED"),
        ),
        common.PARAM,
        common.AVAL,
        common.AVALU,
        common.REASON,
    ),
)

MISSING: Final = Table(
    "MISSING",
    "What Each Endpoint Still Needs",
    "one row a planned sample or scan that is missing at the cutoff, or the next one due",
    key=("USUBJID", "DUEDT", "ENDPOINT", "ITEM", "CYCLE", "TIMEPT"),
    columns=(
        common.USUBJID,
        text(
            "ENDPOINT",
            "Endpoint",
            "`NAB`: planned samples that are confirmed positive for ADA",
            codelist=("PK", "ADA", "NAB", "BIOMARKER", "RESPONSE"),
        ),
        text("ITEM", "Item", "analyte, drug, biomarker, or tumour assessment"),
        common.CYCLE,
        text(
            "TIMEPT",
            "Planned Time Point of the Item",
            "as the schedule names it; of a scan its week",
        ),
        date("DUEDT", "Date Due"),
        date("LATEDT", "Last Day of Its Window"),
        text(
            "STATUS",
            "Status",
            "its window closed and nothing arrived; or an open window, the next dose or scan",
            codelist=("OVERDUE", "DUE"),
        ),
        text("REASON", "Why It Is Listed"),
    ),
    note="nothing is asked after death or end of study; samples end with treatment, scans with the "
    "first reported progression or new therapy. Empty without a cutoff",
)

TABLES: Final = (
    ADSL,
    ADEX,
    ADEXSUM,
    MISSING,
)
