"""Definitions of response, time to event, safety, dose escalation, cutoff: id, words, source, formula."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import OWN_RULE

RECIST: Final = "Eisenhauer 2009"
FDA_ENDPOINTS: Final = "FDA, Clinical Trial Endpoints (2018)"
R_SURVIVAL: Final = "R survival"
CTCAE: Final = "CTCAE v5.0"
PROTOCOL: Final = "study file, escalation"

Entry = tuple[str, ...]
RESPONSE: Final[tuple[Entry, ...]] = (
    (
        "REC-1",
        "Baseline: the last scan up to the first dose, not older than the study file allows. "
        "Target lesions are measurable, at most five, two an organ.",
        RECIST,
    ),
    (
        "REC-2",
        "Target response by the sum of diameters, in the order of the table below.",
        RECIST,
    ),
    (
        "REC-3",
        "Overall response by target, non-target and new lesions, in the order of the table below.",
        RECIST,
    ),
    (
        "REC-4",
        "Without target lesions: CR, NON-CR/NON-PD, NE, PD.",
        RECIST,
    ),
    (
        "REC-5",
        "Assessments after a new anti-cancer therapy, or after progression, do not count for "
        "the best response.",
        RECIST,
    ),
    (
        "REC-6",
        "A complete or partial response is confirmed by another one at least 28 days later.",
        RECIST,
    ),
    (
        "REC-7",
        "Stable disease needs the days from the start that the study file asks for.",
        RECIST,
        "42 days less the window of a scan",
    ),
    (
        "REC-8",
        "Best response in the order CR, PR, SD, NON-CR/NON-PD, PD, NE; its date is the first "
        "of that response.",
        RECIST,
    ),
    (
        "REC-9",
        "Rates of all treated and of the response-evaluable, with exact limits.",
        "Clopper and Pearson 1934",
    ),
    (
        "REC-10",
        "Waterfall, spider and swimmer: the best change up to the first progression and "
        "before a new therapy; who has no assessment is listed and not drawn as 0.",
        OWN_RULE,
    ),
    (
        "REC-11",
        "iRECIST: a first progression waits to be confirmed 4 to 8 weeks later.",
        "Seymour 2017",
    ),
    (
        "REC-12",
        "Derived against reported, and reader against reader, time point by time point.",
        OWN_RULE,
    ),
)
TIME_TO_EVENT: Final[tuple[Entry, ...]] = (
    (
        "EFF-OS",
        "Overall survival: death of any cause; the living are censored at the last day known "
        "alive.",
        FDA_ENDPOINTS,
    ),
    (
        "EFF-PFS",
        "Progression-free survival: progression or death, whichever is first.",
        FDA_ENDPOINTS,
    ),
    (
        "EFF-DOR",
        "Duration of response: from the first response of the confirmed pair to progression "
        "or death.",
        FDA_ENDPOINTS,
    ),
    (
        "EFF-TTR",
        "Time to response: from the start to the first response of the confirmed pair.",
        FDA_ENDPOINTS,
    ),
    (
        "KM-1",
        "Product limit; events before censorings at equal times.",
        R_SURVIVAL,
    ),
    (
        "KM-2",
        "Limits of the curve on the log-log scale with Greenwood's variance.",
        R_SURVIVAL,
    ),
    (
        "KM-3",
        "Median and quartiles: the first time below, or the middle of a step that lies "
        "exactly there.",
        R_SURVIVAL,
    ),
    (
        "KM-4",
        "Limits of the median from the limits of the curve; open where they do not cross.",
        "Brookmeyer and Crowley 1982",
    ),
    (
        "KM-5",
        "At risk at a time: subjects whose time is that or longer.",
        R_SURVIVAL,
    ),
    (
        "KM-6",
        "A landmark is given while enough subjects are at risk.",
        OWN_RULE,
    ),
    (
        "KM-7",
        "Median follow-up with events and censorings exchanged.",
        "Schemper and Smith 1996",
    ),
    (
        "KM-8",
        "Stratified tests: observed and expected events and their variance are counted within "
        "each stratum and added up; a stratified Cox model adds up the log partial likelihoods.",
        R_SURVIVAL,
        "chi-square = (sum of O - E)' (sum of V)^-1 (sum of O - E)",
    ),
    (
        "KM-9",
        "Delayed entry: a subject is at risk at times after its entry, up to and with its own.",
        "Klein and Moeschberger 2003, 4.6",
        "n(t) = number with entry < t <= time",
    ),
    (
        "KM-10",
        "Cumulative incidence of events that exclude each other, with the standard error of the "
        "infinitesimal jackknife. Tests of one kind of event count the others as censored.",
        "Aalen and Johansen 1978",
        "F_k(t) = sum over s <= t of S(s-) d_k(s) / n(s)",
    ),
)
SAFETY: Final[tuple[Entry, ...]] = (
    (
        "SAF-1",
        "Treatment-emergent: onset or worsening from the first dose to the days after the "
        "last that the study file gives, or the new therapy.",
        OWN_RULE,
    ),
    (
        "SAF-2",
        "A subject counts once a term, at its worst grade.",
        OWN_RULE,
    ),
    (
        "SAF-3",
        "Laboratory grades, low and high apart; the grade at baseline by the normal range.",
        CTCAE,
    ),
    (
        "SAF-4",
        "Counts of values beyond limits that the study file states.",
        "study file, safety",
    ),
    (
        "SAF-5",
        "A dose-limiting toxicity is what the investigator or the committee flags; never "
        "inferred from a grade.",
        PROTOCOL,
    ),
)
ESCALATION: Final[tuple[Entry, ...]] = (
    (
        "DLT-1",
        "The window runs from the first dose for the hours of the study file; of dates alone "
        "for its days.",
        PROTOCOL,
    ),
    (
        "DLT-2",
        "Subjects are pending, evaluable, or to be replaced. Pending ones hold back an "
        "escalation and never a stop.",
        PROTOCOL,
    ),
    (
        "ESC-1",
        "Titration with one subject a level until a DLT or a related grade 2 event.",
        PROTOCOL,
    ),
    (
        "ESC-2",
        "3+3 by evaluable subjects and DLT of the level, in the order of the table below.",
        "Storer 1989",
    ),
    (
        "ESC-3",
        "Up only when every subject of the level is resolved and the next level is open.",
        PROTOCOL,
    ),
    (
        "ESC-4",
        "Down: a level with two DLT is closed with all above it; the MTD is the highest with "
        "at most one of six.",
        "Storer 1989",
    ),
    (
        "ESC-5",
        "Conduct held against the protocol: the rules C01 to C17 below.",
        PROTOCOL,
    ),
    (
        "ESC-6",
        "Look-ahead: what each outcome of the pending subjects would lead to.",
        OWN_RULE,
    ),
    (
        "ESC-7",
        "Events outside the window and in backfill are shown and not counted.",
        PROTOCOL,
    ),
    (
        "ESC-8",
        "Counts with exact limits; other designs as context only.",
        OWN_RULE,
    ),
)
CUTOFF: Final[tuple[Entry, ...]] = (
    (
        "CUT-1",
        "A delivery is known by the SHA-256 of its files.",
        OWN_RULE,
    ),
    (
        "CUT-2",
        "A record stays if it began up to the end of the cutoff day. What ended later is "
        "ongoing; a later death has not happened. Records without a date stay and are asked "
        "about.",
        OWN_RULE,
    ),
    (
        "CUT-3",
        "What is cut away is kept in a table of its own.",
        OWN_RULE,
    ),
    (
        "CUT-4",
        "Two runs are compared record by record and number by number, each change with its cause.",
        OWN_RULE,
    ),
    (
        "CUT-5",
        "Equal inputs give equal bytes.",
        OWN_RULE,
    ),
)

RESPONSES: Final = (
    ("8", "Response", RESPONSE),
    ("9", "Time to event", TIME_TO_EVENT),
    ("10", "Safety", SAFETY),
    ("11", "Dose escalation", ESCALATION),
    ("12", "Cutoff", CUTOFF),
)
