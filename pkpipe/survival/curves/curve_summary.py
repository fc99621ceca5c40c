"""Everything read off Kaplan-Meier curves as one long table: a row a group, statistic and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.protocol.survival_options import Conf
from pkpipe.sentences import sentence
from pkpipe.survival.curves.km import curves, reversed_events
from pkpipe.survival.curves.observations import ENTRY, left_out
from pkpipe.survival.curves.quantiles import medians, quartiles
from pkpipe.survival.curves.readings import landmarks, restricted_means

ESTIMATE_COLUMNS: Final = ("ESTIMATE", "SE", "LOWER", "UPPER")
STATS: Final = (
    *("N", "EVENTS", "CENSORED", "MEDIAN", "Q25", "Q50", "Q75"),
    *("SURV", "NRISK", "CUMEVENTS", "CUMCENSORED", "RMST"),
    *("FOLLOWUP", "FOLLOWUP_Q25", "FOLLOWUP_Q50", "FOLLOWUP_Q75"),
)
SCHEMA: Final = {
    "GROUP": pl.String(),
    "STAT": pl.String(),
    "AT": pl.Float64(),
    **dict.fromkeys(ESTIMATE_COLUMNS, pl.Float64()),
    "NOTE": pl.String(),
}
NOT_REACHED: Final = "not reached"
CARRIED: Final = "after the last time: last value carried forward"


@dataclass(frozen=True)
class Reading:
    """What to read off the curves."""

    conf: Conf = "log-log"
    level: float = 0.95
    at: tuple[float, ...] = ()  # landmarks and horizons
    min_at_risk: int | None = None  # below: not estimable; None: R's values, with a note
    at_last: bool = True  # restricted mean up to each group's last time too


@dataclass(frozen=True)
class _Curves:
    """The curves of one set of groups; GROUP is the only group column."""

    subjects: pl.DataFrame  # GROUP, TIME, EVENT
    counts: pl.DataFrame  # GROUP, N, DROPPED
    curve: pl.DataFrame
    reverse: pl.DataFrame


BY: Final = ("GROUP",)


def summary(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Counts, quantiles, landmarks, restricted means and follow-up of every group.

    Args:
        frame: GROUP (text), TIME, EVENT, optional ENTRY; a group whose subjects all lack a time is shown
            with N = 0.
        reading: limits, level, times.
    """
    curve = curves(frame, "TIME", "EVENT", BY, reading.conf, reading.level)
    reverse = curves(
        reversed_events(frame, "EVENT"), "TIME", "EVENT", BY, reading.conf, reading.level
    )
    known = _Curves(frame, left_out(frame, "TIME", "EVENT", BY), curve, reverse)
    parts: tuple[Callable[[_Curves, Reading], pl.DataFrame], ...] = (
        _counts,
        _median,
        _quartiles,
        _landmarks,
        _restricted,
        _follow_up,
    )
    table = pl.concat([pl.DataFrame(schema=SCHEMA), *(_shaped(p(known, reading)) for p in parts)])
    place = pl.col("STAT").replace_strict({s: i for i, s in enumerate(STATS)}, return_dtype=pl.Int8)
    return table.sort("GROUP", place, "AT", nulls_last=True, maintain_order=True)


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    absent = [c for c in SCHEMA if c not in rows.columns]
    return rows.with_columns(pl.lit(None).alias(c) for c in absent).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )


def _counts(known: _Curves, _reading: Reading) -> pl.DataFrame:
    happened = known.curve.group_by("GROUP").agg(
        EVENTS=pl.col("NEVENT").sum(), CENSORED=pl.col("NCENSOR").sum()
    )
    counts = known.counts.join(happened, on="GROUP", how="left", nulls_equal=True).with_columns(
        pl.col("EVENTS", "CENSORED").fill_null(0)
    )
    counts = counts.join(_after_the_end(known), on="GROUP", how="left", nulls_equal=True)
    dropped = pl.concat_str(
        pl.when(pl.col("DROPPED") > 0).then(
            sentence("{} without time or event flag left out", "DROPPED")
        ),
        pl.when(pl.col("LATER") > 0).then(
            sentence("{} enter when the curve is 0 already: they cannot raise it", "LATER")
        ),
        separator="; ",
        ignore_nulls=True,
    ).replace("", None)
    return pl.concat(
        counts.select(
            "GROUP",
            STAT=pl.lit(stat),
            ESTIMATE=pl.col(stat).cast(pl.Float64),
            NOTE=dropped if stat == "N" else pl.lit(None, dtype=pl.String),
        )
        for stat in ("N", "EVENTS", "CENSORED")
    )


def _after_the_end(known: _Curves) -> pl.DataFrame:
    """How many of each group enter when everybody at risk has had the event: the curve stays at 0."""
    ends = known.curve.filter(pl.col("SURV") == 0).group_by("GROUP").agg(END=pl.col("TIME").min())
    if ENTRY not in known.subjects.columns:
        return ends.select("GROUP", LATER=pl.lit(0))
    rows = known.subjects.join(ends, on="GROUP", how="inner", nulls_equal=True)
    later = (pl.col(ENTRY) >= pl.col("END")).sum()
    return rows.group_by("GROUP").agg(LATER=later)


