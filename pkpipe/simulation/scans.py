"""TU, TR and RS: lesions identified, measured and judged, as the investigator enters them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.protocol.simulation import TumourTruth
from pkpipe.sentences import sentence
from pkpipe.simulation.draws import Bools, Floats, Ints, Times, moments
from pkpipe.simulation.frames import Values, day_text, picked, raw_table
from pkpipe.simulation.outcomes import WITHDRAWAL, Outcomes
from pkpipe.simulation.tumour import NODE, ORGANS, PR, RESPONSES, SD, STATES, TOO_SMALL, Scans
from pkpipe.simulation.world import World

EVALUATOR: Final = "INVESTIGATOR"
METHOD: Final = "CT SCAN"
WEEK_NUMBER: Final = 200  # VISITNUM of scans: this and the week
SMALL_WORDS: Final = "TOO SMALL TO MEASURE"


def seen_scans(world: World, found: Scans, truth: TumourTruth, ends: Outcomes) -> Bools:
    """Scans that took place: until progression (some once more), later therapy or the end of contact."""
    last = np.minimum(np.minimum(ends.therapy, ends.off), world.horizon)
    last = np.where(ends.reason == WITHDRAWAL, np.minimum(last, ends.stop), last)
    before = found.done & (found.day <= last[:, None])
    progressed = found.day > found.progression[:, None]
    again = world.streams("after progression").random(len(world)) < truth.scan_after_progression
    once = progressed & before & (np.cumsum(progressed & before, axis=1) == 1) & again[:, None]
    return np.asarray(before & (~progressed | (once & (not world.exact))))


def tumour_tables(
    world: World, found: Scans, truth: TumourTruth, ends: Outcomes
) -> dict[str, pl.DataFrame]:
    """The three tumour domains."""
    seen = seen_scans(world, found, truth, ends)
    subject, scan = np.nonzero(seen)
    at = _Place(world, found, subject, scan)
    return {
        "TU": _identified(world, found, seen, at),
        "TR": _measured(world, found, at),
        "RS": _judged(world, found, truth, at),
    }


class _Place:
    """Subject, scan and visit of each scan that took place, in order."""

    def __init__(self, world: World, found: Scans, subject: Ints, scan: Ints) -> None:
        self.subject, self.scan = subject, scan
        self.week = found.week[subject, scan]
        self.times: Times = moments(world.first[subject], found.day[subject, scan])
        self.visit = _visits(subject, self.week)
        planned = np.where(np.isnan(self.week), found.day[subject, scan] / 7, self.week)
        self.number: Floats = np.where(self.week == 0, 1.0, WEEK_NUMBER + planned.round(2))

    def columns(self, world: World, prefix: str, rows: Ints) -> dict[str, Values | str | None]:
        """Subject, visit and date of these scans."""
        return {
            "USUBJID": picked(world.ids, self.subject[rows]),
            "VISIT": self.visit.gather(rows),
            "VISITNUM": self.number[rows],
            f"{prefix}DTC": day_text(self.times[rows]),
        }


def _visits(subject: Ints, week: Floats) -> pl.Series:
    free = np.isnan(week)
    count = pl.DataFrame({"s": subject, "f": free.astype(np.int64)}).select(
        pl.col("f").cum_sum().over("s")
    )
    return pl.select(
        pl.when(pl.lit(pl.Series(free)))
        .then(sentence("UNSCHEDULED {}", pl.lit(count.to_series())))
        .when(pl.lit(pl.Series(week)) == 0)
        .then(pl.lit("SCREENING"))
        .otherwise(sentence("WEEK {}", pl.lit(pl.Series(np.nan_to_num(week).astype(np.int64)))))
    ).to_series()


def _names(found: Scans, rows: Ints, lesion: Ints, subject: Ints) -> list[str]:
    """T01, T02 ... for targets, NT01 ... for non-targets."""
    target = found.lesions.target
    place = np.where(
        target, np.cumsum(target, axis=1), np.cumsum(~target & found.lesions.there, axis=1)
    )
    pairs = zip(
        target[subject[rows], lesion].tolist(), place[subject[rows], lesion].tolist(), strict=True
    )
    return [f"{'T' if is_target else 'NT'}{number:02d}" for is_target, number in pairs]


def _identified(world: World, found: Scans, seen: Bools, at: _Place) -> pl.DataFrame:
    base = np.flatnonzero(at.scan == 0)
    row, lesion = np.nonzero(found.lesions.there[at.subject[base]])
    rows = base[row]
    subject = at.subject[rows]
    organ = found.lesions.organ[subject, lesion]
    known = {
        **at.columns(world, "TU", rows),
        "TULNKID": _names(found, rows, lesion, at.subject),
        "TUSTRESC": picked(
            ["NON-TARGET", "TARGET"], found.lesions.target[subject, lesion].astype(np.int64)
        ),
        "TULOC": picked(ORGANS, organ),
    }
    new = (found.new[at.subject, at.scan] > 0) & (
        np.cumsum((found.new > 0) & seen, axis=1)[at.subject, at.scan] == 1
    )
    fresh = np.flatnonzero(new)
    place = world.streams("new lesions").integers(0, len(ORGANS), len(world))
    later = {
        **at.columns(world, "TU", fresh),
        "TULNKID": "NEW01",
        "TUSTRESC": "NEW",
        "TULOC": picked(ORGANS, place[at.subject[fresh]]),
    }
    return pl.concat(
        [
            raw_table(
                "TU",
                {
                    **part,
                    "TUTESTCD": "TUMIDENT",
                    "TUTEST": "Tumor Identification",
                    "TUORRES": part["TUSTRESC"],
                    "TUMETHOD": METHOD,
                    "TUEVAL": EVALUATOR,
                },
            )
            for part in (known, later)
        ]
    )


def _measured(world: World, found: Scans, at: _Place) -> pl.DataFrame:
    return pl.concat(
        [
            _target_rows(world, found, at),
            _nontarget_rows(world, found, at),
            _new_rows(world, found, at),
        ]
    )


def _target_rows(world: World, found: Scans, at: _Place) -> pl.DataFrame:
    rows, lesion = np.nonzero(found.lesions.target[at.subject])
    subject = at.subject[rows]
    size = found.size[subject, at.scan[rows], lesion]
    node = found.lesions.organ[subject, lesion] == NODE
    small = (size > 0) & (size < TOO_SMALL) & ~node
    pairs = list(zip(size.tolist(), small.tolist(), strict=True))
    number = [None if math.isnan(v) or s else f"{v:.1f}" for v, s in pairs]
    text = [SMALL_WORDS if s else n for s, n in zip(small.tolist(), number, strict=True)]
    done = np.isfinite(size).astype(np.int64)
    return raw_table(
        "TR",
        {
            **at.columns(world, "TR", rows),
            "TRTESTCD": picked(["LDIAM", "LPERP"], node.astype(np.int64)),
            "TRTEST": picked(["Longest Diameter", "Longest Perpendicular"], node.astype(np.int64)),
            "TRORRES": text,
            "TRORRESU": "mm",
            "TRSTRESC": text,
            "TRSTRESN": number,
            "TRSTRESU": "mm",
            "TRSTAT": picked(["NOT DONE", None], done),
            "TRREASND": picked(["NOT EVALUABLE", None], done),
            "TRLNKID": _names(found, rows, lesion, at.subject),
            "TRGRPID": "TARGET",
            "TREVAL": EVALUATOR,
        },
    )


def _nontarget_rows(world: World, found: Scans, at: _Place) -> pl.DataFrame:
    other = found.lesions.there & ~found.lesions.target
    rows, lesion = np.nonzero(other[at.subject])
    state = found.nontarget[at.subject[rows], at.scan[rows], lesion]
    state = np.where(at.scan[rows] == 0, 0, state)
    names = _names(found, rows, lesion, at.subject)
    return _states(
        at.columns(world, "TR", rows), picked(STATES.tolist(), state), names, "NON-TARGET"
    )


def _new_rows(world: World, found: Scans, at: _Place) -> pl.DataFrame:
    new = found.new[at.subject, at.scan]
    rows = np.flatnonzero(new > 0)
    words = picked([None, "EQUIVOCAL", "UNEQUIVOCAL"], new[rows])
    return _states(at.columns(world, "TR", rows), words, ["NEW01"] * len(rows), "NEW")


def _states(
    place: Mapping[str, Values | str | None], words: pl.Series, names: list[str], group: str
) -> pl.DataFrame:
    return raw_table(
        "TR",
        {
            **place,
            "TRTESTCD": "TUMSTATE",
            "TRTEST": "Tumor State",
            "TRORRES": words,
            "TRSTRESC": words,
            "TRLNKID": names,
            "TRGRPID": group,
            "TREVAL": EVALUATOR,
        },
    )


def _judged(world: World, found: Scans, truth: TumourTruth, at: _Place) -> pl.DataFrame:
    rows = np.flatnonzero(at.scan > 0)
    subject, scan = at.subject[rows], at.scan[rows]
    differs = (
        world.streams("reader").random(found.day.shape)[subject, scan] < truth.reader_disagrees
    )
    overall = found.overall[subject, scan]
    swapped = np.select([overall == SD, overall == PR], [PR, SD], overall)
    overall = np.where(differs & (not world.exact), swapped, overall)
    nontarget = found.nontarget_response[subject, scan]
    new, target = found.new[subject, scan], found.target_response[subject, scan]
    parts = (
        ("TRGRESP", "Target Response", picked(RESPONSES.tolist(), target)),
        ("NTRGRESP", "Non-target Response", _words(nontarget)),
        ("NEWLPROG", "New Lesion Progression", picked(["N", "EQUIVOCAL", "Y"], new)),
        ("OVRLRESP", "Overall Response", picked(RESPONSES.tolist(), overall)),
    )
    tables = [
        raw_table(
            "RS",
            {
                **at.columns(world, "RS", rows),
                "RSTESTCD": code,
                "RSTEST": words,
                "RSCAT": "RECIST 1.1",
                "RSORRES": result,
                "RSSTRESC": result,
                "RSEVAL": EVALUATOR,
            },
        )
        for code, words, result in parts
    ]
    return pl.concat(tables).filter(pl.col("RSSTRESC").is_not_null())


def _words(values: npt.NDArray[np.str_]) -> pl.Series:
    return pl.Series(values.tolist(), dtype=pl.String).replace("", None)
