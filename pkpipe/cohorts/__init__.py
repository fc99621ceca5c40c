"""The merge: every topic's numbers per cohort in one long table, and the numbers of a meeting by cohort.

In the long table nothing is computed anew but counts of subjects: a number is taken from the room that owns
it, with its unit, its n and its reason, so that one search finds every number about a cohort. Beside it lies
what needs several topics at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS, collected
from pkpipe.clinical.dose_decision import DLT
from pkpipe.clinical.ends import DEATH
from pkpipe.cohorts.ada_outcomes import ada_outcomes
from pkpipe.cohorts.baseline import baseline_rows
from pkpipe.cohorts.dose_context import dose_context
from pkpipe.cohorts.dose_limiting import dlt_rows
from pkpipe.cohorts.exposure_response import exposure_response
from pkpipe.cohorts.landmark import outcomes_by_subject
from pkpipe.cohorts.meeting_numbers import cohort_page
from pkpipe.cohorts.topics import (
    abnormal_rows,
    enrolment_rows,
    exposure_rows,
    immunogenicity_rows,
    pk_rows,
    response_rows,
    safety_rows,
    survival_rows,
)
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL

SUMMARY_SCHEMA: Final = pl.Schema(
    {
        "STUDY": pl.String(),
        "CUTOFF": pl.Date(),
        "COHORT": pl.String(),
        "DOSE": pl.String(),
        "TOPIC": pl.String(),
        "SUBTOPIC": pl.String(),
        "PARAMCD": pl.String(),
        "STAT": pl.String(),
        "ORD": pl.Int64(),
        "PARAM": pl.String(),
        "VALUE": pl.Float64(),
        "VALUEC": pl.String(),
        "UNIT": pl.String(),
        "N": pl.Int64(),
        "REASON": pl.String(),
    }
)
# What a topic gives: everything but what the merge knows itself.
TOPIC_SCHEMA: Final = pl.Schema(
    {
        n: t
        for n, t in SUMMARY_SCHEMA.items()
        if n not in {"STUDY", "CUTOFF", "DOSE", "TOPIC", "ORD"}
    }
)
Topic = Callable[[Mapping[str, pl.DataFrame], Study], pl.DataFrame]

# In the order a reader meets them. Second: what the topic as a whole rests on.
TOPICS: Final[tuple[tuple[str, tuple[str, ...], Topic], ...]] = (
    ("ENROLMENT", (), enrolment_rows),
    ("BASELINE", (), baseline_rows),
    ("DLT", DLT, dlt_rows),
    ("EXPOSURE", (), exposure_rows),
    ("PK", CONCENTRATIONS, pk_rows),
    ("ADA", ANTIBODIES, immunogenicity_rows),
    ("RESPONSE", ("RS|TR",), response_rows),
    ("PFS", ("RS|TR",), lambda tables, study: survival_rows(tables, study, "PFS")),
    ("OS", DEATH, lambda tables, study: survival_rows(tables, study, "OS")),
    ("DOR", ("RS|TR",), lambda tables, study: survival_rows(tables, study, "DOR")),
    ("TTR", ("RS|TR",), lambda tables, study: survival_rows(tables, study, "TTR")),
    ("SAFETY", ("AE",), safety_rows),
    ("ABNORMAL", (), abnormal_rows),
)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """Results of all rooms to one long table of cohort summaries and the choice of a meeting."""
    summary = pl.concat([_topic(name, needs, rows, tables, study) for name, needs, rows in TOPICS])
    summary = _ordered(_with_study(summary, study), study)
    return {
        "SUMMARY": summary,
        "COHORT": cohort_page(summary, study),
        "ADALMK": ada_outcomes(tables, study),
        "ADALMKS": outcomes_by_subject(tables, study),
        "EXPRESP": exposure_response(tables, study),
        "DOSECTX": dose_context(tables, study),
    }


def _topic(
    name: str, needs: tuple[str, ...], rows: Topic, tables: Mapping[str, pl.DataFrame], study: Study
) -> pl.DataFrame:
    # a study without an escalation says so, whatever it collects
    asked = () if name == "DLT" and study.escalation is None else needs
    lost = collected(tables, study).reason(*asked)
    found = rows(tables, study) if lost is None else _not_collected(study, lost, asked)
    found = found.select(
        (pl.col(c) if c in found.columns else pl.lit(None)).cast(t).alias(c)
        for c, t in TOPIC_SCHEMA.items()
    )
    return found.with_row_index("ORD").with_columns(
        TOPIC=pl.lit(name), ORD=pl.col("ORD").cast(pl.Int64)
    )


def _not_collected(study: Study, lost: str, needs: tuple[str, ...]) -> pl.DataFrame:
    tables = dict.fromkeys(one.partition(".")[0] for need in needs for one in need.split("|"))
    absent = [code for code in tables if code not in study.sources]
    source = f" (the study has no source for {', '.join(absent)})" if absent else ""
    cohorts = [c.code for c in study.cohorts] + [ALL]
    return pl.DataFrame({"COHORT": cohorts}).with_columns(
        SUBTOPIC=pl.lit(""),
        PARAMCD=pl.lit("NOTCOLL"),
        STAT=pl.lit("NOTE"),
        PARAM=pl.lit("Not collected"),
        VALUEC=pl.lit("not collected"),
        REASON=pl.lit(f"{lost}{source}"),
    )


def _with_study(summary: pl.DataFrame, study: Study) -> pl.DataFrame:
    labels = {c.code: c.label for c in study.cohorts} | {ALL: "all cohorts"}
    return summary.with_columns(
        STUDY=pl.lit(study.study.id),
        CUTOFF=pl.lit(study.cutoff, dtype=pl.Date),
        DOSE=pl.col("COHORT").replace_strict(labels, default=None, return_dtype=pl.String),
    )


def _ordered(summary: pl.DataFrame, study: Study) -> pl.DataFrame:
    cohorts = {c.code: i for i, c in enumerate(study.cohorts)} | {ALL: len(study.cohorts)}
    topics = {name: i for i, (name, _, _) in enumerate(TOPICS)}
    order = (
        pl.col("COHORT").replace_strict(cohorts, default=len(cohorts), return_dtype=pl.Int32),
        pl.col("TOPIC").replace_strict(topics, return_dtype=pl.Int32),
    )
    return summary.sort(*order, "ORD", maintain_order=True).select(
        pl.col(c).cast(t) for c, t in SUMMARY_SCHEMA.items()
    )
