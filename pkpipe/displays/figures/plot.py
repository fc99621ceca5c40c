"""One place that knows matplotlib: a drawing function in, self-contained SVG text out."""

from __future__ import annotations

import gc
import io
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import east_asian_width

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter, LogLocator, StrMethodFormatter

# Colours that stay apart for colour-blind readers (Okabe and Ito 2008, then darker ones); grey: all.
PALETTE: Final = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195", "#117733"),
    *("#8C6D31", "#1B9E77", "#A6761D", "#882255"),
)
# Where a colour goes each time the palette is used up: towards black (0) or white (255), by what part.
SHADES: Final = ((0, 0.0), (0, 0.4), (255, 0.45), (0, 0.65), (255, 0.7))
WIDE: Final = frozenset("WF")  # as wide as high (Unicode, East Asian width)
LONGEST: Final = 40  # characters of a name at an axis
LONGEST_LINE: Final = 120  # characters of a line of a title, a legend or a note
MOST_MARGIN: Final = 0.85  # of the width or height that both margins may take
LEAST_PANEL: Final = 0.2  # inches
MOST_ENTRIES: Final = 16  # in one column of a legend
FEW_DECADES: Final = 2.4  # a log axis of fewer has labels between the powers of ten
RESPONSE_COLOURS: Final = {
    "CR": "#1B7837",
    "PR": "#5AAE61",
    "SD": "#C2A5CF",
    "NON-CR/NON-PD": "#C2A5CF",
    "PD": "#B2182B",
    "NE": "#BDBDBD",
}
# Attributes that place something, and what in a number is finer than a hundredth of a point.
PLACED: Final = re.compile(r' (?:d|x|y|transform)="[^"<>]*"')
FINER: Final = re.compile(r"(\.\d\d)\d+")
LATIN: Final = "DejaVu Sans"
STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",  # text stays text: it can be searched, and the file stays small
    "font.family": "sans-serif",
    "font.sans-serif": [LATIN],  # the whole list of alternatives stands at every word
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "axes.grid": True,
    "grid.color": "#E5E5E5",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.2,
    "text.parse_math": False,  # a dollar sign in a subject number is a dollar sign
    "path.simplify": True,
    "axes.titley": 1.0,  # fixed: to look for a place costs a tenth of the drawing
}
# A user's matplotlibrc must not change a figure: what STYLE does not say is as the library has it by itself.
# Not the backend and the like, which mean nothing to an SVG canvas and may not be set twice.
OF_THE_MACHINE: Final = re.compile(
    r"backend|interactive|toolbar|webagg|savefig.directory|figure.max_open"
)
PINNED: Final[dict[str, Any]] = {
    name: value for name, value in mpl.rcParamsDefault.items() if not OF_THE_MACHINE.match(name)
} | STYLE


@dataclass(frozen=True)
class Margins:
    """Room around panels and between them, in inches, for labels of a known size."""

    left: float = 0.82
    right: float = 0.12
    bottom: float = 0.48
    top: float = 0.28
    between: float = 0.88
    above: float = 0.9  # between two lines of panels

    def of(self, size: tuple[float, float], panel: Axes) -> dict[str, float]:
        """The same as matplotlib wants it: parts of the figure, and of a panel."""
        width, height = size
        grid = panel.get_gridspec()
        lines, columns = (1, 1) if grid is None else (grid.nrows, grid.ncols)
        # Names of any length leave room for what is drawn.
        left, right = _within(self.left, self.right, width)
        bottom, top = _within(self.bottom, self.top, height)
        inside = (width - left - right - (columns - 1) * self.between) / columns
        tall = (height - bottom - top - (lines - 1) * self.above) / lines
        return {
            "left": left / width,
            "right": 1 - right / width,
            "bottom": bottom / height,
            "top": 1 - top / height,
            "wspace": self.between / max(inside, LEAST_PANEL),
            "hspace": self.above / max(tall, LEAST_PANEL),
        }


def _within(before: float, after: float, whole: float) -> tuple[float, float]:
    """Two margins as they are, or both smaller where they would take nearly all of it."""
    share = min(1.0, MOST_MARGIN * whole / max(before + after, LEAST_PANEL))
    return before * share, after * share


def room(words: Iterable[str], points: float = 9.0) -> float:
    """Inches that the longest of these words takes; DejaVu Sans is about two thirds as wide as high."""
    longest = max((_width(word) for word in words), default=0.0)
    return min(longest, LONGEST) * 0.66 * points / 72


def _width(word: str) -> float:
    """Characters, of which a Chinese one takes half as much again."""
    return len(word) + 0.5 * sum(east_asian_width(character) in WIDE for character in word)


