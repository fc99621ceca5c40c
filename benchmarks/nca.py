"""What the whole NCA costs, from Parquet to Parquet, as a ratio to polars reading the same file once.

    python benchmarks/nca.py              # 10^6 profiles of 14 samples; a ragged table of as many intervals
    python benchmarks/nca.py --small      # a tenth of them
    python benchmarks/nca.py --growth     # 10^4 to 10^7 profiles: does the cost grow in proportion?
    python benchmarks/nca.py --growth 1000000  # up to a million; 10^7 wants 16 GB and a quiet machine
    python benchmarks/nca.py --verb       # only the verb: 10^6 profiles; --verb 100000: so many

The yardstick is `read_parquet` and `group_by(profile).agg(max, mean, last)` of the same file. Every measure
runs in a process of its own, which also tells its peak memory; the shortest of a few runs counts.

`pkpipe nca` from the shell is measured in processor time, its start included, beside what polars alone does
with the same files: wide beside the yardstick, long beside polars' writing of that long table, CSV beside
polars' reading of the samples and writing of the results. One profile tells what the start costs.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from pkpipe.nca import nca_wide_rows

NOMINAL = np.array([0.0, 1, 4, 8, 24, 48, 72, 168, 240, 336, 504, 672, 840, 1008])
CYCLE = 336.0
# Published throughput of the peers on profiles of this kind, one R process (profiles a second).
PEERS = {"NonCompart::tblNCA": 324.4, "PKNCA, 25 parameters": 30.7, "PKNCA, 147 parameters": 9.4}
PROMISED = 6.0
VERB_PROMISED = {"wide": 6.0, "long": 1.5, "csv": 2.0}
START_PROMISED = 0.5


def main() -> None:
    """Run the measures and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="10^5 profiles")
    parser.add_argument(
        "--growth",
        nargs="?",
        type=int,
        const=10**7,
        metavar="LARGEST",
        help="10^4 to 10^7 profiles",
    )
    parser.add_argument(
        "--verb", nargs="?", type=int, const=10**6, metavar="MANY", help="the verb alone"
    )
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        measure(chosen.measure[0], Path(chosen.measure[1]))
        return
    if chosen.verb:
        the_verb(chosen.verb)
        return
    size = 10**5 if chosen.small else 10**6
    steps = [10**4, 10**5, 10**6, 10**7]
    for many in [n for n in steps if n <= chosen.growth] if chosen.growth else [size]:
        compared("14 samples, single dose", many, single_dose)
        if chosen.growth:
            compared("ragged, 4 doses, 2 analytes", many // 8, multiple_dose)
    if not chosen.growth:
        compared("ragged, 4 doses, 2 analytes", size // 8, multiple_dose)
        the_verb(size)
    for peer, rate in PEERS.items():
        sys.stdout.write(f"published, 3000 profiles of this kind: {peer} {rate:.1f} profiles/s\n")


def the_verb(many: int) -> None:
    """Lines of `pkpipe nca`: processor time of the whole process, beside polars in one of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        single_dose(1, folder)
        files = [str(folder / f"{table}.parquet") for table in ("conc", "dose")]
        start = processor_time(*PKPIPE, *files, "-o", str(folder / "one.csv"))
        sys.stdout.write(f"verb, one profile: {start:.2f} s (promised {START_PROMISED:.1f})\n")
        single_dose(many, folder)
        for table in ("conc", "dose"):
            pl.read_parquet(folder / f"{table}.parquet").write_csv(folder / f"{table}.csv")
        for what, suffix, more in (
            ("wide", "parquet", ["--wide"]),
            ("long", "parquet", []),
            ("csv", "csv", ["--wide"]),
        ):
            given = [str(folder / f"{table}.{suffix}") for table in ("conc", "dose")]
            out = folder / f"out_{what}.{suffix}"
            ours = processor_time(*PKPIPE, *given, "-o", str(out), *more)
            yard = in_a_process(f"verb_{what}", name)["seconds"]
            sys.stdout.write(
                f"verb, {what}, {many} profiles: {ours:.1f} s, polars {yard:.1f} s, "
                f"ratio {ours / yard:.1f} (promised {VERB_PROMISED[what]:.1f})\n"
            )


PKPIPE = (sys.executable, "-m", "pkpipe", "nca")


def processor_time(*command: str) -> float:
    """Seconds of the processor that a command takes, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def polars_alone(what: str, folder: Path) -> None:
    """Processor time of what polars does with the files that the verb read and wrote, without its start."""
    table = pl.read_parquet(folder / "out_long.parquet") if what == "verb_long" else None
    used = time.process_time()
    if what == "verb_wide":
        yardstick(folder)
    elif table is not None:
        table.write_parquet(folder / "again.parquet", compression="zstd")
    else:
        pl.read_csv(folder / "conc.csv")
        pl.read_csv(folder / "out_csv.csv").write_csv(folder / "again.csv")
    sys.stdout.write(json.dumps({"seconds": time.process_time() - used}))


def compared(name: str, many: int, made: Callable[[int, Path], None]) -> None:
    """One line: the yardstick's seconds, ours, their ratio, profiles a second, peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        made(many, Path(folder))
        yardstick, ours = (in_a_process(what, folder) for what in ("yardstick", "nca"))
    ratio = ours["seconds"] / yardstick["seconds"]
    rate = ours["profiles"] / ours["seconds"]
    memory = ours["peak"] / ours["table"]
    words = (
        f"{name}, {ours['profiles']} intervals: {ours['seconds']:.2f} s, "
        f"yardstick {yardstick['seconds']:.2f} s, ratio {ratio:.1f} (promised {PROMISED:.0f}); "
        f"{rate:.0f} intervals/s, "
        f"{1e6 * ours['seconds'] / ours['profiles']:.2f} us each ({_times(rate)}); "
        f"peak memory {memory:.1f} x the table"
    )
    sys.stdout.write(words + "\n")


def _times(rate: float) -> str:
    """How many times the peers' published throughput."""
    return ", ".join(f"{rate / published:.0f} x {peer}" for peer, published in PEERS.items())


def in_a_process(what: str, folder: str) -> dict[str, float]:
    """What the measure printed, from a fresh process."""
    command = [sys.executable, __file__, "--measure", what, folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(what: str, folder: Path) -> None:
    """Seconds (shortest of three), peak memory above the interpreter's own, size of the table."""
    if what.startswith("verb_"):
        polars_alone(what, folder)
        return
    before = peak()
    work = {"yardstick": yardstick, "nca": whole_nca}[what]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        height, table = work(folder)
        seconds.append(time.perf_counter() - start)
    result = {"seconds": min(seconds), "profiles": height, "table": table, "peak": peak() - before}
    sys.stdout.write(json.dumps(result))


def peak() -> int:
    """Peak resident memory of this process, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def yardstick(folder: Path) -> tuple[int, int]:
    """Polars reads the samples and takes three numbers of each profile."""
    frame = pl.read_parquet(folder / "conc.parquet")
    keys = [c for c in frame.columns if c not in {"TIME", "CONC"}]  # a profile, the cycle included
    conc = pl.col("CONC")
    found = frame.group_by(keys).agg(
        conc.max().alias("MAX"), conc.mean().alias("MEAN"), conc.last().alias("LAST")
    )
    return found.height, int(frame.estimated_size())


def whole_nca(folder: Path) -> tuple[int, int]:
    """Read, every parameter of every interval, write."""
    conc = pl.read_parquet(folder / "conc.parquet")
    dose = pl.read_parquet(folder / "dose.parquet")
    keys = [c for c in conc.columns if c not in {"CYCLE", "TIME", "CONC"}]
    target = folder / "parameters.parquet"
    # Results full of noise do not compress; trying to costs as much as the NCA.
    nca_wide_rows(conc, dose, keys=keys).sink_parquet(
        target, compression="uncompressed", statistics=False
    )
    height = pl.scan_parquet(target).select(pl.len()).collect().item()
    return int(height), int(conc.estimated_size())


def antibody(time_h: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Two-compartment-like declines with 12 % error, BLQ as 0; times (profiles, samples) after a dose."""
    many = len(time_h)
    clearance = np.exp(random.normal(np.log(0.012), 0.3, many))[:, None]
    volume = np.exp(random.normal(np.log(3.0), 0.2, many))[:, None]
    curve = 200 / volume * np.exp(-clearance / volume * time_h) * (1 + 0.5 * np.exp(-0.05 * time_h))
    seen = np.where(time_h <= 0, 0.0, curve * np.exp(random.normal(0, 0.12, time_h.shape)))
    return np.where(seen < 0.5, 0.0, seen.round(4))


def single_dose(many: int, folder: Path) -> None:
    """So many profiles of 14 samples after one infusion."""
    random = np.random.default_rng(20250101)
    time_h = NOMINAL + np.where(NOMINAL > 0, random.uniform(-0.04, 0.04, (many, 14)), 0.0)
    conc = antibody(time_h, random)
    key = np.arange(many)
    pl.DataFrame(
        {"PROFILE": np.repeat(key, 14), "TIME": time_h.ravel(), "CONC": conc.ravel()}
    ).write_parquet(folder / "conc.parquet")
    doses(folder, {"PROFILE": key}, np.zeros(many), None)


def multiple_dose(many: int, folder: Path) -> None:
    """So many subjects, two analytes, four doses; 3 to 14 samples a cycle, predose included."""
    random = np.random.default_rng(20250102)
    subject = np.repeat(np.arange(many), 2)
    analyte = np.tile(["ADC", "TAB"], many)
    cycles = 4
    times = NOMINAL[NOMINAL <= CYCLE]
    width = len(times)
    after = times + np.where(
        times > 0, random.uniform(-0.04, 0.04, (2 * many * cycles, width)), 0.0
    )
    after[:, -1] = CYCLE - 0.5
    after[:, 0] = 0.0
    conc = antibody(after, random)
    taken = random.random(after.shape) < random.uniform(0.3, 1.0, len(after))[:, None]
    taken[:, [1, -1]] = True
    cycle = np.tile(np.arange(cycles), 2 * many)
    taken[:, 0] &= cycle == 0
    row = np.nonzero(taken)[0]
    pl.DataFrame(
        {
            "USUBJID": np.repeat(subject, cycles)[row],
            "ANALYTE": np.repeat(analyte, cycles)[row],
            "CYCLE": cycle[row],
            "TIME": (after + (cycle * CYCLE)[:, None])[taken],
            "CONC": conc[taken],
        }
    ).write_parquet(folder / "conc.parquet")
    keys = {"USUBJID": np.repeat(subject, cycles), "ANALYTE": np.repeat(analyte, cycles)}
    doses(folder, keys, cycle * CYCLE, CYCLE)


def doses(folder: Path, keys: dict[str, np.ndarray], time_h: np.ndarray, tau: float | None) -> None:
    """Infusions of 200 over an hour."""
    pl.DataFrame(
        {
            **keys,
            "TIME": time_h,
            "DOSE": np.full(len(time_h), 200.0),
            "ROUTE": ["iv_infusion"] * len(time_h),
            "DURATION": np.ones(len(time_h)),
        }
    ).with_columns(TAU=pl.lit(tau, dtype=pl.Float64)).write_parquet(folder / "dose.parquet")


if __name__ == "__main__":
    main()
