"""Units that nobody states and the numbers contradict: a dosing interval in days, a body weight in grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.finding.table import all_findings, raise_if_any
from pkpipe.nca.given_tables.check_list import NO_BODY, OTHER_TAU
from pkpipe.nca.given_tables.notes import tally
from pkpipe.nca.given_tables.row_checks import finding
from pkpipe.nca.laid_out.sorted_arrays import by_group
from pkpipe.reading.verb_files import ROW, say

C: Final = pl.col
USUAL: Final = (4.0, 6.0, 8.0, 12.0, 24.0, 48.0)  # hours between doses
HOURS: Final = (24, 168)  # of a day, of a week
LIKE: Final = 0.03
LONG: Final = 10  # intervals without a next dose
# The largest that a body has, and between what a person's lies.
MOST: Final = {"WEIGHT": 700.0, "BSA": 5.0}
HUMAN: Final = {"WEIGHT": (2.0, 300.0), "BSA": (0.15, 4.0)}


def check_bodies(dose: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """Weights in kg and surfaces in m2: those of no person are told.

    Raises:
        DataError: those of no body at all, so of another unit.
    """
    own = [k for k in keys if k in dose.columns]
    there = [c for c in MOST if c in dose.columns]
    bad = [
        finding(dose.filter(C(c) > MOST[c]), own, path.name, replace(NO_BODY, column=c))
        for c in there
    ]
    raise_if_any(all_findings(bad))
    for column in there:
        low, high = HUMAN[column]
        odd = dose.filter(~C(column).is_between(low, high))
        if odd.height:
            say(path, f"{column} of no person ({low:g} to {high:g}): {tally(odd)}")


def check_tau(
    dose: pl.DataFrame, conc: pl.DataFrame, keys: Sequence[str], unit: str, path: Path
) -> None:
    """A TAU in hours against the next dose and the last sample: one in days or weeks is far too short.

    Raises:
        DataError: the next dose comes a day or a week for each hour of TAU later.
    """
    if unit != "h" or "TAU" not in dose.columns:
        return
    own = [k for k in keys if k in dose.columns and k in conc.columns]
    given = dose.filter(C("DOSE") > 0).sort("TIME", maintain_order=True)
    unusual = (C("TAU") > 0) & ~C("TAU").is_in(USUAL)
    steps = given.with_columns(_APART=by_group(C("TIME").shift(-1), own) - C("TIME")).filter(
        unusual
    )
    other = pl.any_horizontal((C("_APART") / (n * C("TAU")) - 1).abs() <= LIKE for n in HOURS)
    raise_if_any(finding(steps.filter(other).sort(ROW), own, path.name, OTHER_TAU))
    last = conc.filter(C("CONC").is_not_null()).select(*own, _LAST="TIME")
    ends = last.group_by(own).agg(C("_LAST").max()) if own else last.select(C("_LAST").max())
    alone = steps.filter(C("_APART").is_null())
    joined = (
        alone.join(ends, on=own, how="left", nulls_equal=True, maintain_order="left")
        if own
        else alone.join(ends, how="cross", maintain_order="left")
    )
    far = joined.filter(C("_LAST") - C("TIME") > LONG * C("TAU"))
    if far.height:
        say(
            path,
            f"a TAU of hours, and samples to more than {LONG} times TAU without another dose: "
            f"{tally(far)}; is TAU in the unit of TIME?",
        )
