"""Performance qualification: a virtual trial whose truth is known, from raw tables to the decision, twice."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import disk
from pkpipe.errors import DerivationError
from pkpipe.provenance import sha256
from pkpipe.qualify.commands import environment, line_of, pkpipe
from pkpipe.qualify.compared_answers import Requirement, facts, texts
from pkpipe.rooms import INTAKE, TOPICS
from pkpipe.shipped import root

C: Final = pl.col
AREA: Final = "whole chain"
STUDY: Final = "bat6026"
CUTOFF: Final = "2026-12-31"
SEED: Final = 28
TRUE: Final = f"the virtual trial of {STUDY}, seed {SEED}, without noise"
KILL: Final = "safety"
LATE: Final = 2.0  # seconds after which a room is killed
RUNS: Final = f"""studies:
  {STUDY}:
    protocol: {STUDY}.yaml
    raw: raw
    virtual_seed: null
    cutoffs: [{CUTOFF}]
"""


def _asked(place: int, words: str, source: str = TRUE) -> Requirement:
    return Requirement(f"PQ-{place}", AREA, words, source)


PEOPLE: Final = _asked(
    1, "Cohort, level, first dose, cycles, death and DLT of each subject are those drawn"
)
DECISIONS: Final = _asked(
    2, "Each recorded decision is found again, with the states that were true that day"
)
TWICE: Final = _asked(3, "The same data give the same bytes in another folder", "the first run")
KILLED: Final = _asked(4, "A room that was killed is made again and is the same", "the first run")
TAMPERED: Final = _asked(5, "A table that was changed by hand is not read", "docs/checks.md")


def checks() -> Iterator[pl.DataFrame]:
    """Every check of the chain of rooms, each room a command as in a run."""
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / "first", Path(name) / "second"]
        with ThreadPoolExecutor(2) as pool:
            hashes = list(pool.map(_run, folders, ("", KILL)))
        yield from _compared(folders[0])
        yield from _same(*hashes)
        yield _tampered(folders[0])


def _run(folder: Path, kill: str) -> dict[str, str]:
    """One run from the draw to the cohorts, with a room that is killed first; the hash of every file."""
    config = folder / "config"
    config.mkdir(parents=True)
    shutil.copyfile(root() / "config" / f"{STUDY}.yaml", config / f"{STUDY}.yaml")
    (config / "config.yaml").write_text(RUNS, encoding="utf-8")
    draw = ("simulate", f"config/{STUDY}.yaml", "-o", "raw", "--seed", str(SEED), "--noise-free")
    _done(draw, folder)
    for room in (*INTAKE, *TOPICS):
        if room.name == kill:
            _killed(_stage(room.name), folder)
        _done(_stage(room.name), folder)
    results = _results(folder)
    return {
        path.relative_to(results).as_posix(): sha256(path)
        for path in sorted(results.rglob("*"))
        if path.suffix in {".parquet", ".csv"}
    }


def _results(folder: Path) -> Path:
    return folder / "results" / STUDY / CUTOFF


def _stage(room: str) -> tuple[str, ...]:
    return ("stage", room, "--study", STUDY, "--cutoff", CUTOFF)


def _done(words: tuple[str, ...], folder: Path) -> None:
    done = pkpipe(words, folder)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise DerivationError(f"pkpipe {' '.join(words)}: exit code {done.returncode}: {said}")


def _killed(words: tuple[str, ...], folder: Path) -> None:
    """Begin a command and kill it, as a machine that loses power does."""
    begun = subprocess.Popen(
        line_of(words),
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(LATE)
    begun.send_signal(signal.SIGKILL)
    begun.wait()


def _compared(folder: Path) -> Iterator[pl.DataFrame]:
    truth = pl.read_csv(folder / "raw" / "truth" / "subjects.csv", infer_schema_length=None)
    steps = pl.read_csv(folder / "raw" / "truth" / "decisions.csv", infer_schema_length=None)
    of = _results(folder)
    yield texts(PEOPLE, pl.concat(_people(truth, of)))
    log = pl.read_parquet(of / "escalation" / "DECLOG.parquet")
    true = steps.select(C("DATE").str.to_date(), "STATES", "DECISION", "LEVEL", "NENROL")
    both = log.join(true, left_on="cutoff", right_on="DATE", how="left", maintain_order="left")
    pairs = {
        "decision_now": "DECISION",
        "level_now": "LEVEL",
        "n_now": "NENROL",
        "levels_now": "STATES",
    }
    rows = [
        both.select(
            item=pl.concat_str(C("cutoff").cast(pl.String), pl.lit(f" {theirs}")),
            expected=C(theirs).cast(pl.String),
            got=C(ours).cast(pl.String),
        )
        for ours, theirs in pairs.items()
    ]
    yield texts(DECISIONS, pl.concat(rows))


def _people(truth: pl.DataFrame, of: Path) -> Iterator[pl.DataFrame]:
    """Each fact of each subject: item, expected, got."""
    subjects = pl.read_parquet(of / "subjects" / "ADSL.parquet")
    minute = C("TRTSDTM").dt.strftime("%Y-%m-%dT%H:%M")
    cycles = pl.read_parquet(of / "subjects" / "ADEXSUM.parquet").filter(C("PARAMCD") == "NCYCLE")
    windows = pl.read_parquet(of / "escalation" / "ADDLT.parquet")
    died = C("TRTSDTM").str.head(10).str.to_date() + pl.duration(days="DEATHDAY")
    seen = (C("DEATHDAY") <= C("LASTDAY")) & (died <= pl.lit(CUTOFF).str.to_date())
    true = truth.with_columns(
        DTHDT=pl.when(seen).then(died).cast(pl.String),
        DLTFL=pl.when(C("DLTDAY").cast(pl.Float64).is_not_null()).then(pl.lit("Y")),
    )
    given = {
        "COHORT": subjects.select("USUBJID", got="COHORT"),
        "LEVEL": subjects.select("USUBJID", got="LEVEL"),
        "TRTSDTM": subjects.select("USUBJID", got=minute),
        "DTHDT": subjects.select("USUBJID", got=C("DTHDT").cast(pl.String)),
        "NCYCLE": cycles.select("USUBJID", got=C("AVAL").cast(pl.Int64).cast(pl.String)),
    }
    for name, got in given.items():
        yield _beside(true, name, got)
    flags = windows.select("USUBJID", got="DLTFL")
    yield _beside(true.join(windows, on="USUBJID", how="semi"), "DLTFL", flags)


def _beside(true: pl.DataFrame, name: str, got: pl.DataFrame) -> pl.DataFrame:
    both = true.join(got, on="USUBJID", how="left", maintain_order="left")
    item = pl.concat_str("USUBJID", pl.lit(f" {name}"))
    return both.select(item=item, expected=C(name).cast(pl.String), got="got")


def _same(first: dict[str, str], second: dict[str, str]) -> Iterator[pl.DataFrame]:
    names = sorted(first.keys() | second.keys())
    rows = [(name, first.get(name, "not there"), second.get(name, "not there")) for name in names]
    yield facts(TWICE, rows)
    yield facts(KILLED, [row for row in rows if row[0].startswith(f"{KILL}/")])


def _tampered(folder: Path) -> pl.DataFrame:
    table = _results(folder) / "subjects" / "ADSL.parquet"
    content = bytearray(disk.read_bytes(table))
    content[len(content) // 2] ^= 1
    table.write_bytes(bytes(content))
    done = pkpipe(_stage("tumor"), folder)
    named = "named" if "subjects/ADSL" in done.stderr else "not named"
    got = f"exit code {done.returncode}, the table is {named}"
    return facts(
        TAMPERED,
        [("one bit of subjects/ADSL.parquet changed", "exit code 3, the table is named", got)],
    )
