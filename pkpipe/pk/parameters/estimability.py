"""ESTIMAB: which planned profile can yield which parameter, and why not; from the protocol alone.

An imagined subject keeps every planned time, its concentrations follow one exponential of the expected
half-life, and it goes through the very steps of the analysis. So the map cannot disagree with the analysis.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.clinical.dose_frequency import planned_interval
from pkpipe.clinical.sample_schedule import planned
from pkpipe.pk import pk_sentences as said
from pkpipe.pk.parameters.profile_parameters import parameters
from pkpipe.pk.parameters.steady_state import RESTING
from pkpipe.pk.samples.doses import dose_times
from pkpipe.pk.samples.placed import placed
from pkpipe.protocol.drugs import Analyte, Drug
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

Floats = npt.NDArray[np.float64]
SUBJECT: Final = "PLANNED"
START: Final = pl.datetime(2001, 1, 1)  # any: only spans matter
ABOVE_LIMIT: Final = 1e9  # so that no planned sample is BLQ: times are judged, not the assay
STEADY_SHARE: Final = 0.95  # of the area at steady state, from which a profile is taken to be there
ASSUMED_SHARE: Final = 1 / 3  # of the interval, the half-life where none is expected
SCHEMA: Final = pl.Schema(
    {"PARCAT1": pl.String(), "MATRIX": pl.String(), "CYCLE": pl.Int64(), "PARAMCD": pl.String()}
    | {"PARAM": pl.String(), "KIND": pl.String(), "NSAMP": pl.Int64()}
    | {
        "ESTIM": pl.String(),
        "REASON": pl.String(),
        "HALFLIFE": pl.Float64(),
        "ASSUMED": pl.String(),
    }
)


def estimability(study: Study, plan: NcaPlan | None) -> pl.DataFrame:
    """One row an analyte, planned cycle and parameter: ESTIM `Y`, `DOUBT` or `N`, with the reason.

    HALFLIFE (h) is what the concentrations of the imagined subject fall by; ASSUMED says where it is from.
    """
    plan_rows = planned(study, "pk").rename({"CODE": "PARAMCD"})
    if plan is None or plan_rows.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    doses = dose_times(_doses(study, plan_rows), study)
    who = pl.DataFrame({"USUBJID": [SUBJECT], "COHORT": ["PLAN"], "PART": ["other"]})
    it = placed(_samples(study, plan_rows), who, doses, study, plan)
    # of the same samples, partial areas are as estimable as those areas
    whole = plan.model_copy(update={"partial_areas": ()})
    adpp = parameters(it.drawn, it.profiles, study, whole)
    rows = adpp.join(
        it.profiles.select("PROFILE", "KIND", "NSAMP", "TAUH"),
        on="PROFILE",
        how="left",
        maintain_order="left",
    ).join(_half_lives(study), on=["PARCAT1", "MATRIX"], how="left", maintain_order="left")
    judged = _judged(rows)
    return pl.concat([judged, _accumulation(judged, plan)]).select(SCHEMA.names()).cast(SCHEMA)


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    share = 1 - (-(pl.col("DOSENO") * pl.col("TAUH") / pl.col("HALFLIFE")) * np.log(2)).exp()
    early = pl.col("PARAMCD").is_in(RESTING) & (share < STEADY_SHARE)
    words = sentence(said.SHARE_OF_STEADY.en, (100 * share).round(0).cast(pl.Int64))
    none = pl.col("AVAL").is_null() | (pl.col("STATUS") == "NR")
    return rows.with_columns(
        ESTIM=pl.when(none)
        .then(pl.lit("N"))
        .when(early | (pl.col("STATUS") == "FLAG"))
        .then(pl.lit("DOUBT"))
        .otherwise(pl.lit("Y")),
        REASON=pl.when(none | ~early)
        .then("REASON")
        .otherwise(pl.concat_str("REASON", words, separator="; ", ignore_nulls=True)),
    ).select("DOSENO", *SCHEMA.names())


def _accumulation(judged: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Ratios to the first dose: as good as the worse of the two values."""
    if plan.accumulation is None:
        return judged.clear()
    rows = judged.filter(pl.col("PARAMCD").is_in(plan.accumulation.parameters))
    first = rows.filter(pl.col("DOSENO") == 1).select(
        "PARCAT1", "MATRIX", "PARAMCD", FIRST="ESTIM", WHY="REASON"
    )
    later = rows.filter(pl.col("DOSENO") > 1).join(
        first, on=["PARCAT1", "MATRIX", "PARAMCD"], how="left", maintain_order="left"
    )
    both = pl.concat_list(pl.col("FIRST").fill_null("N"), "ESTIM")
    of_first = sentence(said.AFTER_FIRST.en, pl.coalesce("WHY", pl.lit(said.NO_PROFILE_PLANNED.en)))
    return later.with_columns(
        ESTIM=pl.when(both.list.contains("N"))
        .then(pl.lit("N"))
        .when(both.list.contains("DOUBT"))
        .then(pl.lit("DOUBT"))
        .otherwise(pl.lit("Y")),
        REASON=pl.when(pl.col("FIRST").eq_missing(pl.lit("Y")))
        .then("REASON")
        .otherwise(pl.concat_str(of_first, "REASON", separator="; ", ignore_nulls=True)),
        PARAM=sentence("Accumulation ratio of {}", "PARAMCD"),
        PARAMCD=pl.concat_str(pl.lit("AR"), "PARAMCD").str.slice(0, 8),
    ).select(judged.columns)