def _everyone(known: _Curves, found: pl.DataFrame, stat: str) -> pl.DataFrame:
    """The statistic for every group, also for one without a curve, with a note where it is missing."""
    rows = known.counts.select("GROUP", "N").join(found, on="GROUP", how="left")
    no_limit = [
        pl.when(pl.col(side).is_null()).then(pl.lit(f"{side.lower()} limit {NOT_REACHED}"))
        for side in ("LOWER", "UPPER")
        if side in found.columns
    ]
    limits = pl.concat_str(no_limit, separator="; ", ignore_nulls=True) if no_limit else pl.lit("")
    note = (
        pl.when(pl.col("N") == 0)
        .then(pl.lit("no subject"))
        .when(pl.col("ESTIMATE").is_null())
        .then(pl.lit(NOT_REACHED))
        .when(limits != "")
        .then(limits)
    )
    return rows.with_columns(STAT=pl.lit(stat), NOTE=note)


def _median(known: _Curves, _reading: Reading) -> pl.DataFrame:
    return _everyone(known, medians(known.curve, BY), "MEDIAN")


def _quartiles(known: _Curves, _reading: Reading) -> pl.DataFrame:
    return _each_quartile(known, known.curve, "")


def _each_quartile(known: _Curves, curve: pl.DataFrame, prefix: str) -> pl.DataFrame:
    found = quartiles(curve, BY)
    return pl.concat(
        _shaped(_everyone(known, found.filter(STAT=stat).drop("STAT"), f"{prefix}{stat}"))
        for stat in ("Q25", "Q50", "Q75")
    )


def _landmarks(known: _Curves, reading: Reading) -> pl.DataFrame:
    points = landmarks(known.curve, reading.at, BY)
    why = (
        pl.when(too_few(reading))
        .then(pl.lit(f"not estimable: fewer than {reading.min_at_risk} at risk"))
        .when(pl.col("SURV") == 0)
        .then(pl.lit("S is 0: no standard error, no limits"))
        .when(pl.col("BEYOND"))
        .then(pl.lit(CARRIED))
        .when(pl.col("LOWER").is_null())
        .then(pl.lit("S is 1: no limits on this scale"))
    )
    points = points.with_columns(NOTE=why)
    counts = {"NRISK": "NRISK", "CUMEVENTS": "EVENTS", "CUMCENSORED": "CENSORED"}
    return pl.concat(
        [
            _shaped(_unless_few(points.rename({"SURV": "ESTIMATE"}), reading, "SURV")),
            *(
                _shaped(
                    points.select(
                        "GROUP", "AT", STAT=pl.lit(s), ESTIMATE=pl.col(c).cast(pl.Float64)
                    )
                )
                for s, c in counts.items()
            ),
        ]
    )


def too_few(reading: Reading) -> pl.Expr:
    """Whether fewer are at risk than the plan asks for."""
    return pl.lit(False) if reading.min_at_risk is None else pl.col("NRISK") < reading.min_at_risk


def _unless_few(points: pl.DataFrame, reading: Reading, stat: str) -> pl.DataFrame:
    """The estimates, null where the plan asks for more subjects at risk."""
    few = too_few(reading)
    return points.with_columns(
        *(pl.when(~few).then(c).alias(c) for c in ESTIMATE_COLUMNS if c in points.columns),
        STAT=pl.lit(stat),
    )


def _restricted(known: _Curves, reading: Reading) -> pl.DataFrame:
    means = restricted_means(known.curve, [t for t in reading.at if t > 0], BY)
    if reading.at_last:
        last = known.curve.group_by("GROUP", maintain_order=True).agg(AT=pl.col("TIME").max())
        longest = restricted_means(known.curve, last["AT"].unique().to_list(), BY)
        means = pl.concat([means, longest.join(last, on=["GROUP", "AT"], how="semi")])
        means = means.unique(["GROUP", "AT"], keep="first", maintain_order=True)
    at_risk = pl.concat(
        [landmarks(known.curve, [t], BY) for t in means["AT"].unique().sort()]
        or [landmarks(known.curve, (), BY)]
    ).select("GROUP", "AT", "NRISK")
    means = means.join(at_risk, on=["GROUP", "AT"], how="left", maintain_order="left")
    why = (
        pl.when(too_few(reading))
        .then(pl.lit(f"not estimable: fewer than {reading.min_at_risk} at risk"))
        .when(pl.col("BEYOND"))
        .then(pl.lit(CARRIED))
    )
    return _unless_few(means.rename({"RMST": "ESTIMATE"}).with_columns(NOTE=why), reading, "RMST")


def _follow_up(known: _Curves, _reading: Reading) -> pl.DataFrame:
    return pl.concat(
        [
            _shaped(_everyone(known, medians(known.reverse, BY), "FOLLOWUP")),
            _each_quartile(known, known.reverse, "FOLLOWUP_"),
        ]
    )


def few_counted(
    table: pl.DataFrame, size: pl.Expr, fewest: int, counts: Sequence[str] = ("N", "EVENTS")
) -> pl.DataFrame:
    """Of a group with fewer subjects only these are given, and their events; NOTE says so."""
    few = (size < fewest) & ~pl.col("STAT").is_in(counts)
    return table.with_columns(
        *(pl.when(~few).then(c).alias(c) for c in ("ESTIMATE", "SE", "LOWER", "UPPER")),
        NOTE=pl.when(few)
        .then(pl.lit(f"fewer than {fewest} subjects: listed, not estimated"))
        .otherwise("NOTE"),
    )
