"""The lock that comes with the program: each package with its version, where its marker holds here."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINE: Final = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)\s*(;\s*(?P<marker>[^\\]+))?"
)
OWN: Final = "pkpipe"


@dataclass(frozen=True)
class Locked:
    """One line of the lock; `applies`: its marker holds on this machine."""

    name: str
    version: str
    applies: bool


def locked(path: Path) -> list[Locked]:
    """Every package of a lock, in its order; none where there is no lock."""
    found = list[Locked]()
    if not path.is_file():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        if (match := LINE.match(line)) is not None:
            marker = (match["marker"] or "").strip()
            applies = not marker or Marker(marker).evaluate()
            found.append(Locked(canonicalize_name(match["name"]), match["version"], applies))
    return found


def installed() -> dict[str, Distribution]:
    """Every installed package by its name; of two of one name the one that is imported."""
    found: dict[str, Distribution] = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(canonicalize_name(name), distribution)
    return dict(sorted(found.items()))


def needed(packages: Mapping[str, Distribution]) -> set[str]:
    """What pkpipe needs to run, directly or not; extras are not followed."""
    waiting, found = [OWN], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _required(packages[name]) if name in packages else []
    return found - {OWN}


def _required(distribution: Distribution) -> Iterator[str]:
    for text in distribution.requires or []:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)
