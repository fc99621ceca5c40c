"""From the study's tables to dated records: first dose, DLT, grade 2, doses received, who left the window."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.collected import is_constant
from pkpipe.clinical.ends import day_of_fatal_event, fatal_event
from pkpipe.errors import ConfigError
from pkpipe.escalation.subjects.checks import PLACED
from pkpipe.escalation.subjects.evaluability import RECORD_SCHEMA
from pkpipe.escalation.subjects.examinations import missed_in_window
from pkpipe.protocol.drugs import Drug
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.codelists import CAUSALITY

Tables = Mapping[str, pl.DataFrame]


def cutoff_of(study: Study) -> datetime.date:
    """The date the decision is asked for.

    Raises:
        ConfigError: the study carries no cutoff.
    """
    if study.cutoff is None:
        raise ConfigError("cutoff: the run gives none, so there is no date to decide at")
    return study.cutoff


def records_of(tables: Tables, study: Study, plan: EscalationPlan) -> pl.DataFrame:
    """One row a subject of escalation or backfill, with the raw records behind its DLT and first dose.

    ROW is null, for ADSL has no raw row; `border.PLACED` says what stands in DLTFILE, DOSEROW and the others.
    """
    adsl = tables["ADSL"].filter(pl.col("PART").is_in(["escalation", "backfill"]))
    as_of = cutoff_of(study)
    untimed = pl.col("TRTSDTM").dt.time() == datetime.time(0)
    joined = adsl
    for part in (
        _first_dlt(tables["AE"], adsl),
        _first_grade2(tables["AE"], adsl, study),
        _dose_fraction(tables["ADEX"], adsl, study, plan),
        _first_dose(tables["ADEX"], plan),
        missed_in_window(tables, study, plan, adsl),
        _first_death(tables["AE"], adsl, judged=not is_constant(tables, "AE.AEDLTFL")),
    ):
        joined = joined.join(part, on="USUBJID", how="left", maintain_order="left", validate="1:1")
    discontinued = pl.when(pl.col("EOSSTT") == "DISCONTINUED").then("EOSDT")
    return joined.with_columns(
        CASE=pl.lit(""),
        AS_OF=pl.lit(as_of),
        TRTSDTM=pl.when(~untimed).then("TRTSDTM"),
        LEFTDT=pl.min_horizontal("DTHDT", "FATALDT", "NACTDT", discontinued),
        DIEDDT=pl.min_horizontal("DTHDT", "FATALDT"),
        COUNTS=(pl.col("PART") == "escalation") | pl.lit(plan.backfill_counts),
    ).select(
        *(pl.col(name).cast(kind) for name, kind in RECORD_SCHEMA.items()),
        "COHORT",
        "PART",
        "LEVELN",
        "DIEDDT",
        "MISSEDZH",
        *(pl.col(f"{of}{part}").cast(t) for of in ("DLT", "DOSE") for part, t in PLACED.items()),
        ROW=pl.lit(None, dtype=pl.Int64),
    )


def _onsets(events: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Events with DAY and MOMENT; a partial date is its first possible day, but not before the first dose.

    An event without a date counts from the first dose until it is dated (TIME-7, the cautious end).
    """
    text = pl.col("AESTDTC")
    earliest = dates.first_day(text)
    inside = pl.col("TRTSDT").is_between(earliest, dates.last_day(text))
    return events.join(
        adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner", maintain_order="left"
    ).with_columns(
        DAY=pl.coalesce(
            dates.day(text), pl.when(inside).then("TRTSDT").otherwise(earliest), "TRTSDT"
        ),
        MOMENT=dates.moment(text),
    )


