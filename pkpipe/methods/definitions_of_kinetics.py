"""Definitions of concentrations, profiles and parameters."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import OWN_RULE
from pkpipe.methods.definition import Chapter, D

CONSORTIUM: Final = "NCA Consortium, chapter 5"
ADC_GUIDANCE: Final = "FDA, Clinical Pharmacology Considerations for ADCs (2024)"

CONCENTRATIONS: Final = Chapter(
    "4",
    "Concentrations",
    (
        D(
            "CONC-NCA",
            "BLQ in NCA: 0 before the first quantifiable sample, left out between quantifiable "
            "ones, left out after the last.",
            "PKNCA: first keep, middle drop, last keep",
        ),
        D(
            "CONC-SUM",
            "BLQ in summaries: 0 in the arithmetic mean; no geometric mean where more than a "
            "third is BLQ; above half of them the mean is BLQ.",
            OWN_RULE,
        ),
        D(
            "CONC-ALT",
            "Other treatments of BLQ by name, in a study file and in the options of the verb: LOQ1 to LOQ5 "
            "(left out, 0, half the limit).",
            CONSORTIUM,
        ),
        D(
            "CONC-PRE",
            "A quantifiable sample before the first dose above 5 % of CMAX takes the profile out "
            "of summaries.",
            "FDA and EMA guidance on bioequivalence",
        ),
        D(
            "CONC-DUP",
            "Two results of one subject, analyte, matrix and time stop the study.",
            OWN_RULE,
        ),
        D(
            "CONC-MID",
            "What is odd in a profile is flagged and kept: BLQ between quantifiable samples, a "
            "rise in the terminal phase, a sample before the end of the infusion.",
            OWN_RULE,
        ),
    ),
)
PROFILES: Final = Chapter(
    "5.1",
    "Profiles",
    (
        D(
            "NCA-P1",
            "A profile is a subject, analyte, matrix and dose: from the start of the dose to the "
            "start of the next, or the dosing interval and the time a late sample is allowed.",
            OWN_RULE,
        ),
        D(
            "NCA-P2",
            "Concentration at time 0: 0 at a first dose that is no bolus; of a later dose the "
            "sample before it; of a bolus back along the first two samples.",
            "PKNCA, Phoenix WinNonlin",
        ),
        D(
            "NCA-P3",
            "The terminal slope rests on no sample up to the end of the infusion, nor on CMAX.",
            "PKNCA",
        ),
    ),
)
AREAS: Final = Chapter(
    "5.2",
    "Areas",
    (
        D(
            "NCA-AUC",
            "Linear up, log down by default. A cut between two samples follows the rule of its "
            "segment.",
            "PKNCA, NonCompart",
            "linear (C1 + C2) dt / 2; log (C1 - C2) dt / ln(C1 / C2)",
        ),
        D(
            "NCA-INF",
            "To infinity by the last quantifiable concentration, observed or predicted.",
            "PKNCA",
            "AUCLST + CLST / LAMZ",
        ),
        D(
            "NCA-PART",
            "A partial area lies between two times after a dose, to be stated; a dose that another one "
            "follows before the end has none.",
            "PKNCA",
        ),
    ),
)
SLOPE: Final = Chapter(
    "5.3",
    "Terminal slope",
    (
        D(
            "NCA-LZ",
            "Least squares of ln C on time over the last samples; of all windows of three and "
            "more the one with the largest adjusted R squared, within 1e-4 the one with most "
            "samples.",
            "PKNCA, NonCompart, Phoenix WinNonlin",
            "R2ADJ = 1 - (1 - R2)(n - 1) / (n - 2)",
        ),
        D(
            "NCA-LZW",
            "Where the study file says so, the points are weighted by 1/y or 1/y2 of their concentration y, "
            "in the line and in R squared alike.",
            "Phoenix WinNonlin",
        ),
        D(
            "NCA-LZT",
            "Where the study file says so, the line is that of Tobit regression: a BLQ after the peak is a "
            "point known to lie below its LLOQ; of all windows that fall the one with the smallest residual "
            "SD, of equal ones the longest.",
            "Tobin 1958; Olsen 1978; Beal 2001 (M3); PKNCA",
        ),
    ),
)
DERIVED_PK: Final = Chapter(
    "6",
    "Derived pharmacokinetics",
    (
        D(
            "PK-RAC",
            "Accumulation: a parameter of a later profile over that of the first, same subject "
            "and level; geometric mean with its 90 % limits from three subjects on.",
            OWN_RULE,
            "effective half-life = ln 2 x tau / ln(R / (R - 1))",
        ),
        D(
            "PK-RATIO",
            "Treatments are compared by the ratio of their geometric means with 90 % limits: subject, "
            "period and treatment as fixed effects on the logarithm where subjects have several "
            "treatments, two samples with a variance each where they have one. Values not above 0 "
            "have no logarithm.",
            "EMA CPMP/EWP/QWP/1401/98 Rev. 1, section 4.1.8; Schütz and others, AAPS J 2014 and 2020",
            "RATIO = 100 exp(d), limits 100 exp(d -/+ t(df) SE), CV = 100 sqrt(exp(s2) - 1)",
        ),
        D(
            "PK-SS",
            "Steady state: the first dose from which the slope of ln CTROUGH on the number of the"
            " dose has 0 within its 90 % limits and is at most ln 1.10 a dose.",
            OWN_RULE,
        ),
    ),
)
CONJUGATES: Final = Chapter(
    "6.3",
    "Conjugates",
    (
        D(
            "ADC-1",
            "Analytes of a conjugate: the conjugate, the total antibody, the free payload.",
            ADC_GUIDANCE,
        ),
        D(
            "ADC-2",
            "Molar concentration.",
            ADC_GUIDANCE,
            "nM = ng/mL / (g/mol) x 1000",
        ),
        D(
            "ADC-3",
            "Ratios of two analytes of one sample; none where one of them is BLQ.",
            ADC_GUIDANCE,
        ),
        D(
            "ADC-4",
            "Ratios of AUC and CMAX, payload to conjugate. CL and V of a free payload are not "
            "given, for its dose is not known.",
            ADC_GUIDANCE,
        ),
        D(
            "ADC-5",
            "A payload whose half-life is at least 0.8 of the conjugate's is likely limited by "
            "release.",
            OWN_RULE,
        ),
        D(
            "ADC-6",
            "The standard table of conjugate, antibody and payload.",
            ADC_GUIDANCE,
        ),
        D(
            "ADC-7",
            "Receptor occupancy and how long it stays saturated.",
            OWN_RULE,
            "100 x (1 - free / total)",
        ),
        D(
            "ADC-8",
            "Of a combination each drug has its own doses, cycles, analytes and antibodies.",
            OWN_RULE,
        ),
    ),
)
