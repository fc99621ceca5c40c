"""What rows of samples and doses say together and cannot be: two occasions as one, two units of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.finding.table import all_findings, raise_if_any
from pkpipe.nca.given_tables.check_list import (
    CLOCK,
    DOSE_WITHIN_TAU,
    END_OF_INFUSION,
    FALLS_WHILE_INFUSED,
    PICKED_AND_NOT_USED,
    TWO_OCCASIONS,
)
from pkpipe.nca.given_tables.notes import tally
from pkpipe.nca.given_tables.row_checks import excluded, finding, is_blq
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, by_group
from pkpipe.reading.verb_files import ROW, plain_name, say

C: Final = pl.col
# Columns that say on which occasion, or under which treatment, a sample was drawn.
OCCASIONS: Final = frozenset(
    {
        *("PERIOD", "APERIOD", "APERIODC", "OCCASION", "OCC", "SEQUENCE"),
        *("DAY", "STUDYDAY", "PKDAY"),
        *("VISIT", "VISITNUM", "AVISIT", "AVISITN", "CYCLE", "COHORT", "GROUP", "PART", "PHASE"),
        *("TREATMENT", "TRT", "TRTP", "TRTA", "TRTSEQP", "ARM", "ARMCD", "FORMULATION", "FOOD"),
        *("DOSELEVEL", "STUDY", "STUDYID", "周期", "访视", "治疗", "制剂", "组别"),
    }
)
# Columns of doses that may be the end of an infusion; none of them is how long it lasted.
ENDS: Final = frozenset(
    {
        *("TIMEEND", "ENDTIME", "TIMESTOP", "STOP", "STOPTIME", "END", "TEND", "TSTOP", "EOI"),
        *("EOITIME", "EXENDTC", "EXENDTM", "AENDTM", "EXENTM", "结束时间", "输注结束时间"),
    }
)
FEWEST: Final = 3  # samples of each occasion, and of them that lie beside one of another
BESIDE: Final = 0.15  # of the time to the next sample of the same occasion
HALF: Final = 0.5
TROUGH: Final = 0.05  # of the time between two doses


def check_clock(frame: pl.DataFrame, column: str, path: Path) -> None:
    """A time such as 0830 is read off a clock, and would be 830 hours.

    Raises:
        DataError: four figures that begin with 0.
    """
    if column not in frame.columns or frame.schema[column] != pl.String:
        return
    rows = frame if ROW in frame.columns else frame.with_row_index(ROW, offset=2)
    bad = rows.filter(C(column).str.strip_chars().str.contains(r"^0\d{3}$"))
    raise_if_any(finding(bad, [], path.name, replace(CLOCK, column=column)))


def check_occasions(
    conc: pl.DataFrame, keys: Sequence[str], unused: Sequence[str], path: Path
) -> None:
    """A profile is one course: samples of two periods, days or treatments do not lie between each other.

    Raises:
        DataError: a column that nothing uses tells two courses of a profile apart.
    """
    drawn = conc.filter(C("TIME").is_not_null() & C("CONC").is_not_null() & ~excluded(conc))
    own = [k for k in keys if k in conc.columns]
    at_once = drawn.group_by(*own, "TIME").agg(C("CONC").n_unique())
    if (at_once["CONC"] > 1).any():  # two samples at one time: asked about as such
        return
    found = []
    for column in (c for c in unused if c in conc.columns and not c.startswith("_")):
        said = drawn.filter(C(column).is_not_null())
        several = said.filter(by_group(pl.len(), [*own, column]) >= FEWEST)
        mixed = _mixed(several.sort("TIME", ROW, maintain_order=True), own, column)
        found.append(
            finding(mixed.sort(ROW), own, path.name, replace(TWO_OCCASIONS, column=column))
        )
    raise_if_any(all_findings(found))


def _mixed(rows: pl.DataFrame, own: Sequence[str], column: str) -> pl.DataFrame:
    """The rows of profiles in which samples of several values of the column lie between each other."""
    following = by_group(C("TIME").shift(-1), own) - C("TIME")
    same = by_group(C("TIME").shift(-1), [*own, column]) - C("TIME")
    changes = (by_group(C(column).shift(-1), own) != C(column)).fill_null(value=False)
    many = by_group(pl.len(), [*own, column])
    even = 2 * by_group(many.min(), own) >= by_group(many.max(), own)
    beside = changes & (following <= BESIDE * same).fill_null(value=False)
    enough = by_group(beside.sum(), own) >= FEWEST
    if plain_name(column) in OCCASIONS:
        turns = by_group(C(column).n_unique(), own) - 1  # one after the other
        enough = enough | (by_group(changes.sum(), own) >= turns + FEWEST)
        even = pl.lit(value=True)
    steps = rows.with_columns(_SEVERAL=by_group(C(column).n_unique(), own) > 1)
    marked = steps.with_columns(_MIXED=enough & even & C("_SEVERAL"))
    return marked.filter("_MIXED").drop("_MIXED", "_SEVERAL")


def check_dose_times(dose: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """The end of an infusion is not how long it lasted; the next dose does not come long before TAU is over.

    Raises:
        DataError: infusions without a duration beside a column of ends; doses within half the stated TAU.
    """
    own = [k for k in keys if k in dose.columns]
    infused = dose.filter(C("ROUTE") == "iv_infusion")
    ends = [c for c in dose.columns if plain_name(c) in ENDS]
    if "DURATION" not in dose.columns and ends:
        raise_if_any(finding(infused, own, path.name, replace(END_OF_INFUSION, column=ends[0])))
    if "TAU" not in dose.columns:
        return
    lasts = C("DURATION").fill_null(0.0) if "DURATION" in dose.columns else pl.lit(0.0)
    given = dose.filter(C("DOSE") > 0).with_columns(_LASTS=lasts)
    given = given.sort("TIME", ROW, maintain_order=True)
    tau = by_group(C("TAU").shift(), own)
    apart = C("TIME") - by_group(C("TIME").shift(), own)
    parts = by_group(2 * C("_LASTS").shift(), own) + C("_LASTS")
    early = (apart < HALF * tau) & (apart > parts + SAME_TIME)
    raise_if_any(finding(given.filter(early).sort(ROW), own, path.name, DOSE_WITHIN_TAU))


def check_infused(conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """While an infusion runs the concentration does not fall to less than half: how long did it last?

    Raises:
        DataError: samples under half of an earlier one of the same infusion.
    """
    if "DURATION" not in dose.columns:
        return
    own = [k for k in keys if k in dose.columns and k in conc.columns]
    running = dose.filter((C("ROUTE") == "iv_infusion") & (C("DURATION") > 0) & (C("DOSE") > 0))
    runs = running.select(*own, _FROM="TIME", _AT=C("TIME") + SAME_TIME, _LASTS="DURATION").sort(
        "_AT", maintain_order=True
    )
    drawn = conc.filter(C("CONC").is_not_null() & ~excluded(conc)).sort("TIME", maintain_order=True)
    if runs.is_empty() or drawn.is_empty():
        return
    within = drawn.join_asof(
        runs, left_on="TIME", right_on="_AT", by=own or None, check_sortedness=False
    ).filter(C("TIME") < C("_FROM") + C("_LASTS") - SAME_TIME)
    so_far = C("CONC").cum_max().over([*keys, "_FROM"], order_by="TIME")
    falls = within.filter(C("CONC") < HALF * so_far).sort(ROW)
    raise_if_any(finding(falls, keys, path.name, FALLS_WHILE_INFUSED))


def check_picks(conc: pl.DataFrame, path: Path, *, censored: bool) -> None:
    """Samples picked for the terminal slope can be points of it; censored: so can those below the limit.

    Raises:
        DataError: picked samples that are below the limit, missing or left out.
    """
    if "LAMZFL" not in conc.columns:
        return
    below = is_blq(conc).fill_null(value=False)
    missing = C("CONC").is_null() & ~below
    lost = missing | excluded(conc) | (below & pl.lit(not censored))
    bad = conc.filter((C("LAMZFL") == "Y") & lost)
    raise_if_any(finding(bad, [], path.name, PICKED_AND_NOT_USED))


def tell_lone_troughs(
    conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], path: Path
) -> None:
    """Doses after which only the trough at the next dose was drawn: no peak, and a line for an area."""
    own = [k for k in keys if k in dose.columns and k in conc.columns]
    given = dose.filter(C("DOSE") > 0).select(*own, _AT="TIME", _TIME="TIME").unique()
    given = given.sort("_TIME", maintain_order=True)
    steps = given.with_columns(_NEXT=by_group(C("_TIME").shift(-1), own))
    drawn = conc.filter(C("CONC").is_not_null() & ~excluded(conc)).sort("TIME", maintain_order=True)
    if steps.is_empty() or drawn.is_empty():
        return
    after = drawn.join_asof(
        steps, left_on="TIME", right_on="_AT", by=own or None, allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip
    of_dose = [*keys, "_TIME"]
    alone = after.drop_nulls(["_TIME", "_NEXT"]).filter(
        by_group(pl.len(), of_dose) == 1,
        C("TIME") <= C("_NEXT") + SAME_TIME,
        C("TIME") > C("_NEXT") - TROUGH * (C("_NEXT") - C("_TIME")),
    )
    if alone.height:
        say(
            path,
            "doses of which the trough before the next one is the only sample: "
            f"{tally(alone.sort(ROW))}; CMAX, TMAX and areas rest on it alone",
        )
