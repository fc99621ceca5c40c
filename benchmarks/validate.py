"""What validation costs: concentrations by the million, against raw polars expressions of the same checks.

    python benchmarks/validate.py            # 10^6 concentration rows, and 10^6 findings
    python benchmarks/validate.py --growth   # 10^5 to 10^7 rows

A virtual trial's DM, EX and PC are repeated under new subjects. The yardstick (`yardsticks/validation.py`)
types the three and counts with bare expressions how many fail each check that is asked of them, of cells,
rows and across tables; a test holds its counts against the findings. Ours is the room: the same, and every
finding with its place and words, and the tables sorted. Every measure runs in a process of its own, which
also tells its processor time and its memory: at most, and before it began.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
from yardsticks import validation

from pkpipe import validate
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study import Study
from pkpipe.schema.own_inputs import SPECS
from pkpipe.simulation import simulate

PROTOCOL = Path(__file__).resolve().parents[1] / "config" / "bat6026.yaml"
REPEATED = ("DM", "EX", "PC")
PROMISED = 3.0


def main() -> None:
    """Run the measures and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--growth", action="store_true", help="10^5 to 10^7 rows")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        sys.stdout.write(json.dumps(measure(chosen.measure[0], int(chosen.measure[1]))))
        return
    for rows in (10**5, 10**6, 10**7) if chosen.growth else (10**6,):
        raw, ours = in_a_process("raw", rows), in_a_process("room", rows)
        ratio, cpu = (ours[k] / raw[k] for k in ("seconds", "cpu"))
        sys.stdout.write(
            f"{ours['rows']:.0f} concentration rows: {ours['seconds']:.2f} s, raw expressions "
            f"{raw['seconds']:.2f} s, ratio {ratio:.1f} (promised {PROMISED:g}), "
            f"of processor time {cpu:.1f}; {memory(ours)}\n"
        )
    wrong = in_a_process("wrong", 10**6)
    sys.stdout.write(
        f"{wrong['findings']:.0f} findings: {wrong['seconds']:.2f} s; {memory(wrong)}, "
        f"the findings table {wrong['size']:.2f} GB\n"
    )


def memory(measured: dict[str, float]) -> str:
    """The words for a process's memory."""
    return f"peak {measured['peak']:.1f} GB, {measured['before']:.1f} GB before"


def in_a_process(what: str, rows: int) -> dict[str, float]:
    """What a fresh process measures."""
    command = [sys.executable, __file__, "--measure", what, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def measure(what: str, rows: int) -> dict[str, float]:
    """Seconds and peak memory of one way over so many rows."""
    study = load_study(PROTOCOL).at(date(2026, 3, 31))
    tables = trial(study, rows)
    if what == "wrong":
        tables["PC"] = tables["PC"].with_columns(PCSTRESN=pl.lit("high"))
    before = peak_memory()
    start, worked = time.perf_counter(), time.process_time()
    if what == "raw":
        count, size = validation.wrong(tables, study).total(), 0.0
    else:
        findings = validate.run(tables, study)["FINDINGS"]
        count, size = findings.height, findings.estimated_size("gb")
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - worked,
        "before": before,
        "peak": peak_memory(),
        "rows": tables["PC"].height,
        "findings": count,
        "size": size,
    }


def peak_memory() -> float:
    """The most this process held so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def trial(study: Study, rows: int) -> dict[str, pl.DataFrame]:
    """Text tables as the snapshot writes them: three repeated under new subjects, the others empty."""
    drawn = simulate(study, 28)
    texts = {code: as_text(drawn[code], code) for code in REPEATED}
    copies = max(1, rows // texts["PC"].height)
    number = pl.DataFrame({"COPY": range(copies)}, schema={"COPY": pl.Int64})
    repeated = {
        code: number.join(frame, how="cross")
        .with_columns(
            USUBJID=pl.format("{}-{}", "USUBJID", "COPY"),
            SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64),
        )
        .drop("COPY")
        for code, frame in texts.items()
    }
    empty = {code: as_text(pl.DataFrame(), code) for code in SPECS}
    return {**empty, **repeated, "ARRIVAL": validate.all_findings([])}


def as_text(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    """Every column of the domain as text, with the place of the row."""
    height = frame.height
    return pl.DataFrame(
        {
            c.name: (
                frame[c.name].cast(pl.String)
                if c.name in frame.columns
                else pl.Series([None] * height, dtype=pl.String)
            )
            for c in SPECS[code].columns
        }
    ).with_columns(
        SRCFILE=pl.lit(f"{code.lower()}.csv"), SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )


if __name__ == "__main__":
    main()
