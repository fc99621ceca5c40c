"""Every display in the order of the catalogue (ICH E3, sections 14 and 16.2)."""

from __future__ import annotations

from typing import Final

from pkpipe.displays import pharmacokinetics
from pkpipe.displays.antibodies import (
    antibody_figures,
    antibody_impact,
    antibody_listings,
    antibody_proportionality,
)
from pkpipe.displays.antibodies import antibody_tables as antibodies
from pkpipe.displays.biomarkers import marker_figures, marker_models
from pkpipe.displays.biomarkers import marker_tables as biomarkers
from pkpipe.displays.data_and_rules import cohort_summary, data_state, rule_book, still_due
from pkpipe.displays.display import Display
from pkpipe.displays.dose_finding import conduct_table as conduct
from pkpipe.displays.dose_finding import dose_decision, dose_levels, enrolment
from pkpipe.displays.efficacy import (
    censoring_schemes,
    efficacy_figures,
    efficacy_listings,
    incidence_figures,
    response_agreement,
    response_rates,
    time_to_event,
)
from pkpipe.displays.safety import (
    adverse_events,
    deaths,
    examinations,
    laboratory,
    special_interest,
    toxicity_narratives,
)
from pkpipe.displays.subjects import baseline, deviations, disposition, exposure, therapies

CATALOGUE: Final[tuple[Display, ...]] = (
    *disposition.DISPLAYS,
    *deviations.DISPLAYS,
    *baseline.DISPLAYS,
    *therapies.DISPLAYS,
    *exposure.DISPLAYS,
    *dose_levels.DISPLAYS,
    *dose_decision.DISPLAYS,
    *conduct.DISPLAYS,
    *enrolment.DISPLAYS,
    *response_rates.DISPLAYS,
    *time_to_event.DISPLAYS,
    *censoring_schemes.DISPLAYS,
    *response_agreement.DISPLAYS,
    *efficacy_figures.DISPLAYS,
    *incidence_figures.DISPLAYS,
    *efficacy_listings.DISPLAYS,
    *adverse_events.DISPLAYS,
    *special_interest.DISPLAYS,
    *deaths.DISPLAYS,
    *toxicity_narratives.DISPLAYS,
    *laboratory.DISPLAYS,
    *examinations.DISPLAYS,
    *pharmacokinetics.DISPLAYS,
    *antibodies.DISPLAYS,
    *antibody_impact.DISPLAYS,
    *antibody_proportionality.DISPLAYS,
    *antibody_figures.DISPLAYS,
    *antibody_listings.DISPLAYS,
    *biomarkers.DISPLAYS,
    *marker_models.DISPLAYS,
    *marker_figures.DISPLAYS,
    *data_state.DISPLAYS,
    *rule_book.DISPLAYS,
    *still_due.DISPLAYS,
    *cohort_summary.DISPLAYS,
)
