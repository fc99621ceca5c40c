"""Definitions of time, analysis sets and doses."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import OWN_RULE
from pkpipe.methods.definition import Chapter, D

ADAMIG: Final = "ADaMIG 1.3"
ADNCA: Final = "CDISC ADNCA IG 1.0"
SHANKAR: Final = "Shankar et al., AAPS J 2014"

TIME: Final = Chapter(
    "1",
    "Time",
    (
        D(
            "TIME-1",
            "Study day. There is no day 0. The reference is the first dose of any study drug.",
            ADAMIG,
            "date - first dose + 1 from the first dose on; date - first dose before it",
        ),
        D(
            "TIME-2",
            "Hours from the first dose of the analyte's drug, and from the start of the dose that"
            " a sample belongs to; a sample before its dose has negative hours.",
            ADNCA,
        ),
        D(
            "TIME-3",
            "Elapsed time is taken from whole date-times and never rounded.",
            OWN_RULE,
        ),
        D(
            "TIME-4",
            "Deviation from the planned time: within its window, outside, or missing. The windows"
            " are those of the study file. NCA takes actual times.",
            OWN_RULE,
            "actual - planned",
        ),
        D(
            "TIME-5",
            "Time basis of NCA: actual, nominal, or nominal where the deviation is small.",
            OWN_RULE,
        ),
        D(
            "TIME-6",
            "Day d of cycle k is d - 1 days after the start of the cycle; a cycle starts with its"
            " dose.",
            OWN_RULE,
        ),
        D(
            "TIME-7",
            "Partial dates of samples, doses and scans are never filled in. The onset of an "
            "adverse event of which the day is missing is the first of the month, but not before "
            "the first dose.",
            OWN_RULE,
        ),
        D(
            "TIME-8",
            "Times to event are counted in days, both ends included.",
            OWN_RULE,
            "end - start + 1; month = 30.4375 days; week = 7 days",
        ),
    ),
)
SETS: Final = Chapter(
    "2",
    "Analysis sets",
    (
        D(
            "SET-ENR",
            "Enrolled: assigned to a cohort of the study.",
            OWN_RULE,
        ),
        D(
            "SET-SAF",
            "Safety: at least one dose, also a part of one.",
            "ICH E9",
        ),
        D(
            "SET-DLT",
            "DLT-evaluable: a DLT in the window, or the window completed with the share of the "
            "planned dose and the examinations that the study file asks for. Others may be "
            "replaced.",
            "study file, escalation",
        ),
        D(
            "SET-PKC",
            "Concentrations: at least one result after the first dose, BLQ included.",
            OWN_RULE,
        ),
        D(
            "SET-ADA",
            "ADA-evaluable: at least one reportable result after the first dose.",
            SHANKAR,
        ),
        D(
            "SET-NAB",
            "NAb: an ADA-positive sample with a NAb result.",
            SHANKAR,
        ),
        D(
            "SET-RSP",
            "Response-evaluable: a target lesion at baseline, and an assessment after it or the "
            "end of treatment or death before one.",
            "Eisenhauer 2009",
        ),
        D(
            "SET-EFF",
            "Time to event: the safety set.",
            OWN_RULE,
        ),
    ),
)
DOSE: Final = Chapter(
    "3",
    "Dose",
    (
        D(
            "DOSE-1",
            "Actual dose in mg, from the dose per kg and the weight where it is given per kg. "
            "Start and stop of an infusion include interruptions.",
            OWN_RULE,
            "mg = mg/kg x kg",
        ),
        D(
            "DOSE-2",
            "The cohort of a subject is that of its first dose. A profile has the level of its "
            "own dose; DLT are counted by cohort.",
            OWN_RULE,
        ),
        D(
            "DOSE-3",
            "A profile whose dose is further from the plan than the study file allows is listed "
            "and not summarised.",
            OWN_RULE,
            "|actual / planned - 1| > limit (10 % where none is given)",
        ),
        D(
            "DOSE-4",
            "Exposure: cycles begun, days, cumulative dose, intensity, relative intensity, "
            "delays, interruptions, reductions.",
            OWN_RULE,
            "RDI = 100 x given / planned from the first dose to one cycle after the last",
        ),
    ),
)
