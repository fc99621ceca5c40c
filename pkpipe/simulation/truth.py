"""What is true in a virtual trial, kept beside its data and never read by the pipeline."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl

from pkpipe.simulation.draws import Floats, moments
from pkpipe.simulation.frames import minute_text, picked
from pkpipe.simulation.outcomes import REASONS
from pkpipe.simulation.virtual_trial import Trial
from pkpipe.simulation.world import World


def truth_tables(world: World, trial: Trial) -> dict[str, pl.DataFrame]:
    """Truth by name: SUBJECTS, PK, ADA, DECISIONS."""
    return {
        "SUBJECTS": _subjects(world, trial),
        "PK": pl.concat([_kinetics(world, trial, d.code) for d in world.study.drugs]),
        "ADA": pl.concat([_antibodies(world, trial, d.code) for d in world.study.drugs]),
        "DECISIONS": _decisions(world),
    }


def _subjects(world: World, trial: Trial) -> pl.DataFrame:
    ends, who = trial.ends, world.enrolled
    codes = world.study.escalation.codes if world.study.escalation else ()
    reason = np.where(np.isfinite(ends.stop), ends.reason, len(REASONS))
    growth = trial.scans.lesions.growth if trial.scans else np.full(len(world), np.nan)
    progression = trial.scans.progression if trial.scans else np.full(len(world), np.inf)
    return pl.DataFrame(
        {
            "USUBJID": world.ids,
            "COHORT": [world.study.cohorts[c].code for c in who.cohort.tolist()],
            "LEVEL": [codes[i] for i in who.level.tolist()],
            "TRTSDTM": minute_text(world.first),
            "WEIGHT": world.people.weight,
            "DLTDAY": who.dlt,
            "GRADE2DAY": who.grade2,
            "LEFTDAY": who.leaves,
            "NCYCLE": ends.count,
            "STOPREAS": picked([*(words for _, words in REASONS), None], reason),
            "STOPDAY": _known(ends.stop),
            "PDDAY": _known(progression),
            "DEATHDAY": _known(ends.death),
            "LASTDAY": np.floor(ends.off),
            "GROWTH": growth,
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _known(days: Floats) -> Floats:
    return np.where(np.isfinite(days), days, np.nan)


def _kinetics(world: World, trial: Trial, drug: str) -> pl.DataFrame:
    true = trial.kinetics[drug]
    return pl.DataFrame(
        {
            "USUBJID": world.ids,
            "DRUG": drug,
            "CL": true.cl,
            "V1": true.v1,
            "Q": true.q,
            "V2": true.v2,
            "VSS": true.vss,
            "HALFLIFE": true.half_life,
            "DECONJ": true.deconjugation,
            "VMAX": np.full(len(world), true.vmax),
            "KM": np.full(len(world), true.km),
        }
    )


def _antibodies(world: World, trial: Trial, drug: str) -> pl.DataFrame:
    true = trial.antibodies[drug]
    return pl.DataFrame(
        {
            "USUBJID": world.ids,
            "DRUG": drug,
            "BASELINE": true.baseline,
            "ONSETDAY": _known(true.onset),
            "ENDDAY": _known(true.end),
            "ONSETDTM": minute_text(moments(world.first, _known(true.onset))),
            "FACTOR": true.factor,
            "NAB": true.neutralising,
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _decisions(world: World) -> pl.DataFrame:
    start = world.plan.accrual.start
    return pl.DataFrame(
        [
            {
                "DATE": (start + datetime.timedelta(days=int(s.day))).isoformat(),
                "STATES": s.state,
                "DECISION": s.decision,
                "LEVEL": s.level,
                "NENROL": s.number,
            }
            for s in world.enrolled.steps
        ],
        schema={
            "DATE": pl.String,
            "STATES": pl.String,
            "DECISION": pl.String,
            "LEVEL": pl.String,
            "NENROL": pl.Int64,
        },
    )
