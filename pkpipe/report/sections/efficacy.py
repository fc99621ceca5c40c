"""Tumour response and time to event."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.blocks import Block, Figure, Paragraph, Section, Table, table_of, text_table
from pkpipe.report.figures import efficacy as draw
from pkpipe.report.numbers import limits, share, significant
from pkpipe.report.sections import group_tests

ENDPOINTS = {
    "PFS": "Progression-free survival",
    "OS": "Overall survival",
    "DOR": "Duration of response",
    "TTR": "Time to response",
}


def sections(tables: Mapping[str, pl.DataFrame], study: Study) -> tuple[Section, ...]:
    """Response, then survival."""
    return (
        Section("response", "Tumour response", _response(tables, study)),
        Section("survival", "Time to event", *_survival(tables, study)),
    )


def _response(tables: Mapping[str, pl.DataFrame], study: Study) -> tuple[Block, ...]:
    if study.response is None or not study.collects("RS"):
        return (Paragraph("Not collected: the study has no tumour assessments."),)
    order = [level.code for level in study.escalation.levels] if study.escalation else []
    figures = [
        draw.waterfall(tables["WATERFAL"]),
        draw.spider(tables["SPIDER"], order),
        draw.swimmer(tables["SWIMMER"]),
    ]
    drawn: list[Figure] = [f for f in figures if f is not None]
    both = tables["RECON"].filter(pl.col("AGREE").is_not_null())
    mismatch = both.filter(pl.col("AGREE") != "Y")
    columns = {
        "USUBJID": "Subject",
        "ADT": "Date",
        "DERIVED": "Derived",
        "REPORTED": "Reported",
        "ARITH": "Arithmetic",
    }
    alone = tables["RECON"].height - both.height
    note = f"{both.height} time points compared, {mismatch.height} differ." + (
        f" {alone} stand on one side only, such as iRECIST where none is reported." if alone else ""
    )
    return (
        _rates(tables["RSPSUM"]),
        *drawn,
        table_of(
            "Differences between derived and reported responses, and between readers",
            mismatch,
            columns,
            note,
            most=60,
        ),
    )


def _rates(rates: pl.DataFrame) -> Table:
    shown = rates.filter(
        pl.col("GROUP").is_in(["ALL", "LEVEL", "COHORT", "TUMTYPE"]) & (pl.col("N") > 0)
    )
    body = [
        (
            str(r["CRIT"]),
            str(r["SRC"]),
            "all subjects" if r["GROUP"] == "ALL" else f"{str(r['GROUP']).lower()} {r['GROUPVAL']}",
            str(r["DENOM"]),
            str(r["PARAMCD"]),
            share(r["X"], r["N"]),
            limits(r["LOWER"], r["UPPER"]),
        )
        for r in shown.iter_rows(named=True)
        if r["PARAMCD"] in {"ORR", "CORR", "DCR", "CBR"}
    ]
    header = ("Criteria", "Source", "Group", "Denominator", "Rate", "x/n (%)", "95 % CI (%)")
    note = (
        "ORR: complete or partial response; CORR: confirmed; DCR: response or stable disease; "
        "CBR: with stable disease of the planned length. Intervals are Clopper–Pearson."
    )
    return text_table("Response rates", header, body, note, text_columns=5)


def _survival(
    tables: Mapping[str, pl.DataFrame], study: Study
) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    if study.survival is None:
        return (Paragraph("Not collected: the study states no time-to-event endpoint."),), ()
    sizes = tables["ADSL"].filter(pl.col("SAFFL") == "Y").group_by("COHORT").len()
    large = sizes.filter(pl.col("len") >= study.survival.min_n_curve)["COHORT"].to_list()
    groups = [c.code for c in study.cohorts if c.code in large]
    parts = tuple(
        Section(
            f"tte-{code.lower()}",
            ENDPOINTS[code],
            _endpoint(tables, study, code, groups),
        )
        for code in study.survival.endpoints
    )
    return (_scheme(tables["TTESENS"], study.survival.scheme),), parts


def _scheme(moved: pl.DataFrame, scheme: str) -> Table:
    counted = (
        moved.filter(pl.col("MOVED") == "Y")
        .group_by("PARAMCD", "SCHEME", "WHY")
        .agg(pl.len())
        .sort("PARAMCD", "SCHEME", "WHY")
        if moved.height
        else pl.DataFrame({"PARAMCD": [], "SCHEME": [], "WHY": [], "len": []})
    )
    columns = {"PARAMCD": "Endpoint", "SCHEME": "Scheme", "len": "Subjects moved", "WHY": "Why"}
    return table_of(
        f"Censoring: leading scheme {scheme}; subjects that another scheme moves", counted, columns
    )


def _endpoint(
    tables: Mapping[str, pl.DataFrame], study: Study, code: str, groups: list[str]
) -> tuple[Block, ...]:
    month = study.survival.month_days if study.survival else 1.0
    figure = draw.km_figure(tables["KMCURVE"], code, ENDPOINTS[code], month, groups)
    rows = tables["KMSUM"].filter(pl.col("PARAMCD") == code)
    body = [
        (
            "all subjects" if r["GROUP"] == "ALL" else f"{str(r['GROUP']).lower()} {r['GROUPVAL']}",
            f"{r['STAT']}" + (f" at {significant(r['AT'])}" if r["AT"] is not None else ""),
            str(r["UNIT"] or ""),
            significant(r["ESTIMATE"]) if r["ESTIMATE"] is not None else "NE",
            limits(r["LOWER"], r["UPPER"], 2)
            if r["LOWER"] is not None or r["UPPER"] is not None
            else "",
            str(r["NOTE"] or ""),
        )
        for r in rows.iter_rows(named=True)
        if r["GROUP"] in {"ALL", "COHORT"}
    ]
    header = ("Group", "Statistic", "Unit", "Estimate", "95 % CI", "Note")
    summary = text_table(
        "Summary", header, body, "NE: not estimable or not reached.", text_columns=3
    )
    listing = tables["ADTTE"].filter((pl.col("PARAMCD") == code) & (pl.col("ANL01FL") == "Y"))
    columns = {
        "COHORT": "Cohort",
        "USUBJID": "Subject",
        "STARTDT": "Start",
        "ADT": "Date",
        "AVAL": "Days",
        "CNSR": "Censored",
        "EVNTDESC": "Event",
        "CNSDTDSC": "Censoring date",
    }
    lines = table_of(
        "Subject by subject", listing, columns, "The trace of each line is in ADTTE.", most=150
    )
    compared = group_tests.comparisons(tables, study, code)
    return (*([figure] if figure else []), *compared, summary, lines)
