"""The tables of a report: parameters and concentrations by group, and every value of every profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.displays.number_text import significant, whole
from pkpipe.nca.given_tables.row_checks import excluded, is_blq
from pkpipe.nca_report.given import DOSE_NUMBER, Given
from pkpipe.pk.summaries.geometric import STATISTICS, Rules, described
from pkpipe.report.page_blocks import Table

C: Final = pl.col
RULES: Final = Rules()
HEADS: Final = {
    "N": "n", "NBLQ": "n BLQ", "MEAN": "Mean", "SD": "SD", "CV": "CV %", "GMEAN": "Geom. mean",
    "GCV": "Geom. CV %", "MEDIAN": "Median", "MIN": "Min", "MAX": "Max",
}  # fmt: skip
NOTE: Final = (
    f"A single value is shown as the median; SD and CV of {RULES.min_n_spread} values or more. A result "
    "below the limit of quantification counts as 0, and not at all in geometric statistics. NC: not "
    "calculated. Values that are not reported (status NR) are left out."
)
BY_PLACE: Final = (
    "The table has no TIMENOM: times are the median of the samples at one place in their profiles."
)
BY_TIME: Final = "Times are nominal (TIMENOM)."
FIGURES: Final = 4


def parameter_tables(given: Given) -> list[Table]:
    """One table a group: every parameter with its statistics."""
    rows = given.numbered().filter(C("PPSTRESN").is_not_null(), C("STATUS") != "NR")
    by = [*given.groups, *([DOSE_NUMBER] if DOSE_NUMBER in rows.columns else [])]
    order = {code: place for place, code in enumerate(rows["PPTESTCD"].unique(maintain_order=True))}
    rows = rows.with_columns(VALUE="PPSTRESN")
    return [_of_group(group, _words(by, key), order) for key, group in _groups(rows, by)]


def _groups(rows: pl.DataFrame, by: Sequence[str]) -> list[tuple[tuple[object, ...], pl.DataFrame]]:
    if not by:
        return [((), rows)]
    found = rows.sort(by, nulls_last=True, maintain_order=True).partition_by(
        by, as_dict=True, maintain_order=True
    )
    return list(found.items())


def _words(by: Sequence[str], key: Sequence[object]) -> str:
    return (
        ", ".join(f"{name} {value}" for name, value in zip(by, key, strict=True)) or "All profiles"
    )


def _of_group(rows: pl.DataFrame, title: str, order: dict[str, int]) -> Table:
    units = dict(
        rows.select("PPTESTCD", "PPSTRESU").unique("PPTESTCD", maintain_order=True).iter_rows()
    )
    statistics = _statistics(rows, ["PPTESTCD"])
    shown = [s for s in STATISTICS if s != "NBLQ"]
    body = [
        (code, units[code] or "", *(_cell(statistics.get((code, s)), s) for s in shown))
        for code in sorted(units, key=order.__getitem__)
    ]
    heads = ("Parameter", "Unit", *(HEADS[s] for s in shown))
    return Table(title, heads, tuple(body), NOTE, frozenset(range(2, len(heads))))


def _statistics(rows: pl.DataFrame, keys: Sequence[str]) -> dict[tuple[object, ...], float | None]:
    found = described(rows, keys, RULES)
    return {
        (*row[:-2], row[-2]): row[-1] for row in found.select(*keys, "STAT", "AVAL").iter_rows()
    }


def _cell(value: float | None, statistic: str) -> str:
    if value is None:
        return "NC"
    if statistic in {"N", "NBLQ"}:
        return whole(value)
    return significant(value, 3 if statistic in {"CV", "GCV"} else FIGURES)


def concentration_tables(given: Given) -> list[Table]:
    """One table a group: the concentrations at every time."""
    rows, note = timed(given)
    if rows is None:
        return []
    tables = []
    for key, group in _groups(rows, list(given.groups)):
        statistics = _statistics(group, ["AT"])
        times = group["AT"].unique().sort().to_list()
        body = [
            (significant(t, FIGURES), *(_cell(statistics.get((t, s)), s) for s in STATISTICS))
            for t in times
        ]
        heads = ("Time", *(HEADS[s] for s in STATISTICS))
        title = _words(given.groups, key)
        tables.append(
            Table(title, heads, tuple(body), f"{note} {NOTE}", frozenset(range(len(heads))))
        )
    return tables


def timed(given: Given) -> tuple[pl.DataFrame | None, str]:
    """The samples with AT, the time they are compared at, and VALUE, null if below the limit."""
    conc = given.tables.conc
    if given.analysis is None or conc.is_empty():
        return None, ""
    below = is_blq(conc).fill_null(value=False)
    value = pl.when(~below).then("CONC")
    rows, note = _with_time(_with_groups(conc, given), given)
    drawn = ~excluded(conc) & (C("CONC").is_not_null() | below)
    return rows.filter(drawn).with_columns(VALUE=value), note


def _with_groups(conc: pl.DataFrame, given: Given) -> pl.DataFrame:
    """The samples with the columns kept from the table of doses."""
    lost = [c for c in given.groups if c not in conc.columns]
    if not lost:
        return conc
    beside = given.results.select(*given.keys, *lost).unique(maintain_order=True)
    return conc.join(beside, on=list(given.keys), how="left", maintain_order="left")


def _with_time(rows: pl.DataFrame, given: Given) -> tuple[pl.DataFrame, str]:
    """The time samples are compared at: nominal, or that of their place in the profile."""
    if "TIMENOM" in rows.columns and not rows["TIMENOM"].null_count():
        return rows.with_columns(AT="TIMENOM"), BY_TIME
    place = C("TIME").rank("ordinal").over(list(given.keys) or pl.lit(0))
    made = rows.with_columns(_PLACE=place)
    middle = C("TIME").median().over([*given.groups, "_PLACE"])
    return made.with_columns(AT=middle).drop("_PLACE"), BY_PLACE


def values_table(given: Given, most: int) -> Table:
    """The value of every parameter of every profile, for as many as a reader can look at."""
    rows = given.results
    columns = [*given.keys, *given.kept, "START", "END"]
    shown = rows.select(columns).unique(maintain_order=True).head(most)
    wide = rows.join(shown, on=columns, how="semi", nulls_equal=True, maintain_order="left")
    heads = (*columns, "Parameter", "Value", "Unit", "Status", "Reason")
    body = tuple(
        (*(_plain(v) for v in row[: len(columns)]), row[-6], _value(row[-5]), row[-4] or "", row[-3],
         row[-2] or row[-1] or "")
        for row in wide.select(
            *columns, "PPTESTCD", "PPSTRESN", "PPSTRESU", "STATUS", "PPREASND", "REASON"
        ).iter_rows()
    )  # fmt: skip
    total = rows.select(columns).n_unique()
    cut = f"The first {most} of {total} intervals; the others are in the table of results."
    note = cut if total > most else ""
    return Table("Results", heads, body, note, frozenset({len(columns) + 1}))


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(value: float | None) -> str:
    return "" if value is None else significant(value, FIGURES)
