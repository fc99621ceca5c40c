"""How one result came about: its numbers step by step, from the measured ones up, as a text to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.arithmetic.observed import observed
from pkpipe.nca.arithmetic.state import State, state_of
from pkpipe.nca.arithmetic.terminal import tried_windows
from pkpipe.nca.arithmetic.tobit import tried_lines
from pkpipe.nca.laid_out.profile_blocks import observed_block
from pkpipe.nca.laid_out.sorted_arrays import Floats
from pkpipe.nca.laid_out.start_values import EXTRAPOLATED, MEASURED
from pkpipe.nca.registry.evaluate import numbers
from pkpipe.nca.registry.parameter_registry import Parameter

WORD: Final = re.compile(r"[A-Z][A-Z0-9_]*")
DIGITS: Final = 6
# What the kernel reads off, in words, where no parameter has its name.
GIVEN: Final = {
    "DOSE": "dose of the interval",
    "DOSETAU": "dose of the dosing interval",
    "TAU": "dosing interval",
    "INPUT": "mean input time",
    "INPUTTAU": "mean input time in the dosing interval",
    "ALONE": "0: no later dose lies in the interval",
    "EXTENDED": "time from the last quantifiable sample to the end of TAU that no later sample covers",
    "AUCBACK": "area from the dose to the first sample, under C0",
    "CMAXTAU": "largest concentration from START to TAU",
}
AREAS: Final = ("AUCLST", "AUMCLST", "AUCALL", "AUMCALL", "AUCBACK")


@dataclass(frozen=True)
class Asked:
    """One unit of an analysis with all its numbers."""

    analysis: Analysis
    unit: int
    values: Mapping[str, float]
    parameters: Mapping[str, Parameter]
    state: State


def explained(analysis: Analysis, unit: int, code: str, who: str) -> str:
    """The steps to a result, one below the other."""
    values, chosen = numbers(analysis, unit)
    of = Asked(analysis, unit, values, {p.code: p for p in chosen}, _state(analysis, unit))
    return "\n".join([_head(of, code, who), "", *_steps(of, code, set()), *_end(of, code)])


def _state(analysis: Analysis, unit: int) -> State:
    work = analysis.work.part(unit, unit + 1)
    seen = observed_block(analysis.samples, work, np.zeros(1, np.int64))
    return state_of(seen, observed(seen, work, analysis.options), work, analysis.options)


def _head(of: Asked, code: str, who: str) -> str:
    asked, unit = of.analysis.intervals, of.unit
    end = asked.end[unit]
    until = f"{end:g}" if np.isfinite(end) else "infinity"
    span = f"{asked.start[unit]:g} to {until} {of.analysis.units.time}"
    return f"{code} ({of.parameters[code].label}) of {who}, {span}"


def _steps(of: Asked, code: str, told: set[str]) -> Iterator[str]:
    """What a number rests on, then the number."""
    told.add(code)
    parameter = of.parameters.get(code)
    for need in parameter.needs if parameter else ():
        if need not in told:
            yield from _steps(of, need, told)
    if parameter is None:
        yield f"{code} = {_n(of.values[code])}   ({GIVEN.get(code, 'from the samples')})"
        return
    if code in AREAS:
        yield from _once(told, "segments", _segments(of))
    if parameter.why == "SLOPE":
        yield from _once(told, "slope", _slope(of))
    value = of.values[code]
    if parameter.needs:
        yield f"{code} = {parameter.formula}"
        numbers = _with_numbers(parameter, of.values)
        if numbers != parameter.formula:
            yield f"{' ' * len(code)} = {numbers}"
        yield f"{' ' * len(code)} = {_n(value)}"
    else:
        yield f"{code} = {_n(value)}   ({parameter.formula})"


def _once(told: set[str], name: str, lines: Iterator[str]) -> Iterator[str]:
    if name not in told:
        told.add(name)
        yield from lines


def _with_numbers(parameter: Parameter, values: Mapping[str, float]) -> str:
    """The formula with the numbers in it."""
    needs = parameter.needs
    return WORD.sub(lambda w: _n(values[w[0]]) if w[0] in needs else w[0], parameter.formula)


def _n(value: float) -> str:
    return "no value" if np.isnan(value) else f"{value:.{DIGITS}g}"


def _segments(of: Asked) -> Iterator[str]:
    """Every segment up to the last quantifiable sample, with its rule."""
    pieces, last = of.state.pieces, int(of.state.last[0])
    yield f"segments ({of.analysis.options.auc_method}), times after the start of the interval:"
    if of.state.why[0] != reasons.NONE or last < 1:
        yield "  none"
        return
    source = of.analysis.work.start_source[of.unit]
    if source not in {MEASURED}:
        start = "extrapolated back to the dose" if source == EXTRAPOLATED else "by the start rule"
        yield f"  at 0: {_n(pieces.start[0, 0])}, {start}"
    yield f"  {'from':>9} {'to':>9} {'conc':>11} {'conc':>11}  {'rule':<6} {'area':>12} {'sum':>12}"
    total = 0.0
    for row in range(last):
        total += float(pieces.area[row, 0])
        ends = (pieces.left, pieces.right, pieces.start, pieces.stop)
        left, right, start, stop = (_n(float(v[row, 0])) for v in ends)
        rule = "log" if pieces.log[row, 0] else "linear"
        area = _n(float(pieces.area[row, 0]))
        yield f"  {left:>9} {right:>9} {start:>11} {stop:>11}  {rule:<6} {area:>12} {_n(total):>12}"


def _slope(of: Asked) -> Iterator[str]:
    """Every window that was tried, and which one was chosen."""
    options = of.analysis.options.lambda_z
    head, columns, time = _tobit_windows(of) if options.method == "tobit" else _windows(of)
    yield head
    yield f"  {'from':>9} {'points':>7} " + " ".join(f"{name:>12}" for name, _ in columns[1:])
    chosen, some = float(of.state.slope.points[0]), False
    for row, count in enumerate(columns[0][1]):
        if np.isnan(count):
            continue
        some = True
        mark = "  <- chosen" if count == chosen else ""
        numbers = " ".join(f"{_n(float(values[row])):>12}" for _, values in columns[1:])
        yield f"  {_n(float(time[row])):>9} {count:>7.0f} {numbers}{mark}"
    if not some:
        yield f"  none: fewer than {options.min_points} samples are eligible"


Windows = tuple[str, tuple[tuple[str, Floats], ...], Floats]  # head, columns, times


def _windows(of: Asked) -> Windows:
    options, packed = of.analysis.options.lambda_z, of.state.packed
    weighted = "" if options.weights == "uniform" else f", weights {options.weights}"
    head = (
        "windows of the terminal slope (best adjusted R² but for "
        f"{options.r2adj_tolerance:g}, then most points{weighted}):"
    )
    tried = tried_windows(packed.time, packed.conc, packed.flag, of.state.who, options)
    names = ("points", "LAMZ", "R2ADJ")
    columns = tuple((name, v[:, 0]) for name, v in zip(names, tried, strict=True))
    return head, columns, packed.time[:, 0]


def _tobit_windows(of: Asked) -> Windows:
    """Of a Tobit line: how many points are below the limit, and the residual SD that chose the window."""
    work = of.analysis.work.part(of.unit, of.unit + 1)
    seen = observed_block(of.analysis.samples, work, np.zeros(1, np.int64))
    last = (np.array([of.values["TLST"]]), np.array([of.values["CLST"]]))
    lines = tried_lines(seen, of.state.who, last, of.analysis.options.lambda_z)
    columns = (
        ("points", lines.count[:, 0]),
        ("LAMZNBLQ", lines.censored[:, 0]),
        ("LAMZ", lines.rate[:, 0]),
        ("LAMZSD", lines.sd[:, 0]),
    )
    return (
        "windows of the terminal slope (Tobit: smallest residual SD, then most points):",
        columns,
        seen.time[:, 0],
    )


def _end(of: Asked, code: str) -> Iterator[str]:
    """The result as it is handed out."""
    scale = of.analysis.out.scale(code, of.analysis.units)
    factor = float(np.ravel(of.analysis.out.factor(scale, np.array([of.unit])))[0])
    value = of.values[code]
    yield ""
    if np.isfinite(value):
        by = f" = {_n(value)} x {_n(factor)}" if factor != 1.0 else ""
        yield f"{code}{by} = {_n(value * factor)} {scale.unit or '(unit not stated)'}"
