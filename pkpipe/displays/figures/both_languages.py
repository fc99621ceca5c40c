"""A drawing with its words in English and in Chinese, from one function that draws it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

from matplotlib import font_manager
from matplotlib.figure import Figure
from pylopdf_fonts_zh_cn import sans_path

from pkpipe.displays.bilingual import Words
from pkpipe.displays.figures.plot import LATIN, Margins, svg

Tell = Callable[[Words], str]  # words in the language of a drawing


class Both(NamedTuple):
    """One drawing in both languages; the Chinese one is drawn when it is wanted."""

    en: str
    zh: Callable[[], str]


def in_both(
    name: str,
    size: tuple[float, float],
    draw: Callable[[Figure, Tell], None],
    margins: Margins | None = None,
) -> Both:
    """The drawing with its words in English, and the same in Chinese once it is asked for."""

    def in_chinese() -> str:
        fonts = (LATIN, _chinese_font())
        return svg(name, size, lambda figure: draw(figure, lambda said: said.zh), margins, fonts)

    english = svg(name, size, lambda figure: draw(figure, lambda said: said.en), margins)
    return Both(english, in_chinese)


@functools.cache
def _chinese_font() -> str:
    """The family of the font that comes with pkpipe, so that room is made for words as wide as they are."""
    path = str(sans_path())
    font_manager.fontManager.addfont(path)
    return str(font_manager.FontProperties(fname=path).get_name())
