"""`pkpipe simulate --replicates`: a population of virtual trials, whole, in parts, or parts put together."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pkpipe.cli.whole_numbers import count
from pkpipe.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from pkpipe.protocol.study import Study

EXAMPLE: Final = """a population of trials, what the whole design does:
  pkpipe simulate bat6026 --replicates 1000 --seed 1 --jobs 2 -o oc/
  pkpipe simulate bat6026 --replicates 1000 --seed 1 --part 3/10 -o part3.parquet
  pkpipe simulate --merge part*.parquet -o oc/
  pkpipe simulate bat6026 --replicate 17 --seed 1 -o trial17/      the raw tables of one of them

OUT of a population: characteristics.csv and .html, paths.csv, trials.parquet (docs/populations.md).
"""
MOST: Final = 1_000_000
MOST_LINES: Final = 20  # of progress
ALONE: Final = ("subjects", "noise_free", "mess", "replicate")


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of a population."""
    group = parser.add_argument_group("a population of virtual trials")
    group.add_argument("--replicates", type=count, metavar="N", help="so many virtual trials")
    group.add_argument(
        "--jobs", type=count, metavar="J", help="processes at a time (1); the numbers are the same"
    )
    group.add_argument("--part", type=_part, metavar="i/n", help="part i of n alone, as one file")
    group.add_argument("--from", dest="first", type=count, metavar="A", help="from this replicate")
    group.add_argument("--to", dest="last", type=count, metavar="B", help="up to this replicate")
    group.add_argument(
        "--merge", nargs="+", type=Path, metavar="PART", help="put the files of all parts together"
    )
    group.add_argument(
        "--replicate", type=count, metavar="R", help="raw tables of replicate R of the population"
    )


def asked(arguments: argparse.Namespace) -> bool:
    """Whether a population is asked for, and not the raw tables of one trial."""
    given = (arguments.replicates, arguments.merge, arguments.part, arguments.first, arguments.last)
    return any(value is not None for value in given)


def check(arguments: argparse.Namespace) -> None:
    """Stop at arguments that do not go together.

    Raises:
        ConfigError: all of them.
    """
    wrong = [*_of_merging(arguments)] if arguments.merge else [*_of_drawing(arguments)]
    if wrong:
        raise ConfigError("\n  ".join(wrong))


def run(arguments: argparse.Namespace, study: Study | None) -> int:
    """Draws the population or a part of it, or puts parts together, and writes.

    Raises:
        ConfigError: the study file lacks what a virtual trial needs.
        DataError: parts that do not make one population.
    """
    from pkpipe.simulation.population.merged_parts import identity_of, merged, part

    if study is None:
        parts = [(path, _read(path)) for path in arguments.merge]
        _write(merged(parts), arguments.out)
        return 0
    replicates = arguments.replicates
    numbers = _numbers(arguments)
    rows = _drawn(study, arguments, numbers)
    whole = part(rows, identity_of(study, arguments.seed, replicates), numbers)
    if _is_part(arguments):
        from pkpipe.store.files import write_table

        write_table(whole, arguments.out)
        print(f"{arguments.out}: replicates {numbers[0]} to {numbers[-1]}", file=sys.stderr)
    else:
        _write(whole, arguments.out)
    return 0


def _of_merging(arguments: argparse.Namespace) -> list[str]:
    others = ("study", "replicates", "seed", "jobs", "part", "first", "last", *ALONE)
    names = [n for n in others if getattr(arguments, n) not in (None, False)]
    said = {"first": "from", "last": "to", "noise_free": "noise-free"}
    return [
        f"{'STUDY' if n == 'study' else f'--{said.get(n, n)}'}: goes with no --merge (the parts say it)"
        for n in names
    ]


def _of_drawing(arguments: argparse.Namespace) -> list[str]:
    wrong = []
    if arguments.replicates is None:
        wrong.append("--replicates: is missing (--part, --from and --to are of so many)")
    elif arguments.replicates > MOST:
        wrong.append(f"--replicates: is {arguments.replicates} (allowed: 1 to {MOST})")
    wrong += [
        f"--{name.replace('_', '-')}: is of one virtual trial (allowed: not with --replicates)"
        for name in ALONE
        if getattr(arguments, name) not in (None, False)
    ]
    if arguments.part is not None and (arguments.first or arguments.last):
        wrong.append("--part: says what --from and --to say (allowed: one of the two ways)")
    if not wrong:
        wrong += _of_numbers(arguments)
    return wrong


def _of_numbers(arguments: argparse.Namespace) -> list[str]:
    replicates, first, last = arguments.replicates, arguments.first, arguments.last
    if arguments.part is not None and arguments.part[1] > replicates:
        return [f"--part: {arguments.part[1]} parts of {replicates} replicates leave some empty"]
    if (first or 1) > (last or replicates) or (last or 1) > replicates:
        span = f"{first or 1} to {last or replicates}"
        return [
            f"--from, --to: replicates {span} (allowed: 1 to {replicates}, the smaller one first)"
        ]
    if _is_part(arguments) and arguments.out.suffix != ".parquet":
        return [f"-o: {arguments.out} is to be one part (allowed: a file PART.parquet)"]
    return []


def _is_part(arguments: argparse.Namespace) -> bool:
    return any(value is not None for value in (arguments.part, arguments.first, arguments.last))


def _numbers(arguments: argparse.Namespace) -> range:
    from pkpipe.simulation.population.merged_parts import share_of

    if arguments.part is not None:
        return share_of(arguments.replicates, *arguments.part)
    return range(arguments.first or 1, (arguments.last or arguments.replicates) + 1)


def _drawn(study: Study, arguments: argparse.Namespace, numbers: range) -> pl.DataFrame:
    from pkpipe.simulation.population.blocks import replicates

    told = 0

    def say(done: int) -> None:
        nonlocal told
        if done == len(numbers) or (done - told) * MOST_LINES >= len(numbers):
            told = done
            print(f"{study.study.id}: {done} of {len(numbers)} virtual trials", file=sys.stderr)

    return replicates(study, arguments.seed, numbers, jobs=arguments.jobs or 1, say=say)


def _read(path: Path) -> pl.DataFrame:
    from pkpipe.reading.files import read_table

    if path.suffix != ".parquet":
        raise ConfigError(f"--merge: {path} is no part (allowed: files PART.parquet)")
    return read_table(path)


def _write(whole: pl.DataFrame, out: Path) -> None:
    """Everything of a population in its folder, the page last."""
    from pkpipe.disk import write_text
    from pkpipe.simulation.population.page import population_page
    from pkpipe.simulation.population.summary import characteristics, paths
    from pkpipe.store.files import write_table

    rows, ways = characteristics(whole), paths(whole)
    head = whole.row(0, named=True)
    facts = {
        "Study": str(head["study"]),
        "Virtual trials": str(head["replicates"]),
        "Seed": str(head["seed"]),
        "pkpipe": str(head["version"]),
    }
    write_table(whole, out / "trials.parquet")
    write_table(rows, out / "characteristics.csv")
    write_table(ways, out / "paths.csv")
    write_text(population_page(rows, ways, facts), out / "characteristics.html")
    print(f"{out}: {head['replicates']} virtual trials of {head['study']}", file=sys.stderr)


def _part(text: str) -> tuple[int, int]:
    i, n = (int(number) for number in text.split("/"))
    if not 1 <= i <= n:
        raise ValueError(text)
    return i, n
