"""Antibodies by subject."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.submission.dataset import Added, Dataset
from pkpipe.submission.datasets.shared_variables import CORE, TRTA, TRTP

ADAB: Final = Dataset(
    "ADAB",
    "immunogenicity",
    "Immunogenicity Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject, drug and parameter",
    keys=("STUDYID", "USUBJID", "PARAMCD"),
    purpose="Antibody status and course of each treated subject, by drug.",
    core=(*CORE, "ADAFL"),
    qualifiers=("DRUG",),
    added=(
        TRTP,
        TRTA,
        Added("PARCAT1", "text", pl.col("DRUG"), "Assigned", "The drug that the antibodies bind."),
    ),
    split=("REASON",),
)
