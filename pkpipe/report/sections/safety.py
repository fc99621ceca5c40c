"""Adverse events, laboratory shifts, counts the protocol asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED, Collected, collected
from pkpipe.clinical.dose_decision import DLT
from pkpipe.displays.number_text import share
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import (
    Block,
    Paragraph,
    Section,
    Table,
    remarks_of,
    table_of,
    text_table,
)

# Flags of the listings: empty means no, so that one not collected is said.
SHOWN_FLAGS: Final = (("RELFL", "AE.AEREL"), ("AEDLTFL", "AE.AEDLTFL"), ("AEOUT", "AE.AEOUT"))


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """Overview by cohort, terms by worst grade, listings, laboratory: each by its own source."""
    known = collected(tables, study)
    return Section(
        "safety",
        "Safety",
        (
            *_events(tables, study, known),
            *_laboratory(tables["LBSHIFT"], known),
            *_asked_for(tables["CRITSUM"]),
        ),
    )


def _laboratory(shifts: pl.DataFrame, known: Collected) -> list[Block]:
    if not known.has("LB"):
        return [Paragraph("Laboratory: not collected (the study has no source for LB).")]
    lost = shifts.filter(pl.col("REASON").is_not_null())
    said = [Paragraph(f"Laboratory: {lost['REASON'][0]}.")] if lost.height else []
    return [*said, _shifts(shifts.filter(pl.col("REASON").is_null()))]


def _asked_for(criteria: pl.DataFrame) -> list[Block]:
    groups = pl.col("GROUP").is_in(["ALL", "COHORT"])
    lost = criteria.filter((pl.col("GROUP") == "ALL") & pl.col("N").is_null())
    said = [Paragraph(f"{r['PARAM']}: {r['REASON']}.") for r in lost.iter_rows(named=True)]
    return [_criteria(criteria.filter(groups & (pl.col("N") > 0))), *said]


def _events(
    tables: Mapping[str, pl.DataFrame], study: Study, known: Collected
) -> tuple[Block, ...]:
    if not known.has("AE"):
        return (Paragraph("Adverse events: not collected (the study has no source for AE)."),)
    unsaid = [flag for flag, need in SHOWN_FLAGS if not known.has(need)]
    adae = tables["ADAE"].with_columns(pl.lit(NOT_COLLECTED).alias(flag) for flag in unsaid)
    serious = adae.filter((pl.col("AESER") == "Y") & (pl.col("TRTEMFL") == "Y"))
    flagged = adae.filter(tables["ADAE"]["AEDLTFL"] == "Y")
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
    note += remarks_of(tables["AESUM"], "X")
    return (
        _overview(tables["AESUM"], study, note),
        _terms(tables["AESOC"]),
        *_listing("Serious treatment-emergent events", serious, known.reason("AE.AESER"), columns),
        *_listing("Dose-limiting toxicities", flagged, known.reason(*DLT), columns),
    )


def _listing(
    title: str, rows: pl.DataFrame, lost: str | None, columns: dict[str, str]
) -> list[Block]:
    if lost is not None:
        return [Paragraph(f"{title}: {lost}.")]
    return [table_of(title, rows, columns, most=120)]


def _overview(aesum: pl.DataFrame, study: Study, note: str) -> Table:
    groups = [c.code for c in study.cohorts] + ["ALL"]
    rows = aesum.filter(pl.col("GROUP").is_in(["ALL", "COHORT"])).with_columns(
        KEY=pl.when(pl.col("GROUP") == "ALL").then(pl.lit("ALL")).otherwise("GROUPVAL")
    )
    cells = {
        (r["PARAM"], r["KEY"]): r["REASON"] if r["X"] is None else share(r["X"], r["N"])
        for r in rows.iter_rows(named=True)
        if r["N"]
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
    graded = rows.filter(pl.col("X").is_not_null())["GRADE"]
    grades = [g for g in ("ANY", "1", "2", "3", "4", "5") if g in graded]
    lost = rows.filter(pl.col("X").is_null())["REASON"].drop_nulls().unique().sort().to_list()
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
    told = "".join(f" Grades: {why}." for why in lost)
    return text_table("Terms by worst grade", header, body, note + told, text_columns=2)


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
        "Participants with abnormal values, and counts the protocol asks for",
        ("Group", "Criterion", "x/n (%)"),
        body,
        text_columns=2,
    )
