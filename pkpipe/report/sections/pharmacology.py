"""Pharmacokinetics, pharmacodynamics and immunogenicity: curves first, then the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS, collected
from pkpipe.displays.figures import concentration_curves as curves
from pkpipe.displays.figures.colours import group_colours
from pkpipe.displays.figures.dose_and_trough import dose_figure, trough_figure
from pkpipe.displays.figures.individual_profiles import individual
from pkpipe.displays.figures.plot import slug
from pkpipe.displays.figures.terminal_fits import terminal_fits
from pkpipe.displays.number_text import DASH, whole
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Block, Paragraph, Section, Table, figure_of, text_table
from pkpipe.report.sections import antibodies, biomarkers, conjugates, pk_listings, pk_results

# Of the registry's many, those a clinical pharmacologist looks at first.
MAIN: Final = (
    *("CMAX", "TMAX", "CEOI", "CTROUGH", "CAVG", "AUCLST", "AUCTAU", "AUCIFO", "AUCPEO"),
    *("LAMZHL", "CLO", "CLSS", "CLFO", "VZO", "VSSO", "MRTIVIFO", "CMAXD", "AUCIFOD"),
    *("AUCINT", "TAT"),  # where the study asks for them
)
STATISTICS: Final = ("N", "MEAN", "SD", "CV", "GMEAN", "GCV", "MEDIAN", "MIN", "MAX")
STATISTIC_NAMES: Final = {
    "N": "n",
    "MEAN": "Mean",
    "SD": "SD",
    "CV": "CV %",
    "GMEAN": "Geo. mean",
    "GCV": "Geo. CV %",
    "MEDIAN": "Median",
    "MIN": "Min",
    "MAX": "Max",
}


def sections(tables: Mapping[str, pl.DataFrame], study: Study) -> tuple[Section, ...]:
    """Pharmacokinetics by analyte, then biomarkers and anti-drug antibodies."""
    return (
        Section("pk", "Pharmacokinetics", *_pk(tables, study)),
        Section("ada", "Immunogenicity", *_ada(tables, study)),
        Section("biomarkers", "Biomarkers", biomarkers.blocks(tables, study)),
    )


def _pk(
    tables: Mapping[str, pl.DataFrame], study: Study
) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    if not study.collects("PC") or not study.analytes:
        return (Paragraph("Not collected: the study has no source for concentrations."),), ()
    if (lost := collected(tables, study).reason(*CONCENTRATIONS)) is not None:
        return (Paragraph(f"Concentrations: {lost}."),), ()
    parts = tuple(
        Section(f"pk-{slug(a.code)}", f"{a.name} ({a.code}, {a.unit})", _analyte(tables, study, a))
        for a in study.analytes
    )
    levels = {a.drug: _levels(study, a) for a in study.analytes}
    parts = (*conjugates.parts(tables, study, levels), *parts)
    return (
        _profiles(tables["PROFILE"]),
        *pk_listings.ledger(tables["LEDGEFF"], tables["PROFILE"]),
    ), parts


def _profiles(profiles: pl.DataFrame) -> Table:
    counted = profiles.group_by("PARAMCD", "CYCLE", "PRFLFL").agg(
        pl.len(), pl.col("USUBJID").n_unique().alias("SUBJECTS")
    )
    rows = [
        tuple(str(x if x is not None else DASH) for x in row)
        for row in counted.sort("PARAMCD", "CYCLE", "PRFLFL", nulls_last=True)
        .select("PARAMCD", "CYCLE", "PRFLFL", "len", "SUBJECTS")
        .iter_rows()
    ]
    return text_table(
        "Profiles with data",
        ("Analyte", "Cycle", "Kind", "Profiles", "Subjects"),
        rows,
        "A sparse profile yields observed values only; why is in PROFILE and ADPP.",
        text_columns=3,
    )


def _analyte(
    tables: Mapping[str, pl.DataFrame], study: Study, analyte: Analyte
) -> tuple[Block, ...]:
    order = _levels(study, analyte)
    adpc, adpp, conc = tables["ADPC"], tables["ADPP"], tables["PKCONC"]
    colours = group_colours(tables, study)
    least = study.nca.summary.min_n_spread if study.nca else 1
    figures = [
        *curves.mean_curves(conc, analyte, order, colours),
        *dose_figure(tables, analyte),
        *trough_figure(adpp, analyte, order, colours, least),
        *individual(adpc, analyte, order),
        *terminal_fits(tables["LZFIT"], adpp, analyte),
    ]
    drawn = [f for f in map(figure_of, figures) if f is not None]
    return (
        *drawn,
        pk_listings.concentrations(conc, analyte.code),
        _parameters(tables["PKSTAT"], analyte.code),
        pk_listings.profiles(adpp, tables["PROFILE"], analyte.code),
        *pk_results.blocks(tables, analyte),
        _why_not(adpp, analyte.code),
    )


def _levels(study: Study, analyte: Analyte) -> dict[str, str]:
    """The levels in their order, each with its planned dose of the analyte's drug."""
    if study.escalation is None:
        return {}
    unit = {d.code: d.dose_unit for d in study.drugs}.get(analyte.drug, "")
    doses = {level.code: level.doses.get(analyte.drug) for level in study.escalation.levels}
    return {c: c if d is None else f"{c} ({d:g} {unit})" for c, d in doses.items()}


