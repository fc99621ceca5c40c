"""One page a cohort: from enrolment and DLT over exposure and response to safety."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import remarks
from pkpipe.displays.figures.plot import slug
from pkpipe.displays.number_text import DASH, share, whole
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Block, Paragraph, Section, Table, remarks_of, text_table
from pkpipe.report.sections import cohort_tables as cells

Tables = Mapping[str, pl.DataFrame]
Maker = Callable[[Tables, Study, str, pl.DataFrame], Sequence[Block]]


def _counted(title: str) -> Maker:
    return lambda _tables, _study, _cohort, rows: [cells.counts(title, rows)]


def _survival(tables: Tables, study: Study, cohort: str, _rows: pl.DataFrame) -> list[Block]:
    if study.survival is None:
        return []
    return [cells.time_to_event(tables["KMSUM"], cohort, study.survival.month_days)]


# In the order of a meeting. Both times to event share the table that stands at OS, which every study has.
PAGE: Final[tuple[tuple[str, str, Maker], ...]] = (
    ("ENROLMENT", "Enrolment", lambda _t, _s, _c, rows: [cells.enrolment(rows)]),
    ("DLT", "Dose-limiting toxicity", _counted("Dose-limiting toxicity")),
    ("SAFETY", "Adverse events", _counted("Treatment-emergent adverse events")),
    ("ABNORMAL", "Abnormal values", _counted("Participants with abnormal values")),
    ("EXPOSURE", "Exposure", lambda _t, _s, _c, rows: [cells.exposure(rows)]),
    ("RESPONSE", "Tumour response", lambda t, _s, c, _r: cells.response(t["RSPSUM"], c)),
    ("PFS", "Progression-free survival", lambda _t, _s, _c, _r: []),
    ("OS", "Overall survival", _survival),
    ("ADA", "Immunogenicity", _counted("Immunogenicity")),
    ("PK", "Pharmacokinetics", lambda t, s, c, _r: cells.parameters(t["PKSTAT"], c, s)),
)


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """An overview of all cohorts, then a page for each that has a subject."""
    summary = tables["SUMMARY"]
    enrolled = set(
        summary.filter((pl.col("PARAMCD") == "ENROLLED") & (pl.col("VALUE") > 0))[
            "COHORT"
        ].to_list()
    )
    parts = [
        Section(
            f"cohort-{slug(c.code)}",
            f"Cohort {c.code}: {c.label}",
            _page(tables, study, c.code),
            flow=True,
        )
        for c in study.cohorts
        if c.code in enrolled
    ]
    empty = [c.code for c in study.cohorts if c.code not in enrolled]
    blocks: list[Block] = [_overview(summary, study)]
    if empty:
        blocks.append(Paragraph(f"No subject enrolled at this cutoff in: {', '.join(empty)}."))
    parts.append(Section("cohort-all", "All cohorts", _page(tables, study, "ALL"), flow=True))
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
                share(*response) if response[1] and response[0] is not None else DASH,
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
    note = (
        "Response: first denominator of the response table, all treated subjects, unconfirmed included. "
        f"{DASH}: not given, each cohort's page says why."
    ) + remarks_of(summary.filter(pl.col("TOPIC") != "PK"), "VALUE")
    return text_table("All cohorts at a glance", header, rows, note, text_columns=2)


def _row(
    of: pl.DataFrame, topic: str, parameter: str, stat: str
) -> tuple[float | None, int | None]:
    hit = of.filter(
        (pl.col("TOPIC") == topic) & (pl.col("PARAMCD") == parameter) & (pl.col("STAT") == stat)
    )
    given = hit.filter(pl.col("VALUE").is_not_null())
    shown = given if given.height else hit
    return (shown["VALUE"][0], shown["N"][0]) if shown.height else (None, None)


def _page(tables: Tables, study: Study, cohort: str) -> tuple[Block, ...]:
    of = tables["SUMMARY"].filter(pl.col("COHORT") == cohort)
    blocks: list[Block] = []
    for topic, title, make in PAGE:
        rows = of.filter(pl.col("TOPIC") == topic)
        if rows.is_empty():
            continue
        if (rows["PARAMCD"] == "NOTCOLL").any():
            blocks.append(Paragraph(f"{title}: {rows['REASON'][0]}."))
        else:
            blocks += make(tables, study, cohort, rows)
            blocks += [Paragraph(f"{title}: {why}.") for why in remarks(rows, "VALUE")]
    return tuple(blocks)
