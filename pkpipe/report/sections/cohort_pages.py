"""One page a cohort: from enrolment and DLT over exposure and response to safety."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.blocks import Block, Paragraph, Section, Table, slug, text_table
from pkpipe.report.numbers import DASH, limits, percent, share, significant, whole

TOPIC_TITLES: Final = {
    "ENROLMENT": "Enrolment and disposition",
    "DLT": "Dose-limiting toxicity",
    "EXPOSURE": "Exposure",
    "PK": "Pharmacokinetic parameters",
    "ADA": "Immunogenicity",
    "RESPONSE": "Tumour response",
    "PFS": "Progression-free survival",
    "OS": "Overall survival",
    "SAFETY": "Treatment-emergent adverse events",
}


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """An overview of all cohorts, then a page for each that has a subject."""
    summary = tables["SUMMARY"]
    enrolled = set(
        summary.filter((pl.col("PARAMCD") == "ENROLLED") & (pl.col("VALUE") > 0))[
            "COHORT"
        ].to_list()
    )
    parts = [
        Section(f"cohort-{slug(c.code)}", f"Cohort {c.code}: {c.label}", _page(summary, c.code))
        for c in study.cohorts
        if c.code in enrolled
    ]
    empty = [c.code for c in study.cohorts if c.code not in enrolled]
    blocks: list[Block] = [_overview(summary, study)]
    if empty:
        blocks.append(Paragraph(f"No subject enrolled at this cutoff in: {', '.join(empty)}."))
    parts.append(Section("cohort-all", "All cohorts", _page(summary, "ALL")))
    return Section("cohorts", "Cohorts", tuple(blocks), tuple(parts))


def _overview(summary: pl.DataFrame, study: Study) -> Table:
    rows = []
    for cohort in [*(c.code for c in study.cohorts), "ALL"]:
        of = summary.filter(pl.col("COHORT") == cohort)
        dlt = _row(of, "DLT", "DLT", "COUNT")
        response = _row(of, "RESPONSE", "ORR", "COUNT")
        rows.append(
            (
                cohort,
                str(of["DOSE"].first() or ""),
                whole(_row(of, "ENROLMENT", "TREATED", "COUNT")[0]),
                whole(_row(of, "ENROLMENT", "ONTRT", "COUNT")[0]),
                f"{whole(dlt[0])}/{whole(dlt[1])}" if dlt[1] else DASH,
                share(*response) if response[1] else DASH,
                whole(_row(of, "SAFETY", "TEAE_G3", "COUNT")[0]),
                whole(_row(of, "SAFETY", "TEAE_SER", "COUNT")[0]),
                whole(_row(of, "ENROLMENT", "DEATHS", "COUNT")[0]),
            )
        )
    header = (
        "Cohort",
        "Dose",
        "Treated",
        "On treatment",
        "DLT x/n",
        "Response",
        "Grade ≥3",
        "Serious",
        "Deaths",
    )
    note = "Response: first denominator of the response table, all treated subjects, unconfirmed included."
    return text_table("All cohorts at a glance", header, rows, note, text_columns=2)


def _row(
    of: pl.DataFrame, topic: str, parameter: str, stat: str
) -> tuple[float | None, int | None]:
    hit = of.filter(
        (pl.col("TOPIC") == topic) & (pl.col("PARAMCD") == parameter) & (pl.col("STAT") == stat)
    )
    return (hit["VALUE"][0], hit["N"][0]) if hit.height else (None, None)


def _page(summary: pl.DataFrame, cohort: str) -> tuple[Block, ...]:
    of = summary.filter(pl.col("COHORT") == cohort)
    blocks: list[Block] = []
    for topic, title in TOPIC_TITLES.items():
        rows = of.filter(pl.col("TOPIC") == topic)
        if rows.is_empty():
            continue
        if (rows["PARAMCD"] == "NOTCOLL").any():
            blocks.append(Paragraph(f"{title}: not collected ({rows['REASON'][0]})."))
        else:
            blocks += _topic(topic, title, rows)
    return tuple(blocks)


def _topic(topic: str, title: str, rows: pl.DataFrame) -> list[Block]:
    if topic == "PK":
        return [_statistics(title, rows, ("GMEAN", "GCV", "MEAN", "SD", "MEDIAN", "MIN", "MAX"))]
    if topic == "EXPOSURE":
        return [_statistics(title, rows, ("MEDIAN", "MIN", "MAX", "MEAN"))]
    if topic in {"PFS", "OS"}:
        return [_survival(title, rows)]
    return [_counts(title, rows)]


def _statistics(title: str, rows: pl.DataFrame, statistics: tuple[str, ...]) -> Table:
    wide = rows.pivot(
        on="STAT",
        index=["SUBTOPIC", "PARAMCD", "PARAM"],
        values="VALUE",
        aggregate_function="first",
    )
    # the median's unit is the parameter's: counts have none and CV % has its own
    size = rows.group_by("SUBTOPIC", "PARAMCD").agg(
        pl.col("N").max(), pl.col("UNIT").filter(pl.col("STAT") == "MEDIAN").first()
    )
    wide = wide.join(size, on=["SUBTOPIC", "PARAMCD"], how="left", maintain_order="left")
    present = [s for s in statistics if s in wide.columns and wide[s].count()]
    body = [
        (
            str(r["SUBTOPIC"] or ""),
            f"{r['PARAM'] or r['PARAMCD']} ({r['PARAMCD']})",
            str(r["UNIT"] or ""),
            whole(r["N"]),
            *(percent(r[s]) if s == "GCV" else significant(r[s]) for s in present),
        )
        for r in wide.iter_rows(named=True)
    ]
    names = {
        "GMEAN": "Geo. mean",
        "GCV": "Geo. CV %",
        "MEAN": "Mean",
        "SD": "SD",
        "MEDIAN": "Median",
        "MIN": "Min",
        "MAX": "Max",
    }
    header = ("Of", "Parameter", "Unit", "n", *(names[s] for s in present))
    note = (
        f"{DASH}: n is too small or the statistic does not suit the parameter; reasons in SUMMARY."
    )
    return text_table(title, header, body, note, text_columns=3)


def _counts(title: str, rows: pl.DataFrame) -> Table:
    keys = ["SUBTOPIC", "PARAMCD", "PARAM"]
    body = []
    for (subtopic, code, label), group in rows.group_by(keys, maintain_order=True):
        values = dict(zip(group["STAT"].to_list(), group["VALUE"].to_list(), strict=True))
        size = next((n for n in group["N"].to_list() if n), None)
        text = next((t for t in group["VALUEC"].to_list() if t), None)
        if text is not None:
            value = str(text)
        elif "COUNT" in values:
            value = whole(values["COUNT"]) if not size else share(values["COUNT"], size)
        else:
            value = significant(next(iter(values.values())))
        interval = limits(values["LOWER"], values["UPPER"]) if "LOWER" in values else ""
        body.append((str(subtopic or ""), str(label or code), value, interval))
    header = ("Of", "Item", "x/n (%) or value", "95 % CI")
    return text_table(title, header, body, text_columns=2)


def _survival(title: str, rows: pl.DataFrame) -> Table:
    keys = ["PARAMCD", "SUBTOPIC", "UNIT"]
    wide = rows.pivot(
        on="STAT", index=[*keys, "REASON"], values="VALUE", aggregate_function="first"
    )
    names = {
        "N": "Subjects",
        "EVENTS": "Events",
        "MEDIAN": "Median",
        "Q25": "25th percentile",
        "Q75": "75th percentile",
        "SURV": "Probability",
        "NRISK": "At risk",
        "RMST": "Restricted mean",
        "FOLLOWUP": "Median follow-up (reverse Kaplan–Meier)",
    }
    body = [
        (
            f"{names.get(str(r['PARAMCD']), r['PARAMCD'])} {r['SUBTOPIC'] or ''}".strip(),
            str(r["UNIT"] or ""),
            significant(r["ESTIMATE"]) if r["ESTIMATE"] is not None else "NE",
            limits(r["LOWER"], r["UPPER"], 2)
            if r["PARAMCD"] in {"MEDIAN", "Q25", "Q75", "SURV", "FOLLOWUP"}
            else "",
            str(r["REASON"] or ""),
        )
        for r in wide.iter_rows(named=True)
    ]
    return text_table(
        title,
        ("Item", "Unit", "Estimate", "95 % CI", "Note"),
        body,
        "NE: not estimable.",
        text_columns=2,
    )
