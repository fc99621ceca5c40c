"""Hashes that a delivery states of itself: SHA256SUMS, or `pc.csv.sha256` beside `pc.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pkpipe import disk

SUMS: Final = "SHA256SUMS"
ONE: Final = ".sha256"
LINE: Final = re.compile(r"^\\?([0-9a-fA-F]{64})(?:[ \t]+[*]?(.*))?$")


def wrong_by_sums(contents: Mapping[str, str], kept: Mapping[str, Path]) -> Iterator[str]:
    """A line a file that is not what a file of hashes beside it says.

    contents: SHA-256 of every file of the delivery. kept: where each lies.
    """
    for sums in sorted(
        name for name in contents if name.rpartition("/")[2] == SUMS or name.endswith(ONE)
    ):
        folder = sums[: sums.rfind("/") + 1]
        try:
            lines = disk.read_text(kept[sums], errors="replace").splitlines()
        except OSError as problem:
            yield f"{sums!r}: cannot be read ({problem.strerror})"
            continue
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield from _wrong(sums, number, LINE.match(line.strip()), folder, contents)


def _wrong(
    sums: str, number: int, said: re.Match[str] | None, folder: str, contents: Mapping[str, str]
) -> Iterator[str]:
    if said is None:
        yield f"{sums!r}: line {number} is no hash and name (allowed: 64 hex digits, two blanks, the name)"
        return
    stated = said.group(1).lower()
    name = folder + (said.group(2) or sums.removeprefix(folder).removesuffix(ONE)).removeprefix(
        "./"
    )
    if name not in contents:
        yield f"{name!r}: {sums} names it (line {number}) and it is not at the source"
    elif contents[name] != stated:
        yield f"{name!r}: {sums} says SHA-256 {stated}, what came has {contents[name]}"
