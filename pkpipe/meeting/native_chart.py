"""A chart of a slide as PowerPoint's own, to be edited there: bars with the texts of the results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Pt

from pkpipe.meeting.fitting import Room
from pkpipe.meeting.slides import Chart, Series

# Of subjects on a level: without DLT, with DLT, in the window, excluded, as on the dose ladder.
COLOURS: Final = ((0x1B, 0x78, 0x37), (0xB2, 0x18, 0x2B), (0xE0, 0xA8, 0x2E), (0x77, 0x77, 0x77))
BARS: Final = ((0x56, 0xB4, 0xE9), (0xD5, 0x5E, 0x00), (0x7A, 0x51, 0x95))
Label = Callable[[Series, int], str]  # the text of a bar, by its place in the series


def draw(add: Callable[..., Any], chart: Chart, room: Room, font: str | None, label: Label) -> None:
    """Add the chart by `add_chart` of a slide. font: of our own template; None: the sponsor's."""
    data = CategoryChartData()
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    kind = XL_CHART_TYPE.COLUMN_STACKED if chart.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    made = add(kind, *room.emu, data).chart
    made.has_legend, made.has_title = True, False
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    made.legend.font.size = made.font.size = Pt(11)
    if font is not None:
        made.font.name = font
    made.plots[0].gap_width = 50
    _axes(made, chart)
    _labels(made, chart, label)


def _axes(made: NativeChart, chart: Chart) -> None:
    """Subjects upright, or percent across with the first group on top."""
    made.value_axis.has_major_gridlines = not chart.stacked
    made.value_axis.minimum_scale = 0
    made.value_axis.tick_labels.font.size = Pt(10)
    if chart.stacked:
        made.value_axis.major_unit, made.plots[0].overlap = 1, 100
        return
    made.value_axis.maximum_scale = 100
    made.value_axis.has_title = True
    made.value_axis.axis_title.text_frame.text = chart.axis
    made.value_axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(11)
    made.category_axis.reverse_order = True
    # The percents stand below the bars: that end of the reversed axis is its high one, in LibreOffice too.
    made.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _labels(made: NativeChart, chart: Chart, label: Label) -> None:
    """Above each bar its text of the results; a bar of nothing has none."""
    colours = COLOURS if chart.stacked else BARS
    for number, series in enumerate(chart.series):
        drawn = made.plots[0].series[number]
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = RGBColor(*colours[number % len(colours)])
        for place, value in enumerate(series.values):
            if value:
                frame = drawn.points[place].data_label.text_frame
                frame.text = label(series, place)
                frame.paragraphs[0].runs[0].font.size = Pt(12 if chart.stacked else 9)
