"""What is to be computed: tables checked and laid out, every interval with its rows, doses and options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.given_tables.inputs import prepared
from pkpipe.nca.given_tables.notes import NOTHING, Notes
from pkpipe.nca.given_tables.row_checks import Tables, needs_lloq
from pkpipe.nca.handed_out import ALL, Output, Wanted, output
from pkpipe.nca.laid_out.doses_given import first_doses
from pkpipe.nca.laid_out.intervals import Intervals, default_intervals, with_partial_areas
from pkpipe.nca.laid_out.intervals_laid_out import Work, planned_work, stacked
from pkpipe.nca.laid_out.sorted_arrays import Samples
from pkpipe.protocol.nca_options import Options
from pkpipe.units import StudyUnits, factor

VARIED: Final = ("blq", "auc_method", "lambda_z")  # what variants of one analysis may differ in


@dataclass(frozen=True)
class Analysis:
    """What is to be computed: every interval with its rows and doses."""

    keys: tuple[str, ...]
    groups: pl.DataFrame
    samples: Samples
    intervals: Intervals
    work: Work
    options: Options
    units: StudyUnits
    variants: tuple[
        Options, ...
    ] = ()  # every interval once under each, in this order; none: `options`

    out: Output = field(default_factory=Output)
    notes: Notes = NOTHING  # what a reader of the tables should know of how they were read

    @property
    def beside(self) -> tuple[str, ...]:
        """The columns that stand beside every result: the keys and what is kept."""
        return (*self.keys, *self.out.kept)

    @property
    def height(self) -> int:
        """How many intervals there are."""
        return len(self.work.low)


def planned(
    tables: Tables,
    options: Options,
    keys: Sequence[str],
    units: StudyUnits,
    wanted: Wanted = ALL,
) -> Analysis:
    """Check the tables, sort them if needed, find the rows and doses of every interval.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    options = options.in_time_unit(factor(units.time, "h"))
    given = prepared(tables, keys, options)
    asked = given.intervals
    if asked is None:
        asked = default_intervals(given.samples, given.doses)
    asked = with_partial_areas(asked, given.doses, options.partial_areas)
    work = planned_work(given.samples, given.doses, asked, options)
    of = (asked.group, first_doses(given.doses, asked))
    out, groups = output(wanted, tables, given, of, units)
    parts = (groups, given.samples, asked, work, options, units)
    return Analysis(tuple(keys), *parts, out=out, notes=given.notes)


def planned_variants(tables: Tables, variants: Sequence[Options], keys: Sequence[str]) -> Analysis:
    """As `planned`, every interval under every variant: checked, sorted and laid out once for all.

    Raises:
        ConfigError: a column is missing or of the wrong type; the variants differ in more than `VARIED`.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    first = variants[0]
    shared = first.model_dump(exclude=set(VARIED))
    if any(v.model_dump(exclude=set(VARIED)) != shared for v in variants):
        raise ConfigError(f"variants of one analysis may differ in {', '.join(VARIED)} only")
    # the table is read as the most demanding variant wants it
    given = prepared(tables, keys, next((v for v in variants if needs_lloq(v)), first))
    asked = given.intervals
    if asked is None:
        asked = default_intervals(given.samples, given.doses)
    work = stacked([planned_work(given.samples, given.doses, asked, v) for v in variants])
    again = _repeated(asked, len(variants))
    parts = (given.groups, given.samples, again, work)
    return Analysis(tuple(keys), *parts, first, StudyUnits(), tuple(variants))


def _repeated(asked: Intervals, times: int) -> Intervals:
    return replace(
        asked,
        group=np.tile(asked.group, times),
        start=np.tile(asked.start, times),
        end=np.tile(asked.end, times),
        kind=np.tile(asked.kind, times),
    )
