"""A study of the run file with real data, a delivery, and `pkpipe ingest` as a person calls it."""

import hashlib
import json
from pathlib import Path

from pkpipe.cli import main

RUN_FILE = """\
studies:
  abc101:
    protocol: abc101.yaml
    raw: raw/abc101
    virtual_seed: null
    cutoffs: [2026-03-31]
  drawn:
    protocol: drawn.yaml
    raw: raw/drawn
    virtual_seed: 3
    cutoffs: [2026-03-31]
"""


def sha(content):
    return hashlib.sha256(content).hexdigest()


class Place:
    """A folder as a person works in it."""

    raw, study = Path("raw/abc101"), Path("results/abc101")

    def __init__(self, capsys):
        self.capsys = capsys

    def ingest(self, *words, study="abc101"):
        """The exit code, and what was said on either way."""
        self.capsys.readouterr()
        code = main(["ingest", *map(str, words), "--study", study])
        return code, "".join(self.capsys.readouterr())

    def in_raw(self):
        return {
            p.relative_to(self.raw).as_posix(): p.read_bytes()
            for p in self.raw.rglob("*")
            if p.is_file()
        }

    def kept(self):
        return {p.name: p.read_bytes() for p in (self.study / ".raw").glob("[!.]*")}

    def trail(self):
        path = self.study / "AUDIT.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def half_written(self):
        """What an ended process left anywhere."""
        return [p for folder in ("raw", "results") for p in Path(folder).rglob("*partial*")]
