"""What the parameters mean together: dose proportionality, accumulation, steady state, conventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.protocol.drugs import Analyte
from pkpipe.report.blocks import Block, Paragraph, Table, table_of, text_table
from pkpipe.report.numbers import DASH, fixed, significant, whole

MOST_MOVED: Final = 40


def blocks(tables: Mapping[str, pl.DataFrame], analyte: Analyte) -> tuple[Block, ...]:
    """The tables of one analyte; a result that is not assessable says why."""
    return (
        _proportionality(tables["DOSEPROP"], analyte.code),
        _accumulation(tables["ACCUM"], analyte.code),
        _steady(tables["STEADY"], analyte.code),
        _estimable(tables["ESTIMAB"], analyte.code),
        *_conventions(tables["CONVSENS"], analyte.code),
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
            str(r["STRICT"] or r["REASON"] or DASH),
            str(r["EXPLOR"] or DASH),
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
        "β = 1; the verdict compares the interval of β with the region for the dose range given."
    )
    return text_table("Dose proportionality", header, body, note, text_columns=3)


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
    shown = rows.filter(pl.col("PARCAT1") == analyte)
    columns = {
        "LEVEL": "Level",
        "FROMDOSE": "From dose",
        "LASTDOSE": "to dose",
        "N": "n",
        "CHGPCT": "Change a dose (%)",
        "LOWER": "90 % CI of slope",
        "UPPER": "",
        "STEADYFL": "Steady",
        "REASON": "Why not",
    }
    note = "Slope of ln CTROUGH on dose number; steady from the first dose whose interval holds 0."
    return table_of("Steady state", shown, columns, note)


def _estimable(rows: pl.DataFrame, analyte: str) -> Table:
    counted = (
        rows.filter(pl.col("PARCAT1") == analyte)
        .group_by("CYCLE", "KIND", "NSAMP", maintain_order=True)
        .agg(
            yes=pl.col("PARAMCD").filter(pl.col("ESTIM") == "Y").len(),
            no=pl.col("PARAMCD").filter(pl.col("ESTIM") != "Y").len(),
            why=pl.col("REASON").drop_nulls().mode().sort().first(),
        )
        .sort("CYCLE")
    )
    columns = {
        "CYCLE": "Cycle",
        "KIND": "Kind",
        "NSAMP": "Planned samples",
        "yes": "Estimable",
        "no": "Not estimable",
        "why": "Most frequent reason",
    }
    note = "From the protocol alone, before any data; parameter by parameter in ESTIMAB."
    return table_of("What the planned samples can yield", counted, columns, note)


def _conventions(rows: pl.DataFrame, analyte: str) -> tuple[Block, ...]:
    """One convention changed at a time: how far the geometric mean moves."""
    one = rows.filter(
        (pl.col("PARCAT1") == analyte) & (pl.col("NCHANGE") == 1) & (pl.col("NMOVED") > 0)
    )
    if one.is_empty():
        return (
            Paragraph("Convention sensitivity: no single change of convention moves a parameter."),
        )
    far = (
        one.with_columns(FAR=pl.col("GMRATIO").log().abs())
        .sort(
            "FAR",
            "PARAMCD",
            "LEVEL",
            "COHORT",
            "CYCLE",
            descending=[True, *[False] * 4],
            nulls_last=True,
        )
        .head(MOST_MOVED)
    )
    body = [
        (
            str(r["PARAMCD"]),
            f"cohort {r['COHORT']}, cycle {r['CYCLE']}",
            _changed(r),
            f"{whole(r['NMOVED'])} of {whole(r['N'])}",
            fixed(r["GMRATIO"], 4),
            f"{fixed(r['MINRATIO'], 4)} to {fixed(r['MAXRATIO'], 4)}",
        )
        for r in far.iter_rows(named=True)
    ]
    header = (
        "Parameter",
        "Of",
        "Convention changed to",
        "Moved",
        "Ratio of geo. means",
        "Single profiles",
    )
    note = f"The {len(body)} largest of {one.height} movements; every combination is in CONVSENS."
    return (text_table("Convention sensitivity", header, body, note, text_columns=3),)


def _changed(row: Mapping[str, object]) -> str:
    names = {"BLQRULE": "BLQ", "AUCRULE": "AUC", "SLOPERUL": "slope", "TIMEBAS": "time"}
    return ", ".join(f"{n} {row[c]}" for c, n in names.items() if row[c] != "as planned")
