"""A profile as SVG, on a linear and on a logarithmic axis; every sample can be reached and says its state."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from pkpipe.review.profile_view import BLQ, EXCLUDED, HAND_OUT, IN_SLOPE, PICKED, Line, Point, View

WIDTH, HEIGHT = 560, 330
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 16, 46
HOURS_A_DAY: Final = 24.0
# How a sample looks: class of page.css; a shape tells it as well as a colour.
LOOKS: Final = {
    EXCLUDED: "out",
    HAND_OUT: "aside",
    PICKED: "picked",
    IN_SLOPE: "slope",
    BLQ: "blq",
}
SMALL: Final = (150, 84)  # of a small drawing


@dataclass(frozen=True)
class Axis:
    """Values to places between two ends."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The place of a value."""
        low, high, here = self.low, self.high, value
        if self.log:
            low, high, here = math.log10(low), math.log10(high), math.log10(max(value, low))
        share = (here - low) / (high - low) if high > low else 0.5
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """Round numbers along the axis; of a log axis the powers of ten, or 1, 2, 5 where few."""
        return _decades(self.low, self.high) if self.log else _round(self.low, self.high)


def _round(low: float, high: float) -> list[float]:
    span = (high - low) or 1.0
    rough = span / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = math.ceil(low / step)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _decades(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1.0,) if last - first > 3 else (1.0, 2.0, 5.0)
    every = [m * 10.0**e for e in range(first, last + 1) for m in steps]
    return [v for v in every if low <= v <= high]


def drawing(view: View) -> str:
    """Both drawings of a profile."""
    return f'<div class="panels">{_panel(view, log=True)}{_panel(view, log=False)}</div>'


def _panel(view: View, *, log: bool) -> str:
    name = "Logarithmic" if log else "Linear"
    values = [p.value for p in view.points if p.value and p.value > 0]
    if not values:
        return f'<p class="empty">{name} axis: no concentration above the limit</p>'
    x, y = _axes(view, values, log=log)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" class="profile {"log" if log else "linear"}" '
        f'role="{"radiogroup" if log else "group"}" aria-label="{name} axis">',
        *_grid(x, y, view, name),
        *_onset(view, x),
        *_curve(view.points, x, y),
        *_fit(view.line, x, y),
        *(_point(p, x, y, focus=log) for p in view.points),
        "</svg>",
    ]
    return "".join(parts)


def _axes(view: View, values: Sequence[float], *, log: bool) -> tuple[Axis, Axis]:
    times = [p.h for p in view.points]
    x = Axis(min(0.0, *times), max(*times, 1.0), LEFT, WIDTH - RIGHT)
    top = max(values) * (1.4 if log else 1.06)
    low = min(values) / 1.6 if log else 0.0
    return x, Axis(low, top, HEIGHT - BOTTOM, TOP, log)


def _grid(x: Axis, y: Axis, view: View, name: str) -> Iterator[str]:
    scale = HOURS_A_DAY if view.days else 1.0
    days = Axis(x.low / scale, x.high / scale, x.start, x.end)
    foot = HEIGHT - BOTTOM
    for value in y.ticks():
        at = y.at(value)
        yield f'<path class="grid" d="M{LEFT} {at}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{at + 4}" text-anchor="end">{value:g}</text>'
    for value in days.ticks():
        at = days.at(value)
        yield f'<path class="grid" d="M{at} {TOP}V{foot}"/>'
        yield f'<text x="{at}" y="{foot + 16}" text-anchor="middle">{value:g}</text>'
    yield f'<path class="axis" d="M{LEFT} {TOP}V{foot}H{WIDTH - RIGHT}"/>'
    unit = "days" if view.days else "h"
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">Time from dose ({unit})</text>'
    said = escape(f"Concentration ({view.unit}), {name.lower()}")
    yield f'<text transform="translate(13 {(TOP + foot) / 2}) rotate(-90)" text-anchor="middle">{said}</text>'


def _onset(view: View, x: Axis) -> Iterator[str]:
    if view.onset is not None and x.low <= view.onset <= x.high:
        at = x.at(view.onset)
        yield f'<path class="onset" d="M{at} {TOP}V{HEIGHT - BOTTOM}"/>'
        yield f'<text class="onset" x="{at + 4}" y="{TOP + 10}">ADA onset</text>'


def _curve(points: Sequence[Point], x: Axis, y: Axis) -> Iterator[str]:
    """Through the samples that are analysed and quantified."""
    kept = [(p.h, p.value) for p in points if p.state != EXCLUDED and p.value]
    places = " ".join(f"{x.at(h)},{y.at(value)}" for h, value in kept if value)
    yield f'<polyline class="curve" points="{places}"/>'


def _fit(line: Line | None, x: Axis, y: Axis) -> Iterator[str]:
    """The terminal line from its first point to the last sample; dashed on to the end of the axis."""
    if line is None or line.end <= line.start:
        return
    steps = [line.start + (line.end - line.start) * n / 24 for n in range(25)]
    places = " ".join(f"{x.at(h)},{y.at(max(line.at(h), y.low))}" for h in steps)
    yield f'<polyline class="fit" points="{places}"/>'


def _point(point: Point, x: Axis, y: Axis, *, focus: bool) -> str:
    """A sample; the ones of the logarithmic axis take the focus, the others repeat them for the eye."""
    value = point.value if point.value and point.value > 0 else None
    cx, cy = x.at(point.h), (HEIGHT - BOTTOM if value is None else y.at(value))
    look = LOOKS.get(point.state, "plain")
    said = escape(point.told)
    reach = (
        f'tabindex="0" role="radio" aria-checked="false" aria-label="{said}"'
        if focus
        else 'aria-hidden="true"'
    )
    dot = (
        f'<circle class="point {look}" cx="{cx}" cy="{cy}" r="6.5" {reach} '
        f'data-sample="{escape(point.id)}" data-state="{escape(point.state)}"><title>{said}</title></circle>'
    )
    cross = f'<path class="cross" d="M{cx - 4} {cy - 4}l8 8m0 -8l-8 8"/>' if look == "out" else ""
    return dot + cross


def small(points: Sequence[tuple[float, float]]) -> str:
    """A small drawing on a logarithmic axis: hours and values above 0."""
    width, height = SMALL
    if not points:
        return f'<svg viewBox="0 0 {width} {height}" aria-hidden="true"></svg>'
    times, values = zip(*points, strict=True)
    x = Axis(min(times), max(*times, min(times) + 1.0), 6, width - 6)
    y = Axis(min(values) / 1.2, max(values) * 1.2, height - 6, 6, log=True)
    places = [(x.at(h), y.at(v)) for h, v in points]
    line = " ".join(f"{a},{b}" for a, b in places)
    dots = "".join(f"M{a} {b}h.01" for a, b in places)
    return (
        f'<svg viewBox="0 0 {width} {height}" aria-hidden="true"><polyline class="curve" '
        f'points="{line}"/><path class="dots" d="{dots}"/></svg>'
    )
