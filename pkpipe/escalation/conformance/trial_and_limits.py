"""The trial and its limits as the conformance checks want them, from the study's tables and file."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.escalation.conformance.dated_records import Limits, Trial
from pkpipe.escalation.decision.log import decision_log
from pkpipe.escalation.subjects.evaluability import RECORD_SCHEMA, judged
from pkpipe.escalation.subjects.examinations import examinations
from pkpipe.escalation.subjects.records import cutoff_of
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.schedule import FollowUp
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

Tables = Mapping[str, pl.DataFrame]

# DSDECOD under which a site records that sponsor and investigator agreed on a higher dose for a subject.
AGREEMENT = "DOSE INCREASE AGREEMENT"


def limits_of(study: Study, plan: EscalationPlan) -> Limits:
    """The protocol's numbers for the checks, from the sections that hold them."""
    follow_up = study.schedule.follow_up
    return Limits(
        plan,
        cycle_days={d.code: d.cycle_days for d in study.drugs},
        dosing_window_days={d.code: d.dosing_window_days for d in study.drugs},
        max_cycles={d.code: d.max_cycles for d in study.drugs},
        screening_days=study.schedule.screening_days,
        exam_hours=study.schedule.exam_before_dose_hours,
        eot_days=None if follow_up is None else follow_up.eot_days + follow_up.eot_late_days,
        safety_visits=() if follow_up is None else _safety_visits(follow_up),
        survival_gap=_survival_gap(follow_up),
        survival_days=None if follow_up is None else follow_up.survival_max_days,
    )


def _safety_visits(follow_up: FollowUp) -> tuple[tuple[int, int], ...]:
    """Spans in days after the last dose; a visit that goes with the end of treatment is only ever late."""
    return tuple(
        (day if day <= follow_up.eot_days else day - window, day + window)
        for day, window in zip(follow_up.safety_days, follow_up.safety_window_days, strict=True)
    )


def _survival_gap(follow_up: FollowUp | None) -> tuple[int, int] | None:
    if follow_up is None or follow_up.survival_every_weeks is None:
        return None
    days, window = round(7 * follow_up.survival_every_weeks), follow_up.survival_window_days or 0
    return days - window, days + window


def trial_of(tables: Tables, study: Study, records: pl.DataFrame, plan: EscalationPlan) -> Trial:
    """Every treated subject with dates, doses, examinations, contacts, decisions and agreements."""
    adsl = tables["ADSL"]
    others = adsl.join(records, on="USUBJID", how="anti", maintain_order="left").select(
        *(
            (pl.col(n) if n in {"USUBJID", "LEVEL", "TRTSDT"} else pl.lit(None)).cast(t).alias(n)
            for n, t in RECORD_SCHEMA.items()
            if n not in {"CASE", "AS_OF", "COUNTS"}
        ),
        CASE=pl.lit(""),
        AS_OF=pl.lit(cutoff_of(study)),
        COUNTS=pl.lit(value=False),
    )
    names = RECORD_SCHEMA.names()
    everyone = judged(pl.concat([records.select(names), others.select(names)]), plan)
    lost = pl.when((pl.col("EOSSTT") == "DISCONTINUED") & pl.col("DTHDT").is_null()).then("EOSDT")
    more = adsl.select(
        *("USUBJID", "COHORT", "RFICDT", "TRTEDT", "EOTDT", "NACTDT", "CLINPDDT", "DTHDT", "EOSDT"),
        LOSTDT=lost,
    )
    decisions = decision_log(tables, study)
    return Trial(
        subjects=everyone.join(more, on="USUBJID", how="left", maintain_order="left").join(
            _progressions(tables["RS"], study), on="USUBJID", how="left", maintain_order="left"
        ),
        doses=_doses(tables["ADEX"], plan),
        exams=examinations(tables, study),
        contacts=_contacts(tables["SS"], study),
        decisions=None if decisions is None else _with_dlt(decisions, everyone),
        agreements=_agreements(tables["DS"], study),
        virtual=study.virtual,
    )


def _progressions(rs: pl.DataFrame, study: Study) -> pl.DataFrame:
    """PDDT, the day of the first progression by imaging as the reader of the study told it.

    Immune criteria are left out: an unconfirmed progression is no reason to stop there.
    """
    reader = "INVESTIGATOR" if study.response is None else study.response.evaluator
    told = rs.filter(
        (pl.col("RSTESTCD") == "OVRLRESP")
        & (pl.col("RSSTRESC") == "PD")
        & (pl.col("RSEVAL").fill_null(reader) == reader)
        & ~pl.col("RSCAT").fill_null("").str.to_uppercase().str.starts_with("IRECIST")
    )
    days = told.select("USUBJID", PDDT=dates.day(pl.col("RSDTC"))).drop_nulls("PDDT")
    return days.group_by("USUBJID").agg(pl.col("PDDT").min()).sort("USUBJID")


def _doses(adex: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    """The doses given, of several on a day the first."""
    places = {code: i for i, code in enumerate(plan.codes)}
    days = adex.filter(given("DOSE", "DRUG")).sort("USUBJID", "DRUG", "ASTDTM", nulls_last=True)
    dated = pl.col("ASTDT").is_null() | pl.struct("USUBJID", "DRUG", "ASTDT").is_first_distinct()
    return days.filter(dated).select(
        *("USUBJID", "COHORT", "DRUG", "ASTDT", "PLANDOSE"),
        CYCLE=pl.col("CYCLE").cast(pl.Int64),
        ASTDTM=pl.when(pl.col("ASTTMF").is_null()).then("ASTDTM"),
        LEVELN=pl.col("LEVEL").replace_strict(places, default=None, return_dtype=pl.Int64),
    )


def _contacts(ss: pl.DataFrame, study: Study) -> pl.DataFrame | None:
    if not study.collects("SS"):
        return None
    return ss.select("USUBJID", ADT=dates.day(pl.col("SSDTC"))).drop_nulls("ADT")


def _agreements(ds: pl.DataFrame, study: Study) -> pl.DataFrame | None:
    """Agreements to a higher dose; None if the study records none at all."""
    if not study.collects("DS"):
        return None
    found = ds.filter(pl.col("DSDECOD") == AGREEMENT).select(
        "USUBJID", ADT=dates.day(pl.col("DSSTDTC"))
    )
    return found if found.height else None


def _with_dlt(decisions: pl.DataFrame, everyone: pl.DataFrame) -> pl.DataFrame:
    """Recorded decisions with the DLTs the decided level had by then, as the data stand now."""
    about = pl.coalesce(pl.when(pl.col("decision") != "ESCALATE").then("next_level"), "level")
    dlts = everyone.filter((pl.col("DLTFL") == "Y") & pl.col("COUNTS")).select(
        ABOUT="LEVEL", ON="DLTDT"
    )
    rows = decisions.with_row_index("entry").with_columns(ABOUT=about)
    counted = (
        rows.join(dlts, on="ABOUT", how="inner")
        .filter(pl.col("ON") <= pl.col("cutoff"))
        .group_by("entry")
        .agg(dlt=pl.len().cast(pl.Int64))
    )
    return rows.join(counted, on="entry", how="left", maintain_order="left").with_columns(
        pl.col("dlt").fill_null(0)
    )
