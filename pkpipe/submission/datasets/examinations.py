"""Laboratory, vital signs, ECG and physical examination: one shape."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.submission.dataset import Added, Dataset
from pkpipe.submission.datasets.shared_variables import (
    AVISIT,
    AVISITN,
    CORE,
    RESULT,
    TRTA,
    TRTP,
    numeric_or_text,
    source,
)

C: Final = pl.col


def _examination(
    code: str, domain: str, label: str, more: tuple[str, ...] = (), added: tuple[Added, ...] = ()
) -> Dataset:
    return Dataset(
        code,
        "safety",
        label,
        "BASIC DATA STRUCTURE",
        "One record per subject, parameter, date, visit and sequence number",
        keys=("STUDYID", "USUBJID", "PARAMCD", "ADT", "AVISITN", "SRCSEQ", "ASEQ"),
        purpose="Summaries by visit, shifts and abnormal values.",
        domain=domain,
        taken=(f"{domain}SEQ", "VISITNUM", f"{domain}DTC", f"{domain}CAT", *more),
        core=CORE,
        left_out={"SRCROW": "row of a raw file; SRCSEQ is the trace"},
        added=(
            TRTP,
            TRTA,
            AVISIT,
            AVISITN,
            *added,
            *source(domain, numeric_or_text(domain), RESULT),
        ),
        split=("REASON",),
    )


ADLB: Final = _examination(
    "ADLB",
    "LB",
    "Laboratory Analysis Dataset",
    ("LBSPEC", "LBNRIND"),
    (
        Added(
            "ATOXGR",
            "text",
            pl.max_horizontal("ATOXGRL", "ATOXGRH").cast(pl.String),
            "Derived",
            "The higher of ATOXGRL and ATOXGRH.",
        ),
        Added(
            "SHIFT1",
            "text",
            pl.when(C("ABLFL").is_null()).then(pl.concat_str("BNRIND", pl.lit(" to "), "ANRIND")),
            "Derived",
            "BNRIND to ANRIND, of records other than the baseline.",
        ),
    ),
)
ADVS: Final = _examination("ADVS", "VS", "Vital Signs Analysis Dataset", ("VSPOS", "VSTPT"))
ADEG: Final = _examination("ADEG", "EG", "ECG Analysis Dataset", ("EGTPT",))
ADPE: Final = _examination("ADPE", "PE", "Physical Examination Analysis Dataset")
