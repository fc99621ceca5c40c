"""The fonts of a PDF: two that come with packages of pkpipe, one a user names; which characters they have.

Noto Sans SC has Chinese, Latin and Greek, DejaVu Sans the signs that it lacks, such as a superscript minus.

Fonts of the machine are not looked for: a page must be the same bytes wherever it is made.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from pylopdf_fonts_zh_cn import sans_path

from pkpipe.disk import read_bytes
from pkpipe.errors import ConfigError

GIVEN: Final = "PKPIPE_FONT"  # a font file of the user, for characters that ours has not
COLLECTIONS: Final = (".ttc", ".otc")


@dataclass(frozen=True)
class Font:
    """One font file."""

    path: Path
    family: str

    @property
    def characters(self) -> frozenset[int]:
        """Every character it has a shape for."""
        return _characters(self.path)


def fonts() -> tuple[Font, ...]:
    """The fonts in the order they are asked.

    Raises:
        ConfigError: PKPIPE_FONT names no font file.
    """
    named = os.environ.get(GIVEN)
    ours = (_font(sans_path()), *map(_font, _signs()))
    return (*ours, *([_given(Path(named))] if named else ()))


def _signs() -> list[Path]:
    """DejaVu Sans, which lies beside matplotlib; the package itself is not loaded for it."""
    found = importlib.util.find_spec("matplotlib")
    folders = [] if found is None else found.submodule_search_locations or []
    paths = (Path(folder, "mpl-data", "fonts", "ttf", "DejaVuSans.ttf") for folder in folders)
    return [path for path in paths if path.is_file()]


def _given(path: Path) -> Font:
    try:
        _characters(path)
        return _font(path)
    except (OSError, TTLibError, StopIteration) as problem:
        allowed = "allowed: a .ttf, .otf or .ttc file"
        raise ConfigError(f"{GIVEN}={path}: is no font file ({problem}; {allowed})") from problem


def _font(path: Path) -> Font:
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path.parent)]
    ).fonts()
    name = next(font.family for font in known if font.path and Path(font.path).samefile(path))
    return Font(path, name)


@functools.cache
def _characters(path: Path) -> frozenset[int]:
    file = io.BytesIO(read_bytes(path))
    if path.suffix.lower() in COLLECTIONS:
        return frozenset(TTCollection(file, lazy=True).fonts[0].getBestCmap())
    return frozenset(TTFont(file, lazy=True).getBestCmap())


def missing(texts: Iterable[str], among: tuple[Font, ...]) -> dict[int, str]:
    """Characters that no font has, each with what stands in its place: its number in Unicode."""
    used = {ord(sign) for text in texts for sign in set(text) if sign > "~"}
    if not used:
        return {}
    lost = used.difference(*(font.characters for font in among))
    return {code: f"[U+{code:04X}]" for code in sorted(lost)}
