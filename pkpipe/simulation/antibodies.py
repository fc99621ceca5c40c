"""Anti-drug antibodies: who has them from when to when, and what the tiered assay reports (IS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.protocol.immunogenicity import AdaAssay
from pkpipe.protocol.simulation import AntibodyResponse
from pkpipe.simulation.concentrations import PER_MG_L, SUBSTANCE
from pkpipe.simulation.draws import Bools, Floats, Ints, log_normal, moments
from pkpipe.simulation.frames import minute_text, picked, raw_table, visit_name
from pkpipe.simulation.kinetics import Course
from pkpipe.simulation.samples import Samples
from pkpipe.simulation.world import World

WEEK: Final = 7.0
BOOST: Final = 8.0  # a boosted titre rises at least so far over its baseline
DEFAULT_MRD: Final = 10.0
QUANTITY_NOT_SUFFICIENT: Final = 0.01


@dataclass(frozen=True)
class Antibodies:
    """Truth of one drug, one entry a subject; days from first dose, inf: never."""

    baseline: Bools
    onset: Floats  # induced or boosted
    end: Floats  # antibodies no longer detectable
    baseline_titre: Floats
    peak: Floats
    doubling: float  # days
    factor: Floats  # clearance is multiplied by 1 + this from onset to end
    neutralising: Bools
    false_screen: float  # share of negative samples that screen positive

    def positive(self, subject: Ints, day: Floats) -> Bools:
        """Truly positive at that time."""
        induced = (day >= self.onset[subject]) & (day < self.end[subject])
        return np.asarray(self.baseline[subject] | induced)

    def titre(self, subject: Ints, day: Floats, mrd: float) -> Floats:
        """Titre as a dilution of the two-fold series that starts at the minimum required dilution."""
        since = np.where(day >= self.onset[subject], day - self.onset[subject], -np.inf)
        rise = mrd * np.exp2(np.clip(since / self.doubling, -20, 20))
        grown = np.where(np.isfinite(since), np.minimum(rise, self.peak[subject]), 0.0)
        level = np.maximum(
            grown, np.where(self.baseline[subject], self.baseline_titre[subject], 0.0)
        )
        steps = np.floor(np.log2(np.maximum(level, mrd) / mrd) + 1e-9)
        return np.asarray(mrd * np.exp2(steps))


def antibodies(world: World, plan: AntibodyResponse, mrd: float | None) -> Antibodies:
    """Draws the truth of one drug."""
    n = len(world)
    rng = world.streams(f"antibodies {plan.drug}")
    mrd = mrd or DEFAULT_MRD
    baseline = rng.random(n) < plan.baseline_share
    induced = ~baseline & (rng.random(n) < plan.induced_share)
    boosted = baseline & (rng.random(n) < plan.boosted_share)
    onset = np.where(induced | boosted, log_normal(rng, plan.onset_weeks, n) * WEEK, np.inf)
    transient = induced & (rng.random(n) < plan.transient_share)
    length = np.where(transient, log_normal(rng, plan.transient_weeks, n) * WEEK, np.inf)
    start = mrd * np.exp2(rng.integers(0, 3, n))
    peak = np.maximum(log_normal(rng, plan.peak_titre, n), np.where(boosted, BOOST * start, mrd))
    factor = log_normal(rng, plan.clearance_factor, n)
    return Antibodies(
        baseline=baseline,
        onset=onset,
        end=onset + length,
        baseline_titre=start,
        peak=peak,
        doubling=plan.doubling_weeks * WEEK,
        factor=factor,
        neutralising=rng.random(n) < plan.neutralising_share,
        false_screen=plan.false_screen_share,
    )


def no_antibodies(n: int) -> Antibodies:
    """A drug against which nobody forms antibodies."""
    never, zero = np.full(n, np.inf), np.zeros(n)
    nobody = np.zeros(n, dtype=np.bool_)
    return Antibodies(nobody, never, never, zero, zero, 1.0, zero, nobody, 0.0)


def antibody_rows(
    world: World, truth: Antibodies, found: Samples, assay: AdaAssay, true: Course
) -> pl.DataFrame:
    """Rows of IS for one drug: screen, confirmation of what screens positive, then titre and NAb."""
    drawn = found.drawn
    subject, day = found.subject[drawn], found.hours[drawn] / 24
    rng = world.streams(f"ada assay {assay.drug}")
    chance = rng.random((2, len(subject)))
    positive = truth.positive(subject, day) & ~_masked(world, assay, true, subject, day)
    screened = positive | (chance[0] < (0.0 if world.exact else truth.false_screen))
    short = (chance[1] < QUANTITY_NOT_SUFFICIENT) & (not world.exact)
    titre = truth.titre(subject, day, assay.mrd_titre or DEFAULT_MRD)
    tested = np.ones(len(subject), dtype=np.bool_)
    sign = np.array(["NEGATIVE", "POSITIVE"])
    found_positive = positive & ~short
    neutral = sign[truth.neutralising[subject].astype(int)]
    parts = (
        _Tier(assay.screen, "Screening", tested, sign[screened.astype(int)]),
        _Tier(assay.confirm, "Confirmation", screened & ~short, sign[positive.astype(int)]),
        _Tier(assay.titre, "Titre", found_positive, np.array([f"{t:.0f}" for t in titre])),
        _Tier(assay.nab, "Neutralising", found_positive & bool(world.study.schedule.nab), neutral),
    )
    return pl.concat(
        _rows(world, found, assay.drug, tier, short) for tier in parts if tier.code is not None
    )


@dataclass(frozen=True)
class _Tier:
    """One tier of the assay: its test code, the samples it is run on and what it says."""

    code: str | None
    words: str
    run: Bools
    result: npt.NDArray[np.str_]


def _masked(world: World, assay: AdaAssay, true: Course, subject: Ints, day: Floats) -> Bools:
    """Circulating drug above the tolerance hides the antibodies."""
    if world.exact or assay.drug_tolerance is None or assay.tolerance_analyte is None:
        return np.zeros(len(subject), dtype=np.bool_)
    analyte = next(a for a in world.study.analytes if a.code == assay.tolerance_analyte)
    level = true.at(SUBSTANCE[analyte.role], subject, day * 24) * PER_MG_L[analyte.unit]
    return np.asarray(level > assay.drug_tolerance)


def _rows(world: World, found: Samples, drug: str, tier: _Tier, short: Bools) -> pl.DataFrame:
    drawn, void = np.flatnonzero(found.drawn)[tier.run], short[tier.run]
    subject, cycle = found.subject[drawn], found.cycle[drawn]
    done = (~void).astype(np.int64)
    visit, number = visit_name(cycle, 1 + found.nominal[drawn] // 24)
    said = zip(tier.result[tier.run].tolist(), void.tolist(), strict=True)
    text = pl.Series([None if none else word for word, none in said], dtype=pl.String)
    baseline = found.predose[drawn] & (cycle == 1)
    return raw_table(
        "IS",
        {
            "USUBJID": picked(world.ids, subject),
            "ISTESTCD": tier.code,
            "ISTEST": f"{tier.words} {drug} antibody",
            "ISORRES": text,
            "ISSTRESC": text,
            "ISSTRESN": text if tier.words == "Titre" else None,
            "ISSTAT": picked(["NOT DONE", None], done),
            "ISREASND": picked(["QUANTITY NOT SUFFICIENT", None], done),
            "VISIT": visit,
            "VISITNUM": number,
            "ISDTC": minute_text(moments(world.first[subject], found.hours[drawn] / 24)),
            "ISBDAGNT": drug,
            "ISSPEC": "SERUM",
            "ISBLFL": picked([None, "Y"], baseline.astype(np.int64)),
            "ISTPT": found.timepoint.gather(drawn),
            "ISTPTNUM": found.nominal[drawn],
            "CYCLE": cycle,
        },
    )
