"""Tumour measurements, responses and times to events."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.submission.dataset import Added, Dataset, Tables
from pkpipe.submission.datasets.shared_variables import (
    ADY,
    AVISIT,
    AVISITN,
    CORE,
    TRTA,
    TRTP,
    source,
)

C: Final = pl.col

ADTR: Final = Dataset(
    "ADTR",
    "tumor",
    "Tumor Results Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject, reader, lesion or sum, and assessment",
    keys=("STUDYID", "USUBJID", "PARAMCD", "ADT", "AVISITN", "SRCSEQ", "ASEQ"),
    purpose="Diameters of target lesions and their sums.",
    domain="TR",
    taken=("TRSEQ", "VISITNUM", "TRGRPID"),
    core=(*CORE, "RSPFL"),
    qualifiers=("EVAL", "EVALID"),
    left_out={"SRCROW": "row of a raw file; SRCSEQ is the trace"},
    added=(
        TRTP,
        TRTA,
        AVISIT,
        AVISITN,
        ADY,
        Added(
            "PARCAT1",
            "text",
            pl.when(C("LNKID").is_null()).then(pl.lit("SUM")).otherwise(pl.lit("TARGET LESION")),
            "Assigned",
            "SUM of the diameters of an assessment, or one TARGET LESION.",
        ),
        *source("TR", "TRSTRESN"),
    ),
    split=("REASON", "LSEXP", "LSASS"),
)

ADRS: Final = Dataset(
    "ADRS",
    "tumor",
    "Tumor Response Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject, parameter (criteria, reader, source) and time point",
    keys=("STUDYID", "USUBJID", "PARAMCD", "ADT", "AVISITN", "SRCSEQ", "ASEQ"),
    purpose="Responses at time points and best responses, derived and as reported.",
    domain="RS",
    taken=("RSSEQ", "VISITNUM", "RSORRES"),
    core=(*CORE, "RSPFL"),
    qualifiers=("CRIT", "SRC", "EVAL", "EVALID"),
    renamed={"BASE": "BSUMDIAM"},
    left_out={
        "SRCROW": "row of a raw file; SRCSEQ is the trace",
        "SEQ": "RSSEQ and AVISITN",
    },
    added=(
        TRTP,
        TRTA,
        AVISIT,
        AVISITN,
        ADY,
        Added("PARCAT1", "text", C("CRIT"), "Assigned", "The response criteria."),
        Added("PARCAT2", "text", C("SRC"), "Assigned", "Derived from the lesions, or as reported."),
        Added("PARCAT3", "text", C("EVAL"), "Assigned", "The evaluator."),
        *source("RS", "RSSTRESC"),
    ),
    split=("ARITH", "ANLRSN"),
)


def _schemes(rows: pl.DataFrame, _tables: Tables, _study: Study) -> pl.DataFrame:
    """The unit beside the value, the scheme in the parameter; the leading scheme has no sign in the code."""
    said = pl.concat_str(pl.lit("scheme "), C("SCHEME"))
    leading = C("ANL01FL").is_not_null()
    named = pl.concat_str(C("PARAM"), pl.lit(", "), said)
    return rows.with_columns(
        AVALU=pl.lit("days"),
        PARAM=pl.when(leading & C("SCHEME").is_not_null()).then(named).otherwise("PARAM"),
        BYSCHEME=pl.when(~leading).then(said),
    )


ADTTE: Final = Dataset(
    "ADTTE",
    "survival",
    "Time-to-Event Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject and parameter (endpoint and censoring scheme)",
    keys=("STUDYID", "USUBJID", "PARAMCD"),
    purpose="Progression-free and overall survival, duration of and time to response.",
    core=(*CORE, "EFFFL"),
    qualifiers=("BYSCHEME",),
    before=_schemes,
    added=(
        TRTP,
        TRTA,
        ADY,
        Added("AVALU", "text", C("AVALU"), "Assigned", "days"),
    ),
    split=("TRACE", "FINDING", "EVNTDESC", "CNSDTDSC"),
)
