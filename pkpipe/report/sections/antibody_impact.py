"""What antibodies do: exposure by status, slopes with and without, lost exposure, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from pkpipe.displays.number_text import DASH, fixed, limits, share, significant, whole
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Block, Paragraph, Table, table_of, text_table

Tables = Mapping[str, pl.DataFrame]


def blocks(tables: Tables, study: Study, drug: str) -> tuple[Block, ...]:
    """The tables of one drug; what is not analysed or did not happen is said."""
    plan = study.immunogenicity.impact if study.immunogenicity else None
    if plan is None:
        words = "Exposure, safety and response by status: the study file has no section for them."
        return (Paragraph(words),)
    return (
        *_exposure(tables["ADAEXPO"].filter(pl.col("DRUG") == drug), drug, plan.confidence),
        *_slopes(tables["ADADOSE"], study, drug),
        *_lost(tables["ADALOSS"].filter(pl.col("DRUG") == drug), drug),
        _outcomes(tables["ADALMK"].filter(pl.col("DRUG") == drug), drug, plan.landmark_day),
    )


def _exposure(rows: pl.DataFrame, drug: str, confidence: float) -> tuple[Block, ...]:
    """One row a parameter, cycle and level that somebody with antibodies has a value in."""
    keys = ["PARCAT1", "PARAMCD", "CYCLE", "LEVEL"]
    touched = rows.filter((pl.col("STATUS") == "ON_OR_AFTER") & (pl.col("N") > 0)).select(keys)
    if touched.is_empty():
        return (Paragraph(f"No exposure on or after the onset of antibodies against {drug}."),)
    # over levels means something from two of them on
    single = touched.group_by(keys[:3]).len().filter(pl.col("len") < 3).drop("len")
    alone = single.with_columns(LEVEL=pl.lit("ALL"))
    touched = touched.join(alone, on=keys, how="anti", nulls_equal=True, maintain_order="left")
    shown = rows.join(touched, on=keys, how="semi", nulls_equal=True, maintain_order="left")
    cells = {(*(r[k] for k in keys), r["STATUS"]): r for r in shown.iter_rows(named=True)}
    body = [_row(key, cells, pooled=key[3] == "ALL") for key in touched.iter_rows()]
    header = (
        *("Parameter", "Cycle", "Level", "ADA-negative", "Before onset", "On or after onset"),
        *(f"After / negative ({100 * confidence:g} % CI)", "Without / with affected", "Remark"),
    )
    note = (
        "Geometric mean (n, of them below quantification). A profile is placed by its dose, a trough by its "
        "sample. Ratios are of different subjects and were not planned: they describe. Pooled: one ratio "
        "over the levels that have both, each with a mean of its own. Last ratio: geometric mean "
        "of the level without values on or after onset over that of all. Every cell is in ADAEXPO."
    )
    table = text_table(f"Exposure by antibodies against {drug}", header, body, note, text_columns=3)
    return (replace(table, numeric=frozenset(range(3, len(header) - 1))),)


def _row(
    key: tuple[object, ...], cells: Mapping[tuple[object, ...], Mapping[str, Any]], *, pooled: bool
) -> tuple[str, ...]:
    """One line of the table; over levels there are no means, only who is compared with whom."""
    after, rest = cells[*key, "ON_OR_AFTER"], cells.get((*key, "WITHOUT"))
    means = (
        (f"n = {after['NREF']}", "", f"n = {after['NCOMP']}")
        if pooled
        else tuple(_mean(cells.get((*key, s))) for s in ("NEGATIVE", "BEFORE", "ON_OR_AFTER"))
    )
    interval = f" {limits(after['LOWER'], after['UPPER'], 2)}" if after["LOWER"] is not None else ""
    return (
        f"{key[0]} {key[1]} ({after['AVALU']})",
        str(key[2] if key[2] is not None else DASH),
        "pooled" if pooled else str(key[3] or DASH),
        *means,
        f"{fixed(after['RATIO'], 2)}{interval}",
        "" if pooled else fixed(rest["RATIO"] if rest else None, 3),
        str(after["RATIORSN"] or ""),
    )


def _mean(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return DASH
    low = f", {row['NBLQ']} BLQ" if row["NBLQ"] else ""
    return f"{significant(row['GMEAN'])} ({row['N']}{low})"


def _slopes(rows: pl.DataFrame, study: Study, drug: str) -> tuple[Block, ...]:
    """Dose proportionality twice, where values were left out."""
    own = [a.code for a in study.analytes if a.drug == drug]
    keys = ["PARCAT1", "MATRIX", "PARAMCD", "MODEL", "SCOPE", "CYCLE"]
    without = rows.filter(
        (pl.col("SUBSET") == "WITHOUT") & (pl.col("NOUT") > 0) & pl.col("PARCAT1").is_in(own)
    )
    if without.is_empty():
        words = (
            "Dose proportionality: no profile on or after onset enters it, so it does not change."
        )
        return (Paragraph(words),)
    every = rows.filter(pl.col("SUBSET") == "ALL")
    both = without.join(
        every, on=keys, how="left", nulls_equal=True, maintain_order="left", suffix="_ALL"
    )
    body = [
        (
            f"{r['PARCAT1']} {r['PARAMCD']}",
            "all cycles" if r["CYCLE"] is None else f"cycle {r['CYCLE']}",
            "all doses" if r["SCOPE"] == "ALL" else "upper doses",
            f"{whole(r['NOUT'])} of {whole(r['NOBS_ALL'])}",
            _slope(r, "_ALL"),
            str(r["STRICT_ALL"] or r["REASON_ALL"] or DASH),
            _slope(r, ""),
            str(r["STRICT"] or r["REASON"] or DASH),
        )
        for r in both.iter_rows(named=True)
    ]
    header = (
        *("Parameter", "Profiles", "Doses", "Left out", "β of all (90 % CI)", "0.80–1.25"),
        *("β without (90 % CI)", "0.80–1.25"),
    )
    note = "Power model as in pharmacokinetics; left out are values on or after onset. All are in ADADOSE."
    title = f"Dose proportionality with and without profiles affected by antibodies against {drug}"
    return (text_table(title, header, body, note, text_columns=3),)


def _slope(row: Mapping[str, float | None], suffix: str) -> str:
    value = row[f"BETA{suffix}"]
    if value is None:
        return DASH
    return f"{fixed(value, 3)} {limits(row[f'LOWER{suffix}'], row[f'UPPER{suffix}'], 3)}"


def _lost(rows: pl.DataFrame, drug: str) -> tuple[Block, ...]:
    unknown = rows.filter(pl.col("LOSSFL").is_null())
    reasons = unknown.group_by("REASON").len().sort("len", "REASON", descending=[True, False])
    why = "; ".join(f"{reason}: {n}" for reason, n in reasons.iter_rows())
    lost = rows.filter(pl.col("LOSSFL") == "Y")
    told = (
        f"{rows.height - unknown.height} troughs judged, {lost['USUBJID'].n_unique()} subjects with a loss. "
        f"Not assessable: {unknown.height}{f' ({why})' if why else ''}."
    )
    if lost.is_empty():
        return (Paragraph(f"Loss of exposure to {drug}: none. {told}"),)
    columns = {
        "USUBJID": "Subject",
        "PARCAT1": "Analyte",
        "LEVEL": "Level",
        "CYCLE": "Cycle",
        "TROUGHDTM": "Drawn",
        "AVAL": "Trough",
        "AVALU": "Unit",
        "LIMIT": "ADA-negative limit",
        "LIMITBY": "which is",
        "PRIOR": "Own trough before",
        "PRIORNO": "of dose",
        "PRIORLIM": "its limit",
        "ADATAG": "ADA",
        "SUMRSN": "Not in summaries because",
    }
    note = f"Lost: below both limits. {told} Every trough is in ADALOSS."
    return (table_of(f"Loss of exposure to {drug}", lost, columns, note),)


def _outcomes(rows: pl.DataFrame, drug: str, day: int) -> Table:
    shown = rows.filter((pl.col("GROUP") == "ALL") & (pl.col("NALL") > 0))
    body = [
        (
            str(r["PARAM"]),
            str(r["STATUS"]).lower(),
            whole(r["NALL"]),
            str(r["OUTRSN"] or DASH),
            share(r["X"], r["N"]),
            limits(r["LOWER"], r["UPPER"]) if r["LOWER"] is not None else DASH,
            whole(r["NPRIOR"]),
            str(r["REASON"] or ""),
        )
        for r in shown.iter_rows(named=True)
    ]
    header = (
        *(
            "Outcome",
            f"Status by day {day}",
            "Subjects",
            "Not at risk then",
            f"x/n (%) after day {day}",
        ),
        *("95 % CI", "Also by then", "Remark"),
    )
    note = (
        f"Landmark: status is what was known by day {day} of {drug}, n is who was still at risk then, x is "
        "who has the outcome after it; who turned positive later counts as before. Descriptive: doses differ "
        "between the groups. By level in ADALMK."
    )
    title = f"Adverse events and response by antibodies against {drug}, from day {day}"
    table = text_table(title, header, body, note, text_columns=2)
    return replace(table, numeric=frozenset({2, 4, 5, 6}))
