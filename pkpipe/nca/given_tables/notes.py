"""What a reader should know of how the tables were read: sentences, none of them a fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.nca.given_tables.planned_unit import in_another_unit
from pkpipe.nca.given_tables.row_checks import ROW, Tables, excluded, is_blq
from pkpipe.nca.laid_out.sorted_arrays import by_group

Notes = tuple[tuple[str, str], ...]  # table and sentence
NOTHING: Final[Notes] = ()
C = pl.col
SAME_AMOUNT: Final = 0.25  # doses per kg change with the weight


def noted(
    tables: Tables, given: pl.DataFrame, who: pl.DataFrame, keys: Sequence[str], copies: int
) -> Notes:
    """The sentences, in reading order.

    given: the doses as used; who: the keys of the samples; copies: how many samples stand twice.
    """
    conc, dose, asked = tables.names
    found: list[tuple[str, str]] = []
    for name, frame in ((dose, tables.dose), (asked, tables.intervals)):
        lost = [] if frame is None else [k for k in keys if k not in frame.columns]
        if lost:
            found.append((name, f"no column {', '.join(lost)}: its rows serve every one of them"))
    found += [
        (conc, words) for words in (*_below_limit(tables.conc), *_without_result(tables.conc))
    ]
    off = in_another_unit(tables.conc)
    if off.height:
        found.append((conc, f"TIMENOM is in another unit than TIME: {tally(off)}"))
    if copies:
        found.append(
            (conc, f"samples that stand twice with the same time and value, counted once: {copies}")
        )
    found += [(dose, words) for words in _of_doses(tables, given, who, keys)]
    return tuple(found)


def _of_doses(
    tables: Tables, given: pl.DataFrame, who: pl.DataFrame, keys: Sequence[str]
) -> list[str]:
    own = [k for k in keys if k in tables.dose.columns]
    found = _no_duration(tables.dose)
    lost = tables.dose.join(given, on=ROW, how="anti", maintain_order="left")
    if lost.height:
        found.append(
            f"rows of DOSE 0 beside other doses: nothing was given then, they are no doses: {tally(lost)}"
        )
    if "TAU" in given.columns:
        empty = tables.dose.filter(C("TAU").is_null())
        filled = given.drop_nulls("TAU").join(empty, on=ROW, how="semi").sort(ROW)
        if filled.height:
            found.append(f"TAU of the dose before holds where it is empty: {tally(filled)}")
    found += _other_amounts(given, own)
    return [*found, *without_doses(who, tables.dose, own), *_late_first(tables.dose, own)]


def _other_amounts(given: pl.DataFrame, own: Sequence[str]) -> list[str]:
    """Doses after one of another amount: loading, step-up, reduction. No steady state is reached at once."""
    if own and given.select(own).n_unique() == given.height:  # one dose of each, the usual case
        return []
    doses = given.filter(C("DOSE") > 0).sort(*own, "TIME", maintain_order=True)
    before = by_group(C("DOSE").shift(), own)
    rows = doses.filter((C("DOSE") / before - 1).abs() > SAME_AMOUNT).sort(ROW)
    if rows.is_empty():
        return []
    return [
        f"doses after one of another amount: {tally(rows)}; a clearance or volume at steady state (CLSS, "
        "VZSS, VSS) of them is none of one regimen"
    ]


def without_doses(who: pl.DataFrame, dose: pl.DataFrame, own: Sequence[str]) -> list[str]:
    """Samples of nobody who has a dose, where others have some: often a key that is none.

    who: the keys of the samples; own: the keys that the doses have.
    """
    if not own:
        return []
    asked = who.select(own).unique(maintain_order=True)
    lost = asked.join(dose, on=own, how="anti", nulls_equal=True, maintain_order="left")
    if lost.is_empty():
        return []
    first = "; ".join(" ".join(str(part) for part in row) for row in lost.head(3).iter_rows())
    return [
        f"no dose of {lost.height} profiles that have samples ({', '.join(own)}: {first}); if one of these "
        "columns does not tell profiles apart, name the others with --by"
    ]


def _late_first(dose: pl.DataFrame, own: Sequence[str]) -> list[str]:
    """A first dose that is recorded a dosing interval or more behind time 0: were there others before it?"""
    if "TAU" not in dose.columns or not (dose["TIME"] >= dose["TAU"]).any():
        return []
    first = C("TIME") == by_group(C("TIME").min(), own)
    said = C("FIRSTFL").is_not_null() if "FIRSTFL" in dose.columns else pl.lit(value=False)
    rows = dose.filter(first & (C("TIME") >= C("TAU")) & ~said)
    if rows.is_empty():
        return []
    return [
        f"first doses at a TAU or more behind time 0, taken as the first of all: {tally(rows)}; if others "
        "were given before, FIRSTFL = N, or KIND MD in the intervals"
    ]


def _below_limit(conc: pl.DataFrame) -> list[str]:
    if "LLOQ" not in conc.columns:
        return []
    said = C("BLQ") == 1 if "BLQ" in conc.columns else pl.lit(value=False)
    below = is_blq(conc) & ~said.fill_null(value=False) & (C("CONC") != 0)
    rows = conc.filter(below & ~excluded(conc))
    if rows.is_empty():
        return []
    row, value, limit = rows.select(ROW, "CONC", "LLOQ").row(0)
    return [
        f"results below their own LLOQ, taken as BLQ: {rows.height} (first: row {row}, CONC {value:g}, "
        f"LLOQ {limit:g})"
    ]


def _without_result(conc: pl.DataFrame) -> list[str]:
    """Samples without a concentration: the curve runs past them."""
    amounts = [C(c).is_not_null() for c in ("AMOUNT", "VOLUME") if c in conc.columns]
    kept = ~excluded(conc) & ~pl.any_horizontal(pl.lit(value=False), *amounts)
    rows = conc.filter(kept & C("CONC").is_null() & ~is_blq(conc))
    return [f"samples without a concentration, in no number: {tally(rows)}"] if rows.height else []


def _no_duration(dose: pl.DataFrame) -> list[str]:
    rows = dose.filter((C("ROUTE") == "iv_infusion") & (C("DOSE") > 0))
    if "DURATION" in dose.columns:
        rows = rows.filter(C("DURATION").is_null())
        words = (
            "infusions without DURATION: {}; what needs it is not done; write how long each lasted, "
            "or 0 if it was given at once"
        )
    else:
        words = "no column DURATION: infusions are taken to last 0: {}"
    return [words.format(tally(rows))] if rows.height else []


def tally(rows: pl.DataFrame) -> str:
    """How many rows, and where the first of them are."""
    return f"{rows.height} (row {', '.join(str(r) for r in rows[ROW].head(5))})"
