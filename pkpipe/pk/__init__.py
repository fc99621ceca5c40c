"""Concentrations and doses to ADPC, profiles, parameters (ADPP), their summaries, and biomarkers (ADPD)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.pk import concentrations
from pkpipe.pk.biomarkers import biomarkers
from pkpipe.pk.dosing import dose_times
from pkpipe.pk.parameters import parameters, summary_kinds
from pkpipe.pk.profiles import profile_samples, profiles
from pkpipe.pk.summaries import concentration_summary, parameter_summary
from pkpipe.protocol.nca import OBSERVE_ONLY
from pkpipe.protocol.study import Study
from pkpipe.tables import dates

PROFILE_COLUMNS: Final = (
    *(
        "PROFILE",
        "USUBJID",
        "PARAMCD",
        "MATRIX",
        "DRUG",
        "COHORT",
        "LEVEL",
        "PART",
        "CYCLE",
        "DOSENO",
    ),
    *("DOSEDTM", "DOSE", "DOSEU", "DOSEG", "DOSEGU", "DOSEPCT", "DURH", "TAUH", "KIND"),
    *("NSAMP", "NQUANT", "TLASTH"),
    *("PRFLFL", "REASON"),
)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """ADSL, ADEX, PC, CP to the tables of the pk room; a study without concentrations gets empty ones."""
    adsl, plan = tables["ADSL"], study.nca
    # without the nca section nothing is said about how to analyse concentrations: none are
    pc = tables["PC"] if plan is not None else tables["PC"].clear()
    plan = plan or OBSERVE_ONLY
    doses = dose_times(tables["ADEX"], _last_sample(pc, tables["CP"]), study)
    rows = concentrations.samples(pc, adsl, study)
    rows = concentrations.with_use(concentrations.with_times(rows, doses, study, plan), plan)
    drawn = profile_samples(rows, doses, plan)
    found = profiles(rows, doses, drawn, plan)
    adpp = parameters(drawn, found, study, plan)
    adpc = concentrations.with_profile(rows, found).select(concentrations.COLUMNS)
    return {
        "ADPC": adpc.sort("USUBJID", "PARAMCD", "MATRIX", "ADTM", "SRCROW", nulls_last=True),
        "PROFILE": found.select(PROFILE_COLUMNS),
        "ADPP": adpp,
        "PKCONC": concentration_summary(adpc, plan.summary),
        "PKSTAT": parameter_summary(adpp, summary_kinds(), plan.summary),
        "ADPD": biomarkers(tables["CP"], adsl, doses, study),
    }


def _last_sample(pc: pl.DataFrame, cp: pl.DataFrame) -> pl.DataFrame:
    """The latest collection of each subject: repeated dosing without an end is followed so far."""
    collected = pl.concat([pc.select("USUBJID", DTC="PCDTC"), cp.select("USUBJID", DTC="CPDTC")])
    return collected.group_by("USUBJID").agg(LASTDTM=dates.moment_or_midnight(pl.col("DTC")).max())
