"""Concentrations and doses to ADPC, profiles, parameters (ADPP), their summaries, and biomarkers (ADPD)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe import biomarkers
from pkpipe.clinical.collected import collected
from pkpipe.pk.conjugates.parameter_ratios import parameter_ratios, with_release_limited
from pkpipe.pk.conjugates.sample_ratios import ratio_summary, sample_ratios
from pkpipe.pk.ledger.applied import STRUCK, judged_by_hand, struck, without
from pkpipe.pk.ledger.effects import effects
from pkpipe.pk.ledger.entries import EFFECTS, resolved
from pkpipe.pk.marker_needs import as_collected
from pkpipe.pk.parameters.accumulation import accumulation
from pkpipe.pk.parameters.convention_sensitivity import convention_sensitivity
from pkpipe.pk.parameters.dose_proportionality import dose_proportionality
from pkpipe.pk.parameters.estimability import estimability
from pkpipe.pk.parameters.names import check_names
from pkpipe.pk.parameters.profile_parameters import parameters, summary_kinds
from pkpipe.pk.parameters.steady_state import steady_state, with_apparent
from pkpipe.pk.parameters.terminal_fits import terminal_fits
from pkpipe.pk.samples import concentrations
from pkpipe.pk.samples.doses import dose_times
from pkpipe.pk.samples.placed import placed
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
    doses = dose_times(tables["ADEX"], study)
    it = placed(pc, adsl, doses, study, plan)
    adpp = parameters(it.drawn, it.profiles, study, plan)
    effect, out = pl.DataFrame(schema=EFFECTS), pl.DataFrame(schema=STRUCK)
    if (ledger := tables.get("LEDGER")) is not None and ledger.height:
        entries, before = resolved(ledger, it, adpp, study.cutoff), (adpp, it)
        it = without(it, entries, plan)
        adpp = judged_by_hand(parameters(it.drawn, it.profiles, study, plan), it, entries)
        effect, out = effects(*before, adpp, entries), struck(entries)
    steady = steady_state(adpp, plan.steady_state)
    adpp = with_apparent(adpp, steady, plan.steady_state)
    adpp = with_release_limited(adpp, study, plan.conjugate)
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
        "STEADY": steady,
        "ESTIMAB": estimability(study, study.nca),
        "LZFIT": terminal_fits(adpp, it, study, plan),
        "LEDGEFF": effect,
        "ADCRATIO": ratios,
        "ADCSUM": ratio_summary(ratios, study, plan.conjugate, plan.summary),
        "ADCPAR": parameter_ratios(adpp, study, plan.conjugate),
        "CONVSENS": convention_sensitivity(it, out, study, plan),
    }
    return as_collected(made, collected(tables, study))
