"""The command line: verbs, no science.

A verb is a module of this package with `configure(parser)` and `run(arguments)`. Only the verb that was
called is imported, because one process runs per room and an import that is not needed is most of its time.
"""

from __future__ import annotations

import argparse
import difflib
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from pkpipe.errors import ConfigError, OutputError, PkpipeError

# Output must be the same bytes on any machine, whatever its environment asks for: floating point sums over
# several threads are not. Read by polars and BLAS when they are imported, which is after this.
ONE_THREAD: Final = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
# The other settings of polars choose its engine and how numbers are spelt: as the library has them by itself.
for _name in [n for n in os.environ if n.startswith("POLARS_") and n != "POLARS_TEMP_DIR"]:
    del os.environ[_name]
os.environ.update(ONE_THREAD)
os.environ["RUST_BACKTRACE"] = "0"  # a broken file is told in a sentence
# A process runs one verb and ends: to look for garbage every 700 objects is a twelfth of a report.
gc.set_threshold(100_000)

VERBS: Final[dict[str, str]] = {
    "nca": "NCA parameters from a concentration and a dose table",
    "compare": "ratios of geometric means between treatments, with limits",
    "superpose": "concentrations under another regimen, from profiles of a single dose",
    "recist": "time-point and best overall response from lesions or responses",
    "tte": "time to event (PFS, OS, DoR, TTR) from responses",
    "km": "Kaplan-Meier curve, quantiles, landmarks, follow-up",
    "ada": "anti-drug antibody status of samples and subjects",
    "escalate": "dose-escalation decision and its reason",
    "operating-characteristics": "what an escalation design does, exact or simulated",
    "init": "a first study file from a folder of raw tables, every guess with what it rests on",
    "ingest": "raw files from a folder or object storage into a study's raw folder, each content kept",
    "keys": "what a study file may say: meaning, unit, allowed values, default of every key",
    "run": "every study of the run file up to its report, with Snakemake, from any folder",
    "check": "validate a study's configuration and raw tables, no analysis",
    "simulate": "a virtual trial's raw tables with their truth, or what a design does in many trials",
    "stage": "run one room for one study and cutoff (what a Snakemake rule calls)",
    "verify": "compare every hash in a manifest with the files",
    "qualify": "does this installation compute right: IQ, OQ and PQ as one document to sign",
    "sign": "stand for the files of a run or a package by name: review or approval",
    "decisions": "the recorded dose decisions; one of them made anew from the archive",
    "audit": "is the trail of a study's runs and seals whole",
    "cutoff": "run one study at one cutoff alone, freeze it, verify it",
    "why": "which inputs, settings and code made a table, and why it was rebuilt",
    "review": "a local page: look at every profile, judge it by name, ask a number where it comes from",
    "tlf": "tables, figures and listings of a finished run as RTF, PDF, XLSX, SVG and JSON",
    "package": "the folder of a dose-escalation meeting: one page, details, slides, sign-off form",
    "diff": "what changed between two cutoffs of a study, each number with its cause",
}

CLOSED_PIPE: Final = 141
# What a disk says that takes no more, whoever wrote: no defect of the program.
FULL: Final = {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG}
ENDINGS: Final = {
    0: "done",
    2: "usage or configuration",
    3: "input data",
    4: "a derivation that cannot be right",
    74: "a file cannot be written",
    1: "a defect of pkpipe",
}
EXIT_CODES: Final = f"exit codes: {'; '.join(f'{code} {what}' for code, what in ENDINGS.items())}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code says how it ended."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help"}:
        print(_overview())
        return 0 if words else 2
    if words[0] == "--version":
        print(_version())
        return 0
    if words[0] not in VERBS:
        close = difflib.get_close_matches(words[0], VERBS, n=1)
        hint = f", did you mean '{close[0]}'?" if close else ""
        print(
            f"pkpipe: '{words[0]}' is not a verb{hint} (allowed: {', '.join(VERBS)})",
            file=sys.stderr,
        )
        return 2
    return _run_verb(words[0], words[1:])


def parser_of(verb: str) -> argparse.ArgumentParser:
    """What reads the words behind a verb, with its help."""
    parser = argparse.ArgumentParser(
        prog=f"pkpipe {verb}",
        description=VERBS[verb],
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _module(verb).configure(parser)
    return parser


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"pkpipe.cli.{verb.replace('-', '_')}")


def _run_verb(verb: str, words: Sequence[str]) -> int:
    module, parser = _module(verb), parser_of(verb)
    arguments, others = parser.parse_known_args(words)
    if others and not hasattr(module, "SNAKEMAKE_WORDS"):
        parser.error(f"unrecognized arguments: {' '.join(map(_shown, others))}")
    arguments.others = others
    try:
        _keep_what_is_read(arguments)
        code = module.run(arguments)
        sys.stdout.flush()
    except PkpipeError as problem:
        print(f"pkpipe {verb}: error: {problem}", file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`): end as a shell's own commands do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        told = f"{problem.filename or 'a file'}: cannot be written ({problem.strerror})"
        print(f"pkpipe {verb}: error: {told}", file=sys.stderr)
        return OutputError.exit_code
    return int(code or 0)


def _shown(word: str) -> str:
    """A word as it may be shown: one that looks like an address with credentials without them."""
    if not {"@", "?"} & {*word}:
        return word
    from pkpipe.ingest.addresses import masked

    return masked(word)


def _keep_what_is_read(arguments: argparse.Namespace) -> None:
    """A result is not written over a file that it is made of.

    Raises:
        ConfigError: the output is one of the files named as input.
    """
    given = vars(arguments)
    for out in (given.get(name) for name in ("out", "output")):
        if not isinstance(out, Path) or not out.is_file():
            continue
        others = (v for k, v in given.items() if k not in {"out", "output"} and isinstance(v, Path))
        if any(other.is_file() and other.samefile(out) for other in others):
            raise ConfigError(f"-o {out}: is read, and a result is not written over it")


def _overview() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {name.ljust(width)}  {what}" for name, what in VERBS.items()]
    return "\n".join(
        [
            "usage: pkpipe VERB ...   (pkpipe VERB --help shows an example)",
            "",
            "From the raw tables of a phase I oncology trial to the dose decision and the report.",
            "The whole chain of all studies: snakemake --cores 8",
            "",
            *lines,
            "",
            EXIT_CODES,
        ]
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"pkpipe {version('pkpipe')}"
    except PackageNotFoundError:
        return "pkpipe (not installed: running from a source tree)"
