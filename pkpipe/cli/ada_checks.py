"""What `pkpipe ada` asks of IS and REF together: every subject and drug with samples has its first dose."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import findings_at, no_findings

NO_REFERENCE: Final = Check(
    "IS-NO-REF",
    "error",
    "has samples but no row in the reference file",
    "ADA-3",
    allowed="a subject of REF (FIRSTDTM empty if never treated)",
    table="IS",
    column="USUBJID",
)
NO_DRUG_ROW: Final = Check(
    "IS-NO-REF-DRUG",
    "error",
    "has samples of this drug, and the reference file has no row of the subject for it",
    "ADA-3",
    allowed="a row of REF for the subject and the drug (FIRSTDTM empty if it was never given)",
    table="IS",
    column="ISBDAGNT",
)
CHECKS: Final = (NO_REFERENCE, NO_DRUG_ROW)


def finding_of_subjects(rows: pl.DataFrame, check: Check, file: str) -> pl.DataFrame:
    """A finding for each of these rows, of its subject."""
    who = pl.col("USUBJID")
    return findings_at(rows, check, file=file, subject=who, value=who)


def without_reference(rows: pl.DataFrame, ref: pl.DataFrame) -> pl.DataFrame:
    """Subjects of IS that REF does not know: their samples cannot be placed before or after a dose."""
    unknown = (
        rows.join(ref, on="USUBJID", how="anti")
        .group_by("USUBJID", maintain_order=True)
        .agg(pl.col("SRCROW").first().alias("ROW"), pl.col("SRCFILE").first())
    )
    file = unknown["SRCFILE"][0] if unknown.height else ""
    return finding_of_subjects(unknown, NO_REFERENCE, file)


def without_dose_of_drug(rows: pl.DataFrame, ref: pl.DataFrame) -> pl.DataFrame:
    """Subjects that REF knows, with samples of a drug for which it has no row of theirs."""
    if "DRUG" not in ref.columns:
        return no_findings()
    given = rows.drop_nulls("ISBDAGNT").filter(pl.col("ISBDAGNT").is_in(ref["DRUG"].implode()))
    lost = given.join(ref, on="USUBJID", how="semi", maintain_order="left").join(
        ref.select("USUBJID", ISBDAGNT="DRUG"),
        on=["USUBJID", "ISBDAGNT"],
        how="anti",
        maintain_order="left",
    )
    first = lost.unique(["USUBJID", "ISBDAGNT"], keep="first", maintain_order=True)
    file = first["SRCFILE"][0] if first.height else ""
    return findings_at(
        first,
        NO_DRUG_ROW,
        file=file,
        row=pl.col("SRCROW"),
        subject=pl.col("USUBJID"),
        value=pl.col("ISBDAGNT"),
    )