def _parameters(stats: pl.DataFrame, analyte: str) -> Table:
    """The main parameters by level and cycle over all cohorts, with every statistic."""
    order = {code: i for i, code in enumerate(MAIN)}
    rows = stats.filter(
        (pl.col("PARCAT1") == analyte) & (pl.col("COHORT") == "ALL") & pl.col("PARAMCD").is_in(MAIN)
    )
    keys = ["LEVEL", "CYCLE", "PARAMCD", "PARAM", "WINDOW"]
    units = _units(rows, keys)
    wide = rows.pivot(on="STAT", index=keys, values="AVAL", aggregate_function="first").sort(
        pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int32),
        "CYCLE",
        "LEVEL",
        "WINDOW",
        nulls_last=True,
    )
    present = [s for s in STATISTICS if s in wide.columns]
    body = [
        (
            f"{r['PARAM']} ({r['PARAMCD']})" + (f", {r['WINDOW']}" if r["WINDOW"] else ""),
            units.get(tuple(r[k] for k in keys), ""),
            str(r["CYCLE"] if r["CYCLE"] is not None else DASH),
            str(r["LEVEL"] or DASH),
            *(_statistic(r["PARAMCD"], s, r[s]) for s in present),
        )
        for r in wide.iter_rows(named=True)
    ]
    header = ("Parameter", "Unit", "Cycle", "Level", *(STATISTIC_NAMES[s] for s in present))
    note = (
        "Values with status NR and profiles whose dose deviates from plan are in ADPP, not here; "
        "every other parameter is in PKSTAT."
    )
    return text_table("Parameters by cycle and level", header, body, note, text_columns=4)


def _units(rows: pl.DataFrame, keys: list[str]) -> dict[tuple[object, ...], str]:
    """The unit of a parameter: that of its median, since counts have none and CV % has its own."""
    of = rows.filter(pl.col("STAT") == "MEDIAN")
    return {tuple(r[k] for k in keys): str(r["AVALU"] or "") for r in of.iter_rows(named=True)}


def _statistic(parameter: str, code: str, value: float | None) -> str:
    if code in pk_listings.UNITLESS:
        return pk_listings.statistic(code, value)
    return pk_listings.parameter(parameter, value)


def _why_not(adpp: pl.DataFrame, analyte: str) -> Table:
    reasons = (
        adpp.filter(
            (pl.col("PARCAT1") == analyte)
            & pl.col("AVAL").is_null()
            & pl.col("PPREASND").is_not_null()
        )
        .group_by("PPREASND")
        .agg(
            pl.col("PARAMCD").unique().sort().str.join(", "),
            pl.col("PROFILE").n_unique().alias("PROFILES"),
        )
        .sort("PROFILES", "PPREASND", descending=[True, False])
    )
    body = [(str(r), str(codes), whole(n)) for r, codes, n in reasons.iter_rows()]
    header = ("Reason", "Parameters", "Profiles")
    return text_table("Parameters not done, and why", header, body, text_columns=2)


def _ada(
    tables: Mapping[str, pl.DataFrame], study: Study
) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    if not study.collects("IS"):
        return (Paragraph("Anti-drug antibodies: not collected."),), ()
    if (lost := collected(tables, study).reason(*ANTIBODIES)) is not None:
        return (Paragraph(f"Anti-drug antibodies: {lost}."),), ()
    return (), antibodies.parts(tables, study)
