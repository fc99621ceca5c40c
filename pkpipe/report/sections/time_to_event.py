"""Time to event: censoring schemes, then each endpoint with its curve, its numbers and its subjects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import collected
from pkpipe.clinical.response import time_to
from pkpipe.displays.efficacy.efficacy_figures import curves, since
from pkpipe.displays.number_text import fixed, significant, whole
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import (
    Block,
    Paragraph,
    Section,
    Table,
    figure_of,
    remarks_of,
    table_of,
    text_table,
)
from pkpipe.report.sections import group_tests

ENDPOINTS: Final = {
    "PFS": "Progression-free survival",
    "OS": "Overall survival",
    "DOR": "Duration of response",
    "TTR": "Time to response",
}
GROUP_WORDS: Final = {"ALL": "", "COHORT": "cohort ", "TUMTYPE": ""}
NOT_ESTIMABLE: Final = "NE"
Row = dict[str, object]


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """Which scheme leads and whom another moves; a part an endpoint."""
    plan = study.survival
    if plan is None:
        none = Paragraph("Not collected: the study states no time-to-event endpoint.")
        return Section("survival", "Time to event", (none,))
    parts = tuple(
        Section(f"tte-{code.lower()}", ENDPOINTS[code], _endpoint(tables, study, code))
        for code in plan.endpoints
    )
    return Section("survival", "Time to event", (_scheme(tables["TTESENS"], plan.scheme),), parts)


def _scheme(moved: pl.DataFrame, scheme: str) -> Table:
    counted = (
        moved.filter(pl.col("MOVED") == "Y")
        .group_by("PARAMCD", "SCHEME", "WHY")
        .agg(pl.len())
        .sort("PARAMCD", "SCHEME", "WHY")
    )
    columns = {"PARAMCD": "Endpoint", "SCHEME": "Scheme", "len": "Subjects moved", "WHY": "Why"}
    title = f"Censoring: leading scheme {scheme}; subjects that another scheme moves"
    return table_of(title, counted, columns)


def _endpoint(tables: Mapping[str, pl.DataFrame], study: Study, code: str) -> tuple[Block, ...]:
    plan = study.survival
    if plan is None:
        return ()
    lost = collected(tables, study).reason(*time_to(code, study))
    if lost is not None:
        return (Paragraph(f"{ENDPOINTS[code]}: {lost}."),)
    figures = [figure_of(picture) for picture in curves(tables, study, code)]
    rows = tables["KMSUM"].filter(pl.col("PARAMCD") == code)
    compared = group_tests.comparisons(tables, study, code)
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
    note = "The trace of each line is in ADTTE."
    days = listing.with_columns(pl.col("AVAL").cast(pl.Int64))
    lines = table_of("Subject by subject", days, columns, note, most=150)
    return (
        *(f for f in figures if f),
        *compared,
        _summary(rows, plan, since(study, code).en),
        lines,
    )


def _summary(rows: pl.DataFrame, plan: SurvivalPlan, start: str) -> Table:
    """A line a group: counts, median and quartiles, survival at the landmarks, follow-up, in months."""
    shown = rows.filter(pl.col("GROUP").is_in(list(GROUP_WORDS)))
    found: dict[tuple[str, str], dict[tuple[str, float | None], Row]] = {}
    for r in shown.iter_rows(named=True):
        key = (str(r["GROUP"]), str(r["GROUPVAL"]))
        found.setdefault(key, {})[str(r["STAT"]), r["AT"]] = r
    known = shown.filter((pl.col("STAT") == "SURV") & pl.col("ESTIMATE").is_not_null())["AT"]
    at = {m: m * plan.month_days for m in plan.landmarks_months}
    told = {m: days for m, days in at.items() if days in known.to_list()}
    body = [
        (_name(group, value), *_line(cells, list(told.values()), plan.month_days))
        for (group, value), cells in found.items()
    ]
    header = (
        *("Group", "Subjects", "Events", "Median", "Quartiles"),
        *(f"{m:g} months" for m in told),
        "Median follow-up",
    )
    untold = ", ".join(f"{m:g}" for m in at if m not in told)
    note = (
        f"Months since {start} ({plan.month_days:g} days each), Kaplan–Meier, limits {100 * plan.level:g} % "
        f"({plan.conf}); at each landmark the probability, its limits and [subjects at risk]; follow-up by "
        f"reverse Kaplan–Meier. {NOT_ESTIMABLE}: not reached or not estimable. Restricted means and limits "
        "of the quartiles are in KMSUM."
        + (f" Nothing is estimable at {untold} months: too few at risk." if untold else "")
        + _left_out(found)
        + remarks_of(shown, "ESTIMATE", "NOTE")
    )
    return text_table("Summary", header, body, note)


def _name(group: str, value: str) -> str:
    return "all subjects" if group == "ALL" else f"{GROUP_WORDS[group]}{value}"


def _line(cells: Mapping[tuple[str, float | None], Row], at: list[float], days: float) -> list[str]:
    quartiles = (_number(cells.get((s, None)), "ESTIMATE") for s in ("Q25", "Q75"))
    told = [NOT_ESTIMABLE if q is None else significant(q / days) for q in quartiles]
    return [
        *(whole(_number(cells.get((s, None)), "ESTIMATE")) for s in ("N", "EVENTS")),
        _time(cells.get(("MEDIAN", None)), days),
        NOT_ESTIMABLE if set(told) == {NOT_ESTIMABLE} else " to ".join(told),
        *(_landmark(cells.get(("SURV", t)), cells.get(("NRISK", t))) for t in at),
        _time(cells.get(("FOLLOWUP", None)), days),
    ]


def _time(row: Row | None, days: float) -> str:
    """A time in months with its limits."""
    value = _number(row, "ESTIMATE")
    if value is None:
        return NOT_ESTIMABLE
    limits = (_number(row, side) for side in ("LOWER", "UPPER"))
    told = ", ".join(NOT_ESTIMABLE if x is None else significant(x / days) for x in limits)
    return f"{significant(value / days)} ({told})"


def _landmark(row: Row | None, at_risk: Row | None) -> str:
    value, n = _number(row, "ESTIMATE"), _number(at_risk, "ESTIMATE")
    told_n = "" if n is None else f" [{whole(n)}]"
    if value is None:
        return f"{NOT_ESTIMABLE}{told_n}"
    # A curve without an event yet is 1 without limits, whatever scale they are on.
    limits = (None if value == 1 else _number(row, side) for side in ("LOWER", "UPPER"))
    told = ", ".join(NOT_ESTIMABLE if x is None else fixed(x, 2) for x in limits)
    return f"{fixed(value, 2)} ({told}){told_n}"


def _left_out(
    found: Mapping[tuple[str, str], Mapping[tuple[str, float | None], Row]],
) -> str:
    """Which groups have no estimates at all and why; a median that is not reached needs no words."""
    reasons: dict[str, list[str]] = {}
    for (group, value), cells in found.items():
        row = cells.get(("MEDIAN", None))
        words = str(row["NOTE"] or "") if row and row["ESTIMATE"] is None else ""
        if words not in {"", "not reached"}:
            reasons.setdefault(words, []).append(_name(group, value))
    return "".join(f" {', '.join(names)}: {why}." for why, names in reasons.items())


def _number(row: Row | None, column: str) -> float | None:
    value = row[column] if row else None
    return float(value) if isinstance(value, int | float) else None
