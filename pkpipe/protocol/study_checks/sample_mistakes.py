"""Checks of the planned samples of a study file: their times, their names, their windows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Final

from pkpipe.protocol.schedule import END_WORDS, PREDOSE_WORDS, PlannedSample
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.mistakes import (
    HOURS_A_DAY,
    HOUSE,
    Found,
    drugs_of,
    planned,
    study_check,
)


def _beyond_plan(study: Study) -> Iterable[Found]:
    for kind, i, sample in planned(study):
        for drug in (d for d in study.drugs if d.code in drugs_of(study, sample)):
            late = [c for c in sample.cycles if c > drug.max_cycles]
            if late:
                yield Found(
                    ("schedule", kind, i, "cycles"),
                    f"cycle {late[0]} of {drug.code} is never given",
                    f"1 to {drug.max_cycles}",
                )


def _beyond_cycle(study: Study) -> Iterable[Found]:
    """A sample after the next dose belongs to that dose. Daily dosing: a profile may span doses."""
    for kind, i, sample in planned(study):
        for drug in (d for d in study.drugs if d.code in drugs_of(study, sample)):
            cycle = drug.cycle_days * HOURS_A_DAY
            if drug.cycle_days > 1 and sample.hours >= cycle and not sample.predose:
                yield Found(
                    ("schedule", kind, i, "hours"),
                    f"{sample.timepoint} at {sample.hours:g} h lies after the next dose of {drug.code}",
                    f"below {cycle} h, or predose of the next cycle",
                )


def _before_infusion_end(study: Study) -> Iterable[Found]:
    for kind, i, sample in planned(study):
        for drug in (d for d in study.drugs if d.code in drugs_of(study, sample)):
            said = re.search(END_WORDS, sample.timepoint) and sample.end_of_infusion is None
            if said and not sample.ends_infusion(drug):
                yield Found(
                    ("schedule", kind, i, "hours"),
                    f"the end of the infusion of {drug.code} is not at {sample.hours:g} h",
                    f"{drug.infusion_hours:g} (infusion_hours), or end_of_infusion: true or false",
                )


def _predose_names(study: Study) -> Iterable[Found]:
    """A name does not make a sample predose, and a sample must be predose in all its cycles or in none."""
    by_name: dict[tuple[str, str], PlannedSample] = {}
    for kind, i, sample in planned(study):
        where = ("schedule", kind, i, "predose")
        if not sample.predose and re.search(PREDOSE_WORDS, sample.timepoint):
            yield Found(
                where,
                f"{sample.timepoint} is planned after the dose, and its name says before it",
                "predose: true, or another name",
            )
        for drug in drugs_of(study, sample):
            other = by_name.setdefault((f"{kind} {drug}", sample.timepoint.upper()), sample)
            if other.predose != sample.predose and _share(other, sample):
                yield Found(
                    where,
                    f"{sample.timepoint} is before the dose in one cycle and after it in another",
                    "one meaning a name",
                )


def _share(a: PlannedSample, b: PlannedSample) -> bool:
    """True where two samples measure something of the same."""
    return not a.analytes or not b.analytes or bool(set(a.analytes) & set(b.analytes))


def _overlap(study: Study) -> Iterable[Found]:
    for kind in ("pk", "ada", "nab", "biomarker"):
        samples = list(enumerate(getattr(study.schedule, kind)))
        for (_, a), (j, b) in combinations(samples, 2):
            if _collide(study, a, b):
                yield Found(
                    ("schedule", kind, j),
                    f"the windows of {a.timepoint} and {b.timepoint} overlap in a cycle they share",
                    "windows that do not meet",
                )


def _collide(study: Study, a: PlannedSample, b: PlannedSample) -> bool:
    together = (
        set(a.cycles) & set(b.cycles)
        and set(drugs_of(study, a)) & set(drugs_of(study, b))
        and _share(a, b)
    )
    first, second = sorted((a, b), key=lambda s: s.hours - s.early_hours)
    return bool(together) and first.hours + first.late_hours > second.hours - second.early_hours


def _predose_windows(study: Study) -> Iterable[Found]:
    window = study.nca.predose_window if study.nca else None
    if window is None:
        return
    for i, sample in enumerate(study.schedule.pk):
        oldest = sample.early_hours - min(sample.hours, 0)
        if sample.predose and oldest > window:
            yield Found(
                ("schedule", "pk", i, "early_hours"),
                f"a predose sample may be {oldest:g} h old, NCA takes {window:g} h",
                "at most nca.predose_window",
            )


SAMPLES: Final = (
    study_check(
        "SAMPLE-CYCLE",
        ("samples in cycles that are not given", "samples lie in cycles that are given"),
        HOUSE,
        _beyond_plan,
    ),
    study_check(
        "SAMPLE-TIME",
        ("samples beyond their cycle", "samples lie within their cycle"),
        "methods NCA-P1",
        _beyond_cycle,
    ),
    study_check(
        "SAMPLE-EOI",
        (
            "an end-of-infusion sample before the end of the infusion",
            "an end-of-infusion sample lies there",
        ),
        "methods 5.4",
        _before_infusion_end,
    ),
    study_check(
        "SAMPLE-PREDOSE",
        (
            "a sample named before the dose and not planned as one",
            "a predose sample is planned as one",
        ),
        "TIME-2",
        _predose_names,
    ),
    study_check(
        "SAMPLE-OVERLAP",
        ("two samples whose windows overlap", "windows do not overlap"),
        "methods TIME-4",
        _overlap,
    ),
    study_check(
        "PREDOSE-WINDOW",
        ("a predose sample that NCA would not take", "NCA takes the predose samples planned"),
        "methods NCA-P2",
        _predose_windows,
    ),
)