def _half_life(study: Study, analyte: Analyte) -> tuple[float, str]:
    if analyte.expected_half_life_days is not None:
        return 24 * analyte.expected_half_life_days, "expected half-life of the study file"
    return ASSUMED_SHARE * _tau(study.drug(analyte.drug)), "a third of the dosing interval"


def _half_lives(study: Study) -> pl.DataFrame:
    return pl.DataFrame(
        [(a.code, a.matrix, *_half_life(study, a)) for a in study.analytes],
        schema={
            "PARCAT1": pl.String,
            "MATRIX": pl.String,
            "HALFLIFE": pl.Float64,
            "ASSUMED": pl.String,
        },
        orient="row",
    )


def _tau(drug: Drug) -> float:
    return 24.0 * planned_interval(drug)


def _moments(hours: Floats) -> pl.Series:
    seconds = pl.DataFrame({"S": np.rint(hours * 3600).astype(np.int64)})
    return seconds.select(START + pl.duration(seconds="S"))["datetime"]


def _planned_doses(study: Study, plan_rows: pl.DataFrame) -> pl.DataFrame:
    """Doses up to the one after the last sampled cycle, as far as the protocol allows."""
    last = plan_rows.group_by("DRUG", maintain_order=True).agg(LAST=pl.col("CYCLE").max())
    drugs = pl.DataFrame(
        [(d.code, d.route, d.infusion_hours, _tau(d), d.max_cycles) for d in study.drugs],
        schema={
            "DRUG": pl.String,
            "ROUTE": pl.String,
            "DURH": pl.Float64,
            "TAU": pl.Float64,
            "MOST": pl.Int64,
        },
        orient="row",
    )
    return (
        drugs.join(last, on="DRUG", how="inner", maintain_order="left")
        .with_columns(
            CYCLE=pl.int_ranges(1, pl.min_horizontal(pl.col("LAST") + 2, pl.col("MOST") + 1))
        )
        .explode("CYCLE")
        .with_columns(HOUR=(pl.col("CYCLE") - 1) * pl.col("TAU"))
    )


def _doses(study: Study, plan_rows: pl.DataFrame) -> pl.DataFrame:
    rows = _planned_doses(study, plan_rows)
    start = _moments(rows["HOUR"].to_numpy())
    return rows.with_columns(
        USUBJID=pl.lit(SUBJECT),
        ASTDTM=start,
        AENDTM=start,
        DOSE=pl.lit(1.0),
        DOSEMG=pl.lit(1.0),
        DOSEU=pl.lit("mg"),
        DOSEPCT=pl.lit(100.0),
        DURPLFL=pl.lit(None, dtype=pl.String),
        LEVEL=pl.lit(None, dtype=pl.String),
        SRCROW=pl.int_range(pl.len()),
    )


def _samples(study: Study, plan_rows: pl.DataFrame) -> pl.DataFrame:
    """PC of the imagined subject: every planned sample at its nominal time."""
    taus = {d.code: _tau(d) for d in study.drugs}
    rows = plan_rows.with_columns(
        HOUR=(pl.col("CYCLE") - 1) * pl.col("DRUG").replace_strict(taus) + pl.col("PLANH")
    )
    value = np.concatenate(
        [
            _concentration(study, a, rows.filter(_of(a))["HOUR"].to_numpy(), plan_rows)
            for a in study.analytes
        ]
    )
    ordered = pl.concat([rows.filter(_of(a)) for a in study.analytes])
    text = pl.lit(None, dtype=pl.String)
    return ordered.select(
        "CYCLE",
        USUBJID=pl.lit(SUBJECT),
        PCTESTCD="PARAMCD",
        PCSPEC="MATRIX",
        PCTPT="PLANPT",
        PCTPTNUM="PLANH",
        PCDTC=_moments(ordered["HOUR"].to_numpy()).dt.strftime("%Y-%m-%dT%H:%M:%S"),
        PCSTRESN=pl.Series(value),
        SRCFILE=pl.lit("plan"),
        PCLLOQ=pl.lit(None, dtype=pl.Float64),
        SRCROW=pl.int_range(pl.len(), dtype=pl.Int64),
        **dict.fromkeys(
            ("PCSTRESC", "PCORRES", "PCSTAT", "PCREASND", "PCSTRESU", "PCORRESU", "VISIT"), text
        ),
    )


def _of(analyte: Analyte) -> pl.Expr:
    return (pl.col("PARAMCD") == analyte.code) & (pl.col("MATRIX") == analyte.matrix)


def _concentration(
    study: Study, analyte: Analyte, hours: Floats, plan_rows: pl.DataFrame
) -> Floats:
    """Doses add up; each rises over its infusion and falls, or is absorbed tenfold faster than it leaves."""
    doses = _planned_doses(study, plan_rows).filter(pl.col("DRUG") == analyte.drug)
    rate = np.log(2) / _half_life(study, analyte)[0]
    since = hours[:, None] - doses["HOUR"].to_numpy()[None, :]
    spent = np.maximum(since, 0)
    drug = study.drug(analyte.drug)
    if drug.route == "extravascular":
        each = np.exp(-rate * spent) - np.exp(-10 * rate * spent)
    elif drug.infusion_hours > 0:
        given = np.minimum(spent, drug.infusion_hours)
        each = (np.exp(-rate * (spent - given)) - np.exp(-rate * spent)) / drug.infusion_hours
    else:
        each = np.exp(-rate * spent)
    total: Floats = np.where(since > 0, each, 0.0).sum(axis=1) * ABOVE_LIMIT * analyte.lloq
    return total
