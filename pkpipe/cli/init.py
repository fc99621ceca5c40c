"""`pkpipe init`: a first study file from a folder of raw tables."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from pkpipe.disk import write_text
from pkpipe.errors import ConfigError

RUN_FILE: Final = """\
# Which studies run, at which data cutoffs, and where their raw tables lie.
studies:
{entry}"""
ENTRY: Final = """\
  {study}:
    protocol: {study}.yaml             # beside this file
    raw: {raw}                         # seen from the folder the run starts in
    virtual_seed: null                 # real data lies in `raw`
    cutoffs: [{cutoff}]                # TO CONFIRM: {why}
"""
ID: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,39}\Z")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe init abc101 --raw deliveries/june\n"
        "          pkpipe init abc101 --raw deliveries/june --like adc\n"
        "then:     pkpipe check abc101    names every key that is left open, with its meaning\n"
        "          pkpipe run             every room, up to the report\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="name of the study file: small letters, digits, underscore")
    parser.add_argument("--raw", type=Path, required=True, help="folder of the raw tables")
    parser.add_argument("--config", type=Path, default=Path("config"), help="default: config")
    parser.add_argument(
        "--like",
        choices=("antibody", "adc", "oral", "cell-therapy"),
        help="what the drug is (default: guessed by its route)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the study file, and the run file and the schema where there are none; nothing is overwritten.

    Raises:
        ConfigError: the study file is there already, or the name is none.
    """
    name, folder = arguments.study, arguments.config
    if not ID.match(name):
        raise ConfigError(
            f"'{name}' is no name of a study (allowed: small letters, digits, underscore)"
        )
    path = folder / f"{name}.yaml"
    if path.exists():
        raise ConfigError(f"{path} is there already and stays as it is (allowed: another name)")
    from pkpipe.draft import draft
    from pkpipe.protocol.file_reading.file_schema import NAME, schema_text

    print(f"pkpipe init: reading {arguments.raw}", file=sys.stderr)
    made = draft(name, arguments.raw, arguments.like)
    write_text(made.text, path)
    schema_is_new = not (folder / NAME).exists()
    if schema_is_new:
        write_text(schema_text(), folder / NAME)
    told = _run_file(folder / "config.yaml", name, arguments.raw, made.delivery.last_date())
    print(f"{path}: written, {made.open_keys} keys to fill in, {made.guesses} guesses to confirm")
    for code in made.delivery.domains:
        files = dict.fromkeys(f.raw.name for f in made.delivery.found if f.domain == code)
        print(f"  {code}: {', '.join(files)}")
    for other in made.delivery.left:
        print(f"  not used: {other}")
    print(f"  taken as: {made.like} ({made.like_why})")
    if schema_is_new:
        print(f"{folder / NAME}: written, for editors")
    print(told)
    print(
        f"next: pkpipe check {name}{'' if folder == Path('config') else f' --config {folder}/config.yaml'}"
    )
    return 0


def _run_file(path: Path, name: str, raw: Path, last: str | None) -> str:
    """The run file, where there is none; what was done, or what a person is to add."""
    why = "the last date in the tables" if last else "no date was found in the tables"
    entry = ENTRY.format(study=name, raw=raw.as_posix(), cutoff=last or "2026-12-31", why=why)
    if path.exists():
        return f"{path}: is there already; add to its `studies:`\n{entry.rstrip()}"
    write_text(RUN_FILE.format(entry=entry), path)
    return f"{path}: written"
