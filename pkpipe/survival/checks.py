"""What in a subject's dates cannot be right, or makes a time doubtful: a finding each, nobody is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.subject_dates import date_findings, strangers
from pkpipe.finding.table import Severity, all_findings, findings_at
from pkpipe.survival.candidate_dates import WORST
from pkpipe.survival.endpoints import NO_ASSESSMENT
from pkpipe.survival.options import TteOptions

C = pl.col


@dataclass(frozen=True)
class Check:
    """One thing to look for: on which rows, in which column, and the words for a data manager."""

    id: str
    severity: Severity
    when: pl.Expr
    column: str
    message: str
    allowed: str


# Of each assessment, held against the dates of its subject.
ASSESSMENT: Final = (
    Check("TTE-RESPONSE", "query", ~C("AVALC").is_in(WORST), "AVALC",
          "is no response that counts", ", ".join(WORST)),
    Check("TTE-NO-DATE", "query", C("ADT").is_null(), "ADT",
          "an assessment without a date does not count", "a date"),
    Check("TTE-EARLY", "note", C("ADT") < C("STARTDT"), "ADT",
          "an assessment before the start does not count", "on or after the start date"),
    Check("TTE-LATE", "note", C("ADT") > C("CUTDT"), "ADT",
          "an assessment after the cutoff does not exist", "up to the cutoff"),
    Check("TTE-AFTER-DEATH", "query", C("ADT") > C("DTHDT"), "ADT",
          "an assessment after the death of the subject", "up to the date of death"),
)  # fmt: skip
NOT_SEEN: Final = Check(
    "TTE-NOT-SEEN", "query", (C("PARAMCD") == "OS") & (C("CNSRRSN") == NO_ASSESSMENT), "LSTALVDT",
    "no date known alive after the start (last known alive, assessment, new therapy): OS ends on day 1",
    "LSTALVDT",
)  # fmt: skip
PFS_OVER_OS: Final = Check(
    "TTE-PFS-OS", "query", C("PFSADT") > C("OSADT"), "ADT",
    "PFS is longer than OS: the last assessment is after the date last known alive",
    "PFS up to the end of OS",
)  # fmt: skip


@dataclass(frozen=True)
class Tables:
    """What the assessments, the reference dates and the times are called in a finding."""

    responses: str = "RS"
    reference: str = "REF"
    times: str = "ADTTE"


def findings(
    responses: pl.DataFrame,
    reference: pl.DataFrame,
    adtte: pl.DataFrame,
    options: TteOptions,
    tables: Tables | None = None,
) -> pl.DataFrame:
    """Every finding on the input and on the result.

    Args:
        responses: as for `time_to_event`; optional SRCROW, the row of its file.
        reference: as for `time_to_event`; optional SRCROW.
        adtte: what `time_to_event` made of them.
        options: the same.
        tables: their names; default those of `pkpipe tte`.
    """
    names = tables or Tables()
    dated = _with_dates(reference, options)
    own = _rowed(responses)
    rows = own.join(dated.drop("SRCROW"), on="USUBJID", how="left", maintain_order="left")
    unseen = adtte.select("USUBJID", "PARAMCD", "CNSRRSN").join(dated, on="USUBJID", how="inner")
    return all_findings(
        [
            strangers(own, reference, names.responses),
            *(_found(rows, check, names.responses) for check in ASSESSMENT),
            date_findings(reference, options.start, names.reference),
            _found(unseen, NOT_SEEN, names.reference),
            _found(_rowed(_ends(adtte)), PFS_OVER_OS, names.times),
        ]
    )


def _rowed(frame: pl.DataFrame) -> pl.DataFrame:
    if "SRCROW" in frame.columns:
        return frame
    return frame.with_columns(SRCROW=pl.lit(None, dtype=pl.Int64))


def _with_dates(reference: pl.DataFrame, options: TteOptions) -> pl.DataFrame:
    """The reference as given (nothing cut yet), with STARTDT."""
    names = ("DTHDT", "LSTALVDT", "NACTDT", "CUTDT")
    start = options.start
    return _rowed(reference).select(
        "USUBJID",
        "SRCROW",
        STARTDT=C(start) if start in reference.columns else pl.lit(None, dtype=pl.Date),
        **{n: C(n) if n in reference.columns else pl.lit(None, dtype=pl.Date) for n in names},
    )


def _ends(adtte: pl.DataFrame) -> pl.DataFrame:
    """PFSADT and OSADT of each subject and scheme; ADT is the later one, for show."""
    pfs = adtte.filter(C("PARAMCD") == "PFS").select("USUBJID", PFSADT="ADT")
    death = adtte.filter(C("PARAMCD") == "OS").select("USUBJID", OSADT="ADT")
    return pfs.join(death, on="USUBJID", how="inner", maintain_order="left").with_columns(
        ADT="PFSADT"
    )


def longer_pfs(adtte: pl.DataFrame) -> pl.DataFrame:
    """USUBJID of subjects whose PFS ends after their OS."""
    return _ends(adtte).filter(PFS_OVER_OS.when).select("USUBJID")


def _found(rows: pl.DataFrame, check: Check, table: str) -> pl.DataFrame:
    return findings_at(
        rows.filter(check.when.fill_null(value=False)),
        check=check.id,
        severity=check.severity,
        table=table,
        row=C("SRCROW"),
        subject=pl.col("USUBJID"),
        column=check.column,
        value=C(check.column).cast(pl.String),
        message=check.message,
        allowed=check.allowed,
    )
