"""A finished run of the tiny study, and the hands that change what it stored."""

import hashlib
import json

import polars as pl

from pkpipe.cli import main

CUTOFF = "2025-07-31"
AT = ("--study", "tiny", "--cutoff", CUTOFF)
RUN = f"results/tiny/{CUTOFF}"
RUN_FILE = """\
studies:
  tiny: {protocol: tiny.yaml, raw: deliveries/tiny, virtual_seed: null, cutoffs: [2025-07-31]}
"""


def tampered(path):
    """Another table of the same shape: its first text column says N, or its rows are turned round."""
    frame = pl.read_parquet(path)
    texts = [n for n, t in frame.schema.items() if t == pl.String]
    changed = frame.with_columns(pl.lit("N").alias(texts[0])) if texts else frame.reverse()
    changed.write_parquet(path, compression="zstd")


def replaced_everywhere(run, old, new):
    """A naive forger: the hash of the old bytes becomes that of the new ones in every text file."""
    for path in run.rglob("*"):
        if path.is_file() and path.suffix not in {".parquet", ".xlsx"}:
            text = path.read_bytes()
            if old.encode() in text:
                path.write_bytes(text.replace(old.encode(), new.encode()))


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify(capsys):
    capsys.readouterr()
    code = main(["verify", RUN, "--config", "config/config.yaml"])
    return code, "".join(capsys.readouterr())


def changed_manifest(run, change):
    path = run / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(change(content) or content), encoding="utf-8")
