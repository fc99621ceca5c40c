"""Installation qualification: the machine, the packages against the lock, every file against its RECORD."""

from __future__ import annotations

import base64
import hashlib
import locale
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import Distribution, PackagePath
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import disk
from pkpipe.provenance import PACKAGE, fingerprint, program_version, sha256
from pkpipe.qualify.compared_answers import DEVIATION, FAIL, PASS, Requirement, facts
from pkpipe.qualify.lock import OWN, installed, locked, needed
from pkpipe.render.fonts import fonts
from pkpipe.rooms import ROOMS, roots_of
from pkpipe.shipped import root

AREA: Final = "installation"
LOCK: Final = "requirements.lock"
OLDEST: Final = (3, 11)
MOST_NAMED: Final = 20  # altered files of one package that are named


def _asked(place: int, words: str, source: str) -> Requirement:
    return Requirement(f"IQ-{place}", AREA, words, source)


MACHINE: Final = _asked(
    1, "Python, fonts and a folder to write in are as the program needs them", "README.md"
)
VERSIONS: Final = _asked(2, "Every package has the locked version", LOCK)
FILES: Final = _asked(
    3, "Every installed file has the SHA-256 of its package's RECORD", "RECORD of each package"
)


def checks(cores: int) -> Iterator[pl.DataFrame]:
    """Every check of the installation."""
    packages = installed()
    yield _machine()
    yield _versions(packages)
    yield _files(packages, cores)


def environment() -> list[tuple[str, str]]:
    """What the program runs on, for the document."""
    language, encoding = locale.getlocale()
    lock = root() / LOCK
    return [
        ("Operating system", platform.platform()),
        ("Processor", f"{platform.machine()}, {os.cpu_count()} cores"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("Locale", f"{language or 'C'}, {encoding or sys.getdefaultencoding()}"),
        ("Time zone", os.environ.get("TZ") or "of the system"),
        (OWN, program_version()),
        ("Lock", f"{LOCK}, SHA-256 {sha256(lock)}" if lock.is_file() else f"{LOCK} is not there"),
    ]


def code_of_rooms() -> list[tuple[str, str]]:
    """Each room with the hash of its code and of the packages it uses."""
    return [(room.name, fingerprint(*roots_of(room))) for room in ROOMS]


def beyond_the_lock() -> list[tuple[str, str]]:
    """Installed packages that the lock does not name, with their versions."""
    names = {one.name for one in locked(root() / LOCK)} | {OWN}
    return [(name, d.version) for name, d in installed().items() if name not in names]


def _machine() -> pl.DataFrame:
    oldest = ".".join(map(str, OLDEST))
    new = sys.version_info[:2] >= OLDEST
    with tempfile.TemporaryDirectory() as name:
        probe = Path(name) / "probe"
        probe.write_bytes(b"pkpipe")
        kept = disk.read_bytes(probe) == b"pkpipe"
    rows = [
        (f"Python is {oldest} or newer", "yes", "yes" if new else platform.python_version()),
        (
            "a file written to the folder of temporary files is read back",
            "yes",
            "yes" if kept else "no",
        ),
        ("fonts of the documents are found", "yes", "yes" if fonts() else "no"),
        ("text is read and written as UTF-8", "utf-8", sys.getfilesystemencoding()),
    ]
    return facts(MACHINE, rows)


def _versions(packages: Mapping[str, Distribution]) -> pl.DataFrame:
    path = root() / LOCK
    if not path.is_file():
        missing = facts(VERSIONS, [(LOCK, "is there", "is not there")])
        return missing.with_columns(verdict=pl.lit(DEVIATION))
    wanted = needed(packages)
    rows, verdicts = [], []
    for one in (one for one in locked(path) if one.applies):
        have = packages[one.name].version if one.name in packages else None
        spare = have is None and one.name not in wanted
        rows.append(
            (one.name, f"{one.version}{', or not installed: not needed to run' if spare else ''}",
             have or "not installed")
        )  # fmt: skip
        same = have == one.version or spare
        verdicts.append(PASS if same else FAIL if have is None else DEVIATION)
    return facts(VERSIONS, rows).with_columns(verdict=pl.Series(verdicts, dtype=pl.String))


def _files(packages: Mapping[str, Distribution], cores: int) -> pl.DataFrame:
    """A row a package; files that are altered or missing are named."""
    rows, verdicts = [], []
    with ThreadPoolExecutor(max(cores, 1)) as pool:
        for name, wrong, count in pool.map(_compared, packages.items()):
            found = "all as recorded" if not wrong else "; ".join(wrong[:MOST_NAMED])
            more = len(wrong) - MOST_NAMED
            rows.append(
                (
                    f"{name}, {count} files",
                    "all as recorded",
                    found + (f"; {more} more" if more > 0 else ""),
                )
            )
            verdicts.append(FAIL if wrong else PASS)
    table = facts(FILES, rows).with_columns(verdict=pl.Series(verdicts, dtype=pl.String))
    return pl.concat([table, _own(packages)])


def _own(packages: Mapping[str, Distribution]) -> pl.DataFrame:
    """The files of pkpipe itself: of a checkout no RECORD says what they should be."""
    listed = packages[OWN].files or [] if OWN in packages else []
    recorded = {Path(str(path.locate())).resolve() for path in listed}
    if PACKAGE / "__init__.py" not in recorded:
        told = ("the code of pkpipe stands in its RECORD", "yes", "no: it runs from a checkout")
        return facts(FILES, [told]).with_columns(verdict=pl.lit(DEVIATION))
    added = sorted(
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path not in recorded
    )
    told = (
        "files of pkpipe that its RECORD has not",
        "none",
        "; ".join(added[:MOST_NAMED]) or "none",
    )
    return facts(FILES, [told])


def _compared(package: tuple[str, Distribution]) -> tuple[str, list[str], int]:
    """A package, what of it is not as recorded, and how many files have a recorded hash."""
    name, distribution = package
    files = [path for path in distribution.files or [] if path.hash is not None]
    return name, [wrong for path in files if (wrong := _wrong(path))], len(files)


def _wrong(path: PackagePath) -> str:
    recorded = path.hash
    if recorded is None:
        return ""
    try:
        with Path(str(path.locate())).open("rb") as file:
            digest = hashlib.file_digest(file, recorded.mode).digest()
    except OSError:
        return f"{path} is missing"
    except ValueError:
        return f"{path} has a hash of an unknown kind ({recorded.mode})"
    have = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return "" if have == recorded.value else f"{path} is altered"
