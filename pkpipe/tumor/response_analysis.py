"""The whole response analysis of one criterion set: from TR, TU and RS to every table, for all readers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pkpipe.clinical.lesion_class import with_class
from pkpipe.clinical.subject_dates import date_findings, strangers
from pkpipe.finding.table import all_findings, no_findings
from pkpipe.protocol.response_options import INVESTIGATOR
from pkpipe.sentences import CHINESE
from pkpipe.tumor.checks import joined_findings, tumour_findings
from pkpipe.tumor.lesions.arithmetic_in_words import sizes_in_mm
from pkpipe.tumor.lesions.days import in_one, joined_days, under_one_key
from pkpipe.tumor.lesions.sizes_and_states import lesion_rows
from pkpipe.tumor.lesions.timepoints import time_points
from pkpipe.tumor.lesions.typed_tables import as_typed
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_checks import response_findings
from pkpipe.tumor.responses.accepted import accepted
from pkpipe.tumor.responses.assessments import derived, reported
from pkpipe.tumor.responses.best import best_responses
from pkpipe.tumor.responses.eligible_assessments import counted
from pkpipe.tumor.responses.irecist import with_immune_responses
from pkpipe.tumor.responses.reconciliation import reconciled
from pkpipe.tumor.responses.reference import anchor_of, reference_dates
from pkpipe.tumor.series_checks import series_findings


@dataclass(frozen=True)
class Assessed:
    """The assessments of one source (derived or reported) and what comes of them."""

    timepoints: pl.DataFrame  # `counted`
    best: pl.DataFrame  # `best_responses`


@dataclass(frozen=True)
class Outcome:
    """Everything of one criterion set."""

    options: ResponseOptions
    ref: pl.DataFrame
    lesions: pl.DataFrame  # `lesion_rows`
    points: pl.DataFrame  # `time_points`, baseline included, sizes in mm
    derived: Assessed
    reported: Assessed
    reconciliation: pl.DataFrame
    findings: pl.DataFrame
    identified: pl.DataFrame  # TU as used
    read: pl.DataFrame  # `points` of every reader, accepted or not
    said: pl.DataFrame  # `reported` of every reader


def analysed(
    tr: pl.DataFrame | None,
    tu: pl.DataFrame | None,
    rs: pl.DataFrame | None,
    ref: pl.DataFrame | None,
    options: ResponseOptions,
) -> Outcome:
    """Time-point responses, best responses, reconciliation and findings; an absent table is None.

    Without `ref` there is no anchor: the baseline is the baseline visit or first scan, and the minimum
    duration of stable disease counts from the baseline scan, or is not asked where there is none.
    """
    tr, tu, rs = as_typed(tr, "TR"), as_typed(tu, "TU"), as_typed(rs, "RS")
    tr = with_class(tr, tu)
    dates = reference_dates(ref, options)
    single = lesion_rows(tr, tu, options)
    joined = joined_days(single, dates, options)
    rows = in_one(single, joined)
    points = time_points(rows, tu, dates, options)
    asked = _about_subjects(ref, tr, rs, options)
    if ref is None:
        dates = _anchored_at_baseline(points, rs)
        points = points.drop("ANCHOR").join(
            dates.select("USUBJID", "ANCHOR"), on="USUBJID", how="left", maintain_order="left"
        )
    if options.criteria == "iRECIST":
        points = with_immune_responses(points, options)
    points = points.join(
        dates.select("USUBJID", "DTHDT"), on="USUBJID", how="left", maintain_order="left"
    )
    findings = tumour_findings(tr, tu, rows, points, options)
    read = sizes_in_mm(points)
    chosen = accepted(read, rows, rs, tu, options)
    said = under_one_key(reported(rs, options), joined)
    points = chosen.points
    from_lesions = _assessed(derived(points, options), dates, options)
    sized = _with_sizes(from_lesions.timepoints, points, options)
    from_lesions = Assessed(sized, from_lesions.best)
    counting = said if chosen.rs is rs else under_one_key(reported(chosen.rs, options), joined)
    from_readers = _assessed(counting, dates, options)
    return Outcome(
        options=options,
        ref=dates,
        lesions=rows,
        points=points,
        derived=from_lesions,
        reported=from_readers,
        reconciliation=reconciled(from_lesions.timepoints, from_readers.timepoints),
        findings=all_findings(
            [
                asked,
                chosen.findings,
                findings,
                joined_findings(single, joined),
                series_findings(rows, read, said, options),
                response_findings(chosen.rs, from_readers.timepoints, options),
            ]
        ),
        identified=chosen.tu,
        read=read,
        said=said,
    )


def _about_subjects(
    ref: pl.DataFrame | None, tr: pl.DataFrame, rs: pl.DataFrame, options: ResponseOptions
) -> pl.DataFrame:
    """What is asked about the reference dates, as time to event asks it too."""
    if ref is None:
        return no_findings()
    absent = [strangers(rows, ref, code) for code, rows in (("TR", tr), ("RS", rs))]
    return all_findings([date_findings(ref, anchor_of(options), "REF"), *absent])


def _anchored_at_baseline(points: pl.DataFrame, rs: pl.DataFrame) -> pl.DataFrame:
    """Reference dates made of the data alone: the day of the first reader's baseline scan."""
    empty = reference_dates(None, ResponseOptions())
    baseline = points.filter(pl.col("ROLE") == "BASELINE").select("USUBJID", ANCHOR="ADATE")
    first = baseline.group_by("USUBJID").agg(pl.col("ANCHOR").min())
    everyone = (
        pl.concat([points.select("USUBJID"), rs.select("USUBJID")])
        .unique()
        .join(first, on="USUBJID", how="left")
    )
    return pl.concat([empty, everyone.with_columns(NOREF=pl.lit(True))], how="diagonal").sort(
        "USUBJID"
    )


def _assessed(assessments: pl.DataFrame, dates: pl.DataFrame, options: ResponseOptions) -> Assessed:
    rows = counted(assessments, dates, options)
    lead = pl.DataFrame({"READER": [leading_reader(rows, options)]})
    readers = pl.concat([rows.select("READER"), lead]).unique()
    everyone = pl.concat([dates.select("USUBJID"), rows.select("USUBJID")]).unique()
    return Assessed(rows, best_responses(rows, everyone.join(readers, how="cross"), options))


def leading_reader(rows: pl.DataFrame, options: ResponseOptions) -> str:
    """The reader who leads: the evaluator named (default the investigator), or the first of its readers."""
    wanted = options.evaluator or INVESTIGATOR
    readers = sorted(rows["READER"].unique().to_list())
    of_kind = [r for r in readers if r == wanted or r.startswith(f"{wanted}/")]
    return str([*of_kind, wanted][0])


def _with_sizes(rows: pl.DataFrame, points: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """Derived assessments with the sums and component responses behind them."""
    columns = (
        *("TRGRESP", "NTRGRESP", "NEWLPROG", "SUMDIAM", "BASE", "NADIR", "PCHG"),
        *("COMPLETE", "NMEAS", "NEXP"),
    )
    words = "IARITH" if options.criteria == "iRECIST" else "ARITH"
    sizes = points.with_row_index("ROWID").select(
        pl.col("ROWID").cast(pl.Int64),
        *columns,
        ARITH=words,
        ARITHZH=f"{words}{CHINESE.ending}",
    )
    return rows.join(sizes, on="ROWID", how="left", maintain_order="left")
