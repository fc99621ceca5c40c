"""Writes docs/nca_differences.csv: every peer answer that is not ours, with its cause; review the diff.

python tests/reference/make_nca_differences.py
"""

from pathlib import Path

import polars as pl

from pkpipe.qualify.answers import ANSWERS
from pkpipe.qualify.nca_answers import differing, folder_answers
from pkpipe.store.files import write_table

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    folders = (
        ANSWERS / "nca" / "open",
        ROOT.parent / "shared" / "reference" / "nca" / "real",
    )
    table = pl.concat(differing(folder_answers(f)) for f in folders)
    write_table(table, ROOT / "docs" / "nca_differences.csv")
