"""From collected samples and doses to placed samples, profiles and what each profile holds."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pkpipe.pk.samples import concentrations
from pkpipe.pk.samples.profiles import profile_samples, profiles
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study


@dataclass(frozen=True)
class Placed:
    """Every sample with its dose, the samples of every profile (some stand in two), and the profiles.

    `used`: the samples before profiles were formed; `rows`: after.
    """

    used: pl.DataFrame
    doses: pl.DataFrame
    rows: pl.DataFrame
    drawn: pl.DataFrame
    profiles: pl.DataFrame


def placed(
    pc: pl.DataFrame, adsl: pl.DataFrame, doses: pl.DataFrame, study: Study, plan: NcaPlan
) -> Placed:
    """Samples to the doses they belong to, and those of one dose to a profile."""
    rows = concentrations.samples(pc, adsl, study)
    rows = concentrations.with_times(rows, doses, study, plan)
    return arranged(concentrations.with_use(rows, plan), doses, plan)


def arranged(used: pl.DataFrame, doses: pl.DataFrame, plan: NcaPlan) -> Placed:
    """Profiles of the samples that are used."""
    drawn = profile_samples(used, doses, plan)
    found = profiles(used, doses, drawn, plan)
    return Placed(used, doses, concentrations.with_profile(used, found), drawn, found)
