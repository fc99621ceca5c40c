"""The results of an NCA of a drug effect, one row an interval and parameter; a missing one has its reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.further_analyses.drug_effect import (
    LEVELS,
    Curve,
    Numbers,
    about,
    crossings,
    extremes,
    slope,
)
from pkpipe.nca.further_analyses.plain_rows import HandedOut, plain_rows
from pkpipe.nca.given_tables.inputs import Prepared, prepared
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.handed_out import Wanted, groups_with
from pkpipe.nca.laid_out.doses_given import first_doses
from pkpipe.nca.laid_out.intervals import Intervals, default_intervals
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, Floats, Ints, rows_before, take
from pkpipe.nca.registry.effect_parameters import effect_parameters
from pkpipe.protocol.blq_options import BlqByPosition
from pkpipe.protocol.effect_options import EffectRules, EffectSlope
from pkpipe.protocol.nca_options import Options
from pkpipe.units import StudyUnits, factor

Texts = np.ndarray
Reasons = dict[str, Texts]
NONE: Final = "no response was measured in the interval"
NO_BASELINE: Final = "no response at or before the dose, and no RBASE is given"
ONE: Final = "a single response makes no area"
SAME_LEVEL: Final = "the threshold is the baseline"
NEVER: Final = "the response never crosses the threshold"
STAYS: Final = "the response does not come back across the threshold"
FEW: Final = "fewer than 2 responses between the two times"
NO_LOG: Final = "a response between the two times is not above 0 and has no logarithm"
NO_SPREAD: Final = "the responses do not vary"
OF_SAMPLES: Final = ("BLQ", "LLOQ", "LAMZFL")  # of concentrations; a response has no limit


@dataclass(frozen=True)
class EffectQuestion:
    """Whose responses, by which rules, in which units, what is handed out."""

    keys: tuple[str, ...]
    options: Options
    units: StudyUnits
    wanted: Wanted = field(default_factory=Wanted)
    response: str | None = None  # unit of the response, any text

    @property
    def rules(self) -> EffectRules:
        """The rules of the effect, in the unit of the tables."""
        return self.options.effect or EffectRules()


@dataclass(frozen=True)
class EffectAnalysis:
    """The curves of all intervals with their numbers."""

    of: EffectQuestion  # with times in the unit of the tables
    groups: pl.DataFrame
    asked: Intervals
    curve: Curve
    numbers: Numbers
    why: Reasons

    def rows(self) -> pl.DataFrame:
        """Ordered by keys, START, END and the order of the parameters."""
        of, asked = self.of, self.asked
        beside = tuple(dict.fromkeys((*of.keys, *of.wanted.keep)))
        ends = {"START": asked.start, "END": np.where(np.isfinite(asked.end), asked.end, np.nan)}
        found = pl.DataFrame(
            [
                *(self.groups[asked.group].select(beside).get_columns() if beside else ()),
                *(pl.Series(n, v).fill_nan(None) for n, v in (ends | self.numbers).items()),
                *(pl.Series(f"WHY_{n}", v, dtype=pl.String) for n, v in self.why.items()),
            ]
        )
        handed = HandedOut(beside, of.units, of.wanted.units, of.wanted.parameters, of.response)
        return plain_rows(found, effect_parameters(of.rules), handed)


def effect_rows(tables: Tables, of: EffectQuestion) -> pl.DataFrame:
    """The rows of `effect_analysis`, which may raise."""
    return effect_analysis(tables, of).rows()


def effect_analysis(tables: Tables, of: EffectQuestion) -> EffectAnalysis:
    """The curve of every interval, its numbers, and why one has no value.

    Raises:
        ConfigError: a column is missing or of the wrong type, a unit or a parameter that cannot be.
        DataError: rows that cannot be used.
    """
    options = of.options.in_time_unit(factor(of.units.time, "h"))
    of = replace(of, options=options)
    responses = tables.conc.drop(OF_SAMPLES, strict=False)
    plain = options.model_copy(
        update={"blq": BlqByPosition(), "lambda_z": type(options.lambda_z)()}
    )
    given = prepared(
        Tables(responses, tables.dose, tables.intervals, tables.names, tables.unused),
        of.keys,
        plain,
    )
    asked = given.intervals or default_intervals(given.samples, given.doses)
    curve, numbers, why = _computed(given, asked, of.rules)
    groups = groups_with(of.wanted.keep, given.groups, tables)
    return EffectAnalysis(of, groups, asked, curve, numbers, why)


def _computed(
    given: Prepared, asked: Intervals, rules: EffectRules
) -> tuple[Curve, Numbers, Reasons]:
    """The curves, every parameter, and why it has no value."""
    low, high, seen = _rows(given, asked)
    baseline = _baseline(given, asked, rules, low + seen)
    curve = _curve(given, asked, (low, high, seen), baseline)
    no_dose = np.where(np.isnan(asked.start), reasons.SAID[reasons.NO_DOSE].en, "")
    measured = curve.total(curve.measured.astype(float)) > 0
    none = _first(no_dose, np.where(measured, "", NONE))
    no_baseline = np.where(np.isnan(baseline), NO_BASELINE, "")
    no_area = _first(none, np.where(curve.size < 2, ONE, ""))
    no_level = _first(none, no_baseline, no_area)
    of_level = about(curve, baseline, LEVELS[0])
    found: Numbers = {"RBASE": baseline, **extremes(curve), **of_level}
    why = dict.fromkeys(found, none) | dict.fromkeys(of_level, no_level)
    why["RBASE"] = _first(no_dose, no_baseline)
    if rules.has_threshold:
        more, why_more = _of_threshold(curve, (baseline, of_level), rules, (no_level, no_area))
        found, why = found | more, why | why_more
    for place, line in enumerate(rules.slopes, start=1):
        more, why_more = _of_line(curve, line, f"SLOPE{place}", none)
        found, why = found | more, why | why_more
    return curve, found, why


def _of_threshold(
    curve: Curve, of_baseline: tuple[Floats, Numbers], rules: EffectRules, no: tuple[Texts, Texts]
) -> tuple[Numbers, Reasons]:
    """What is about the threshold; no: why nothing is about the baseline, and why there is no area."""
    (baseline, about_baseline), (no_level, no_area) = of_baseline, no
    share = rules.threshold_of_baseline
    fixed = rules.threshold if rules.threshold is not None else np.nan
    threshold = baseline * share if share is not None else np.full(len(baseline), fixed)
    of_level = about(curve, threshold, LEVELS[1])
    crossed = crossings(curve, baseline, threshold)
    below, above = (of_level[f"T{w}T"] - about_baseline[f"T{w}B"] for w in "BA")
    between = np.where(threshold > baseline, below, above)
    same = _first(no_level, np.where(threshold == baseline, SAME_LEVEL, ""))
    never = _first(same, np.full(len(same), NEVER))
    stays = np.where(np.isnan(crossed["TONSET"]), never, STAYS)
    why = dict.fromkeys(of_level, no_area if share is None else no_level)
    why |= {"RTHR": no_level, "TBTWN": no_level}
    why |= {"TONSET": never, "TOFFSET": stays, "TOFFON": stays}
    return {"RTHR": threshold, **of_level, **crossed, "TBTWN": between}, why


def _of_line(curve: Curve, line: EffectSlope, code: str, none: Texts) -> tuple[Numbers, Reasons]:
    """Slope, R² and points of one line."""
    fitted = slope(curve, line)
    no_log = fitted.pop("_NOLOG") > 0
    bad = _first(none, np.where(no_log, NO_LOG, np.where(fitted["N"] < 2, FEW, "")))
    bad = _first(bad, np.full(len(bad), NO_SPREAD))
    return {f"{code}{n}": v for n, v in fitted.items()}, {f"{code}{n}": bad for n in fitted}


def _first(*causes: Texts) -> Texts:
    """The first cause that is there, in reading order."""
    out = causes[0]
    for cause in causes[1:]:
        out = np.where(out == "", cause, out)
    return out


def _rows(given: Prepared, asked: Intervals) -> tuple[Ints, Ints, Ints]:
    """First and one-past-last response of each interval, and whether the first was measured at the dose."""
    samples = given.samples
    first, last = samples.rows.first[asked.group], samples.rows.last[asked.group]
    start = np.where(np.isnan(asked.start), np.inf, asked.start)
    low = rows_before(samples.time, first, last, start - SAME_TIME, including=False)
    until = np.where(np.isnan(asked.start), -np.inf, asked.end)
    high = rows_before(samples.time, low, last, until + SAME_TIME, including=True)
    seen = (low < high) & (take(samples.time, low) <= start + SAME_TIME)
    return low, np.maximum(high, low), seen.astype(np.int64)


def _baseline(given: Prepared, asked: Intervals, rules: EffectRules, behind: Ints) -> Floats:
    """The baseline of each interval; behind: one past the last response at or before its dose."""
    samples, doses = given.samples, given.doses
    dosed = first_doses(doses, asked)
    stated = doses.body.get("RBASE")
    own = np.full(len(behind), np.nan)
    if stated is not None:
        own = np.where(dosed >= 0, np.append(stated, np.nan)[dosed], np.nan)
    if not isinstance(rules.baseline, str):
        return np.where(np.isnan(own), rules.baseline, own)
    begin = samples.rows.first[asked.group]
    if len(doses.time):
        earlier = dosed > doses.rows.first[asked.group]
        before = np.where(earlier, take(doses.time, dosed - 1), -np.inf)
        begin = rows_before(
            samples.time, begin, samples.rows.last[asked.group], before + SAME_TIME, including=True
        )
    some = (behind > begin) & ~np.isnan(asked.start)
    if rules.baseline != "predose_mean":
        found = take(samples.conc, behind - 1)
    else:
        sums = np.append(0.0, np.cumsum(samples.conc))
        found = (sums[behind] - sums[np.minimum(begin, behind)]) / np.maximum(behind - begin, 1)
    return np.where(np.isnan(own), np.where(some, found, np.nan), own)


def _curve(
    given: Prepared, asked: Intervals, rows: tuple[Ints, Ints, Ints], baseline: Floats
) -> Curve:
    """The responses from the dose on, with the baseline at the dose where none was measured there."""
    low, high, seen = rows
    put = (seen == 0) & (high > low) & ~np.isnan(baseline)
    size = high - low + put
    first = np.append(0, np.cumsum(size))
    unit = np.repeat(np.arange(len(size)), size)
    row = np.arange(first[-1]) - first[unit] + low[unit] - put[unit]
    measured = row >= low[unit]
    time = np.where(measured, take(given.samples.time, row) - asked.start[unit], 0.0)
    response = np.where(measured, take(given.samples.conc, row), baseline[unit])
    return Curve(first, time, response, measured)
