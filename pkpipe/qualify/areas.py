"""All areas of the qualification, each asked in a process of its own."""

from __future__ import annotations

import importlib
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.qualify import installation
from pkpipe.qualify.compared_answers import Requirement, broken, numbered


@dataclass(frozen=True)
class Area:
    """One part: its phase, the room that answers, and where its checks are."""

    phase: str
    room: str
    module: str
    function: str = "checks"


# In the order of the document; the longest is begun first.
AREAS: Final = (
    Area("OQ", "nca", "peers_of_nca"),
    Area("OQ", "nca", "published_ratios"),
    Area("OQ", "survival", "r_survival"),
    Area("OQ", "survival", "declared_survival"),
    Area("OQ", "escalation", "dose_decisions"),
    Area("OQ", "tumor", "truth_tables", "checks_of_response"),
    Area("OQ", "immunogenicity", "truth_tables", "checks_of_antibodies"),
    Area("OQ", "safety", "truth_tables", "checks_of_grades"),
    Area("OQ", "pk", "truth_tables", "checks_of_statistics"),
    Area("OQ", "subjects", "what_was_given", "checks_of_administrations"),
    Area("OQ", "cohorts", "what_was_given", "checks_of_collection"),
    Area("OQ", "cli", "refusals"),
    Area("PQ", "pk", "true_kinetics"),
    Area("PQ", "whole chain", "known_truth"),
)
LONGEST: Final = ("known_truth", "what_was_given", "refusals", "true_kinetics")
Say = Callable[[str], None]


def every_check(cores: int, say: Say) -> pl.DataFrame:
    """Every check of every area, in the order of the document; an area that ends is told.

    cores: how many processes work at a time.
    """
    say("installation: packages and their files")
    parts = list(installation.checks(cores))
    say(f"installation: {sum(p.height for p in parts)} checks")
    return numbered([*parts, *_asked(AREAS, cores, say)])


def _asked(areas: tuple[Area, ...], cores: int, say: Say) -> list[pl.DataFrame]:
    own = multiprocessing.get_context("spawn")  # polars has threads: a forked process may hang
    by_length = sorted(areas, key=_begun)
    with ProcessPoolExecutor(max(cores, 1), mp_context=own) as pool:
        waiting: dict[Future[pl.DataFrame], Area] = {
            pool.submit(checks_of, area): area for area in by_length
        }
        say(f"{len(areas)} areas begun, the longest first; {cores} at a time")
        found = {}
        for done in as_completed(waiting):
            area = waiting[done]
            found[area] = done.result()
            say(f"{area.phase} {area.room}: {found[area].height} checks")
    return [found[area] for area in areas]


def _begun(area: Area) -> int:
    return LONGEST.index(area.module) if area.module in LONGEST else len(LONGEST)


def checks_of(area: Area) -> pl.DataFrame:
    """The checks of one area; where the program stops, or asks nothing, that is a check that failed."""
    whole = Requirement(
        f"{area.phase}-{area.function.upper().replace('_', '-')}-{area.module}",
        area.room,
        "The program answers every question of this area",
        "pkpipe",
    )
    try:
        module = importlib.import_module(f"pkpipe.qualify.{area.module}")
        parts: list[pl.DataFrame] = list(getattr(module, area.function)())
        if not parts or any(part.is_empty() for part in parts):
            parts.append(broken(whole, "a question without a row"))
        found = pl.concat(parts)
    except Exception as problem:  # whatever stops a room is its failure
        told = f"{type(problem).__name__}: {problem}".splitlines()[0]
        sys.stderr.write(f"{area.phase} {area.room}: {told}\n")
        found = broken(whole, told)
    return found
