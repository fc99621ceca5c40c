"""What a result depends on besides the tables it reads: code, packages, settings, raw bytes.

Snakemake sees none of the first three by itself, and misses two kinds of change of a raw file, so each rule
carries them as params: when one of these hashes changes, the room runs again, and no other.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pkpipe import disk
from pkpipe.errors import ConfigError

if TYPE_CHECKING:
    from pkpipe.protocol.study import Study

PACKAGE: Final = Path(__file__).resolve().parent
# Statements, not strings: found by their form, which a test compares with the syntax tree of every module.
IMPORT: Final = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n#]+)|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
# Import names that differ from the name of what is installed.
DISTRIBUTION: Final = {"yaml": "PyYAML", "docx": "python-docx", "pptx": "python-pptx"}
REQUIREMENT: Final = re.compile(r"^Requires-Dist: ([A-Za-z0-9._-]+)(.*)$", re.MULTILINE)
VERSION: Final = re.compile(r"^Version: (\S+)", re.MULTILINE)


def program_version() -> str:
    """The version of pkpipe that is installed; a source tree that is not says so."""
    try:
        return importlib.metadata.version(PACKAGE.name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def fingerprint(*roots: str, versions: Mapping[str, str] | None = None) -> str:
    """Hash of the modules, everything of pkpipe they import, and the versions of the packages used by it.

    versions: packages of another run, to ask what the hash would have been with them; None: those installed.
    """
    modules = closure(*roots)
    files = _with_data(modules)
    lines = [f"{sha256(path)}  {path.relative_to(PACKAGE).as_posix()}" for path in files]
    used = _packages(modules)
    if versions is not None:
        used = {name: versions.get(name, "none") for name in used}
    return _short("\n".join([*lines, *(f"{name} {version}" for name, version in used.items())]))


def source_files(*roots: str) -> list[Path]:
    """Files the answer of these modules depends on: their sources, those they import, data beside them."""
    return _with_data(closure(*roots))


def _with_data(modules: Mapping[str, Path]) -> list[Path]:
    folders = {path.parent for path in modules.values()} - {PACKAGE}
    beside = {
        path
        for folder in folders
        for path in folder.rglob("*")
        # what the interpreter keeps beside the sources comes and goes while others run
        if path.is_file() and path.suffix != ".py" and path.parent.name != "__pycache__"
    }
    return sorted({*modules.values(), *beside})


def closure(*roots: str) -> dict[str, Path]:
    """Modules of pkpipe that these import, directly or not, with the packages around them."""
    found, seen = dict[str, Path](), set[str]()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = _module_file(name)
        if path is None:
            continue
        found[name] = path
        waiting += [n for n in _imports(path) if n.split(".")[0] == PACKAGE.name]
        if "." in name:
            waiting.append(name.rpartition(".")[0])
    missing = [root for root in roots if root not in found]
    if missing:
        raise ConfigError(f"no module {', '.join(missing)} in pkpipe")
    return dict(sorted(found.items()))


def versions_used(*roots: str) -> dict[str, str]:
    """Python and the installed packages these modules need, directly or not, with their versions."""
    return _packages(closure(*roots))


def _packages(modules: Mapping[str, Path]) -> dict[str, str]:
    direct = {
        n.split(".")[0] for path in modules.values() for n in _imports(path)
    } - sys.stdlib_module_names
    names = {_canonical(DISTRIBUTION.get(n, n)) for n in direct if n != PACKAGE.name}
    python = ".".join(map(str, sys.version_info[:2]))
    return {"python": python} | dict(sorted(_with_requirements(names).items()))


def settings(study: Study, sections: Iterable[str]) -> str:
    """Hash of sections of a study as loaded; comments, order and spelling of the file do not count."""
    return _short(json.dumps(sections_of(study, sections), sort_keys=True))


def sections_of(study: Study, sections: Iterable[str]) -> dict[str, Any]:
    """Sections of a study as loaded, in plain values; "domains" is which domains have a source."""
    state = study.model_dump(mode="json", exclude={"cutoff"})
    state["domains"] = sorted(study.sources)
    return {name: state[name] for name in sections}


def digest_of(hashes: Mapping[str, str | None]) -> str:
    """One hash for a set of files: name and SHA-256 of each, in the order of the names; None: not there."""
    return hashlib.sha256(_sum_lines(hashes)).hexdigest()


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The file SHA256SUMS of these files: a line a file, as `sha256sum -c` reads it."""
    return _sum_lines({n: hashlib.sha256(content).hexdigest() for n, content in files.items()})


