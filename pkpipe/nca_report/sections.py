"""The sections of a report, in the order they are read."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.nca.given_tables.row_checks import excluded
from pkpipe.nca_report.drawings import profile_figures, together_figures
from pkpipe.nca_report.given import Given
from pkpipe.nca_report.summaries import concentration_tables, parameter_tables, values_table
from pkpipe.report.page_blocks import Paragraph, Section, Table

C: Final = pl.col
MOST_PROFILES: Final = 2000  # drawn
MOST_LISTED: Final = 100  # intervals whose every value is listed
MOST_LEFT_OUT: Final = 400


def sections(given: Given) -> tuple[Section, ...]:
    """Summary, curves, profiles, values, what was left out, settings."""
    drawn = given.units()
    more = len(drawn) - MOST_PROFILES
    cut = (Paragraph(f"The first {MOST_PROFILES} of {len(drawn)} profiles are drawn.", "warn"),)
    return (
        Section("parameters", "Parameters by group", tuple(parameter_tables(given))),
        Section("concentrations", "Concentrations by group", tuple(concentration_tables(given))),
        Section("curves", "Curves", tuple(together_figures(given))),
        Section(
            "profiles",
            "Profiles with their terminal fit",
            (*(cut if more > 0 else ()), *profile_figures(given, MOST_PROFILES)),
        ),
        Section("left-out", "What was left out or doubted", tuple(_left_out(given))),
        Section("results", "Results", (values_table(given, MOST_LISTED),)),
        Section("settings", "How it was computed", tuple(_settings(given))),
    )


def _left_out(given: Given) -> list[Table | Paragraph]:
    """Excluded samples with their reason, results without a value and doubted ones."""
    return [_excluded(given), _picked(given), _not_done(given), _doubted(given)]


def _excluded(given: Given) -> Table | Paragraph:
    rows = given.tables.conc.filter(excluded(given.tables.conc))
    if rows.is_empty():
        return Paragraph("No sample was excluded (EXCLFL).")
    reason = C("EXCLRSN") if "EXCLRSN" in rows.columns else pl.lit(None, dtype=pl.String)
    shown = rows.select(*given.keys, "TIME", "CONC", R=reason.fill_null("no reason is stated"))
    return _table(
        "Samples excluded (EXCLFL = Y)", shown, (*given.keys, "Time", "Concentration", "Reason")
    )


def _picked(given: Given) -> Table | Paragraph:
    conc = given.tables.conc
    if "LAMZFL" not in conc.columns or conc["LAMZFL"].null_count() == conc.height:
        return Paragraph("No point of a terminal slope was chosen by hand (LAMZFL).")
    shown = conc.filter(C("LAMZFL").is_not_null()).select(*given.keys, "TIME", "CONC", "LAMZFL")
    heads = (*given.keys, "Time", "Concentration", "Point of the slope")
    return _table("Points of the terminal slope chosen by hand (LAMZFL)", shown, heads)


def _not_done(given: Given) -> Table | Paragraph:
    rows = given.results.filter(C("PPSTAT").is_not_null())
    if rows.is_empty():
        return Paragraph("Every result has a value.")
    shown = (
        rows.group_by("PPREASND", maintain_order=True)
        .agg(
            WHICH=C("PPTESTCD").unique(maintain_order=True).str.join(", "),
            INTERVALS=pl.struct(*given.keys, "START").n_unique().cast(pl.Int64),
            RESULTS=pl.len().cast(pl.Int64),
        )
        .sort("RESULTS", descending=True, maintain_order=True)
    )
    return _table(
        "Results without a value", shown, ("Reason", "Parameters", "Intervals", "Results")
    )


def _doubted(given: Given) -> Table | Paragraph:
    rows = given.results.filter(C("STATUS") != "OK")
    if rows.is_empty():
        return Paragraph("No result is flagged, and none is kept out of the summaries.")
    shown = rows.select(*given.keys, "START", "PPTESTCD", "PPSTRESN", "STATUS", "REASON")
    heads = (*given.keys, "Start", "Parameter", "Value", "Status", "Reason")
    return _table("Doubted results (NR: not in the summaries)", shown, heads)


def _settings(given: Given) -> list[Table]:
    tables = (
        ("Settings", ("Setting", "Value"), given.settings),
        ("Files", ("File", "SHA-256"), given.files),
        ("Versions", ("Program", "Version"), given.versions),
    )
    return [Table(title, heads, tuple(of.items())) for title, heads, of in tables]


def _table(title: str, rows: pl.DataFrame, heads: tuple[str, ...]) -> Table:
    shown = rows.head(MOST_LEFT_OUT)
    body = tuple(tuple(_text(v) for v in row) for row in shown.iter_rows())
    more = rows.height - shown.height
    numeric = frozenset(i for i, c in enumerate(rows.columns) if rows.schema[c].is_numeric())
    return Table(title, heads, body, f"{more} more are not listed here." if more else "", numeric)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
