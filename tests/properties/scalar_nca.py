"""An independent scalar NCA, written from the definitions."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import assume


def scalar_area(times, concs, method, peak):
    area = moment = 0.0
    for (t1, c1), (t2, c2) in itertools.pairwise(zip(times, concs, strict=True)):
        log = c1 > 0 and c2 > 0 and c1 != c2
        log &= {"linear": False, "linear_up_log_down": c2 < c1, "linear_log": t2 > peak}[method]
        if log:
            k = math.log(c1 / c2) / (t2 - t1)
            area += (c1 - c2) / k
            moment += (t1 * c1 - t2 * c2) / k + (c1 - c2) / k**2
        else:
            area += (t2 - t1) * (c1 + c2) / 2
            moment += (t2 - t1) * (t1 * c1 + t2 * c2) / 2
    return area, moment


def scalar_slope(times, concs):
    """(λz, adjusted R², points) of the chosen window, or None."""
    windows = []
    for n in range(3, len(times) + 1):
        x, y = np.array(times[-n:]), np.log(concs[-n:])
        x = x - x.mean()
        spread = ((y - y.mean()) ** 2).sum()
        if spread < 1e-20:
            continue
        slope = (x * (y - y.mean())).sum() / (x * x).sum()
        r2 = slope**2 * (x * x).sum() / spread
        if slope < 0:
            windows.append((n, -slope, 1 - (1 - r2) * (n - 1) / (n - 2)))
    if not windows:
        return None
    best = max(w[2] for w in windows)
    # A window within a hair of the tolerance may fall on either side of it in another order of sums.
    assume(all(abs(best - w[2] - 1e-4) > 1e-9 for w in windows))
    n, rate, r2adj = max(w for w in windows if w[2] > best - 1e-4)
    return rate, r2adj, n


def scalar_nca(times, concs, method):
    quantified = [i for i, c in enumerate(concs) if c > 0]
    if not quantified:
        return None
    first, last = quantified[0], quantified[-1]
    kept = [i for i in range(last + 1) if concs[i] > 0 or i < first]
    t, c = [times[i] for i in kept], [concs[i] for i in kept]
    peak = times[max(quantified, key=lambda i: (concs[i], -i))]
    if t[0] > 0:
        t, c = [0.0, *t], [0.0, *c]
    area, moment = scalar_area(t, c, method, peak)
    after = [(a, b) for a, b in zip(t, c, strict=True) if b > 0 and a > max(peak, 1.0)]
    slope = scalar_slope([a for a, _ in after], [b for _, b in after]) if len(after) > 2 else None
    return {"AUCLST": area, "AUMCLST": moment, "TMAX": peak, "slope": slope, "CLST": c[-1]}