def _first_dlt(ae: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """The first event the investigator flagged as DLT; never inferred from its grade (SAF-5)."""
    flagged = _onsets(ae.filter(pl.col("AEDLTFL") == "Y"), adsl)
    undated = pl.when(pl.col("AESTDTC").is_null()).then(pl.lit(" (onset not dated)"))
    return (
        flagged.with_columns(
            TERM=pl.concat_str(pl.coalesce("AEDECOD", "AETERM"), undated.fill_null(""))
        )
        .sort("USUBJID", "DAY", "MOMENT", "AESEQ", nulls_last=True)
        .group_by("USUBJID", maintain_order=True)
        .agg(
            DLTDT=pl.col("DAY").first(),
            DLTDTM=pl.col("MOMENT").first(),
            DLTTERM=pl.col("TERM").first(),
            DLTFILE=pl.col("SRCFILE").first(),
            DLTROW=pl.col("SRCROW").first(),
            DLTCOL=pl.lit("AESTDTC").first(),
            DLTTOLD=pl.col("AESTDTC").first(),
        )
    )


def _first_death(ae: pl.DataFrame, adsl: pl.DataFrame, *, judged: bool) -> pl.DataFrame:
    """FATALDT, the day an event says that its subject died, which DM and DS may not (yet) say.

    An event of which nobody has said whether it was a DLT ends the window on the day it began: who
    had it has not completed the window, however much later the death is dated. `judged`: the flags
    are answers, event by event; a constant of the study file is none.
    """
    start = dates.first_day(pl.col("AESTDTC"))
    said = pl.col("AEDLTFL").is_not_null() & pl.lit(judged)
    since = pl.when(~said & (start >= pl.col("TRTSDT"))).then(start)
    deaths = ae.filter(fatal_event()).join(
        adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner", maintain_order="left"
    )
    days = deaths.select("USUBJID", FATALDT=pl.coalesce(since, day_of_fatal_event()))
    return days.group_by("USUBJID", maintain_order=True).agg(pl.col("FATALDT").min())


def _first_dose(adex: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    """Where the first dose of a drug that has levels stands, and what was planned or given."""
    drugs = {drug for level in plan.levels for drug in level.doses}
    return (
        adex.filter(pl.col("DRUG").is_in(sorted(drugs)), given("DOSE", "DRUG"))
        .sort("USUBJID", "ASTDTM", "SRCFILE", "SRCROW", nulls_last=True)
        .unique("USUBJID", keep="first", maintain_order=True)
        .select(
            "USUBJID",
            DOSEFILE="SRCFILE",
            DOSEROW="SRCROW",
            DOSECOL=pl.when(pl.col("PLANDOSE").is_null())
            .then(pl.lit("EXDOSE"))
            .otherwise(pl.lit("EXPDOSE")),
            DOSETOLD=pl.coalesce("PLANDOSE", "DOSE").cast(pl.String),
        )
    )


def _first_grade2(ae: pl.DataFrame, adsl: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The first related event of grade 2 or more from the first dose on."""
    related = ae.filter(
        (pl.col("AETOXGR") >= 2) & CAUSALITY.among(pl.col("AEREL"), study.safety.related_values)
    )
    return (
        _onsets(related, adsl)
        .filter(pl.col("DAY") >= pl.col("TRTSDT"))
        .sort("USUBJID", "DAY", "MOMENT", "AESEQ", nulls_last=True)
        .group_by("USUBJID", maintain_order=True)
        .agg(G2DT=pl.col("DAY").first(), G2DTM=pl.col("MOMENT").first())
    )


def _dose_fraction(
    adex: pl.DataFrame, adsl: pl.DataFrame, study: Study, plan: EscalationPlan
) -> pl.DataFrame:
    """The smallest share received of what was due in the window, over drugs and planned doses.

    A planned dose is due when its window has passed or the DLT window is over; one not given counts 0. Of a
    drug that is given every day the share is that of all its doses in the window together, since a day left
    out is no dose withheld. A number of doses that is not documented leaves the share unknown.
    """
    as_of = cutoff_of(study)
    received = (
        adex.join(
            adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner", maintain_order="left"
        )
        .filter((pl.col("ASTDT") - pl.col("TRTSDT")).dt.total_days() < plan.dlt_window_days)
        .sort("USUBJID", "DRUG", "ASTDTM", "SRCROW", nulls_last=True)
        .with_columns(NTH=pl.int_range(pl.len()).over("USUBJID", "DRUG"))
        .select("USUBJID", "DRUG", "NTH", "DOSEPCT", "NOCOUNT")
    )
    due_on = pl.min_horizontal(pl.col("DAY") + pl.col("LATE"), pl.lit(plan.dlt_window_days))
    elapsed = (pl.lit(as_of) - pl.col("TRTSDT")).dt.total_days()
    due = (
        adsl.filter(pl.col("TRTSDT").is_not_null())
        .select("USUBJID", "TRTSDT", "LEVEL")
        .join(_planned_in_window(study, plan), on="LEVEL", how="inner", maintain_order="left")
        .join(received, on=["USUBJID", "DRUG", "NTH"], how="left", maintain_order="left")
        .filter(pl.col("DOSEPCT").is_not_null() | (elapsed >= due_on))
    )
    each = due.with_columns(SHARE=pl.col("DOSEPCT").fill_null(0.0) / 100).group_by(
        "USUBJID", "DRUG", maintain_order=True
    )
    shares = each.agg(
        SHARE=pl.when(pl.col("DAILY").first())
        .then(pl.col("SHARE").mean())
        .otherwise(pl.col("SHARE").min()),
        KNOWN=pl.col("NOCOUNT").is_null().all(),
    )
    return shares.group_by("USUBJID", maintain_order=True).agg(
        DOSEFRAC=pl.when(pl.col("KNOWN").all()).then(pl.col("SHARE").min())
    )


def _planned_in_window(study: Study, plan: EscalationPlan) -> pl.DataFrame:
    """Every dose a level plans in the DLT window: drug, number from 0, day and days it may be late."""
    rows = [
        (
            level.code,
            drug.code,
            nth,
            day,
            drug.dosing_window_days if nth else 0,
            drug.cycle_days == 1,
        )
        for level in plan.levels
        for drug in study.drugs
        if not level.doses or drug.code in level.doses
        for nth, day in enumerate(_planned_days(drug, plan.dlt_window_days))
    ]
    schema = {
        "LEVEL": pl.String,
        "DRUG": pl.String,
        "NTH": pl.Int64,
        "DAY": pl.Int64,
        "LATE": pl.Int64,
        "DAILY": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _planned_days(drug: Drug, window: int) -> list[int]:
    """The day of each planned dose in the window, no more of them than the protocol gives."""
    days = range(0, window, drug.cycle_days)[: drug.max_cycles]
    return [day for day in days for _ in range(drug.doses_per_day)]
