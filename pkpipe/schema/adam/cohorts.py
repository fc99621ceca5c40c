"""Derived tables of `cohorts`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Column, Table, date, flag, integer, number, text

_TOPIC: Final = text(
    "TOPIC",
    "Topic",
    "`ABNORMAL`: rows of CRITSUM",
    codelist=(
        *("ENROLMENT", "BASELINE", "DLT", "EXPOSURE", "PK", "ADA", "RESPONSE"),
        *("PFS", "OS", "DOR", "TTR", "SAFETY", "ABNORMAL"),
    ),
)
_SUBTOPIC: Final = text(
    "SUBTOPIC",
    "Part of the Topic",
    "drug; analyte, cycle and level; denominator and source; landmark",
)
_VALUE: Final = number("VALUE", "Value")
_VALUEC: Final = text("VALUEC", "Value (Text)", "what is no number")
_UNIT: Final = text("UNIT", "Unit")

SUMMARY: Final = Table(
    "SUMMARY",
    "Every Number about a Cohort",
    "one row a cohort, topic, parameter and statistic",
    key=("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT", "ORD"),
    columns=(
        text("STUDY", "Study Identifier", displayed=False),
        Column("CUTOFF", "date", "Date of Data Cutoff", displayed=False),
        text("COHORT", "Cohort or Whole Study", "code of a cohort; `ALL`: the whole study"),
        text("DOSE", "Cohort in Words", "label of the cohort; `all cohorts`"),
        _TOPIC,
        _SUBTOPIC,
        common.PARAMCD,
        common.STAT,
        integer("ORD", "Place in the Topic", "from 0", displayed=False),
        common.PARAM,
        _VALUE,
        _VALUEC,
        _UNIT,
        common.N,
        common.REASON,
    ),
    displayed=True,
    note="a number is taken from the room that owns it; nothing is computed anew but counts of "
    "subjects. `DLT` of `ALL`: all escalation cohorts together",
)

COHORT: Final = Table(
    "COHORT",
    "Numbers a Meeting Looks at First",
    "one row a cohort and number of the long table",
    key=("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT"),
    columns=(
        text("COHORT", "Cohort of the Study", "code of the study file's `cohorts`"),
        text("COHLABEL", "Cohort Label", "as the study file words it"),
        common.PART,
        text(
            "DOSE",
            "Planned Doses of Its Level",
            "in words, e.g. `BAT8008 1.8 mg/kg + BAT1308 3 mg/kg`",
        ),
        text(
            "ITEM",
            "Name of the Number",
            "`TOPIC_PARAMCD`, with subtopic and statistic where needed",
        ),
        _TOPIC,
        _SUBTOPIC,
        common.PARAMCD,
        common.STAT,
        common.PARAM,
        _VALUE,
        _VALUEC,
        _UNIT,
        common.N,
        common.REASON,
    ),
    note="the planned cohorts in the order of the study file; one without a number has a row with "
    "label, part and dose alone",
)

ADALMK: Final = Table(
    "ADALMK",
    "Outcomes by ADA Status at a Landmark",
    "one row a drug, group, outcome and status",
    key=("DRUG", "GROUP", "GROUPVAL", "PARAMCD", "STATUS"),
    columns=(
        common.DRUG,
        text("GROUP", "Grouping of Subjects", codelist=("ALL", "LEVEL")),
        common.GROUPVAL,
        text(
            "PARAMCD",
            "Outcome Code",
            codelist=("TEAE", "TEAE_G3", "INFREACT", "HYPERSEN", "ORR"),
        ),
        text(
            "STATUS",
            "ADA Status by the Landmark",
            "from the samples after the first dose up to that day",
            codelist=("POSITIVE", "NEGATIVE", "UNAFFECTED", "INCONCLUSIVE", "UNKNOWN"),
        ),
        common.PARAM,
        integer("LANDMARK", "Landmark Day", "day of the drug"),
        integer("NALL", "Subjects of the Status"),
        integer("NOUT", "Subjects Not at Risk on That Day", "of NALL"),
        text("OUTRSN", "Reasons Not at Risk", "counted"),
        integer("N", "Subjects at Risk", "NALL - NOUT"),
        integer("NPRIOR", "Subjects with the Event before", "of N, with such an event by that day"),
        integer("X", "Subjects with the Outcome after", "of N, after the landmark"),
        common.PCT,
        common.LOWER,
        common.UPPER,
        common.LEVELCI,
        common.REASON,
    ),
    displayed=True,
    note="empty without `immunogenicity.impact`",
)

ADALMKS: Final = Table(
    "ADALMKS",
    "Outcomes by ADA Status at a Landmark, by Subject",
    "one row a treated subject, drug with an assay and outcome",
    key=("USUBJID", "DRUG", "PARAMCD"),
    columns=(
        common.USUBJID,
        common.DRUG,
        text(
            "PARAMCD",
            "Outcome Code",
            codelist=("TEAE", "TEAE_G3", "INFREACT", "HYPERSEN", "ORR"),
        ),
        text(
            "STATUS",
            "ADA Status by the Landmark",
            codelist=("POSITIVE", "NEGATIVE", "UNAFFECTED", "INCONCLUSIVE", "UNKNOWN"),
        ),
        common.LEVEL,
        date("MARKDT", "Date of the Landmark", "empty: the drug was not given"),
        flag("RISKFL", "At Risk on That Day Flag"),
        text("OUTRSN", "Reason Not at Risk"),
        flag("AFTERFL", "Outcome after the Landmark Flag"),
        flag("PRIORFL", "Event by the Landmark Flag"),
    ),
    note="the rows that ADALMK counts; an outcome that cannot be counted has none. "
    "Empty without `immunogenicity.impact`",
)

EXPRESP: Final = Table(
    "EXPRESP",
    "Exposure against Outcome",
    "one row an analyte, parameter, endpoint and quarter or slope, all levels together",
    key=("PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "ENDPOINT", "STAT"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.PARAMCD,
        integer("CYCLE", "Cycle of the Exposure", "the earliest with values"),
        text("ENDPOINT", "Endpoint", codelist=("DLT", "RESPONSE", "BESTPCHG")),
        text(
            "STAT",
            "Quarter or Slope",
            "quarters of subjects by exposure",
            codelist=("Q1", "Q2", "Q3", "Q4", "SLOPE"),
        ),
        common.PARAM,
        integer("N", "Subjects"),
        integer("X", "Subjects with the Event"),
        number("EXPLO", "Lowest Exposure"),
        number("EXPMED", "Median Exposure"),
        number("EXPHI", "Highest Exposure"),
        text("EXPU", "Unit of the Exposure"),
        number(
            "AVAL",
            "Outcome of the Quarter, or Slope",
            "percent with the event or median change; per doubling: log odds or percent",
        ),
        text(
            "AVALU",
            "Unit of the Outcome",
            codelist=("%", "log odds per doubling", "% per doubling"),
        ),
        common.SE,
        number(
            "LOWER", "Lower Limit", "exact; of log odds profile likelihood, of percent change t"
        ),
        number("UPPER", "Upper Limit", "as LOWER"),
        common.LEVELCI,
        text("DEFIN", "Definition of the Endpoint", "what it is, and among whom"),
        text(
            "REASON",
            "Reason There Is No Value",
            "no slope where exposure separates who has the event; or a remark",
        ),
    ),
    displayed=True,
    note="`RESPONSE` is the study's primary response, so that it cannot disagree with the response "
    "rate. Empty without `exposure_response.outcomes`",
)

DOSECTX: Final = Table(
    "DOSECTX",
    "What Stands beside a Dose Decision",
    "one row a level and item, all parts of the study together",
    key=("LEVEL", "TOPIC", "SUBTOPIC", "PARAMCD"),
    columns=(
        common.LEVEL,
        text(
            "TOPIC",
            "Topic of the Item",
            codelist=("TOXICITY", "EXPOSURE", "RESPONSE", "TUMOUR"),
        ),
        text("SUBTOPIC", "Analyte, or Which Responses", "of `TUMOUR` the sum of diameters"),
        text(
            "PARAMCD",
            "Item Code",
            "BEST...: best change of the sum of diameters, median, largest and least decrease",
            codelist=(
                *("TREATED", "LATEDLT", "RELG3", "REDUCED", "INTERR", "DISCONT"),
                *("CMAX", "AUCTAU", "CTROUGH", "ORR", "CORR"),
                *("BESTMED", "BESTMIN", "BESTMAX", "NOTCOLL"),
            ),
        ),
        common.PARAM,
        integer("CYCLE", "Cycle of the Exposure", "the first that has the parameter"),
        number("VALUE", "Value", "subjects, geometric mean, or % from baseline"),
        _UNIT,
        integer("N", "Subjects or Profiles"),
        number("LOWER", "Lower Limit of a Rate", "exact, 95 %", unit="%"),
        number("UPPER", "Upper Limit of a Rate", "exact, 95 %", unit="%"),
        common.REASON,
    ),
    displayed=True,
    note="no part of the decision: no rule of the design reads it. Empty for a study without an "
    "escalation",
)

TABLES: Final = (
    SUMMARY,
    COHORT,
    ADALMK,
    ADALMKS,
    EXPRESP,
    DOSECTX,
)
