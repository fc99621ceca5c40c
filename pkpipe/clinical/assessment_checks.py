"""What is asked of a tumour assessment by the tumour room and again by time to event: twins side by side.

The tumour room asks of the rows of TR and RS, time to event of the assessments it is given, which may be all
it has; in a study validation has looked at the raw tables before both. Where several were asked, `unless`
says whose finding is the more exact one: the row of the raw table.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.subject_dates import STRANGER, TESTS
from pkpipe.finding.check import OWN_RULE, Check
from pkpipe.finding.rows import checks_of
from pkpipe.schema.codelists import RESPONSE, RESPONSE_TEST

RS_CODELIST: Final = Check(
    "RS-CODELIST",
    "query",
    "outside the codelist, not counted",
    "RECIST 1.1, table 1; iRECIST (Seymour 2017)",
    table="RS",
    column="RSSTRESC",
    unless=("RS-RESPONSE",),
)
# What RS tells beside the responses of RECIST (CDISC ONCRTSCD): these are no misspelt overall response.
OTHER_TESTS: Final = (
    *("NEWLPROG", "SYMPTDTR", "METBRESP", "TUMRESP", "CLINRESP", "MRPHRESP", "BMRESP", "DRCRIND"),
    *("LESNPROG", "PDIND", "CLINPD", "DISPROG"),
)
RESPONSE_TEST_UNKNOWN: Final = Check(
    "RS-TEST-UNKNOWN",
    "error",
    "a response by no known test, and no overall response of that day: it would be nobody's",
    "CDISC ONCRTSCD (C96781)",
    allowed=", ".join((*RESPONSE_TEST.words, *OTHER_TESTS)),
    table="RS",
    column="RSTESTCD",
)
RS_CRITERIA: Final = Check(
    "RS-CRITERIA",
    "query",
    "criteria that the study does not use: these responses are left out",
    "response.criteria",
    table="RS",
    column="RSCAT",
)
ONLY_OTHERS: Final = Check(
    "EVALUATOR-ONLY-OTHER",
    "query",
    "assessed, but not by the evaluator who leads: without response",
    "response.evaluator",
)
TR_GROUP: Final = Check(
    "TR-GROUP",
    "query",
    "lesion group not known, not used",
    "SDTMIG 3.4, TRGRPID",
    table="TR",
    column="TRGRPID",
    unless=("TERM-TRGRPID",),
)
TR_NO_BASELINE: Final = Check(
    "TR-NOBASEVISIT",
    "query",
    "no baseline scan: the target response is NE",
    "RECIST 1.1, 4.2",
    table="TR",
    column="VISIT",
    unless=("SCAN-NO-BASELINE",),
)
TR_BASELINE_OLD: Final = Check(
    "TR-BASEOLD",
    "note",
    "baseline scan older than allowed at first dose",
    "RECIST 1.1, 4.2",
    table="TR",
    column="TRDTC",
    unless=("SCAN-OLD-BASELINE",),
)
TR_NO_DATE: Final = Check(
    "TR-NODATE", "query", "no date, not counted", "methods TIME-7", table="TR", column="TRDTC"
)
RS_NO_DATE: Final = Check(
    "RS-NODATE", "query", "no date, not counted", "methods TIME-7", table="RS", column="RSDTC"
)
TR_EARLY: Final = Check(
    "TR-EARLY",
    "query",
    "assessment before treatment, not counted",
    OWN_RULE,
    table="TR",
    column="TRDTC",
)
RS_EARLY: Final = Check(
    "RS-EARLY",
    "query",
    "assessment before the anchor date, not counted",
    "study file, anchor",
    table="RS",
    column="RSDTC",
)
TR_DEATH: Final = Check(
    "TR-DEATH",
    "query",
    "scan after the day of death",
    OWN_RULE,
    table="TR",
    column="TRDTC",
    unless=("DATE-AFTER-DEATH",),
)
RS_DEATH: Final = Check(
    "RS-DEATH",
    "query",
    "assessment after the day of death",
    OWN_RULE,
    table="RS",
    column="RSDTC",
    unless=("DATE-AFTER-DEATH",),
)

TTE_RESPONSE: Final = Check(
    "TTE-RESPONSE",
    "query",
    "is no response that counts",
    "RECIST 1.1, table 1; iRECIST (Seymour 2017)",
    table="RS",
    column="AVALC",
    unless=(RS_CODELIST.id,),
)
TTE_NO_DATE: Final = Check(
    "TTE-NO-DATE",
    "query",
    "an assessment without a date does not count",
    "methods TIME-7",
    allowed="a date",
    table="RS",
    column="ADT",
    unless=(TR_NO_DATE.id, RS_NO_DATE.id),
)
TTE_EARLY: Final = Check(
    "TTE-EARLY",
    "note",
    "an assessment before the start does not count",
    "study file, anchor",
    allowed="on or after the start date",
    table="RS",
    column="ADT",
    unless=(TR_EARLY.id, RS_EARLY.id),
)
TTE_AFTER_DEATH: Final = Check(
    "TTE-AFTER-DEATH",
    "query",
    "an assessment after the death of the subject",
    OWN_RULE,
    allowed="up to the date of death",
    table="RS",
    column="ADT",
    unless=(TR_DEATH.id, RS_DEATH.id),
)
# What time to event asks and the tumour room may have asked already.
ASKED_AGAIN: Final = (
    *(TTE_RESPONSE, TTE_NO_DATE, TTE_EARLY, TTE_AFTER_DEATH),
    *checks_of(TESTS),
    STRANGER,
)
# What the tumour room asks and validation may have asked already: of rows of the same table, of the subject.
ASKED_OF_ROWS: Final = (TR_DEATH, RS_DEATH, TR_GROUP, RS_CODELIST)
ASKED_OF_SUBJECT: Final = (TR_NO_BASELINE, TR_BASELINE_OLD, *checks_of(TESTS))


def of_no_known_test() -> pl.Expr:
    """True for a response word of no test, or one nobody knows; that day has no overall response."""
    test, overall = pl.col("RSTESTCD"), "OVRLRESP"
    known = RESPONSE_TEST.term(test).is_not_null() | test.str.to_uppercase().is_in(OTHER_TESTS)
    word = RESPONSE.term(pl.col("RSSTRESC")).is_not_null()
    day = pl.col("RSDTC").str.slice(0, 10)
    answered = (
        (RESPONSE_TEST.term(test) == overall).fill_null(value=False).any().over("USUBJID", day)
    )
    return ~known.fill_null(value=False) & word & ~answered


def no_result(domain: str) -> Check:
    """The question about a row of a findings domain that says neither a result nor that it was not done."""
    return Check(
        f"{domain}-NO-RESULT",
        "query",
        "no result and no reason",
        "SDTMIG 3.4, --STAT",
        allowed=f"a result, or {domain}STAT NOT DONE",
        table=domain,
        column=f"{domain}STRESC",
    )


def done_after_all(domain: str) -> Check:
    """The question about a row of a findings domain that was not done and has a result."""
    return Check(
        f"{domain}-DONE",
        "query",
        "not done, and a result",
        "SDTMIG 3.4, --STAT",
        allowed="either",
        table=domain,
        column=f"{domain}STRESC",
    )
