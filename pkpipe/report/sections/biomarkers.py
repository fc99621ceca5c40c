"""Biomarkers: by visit, against concentration, and how long a receptor was saturated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pkpipe.displays.figures.colours import Colours, group_colours
from pkpipe.displays.figures.marker_curves import MODELS, curve_figure, saturation_figure
from pkpipe.displays.figures.markers import marker_figure
from pkpipe.displays.number_text import DASH, fixed, significant, whole
from pkpipe.protocol.drugs import Biomarker
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Block, Paragraph, Table, figure_of, text_table

WHAT: Final = ("PARAMCD", "PARCAT1", "MATRIX")
PARAMETERS: Final = {"E0": "E0", "EMAX": "Emax", "EC50": "EC50", "HILL": "Hill"}
CURVE_NOTE: Final = (
    "Mean result = E0 + Emax C^Hill / (EC50^Hill + C^Hill); in the Emax model Hill is 1. Wald limits with t, "
    "of EC50 and Hill on the log scale, by subject (Mancl & DeRouen 2001), since results of one subject are "
    "not independent. Results at the end of what the laboratory reports (cut off) count as there or beyond "
    "(Tobin 1958). Chosen is the simplest model unless AICc of another is lower by more than the study "
    "file's margin."
)
SAT_HEADER: Final = (
    *("Cohort", "Examined", "With two results", "Never saturated", "Median days observed"),
    *("Median days saturated", "Median % of time", "Min %", "Max %", "Remark"),
)
SAT_NOTE: Final = (
    "Linear between results, from each subject's first result to the last; nothing is assumed before or "
    "after. The rise after a dose is as slow as samples are far apart, so few samples understate the time. "
    "Subject by subject with dates in PDSAT."
)


def blocks(tables: Mapping[str, pl.DataFrame], study: Study) -> tuple[Block, ...]:
    """Marker by marker: figures, then tables; what was not collected or not planned is said."""
    if not study.collects("CP"):
        return (Paragraph("Biomarkers: not collected."),)
    colours = group_colours(tables, study)
    mine = [b for marker in study.biomarkers for b in _of_marker(tables, marker, colours)]
    return (*mine, *_curves(tables["PDEMAX"]), _by_visit(tables["ADPD"]))


def _of_marker(
    tables: Mapping[str, pl.DataFrame], marker: Biomarker, colours: Colours
) -> Iterator[Block]:
    found = [marker_figure(tables["PDSTAT"], marker, colours)]
    fits = tables["PDEMAX"].filter(pl.col("PARAMCD") == marker.code)
    for _, analyte, matrix in fits.select(WHAT).unique(maintain_order=True).iter_rows():
        found.append(curve_figure(tables, marker, analyte, matrix, colours))
    if marker.saturated_from is not None:
        found.append(saturation_figure(tables["PDSAT"], marker, colours))
    yield from (f for f in map(figure_of, found) if f is not None)
    yield from _saturation(tables["PDSATSUM"], marker)


def _curves(fits: pl.DataFrame) -> Iterator[Table]:
    """A table a marker and analyte, a line a model: every parameter with its limits, or why there is none."""
    for part in fits.partition_by(*WHAT, maintain_order=True):
        first = part.row(0, named=True)
        units = {"E0": first["AVALU"], "EMAX": first["AVALU"], "EC50": first["CONCU"]}
        header = (
            *("Model", "Subjects", "Results", "Cut off"),
            *(f"{words} ({units[p]})" if p in units else words for p, words in PARAMETERS.items()),
            *("Residual SD", "AICc", "Remark"),
        )
        title = (
            f"{first['PARAM'] or first['PARAMCD']} against {first['PARCAT1']} in "
            f"{first['MATRIX'].lower()}: parameters ({100 * first['LEVELCI']:g} % CI)"
        )
        body = [_model(model) for model in part.partition_by("MODEL", maintain_order=True)]
        table = text_table(title, header, body, CURVE_NOTE)
        yield replace(table, numeric=frozenset(range(1, len(header) - 1)))


def _model(part: pl.DataFrame) -> tuple[str, ...]:
    rows = {r["STAT"]: r for r in part.iter_rows(named=True)}
    first = part.row(0, named=True)
    remark = "chosen" if first["CHOSENFL"] == "Y" else ""
    return (
        MODELS[first["MODEL"]].en,
        whole(first["N"]),
        whole(first["NOBS"]),
        whole(first["NCUT"]),
        *(_with_limits(rows.get(p)) for p in PARAMETERS),
        significant(rows["RSD"]["AVAL"]),
        fixed(rows["AICC"]["AVAL"], 1),
        remark if first["STATUS"] == "OK" else str(first["REASON"]),
    )


def _with_limits(row: Mapping[str, Any] | None) -> str:
    if row is None or row["AVAL"] is None:
        return DASH
    value, low, high = (significant(row[c]) for c in ("AVAL", "LOWER", "UPPER"))
    return f"{value} ({low}, {high})"


def _saturation(summary: pl.DataFrame, marker: Biomarker) -> Iterator[Table]:
    """By cohort: who was observed, who was never saturated, and for how much of the time the others were."""
    rows = summary.filter(pl.col("PARAMCD") == marker.code)
    if rows.is_empty():
        return
    body = [
        (
            "all" if r["COHORT"] == "ALL" else str(r["COHORT"]),
            *(whole(r[c]) for c in ("NEXAM", "N", "NEVER")),
            *(significant(r[c]) for c in ("OBSMED", "SATMED")),
            *(fixed(r[c], 0) for c in ("PCTMED", "PCTMIN", "PCTMAX")),
            str(r["REASON"] or ""),
        )
        for r in rows.iter_rows(named=True)
    ]
    title = f"{marker.name}: time at or above {marker.saturated_from:g} {marker.unit}"
    yield text_table(title, SAT_HEADER, body, SAT_NOTE, text_columns=1)


def _by_visit(adpd: pl.DataFrame) -> Table:
    post = adpd.filter(pl.col("AVAL").is_not_null())
    grouped = post.group_by("PARAMCD", "LEVEL", "VISIT", "ATPT").agg(
        pl.col("PARAM").first(),
        pl.col("AVALU").first(),
        pl.col("ADTM").min(),
        n=pl.col("USUBJID").n_unique(),
        mean=pl.col("AVAL").mean(),
        median=pl.col("AVAL").median(),
        low=pl.col("AVAL").min(),
        high=pl.col("AVAL").max(),
        change=pl.col("CHG").mean(),
    )
    body = [
        (
            f"{r['PARAM'] or r['PARAMCD']} ({r['AVALU'] or ''})",
            str(r["LEVEL"] or DASH),
            f"{r['VISIT'] or ''} {r['ATPT'] or ''}".strip(),
            whole(r["n"]),
            *(significant(r[c]) for c in ("mean", "median", "low", "high", "change")),
        )
        for r in grouped.sort(
            "PARAMCD", "LEVEL", "ADTM", "VISIT", "ATPT", nulls_last=True
        ).iter_rows(named=True)
    ]
    header = ("Marker", "Level", "Visit", "n", "Mean", "Median", "Min", "Max", "Mean change")
    return text_table("Biomarkers by level and visit", header, body, text_columns=3)
