"""Every check of the tumour room as a value, and how its rows become findings."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import (
    RS_CODELIST,
    RS_DEATH,
    RS_EARLY,
    RS_NO_DATE,
    TR_BASELINE_OLD,
    TR_DEATH,
    TR_EARLY,
    TR_GROUP,
    TR_NO_BASELINE,
    TR_NO_DATE,
)
from pkpipe.clinical.lesions import (
    BELOW_ZERO,
    LONG_AXIS,
    NOT_IN_MM,
    OF_TARGETS,
    SHORT_AXIS,
)
from pkpipe.finding.check import OWN_RULE, Check, Severity
from pkpipe.finding.table import findings_at
from pkpipe.tumor.lesions.sizes_and_states import LESION_CLASSES
from pkpipe.tumor.lesions.states import STATE_WORDS

FIT: Final = "RECIST 1.1, 4.3.2"  # lesions that split or coalesce
BASE: Final = "RECIST 1.1, 4.2"


def _check(
    place: str, words: str, source: str, allowed: str | None = None, severity: Severity = "query"
) -> Check:
    """place: id and column, separated by a blank; the id begins with the table."""
    name, _, column = place.partition(" ")
    return Check(name, severity, words, source, allowed=allowed, table=name[:2], column=column)


def _of_acceptance(table: str) -> tuple[Check, ...]:
    """The findings on which of several readers' assessments are the accepted ones."""
    column = f"{table}ACPTFL"
    source = f"SDTMIG 3.4, {column}"
    return (
        _check(f"{table}-ASIDE {column}", "not the accepted assessments of this evaluator, not used",
               source, "Y on the accepted records", "note"),
        _check(f"{table}-NOBODY {column}",
               "time points of this evaluator of which no record is accepted, not used",
               source, "Y on the records of one reader"),
        _check(f"{table}-BOTH {column}",
               "records of several readers accepted at one time point: the worse response counts",
               source, "Y on the records of one reader"),
    )  # fmt: skip


# What validation stops a study for costs a verb one measurement.
_UNIT = replace(
    NOT_IN_MM.weighing("query", "not in millimetres, taken as not measured"), allowed="mm"
)
_NEGATIVE = BELOW_ZERO.weighing("query", "negative size, taken as not measured")
CHECKS: Final = (
    _check("TR-STATE TRSTRESC", "not a known state, taken as not evaluable", "RECIST 1.1, 4.3.3",
           ", ".join(STATE_WORDS)),
    _UNIT,
    _NEGATIVE,
    _check("TR-FINE TRSTRESN", "finer than 0.1 µm, rounded", OWN_RULE, "four decimals", "note"),
    replace(TR_GROUP, allowed=", ".join(LESION_CLASSES)),
    _check("TR-NOLINK TRLNKID", "size of a target lesion without lesion id, not used",
           "SDTMIG 3.4, TRLNKID"),
    _check("TR-NOBASE TRLNKID", "target lesion without baseline size: the target response is NE", BASE),
    TR_NO_BASELINE,
    _check("TR-TWICE TRSTRESC", "lesion measured twice at a time point, the larger size counts", OWN_RULE),
    _check("TR-TWOSUMS TRDTC", "two sums on a date; neither is the other's nadir", OWN_RULE, "one sum"),
    _check("TR-SPLIT TRLNKID", "part of a lesion that split: added to the size of that lesion", FIT,
           None, "note"),
    _check("TR-SPLITBOTH TRLNKID",
           "a lesion measured as a whole and in parts, the larger size counts", FIT),
    _check("TR-MERGED TRLNKID",
           "merged with another target lesion: the merged one counts once", FIT, None, "note"),
    _check("TR-MERGEDWITH TRLNKID",
           "said to be merged, but no other target lesion was measured: not evaluable", FIT),
    _check("TR-NODE-LONG TRTESTCD",
           "a lymph node of which only the longest diameter was sent: not evaluable", BASE,
           ", ".join(SHORT_AXIS)),
    _check("TR-SHORT-ONLY TRTESTCD",
           "a lesion that is no lymph node of which only the short axis was sent: not evaluable", BASE,
           ", ".join(LONG_AXIS)),
    _check("TR-NODE-OPEN TRTESTCD",
           "lymph node or not is not said by its place nor by its test: taken as no node", BASE,
           "LYMPH NODE or an organ in TULOC, or LPERP for a node, LDIAM for any other lesion"),
    *OF_TARGETS,
    TR_EARLY,
    _check("TR-JOINED TRDTC", "scans of several days without a visit name, taken as one assessment",
           OWN_RULE, None, "note"),
    _check("TR-APART TRDTC",
           "target lesions measured in part, the rest on a day too far away, without the name of a visit: "
           "not evaluable", OWN_RULE, "the name of the visit, or more assessment_days"),
    TR_DEATH,
    TR_BASELINE_OLD,
    _check("TR-BASELATE TRDTC", "baseline scan after the first dose", BASE),
    TR_NO_DATE,
    _check("TU-ORGAN TULOC", "the lesion was elsewhere before; the first place tells node or not",
           "SDTMIG 3.4, TULOC"),
    RS_CODELIST,
    _check("RS-TWO RSDTC", "two responses of one reader on a day, the worse counts", OWN_RULE),
    _check("RS-CR-THEN RSSTRESC",
           "disease after a complete response: progression by re-growth, unless the CR was none",
           "RECIST 1.1, table 3", "CR, NE or PD after CR"),
    _check("RS-ICPD-ALONE RSSTRESC", "iCPD without an iUPD before it that it confirms",
           "iRECIST (Seymour 2017)", "iUPD at the assessment before"),
    RS_DEATH,
    RS_EARLY,
    RS_NO_DATE,
    *_of_acceptance("TR"),
    *_of_acceptance("RS"),
    *(
        _check(f"{table}-READER-APART {table}EVAL",
               "all scans of this evaluator are such as another, who read more, has not: one evaluator "
               "in two spellings?", "SDTMIG 3.4, --EVAL, --EVALID")
        for table in ("TR", "RS")
    ),
    *(
        _check(f"{table}-VISIT-TWO {table}DTC",
               "one visit assessed on two days: two assessments, or one entered twice?", OWN_RULE)
        for table in ("TR", "RS")
    ),
    _check("TR-NEW-BASELINE TRLNKID",
           "a new lesion that was seen at the baseline: progression by it is none", "RECIST 1.1, 4.3.5",
           "NON-TARGET, or a lesion of a later scan"),
    _check("TR-COPIED TRSTRESN",
           "every lesion has exactly its size of the scan before: measured anew, or carried forward?",
           OWN_RULE, "the sizes measured on this scan"),
)  # fmt: skip
BY_ID: Final = {check.id: check for check in CHECKS}


def found(
    code: str, rows: pl.DataFrame, value: str | None = None, allowed: str | pl.Expr | None = None
) -> pl.DataFrame:
    """The rows as findings of a check; value: the column shown, if not the one that is wrong."""
    check = BY_ID[code]
    return findings_at(
        rows,
        check,
        row=pl.col("SRCROW"),
        subject=pl.col("USUBJID"),
        value=pl.col(value or str(check.column)).cast(pl.String),
        allowed=check.allowed if allowed is None else allowed,
    )
