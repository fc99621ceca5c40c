"""What is shown of one profile: its samples with their state, its fit, its parameters, what else is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.pk.parameters.profile_parameters import on_basis
from pkpipe.pk.samples.profiles import profile_id
from pkpipe.review.computed_parameters import State
from pkpipe.review.study_run import Reviewed

C: Final = pl.col
# What a sample is in a profile, in the order in which the first that holds is said.
EXCLUDED, BLQ, HAND_OUT = "excluded", "below the limit", "left out of the slope"
PICKED, IN_SLOPE, PLAIN = "picked for the slope", "in the slope", "not in the slope"
# Told above the others.
MAIN: Final = (
    *("CMAX", "TMAX", "AUCLST", "AUCIFO", "AUCTAU", "AUCPEO", "LAMZ", "LAMZHL", "LAMZNPT"),
    *("R2ADJ", "LAMZSPN", "CLO", "CLFO", "VZO", "CTROUGH"),
)


@dataclass(frozen=True)
class Point:
    """One sample of a profile. h: hours from the dose; value: None for a BLQ."""

    id: str
    h: float
    value: float | None
    state: str
    told: str  # what it says when it has the focus


@dataclass(frozen=True)
class Line:
    """The terminal line: from, to (h), its rate per hour and its value at `to`."""

    start: float
    end: float
    rate: float
    height: float

    def at(self, h: float) -> float:
        """The value of the line at a time."""
        return self.height * math.exp(self.rate * (self.end - h))


@dataclass(frozen=True)
class View:
    """One profile as it is under one state of the ledger."""

    id: str
    about: Mapping[str, Any]  # its row of the table of profiles
    points: tuple[Point, ...]
    line: Line | None
    unit: str
    days: bool  # its analyte is told in days
    onset: float | None  # h from the dose to the onset of antibodies


def view_of(run: Reviewed, before: State, state: State, profile: str) -> View:
    """A profile under a state; before: the state that is in force, which knows all its samples.

    Raises:
        DataError: there is no such profile.
    """
    found = before.seen.it.profiles.filter(C("PROFILE") == profile)
    if found.height != 1:
        raise DataError(f"no profile '{profile}' in this run")
    about = found.row(0, named=True)
    analyte = next(
        a for a in run.study.analytes if (a.code, a.matrix) == (about["PARAMCD"], about["MATRIX"])
    )
    rows = _samples(state, before, profile, run)
    points = tuple(_point(row, analyte.unit) for row in rows.iter_rows(named=True))
    days = analyte.time_unit == "day"
    line = _line(state, profile, 24.0 if days else 1.0)
    return View(profile, about, points, line, analyte.unit, days, _onset(run, about))


def _samples(state: State, before: State, profile: str, run: Reviewed) -> pl.DataFrame:
    """Samples of the profile, also excluded ones, with where they stand now."""
    mine = C("PROFILE") == profile
    own = state.found.it.used.with_columns(PROFILE=profile_id()).filter(mine & ~C("TOOLATE"))
    drawn = on_basis(before.seen.it.drawn.filter(mine), run.plan)
    first = drawn.select("SRCID", H="TIME")
    closing = first.join(own, on="SRCID", how="anti", maintain_order="left")
    both = pl.concat(
        [
            own.select("SRCID", OWN="ARRLT").join(first, on="SRCID", how="left").select(
                "SRCID", H=pl.coalesce("H", "OWN")
            ),
            closing,
        ]
    )  # fmt: skip
    about = state.found.it.used.select(
        *("SRCID", "AVAL", "AVALC", "BLQ", "EXCLRSN", "WINFL", "DEVH", "ATPT", "LLOQ")
    )
    now = on_basis(state.found.it.drawn.filter(mine), run.plan).select("SRCID", "LAMZFL", T="TIME")
    fits = state.fits.filter(mine).select(T="TIME", USED="USEDFL")
    stands = now.join(fits, on="T", how="left", maintain_order="left").drop("T")
    return (
        both.join(about, on="SRCID", how="left", maintain_order="left")
        .join(stands, on="SRCID", how="left", maintain_order="left")
        .filter(C("H").is_not_null() & (C("AVAL").is_not_null() | C("BLQ")))
        .sort("H", maintain_order=True)
    )


def _point(row: Mapping[str, Any], unit: str) -> Point:
    state = _state(row)
    value = None if row["BLQ"] else row["AVAL"]
    said = [f"{row['H']:.4g} h", "BLQ" if value is None else f"{value:.5g} {unit}", state]
    if row["EXCLRSN"]:
        said.append(row["EXCLRSN"])
    if row["ATPT"]:
        said.insert(0, row["ATPT"])
    if row["WINFL"] == "OUT":
        said.append(f"{row['DEVH']:+.3g} h from its planned time, outside the window")
    return Point(row["SRCID"], row["H"], value, state, ", ".join(said))


def _state(row: Mapping[str, Any]) -> str:
    states = (
        (EXCLUDED, row["EXCLRSN"] is not None),
        (PICKED, row["LAMZFL"] == "Y"),
        (HAND_OUT, row["LAMZFL"] == "N"),
        (BLQ, row["BLQ"]),
        (IN_SLOPE, row["USED"] == "Y"),
    )
    return next((name for name, holds in states if holds), PLAIN)


def _line(state: State, profile: str, hours: float) -> Line | None:
    wanted = ("LAMZ", "LAMZLL", "CLSTP", "TLST")
    rows = state.found.adpp.filter((C("PROFILE") == profile) & C("PARAMCD").is_in(wanted))
    values = dict(rows.select("PARAMCD", "AVAL").iter_rows())
    if any(values.get(code) is None for code in wanted):
        return None
    return Line(values["LAMZLL"], values["TLST"], values["LAMZ"] / hours, values["CLSTP"])


def _onset(run: Reviewed, about: Mapping[str, Any]) -> float | None:
    """Hours from the dose to the first emergent positive sample."""
    if not run.has("immunogenicity/ADAB"):
        return None
    found = run.table("immunogenicity/ADAB").filter(
        (C("USUBJID") == about["USUBJID"])
        & (C("DRUG") == about["DRUG"])
        & (C("PARAMCD") == "FPPDTM")
        & C("AVALC").is_not_null()
    )
    if found.is_empty():
        return None
    at = found["AVALC"].str.slice(0, 16).str.replace(" ", "T")
    moment = at.str.to_datetime("%Y-%m-%dT%H:%M", strict=False, time_unit="us")[0]
    if moment is None:
        return None
    return float((moment - about["DOSEDTM"]).total_seconds()) / 3600


def parameters(before: State, after: State, profile: str) -> pl.DataFrame:
    """The parameters of a profile: OLD and NEW value and status, and whether one MOVED; main ones first."""
    key = ["PARAMCD", "START", "END"]
    wide = (
        before.found.adpp.filter(C("PROFILE") == profile)
        .select(*key, "PARAM", "AVALU", OLD="AVAL", OLDST="STATUS", OLDWHY="REASON")
        .join(
            after.found.adpp.filter(C("PROFILE") == profile).select(
                *key, "PARAM", "AVALU", NEW="AVAL", NEWST="STATUS", NEWWHY="REASON"
            ),
            on=key,
            how="full",
            coalesce=True,
            nulls_equal=True,
            maintain_order="left_right",
        )
    )
    named = wide.with_columns(
        PARAM=pl.coalesce("PARAM", "PARAM_right"),
        AVALU=pl.coalesce("AVALU", "AVALU_right"),
        MOVED=C("OLD").ne_missing(C("NEW")) | C("OLDST").ne_missing(C("NEWST")),
    )
    return main_first(named)


def main_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the main parameters before the others; RANK: the place of each, that of all others last."""
    order = {code: place for place, code in enumerate(MAIN)}
    rank = C("PARAMCD").replace_strict(order, default=len(MAIN), return_dtype=pl.Int64)
    return rows.with_columns(RANK=rank).sort("RANK", maintain_order=True)


def overview(state: State) -> pl.DataFrame:
    """Every profile in the order of the page: by analyte and cohort, those with a remark first.

    FLAGS: how many parameters are given with a remark; WHY: the remark of the slope, or the first.
    """
    adpp = state.found.adpp
    flags = (
        adpp.filter(C("STATUS") == "FLAG")
        .group_by("PROFILE", maintain_order=True)
        .agg(FLAGS=pl.len(), WHY=C("REASON").drop_nulls().first())
    )
    rate = adpp.filter(C("PARAMCD") == "R2ADJ").select("PROFILE", R2ADJ="AVAL")
    return (
        state.seen.it.profiles.join(flags, on="PROFILE", how="left", maintain_order="left")
        .join(rate, on="PROFILE", how="left", maintain_order="left")
        .with_columns(C("FLAGS").fill_null(0))
        .sort(
            *("PARAMCD", "MATRIX", "COHORT", C("FLAGS") == 0, C("PRFLFL") != "RICH"),
            *("USUBJID", "DOSENO"),
            maintain_order=True,
            nulls_last=True,
        )
    )
