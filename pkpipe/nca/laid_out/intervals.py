"""What is asked: one interval of one group each, with its kind; by default one a dose.

The partial areas of the options are added to whatever is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca.laid_out.sorted_arrays import (
    SAME_TIME,
    Bytes,
    Doses,
    Flags,
    Floats,
    Ints,
    Samples,
    rows_before,
)
from pkpipe.protocol.nca_options import PartialArea

INTERVAL_KINDS: Final = ("SD", "MD", "PART")
SD, MD, PART = 0, 1, 2


@dataclass(frozen=True)
class Intervals:
    """What is asked: group, window and kind of each interval; `start` NaN: the group has no dose."""

    group: Ints
    start: Floats
    end: Floats  # inf: to infinity
    kind: Bytes
    by_default: bool = False  # nobody asked: one a dose, and END is no more than the next dose
    cut: Flags | None = None  # a partial area of the options before whose end another dose is given


def default_intervals(samples: Samples, doses: Doses) -> Intervals:
    """One interval a dose, ending at the next; the first one of a group is a single dose, later ones are not.

    Nor is a first one of which the table says that others were given before it (FIRSTFL N).
    Parts of one infusion, each beginning where the one before it ends, are one dose. A group without any dose
    keeps one interval without a start, so that it is reported.
    """
    n = len(doses.time)
    sizes = doses.rows.last - doses.rows.first
    # Walk the groups in order; rows of a group lie together.
    group = np.repeat(np.arange(len(sizes)), sizes)
    row = np.repeat(doses.rows.first - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(n)
    begins = doses.begins[row]
    group, row = group[begins], row[begins]
    is_first = row == doses.rows.first[group]
    is_last = np.append(group[1:] != group[:-1], np.ones(min(len(group), 1), bool))
    following = doses.time[np.append(row[1:], row[:1])]
    bare = np.flatnonzero((sizes == 0) & (samples.rows.last > samples.rows.first))
    start = np.append(doses.time[row], np.full(len(bare), np.nan))
    end = np.append(np.where(is_last, np.inf, following), np.full(len(bare), np.inf))
    single = is_first & (doses.said_first[row] != 0)
    kind = np.append(np.where(single, SD, MD), np.full(len(bare), SD)).astype(np.int8)
    group = np.append(group, bare)
    order = np.lexsort((start, group))
    group = group[order].astype(np.int64)
    return Intervals(group, start[order], end[order], kind[order], by_default=True)


def with_partial_areas(asked: Intervals, doses: Doses, areas: Sequence[PartialArea]) -> Intervals:
    """What is asked, and the partial areas after the start of each of its profiles.

    One that is asked for as well stays as it is asked.
    """
    whole = (asked.kind != PART) & ~np.isnan(asked.start)
    if not areas or not whole.any():
        return asked
    group = np.repeat(asked.group[whole], len(areas))
    begin = np.repeat(asked.start[whole], len(areas))
    start = begin + np.tile([a.start for a in areas], int(whole.sum()))
    end = begin + np.tile([a.end for a in areas], int(whole.sum()))
    cut = _next_dose(doses, group, begin) < end - SAME_TIME
    new = _not_among(
        _named(group, start, end), _named(asked.group, asked.start, asked.end).filter(~whole)
    )
    group, start = np.append(asked.group, group[new]), np.append(asked.start, start[new])
    end, cut = np.append(asked.end, end[new]), np.append(np.zeros(len(whole), bool), cut[new])
    kind = np.append(asked.kind, np.full(len(group) - len(whole), PART)).astype(np.int8)
    order = np.lexsort((kind, end, start, group))
    return replace(
        asked,
        group=group[order],
        start=start[order],
        end=end[order],
        kind=kind[order],
        cut=cut[order],
    )


def _named(group: Ints, start: Floats, end: Floats) -> pl.DataFrame:
    return pl.DataFrame({"group": group, "start": start, "end": end})


def _not_among(these: pl.DataFrame, others: pl.DataFrame) -> Ints:
    """The places of the intervals that are not among the others."""
    return these.with_row_index("at").join(others, on=these.columns, how="anti")["at"].to_numpy()


def _next_dose(doses: Doses, group: Ints, time: Floats) -> Floats:
    """When the next dose after that time begins, inf if there is none; a part of an infusion is none."""
    n = len(doses.time)
    first, last = doses.rows.first[group], doses.rows.last[group]
    row = rows_before(doses.time, first, last, time + SAME_TIME, including=True)
    begins = np.append(np.where(doses.begins, np.arange(n), n), n)
    begins = np.minimum.accumulate(begins[::-1])[::-1][row]
    return np.where(begins < last, np.append(doses.time, np.inf)[np.minimum(begins, n)], np.inf)
