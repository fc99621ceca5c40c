"""Derived tables of `immunogenicity`; those about exposure are in `immunogenicity_impact`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common, immunogenicity_impact
from pkpipe.schema.adam.declaration import Table, integer, number, text

NO_ASSAY: Final = "Empty where the study collects no antibodies."
POSITIVE_OR_NEGATIVE: Final = ("POSITIVE", "NEGATIVE")
STATUS: Final = ("POSITIVE", "NEGATIVE", "INCONCLUSIVE", "MISSING")

ADAB: Final = Table(
    "ADAB",
    "Antibodies by subject",
    "one row a treated subject, drug and parameter",
    key=("USUBJID", "DRUG", "PARAMCD"),
    columns=(
        common.USUBJID,
        common.DRUG,
        text(
            "PARAMCD",
            "ADA Parameter Code",
            "`ADASTAT0`: the status with drug tolerance ignored",
            codelist=(
                *("ADASTAT", "ADASTAT0", "ADACLASS", "BFLAG", "INDUCD", "ENHANC", "TRUNAFF"),
                *("EMERPOS", "PERSADA", "TRANADA", "INDTADA", "TIMADA", "ADADUR", "PEAKTITR"),
                *("FPPDTM", "LPPDTM", "NABSTAT"),
            ),
        ),
        common.PARAM,
        common.AVAL,
        common.AVALC,
        text("AVALU", "Unit of AVAL", codelist=("WEEKS", "titre")),
        common.COHORT,
        common.LEVEL,
        common.REASON,
    ),
    note=NO_ASSAY,
)

ADASAMP: Final = Table(
    "ADASAMP",
    "Antibody samples",
    "one row a sample and drug",
    key=("USUBJID", "DRUG", "ADTM", "ISDTC", "VISIT"),
    columns=(
        common.USUBJID,
        common.DRUG,
        common.ADTM,
        common.VISIT,
        common.ATPT,
        common.ADT,
        integer("ADY", "Study Day of the Drug", "no day 0; day 1 is the first dose of that drug"),
        text("SCREEN", "Result of the Screening Assay", codelist=POSITIVE_OR_NEGATIVE),
        text("CONFIRM", "Result of the Confirmatory Assay", codelist=POSITIVE_OR_NEGATIVE),
        number(
            "TITRE", "Titre", "of a positive; without one, that of the minimum required dilution"
        ),
        text("TITREC", "Titre as Reported"),
        text("NAB", "Result for Neutralising Antibodies", codelist=POSITIVE_OR_NEGATIVE),
        text("RESULT", "Result of the Sample", codelist=STATUS),
        text(
            "RESULT0",
            "Result, Drug Tolerance Ignored",
            codelist=("POSITIVE", "NEGATIVE", "MISSING"),
        ),
        common.ABLFL,
        common.POSTFL,
        integer(
            "TFLAG", "Sample against Baseline", "1 induced, 2 boosted, 3 unaffected, 0 negative"
        ),
        number("BASE", "Baseline Titre"),
        number("CONC", "Drug Concentration", "within 1 h of the sample; 0 for a BLQ"),
        common.REASON,
        text("ISDTC", "Date and Time as Collected"),
        integer("SRCROW", "First Source Row", "of the rows of IS the sample is made of"),
    ),
    note=NO_ASSAY,
)

ADASUM: Final = Table(
    "ADASUM",
    "Antibodies by group",
    "one row a drug, group and measure",
    key=("DRUG", "GROUP", "GROUPVAL", "PARAMCD"),
    columns=(
        common.DRUG,
        text("GROUP", "Grouping of Subjects", codelist=("COHORT", "LEVEL", "ALL")),
        text("GROUPVAL", "Cohort, Level or ALL"),
        text(
            "PARAMCD",
            "ADA Measure Code",
            codelist=(
                *("SAMPLED", "PREVAL", "BASEPOS", "NOBASE", "INCID", "INDUCD", "ENHANC"),
                *("TRUNAFF", "POSNOBAS", "NOTCOMP", "NEG", "NEG0", "INCONC", "PERSADA"),
                *("TRANADA", "INDTADA", "NABPOS", "NABMISS", "NABINC", "NOTITRE", "UNTIMED"),
                *("NOPOST", "TIMADA", "ADADUR", "PEAKTITR"),
            ),
        ),
        common.PARAM,
        integer("X", "Number of Subjects Counted", "of a median: subjects who have the value"),
        integer("N", "Number of Subjects Asked", "who could be counted: see DENOM"),
        common.PCT,
        number("AVAL", "Median", "of titre, onset and duration"),
        common.MIN,
        common.MAX,
        text("DENOM", "Denominator in Words"),
        common.REASON,
    ),
    displayed=True,
    note=NO_ASSAY,
)

ADARULE: Final = Table(
    "ADARULE",
    "Subjects decided by a rule",
    "one row a drug, rule and subject for whom the rule decided",
    key=("DRUG", "RULE", "USUBJID"),
    columns=(
        common.USUBJID,
        common.DRUG,
        text(
            "RULE",
            "Rule",
            codelist=(
                *("NOSAMPLE", "NOBASE", "NOPOST", "UNTIMED", "UNDATED", "NOTITRE"),
                *("INCONC", "UNJUDGED", "NABMISS"),
            ),
        ),
        text("WHAT", "What Is Remarkable"),
        text("DONE", "The Rule in Words"),
        integer("N", "Number of Samples", "that it concerns"),
        text(
            "ADACLASS",
            "ADA Class",
            codelist=(
                *("BOOSTED", "INDUCED", "NO SAMPLE", "NO POST-DOSE RESULT", "NOT COMPARABLE"),
                *("POSITIVE WITHOUT BASELINE", "UNAFFECTED", "INCONCLUSIVE", "NEGATIVE"),
            ),
        ),
        text("ADASTAT", "ADA Status", codelist=STATUS),
        common.COHORT,
        common.LEVEL,
    ),
    note=NO_ASSAY,
)

TABLES: Final = (
    ADAB,
    ADASAMP,
    ADASUM,
    ADARULE,
    *immunogenicity_impact.TABLES,
)
