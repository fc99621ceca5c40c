"""Derived tables of `pk`: the parts of an antibody-drug conjugate against each other."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, flag, integer, number, text

EMPTY: Final = "Empty without `nca.conjugate` in the study file."
RATIO: Final = text(
    "RATIO",
    "Ratio",
    "`PAYADC` free payload to conjugate; `ADCTAB` conjugate to total antibody; `DAR` `FDAR` see the note",
    codelist=("PAYADC", "ADCTAB", "DAR", "FDAR"),
)
NUMCD: Final = text("NUMCD", "Analyte of the Numerator", "code of the study file's `analytes`")
DENCD: Final = text("DENCD", "Analyte of the Denominator", "code of the study file's `analytes`")
LABEL: Final = text("LABEL", "Ratio in Words")
NUMVAL: Final = number("NUMVAL", "Value of the Numerator", "in NUMU")
NUMU: Final = text("NUMU", "Unit of the Numerator")
DENVAL: Final = number("DENVAL", "Value of the Denominator", "in DENU")
DENU: Final = text("DENU", "Unit of the Denominator")
AVALU: Final = text("AVALU", "Unit of the Ratio", codelist=("1",))

ADCRATIO: Final = Table(
    "ADCRATIO",
    "Ratios of conjugate parts by sample",
    "one row a subject, sample and ratio",
    key=(
        *("USUBJID", "DRUG", "RATIO", "NUMCD", "DENCD", "DOSENO", "NRRLT"),
        *("SEQ", "ATPT", "ADTM"),
    ),
    columns=(
        common.USUBJID,
        common.DRUG,
        RATIO,
        NUMCD,
        DENCD,
        common.DOSENO,
        common.NRRLT,
        integer("SEQ", "Number of the Sample at That Time"),
        LABEL,
        common.COHORT,
        common.LEVEL,
        common.PART,
        common.CYCLE,
        common.ATPT,
        common.ADTM,
        number(
            "ARRLT",
            "Actual Time from Dose",
            "from the dose the sample belongs to; negative before it",
            unit="h",
        ),
        NUMVAL,
        NUMU,
        DENVAL,
        DENU,
        number("NUMMOL", "Molar Concentration of the Numerator", "in MOLU"),
        number("DENMOL", "Molar Concentration of the Denominator", "in MOLU"),
        text("MOLU", "Unit of the Molar Concentrations", codelist=("nmol/L",)),
        number("APARTM", "Time between the Two Tubes", unit="min"),
        number("AVAL", "Value of the Ratio"),
        AVALU,
        flag("BLQFL", "A Side Is BLQ Flag"),
        text("REASON", "Reason There Is No Ratio"),
        common.SUMFL,
        common.SUMRSN,
    ),
    note=(
        f"{EMPTY} With an assay of conjugated payload there are `DAR`, the apparent drug-antibody ratio, and "
        "`FDAR`, its fraction of the one as made, in place of `ADCTAB`"
    ),
)

ADCSUM: Final = Table(
    "ADCSUM",
    "Ratios of conjugate parts by time",
    "one row a ratio, level, cycle and nominal time",
    key=("DRUG", "RATIO", "NUMCD", "DENCD", "LEVEL", "CYCLE", "NRRLT"),
    columns=(
        common.DRUG,
        RATIO,
        NUMCD,
        DENCD,
        common.LEVEL,
        common.CYCLE,
        common.NRRLT,
        common.ATPT,
        LABEL,
        integer("N", "Ratios Described"),
        integer("NNC", "Ratios Not Calculable"),
        integer("NBLQ", "Ratios Not Calculable, with a BLQ"),
        integer("NOUT", "Ratios Calculable, Not in Summaries"),
        common.GMEAN,
        common.GCV,
        common.MEDIAN,
        common.MIN,
        common.MAX,
        AVALU,
        text("REASON", "Reason There Is No GMEAN"),
        text("GCVRSN", "Reason There Is No GCV"),
    ),
    displayed=True,
    note=f"{EMPTY} A ratio the assay cannot give is one row without a level. Ratios as in ADCRATIO",
)

ADCPAR: Final = Table(
    "ADCPAR",
    "Ratios of conjugate parameters",
    "one row a ratio, parameter, subject and dose, and one a ratio, parameter, level and cycle",
    key=(
        *("DRUG", "RATIO", "NUMCD", "DENCD", "PARAMCD", "SCOPE", "LEVEL", "CYCLE", "USUBJID"),
        "DOSENO",
    ),
    columns=(
        common.DRUG,
        text(
            "RATIO",
            "Ratio of Parameters",
            "`PAYADC` free payload to conjugate; `ADCTAB` conjugate to total antibody",
            codelist=("PAYADC", "ADCTAB"),
        ),
        NUMCD,
        DENCD,
        common.PARAMCD,
        text(
            "SCOPE",
            "Subject or Dose Level",
            "in rows of a level USUBJID and DOSENO are empty",
            codelist=("SUBJECT", "LEVEL"),
        ),
        common.LEVEL,
        common.CYCLE,
        common.USUBJID,
        common.DOSENO,
        LABEL,
        common.PARAM,
        integer("N", "Ratios Calculated"),
        integer("NNC", "Ratios Not Calculable"),
        NUMVAL,
        NUMU,
        DENVAL,
        DENU,
        number("NUMSTD", "Numerator in the Common Unit", "in STDU"),
        number("DENSTD", "Denominator in the Common Unit", "in STDU"),
        text("STDU", "Common Unit", "made of nmol/L and h"),
        number("AVAL", "Value of the Ratio", "at a level the geometric mean"),
        AVALU,
        common.LOWER,
        common.UPPER,
        common.REASON,
        text("LIMRSN", "Reason There Are No Limits"),
    ),
    displayed=True,
    note=f"{EMPTY} Limits are given at a level only",
)

TABLES: Final = (
    ADCRATIO,
    ADCSUM,
    ADCPAR,
)
