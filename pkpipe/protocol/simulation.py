"""How a virtual trial is drawn from the protocol; the numbers are assumptions, never results."""

from __future__ import annotations

from pkpipe.protocol.base import Frozen


class SimulationPlan(Frozen):
    """Section `simulation:` of a study file."""
