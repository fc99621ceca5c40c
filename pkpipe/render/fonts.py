"""The fonts of a PDF: one with Chinese that pkpipe depends on, one a user names; which characters they have.

Fonts of the machine are not looked for: a page must be the same bytes wherever it is made.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from pylopdf_fonts_zh_cn import sans_path

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
    return (_font(sans_path()), *([_given(Path(named))] if named else ()))


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
    if path.suffix.lower() in COLLECTIONS:
        with TTCollection(path, lazy=True) as collection:
            return frozenset(collection.fonts[0].getBestCmap())
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing(texts: Iterable[str], among: tuple[Font, ...]) -> dict[int, str]:
    """Characters that no font has, each with what stands in its place: its number in Unicode."""
    used = {ord(sign) for text in texts for sign in set(text) if sign > "~"}
    if not used:
        return {}
    lost = used.difference(*(font.characters for font in among))
    return {code: f"[U+{code:04X}]" for code in sorted(lost)}
