"""The definitions that code and reports cite by their id: one value each, in the order of the methods page.

A definition says what is computed, not how the code does it. Sources: the standards and papers named in each.
"""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import OWN_RULE
from pkpipe.methods.definition import Chapter, D
from pkpipe.methods.definitions_of_data import DOSE, SETS, TIME
from pkpipe.methods.definitions_of_kinetics import (
    AREAS,
    CONCENTRATIONS,
    CONJUGATES,
    DERIVED_PK,
    PROFILES,
    SLOPE,
)
from pkpipe.methods.definitions_of_responses import RESPONSES

SHANKAR: Final = "Shankar et al., AAPS J 2014"


IMMUNOGENICITY: Final = Chapter(
    "7",
    "Immunogenicity",
    (
        D(
            "ADA-1",
            "A sample is positive if screened and confirmed positive, negative if one of them is "
            "negative, else missing.",
            SHANKAR,
        ),
        D(
            "ADA-2",
            "A negative while the drug is above the tolerance limit of the assay is inconclusive;"
            " both readings are given.",
            SHANKAR,
        ),
        D(
            "ADA-3",
            "Baseline: the last reportable sample up to the first dose.",
            SHANKAR,
        ),
        D(
            "ADA-4",
            "Induced: negative at baseline and positive after it.",
            SHANKAR,
        ),
        D(
            "ADA-5",
            "Boosted: positive at baseline and a titre at least two dilution steps higher after "
            "it.",
            SHANKAR,
            "titre >= factor^2 x baseline",
        ),
        D(
            "ADA-6",
            "Unaffected: positive at baseline and never boosted.",
            SHANKAR,
        ),
        D(
            "ADA-7",
            "Treatment-emergent: induced or boosted.",
            SHANKAR,
        ),
        D(
            "ADA-8",
            "Prevalence: any positive, of those with any result.",
            SHANKAR,
        ),
        D(
            "ADA-9",
            "Incidence: treatment-emergent, of the ADA-evaluable.",
            SHANKAR,
        ),
        D(
            "ADA-10",
            "Persistent, transient or indeterminate, by the days between first and last positive "
            "and what follows.",
            SHANKAR,
            "persistent from 112 days on",
        ),
        D(
            "ADA-11",
            "Onset, duration and peak titre.",
            SHANKAR,
        ),
        D(
            "ADA-12",
            "Neutralising: any positive after the first dose; negative only if no sample's result"
            " is missing.",
            SHANKAR,
        ),
        D(
            "ADA-13",
            "Every percentage names its denominator.",
            OWN_RULE,
        ),
        D(
            "ADA-14",
            "Effect on exposure: by status and dose, with profiles before and after the onset "
            "apart; loss of exposure against the ADA-negative and the own trough before.",
            OWN_RULE,
        ),
        D(
            "ADA-15",
            "Effect on safety and response: status by a landmark day, outcomes after it.",
            OWN_RULE,
        ),
    ),
)

CHAPTERS: Final = (
    *(TIME, SETS, DOSE, CONCENTRATIONS, PROFILES, AREAS, SLOPE),
    Chapter("5.4", "Parameters", ()),
    DERIVED_PK,
    Chapter(
        "6.2",
        "Dose proportionality",
        (
            D(
                "PK-PROP",
                "Power model, one profile a subject; the slope against limits that follow from the "
                "range of doses.",
                "Smith et al., Pharm Res 2000; Hummel et al., Pharm Stat 2009",
                "ln P = a + b ln D; 1 + ln(theta) / ln(Dmax / Dmin)",
            ),
        ),
    ),
    CONJUGATES,
    IMMUNOGENICITY,
    *(
        Chapter(number, title, tuple(D(*entry) for entry in entries))
        for number, title, entries in RESPONSES
    ),
)
