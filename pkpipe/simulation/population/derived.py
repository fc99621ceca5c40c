"""What the pipeline makes of the data of replicates, by the functions of its own rooms.

The tables of a block of replicates are one delivery: every derivation used here is of one subject, so that a
trial has the results it has alone. Nothing is written and no question is asked of data that were drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe import immunogenicity, subjects, tumor
from pkpipe.pk.parameters.profile_parameters import parameters
from pkpipe.pk.samples.doses import dose_times
from pkpipe.pk.samples.placed import placed
from pkpipe.protocol.study import Study
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.simulation.population.replicates import Draw
from pkpipe.simulation.virtual_trial import outcome_tables
from pkpipe.validate import typed

REPLICATE: Final = "REPLICATE"
DIGITS: Final = 9  # of the number of a replicate before the subject's identifier
FIRST_DOSE: Final = 1


def derived(study: Study, drawn: Sequence[Draw]) -> dict[str, pl.DataFrame]:
    """ADSL, ADPP of first doses, ADA (one row a subject and drug) and WATERFAL, each with REPLICATE."""
    assert study.simulation is not None
    at = study.at(study.simulation.accrual.data_until)
    tables = typed(_delivered(drawn), at)
    tables |= subjects.run(tables, at)
    found = {"ADSL": tables["ADSL"], **_pk_and_antibodies(tables, at)}
    scanned = any(draw.trial.scans is not None for draw in drawn)  # without scans nobody knows
    if study.response is not None and study.collects("TR") and scanned:
        found["WATERFAL"] = tumor.run(tables, at)["WATERFAL"]
    return {name: _numbered(frame) for name, frame in found.items()}


def _pk_and_antibodies(tables: Mapping[str, pl.DataFrame], at: Study) -> dict[str, pl.DataFrame]:
    found: dict[str, pl.DataFrame] = {}
    if at.nca is None or not at.collects("PC"):
        return found
    doses = dose_times(tables["ADEX"], at)
    it = placed(tables["PC"], tables["ADSL"], doses, at, at.nca)
    # The samples of a profile alone decide its parameters, so the others are left out.
    first = it.profiles.filter(pl.col("DOSENO") == FIRST_DOSE)
    found["ADPP"] = parameters(it.drawn, first, at, at.nca)
    if at.immunogenicity is not None and at.collects("IS"):
        of = {**tables, "ADPC": it.rows}
        found["ADA"] = immunogenicity.status(of, at)[2]
    return found


def _delivered(drawn: Sequence[Draw]) -> dict[str, pl.DataFrame]:
    """Every domain as the snapshot hands it over: text, with its place in the file."""
    parts: dict[str, list[pl.DataFrame]] = {code: [] for code in SPECS}
    for draw in drawn:
        who = pl.lit(f"{draw.number:0{DIGITS}d}/") + pl.col("USUBJID")
        for code, frame in outcome_tables(draw.world, draw.trial).items():
            parts[code].append(frame.with_columns(who.alias("USUBJID")))
    return {code: _as_in_a_file(SPECS[code], frames) for code, frames in parts.items()}


def _as_in_a_file(spec: DomainSpec, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    nothing = pl.DataFrame(schema=dict.fromkeys(spec.names, pl.String()))
    rows = pl.concat([nothing, *frames], how="diagonal")
    return rows.select(
        *spec.names,
        SRCFILE=pl.lit(f"{spec.code.lower()}.csv"),
        SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64),
    )


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The replicate, read off the subject's identifier."""
    number = pl.col("USUBJID").str.head(DIGITS).cast(pl.Int64)
    return frame.with_columns(number.alias(REPLICATE))
