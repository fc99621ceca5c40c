"""`MANIFEST.json`: every file of a package by SHA-256, and the run it was made of; no clock, no machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pkpipe import disk

NAME: Final = "MANIFEST.json"
FOLDER: Final = "packages"  # beside the runs of a study: no file of a run is touched


def place(run: Path) -> Path:
    """Where the package of a run lies."""
    return run.parent / FOLDER / run.name


def sealed(files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with the manifest of them."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    content = {**about, "files": hashes}
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return {**files, NAME: text.encode()}


def write(files: Mapping[str, bytes], package: Path) -> None:
    """Write a package in the place of an earlier one, whole or not at all.

    Raises:
        OutputError: it cannot be written; the earlier one stays.
    """
    new, old = (package.with_name(f".{package.name}.{os.getpid()}.{w}") for w in ("new", "old"))
    with disk.writing(package):
        try:
            for name in sorted(files):
                disk.write_bytes(files[name], new / name)
            if package.exists():
                package.rename(old)
            new.rename(package)
        finally:
            if old.exists() and not package.exists():
                old.rename(package)
            for left in (new, old):
                shutil.rmtree(left, ignore_errors=True)
