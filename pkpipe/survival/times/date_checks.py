"""What in a subject's dates cannot be right, or makes a time doubtful: a finding each, nobody is dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import (
    TTE_AFTER_DEATH,
    TTE_EARLY,
    TTE_NO_DATE,
    TTE_RESPONSE,
)
from pkpipe.clinical.subject_dates import date_findings, strangers
from pkpipe.finding.check import Check
from pkpipe.finding.rows import RowTest, checks_of
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.schema.adam.survival import NO_ASSESSMENT
from pkpipe.survival.options import TteOptions
from pkpipe.survival.times.candidate_dates import WORST

C = pl.col

# Of each assessment, held against the dates of its subject.
ASSESSMENT: Final = (
    RowTest(replace(TTE_RESPONSE, allowed=", ".join(WORST)), ~C("AVALC").is_in(WORST)),
    RowTest(TTE_NO_DATE, C("ADT").is_null()),
    RowTest(TTE_EARLY, C("ADT") < C("STARTDT")),
    RowTest(
        Check("TTE-LATE", "note", "an assessment after the cutoff does not exist", "CUT-2",
              allowed="up to the cutoff", table="RS", column="ADT"),
        C("ADT") > C("CUTDT")),
    RowTest(TTE_AFTER_DEATH, C("ADT") > C("DTHDT")),
)  # fmt: skip
NOT_SEEN: Final = RowTest(
    Check("TTE-NOT-SEEN", "query",
          "no date known alive after the start (last known alive, assessment, new therapy): "
          "OS ends on day 1",
          "methods 9", allowed="LSTALVDT", table="REF", column="LSTALVDT"),
    (C("PARAMCD") == "OS") & (C("CNSRRSN") == NO_ASSESSMENT),
)  # fmt: skip
PFS_OVER_OS: Final = RowTest(
    Check("TTE-PFS-OS", "query",
          "PFS is longer than OS: the last assessment is after the date last known alive",
          "methods 9", allowed="PFS up to the end of OS", table="ADTTE", column="ADT"),
    C("PFSADT") > C("OSADT"),
)  # fmt: skip
CHECKS: Final = checks_of((*ASSESSMENT, NOT_SEEN, PFS_OVER_OS))


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
            *(_found(rows, test, names.responses) for test in ASSESSMENT),
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
    return _ends(adtte).filter(PFS_OVER_OS.wrong).select("USUBJID")


def _found(rows: pl.DataFrame, test: RowTest, table: str) -> pl.DataFrame:
    return findings_at(
        rows.filter(test.fails()),
        test.check,
        table=table,
        row=C("SRCROW"),
        subject=pl.col("USUBJID"),
        value=C(str(test.check.column)).cast(pl.String),
    )
