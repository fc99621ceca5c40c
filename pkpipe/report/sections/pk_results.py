"""What the parameters mean together: dose proportionality, accumulation, steady state, conventions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.number_text import DASH, fixed, significant, whole
from pkpipe.protocol.drugs import Analyte
from pkpipe.report.page_blocks import Block, Table, table_of, text_table
from pkpipe.report.sections import pk_conventions

# Rows of the estimability map: what a meeting asks for; all parameters are in ESTIMAB.
MAPPED: Final = (
    *(
        "CMAX",
        "CEOI",
        "CTROUGH",
        "AUCLST",
        "AUCTAU",
        "AUCIFO",
        "LAMZHL",
        "CLO",
        "CLSS",
        "VZO",
        "VSSO",
    ),
    *("ARCMAX", "ARAUCTAU", "ARCTROUGH"),
)
SIGNS: Final = {"Y": "yes", "DOUBT": "in doubt", "N": "no"}


def blocks(tables: Mapping[str, pl.DataFrame], analyte: Analyte) -> tuple[Block, ...]:
    """The tables of one analyte; a result that is not assessable says why."""
    return (
        _proportionality(tables["DOSEPROP"], analyte.code),
        _accumulation(tables["ACCUM"], analyte.code),
        _steady(tables["STEADY"], analyte.code),
        _estimable(tables["ESTIMAB"], analyte.code),
        _estimability_map(tables["ESTIMAB"], analyte.code),
        *pk_conventions.blocks(tables["CONVSENS"], analyte.code),
    )


def _proportionality(rows: pl.DataFrame, analyte: str) -> Table:
    body = [
        (
            str(r["PARAMCD"]),
            "all cycles" if r["CYCLE"] is None else f"cycle {r['CYCLE']}",
            "all doses" if r["SCOPE"] == "ALL" else f"from {significant(r['DMIN'])} {r['DOSEU']}",
            f"{whole(r['N'])} / {whole(r['NDOSE'])}",
            fixed(r["BETA"], 3),
            f"({fixed(r['LOWER'], 3)}, {fixed(r['UPPER'], 3)})" if r["BETA"] is not None else DASH,
            fixed(r["RDNM"], 3),
            _verdict(r["STRICT"] or r["REASON"], r["STRLO"], r["STRHI"]),
            _verdict(r["EXPLOR"], r["EXPLO"], r["EXPHI"]),
        )
        for r in rows.filter(pl.col("PARCAT1") == analyte).iter_rows(named=True)
    ]
    header = (
        "Parameter",
        "Profiles",
        "Doses",
        "n / levels",
        "β",
        "90 % CI",
        "Rdnm",
        "0.80–1.25",
        "0.50–2.00",
    )
    note = (
        "Power model ln P = α + β ln D (Smith 2000; exploratory region Hummel 2009). Proportional is "
        "β = 1; Rdnm: ratio of dose-normalised means of the highest and the lowest dose. Each verdict "
        "compares the interval of β with the region in brackets, in which Rdnm would stay within 0.80–1.25 "
        "or 0.50–2.00."
    )
    return text_table("Dose proportionality", header, body, note, text_columns=3)


def _verdict(words: object, lower: float | None, upper: float | None) -> str:
    """The verdict with the region of β it was held against."""
    if words is None or lower is None:
        return str(words or DASH)
    return f"{words} ({fixed(lower, 3)}, {fixed(upper, 3)})"


def _accumulation(rows: pl.DataFrame, analyte: str) -> Table:
    shown = rows.filter(
        (pl.col("PARCAT1") == analyte) & (pl.col("SCOPE") == "LEVEL") & pl.col("RAC").is_not_null()
    )
    body = [
        (
            f"cycle {r['CYCLE']} / 1",
            str(r["LEVEL"] or DASH),
            str(r["PARAMCD"]),
            whole(r["N"]),
            fixed(r["RAC"], 3),
            f"({fixed(r['LOWER'], 3)}, {fixed(r['UPPER'], 3)})",
            significant(r["EFFHL"]),
            str(r["EFFHLU"] or ""),
        )
        for r in shown.iter_rows(named=True)
    ]
    header = (
        "Profiles",
        "Level",
        "Parameter",
        "n",
        "Rac",
        "90 % CI",
        "Effective half-life",
        "Unit",
    )
    note = "Geometric mean of within-subject ratios at the same dose; subjects and reasons are in ACCUM."
    return text_table("Accumulation", header, body, note, text_columns=3)


def _steady(rows: pl.DataFrame, analyte: str) -> Table:
    body = [
        (
            str(r["LEVEL"] or DASH),
            "verdict" if r["SCOPE"] == "LEVEL" else "tried",
            f"{whole(r['FROMDOSE'])} to {whole(r['LASTDOSE'])}",
            {"Y": "steady", "N": "not steady"}.get(str(r["STEADYFL"]), "not assessable"),
            str(r["REASON"] or ""),
            whole(r["N"]),
            fixed(r["CHGPCT"], 1),
            _as_percent(r["LOWER"], r["UPPER"]),
        )
        for r in rows.filter(pl.col("PARCAT1") == analyte).iter_rows(named=True)
    ]
    header = (
        *("Level", "", "Doses", "Steady state", "Why", "Subjects"),
        *("Change a dose (%)", "90 % CI (%)"),
    )
    note = (
        "Slope of ln CTROUGH on dose number, told as the change from one dose to the next; steady from the "
        "first dose whose interval holds 0."
    )
    return text_table("Steady state", header, body, note, text_columns=5)


def _as_percent(lower: float | None, upper: float | None) -> str:
    """An interval of a logarithmic slope as changes in %."""
    if lower is None or upper is None:
        return DASH
    return f"({fixed(100 * math.expm1(lower), 1)}, {fixed(100 * math.expm1(upper), 1)})"


def _estimable(rows: pl.DataFrame, analyte: str) -> Table:
    counted = (
        rows.filter(pl.col("PARCAT1") == analyte)
        .group_by("CYCLE", "KIND", "NSAMP", maintain_order=True)
        .agg(
            yes=pl.col("PARAMCD").filter(pl.col("ESTIM") == "Y").len(),
            doubt=pl.col("PARAMCD").filter(pl.col("ESTIM") == "DOUBT").len(),
            no=pl.col("PARAMCD").filter(pl.col("ESTIM") == "N").len(),
            why=pl.col("REASON").drop_nulls().mode().sort().first(),
        )
        .sort("CYCLE")
    )
    columns = {
        "CYCLE": "Cycle",
        "KIND": "Kind",
        "NSAMP": "Planned samples",
        "yes": "Estimable",
        "doubt": "In doubt",
        "no": "Not estimable",
        "why": "Most frequent reason",
    }
    note = "From the protocol alone, before any data; parameter by parameter in ESTIMAB."
    return table_of("What the planned samples can yield", counted, columns, note)


def _estimability_map(rows: pl.DataFrame, analyte: str) -> Table:
    """Which planned profile can yield which of the main parameters: a row a parameter, a column a cycle."""
    own = rows.filter((pl.col("PARCAT1") == analyte) & pl.col("PARAMCD").is_in(MAPPED))
    cycles = own["CYCLE"].unique().sort().to_list()
    found = {
        (r["PARAMCD"], r["CYCLE"]): SIGNS.get(r["ESTIM"], DASH) for r in own.iter_rows(named=True)
    }
    names = dict(own.select("PARAMCD", "PARAM").iter_rows())
    body = [
        (f"{names[code]} ({code})", *(found.get((code, c), DASH) for c in cycles))
        for code in MAPPED
        if code in names
    ]
    header = ("Parameter", *(f"cycle {c}" for c in cycles))
    note = (
        "yes: the planned samples suffice. in doubt: they give a value that the acceptance limits would "
        "flag or not report. no: they cannot. A dash: not asked of that profile. Why is in ESTIMAB."
    )
    return text_table("Estimability map", header, body, note, text_columns=len(header))
