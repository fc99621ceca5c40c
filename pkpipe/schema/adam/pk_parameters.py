"""Derived tables of `pk`: parameters, their summary, what the protocol and other conventions do to them."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, date, integer, number, text
from pkpipe.schema.adam.pk_samples import KIND, NSAMP

STATUS: Final = ("OK", "FLAG", "NR")  # acceptable; reported with a remark; not reported
PARAMETER: Final = text("PARAMCD", "PK Parameter Code", "PPTESTCD; docs/nca_parameters.md")
START: Final = number("START", "Start of the Interval", "from the dose", unit="h")
END: Final = number(
    "END",
    "End of the Interval",
    "from the dose; empty: with the last sample of the profile",
    unit="h",
)
AS_PLANNED: Final = "as planned"

ADPP: Final = Table(
    "ADPP",
    "PK parameters",
    "one row a profile and parameter",
    key=("PROFILE", "PARAMCD", "START", "END"),
    columns=(
        common.PROFILE,
        PARAMETER,
        START,
        END,
        common.USUBJID,
        common.PARAM,
        common.PARCAT1,
        common.MATRIX,
        common.DRUG,
        common.COHORT,
        common.LEVEL,
        common.PART,
        common.CYCLE,
        common.DOSENO,
        common.AVAL,
        common.AVALU,
        text("PPSTAT", "Completion Status", codelist=("NOT DONE",)),
        text("PPREASND", "Reason Not Done"),
        text(
            "STATUS",
            "Status of the Value",
            "`FLAG` reported with a remark; `NR` not reported",
            codelist=STATUS,
        ),
        common.REASON,
        common.SUMFL,
        common.SUMRSN,
        number("DOSE", "Dose", unit="mg"),
        text("DOSEU", "Unit of the Dose", codelist=("mg",)),
    ),
    note="an empty AVAL has STATUS `NR` and its reason",
)

PKSTAT: Final = Table(
    "PKSTAT",
    "PK parameters by level",
    "one row an analyte, matrix, level, cohort, cycle, parameter, window and statistic",
    key=("PARCAT1", "MATRIX", "LEVEL", "COHORT", "CYCLE", "PARAMCD", "WINDOW", "STAT"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.LEVEL,
        common.COHORT,
        common.CYCLE,
        PARAMETER,
        text("WINDOW", "Window of a Partial Area", "in words; empty for other parameters"),
        text(
            "STAT",
            "Summary Statistic",
            "of a time or a count only `N` `MEDIAN` `MIN` `MAX`",
            codelist=("N", "MEAN", "SD", "CV", "GMEAN", "GCV", "MEDIAN", "MIN", "MAX"),
        ),
        common.AVAL,
        common.N,
        common.REASON,
        common.PARAM,
        common.AVALU,
    ),
    displayed=True,
    note="COHORT `ALL`: all subjects at that level",
)

ESTIMAB: Final = Table(
    "ESTIMAB",
    "Parameters the protocol can yield",
    "one row an analyte, matrix, planned cycle and parameter",
    key=("PARCAT1", "MATRIX", "CYCLE", "PARAMCD"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.CYCLE,
        text(
            "PARAMCD",
            "Code of Parameter or Accumulation Ratio",
            "a parameter, or `AR` and its code: its accumulation ratio",
        ),
        common.PARAM,
        KIND,
        NSAMP,
        text("ESTIM", "Estimable", codelist=("Y", "DOUBT", "N")),
        common.REASON,
        number("HALFLIFE", "Expected Half-Life", unit="h"),
        text(
            "ASSUMED",
            "Where the Half-Life Is From",
            codelist=("expected half-life of the study file", "a third of the dosing interval"),
        ),
    ),
    note=(
        "From the protocol alone, not from data: a subject that keeps every planned time. Empty without the "
        "section `nca` of the study file, or without planned samples"
    ),
)

CONVSENS: Final = Table(
    "CONVSENS",
    "Parameters under other conventions",
    "one row an analyte, matrix, level, cohort, cycle, parameter and combination of rules that moves it",
    key=(
        *("PARCAT1", "MATRIX", "LEVEL", "COHORT", "CYCLE", "PARAMCD"),
        *("BLQRULE", "AUCRULE", "SLOPERUL", "TIMEBAS"),
    ),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.LEVEL,
        common.COHORT,
        common.CYCLE,
        PARAMETER,
        text("BLQRULE", "Rule for BLQ", "`as planned`, or the other rule"),
        text(
            "AUCRULE",
            "Rule for Areas",
            codelist=(AS_PLANNED, "linear_up_log_down", "linear", "linear_log"),
        ),
        text("SLOPERUL", "Rule for the Terminal Slope", "`as planned`, or the other rule"),
        text(
            "TIMEBAS",
            "Times Used",
            codelist=(AS_PLANNED, "actual", "nominal", "nominal_if_within"),
        ),
        integer("NCHANGE", "Number of Rules That Differ", "of the four, from the plan"),
        integer("N", "Values under the Plan"),
        integer("NMOVED", "Values That Moved", "by more than the study file's `moves_percent`"),
        integer("NGAINED", "Values Gained", "null under the plan, not under these rules"),
        integer("NLOST", "Values Lost", "null under these rules, not under the plan"),
        number("GMRATIO", "Geometric Mean of Ratios to the Plan"),
        number("MINRATIO", "Smallest Ratio to the Plan"),
        number("MAXRATIO", "Largest Ratio to the Plan"),
    ),
    displayed=True,
    note=(
        "Empty without `nca.sensitivity` in the study file. COHORT `ALL`: all subjects at that level. A "
        "combination under which no value moved, came or went has no row"
    ),
)

LEDGEFF: Final = Table(
    "LEDGEFF",
    "What the exclusion ledger changes",
    "one row a ledger entry, profile and parameter that differs, and one for an entry without effect",
    key=("ENTRY", "PROFILE", "PARAMCD", "START", "END"),
    columns=(
        text("ENTRY", "Entry of the Ledger"),
        text("ACTION", "Action", codelist=("EXCLUDE", "PICK")),
        text("TARGET", "Target", codelist=("CONCENTRATION", "LAMBDA_Z", "PARAMETER", "PROFILE")),
        text(
            "STATE",
            "State of the Entry",
            "`CONFIRMED` stale and confirmed; `GONE` confirmed, no such record now; `LATER` after the cutoff",
            codelist=("APPLIED", "CONFIRMED", "GONE", "LATER"),
        ),
        common.USUBJID,
        common.PROFILE,
        PARAMETER,
        START,
        END,
        number("BEFORE", "Value before the Ledger"),
        number("AFTER", "Value after the Ledger"),
        common.AVALU,
        text("STATUSB", "Status before the Ledger", codelist=STATUS),
        text("STATUSA", "Status after the Ledger", codelist=STATUS),
        text("REASON", "Reason of the Entry"),
        text("RECBY", "Recorded by"),
        date("RECDT", "Date Recorded"),
        text("APPRBY", "Approved by"),
    ),
    note=(
        "Empty without entries in the ledger. Entries of one profile show what all of them change there "
        "together. `LATER` is about a sample after the data cutoff. START and END are empty for an entry "
        "without effect"
    ),
)

TABLES: Final = (
    ADPP,
    PKSTAT,
    ESTIMAB,
    CONVSENS,
    LEDGEFF,
)
