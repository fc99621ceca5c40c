"""Adverse events, laboratory shifts, counts the protocol asks for."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.blocks import Block, Paragraph, Section, Table, table_of, text_table
from pkpipe.report.numbers import share


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """Overview by cohort, terms by worst grade, DLT and serious listings, laboratory."""
    if not study.collects("AE"):
        return Section(
            "safety", "Safety", (Paragraph("Not collected: the study has no adverse events."),)
        )
    adae = tables["ADAE"]
    serious = adae.filter((pl.col("AESER") == "Y") & (pl.col("TRTEMFL") == "Y"))
    columns = {
        "COHORT": "Cohort",
        "USUBJID": "Subject",
        "AEDECOD": "Term",
        "AETOXGR": "Grade",
        "ASTDT": "Start",
        "ASTDY": "Day",
        "RELFL": "Related",
        "AEDLTFL": "DLT",
        "AEOUT": "Outcome",
    }
    window = f"{study.safety.teae_days} + {study.safety.teae_window_days} days"
    note = f"Treatment-emergent: from the first dose to {window} after the last."
    blocks: list[Block] = [
        _overview(tables["AESUM"], study, note),
        _terms(tables["AESOC"]),
        table_of("Serious treatment-emergent events", serious, columns, most=120),
        table_of("Dose-limiting toxicities", adae.filter(pl.col("AEDLTFL") == "Y"), columns),
    ]
    if study.collects("LB"):
        blocks.append(_shifts(tables["LBSHIFT"]))
    if study.safety.criteria:
        shown = tables["CRITSUM"].filter(
            pl.col("GROUP").is_in(["ALL", "COHORT"]) & (pl.col("N") > 0)
        )
        blocks.append(_criteria(shown))
    return Section("safety", "Safety", tuple(blocks))


def _overview(aesum: pl.DataFrame, study: Study, note: str) -> Table:
    groups = [c.code for c in study.cohorts] + ["ALL"]
    rows = aesum.filter(pl.col("GROUP").is_in(["ALL", "COHORT"])).with_columns(
        KEY=pl.when(pl.col("GROUP") == "ALL").then(pl.lit("ALL")).otherwise("GROUPVAL")
    )
    cells = {
        (r["PARAM"], r["KEY"]): share(r["X"], r["N"]) for r in rows.iter_rows(named=True) if r["N"]
    }
    shown = [g for g in groups if any(key == g for _, key in cells)]
    labels = rows["PARAM"].unique(maintain_order=True).to_list()
    body = [(str(label), *(cells.get((label, g), "–") for g in shown)) for label in labels]
    return text_table("Subjects with at least one event", ("Event", *shown), body, note)


def _terms(aesoc: pl.DataFrame) -> Table:
    rows = aesoc.filter(pl.col("GROUP") == "ALL")
    wide = rows.pivot(
        on="GRADE", index=["AESOC", "AEDECOD", "N"], values="X", aggregate_function="first"
    )
    grades = [g for g in ("ANY", "1", "2", "3", "4", "5") if g in wide.columns]
    body = [
        (
            str(r["AESOC"] or ""),
            str(r["AEDECOD"] or "any term"),
            *(share(r[g] or 0, r["N"]) for g in grades),
        )
        for r in wide.head(200).iter_rows(named=True)
    ]
    header = (
        "System organ class",
        "Preferred term",
        *(g if g == "ANY" else f"Grade {g}" for g in grades),
    )
    note = "A subject counts once a term, at the worst grade. All cohorts together; by cohort in AESOC."
    return text_table("Terms by worst grade", header, body, note, text_columns=2)


def _shifts(shifts: pl.DataFrame) -> Table:
    rows = shifts.filter((pl.col("GROUP") == "ALL") & (pl.col("WGRADE").cast(pl.String) >= "3"))
    columns = {
        "PARAMCD": "Test",
        "DIRECTION": "Direction",
        "BGRADE": "Baseline grade",
        "WGRADE": "Worst grade",
        "X": "Subjects",
        "N": "of",
    }
    return table_of(
        "Laboratory: shifts to grade 3 or more",
        rows,
        columns,
        "All grades and cohorts are in LBSHIFT.",
    )


def _criteria(rows: pl.DataFrame) -> Table:
    body = [
        (
            "all subjects" if r["GROUP"] == "ALL" else f"cohort {r['GROUPVAL']}",
            str(r["PARAM"]),
            share(r["X"], r["N"]),
        )
        for r in rows.iter_rows(named=True)
    ]
    return text_table(
        "Counts the protocol asks for", ("Group", "Criterion", "x/n (%)"), body, text_columns=2
    )
