"""Derived tables of `survival`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, date, flag, integer, number, text
from pkpipe.schema.adam.findings import NO_KEY, OF_A_FINDING

_ENDPOINT: Final = text("PARAMCD", "Endpoint Code", codelist=("PFS", "OS", "DOR", "TTR"))
_SCHEME: Final = text(
    "SCHEME",
    "Censoring Scheme",
    "`A` `B` `C` `E` `last_assessment`; with a comma: the leading scheme by another reader",
)
_CNSR: Final = integer("CNSR", "Censor", "0 event, 1 censored")

# CNSRRSN: by what a time ended.
EVENT: Final = 0
ONGOING, NEW_THERAPY, MISSED, NO_BASELINE, NO_ASSESSMENT, LOST, WITHDREW, CLINICAL = range(1, 9)
ENDED_BY: Final = {
    EVENT: "event",
    ONGOING: "no event and ongoing",
    NEW_THERAPY: "new anti-cancer therapy",
    MISSED: "event after missed assessments",
    NO_BASELINE: "no baseline assessment",
    NO_ASSESSMENT: "no adequate assessment after baseline",
    LOST: "lost to follow-up",
    WITHDREW: "withdrew consent",
    CLINICAL: "clinical progression only",
}

ADTTE: Final = Table(
    "ADTTE",
    "Time to Event",
    "one row a subject, endpoint and scheme",
    key=("USUBJID", "PARAMCD", "SCHEME"),
    columns=(
        common.USUBJID,
        _ENDPOINT,
        common.PARAM,
        _SCHEME,
        date("STARTDT", "Time-to-Event Origin Date"),
        common.ADT,
        number("AVAL", "Time to Event or Censoring", "ADT - STARTDT + 1", unit="days"),
        _CNSR,
        text("EVNTDESC", "Event or Censoring Description"),
        text("CNSDTDSC", "Censor Date Description"),
        integer(
            "CNSRRSN",
            "Reason for Censoring (Number)",
            ", ".join(f"{code} {why}" for code, why in ENDED_BY.items()),
        ),
        text(
            "TRACE", "Trace", "the candidate dates, the rule that won, and what was not collected"
        ),
        text("TRACEZH", "Trace in Chinese"),
        flag("ANL01FL", "Leading Scheme Flag"),
        common.COHORT,
        common.LEVEL,
        common.PART,
        common.TUMTYPE,
        text(
            "FINDING",
            "Finding",
            "on PFS and OS rows of a subject whose PFS ends after OS, by the leading scheme",
        ),
    ),
    note="treated subjects; DOR and TTR only for subjects with a response. Empty without `survival` "
    "in the study file; without tumour response there is OS alone, which has the leading scheme only",
)

KMCURVE: Final = Table(
    "KMCURVE",
    "Kaplan-Meier Curves",
    "one row an endpoint, group and time",
    key=("PARAMCD", "GROUP", "GROUPVAL", "TIME"),
    columns=(
        _ENDPOINT,
        common.GROUP,
        common.GROUPVAL,
        number("TIME", "Time from Start", unit="days"),
        integer("NRISK", "Subjects at Risk", "whose time is this or later"),
        integer("NEVENT", "Events at This Time"),
        integer("NCENSOR", "Censored at This Time"),
        number("SURV", "Survival Probability"),
        common.SE,
        common.LOWER,
        common.UPPER,
    ),
    displayed=True,
    note="leading scheme; a group with too few subjects for a curve (`survival.min_n_curve`) has none",
)

KMSUM: Final = Table(
    "KMSUM",
    "Kaplan-Meier Summary",
    "one row an endpoint, group, statistic and time asked for",
    key=("PARAMCD", "GROUP", "GROUPVAL", "STAT", "AT"),
    columns=(
        _ENDPOINT,
        common.GROUP,
        common.GROUPVAL,
        text(
            "STAT",
            "Kaplan-Meier Statistic",
            codelist=("N", "EVENTS", "MEDIAN", "Q25", "Q75", "SURV", "NRISK", "RMST", "FOLLOWUP"),
        ),
        number(
            "AT",
            "Landmark",
            "landmark months x month_days; empty but for `SURV` `NRISK` `RMST`",
            unit="days",
        ),
        number("ESTIMATE", "Estimate"),
        common.SE,
        common.LOWER,
        common.UPPER,
        text("UNIT", "Unit of the Estimate", codelist=("subjects", "probability", "days")),
        text("NOTE", "Note", "why there is no number or limit, or what is remarkable about it"),
    ),
    displayed=True,
    note="leading scheme; FOLLOWUP is the median follow-up by the reverse Kaplan-Meier method",
)

KMTEST: Final = Table(
    "KMTEST",
    "Groups Compared",
    "one row a comparison, endpoint, group and statistic",
    key=("PARAMCD", "GROUP", "REFVAL", "GROUPVAL", "STAT"),
    columns=(
        _ENDPOINT,
        text(
            "GROUP", "Column That Makes the Groups", codelist=("COHORT", "LEVEL", "PART", "TUMTYPE")
        ),
        text("REFVAL", "Reference Group"),
        text("STRATA", "Columns of the Strata", "with commas; empty: not stratified"),
        text("GROUPVAL", "Group Compared", "`ALL`: all groups together"),
        text(
            "STAT",
            "Statistic of the Comparison",
            "LOGRANK_CHISQ, _DF, _P: all groups; the others of each group, HR, HR_P not of the reference",
            codelist=(
                *("LOGRANK_CHISQ", "LOGRANK_DF", "LOGRANK_P"),
                *("N", "EVENTS", "LOGRANK_OBSERVED", "LOGRANK_EXPECTED", "HR", "HR_P"),
            ),
        ),
        number("ESTIMATE", "Estimate", "HR by Cox, ties by Efron"),
        number("SE", "Standard Error of ln HR"),
        common.LOWER,
        common.UPPER,
        text("STATUS", "Status of the Estimate", codelist=("OK", "NE")),
        text(
            "REASON",
            "Reason There Is No Estimate",
            "no subject, no event, a coefficient that runs away; or a remark on one that is given",
        ),
    ),
    displayed=True,
    note="the groups a study compares (`survival.comparisons`); none: empty",
)

KMCIF: Final = Table(
    "KMCIF",
    "Cumulative Incidence",
    "one row an endpoint, group, kind of event, statistic and time asked for",
    key=("PARAMCD", "GROUP", "GROUPVAL", "KIND", "STAT", "AT"),
    columns=(
        _ENDPOINT,
        common.GROUP,
        common.GROUPVAL,
        text("KIND", "Kind of Event", "EVNTDESC of ADTTE"),
        text("STAT", "Statistic of the Incidence", codelist=("EVENTS", "CIF")),
        number("AT", "Landmark", "landmark months x month_days; empty for `EVENTS`", unit="days"),
        number("ESTIMATE", "Estimate", "CIF by Aalen and Johansen"),
        common.SE,
        common.LOWER,
        common.UPPER,
        text("UNIT", "Unit of the Estimate", codelist=("subjects", "probability")),
        text("NOTE", "Note", "why there is no number or limit, or what is remarkable about it"),
    ),
    displayed=True,
    note="PFS and DOR of the leading scheme where the study names competing events "
    "(`survival.competing`); none: empty",
)

CIFCURVE: Final = Table(
    "CIFCURVE",
    "Cumulative Incidence Curves",
    "one row an endpoint, group, kind of event and time",
    key=("PARAMCD", "GROUP", "GROUPVAL", "KIND", "TIME"),
    columns=(
        _ENDPOINT,
        common.GROUP,
        common.GROUPVAL,
        text("KIND", "Kind of Event", "EVNTDESC of ADTTE"),
        number("TIME", "Time from Start", unit="days"),
        integer("NRISK", "Subjects at Risk", "whose time is this or later"),
        integer("NEVENT", "Events of the Kind at This Time"),
        integer("NCENSOR", "Censored at This Time"),
        number("CIF", "Cumulative Incidence", "by Aalen and Johansen"),
        common.SE,
        common.LOWER,
        common.UPPER,
    ),
    displayed=True,
    note="PFS and DOR of the leading scheme where the study names competing events "
    "(`survival.competing`); none: empty. A group with too few subjects for a curve "
    "(`survival.min_n_curve`) has none",
)

TTEENTRY: Final = Table(
    "TTEENTRY",
    "Delayed Entry",
    "one row a subject and endpoint",
    key=("USUBJID", "PARAMCD"),
    columns=(
        common.USUBJID,
        _ENDPOINT,
        date("STARTDT", "Time-to-Event Origin Date"),
        date("ENTRYDT", "Date of Entry into Observation", "the date that `survival.entry` names"),
        number("ENTRY", "Time of Entry", "ENTRYDT - STARTDT; empty: from the start", unit="days"),
        number("AVAL", "Time to Event or Censoring", "as in ADTTE", unit="days"),
        flag("USEDFL", "Counted Flag", "`N`: the entry is not before the end, in no estimate"),
    ),
    displayed=True,
    note="leading scheme; at risk at a time are those with ENTRY before it. No `survival.entry`: empty",
)

TTESENS: Final = Table(
    "TTESENS",
    "Sensitivity of Times",
    "one row a subject, endpoint and other scheme",
    key=("USUBJID", "PARAMCD", "SCHEME"),
    columns=(
        common.USUBJID,
        _ENDPOINT,
        _SCHEME,
        number("AVAL", "Time by This Scheme", unit="days"),
        _CNSR,
        number("AVALA", "Time by the Leading Scheme", unit="days"),
        integer("CNSRA", "Censor by the Leading Scheme", "0 event, 1 censored"),
        flag("MOVED", "Moved Flag", "time or censoring differs"),
        text("WHY", "What Changed", "e.g. one event instead of another"),
    ),
    displayed=True,
)

TTEFIND: Final = Table(
    "TTEFIND",
    "Findings on Times",
    "one row a finding about the leading analysis",
    key=(),
    columns=OF_A_FINDING,
    note=f"{NO_KEY}. What is doubtful, e.g. an assessment after death, a start that is missing, PFS "
    "longer than OS. In the report's findings, but for what the tumour tables have said of that "
    "subject already",
)

TABLES: Final = (
    ADTTE,
    KMCURVE,
    KMSUM,
    KMTEST,
    KMCIF,
    CIFCURVE,
    TTEENTRY,
    TTESENS,
    TTEFIND,
)
