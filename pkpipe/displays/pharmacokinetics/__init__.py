"""Pharmacokinetics (14.4, 16.2.5): concentrations, parameters, and what they mean together."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.pharmacokinetics import concentrations

DISPLAYS: Final = (*concentrations.DISPLAYS,)
