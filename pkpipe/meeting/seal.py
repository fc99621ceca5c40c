"""`MANIFEST.json`: every file of a package by SHA-256, and the run it was made of; no clock, no machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pkpipe import disk
from pkpipe.errors import ConfigError

NAME: Final = "MANIFEST.json"


def sealed(files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with the manifest of them."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    content = {**about, "files": hashes}
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return {**files, NAME: text.encode()}


def place_for(package: Path, run: Path) -> Path:
    """The folder a package may be written to: a new or empty one, or that of an earlier package.

    Raises:
        ConfigError: it holds something else, or lies among the files of a run.
    """
    whole = package.resolve()
    if whole == run.resolve() or run.resolve() in whole.parents:
        raise ConfigError(f"-o {package}: lies in the run {run}; name a folder outside of it")
    if whole.exists() and not whole.is_dir():
        raise ConfigError(f"-o {package}: is a file; name a folder")
    held = sorted(path.name for path in whole.glob("*")) if whole.is_dir() else []
    if held and NAME not in held:
        told = f"holds {held[0]} and no {NAME} of a package"
        raise ConfigError(f"-o {package}: {told}; name a new or empty folder")
    return whole


def write(files: Mapping[str, bytes], package: Path, line: Callable[[], None]) -> None:
    """Write a package in the place of an earlier one, whole or not at all.

    line: writes the line of the audit trail, once all files are on the disk and before they take their place.

    Raises:
        OutputError: it cannot be written; the earlier one stays.
    """
    new, old = (package.with_name(f".{package.name}.{os.getpid()}.{w}") for w in ("new", "old"))
    with disk.writing(package):
        try:
            for name in sorted(files):
                disk.write_bytes(files[name], new / name)
            line()
            if package.exists():
                package.rename(old)
            new.rename(package)
        finally:
            if old.exists() and not package.exists():
                old.rename(package)
            for left in (new, old):
                shutil.rmtree(left, ignore_errors=True)
