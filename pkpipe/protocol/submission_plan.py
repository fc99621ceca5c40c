"""Whether a run makes the datasets that a regulator opens."""

from __future__ import annotations

from pydantic import Field

from pkpipe.protocol.base import Frozen


class SubmissionPlan(Frozen):
    """Section `submission:` of a study file; a study without it makes no submission folder."""

    datasets: bool = Field(
        default=False,
        description="make `submission/m5`: ADaM datasets, define.xml, reviewer's guide, programs",
    )
