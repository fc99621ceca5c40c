"""`pkpipe diff`: what changed between two cutoffs, record by record and number by number, with causes."""

from __future__ import annotations

import argparse
from pathlib import Path

from pkpipe.errors import DerivationError

OTHER_PROGRAM = (
    "\n  both runs were made by another version of pkpipe, or of a package, than this one, which replayed "
    "them: compare them with that version, or run both cutoffs again with this one"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "example: pkpipe diff bat6026 2025-02-28 2026-03-31 -o changes\n"
        "A cutoff may be a revision (2026-03-31.r2). OUT gets data.csv, numbers.csv, shown.csv (with "
        "Parquet twins), index.html.\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="study id, a folder of the results")
    parser.add_argument("before", help="the earlier run, e.g. 2025-02-28")
    parser.add_argument("after", help="the later run")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument(
        "-o", "--output", type=Path, help="folder for tables and page, e.g. changes"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the changes; write them if asked.

    Raises:
        DataError: a run is missing, or is not what its manifest says.
        DerivationError: a displayed value changed and no factor explains it.
    """
    from pkpipe.differences import compare
    from pkpipe.differences.differences_page import lines
    from pkpipe.differences.stored import read_run

    folder = arguments.results / arguments.study
    found = compare(read_run(folder / arguments.before), read_run(folder / arguments.after))
    if arguments.output is not None:
        _write(found, arguments.output)
    print("\n".join(lines(found)))
    lost = found.unexplained if found.unexplained.height else found.unexplained_shown
    if lost.height:
        first = " ".join(str(v) for v in lost.row(0) if v is not None)
        raise DerivationError(
            f"{lost.height} displayed values changed and no factor explains them; "
            f"the first: {first}{OTHER_PROGRAM if found.replayed_by_another else ''}"
        )
    return 0


def _write(found: object, output: Path) -> None:
    from pkpipe.differences import Differences
    from pkpipe.differences.differences_page import html
    from pkpipe.disk import write_text
    from pkpipe.store.files import write_table

    assert isinstance(found, Differences)
    parts = {"data": found.data, "numbers": found.numbers, "shown": found.shown}
    for name, table in parts.items():
        for form in ("csv", "parquet"):
            write_table(table, output / f"{name}.{form}")
    write_text(html(found, output), output / "index.html")
