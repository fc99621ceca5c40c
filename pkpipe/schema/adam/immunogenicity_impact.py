"""Derived tables of `immunogenicity`: what antibodies do to exposure."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, datetime, flag, integer, number, text
from pkpipe.schema.adam.pk_models import DOSEPROP
from pkpipe.schema.adam.pk_parameters import END, PARAMETER, START

TAGS: Final = ("NEGATIVE", "UNAFFECTED", "BEFORE", "ON_OR_AFTER", "UNKNOWN")
ADATAG: Final = text(
    "ADATAG",
    "Antibodies at That Time",
    "`BEFORE` `ON_OR_AFTER` their onset; `UNAFFECTED` antibodies from before treatment",
    codelist=TAGS,
)
NEEDS_IMPACT: Final = (
    "Empty without `immunogenicity.impact` and `nca` in the study file, and where antibodies were not "
    "collected."
)

ADAPK: Final = Table(
    "ADAPK",
    "PK parameters by antibody status",
    "one row a profile and parameter",
    key=("PROFILE", "PARAMCD", "START", "END"),
    columns=(
        common.PROFILE,
        PARAMETER,
        START,
        END,
        common.PARAM,
        common.PARCAT1,
        common.MATRIX,
        common.USUBJID,
        common.DRUG,
        common.COHORT,
        common.LEVEL,
        common.CYCLE,
        common.DOSENO,
        ADATAG,
        datetime(
            "TAGDTM",
            "Time Compared with the Onset",
            "the dose; of a trough its sample, or the end of the interval where that is not known",
        ),
        datetime("ONSETDTM", "Onset of Antibodies", "first treatment-emergent positive sample"),
        common.AVAL,
        common.AVALU,
        common.SUMFL,
        common.SUMRSN,
        common.REASON,
    ),
    note="TAGDTM and ONSETDTM are the two times that were compared for ADATAG",
)

ADAEXPO: Final = Table(
    "ADAEXPO",
    "Exposure by antibody status",
    "one row an analyte, matrix, parameter, cycle, level and status",
    key=("DRUG", "PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "LEVEL", "STATUS"),
    columns=(
        common.DRUG,
        common.PARCAT1,
        common.MATRIX,
        text(
            "PARAMCD",
            "Exposure Parameter Code",
            codelist=("CTROUGH", "CMAX", "AUCTAU", "AUCIFO", "AUCLST", "CLO", "CLSS", "CLFO"),
        ),
        common.CYCLE,
        text(
            "LEVEL",
            "Dose Level or ALL",
            "`ALL`: levels pooled, each with its own mean, ratio only",
        ),
        text(
            "STATUS",
            "Antibody Status",
            "an ADATAG; `ALL` everybody; `WITHOUT` all but `ON_OR_AFTER`",
            codelist=(*TAGS, "ALL", "WITHOUT"),
        ),
        common.PARAM,
        common.N,
        integer("NBLQ", "Number of BLQ Values"),
        common.GMEAN,
        common.GCV,
        common.MEDIAN,
        common.MIN,
        common.MAX,
        common.AVALU,
        text("REASON", "Reason There Is No GMEAN"),
        text(
            "AGAINST",
            "Status It Is Set Against",
            "`NEGATIVE`; for `WITHOUT` `ALL`",
            codelist=("NEGATIVE", "ALL"),
        ),
        integer("NCOMP", "Values Compared", "over levels only those that have both"),
        integer("NREF", "Values Set Against", "over levels only those that have both"),
        number("RATIO", "Ratio of Geometric Means"),
        number("LOWER", "Lower Confidence Limit of RATIO"),
        number("UPPER", "Upper Confidence Limit of RATIO"),
        common.DF,
        common.LEVELCI,
        text("RATIORSN", "Remark on the Ratio", "why no ratio or no limits, or what is not in it"),
    ),
    displayed=True,
    note=NEEDS_IMPACT,
)

ADADOSE: Final = Table(
    "ADADOSE",
    "Dose proportionality by antibodies",
    "one row a subset, analyte, matrix, parameter, model, scope and cycle",
    key=("SUBSET", *DOSEPROP.key),
    columns=(
        text(
            "SUBSET",
            "Profiles in the Model",
            "`WITHOUT`: without those on or after the onset of antibodies",
            codelist=("ALL", "WITHOUT"),
        ),
        *DOSEPROP.columns,
        integer("NOUT", "Observations Left Out"),
    ),
    displayed=True,
    note=f"{NEEDS_IMPACT} Also empty without `nca.dose_proportionality`. Rows are as in DOSEPROP",
)

ADALOSS: Final = Table(
    "ADALOSS",
    "Loss of exposure",
    "one row a trough",
    key=("USUBJID", "DRUG", "PARCAT1", "MATRIX", "DOSENO"),
    columns=(
        common.USUBJID,
        common.DRUG,
        common.PARCAT1,
        common.MATRIX,
        common.DOSENO,
        common.CYCLE,
        common.LEVEL,
        datetime("TROUGHDTM", "Time of the Trough", "as TAGDTM of ADAPK"),
        number("AVAL", "Trough", "0 where below quantification"),
        common.AVALU,
        ADATAG,
        integer("NREF", "Number of ADA-Negative Subjects", "at that level and visit"),
        number("LIMIT", "Limit by ADA-Negative Subjects"),
        text("LIMITBY", "What the Limit Is", "`percentile 5 of n` or `minimum of n`"),
        number("PRIOR", "Trough before It", "of the same subject at the same dose level"),
        integer("PRIORNO", "Number of the Dose of PRIOR"),
        number("PRIORLIM", "Limit by the Trough before It", "a stated share of PRIOR"),
        flag(
            "LOSSFL",
            "Loss of Exposure Flag",
            "`Y` below both limits; empty: not assessable",
            codelist=("Y", "N"),
        ),
        common.SUMRSN,
        text("REASON", "Reason It Is Not Assessable"),
    ),
    displayed=True,
    note=NEEDS_IMPACT,
)

TABLES: Final = (
    ADAPK,
    ADAEXPO,
    ADADOSE,
    ADALOSS,
)