def _sum_lines(hashes: Mapping[str, str | None]) -> bytes:
    return "".join(f"{hashes[name] or 'missing'}  {name}\n" for name in sorted(hashes)).encode()


def raw_digest(folder: Path, study: Study) -> str:
    """`digest_of` the study's raw files as they lie there now."""
    return digest_of(raw_hashes(folder, study))


def raw_hashes(folder: Path, study: Study) -> dict[str, str | None]:
    """SHA-256 of each of the study's raw files as they lie there now; None: not there."""
    return {name: _hash_if_there(folder / name) for name in raw_names(study)}


def raw_names(study: Study) -> list[str]:
    """Names of the study's raw files, each once."""
    return sorted({name for source in study.sources.values() for name in source.all_files})


def sha256(path: Path) -> str:
    """SHA-256 of a file; read once a process unless the file changed meanwhile."""
    return _sha256(path, *disk.identity(path))


def _hash_if_there(path: Path) -> str | None:
    try:
        return sha256(path)
    except OSError:
        return None


@functools.lru_cache(maxsize=4096)
def _sha256(path: Path, *_facts: int) -> str:
    """What lies there; the facts are the key of the cache, so that a changed file is read again."""
    with os.fdopen(disk.opened(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _module_file(name: str) -> Path | None:
    path = PACKAGE.joinpath(*name.split(".")[1:])
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _imports(path: Path) -> frozenset[str]:
    return _imports_in(path, *disk.identity(path))


@functools.lru_cache(maxsize=1024)
def _imports_in(path: Path, *_facts: int) -> frozenset[str]:
    """Every dotted name a source imports; of `from a import b` both a and a.b, for b may be a module."""
    source = path.read_text(encoding="utf-8")
    names: set[str] = set()
    for module, members, plain in IMPORT.findall(source):
        if plain:
            names |= {part.split()[0] for part in plain.split(",") if part.split()}
            continue
        words = (
            re.sub(r"#.*", "", member).split() for member in re.split(r"[,\n]", members.strip("()"))
        )
        names |= {module, *(f"{module}.{word[0]}" for word in words if word)}
    return frozenset(names)


def _with_requirements(names: set[str]) -> dict[str, str]:
    """Versions of installed packages and of everything they require; extras are not followed."""
    installed, found = _installed(), dict[str, str]()
    unknown = sorted(names - installed.keys())
    if unknown:
        raise ConfigError(f"not installed: {', '.join(unknown)} (run make env)")
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in installed:
            continue
        version, required = _metadata(installed[name])
        found[name] = version
        waiting += required
    return found


@functools.cache
def _installed() -> dict[str, Path]:
    """Installed packages by name, without importing any: the folders pip leaves beside them."""
    found: dict[str, Path] = {}
    for folder in map(Path, sys.path):
        for path in sorted(folder.glob("*.dist-info")) if folder.is_dir() else ():
            found.setdefault(_canonical(path.name.partition("-")[0]), path)
    return found


@functools.cache
def _metadata(folder: Path) -> tuple[str, tuple[str, ...]]:
    text = (folder / "METADATA").read_text(encoding="utf-8").partition("\n\n")[0]
    version = VERSION.search(text)
    required = (_canonical(n) for n, rest in REQUIREMENT.findall(text) if "extra ==" not in rest)
    return (version.group(1) if version else "unknown"), tuple(required)


def _canonical(name: str) -> str:
    """PEP 503: one spelling of a package name."""
    return re.sub(r"[-_.]+", "-", name).lower()
