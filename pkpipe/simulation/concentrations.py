"""PC and CP: what the laboratory finds in the samples."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.simulation import Kinetics, Occupancy
from pkpipe.simulation.draws import Bools, Floats, Times, moments, significant
from pkpipe.simulation.frames import day_text, minute_text, picked, raw_table, visit_name
from pkpipe.simulation.kinetics import Course
from pkpipe.simulation.samples import Samples
from pkpipe.simulation.world import World

# Value in the analyte's unit for one mg/L.
PER_MG_L: Final = {"ng/mL": 1e3, "ug/mL": 1.0, "mg/L": 1.0, "pg/mL": 1e6}
# Which substance of the model an analyte is: [antibody], or [conjugate, total antibody, payload].
SUBSTANCE: Final = {
    "antibody": 0,
    "small_molecule": 0,
    "adc": 0,
    "total_antibody": 1,
    "payload": 2,
}
DIGITS: Final = 4
NOT_DONE_FROM_HOURS: Final = 12.0  # an early sample that was missed simply has no row


def concentrations(
    world: World, found: Samples, true: Course, plan: Kinetics, analyte: Analyte
) -> pl.DataFrame:
    """Rows of PC for one analyte."""
    here = found.asks(analyte.code) & (found.drawn | (found.nominal >= NOT_DONE_FROM_HOURS))
    subject, hours = found.subject[here], found.hours[here]
    value = true.at(SUBSTANCE[analyte.role], subject, hours) * PER_MG_L[analyte.unit]
    value = _with_error(world, value, plan, analyte)
    drawn = found.drawn[here]
    value = np.where(drawn, value, np.nan)
    below = drawn & (value < analyte.lloq)
    digits = 15 if world.exact else DIGITS
    number = significant(np.where(below, np.nan, value), digits)
    text = pl.Series(number, dtype=pl.String)
    text = pl.select(
        pl.when(pl.lit(pl.Series(below))).then(pl.lit(analyte.blq_texts[0])).otherwise(pl.lit(text))
    ).to_series()
    times = moments(world.first[subject], hours / 24)
    visit, number_of_visit = visit_name(found.cycle[here], 1 + found.nominal[here] // 24)
    missing = picked(["NOT DONE", None], drawn.astype(np.int64))
    return raw_table(
        "PC",
        {
            "USUBJID": picked(world.ids, subject),
            "PCTESTCD": analyte.code,
            "PCTEST": analyte.name,
            "PCCAT": "ANALYTE",
            "PCORRES": text,
            "PCORRESU": analyte.unit,
            "PCSTRESC": text,
            "PCSTRESN": pl.Series(number, dtype=pl.String),
            "PCSTRESU": analyte.unit,
            "PCSTAT": missing,
            "PCREASND": picked(["SAMPLE NOT COLLECTED", None], drawn.astype(np.int64)),
            "VISIT": visit,
            "VISITNUM": number_of_visit,
            "PCDTC": _times(times, drawn),
            "PCSPEC": analyte.matrix,
            "PCNAM": "CENTRAL LABORATORY",
            "PCLLOQ": np.full(len(subject), analyte.lloq),
            "PCTPT": found.timepoint.filter(here),
            "PCTPTNUM": found.nominal[here],
            "CYCLE": found.cycle[here],
        },
    )


def _with_error(world: World, value: Floats, plan: Kinetics, analyte: Analyte) -> Floats:
    if world.exact:
        return value
    rng = world.streams(f"assay {analyte.code}")
    error = rng.standard_normal((2, len(value)))
    noisy = value * (1 + plan.proportional_error * error[0])
    noisy = noisy + plan.additive_error_lloq * analyte.lloq * error[1] * (value > 0)
    return np.asarray(np.maximum(noisy, 0.0))


def _times(times: Times, drawn: Bools) -> pl.Series:
    """To the minute; of a sample that was not drawn only the planned day."""
    return pl.select(
        pl.when(pl.lit(pl.Series(drawn)))
        .then(pl.lit(minute_text(times)))
        .otherwise(pl.lit(day_text(times)))
    ).to_series()


def occupancies(world: World, found: Samples, true: Course, plan: Occupancy) -> pl.DataFrame:
    """Rows of CP for one biomarker: occupancy follows the antibody's concentration without delay."""
    marker = next(b for b in world.study.biomarkers if b.code == plan.biomarker)
    analyte = next(a for a in world.study.analytes if a.code == plan.analyte)
    here = found.asks(marker.code) & found.drawn
    subject, hours = found.subject[here], found.hours[here]
    level = true.at(SUBSTANCE[analyte.role], subject, hours) * PER_MG_L[analyte.unit]
    noise = world.streams(f"occupancy {marker.code}").standard_normal(len(level)) * plan.noise_sd
    share = plan.emax_percent * level / (plan.ec50 + level) + (0 if world.exact else noise)
    value = [f"{v:.1f}" for v in np.clip(share, 0, 100).tolist()]
    visit, number = visit_name(found.cycle[here], 1 + found.nominal[here] // 24)
    return raw_table(
        "CP",
        {
            "USUBJID": picked(world.ids, subject),
            "CPTESTCD": marker.code,
            "CPTEST": marker.name,
            "CPORRES": value,
            "CPORRESU": marker.unit,
            "CPSTRESC": value,
            "CPSTRESN": value,
            "CPSTRESU": marker.unit,
            "VISIT": visit,
            "VISITNUM": number,
            "CPDTC": minute_text(moments(world.first[subject], hours / 24)),
            "CPSPEC": marker.specimen,
            "CPTPT": found.timepoint.filter(here),
            "CPTPTNUM": found.nominal[here],
            "CYCLE": found.cycle[here],
        },
    )
