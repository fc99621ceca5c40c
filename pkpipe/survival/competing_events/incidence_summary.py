"""What is read off cumulative incidences: a row a group, kind of event, statistic and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.survival.competing_events.incidence import KIND, incidences
from pkpipe.survival.curves.curve_summary import CARRIED, SCHEMA, Reading, too_few
from pkpipe.survival.curves.readings import incidences_at

INCIDENCE: Final = {
    "GROUP": pl.String(),
    KIND: pl.String(),
    **{name: kind for name, kind in SCHEMA.items() if name != "GROUP"},
}
EVENTS: Final = "CIF_EVENTS"
CIF: Final = "CIF"
C: Final = pl.col
_BY: Final = ("GROUP", KIND)


def incidence_summary(frame: pl.DataFrame, kinds: Sequence[str], reading: Reading) -> pl.DataFrame:
    """Events of each kind, and its cumulative incidence at each time asked for and at the last time.

    Args:
        frame: GROUP (text), TIME, EVENT, KIND, optional ENTRY.
        kinds: in the order to show.
        reading: limits, level, times.
    """
    steps = incidences(frame, kinds, ("GROUP",), reading.conf, reading.level)
    counted = steps.group_by(_BY).agg(ESTIMATE=C("NEVENT").sum().cast(pl.Float64))
    groups = frame.select("GROUP").unique().sort("GROUP")
    each = groups.join(pl.DataFrame({KIND: list(kinds)}), how="cross", maintain_order="left_right")
    events = each.join(counted, on=list(_BY), how="left", nulls_equal=True).select(
        *_BY, C("ESTIMATE").fill_null(0.0), STAT=pl.lit(EVENTS)
    )
    points = incidences_at(steps, reading.at, _BY)
    if reading.at_last:
        ends = steps.group_by(_BY, maintain_order=True).last()
        ends = ends.with_columns(AT="TIME", BEYOND=False).select(points.columns)
        points = pl.concat([points, ends])
        points = points.unique([*_BY, "AT"], keep="first", maintain_order=True)
    table = pl.concat([events, _noted(points, reading)], how="diagonal")
    order = {kind: i for i, kind in enumerate(kinds)}
    place = C(KIND).replace_strict(order, return_dtype=pl.Int64)
    absent = [name for name in INCIDENCE if name not in table.columns]
    return (
        table.with_columns(pl.lit(None).alias(name) for name in absent)
        .sort("GROUP", place, C("STAT") == CIF, "AT", nulls_last=True, maintain_order=True)
        .select(C(name).cast(kind) for name, kind in INCIDENCE.items())
    )


def _noted(points: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """CIF rows, without a number where too few are at risk, and with what is remarkable about one."""
    few = too_few(reading)
    note = (
        pl.when(few)
        .then(pl.lit(f"not estimable: fewer than {reading.min_at_risk} at risk"))
        .when(C("BEYOND"))
        .then(pl.lit(CARRIED))
        .when(C("CIF") == 0)
        .then(pl.lit("no event of this kind yet: no limits"))
        .when(C("LOWER").is_null())
        .then(pl.lit("all had this event: no limits on this scale"))
    )
    numbers = {"ESTIMATE": "CIF", "SE": "SE", "LOWER": "LOWER", "UPPER": "UPPER"}
    return points.select(
        *_BY,
        "AT",
        *(pl.when(~few).then(column).alias(name) for name, column in numbers.items()),
        STAT=pl.lit(CIF),
        NOTE=note,
    )
