"""The whole virtual trial put together: from those enrolled to every raw table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pkpipe.protocol.drugs import Drug
from pkpipe.simulation.agreements import agreements
from pkpipe.simulation.antibodies import Antibodies, antibodies, antibody_rows, no_antibodies
from pkpipe.simulation.concentrations import concentrations, occupancies
from pkpipe.simulation.decisions import recorded_decisions
from pkpipe.simulation.dosing import Calendar, calendars
from pkpipe.simulation.draws import Floats
from pkpipe.simulation.events import adverse_events, events_of
from pkpipe.simulation.examinations import examination_tables, visits
from pkpipe.simulation.frames import numbered
from pkpipe.simulation.kinetics import Course, Truth, courses, draw_truth
from pkpipe.simulation.outcomes import Outcomes, outcomes
from pkpipe.simulation.samples import samples
from pkpipe.simulation.scans import tumour_tables
from pkpipe.simulation.subjects import (
    demographics,
    dispositions,
    exposures,
    later_therapies,
    survival_contacts,
)
from pkpipe.simulation.tumour import Scans, lesions, scans
from pkpipe.simulation.world import World

NO_GROWTH = 0.01


@dataclass(frozen=True)
class Trial:
    """What is true, by drug code where it is a drug's."""

    calendars: tuple[Calendar, ...]
    ends: Outcomes
    antibodies: dict[str, Antibodies]
    kinetics: dict[str, Truth]
    courses: dict[str, Course]
    scans: Scans | None


def raw_tables(world: World) -> tuple[dict[str, pl.DataFrame], Trial]:
    """Every domain the study has a source for, and the truth behind it."""
    trial = trials([world])[0]
    events = events_of(world, trial.ends)
    parts: dict[str, list[pl.DataFrame]] = {
        **_subjects(world, trial),
        "AE": [adverse_events(world, trial.ends, events)],
        **_sampled(world, trial),
        "CP": _occupied(world, trial),
        **_scanned(world, trial),
    }
    seen = visits(world, trial.calendars[0], trial.ends)
    parts |= {code: [f] for code, f in examination_tables(world, seen, trial.ends, events).items()}
    tables = {code: numbered(code, frames) for code, frames in parts.items()}
    tables["DECISIONS"] = recorded_decisions(world)
    return {code: frame for code, frame in tables.items() if code in world.study.sources}, trial


def outcome_tables(world: World, trial: Trial) -> dict[str, pl.DataFrame]:
    """The domains on which exposure, antibodies and response rest: no events and no examinations."""
    parts = {**_subjects(world, trial), **_sampled(world, trial), **_scanned(world, trial)}
    tables = {code: numbered(code, frames) for code, frames in parts.items()}
    return {code: frame for code, frame in tables.items() if code in world.study.sources}


def trials(worlds: Sequence[World]) -> list[Trial]:
    """The truth of several trials of one study; their concentrations are worked out together."""
    made = [_without_courses(world) for world in worlds]
    for i in range(len(made[0].calendars)):
        code = made[0].calendars[i].drug.code
        doses = [t.calendars[i].doses(t.ends.count) for t in made]
        found = courses([(t.kinetics[code], d) for t, d in zip(made, doses, strict=True)])
        for trial, course in zip(made, found, strict=True):
            trial.courses[code] = course
    return made


def _without_courses(world: World) -> Trial:
    given = calendars(world)
    immune = {d.code: _antibodies(world, d) for d in world.study.drugs}
    kinetics = {d.code: _kinetics(world, d, immune[d.code]) for d in world.study.drugs}
    found, progression = _tumours(world, given, kinetics)
    growth = found.lesions.growth if found is not None else np.full(len(world), NO_GROWTH)
    ends = outcomes(world, given[0], progression, growth)
    return Trial(given, ends, immune, kinetics, {}, found)


def _antibodies(world: World, drug: Drug) -> Antibodies:
    plan = next((a for a in world.plan.antibodies if a.drug == drug.code), None)
    assays = world.study.immunogenicity.assays if world.study.immunogenicity else ()
    assay = next((a for a in assays if a.drug == drug.code), None)
    if plan is None:
        return no_antibodies(len(world))
    return antibodies(world, plan, assay.mrd_titre if assay else None)


def _kinetics(world: World, drug: Drug, immune: Antibodies) -> Truth:
    plan = next(k for k in world.plan.kinetics if k.drug == drug.code)
    weights = {a.role: a.molecular_weight for a in world.study.analytes_of(drug.code)}
    payload, whole = weights.get("payload"), weights.get("adc")
    ratio = (drug.drug_antibody_ratio or 0.0) * payload / whole if payload and whole else 0.0
    ada = (immune.onset * 24, immune.end * 24, immune.factor)
    return draw_truth(plan, world.people.weight, world.streams, ada, ratio)


def _tumours(
    world: World, given: tuple[Calendar, ...], kinetics: dict[str, Truth]
) -> tuple[Scans | None, Floats]:
    truth, plan = world.plan.tumour, world.study.schedule.tumour
    if truth is None or plan is None:
        return None, np.full(len(world), np.inf)
    driver = next(c for c in given if c.drug.code == truth.driver)
    own = kinetics[truth.driver]
    clearance = own.cl + own.deconjugation
    mean = driver.amount[0] / (clearance * driver.drug.cycle_days * 24)
    found = scans(world, truth, plan, lesions(world, truth, mean))
    return found, found.progression


def _subjects(world: World, trial: Trial) -> dict[str, list[pl.DataFrame]]:
    """DM, EX, DS, SS and CM."""
    return {
        "DM": [demographics(world, trial.ends)],
        "EX": [exposures(world, c, trial.ends) for c in trial.calendars],
        "DS": [
            dispositions(world, trial.ends),
            agreements(world, trial.calendars[0], trial.ends),
        ],
        "SS": [survival_contacts(world, trial.ends)],
        "CM": [later_therapies(world, trial.ends)],
    }


def _scanned(world: World, trial: Trial) -> dict[str, list[pl.DataFrame]]:
    """TU, TR and RS, where the truth has tumours."""
    if trial.scans is None or world.plan.tumour is None:
        return {}
    scanned = tumour_tables(world, trial.scans, world.plan.tumour, trial.ends)
    return {code: [frame] for code, frame in scanned.items()}


def _sampled(world: World, trial: Trial) -> dict[str, list[pl.DataFrame]]:
    """PC and IS."""
    study = world.study
    parts: dict[str, list[pl.DataFrame]] = {"PC": [], "IS": []}
    kinetics = {k.drug: k for k in world.plan.kinetics}
    for calendar in trial.calendars:
        code = calendar.drug.code
        true = trial.courses[code]
        drawn = samples(world, "pk", calendar, trial.ends)
        parts["PC"] += [
            concentrations(world, drawn, true, kinetics[code], analyte)
            for analyte in study.analytes_of(code)
        ]
        tubes = samples(world, "ada", calendar, trial.ends)
        for assay in study.immunogenicity.assays if study.immunogenicity else ():
            if assay.drug == code:
                parts["IS"].append(antibody_rows(world, trial.antibodies[code], tubes, assay, true))
    return parts


def _occupied(world: World, trial: Trial) -> list[pl.DataFrame]:
    """CP."""
    parts = []
    for calendar in trial.calendars:
        code = calendar.drug.code
        cells = samples(world, "biomarker", calendar, trial.ends)
        mine = {b.code for b in world.study.biomarkers if b.drug == code}
        parts += [
            occupancies(world, cells, trial.courses[code], o)
            for o in world.plan.occupancy
            if o.biomarker in mine
        ]
    return parts