def slug(text: str) -> str:
    """A file name or page anchor made of a title."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def short(text: str) -> str:
    """A name of any length as a figure can show it: its beginning and its end, which tell names apart."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 13]}…{text[-12:]}"


def colour(position: int) -> str:
    """The colour of the n-th group, from 0; beyond the palette the same colours darker, then lighter."""
    turn, place = divmod(position, len(PALETTE))
    towards, part = SHADES[turn % len(SHADES)]
    channels = (int(PALETTE[place][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(c + (towards - c) * part):02X}" for c in channels)


def svg(
    name: str,
    size: tuple[float, float],
    draw: Callable[[Figure], None],
    margins: Margins | None = None,
    fonts: Sequence[str] = (LATIN,),
) -> str:
    """The drawing as SVG text; `name` makes its ids unique on a page that holds many.

    Without margins room is made for whatever the labels need, which takes a third of the drawing; they do
    nothing to panels that were placed one by one.
    """
    style = {**PINNED, "svg.hashsalt": name, "font.sans-serif": list(fonts)}
    with mpl.rc_context(style), warnings.catch_warnings(), _collected_once():
        # Text stays text: the font of the reader has the Chinese characters that this one lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure = drawn(size, draw, margins)
        buffer = io.StringIO()
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    return _with_own_ids(buffer.getvalue(), name)


@contextmanager
def _collected_once() -> Iterator[None]:
    """A drawing is thousands of objects that hold each other: looked through once, when it is done."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was_on:
            gc.enable()


def legend_columns(entries: int) -> int:
    """Columns of a legend beside a drawing, so that it is not longer than the drawing is high."""
    return -(-entries // MOST_ENTRIES)


def drawn(
    size: tuple[float, float], draw: Callable[[Figure], None], margins: Margins | None
) -> Figure:
    """The figure, its panels placed."""
    figure = Figure(figsize=size, layout=None if margins else "constrained")
    draw(figure)
    _shorten(figure)
    if margins:
        figure.subplots_adjust(**margins.of(size, figure.axes[0]))
    return figure


def _shorten(figure: Figure) -> None:
    """Names, legends and titles of other people's data, each as long as it may be."""
    texts: list[Text] = [*figure.texts]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            formatter = axis.get_major_formatter()
            if isinstance(formatter, FixedFormatter):
                formatter.seq = [short(str(word)) for word in formatter.seq]
        legend = axes.get_legend()
        texts += [axes.title, *axes.texts, *(legend.get_texts() if legend else ())]
    for text in texts:
        lines = text.get_text().split("\n")
        if max(map(len, lines)) > LONGEST_LINE:
            text.set_text(
                "\n".join(short(line) if len(line) > LONGEST_LINE else line for line in lines)
            )


def placed(
    figure: Figure,
    corner: tuple[float, float],
    size: tuple[float, float],
    beside: Axes | None = None,
) -> Axes:
    """A panel with this lower left corner and size, in inches; beside: a panel whose y axis it shares."""
    width, height = figure.get_size_inches()
    (left, bottom), (wide, tall) = corner, size
    box = (left / width, bottom / height, wide / width, tall / height)
    panel = figure.add_axes(box, sharey=beside)
    if beside is not None:
        panel.tick_params(labelleft=False)
    return panel


def _with_own_ids(text: str, name: str) -> str:
    """Without what makes a page heavy: indentation, finer places than anyone sees, metadata."""
    body = text[text.index("<svg") :]
    body = PLACED.sub(lambda place: FINER.sub(r"\1", place[0]), body)
    body = re.sub(r"\n +", "\n", body)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    return body.replace("<svg ", '<svg role="img" ', 1)


def logarithmic(axis: Axes, which: str) -> None:
    """A log axis with ticks at 1, 2 and 5 as plain numbers; those of 2 and 5 are told on few decades only."""
    (axis.set_xscale if which == "x" else axis.set_yscale)("log")
    of = axis.xaxis if which == "x" else axis.yaxis

    def between(value: float, _: int | None = None) -> str:
        low, high = of.get_view_interval()
        few = low > 0 and math.log10(high / low) < FEW_DECADES
        leading = round(value / 10 ** math.floor(math.log10(value) + 1e-9))
        return f"{value:g}" if few and leading in {2, 5} else ""

    of.set_minor_locator(LogLocator(subs=(2.0, 5.0), numticks=20))
    of.set_major_formatter(StrMethodFormatter("{x:g}"))
    of.set_minor_formatter(FuncFormatter(between))


def finite(values: Sequence[float | None]) -> list[float]:
    """Values as matplotlib wants them: nothing is a gap."""
    return [float("nan") if v is None else float(v) for v in values]
