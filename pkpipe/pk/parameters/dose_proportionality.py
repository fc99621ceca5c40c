"""DOSEPROP: the power model over all profiles of a study (methods 6.2)."""

from __future__ import annotations

import polars as pl

from pkpipe.nca.further_analyses.power_model import power_models
from pkpipe.protocol.nca import DoseProportionality
from pkpipe.protocol.study import Study


def dose_proportionality(
    adpp: pl.DataFrame, profiles: pl.DataFrame, study: Study, plan: DoseProportionality | None
) -> pl.DataFrame:
    """One row a parameter, model and scope; the levels are those of the escalation, if there is one."""
    return power_models(adpp, profiles, study.escalation.codes if study.escalation else (), plan)
