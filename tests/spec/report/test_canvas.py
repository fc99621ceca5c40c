"""Drawings: nothing is cut off, the same drawing is the same bytes."""

import math
import re

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG

from pkpipe.displays.bilingual import Words
from pkpipe.displays.figures.both_languages import in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import STYLE, Margins, drawn, logarithmic, svg
from pkpipe.displays.figures.told import described

SIZE = (9.0, 3.4)


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context(STYLE):
        yield


def two_scales(low, high):
    def draw(figure):
        for axis in figure.subplots(1, 2):
            axis.plot([0, 500], [low, high])
            axis.set(xlabel="time after dose (h)", ylabel="analyte (ug/mL)", title="scale")
        logarithmic(figure.axes[1], "y")

    return draw


@pytest.mark.parametrize(
    ("low", "high"), [(0.00012, 0.0009), (0.05, 40.0), (900.0, 98765.0), (0.0004, 99999.0)]
)
def test_margins_leave_room_for_the_labels_of_any_concentration(low, high):
    figure = drawn(SIZE, two_scales(low, high), Margins())
    FigureCanvasSVG(figure)
    box = figure.get_tightbbox()
    assert min(box.x0, box.y0) > 0
    assert box.x1 < SIZE[0]
    assert box.y1 < SIZE[1]
    left, right = (
        a.get_tightbbox().transformed(figure.dpi_scale_trans.inverted()) for a in figure.axes
    )
    assert left.x1 < right.x0


@pytest.mark.parametrize(
    ("high", "told"), [(40.0, ["1", "2", "5", "10", "20"]), (9e4, ["1", "10", "100"])]
)
def test_a_log_axis_tells_two_and_five_only_where_there_is_room(high, told):
    figure = drawn(SIZE, two_scales(0.9, high), Margins())
    FigureCanvasSVG(figure)
    figure.draw_without_rendering()
    axis = figure.axes[1].yaxis
    low, top = axis.get_view_interval()
    ticks = axis.get_major_ticks() + axis.get_minor_ticks()
    words = {t.label1.get_text(): t.get_loc() for t in ticks}
    seen = [w for w, at in sorted(words.items(), key=lambda x: x[1]) if w and low <= at <= top]
    assert seen[: len(told)] == told
    assert all(float(w) == pytest.approx(words[w]) for w in seen)
    assert ("2" in seen) == (math.log10(top / low) < 2.4)


def test_the_same_drawing_is_the_same_text():
    once, again = (svg("a", SIZE, two_scales(1.0, 20.0), Margins()) for _ in range(2))
    assert once == again


def test_places_are_short_and_words_are_left_alone():
    def draw(figure):
        figure.subplots().set_title("0.123456 of 1 d=1.987654")

    text = svg("a", SIZE, draw)
    assert "0.123456 of 1 d=1.987654" in text
    assert not re.search(r' (?:d|x|y)="[^"]*\.\d{3}', text)


def test_a_drawing_says_inside_what_it_is_and_can_be_told_anew():
    drawing = svg("f", SIZE, two_scales(1, 9), Margins())
    told = described(drawing, "f", "Change <of> sums", "3 subjects.\nDashed: limits.")
    opened, rest = told.partition(">")[::2]
    assert 'role="img"' in opened
    assert 'aria-labelledby="f-title f-desc"' in opened
    assert rest.startswith('<title id="f-title">Change &lt;of&gt; sums</title>')
    assert '<desc id="f-desc">3 subjects. Dashed: limits.</desc>' in rest
    again = described(told, "f", "总和变化", "")
    assert again.count("<title ") == 1
    assert "<desc " not in again
    assert 'aria-labelledby="f-title"' in again


def test_a_group_has_one_colour_and_sixty_groups_have_sixty():
    groups = [f"C{i}" for i in range(60)]
    shades = Colours(groups)
    assert len({shades[g] for g in groups}) == 60
    assert shades["C3"] == Colours([*groups, "later"])["C3"]
    assert Colours(groups[:9])["unplanned"] not in {shades[g] for g in groups[:9]}


def test_a_drawing_in_chinese_has_the_words_in_chinese_and_a_font_that_has_them():
    def draw(figure, tell):
        figure.subplots().set_xlabel(tell(Words("study day", "研究日")))

    both = in_both("a", SIZE, draw, Margins())
    assert both.en == svg("a", SIZE, lambda f: f.subplots().set_xlabel("study day"), Margins())
    chinese = both.zh()
    assert "研究日" in chinese
    assert "study day" not in chinese
    assert "Noto Sans" in chinese
    assert chinese == both.zh()
