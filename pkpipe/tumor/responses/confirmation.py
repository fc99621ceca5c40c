"""Whether a complete or partial response is confirmed, for all subjects at once (REC-6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.sentences import sentence
from pkpipe.tumor.lesions.segments import BAND, first_match, running_count, running_max
from pkpipe.tumor.options import ResponseOptions

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class Confirmation:
    """What confirms a response and what may lie between the two (NE and SD: so many as the options allow)."""

    response: str
    confirmed_by: tuple[str, ...]
    between: tuple[str, ...]


CONFIRMATIONS: Final = (
    Confirmation("CR", confirmed_by=("CR",), between=("CR", "NE")),
    Confirmation("PR", confirmed_by=("CR", "PR"), between=("CR", "PR", "SD", "NE")),
)


@dataclass(frozen=True)
class Obstacle:
    """One reason why a response is not confirmed; the first that holds is given."""

    when: pl.Expr
    words: pl.Expr


def obstacles(options: ResponseOptions) -> tuple[Obstacle, ...]:
    """Why a response is not confirmed, in reading order; columns as `with_confirmation` counts them."""
    sd_allowed = int(options.accept_sd)
    late = f"not followed by another response at least {options.confirm_days} days later"
    return (
        Obstacle(pl.col("LATER").is_null(), pl.lit(late)),
        Obstacle(pl.col("NOTHER") > 0, pl.lit("another response lies in between")),
        Obstacle(pl.col("FELLBACK"), pl.lit("PR after CR in between")),
        Obstacle(
            pl.col("NNE") > options.max_ne,
            sentence("{} NE in between, {} allowed", "NNE", pl.lit(options.max_ne)),
        ),
        Obstacle(
            (pl.col("NSD") > sd_allowed) & (pl.col("CLASS") == "PR"),
            sentence("{} SD in between, {} allowed", "NSD", pl.lit(sd_allowed)),
        ),
    )


def with_confirmation(rows: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """Adds CONF (`CR` or `PR` where confirmed), CONFDT (when), UNCONF (why not) to counted assessments.

    rows: sorted by group G and ADT, one a day, none after progression.
    The confirming assessment is the first that could confirm and lies `confirm_days` or more later.
    """
    rows = rows.with_columns(I=pl.int_range(pl.len())).with_columns(
        LATER=pl.Series(_first_later(rows, options.confirm_days), dtype=pl.Int64)
    )
    kind = pl.col("CLASS")
    sums = {
        "NNE": running_count(kind == "NE"),
        "NSD": running_count(kind == "SD"),
        **{f"N{c.response}": running_count(~kind.is_in(c.between)) for c in CONFIRMATIONS},
        # Row of the last PR so far, and of the last CR before that PR.
        "LASTPR": running_max(pl.when(kind == "PR").then("I"), pl.col("G")),
        "CRBEFORE": running_max(
            pl.when(kind == "PR").then(running_max(pl.when(kind == "CR").then("I"), pl.col("G"))),
            pl.col("G"),
        ),
    }
    here = rows.with_columns(**sums)
    there = here.select(LATER="I", CONFDT="ADT", **{f"{name}_J": pl.col(name) for name in sums})
    joined = here.join(there, on="LATER", how="left", maintain_order="left")
    own = [f"N{c.response}" for c in CONFIRMATIONS]
    other = pl.coalesce(
        pl.when(kind == c.response).then(pl.col(f"{n}_J") - pl.col(n))
        for c, n in zip(CONFIRMATIONS, own, strict=True)
    )
    joined = joined.with_columns(
        NOTHER=other,
        NNE=pl.col("NNE_J") - pl.col("NNE"),
        NSD=pl.col("NSD_J") - pl.col("NSD"),
        FELLBACK=(pl.col("CRBEFORE_J") > pl.col("I")).fill_null(value=False),
    )
    return _judged(joined, options).drop(
        "I", *sums, *(f"{n}_J" for n in sums), "LATER", "NOTHER", "FELLBACK"
    )


def _judged(rows: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    why = first_match((o.when, o.words) for o in obstacles(options))
    response = pl.col("CLASS").is_in(tuple(c.response for c in CONFIRMATIONS))
    return rows.with_columns(UNCONF=pl.when(response).then(why)).with_columns(
        CONF=pl.when(response & pl.col("UNCONF").is_null()).then("CLASS"),
        CONFDT=pl.when(response & pl.col("UNCONF").is_null()).then("CONFDT"),
    )


def _first_later(rows: pl.DataFrame, days: int) -> pl.Series:
    """Row number of the first assessment that may confirm, `days` or more later; null if there is none."""
    group = rows["G"].to_numpy().astype(np.int64)
    place = group * BAND + rows["ADT"].to_physical().to_numpy().astype(np.int64)
    found = np.full(rows.height, -1, dtype=np.int64)
    for rule in CONFIRMATIONS:
        at = np.flatnonzero((rows["CLASS"] == rule.response).to_numpy())
        able = np.flatnonzero(rows["CLASS"].is_in(rule.confirmed_by).to_numpy())
        found[at] = _next(place, group, at, able, days)
    return pl.Series(found).replace(-1, None)


def _next(place: Ints, group: Ints, at: Ints, able: Ints, days: int) -> Ints:
    if not len(able):
        return np.full(len(at), -1, dtype=np.int64)
    # There is one assessment a day, so a confirming one is at least a day later.
    position = np.searchsorted(place[able], place[at] + max(days, 1))
    row = able[np.minimum(position, len(able) - 1)]
    good = (position < len(able)) & (group[row] == group[at])
    return np.where(good, row, -1)
