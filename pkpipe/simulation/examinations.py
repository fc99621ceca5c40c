"""LB, VS, EG and PE: examinations at screening, before doses, on the planned days, at the end and after."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pkpipe.simulation.dosing import Calendar
from pkpipe.simulation.draws import Bools, Floats
from pkpipe.simulation.events import Events
from pkpipe.simulation.frames import picked, raw_table
from pkpipe.simulation.laboratory import laboratory
from pkpipe.simulation.measurements import Visits, common, result, values
from pkpipe.simulation.outcomes import Outcomes
from pkpipe.simulation.typical_tests import ABNORMAL_SHARE, ECG, EXAMINATIONS, VITALS, Test
from pkpipe.simulation.world import World

EARLY_CYCLES: Final = 2  # planned days other than day 1 only in these
SCREENING, END_OF_TREATMENT, SAFETY = 1.0, 90.0, 91.0  # VISITNUM; cycles are 10 and more
CYCLE_NUMBER: Final = 10


def visits(world: World, calendar: Calendar, ends: Outcomes) -> Visits:
    """Every visit with examinations, sorted by subject and day."""
    n, plan = len(world), world.study.schedule
    rng = world.streams("visit hours")
    parts = [
        ("SCREENING", SCREENING, -world.people.screening * 0.6 - 0.4, np.ones(n, dtype=np.bool_))
    ]
    before = (plan.exam_before_dose_hours or 24.0) / 24 * 0.8
    for cycle in range(1, calendar.drug.max_cycles + 1):
        given = cycle <= ends.count
        for day in plan.safety_cycle_days if cycle <= EARLY_CYCLES else (1,):
            early = rng.random(n) * before if day == 1 and not world.exact else np.full(n, 0.1)
            when = calendar.day[cycle - 1] + (day - 1) + (-early if day == 1 else 0.1)
            name = f"CYCLE {cycle} DAY {day}"
            number = CYCLE_NUMBER + cycle + day / 100
            missed = (rng.random(n) < world.dirt.missed_visit) & ~world.watched(when)
            kept = (
                given & ~missed & ((when <= np.minimum(ends.stop, ends.off)) | (cycle == day == 1))
            )
            parts.append((name, number, when, kept))
    parts += _after_treatment(world, ends)
    frame = pl.concat(
        pl.DataFrame(
            {"s": np.flatnonzero(k), "d": w[k], "n": np.full(k.sum(), v), "t": [t] * int(k.sum())},
            schema={"s": pl.Int64, "d": pl.Float64, "n": pl.Float64, "t": pl.String},
        )
        for t, v, w, k in parts
    ).sort("s", "d", maintain_order=True)
    names = frame["t"]
    return Visits(
        frame["s"].to_numpy(),
        frame["d"].to_numpy(),
        frame["n"].to_numpy(),
        names,
        names.str.ends_with("DAY 1").to_numpy(),
        names.eq("CYCLE 1 DAY 1").to_numpy(),
    )


def _after_treatment(world: World, ends: Outcomes) -> list[tuple[str, float, Floats, Bools]]:
    follow = world.study.schedule.follow_up
    parts = [("END OF TREATMENT", END_OF_TREATMENT, ends.eot, np.isfinite(ends.eot))]
    if follow is None:
        return parts
    rng = world.streams("safety visits")
    late = rng.random((len(follow.safety_days), len(world)))
    for i, (day, window) in enumerate(
        zip(follow.safety_days, follow.safety_window_days, strict=True)
    ):
        if day <= follow.eot_days:
            continue  # the same visit as the end of treatment
        when = ends.last_dose + day + np.rint((2 * late[i] - 1) * window)
        last = np.minimum(np.minimum(ends.off, ends.therapy), world.horizon)
        kept = np.isfinite(ends.stop) & (when <= last)
        parts.append((f"SAFETY FOLLOW-UP DAY {day}", SAFETY + i, when, kept))
    return parts


def examination_tables(
    world: World, found: Visits, ends: Outcomes, events: Events
) -> dict[str, pl.DataFrame]:
    """The four examination domains."""
    some = found.only(
        found.day_one | (found.number < CYCLE_NUMBER) | (found.number >= END_OF_TREATMENT)
    )
    return {
        "LB": laboratory(world, found, ends, events),
        "VS": pl.concat([_vitals(world, found), _body(world, some)]),
        "EG": _measured(world, some, "EG", ECG, np.ones((len(ECG), len(some.day)))),
        "PE": _examined(world, some),
    }


def _measured(
    world: World, found: Visits, domain: str, tests: tuple[Test, ...], factors: Floats
) -> pl.DataFrame:
    return pl.concat(
        raw_table(
            domain,
            {
                **common(world, found, domain),
                **result(domain, test, values(world, found, domain, test, factor)),
                f"{domain}BLFL": picked([None, "Y"], found.baseline.astype(np.int64)),
            },
        )
        for test, factor in zip(tests, factors, strict=True)
    )


def _vitals(world: World, found: Visits) -> pl.DataFrame:
    return _measured(
        world, found, "VS", VITALS, np.ones((len(VITALS), len(found.day)))
    ).with_columns(VSPOS=pl.lit("SITTING"))


def _body(world: World, found: Visits) -> pl.DataFrame:
    """Weight and performance status at each of these visits, height at screening."""
    people, rng = world.people, world.streams("body")
    change = np.exp(0.012 * rng.standard_normal(len(found.day)) * (not world.exact))
    change[found.baseline | (found.number < CYCLE_NUMBER)] = 1.0
    weight = [f"{w:.1f}" for w in (people.weight[found.subject] * change).tolist()]
    ecog = [str(e) for e in people.ecog[found.subject].tolist()]
    first = found.only(found.number < CYCLE_NUMBER)
    height = [f"{h:.0f}" for h in people.height[first.subject].tolist()]
    parts = (
        (found, Test("WEIGHT", "Weight", "kg", 1, 0, 0), weight),
        (found, Test("ECOG", "ECOG Performance Status", None, 1, 0, 0), ecog),
        (first, Test("HEIGHT", "Height", "cm", 1, 0, 0), height),
    )
    return pl.concat(
        raw_table(
            "VS",
            {
                **common(world, at, "VS"),
                **result("VS", test, values),
                "VSBLFL": picked([None, "Y"], at.baseline.astype(np.int64)),
            },
        )
        for at, test, values in parts
    )


def _examined(world: World, found: Visits) -> pl.DataFrame:
    rng = world.streams("examinations")
    tables = []
    for code, name in EXAMINATIONS:
        share = np.where(found.number >= CYCLE_NUMBER, ABNORMAL_SHARE, ABNORMAL_SHARE / 2)
        abnormal = (rng.random(len(found.day)) < share) & (not world.exact)
        significant = abnormal & (rng.random(len(found.day)) < 0.5)
        text = picked(["NORMAL", "ABNORMAL"], abnormal.astype(np.int64))
        tables.append(
            raw_table(
                "PE",
                {
                    **common(world, found, "PE"),
                    "PETESTCD": code,
                    "PETEST": name,
                    "PEORRES": text,
                    "PESTRESC": text,
                    "PECLSIG": picked(["N", "Y"], significant.astype(np.int64)),
                },
            )
        )
    return pl.concat(tables)
