"""Parts of a population: what each is of, and several made into one, or refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.protocol.study import Study
from pkpipe.provenance import fingerprint, program_version, settings
from pkpipe.simulation.population.design_quantities import RESULTS

# Of every row, so that no file is without them: of what study, drawn by what, and which replicates.
HEAD: Final = pl.Schema(
    {
        "study": pl.String(),
        "study_hash": pl.String(),
        "version": pl.String(),
        "code_hash": pl.String(),
        "seed": pl.Int64(),
        "replicates": pl.Int64(),  # of the whole population
        "first": pl.Int64(),
        "last": pl.Int64(),
    }
)
SAME: Final = {
    "study": "of another study",
    "study_hash": "of another state of the study file",
    "version": "of another version of pkpipe",
    "code_hash": "of other code of pkpipe or its packages",
    "seed": "of another seed",
    "replicates": "of a population of another size",
}


@dataclass(frozen=True)
class Identity:
    """What all parts of a population share."""

    study: str
    study_hash: str
    version: str
    code_hash: str
    seed: int
    replicates: int


def identity_of(study: Study, seed: int, replicates: int) -> Identity:
    """The identity of a population that is drawn here and now."""
    sections = sorted(set(type(study).model_fields) - {"cutoff", "assumptions"})
    return Identity(
        study.study.id,
        settings(study, sections),
        program_version(),
        fingerprint("pkpipe.simulation.population.blocks"),
        seed,
        replicates,
    )


def part(rows: pl.DataFrame, identity: Identity, numbers: range) -> pl.DataFrame:
    """The rows as they are kept in a file."""
    head = {**vars(identity), "first": numbers[0], "last": numbers[-1]}
    return rows.select(
        *(pl.lit(head[name], dtype=kind).alias(name) for name, kind in HEAD.items()), *RESULTS
    )


def share_of(replicates: int, i: int, n: int) -> range:
    """Part i of n: whole numbers, as even as they can be."""
    return range((i - 1) * replicates // n + 1, i * replicates // n + 1)


def merged(parts: Sequence[tuple[Path, pl.DataFrame]]) -> pl.DataFrame:
    """One part of all, in the order of replicates, whatever the order of the files.

    Raises:
        DataError: a file is no part, parts are of different populations, overlap, or leave a gap; each
            with the names of its files.
    """
    _check_columns(parts)
    heads = [(path, frame.row(0, named=True)) for path, frame in parts]
    wrong = [*_strangers(heads)] or [*_places(heads)]
    if wrong:
        raise DataError("\n  ".join(wrong))
    by_first = sorted(parts, key=lambda pair: int(pair[1]["first"][0]))
    whole = pl.concat(frame.select(*HEAD, *RESULTS) for _, frame in by_first)
    replicates = heads[0][1]["replicates"]
    return whole.with_columns(
        first=pl.lit(1, dtype=pl.Int64), last=pl.lit(replicates, dtype=pl.Int64)
    )


def _check_columns(parts: Sequence[tuple[Path, pl.DataFrame]]) -> None:
    wanted = {**HEAD, **RESULTS}
    wrong = []
    for path, frame in parts:
        lacking = [name for name, kind in wanted.items() if frame.schema.get(name) != kind]
        if lacking or frame.is_empty():
            said = f"lacks {', '.join(lacking[:3])}" if lacking else "has no rows"
            wrong.append(
                f"{path}: is no part of a population, it {said} (allowed: what `pkpipe simulate STUDY "
                "--replicates N --part i/n -o PART.parquet` wrote)"
            )
    if wrong:
        raise DataError("\n  ".join(wrong))


Head = tuple[Path, dict[str, object]]


def _strangers(heads: Sequence[Head]) -> list[str]:
    """Parts that are of another population than the first."""
    first, expected = heads[0]
    return [
        f"{path}: is {words}: {name} is {head[name]}, that of {first} is {expected[name]} "
        "(allowed: parts of one population; draw this one again)"
        for path, head in heads[1:]
        for name, words in SAME.items()
        if head[name] != expected[name]
    ]


def _places(heads: Sequence[Head]) -> list[str]:
    """Replicates that are in two parts or in none."""
    ranges = sorted((int(str(h["first"])), int(str(h["last"])), path) for path, h in heads)
    wrong, reached, before = [], 0, ranges[0][2]
    for first, last, path in ranges:
        if first <= reached:
            wrong.append(
                f"{path}: has replicates {first} to {min(last, reached)}, which are in {before} too "
                "(allowed: each replicate in one part; leave one of the two files out)"
            )
        elif first > reached + 1:
            wrong.append(_missing(reached + 1, first - 1))
        if last > reached:
            reached, before = last, path
    replicates = int(str(heads[0][1]["replicates"]))
    return [*wrong, _missing(reached + 1, replicates)] if reached < replicates else wrong


def _missing(first: int, last: int) -> str:
    return (
        f"replicates {first} to {last} are in none of the files (allowed: all of the population; draw them "
        f"with --from {first} --to {last})"
    )
