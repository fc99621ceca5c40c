"""DM, EX, DS, SS and CM: who, what was given, how it ended, who lives, what came later."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pkpipe.simulation.dosing import Calendar
from pkpipe.simulation.draws import Bools, Floats, Ints, log_normal, moments
from pkpipe.simulation.frames import day_text, minute_text, picked, raw_table, visit_name
from pkpipe.simulation.outcomes import REASONS, Outcomes
from pkpipe.simulation.world import World

ROUTES: Final = {
    "iv_infusion": "INTRAVENOUS",
    "iv_bolus": "INTRAVENOUS BOLUS",
    "extravascular": "ORAL",
}
THERAPIES: Final = ("DOCETAXEL", "GEMCITABINE", "IRINOTECAN", "PACLITAXEL", "INVESTIGATIONAL AGENT")
THERAPY_CATEGORY: Final = "SUBSEQUENT ANTI-CANCER THERAPY"
# Why a subject left the study, in the order of the ends in `outcomes`; null: still followed.
ENDS: Final = ("DEATH", "COMPLETED", "WITHDRAWAL BY SUBJECT", "LOST TO FOLLOW-UP", None)


def demographics(world: World, ends: Outcomes) -> pl.DataFrame:
    """Rows of DM."""
    people, study = world.people, world.study
    cohorts = study.cohorts
    known = np.where(ends.death <= ends.off, ends.death, np.nan)
    dead = np.isfinite(known)
    first = world.first
    types = _tumour_types(world)
    sites = [f"{s:02d}" for s in people.site.tolist()]
    return raw_table(
        "DM",
        {
            "USUBJID": world.ids,
            "SUBJID": [i.rsplit("-", 2)[1] + "-" + i.rsplit("-", 1)[1] for i in world.ids],
            "SITEID": sites,
            "RFICDTC": day_text(moments(first, -people.screening.astype(np.float64))),
            "RFSTDTC": minute_text(first),
            "RFENDTC": day_text(moments(first, ends.last_dose)),
            "BRTHDTC": _births(world),
            "DTHDTC": day_text(moments(first, known)),
            "DTHFL": picked([None, "Y"], dead.astype(np.int64)),
            "AGE": people.age,
            "SEX": picked(["M", "F"], people.female.astype(np.int64)),
            "RACE": "ASIAN",
            "ETHNIC": "NOT HISPANIC OR LATINO",
            "COUNTRY": "CHN",
            "ARMCD": picked([c.code for c in cohorts], world.enrolled.cohort),
            "ARM": picked([c.label for c in cohorts], world.enrolled.cohort),
            "ACTARMCD": picked([c.code for c in cohorts], world.enrolled.cohort),
            "ACTARM": picked([c.label for c in cohorts], world.enrolled.cohort),
            "TUMTYPE": types,
        },
    )


def _births(world: World) -> list[str]:
    years = world.first.astype("datetime64[Y]").astype(int) + 1970 - world.people.age
    return [str(y) for y in years.tolist()]


def _tumour_types(world: World) -> list[str | None]:
    truth = world.plan.tumour
    if truth is None:
        return [None] * len(world)
    names, weights = list(truth.types), np.array(list(truth.types.values()))
    draw = world.streams("tumour types").choice(len(names), len(world), p=weights / weights.sum())
    named = [world.study.cohorts[c].tumour_type for c in world.enrolled.cohort.tolist()]
    return [n or names[d] for n, d in zip(named, draw.tolist(), strict=True)]


def exposures(world: World, calendar: Calendar, ends: Outcomes) -> pl.DataFrame:
    """Rows of EX for one drug: one an infusion, to the minute."""
    cycle, subject = np.nonzero(np.arange(len(calendar.day))[:, None] < ends.count)
    start = calendar.start[cycle, subject] / 24
    stop = start + calendar.duration[cycle, subject] / 24
    first = world.first[subject]
    slow = calendar.interrupted[cycle, subject]
    day_of = np.where(
        cycle == 0, 0, calendar.day[cycle, subject] - calendar.day[cycle - 1, subject]
    )
    late = (cycle > 0) & (day_of > calendar.drug.cycle_days + calendar.drug.dosing_window_days)
    visit, number = visit_name(cycle + 1, np.ones(len(cycle), dtype=np.int64))
    return raw_table(
        "EX",
        {
            "USUBJID": picked(world.ids, subject),
            "EXTRT": calendar.drug.code,
            "EXDOSE": calendar.given[cycle, subject],
            "EXDOSU": calendar.drug.dose_unit,
            "EXDOSEMG": calendar.amount[cycle, subject],
            "EXPDOSE": calendar.planned[cycle, subject],
            "EXROUTE": ROUTES[calendar.drug.route],
            "EXDOSFRQ": f"Q{calendar.drug.cycle_days // 7}W"
            if calendar.drug.cycle_days % 7 == 0
            else None,
            "EXADJ": _adjustments(calendar, cycle, subject, late),
            "EXINTRFL": picked(["N", "Y"], slow.astype(np.int64)),
            "CYCLE": cycle + 1,
            "VISIT": visit,
            "VISITNUM": number,
            "EXSTDTC": minute_text(moments(first, start)),
            "EXENDTC": minute_text(moments(first, stop)),
        },
    )


def _adjustments(calendar: Calendar, cycle: Ints, subject: Ints, late: Bools) -> pl.Series:
    before = np.maximum(cycle - 1, 0)
    more = calendar.planned[cycle, subject] > calendar.planned[before, subject]
    less = calendar.given[cycle, subject] < calendar.planned[cycle, subject]
    words = [None, "DOSE DELAYED", "DOSE INCREASED", "INFUSION NOT COMPLETED"]
    return picked(words, np.select([less, more, late], [3, 2, 1], 0))


def dispositions(world: World, ends: Outcomes) -> pl.DataFrame:
    """Rows of DS: consent, end of treatment, end of study."""
    first, n = world.first, len(world)
    consent = -world.people.screening.astype(np.float64)
    stopped = np.flatnonzero(np.isfinite(ends.stop) & (ends.stop <= ends.off))
    left = np.flatnonzero(ends.off_reason < len(ENDS) - 1)
    everyone = np.arange(n)
    parts = (
        (
            everyone,
            "PROTOCOL MILESTONE",
            None,
            ["INFORMED CONSENT OBTAINED"] * n,
            ["INFORMED CONSENT OBTAINED"] * n,
            consent,
            0.0,
        ),
        (
            stopped,
            "DISPOSITION EVENT",
            "STUDY TREATMENT",
            [REASONS[r][0] for r in ends.reason[stopped].tolist()],
            [REASONS[r][1] for r in ends.reason[stopped].tolist()],
            ends.stop[stopped],
            90.0,
        ),
        (
            left,
            "DISPOSITION EVENT",
            "STUDY PARTICIPATION",
            [ENDS[r] for r in ends.off_reason[left].tolist()],
            [ENDS[r] for r in ends.off_reason[left].tolist()],
            ends.off[left],
            99.0,
        ),
    )
    return pl.concat(
        raw_table(
            "DS",
            {
                "USUBJID": picked(world.ids, who),
                "DSTERM": terms,
                "DSDECOD": decoded,
                "DSCAT": category,
                "DSSCAT": part,
                "VISIT": "SCREENING" if number == 0 else None,
                "VISITNUM": np.full(len(who), number),
                "DSSTDTC": day_text(moments(first[who], day)),
                "DSDTC": day_text(moments(first[who], day)),
            },
        )
        for who, category, part, decoded, terms, day, number in parts
    )


def survival_contacts(world: World, ends: Outcomes) -> pl.DataFrame:
    """Rows of SS: alive at each contact after treatment, dead when death is known."""
    follow = world.study.schedule.follow_up
    dead = np.flatnonzero(ends.death <= ends.off)
    parts = [_status(world, dead, ends.death[dead], "DEAD")]
    if (
        follow is not None
        and follow.survival_every_weeks
        and follow.survival_window_days is not None
    ):
        gap = follow.survival_every_weeks * 7
        start = ends.last_dose + max(follow.safety_days, default=follow.eot_days)
        most = int((follow.survival_max_days or 365) // gap)
        rng = world.streams("contacts")
        shift = (2 * rng.random((most, len(world))) - 1) * follow.survival_window_days / 2
        when = start + gap * np.arange(1, most + 1)[:, None] + np.rint(shift * (not world.exact))
        limit = np.minimum(ends.off, np.where(np.isfinite(ends.stop), world.horizon, -np.inf))
        contact, subject = np.nonzero(
            (when < limit) & (rng.random(when.shape) >= world.dirt.missed_visit)
        )
        parts.append(_status(world, subject, when[contact, subject], "ALIVE"))
    return pl.concat(parts)


def _status(world: World, subject: Ints, day: Floats, status: str) -> pl.DataFrame:
    return raw_table(
        "SS",
        {
            "USUBJID": picked(world.ids, subject),
            "SSTESTCD": "SURVSTAT",
            "SSTEST": "Survival Status",
            "SSORRES": status,
            "SSSTRESC": status,
            "VISIT": "SURVIVAL FOLLOW-UP",
            "SSDTC": day_text(moments(world.first[subject], day)),
        },
    )


def later_therapies(world: World, ends: Outcomes) -> pl.DataFrame:
    """Rows of CM: the next anti-cancer therapy."""
    subject = np.flatnonzero(np.isfinite(ends.therapy))
    rng = world.streams("therapy details")
    start = ends.therapy[subject]
    stop = start + np.ceil(log_normal(rng, world.plan.survival.new_therapy_weeks, len(subject)) * 7)
    stop = np.where(stop < ends.off[subject], stop, np.nan)
    text = day_text(moments(world.first[subject], start))
    name = picked(THERAPIES, rng.integers(0, len(THERAPIES), len(subject)))
    return raw_table(
        "CM",
        {
            "USUBJID": picked(world.ids, subject),
            "CMTRT": name,
            "CMDECOD": name,
            "CMCAT": THERAPY_CATEGORY,
            "CMSTDTC": text,
            "CMENDTC": day_text(moments(world.first[subject], stop)),
        },
    )
