"""Pharmacokinetics (14.4, 16.2.5): concentrations, parameters, and what they mean together."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.pharmacokinetics import (
    compared_treatments,
    concentrations,
    conjugates,
    conventions,
    course_figures,
    exposure_response,
    listings,
    parameters,
    proportionality,
    steady_state,
)

DISPLAYS: Final = (
    *concentrations.DISPLAYS,
    *parameters.DISPLAYS,
    *proportionality.DISPLAYS,
    *steady_state.DISPLAYS,
    *conjugates.DISPLAYS,
    *exposure_response.DISPLAYS,
    *conventions.DISPLAYS,
    *compared_treatments.DISPLAYS,
    *course_figures.DISPLAYS,
    *listings.DISPLAYS,
)
