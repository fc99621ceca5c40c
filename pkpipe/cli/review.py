"""`pkpipe review`: a local page to look at every profile, judge it, and ask where numbers come from."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pkpipe.cli.stage import CONFIG
from pkpipe.cli.why import run_folder
from pkpipe.errors import ConfigError
from pkpipe.protocol.runs_asked_for import load_runs

HIGHEST = 65535


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "example: pkpipe review bat6026 2026-03-31\n"
        "The address that is printed opens once, in one browser of this machine. Ctrl-C ends it.\n\n"
        + (parser.epilog or "")
    )
    parser.add_argument("study", help="a study of the run file")
    parser.add_argument("cutoff", help="a cutoff that was run, e.g. 2026-03-31")
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end.

    Raises:
        ConfigError: there is no such study or cutoff, or the port cannot be had.
    """
    if not 0 <= arguments.port <= HIGHEST:
        raise ConfigError(f"--port {arguments.port}: is no port (allowed: 1 to {HIGHEST})")
    entry = load_runs(arguments.config, arguments.study).studies[0]
    folder = run_folder(arguments.results, entry.study.study.id, arguments.cutoff)

    from pkpipe.review.desk import Desk
    from pkpipe.review.server import serve
    from pkpipe.review.study_run import Reviewed

    def ready(address: str) -> None:
        print(address, flush=True)
        print("the address opens once; Ctrl-C ends the review", file=sys.stderr)
        if not arguments.no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(Desk(Reviewed(entry, folder, arguments.config)), arguments.port, ready)
    return 0
