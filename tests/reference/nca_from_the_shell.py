"""The peers' answers once more, by `pkpipe nca` on the files themselves: every command, then what agrees.

    python tests/reference/nca_from_the_shell.py [FOLDER]     # default: pkpipe/qualify/answers/nca/open

Exit code 1 if an answer differs that docs/nca_differences.csv does not list.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.qualify.answers import ANSWERS
from pkpipe.qualify.nca_answers import (
    KEYS,
    METHODS,
    OPTION_SETS,
    ROW,
    all_answers,
    as_rows,
    compared,
)

ROOT: Final = Path(__file__).resolve().parents[2]
NAMES: Final = (
    *("TIME=time_h", "CONC=conc", "BLQ=blq", "LLOQ=lloq", "TIME=dose_time_h", "DOSE=dose"),
    *("ROUTE=route", "DURATION=duration_h", "TAU=tau_h"),
)
# Every interval once; an end of infinity is an empty END.
INTERVALS: Final = (
    "cut -d, -f1-5 {}/intervals.csv | sed -e 's/,Inf$/,/' -e '1s/.*/dataset,profile,KIND,START,END/' | "
    "awk '!seen[$0]++' > {}"
)


def shell(command: str) -> None:
    """Say a command, then do it."""
    sys.stdout.write(f"$ {command}\n")
    subprocess.run(command, shell=True, check=True, stderr=subprocess.DEVNULL)


def by_the_verb(folder: Path, work: Path, optset: str, method: str) -> pl.DataFrame:
    """Our values of one option set, read from the file the verb wrote."""
    options: dict[str, Any] = {**OPTION_SETS[optset], "auc_method": METHODS[method]}
    chosen, out = work / f"{optset}_{method}.yaml", work / f"{optset}_{method}.csv"
    chosen.write_text(json.dumps(options), encoding="utf-8")
    sys.stdout.write(f"$ cat {chosen.name}\n{json.dumps(options)}\n")
    # PNODUR: the answers of an infusion whose duration was not given
    names = [n for n in NAMES if optset != "PNODUR" or not n.startswith("DURATION")]
    command = [
        sys.executable,
        "-m",
        "pkpipe",
        "nca",
        f"{folder}/conc.csv",
        f"{folder}/dose.csv",
        "-o",
        f"{out}",
    ]
    command += ["--by", *KEYS, "--options", f"{chosen}", "--rename", *names, "--wide"]
    if (work / "intervals.csv").exists():
        command += ["--intervals", f"{work}/intervals.csv"]
    shell(shlex.join(command))
    wide = pl.read_csv(out, infer_schema=False)
    return as_rows(wide.with_columns(pl.exclude(*KEYS, "KIND", "ROUTE").cast(pl.Float64)))


def main(folder: Path) -> int:
    """Run every option set, count what is equal, listed and neither."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if (folder / "intervals.csv").exists():
            shell(INTERVALS.format(folder, work / "intervals.csv"))
        both = compared(
            all_answers(folder), lambda optset, method: by_the_verb(folder, work, optset, method)
        )
    listed = pl.read_csv(ROOT / "docs" / "nca_differences.csv", infer_schema=False).select(ROW)
    differing = both.filter("differs")
    new = differing.join(listed, on=ROW, how="anti", nulls_equal=True)
    for peer, rows in both.group_by("peer", maintain_order=True):
        equal = rows.filter(~pl.col("differs")).height
        sys.stdout.write(f"{peer[0]}: {equal} of {rows.height} answers equal\n")
    sys.stdout.write(
        f"all: {both.height} answers, {both.height - differing.height} equal, "
        f"{differing.height - new.height} listed in docs/nca_differences.csv, {new.height} neither\n"
    )
    return 1 if new.height else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS / "nca" / "open"))
