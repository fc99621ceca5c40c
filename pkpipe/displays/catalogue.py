"""Every display in the order of the catalogue (ICH E3, sections 14 and 16.2)."""

from __future__ import annotations

import difflib
from typing import Final

from pkpipe.displays import (
    adverse_events,
    antibodies,
    antibody_figures,
    antibody_impact,
    antibody_listings,
    baseline,
    biomarkers,
    censoring_schemes,
    cohort_summary,
    conduct,
    data_state,
    deaths,
    deviations,
    disposition,
    dose_decision,
    dose_levels,
    efficacy_figures,
    efficacy_listings,
    examinations,
    exposure,
    laboratory,
    marker_figures,
    marker_models,
    pharmacokinetics,
    response_agreement,
    response_rates,
    rule_book,
    special_interest,
    therapies,
    time_to_event,
)
from pkpipe.displays.display import Display
from pkpipe.errors import ConfigError
from pkpipe.protocol.study import Study

CATALOGUE: Final[tuple[Display, ...]] = (
    *disposition.DISPLAYS,
    *deviations.DISPLAYS,
    *baseline.DISPLAYS,
    *therapies.DISPLAYS,
    *exposure.DISPLAYS,
    *dose_levels.DISPLAYS,
    *dose_decision.DISPLAYS,
    *conduct.DISPLAYS,
    *response_rates.DISPLAYS,
    *time_to_event.DISPLAYS,
    *censoring_schemes.DISPLAYS,
    *response_agreement.DISPLAYS,
    *efficacy_figures.DISPLAYS,
    *efficacy_listings.DISPLAYS,
    *adverse_events.DISPLAYS,
    *special_interest.DISPLAYS,
    *deaths.DISPLAYS,
    *laboratory.DISPLAYS,
    *examinations.DISPLAYS,
    *pharmacokinetics.DISPLAYS,
    *antibodies.DISPLAYS,
    *antibody_impact.DISPLAYS,
    *antibody_figures.DISPLAYS,
    *antibody_listings.DISPLAYS,
    *biomarkers.DISPLAYS,
    *marker_models.DISPLAYS,
    *marker_figures.DISPLAYS,
    *data_state.DISPLAYS,
    *rule_book.DISPLAYS,
    *cohort_summary.DISPLAYS,
)


def chosen(study: Study) -> tuple[Display, ...]:
    """The displays a study asks for, in the order of the catalogue.

    Raises:
        ConfigError: the study file names a number that the catalogue has not; every one is named.
    """
    asked = study.report.displays
    if asked is None:
        return CATALOGUE
    numbers = [display.number for display in CATALOGUE]
    unknown = [number for number in asked if number not in numbers]
    if unknown:
        raise ConfigError("\n".join(_unknown(study, number, numbers) for number in unknown))
    return tuple(display for display in CATALOGUE if display.number in asked)


def _unknown(study: Study, number: str, numbers: list[str]) -> str:
    near = difflib.get_close_matches(number, numbers, n=3, cutoff=0)
    return (
        f"{study.study.id}.yaml: report.displays: '{number}' is no display of the catalogue "
        f"(nearest: {', '.join(near)}; docs/displays.md has them all)"
    )
