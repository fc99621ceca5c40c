"""Planned assessments: which were missed before an event, and which planned date a scan belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.survival.options import TteOptions

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Planned:
    """The windows of all planned assessments in days from the start, the same for every subject.

    Early and late edges rise together, so a sorted search answers every question.
    """

    target: Numbers
    early: Numbers
    late: Numbers

    @classmethod
    def of(cls, options: TteOptions, rows: pl.DataFrame, base: pl.DataFrame) -> Planned:
        """The windows of the schedule up to one past the last date anybody has; none without a schedule."""
        if options.schedule is None:
            return cls(*(np.empty(0) for _ in range(3)))
        plan = options.schedule
        last = pl.max_horizontal(pl.lit(rows["ADT"].max(), dtype=pl.Date), "EVDT")
        span = base.select((last - pl.col("STARTDT")).dt.total_days().max()).item() or 0
        longest = max(plan.every_weeks, plan.then_every_weeks or 0)
        weeks = plan.planned_weeks(span / 7 + longest + plan.window_days / 7)
        target = np.round(7 * np.asarray(weeks, dtype=np.float64))
        return cls(target, target - plan.window_days, target + plan.window_days)

    def _visit(self, days: pl.Series, *, or_next: bool) -> pl.Series:
        """Planned day (from the start) of the window a day lies in, or of the next one; null if none."""
        wanted = days.cast(pl.Float64).to_numpy()
        if not self.target.size:
            return pl.Series([None] * len(days), dtype=pl.Int64)
        place = np.minimum(np.searchsorted(self.late, wanted, side="left"), self.target.size - 1)
        inside = wanted <= self.late[place]
        if not or_next:
            inside &= wanted >= self.early[place]
        found = np.where(inside & np.isfinite(wanted), self.target[place], np.nan)
        return pl.Series(found).fill_nan(None).cast(pl.Int64)

    def attended(self, days: pl.Expr) -> pl.Expr:
        """Planned date of the assessment a scan was made for, null for an unscheduled one."""
        offset = days.map_batches(lambda s: self._visit(s, or_next=False), return_dtype=pl.Int64)
        return pl.col("STARTDT") + pl.duration(days=offset)

    def with_missed(self, base: pl.DataFrame, options: TteOptions) -> pl.DataFrame:
        """Adds NMISS, MISSED and PDVIS (planned date of the progression)."""
        days = base.select(
            EVENT=(pl.col("EVDT") - pl.col("STARTDT")).dt.total_days(),
            LAST=(pl.coalesce("LADQEV", "STARTDT") - pl.col("STARTDT")).dt.total_days(),
            PD=(pl.col("PDDT") - pl.col("STARTDT")).dt.total_days(),
        )
        known = days["EVENT"].is_not_null() & days["LAST"].is_not_null()
        event = days["EVENT"].cast(pl.Float64).to_numpy()
        last = days["LAST"].cast(pl.Float64).to_numpy()
        # Windows over before the event, less those begun by the last adequate assessment.
        over = np.searchsorted(self.late, event, side="left")
        begun = np.searchsorted(self.early, last, side="right")
        missed = pl.Series(np.maximum(over - begun, 0), dtype=pl.Int64)
        table = base.with_columns(
            NMISS=pl.when(known).then(missed) if options.schedule else pl.lit(None, dtype=pl.Int64),
            PDVISD=self._visit(days["PD"], or_next=True),
        )
        if options.gap is not None:
            longest = 2 * options.gap.interval_days + options.gap.window_days
            too_many = (days["EVENT"] - days["LAST"] > longest).fill_null(value=False)
            table = table.with_columns(too_many.alias("MISSED"))
        else:
            table = table.with_columns(
                MISSED=(pl.col("NMISS") >= options.missed).fill_null(value=False)
            )
        planned = pl.col("STARTDT") + pl.duration(days=pl.col("PDVISD"))
        # A planned date may lie after the cutoff or a death; the progression is not known later than those.
        return table.with_columns(
            PDVIS=pl.when(pl.col("PDVISD").is_not_null())
            .then(pl.min_horizontal(planned, "DTHDT", "CUTDT"))
            .otherwise("PDDT")
        ).drop("PDVISD")
