"""Tumour response: rates, figures, and one response against another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.efficacy.efficacy_figures import course_of
from pkpipe.displays.figures import efficacy as draw
from pkpipe.displays.figures.colours import group_colours
from pkpipe.displays.number_text import DASH, limits, percent, whole
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import (
    Block,
    Paragraph,
    Section,
    Table,
    figure_of,
    remarks_of,
    table_of,
    text_table,
)

RATES: Final = {
    "ORR": "Response",
    "CORR": "Confirmed response",
    "DCR": "Disease control",
    "CBR": "Clinical benefit",
}
GROUP_WORDS: Final = {"ALL": "", "COHORT": "cohort ", "LEVEL": "level ", "TUMTYPE": ""}
SOURCES: Final = {"derived": "derived from the lesions", "reported": "as reported"}
MOST_MISMATCHES: Final = 60
Row = dict[str, object]


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """Rates by the leading criteria and source, the figures, the other rates, the comparisons."""
    return Section("response", "Tumour response", _blocks(tables, study))


def _blocks(tables: Mapping[str, pl.DataFrame], study: Study) -> tuple[Block, ...]:
    if study.response is None or not (study.collects("RS") or study.collects("TR")):
        return (Paragraph("Not collected: the study has no tumour assessments."),)
    levels = [level.code for level in study.escalation.levels] if study.escalation else []
    figures = [
        draw.waterfall(tables["WATERFAL"]),
        draw.spider(tables["SPIDER"], levels, group_colours(tables, study)),
        *course_of(tables, study),
    ]
    drawn = [f for f in map(figure_of, figures) if f is not None]
    lead, *others = _rate_tables(tables["RSPSUM"], study)
    return (lead, *drawn, *others, *comparisons(tables["RECON"]))


def _rate_tables(rates: pl.DataFrame, study: Study) -> list[Table]:
    """One table a criterion set and source, the leading one first."""
    plan = study.response
    leading = (plan.criteria[0], plan.primary) if plan else ("", "")
    found = rates.select("CRIT", "SRC").unique(maintain_order=True).rows()
    ordered = sorted(found, key=lambda pair: pair != leading)
    kinds = ordered or [leading]
    return [
        _rates(
            rates.filter(pl.col("CRIT") == crit, pl.col("SRC") == src), f"{crit}, {SOURCES[src]}"
        )
        for crit, src in kinds
    ]


def _rates(rates: pl.DataFrame, what: str) -> Table:
    """A line a group and denominator; where both denominators say the same they are one line."""
    shown = rates.filter(
        pl.col("GROUP").is_in(list(GROUP_WORDS))
        & pl.col("PARAMCD").is_in(list(RATES))
        & ((pl.col("N") > 0) | pl.col("N").is_null())
    )
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for r in shown.iter_rows(named=True):
        key = (_group(r), str(r["DENOM"]))
        lines.setdefault(key, {})[str(r["PARAMCD"])] = _rate(r)
    level = shown["LEVELCI"].to_list()[0] if shown.height else 0.95
    codes = [c for c in RATES if any(c in cells for cells in lines.values())]
    body = _one_line_where_equal(
        [
            (group, denom, *(cells.get(c, "") for c in codes))
            for (group, denom), cells in lines.items()
        ]
    )
    ci = f"{100 * level:g} %"
    note = (
        f"x/n, percent and exact limits ({ci}, Clopper–Pearson). "
        "Disease control: response or stable disease; clinical benefit: with stable disease of the "
        "planned length."
    ) + remarks_of(shown, "X")
    title = f"Response rates: {what}"
    heads = [RATES[c] for c in codes]
    told = {denominators for _, denominators, *_ in body}
    if len(told) > 1:
        return text_table(title, ("Group", "Denominator", *heads), body, note, text_columns=2)
    alone = [(group, *cells) for group, _, *cells in body]
    same = f" Denominator: {told.pop()} subjects." if told else ""
    return text_table(title, ("Group", *heads), alone, note + same)


def _group(row: Row) -> str:
    if row["GROUP"] == "ALL":
        return "all subjects"
    return f"{GROUP_WORDS[str(row['GROUP'])]}{row['GROUPVAL']}"


def _rate(row: Row) -> str:
    x, n, low, high = (_number(row[c]) for c in ("X", "N", "LOWER", "UPPER"))
    if x is None or not n:
        return str(row["REASON"] or DASH)
    return f"{whole(x)}/{whole(n)}, {percent(100 * x / n)} {limits(low, high)}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _one_line_where_equal(lines: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    merged: dict[tuple[str, ...], list[str]] = {}
    for group, denominator, *cells in lines:
        merged.setdefault((group, *cells), []).append(denominator)
    return [
        (group, " = ".join(sorted(denominators, reverse=True)), *cells)
        for (group, *cells), denominators in merged.items()
    ]


def comparisons(recon: pl.DataFrame) -> list[Table]:
    """A table for every criterion set, comparison and reader that has both sides at some time point."""
    keys = ("COMPARE", "CRIT", "EVAL", "EVALID")
    read = recon.select(keys).unique().sort(keys, nulls_last=False)
    parts = [
        recon.filter(*(pl.col(k).eq_missing(pl.lit(v, dtype=pl.String)) for k, v in row.items()))
        for row in read.iter_rows(named=True)
    ]
    return [_compared(part) for part in parts if part["AGREE"].count()]


def _compared(rows: pl.DataFrame) -> Table:
    first = rows.row(0, named=True)
    reader = "/".join(str(v) for v in (first["EVAL"], first["EVALID"]) if v)
    both = rows.filter(pl.col("AGREE").is_not_null())
    mismatch = both.filter(pl.col("AGREE") != "Y").sort("USUBJID", "ADT", "VISIT")
    alone = rows.filter(pl.col("AGREE").is_null()).group_by("WHY").len().sort("WHY")
    told = "".join(f" {n} {why or 'on one side only'}." for why, n in alone.iter_rows())
    note = f"{both.height} time points compared, {mismatch.height} differ.{told}"
    review = first["COMPARE"] == "investigator-review"
    sides = ("Investigator", "Review") if review else ("Derived", "Reported")
    title = (
        f"Investigator against {reader}, both as reported ({first['CRIT']})"
        if review
        else f"Derived from the lesions against the {reader} as reported ({first['CRIT']})"
    )
    columns = {"USUBJID": "Subject", "VISIT": "Visit", "ADT": "Date"}
    columns |= {"DERIVED": sides[0], "REPORTED": sides[1]}
    columns |= {"DAYSOFF": "Days apart"} if review else {"ARITH": "Arithmetic"}
    return table_of(title, mismatch, columns, note, most=MOST_MISMATCHES)
