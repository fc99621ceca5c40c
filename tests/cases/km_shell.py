"""The verb km on one table, as a shell sees it."""

import polars as pl

from pkpipe.cli import main


def summarised(folder, text, *words):
    """The exit code of the verb, and its summary: None where nothing was written."""
    out = folder / "km.csv"
    out.unlink(missing_ok=True)
    (folder / "t.csv").write_text(text, encoding="utf-8")
    code = main(["km", str(folder / "t.csv"), "-o", str(out), *words])
    assert out.exists() == (code == 0)
    return code, pl.read_csv(out) if code == 0 else None
