"""Derived tables of `escalation`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, date, datetime, flag, integer, number, text

# What a meeting can record, what the rules of the design can also say, and what other designs say.
RECORDABLE: Final = (
    *("ESCALATE", "STAY_ADD", "DEESCALATE_EXPAND", "DEESCALATE", "WAIT"),
    *("DECLARE_MTD", "MAD_REACHED", "NO_TOLERABLE_DOSE"),
)
SAID: Final = (*RECORDABLE, "INVALID_STATE")
_STATES: Final = text(
    "STATES", "State of the Levels", "`A:n/y/g2/pend|...`, the counts of each level dosed"
)
_RULES: Final = text("RULES", "Rules That Decide", "ids, `;` between them")

ADDLT: Final = Table(
    "ADDLT",
    "Dose-Limiting Toxicity by Subject",
    "one row a subject of escalation or backfill",
    key=("USUBJID",),
    columns=(
        common.USUBJID,
        common.COHORT,
        common.LEVEL,
        integer("LEVELN", "Dose Level (Number)", "place among the levels, from 1"),
        common.PART,
        datetime(
            "TRTSDTM", "Datetime of First Exposure to Treatment", "empty where no time is known"
        ),
        date("TRTSDT", "Date of First Exposure to Treatment"),
        date("WINENDT", "Date the DLT Window Closes"),
        text(
            "STATE",
            "DLT State",
            "empty where what it rests on was not collected",
            codelist=("EVALUABLE_DLT", "EVALUABLE", "PENDING", "NOT_EVALUABLE"),
        ),
        flag("DLTFL", "DLT in the Window Flag"),
        date("DLTDT", "Date of First DLT", "also of one outside the window"),
        text("DLTTERM", "Term of First DLT"),
        flag("G2FL", "Related Grade 2 or More Flag", "in the window"),
        number("DOSEFRAC", "Smallest Share of a Planned Dose", "in the window, as a fraction"),
        text(
            "MISSED",
            "Required Examinations Not Done",
            "in the window, of `escalation.required_assessments`",
        ),
        text("MISSEDZH", "Examinations Not Done, in Chinese"),
        flag("REPLACE", "To Be Replaced Flag"),
        text("REASON", "Reason for the State"),
        text("REASONZH", "Reason for the State in Chinese"),
    ),
    displayed=True,
    note="empty for a study without an escalation",
)

DECISION: Final = Table(
    "DECISION",
    "Dose Decision",
    "one row the decision (SCOPE `STUDY`), then one a level, then one a comparator design",
    key=("SCOPE", "LEVEL", "METHOD"),
    columns=(
        text(
            "SCOPE",
            "Scope",
            "the decision; counts of a level; what another design would say",
            codelist=("STUDY", "LEVEL", "CONTEXT"),
        ),
        text("LEVEL", "Level", "of `STUDY` the current one"),
        text("METHOD", "Comparator Design", "of `CONTEXT`", codelist=("BOIN", "mTPI-2", "CRM")),
        text(
            "DECISION",
            "Decision",
            "`NO_DECISION` while FINDINGS holds an error that withholds it; `TREAT` `STOP` of the CRM only",
            codelist=("NO_DECISION", *SAID, "TREAT", "STOP"),
        ),
        text("NEXTLVL", "Next Level"),
        integer("NENROL", "Subjects to Enrol There"),
        text("MTD", "Maximum Tolerated Dose", "code of the level"),
        text("MAD", "Maximum Administered Dose", "code of the level"),
        text(
            "MODE",
            "Mode of the Design",
            "how the next subjects are enrolled",
            codelist=("accelerated", "standard"),
        ),
        _RULES,
        text("ASSUMP", "Assumptions It Rests on", "ids, `;` between them"),
        text("ASSUMTXT", "Assumptions in Words"),
        text("REASON", "Decision in a Sentence", "or why there is no decision, or no count"),
        text("REASONZH", "Decision in a Sentence, in Chinese"),
        _STATES,
        date("EARLIEST", "First Possible Decision", "if nothing further happens"),
        integer("N", "DLT-Evaluable Subjects"),
        integer("Y", "Subjects with a DLT", "of N"),
        integer(
            "G2", "Related Grade 2 or More Seen", "1: at a level while it was titrated, else 0"
        ),
        integer("PEND", "Subjects in the Window", "dosed, window running, no DLT so far"),
        integer("LATEDLT", "DLTs outside the Window", "not in Y; for the recommended dose"),
        number("LOWER", "Lower 95% Limit of the DLT Rate", "exact, of Y / N, as a fraction"),
        number("UPPER", "Upper 95% Limit of the DLT Rate", "exact, of Y / N, as a fraction"),
    ),
    displayed=True,
    note="empty for a study without an escalation; rows of `CONTEXT` only with "
    "`escalation.target_dlt_rate`, and never the protocol's decision",
)

LOOKAHD: Final = Table(
    "LOOKAHD",
    "What May Come",
    "one row a possible outcome of the pending subjects",
    key=("CASE",),
    columns=(
        integer("CASE", "Case"),
        text("OUTCOME", "Outcome", "in words, level by level"),
        text("OUTCOMEZH", "Outcome in Chinese"),
        date("POSSIBLE", "Earliest Date of This Outcome"),
        _STATES,
        text("DECISION", "Decision Then", codelist=SAID),
        text("NEXTLVL", "Next Level"),
        integer("NENROL", "Subjects to Enrol There"),
        text("MTD", "Maximum Tolerated Dose", "code of the level"),
        text("MAD", "Maximum Administered Dose", "code of the level"),
        _RULES,
        text("REASON", "Decision in a Sentence"),
        text("REASONZH", "Decision in a Sentence, in Chinese"),
    ),
    displayed=True,
    note="empty where nobody is pending or there is no decision",
)

CONFORM: Final = Table(
    "CONFORM",
    "Conduct against the Protocol",
    "one row a check and subject, or group, that it is asked of",
    key=("CHECK", "USUBJID", "COHORT"),
    columns=(
        text("CHECK", "Check", codelist=tuple(f"C{i:02}" for i in range(1, 18))),
        common.USUBJID,
        common.COHORT,
        text("RESULT", "Result", codelist=("PASS", "FAIL", "INDETERMINATE", "NOT_ASSESSABLE")),
        date("DATE", "Date It Is About"),
        text("DETAIL", "Detail", "what was seen, or why it cannot be judged"),
        text("DETAILZH", "Detail in Chinese"),
        text("RULE", "Rule", "what the check asks for"),
    ),
    displayed=True,
    note="a check with nothing to judge keeps one row without a subject; of several results of a "
    "subject the worst. Empty for a study without an escalation",
)

DECLOG: Final = Table(
    "DECLOG",
    "Recorded Decisions and Today's Data",
    "one row a recorded decision beside what the data as they are now say for its cutoff",
    key=("date", "cutoff", "level", "decision", "next_level"),
    columns=(
        date("date", "Date of the Decision"),
        date("cutoff", "Cutoff of the Data It Rests on"),
        text("level", "Current Level"),
        text("decision", "Decision", codelist=RECORDABLE),
        text("next_level", "Next Level", "for an MTD or MAD that level"),
        integer("n_to_enrol", "Subjects to Enrol"),
        text("highest_open_level", "Highest Open Level"),
        text("manifest", "Manifest", "SHA-256 of the manifest the meeting saw"),
        text("recorded_by", "Recorded by"),
        date("recorded_on", "Recorded on"),
        text("reason", "Reason of the Decision", "in the words of who decided"),
        text("decision_now", "Decision with the Data Now", codelist=SAID),
        text("level_now", "Next Level with the Data Now", "or the MTD or MAD"),
        integer("n_now", "Subjects to Enrol with the Data Now"),
        text("levels_now", "State of the Levels Now", "`A:n/y/g2/pend|...` at that cutoff"),
        flag(
            "same",
            "Same Flag",
            "N: decision, level or number differ; empty: not compared",
            codelist=("Y", "N"),
        ),
        text("reason_now", "Reason with the Data Now"),
        text("detail", "Comparison in Words"),
        text("detailZH", "Comparison in Words, in Chinese"),
        text("run", "Run the Meeting Saw", "its folder, by the manifest in the audit trail"),
        text(
            "run_state",
            "State of That Run",
            "`validate/APPROVAL`; empty: no manifest is named",
            codelist=("FOUND", "ALTERED", "REPLACED", "UNKNOWN", "UNPROVED"),
        ),
        text("proposed", "What the Rules Proposed There"),
        text(
            "approved_by",
            "Approved by",
            "printed names of those whose approval of that run was needed",
        ),
        date("approved_on", "Date of the Approval"),
        text(
            "changed",
            "Subjects Who Stand Otherwise Now",
            "level, state and DLT then > now, of the data known at the cutoff; empty: none",
        ),
        date(
            "first_dose", "First Dose at the Opened Level", "of the first decision that opened it"
        ),
        flag(
            "kept",
            "Dosed after the Decision Flag",
            "N: the first dose was before the decision or, unless the trial is virtual, before its approval",
            codelist=("Y", "N"),
        ),
    ),
    note="empty without a log of decisions (`DECISIONS`), or while no decision is given for an error",
)

TABLES: Final = (
    ADDLT,
    DECISION,
    LOOKAHD,
    CONFORM,
    DECLOG,
)
