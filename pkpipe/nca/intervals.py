"""What is asked: one interval of one group each, with its kind; by default one a dose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca.sorted_arrays import Bytes, Doses, Floats, Ints, Samples

KINDS: Final = ("SD", "MD", "PART")
SD, MD, PART = 0, 1, 2


@dataclass(frozen=True)
class Intervals:
    """What is asked: group, window and kind of each interval; `start` NaN: the group has no dose."""

    group: Ints
    start: Floats
    end: Floats  # inf: to infinity
    kind: Bytes
    by_default: bool = False  # nobody asked: one a dose, and END is no more than the next dose


def default_intervals(samples: Samples, doses: Doses) -> Intervals:
    """One interval a dose, ending at the next; the first one of a group is a single dose, later ones are not.

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
    kind = np.append(np.where(is_first, SD, MD), np.full(len(bare), SD)).astype(np.int8)
    group = np.append(group, bare)
    order = np.lexsort((start, group))
    group = group[order].astype(np.int64)
    return Intervals(group, start[order], end[order], kind[order], by_default=True)
