"""Concentrations and doses to ADPC, profiles, parameters (ADPP), their summaries, and biomarkers (ADPD)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe import biomarkers
from pkpipe.clinical.collected import collected
from pkpipe.pk.conjugates.parameter_ratios import parameter_ratios
from pkpipe.pk.conjugates.sample_ratios import ratio_summary, sample_ratios
from pkpipe.pk.ledger.judged import judged, observed
from pkpipe.pk.marker_needs import as_collected
from pkpipe.pk.parameters.accumulation import accumulation
from pkpipe.pk.parameters.convention_sensitivity import convention_sensitivity
from pkpipe.pk.parameters.dose_proportionality import dose_proportionality
from pkpipe.pk.parameters.estimability import estimability
from pkpipe.pk.parameters.names import check_names
from pkpipe.pk.parameters.profile_parameters import summary_kinds
from pkpipe.pk.parameters.terminal_fits import terminal_fits
from pkpipe.pk.parameters.treatment_comparisons import treatment_comparisons
from pkpipe.pk.samples import concentrations
from pkpipe.pk.summaries.pk_summary_tables import concentration_summary, parameter_summary
from pkpipe.protocol.nca import OBSERVE_ONLY
from pkpipe.protocol.study import Study

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
    *("NSAMP", "NQUANT", "TLASTH", "CONCSUM"),
    *("PRFLFL", "REASON"),
)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """ADSL, ADEX, PC, CP to the tables of the pk room; a study without concentrations gets empty ones."""
    adsl, plan = tables["ADSL"], study.nca
    # without the nca section nothing is said about how to analyse concentrations: none are
    pc = tables["PC"] if plan is not None else tables["PC"].clear()
    plan = plan or OBSERVE_ONLY
    check_names(study, plan)
    found = judged(observed({**tables, "PC": pc}, study, plan), tables.get("LEDGER"), study, plan)
    it, adpp, doses = found.it, found.adpp, found.it.doses
    adpc = it.rows.select(concentrations.COLUMNS).sort(
        "USUBJID", "PARAMCD", "MATRIX", "ADTM", "SRCROW", nulls_last=True
    )
    ratios = sample_ratios(adpc, study, plan.conjugate)
    made = {
        "ADPC": adpc,
        "PROFILE": it.profiles.select(PROFILE_COLUMNS),
        "ADPP": adpp,
        "PKCONC": concentration_summary(adpc, plan.summary),
        "PKSTAT": parameter_summary(adpp, summary_kinds(), plan.summary),
        **biomarkers.run({"CP": tables["CP"], "ADSL": adsl, "DOSES": doses, "ADPC": adpc}, study),
        "DOSEPROP": dose_proportionality(adpp, it.profiles, study, plan.dose_proportionality),
        "ACCUM": accumulation(adpp, it.profiles, study, plan.accumulation),
        "STEADY": found.steady,
        "PKRATIO": treatment_comparisons(adpp, plan),
        "ESTIMAB": estimability(study, study.nca),
        "LZFIT": terminal_fits(adpp, it, study, plan),
        "LEDGEFF": found.effects,
        "ADCRATIO": ratios,
        "ADCSUM": ratio_summary(ratios, study, plan.conjugate, plan.summary),
        "ADCPAR": parameter_ratios(adpp, study, plan.conjugate),
        "CONVSENS": convention_sensitivity(it, found.struck, study, plan),
    }
    return as_collected(made, collected(tables, study))
