"""What a study file must say before a room can run: asked when the file is read, not in the middle of a run.

`NEEDED` is the one list: the linter refuses a file that lacks one of them, and a room that is handed a study
without one stops with the same words (`require`). `DRAWN` is what the draw of a virtual trial needs beside.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pkpipe.errors import ConfigError
from pkpipe.protocol.drugs import Drug
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.mistakes import Found, StudyCheck, study_check

PLAIN_COHORT: Final = 3  # what the 3+3 rules are about
# The criteria by which times to event are counted.
DRAWN_UNITS: Final = ("mg", "mg/kg")
EVENT_CRITERIA: Final = "RECIST 1.1"
MIN_FRACTION: Final = (
    "this key is missing and has no default "
    "(it decides who is evaluable for DLT; protocols use 0.75 to 0.85)"
)


def _dose_fraction(study: Study) -> Iterable[Found]:
    plan = study.escalation
    if plan is not None and plan.min_dose_fraction is None and study.collects("EX"):
        key = ("escalation", "min_dose_fraction")
        yield Found(key, MIN_FRACTION, "a share from 0 to 1, such as 0.8")


def _cohort_size(study: Study) -> Iterable[Found]:
    plan = study.escalation
    if plan is None or plan.by_table:
        return
    if plan.cohort_size != PLAIN_COHORT:
        key = ("escalation", "cohort_size")
        yield Found(
            key, f"is {plan.cohort_size}", f"{PLAIN_COHORT}, or a decision_table or another design"
        )


def _event_criteria(study: Study) -> Iterable[Found]:
    plan, response = study.survival, study.response
    assessed = study.collects("TR") or study.collects("RS")
    asked = plan is not None and set(plan.endpoints) != {"OS"} and response is not None and assessed
    if asked and response is not None and EVENT_CRITERIA not in response.criteria:
        key = ("response", "criteria")
        yield Found(key, f"time to event needs {EVENT_CRITERIA} among them", EVENT_CRITERIA)


def _levels_have_cohorts(study: Study) -> Iterable[Found]:
    plan = study.escalation
    there = {c.level for c in study.cohorts if c.part == "escalation"}
    reached = plan.levels[: plan.codes.index(plan.top) + 1] if plan else ()
    for i, level in enumerate(reached):
        if level.code not in there:
            yield Found(
                ("escalation", "levels", i),
                f"no escalation cohort at level {level.code}, so no subject can be drawn for it",
                "one cohort of part escalation a level",
            )


def _undrawn(i: int, drug: Drug) -> Iterable[Found]:
    """What of a drug the simulator does not draw."""
    if drug.dose_unit not in DRAWN_UNITS:
        yield Found(
            ("drugs", i, "dose_unit"),
            f"{drug.code} is dosed in {drug.dose_unit}, and the simulator draws doses in mg",
            f"{' or '.join(DRAWN_UNITS)}, or real data: virtual_seed: null",
        )
    if drug.role != "study":
        yield Found(
            ("drugs", i, "role"),
            f"{drug.code} is a {drug.role} drug, and the simulator draws drugs of the levels alone",
            "study, or real data: virtual_seed: null",
        )


def _truth(study: Study) -> Iterable[Found]:
    plan = study.simulation
    if plan is None or study.escalation is None:
        yield Found(
            ("study", "id"),
            "a virtual trial needs the sections simulation and escalation (its levels)",
            "both sections, or real data: virtual_seed: null",
        )
        return
    for i, drug in enumerate(study.drugs):
        if drug.code not in {k.drug for k in plan.kinetics}:
            yield Found(
                ("simulation", "kinetics"), f"nothing on {drug.code}", f"kinetics of {drug.code}"
            )
        yield from _undrawn(i, drug)
        if drug.route == "extravascular":
            yield Found(
                ("drugs", i, "route"),
                f"{drug.code} is absorbed, and the simulator draws no absorption",
                "iv_infusion, or real data: virtual_seed: null",
            )
        elif drug.infusion_hours == 0:
            yield Found(
                ("drugs", i, "infusion_hours"),
                f"{drug.code} is given at once, and the simulator draws infusions",
                "above 0, or real data: virtual_seed: null",
            )
        if drug.doses_per_day > 1:
            yield Found(
                ("drugs", i, "doses_per_day"),
                f"{drug.code} is given {drug.doses_per_day} times a day, the simulator draws one dose",
                "1, or real data: virtual_seed: null",
            )


NEEDED: Final = (
    study_check(
        "NEED-DOSE-FRACTION",
        ("who is evaluable for DLT is not said", "who is evaluable for DLT"),
        "methods C06",
        _dose_fraction,
    ),
    study_check(
        "NEED-COHORT-SIZE",
        ("a cohort size that the 3+3 rules do not know", "the 3+3 rules speak of threes"),
        "methods 9",
        _cohort_size,
    ),
    study_check(
        "NEED-CRITERIA",
        ("times to event without the criteria they rest on", "times to event have their criteria"),
        "methods 8",
        _event_criteria,
    ),
)
DRAWN: Final = (
    study_check(
        "DRAW-TRUTH",
        ("a virtual trial without its truth", "a virtual trial has its truth"),
        "simulation",
        _truth,
    ),
    study_check(
        "DRAW-COHORT",
        ("a level without a cohort to draw", "a level has its cohort"),
        "simulation",
        _levels_have_cohorts,
    ),
)


def lines(checks: Iterable[StudyCheck], study: Study) -> list[str]:
    """What a study lacks, a line each: key, what is wrong, what is allowed."""
    return [
        f"{'.'.join(map(str, f.keys))}: {f.message} (allowed: {f.allowed})"
        for check in checks
        for f in check.find(study)
    ]


def require(checks: Iterable[StudyCheck], study: Study) -> None:
    """Stop where a study lacks what these ask.

    Raises:
        ConfigError: everything it lacks.
    """
    if wrong := lines(checks, study):
        raise ConfigError("\n  ".join(wrong))
