"""The tables of a cohort's page, each folded so that a meeting reads across instead of down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.number_text import DASH, fixed, limits, percent, share, significant, whole
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Table, text_table
from pkpipe.schema.adam.common import ALL

Row = Mapping[str, Any]
# On the page; PKSTAT has every parameter.
PK_SHOWN: Final = (
    *("CMAX", "TMAX", "CTROUGH", "AUCLST", "AUCTAU", "AUCIFO", "LAMZHL"),
    *("CLO", "CLSS", "CLFO", "VZO", "VSSO", "ARCMAX", "ARAUC"),
)
MOST_CYCLES: Final = 8
READINGS: Final = (
    ("treated", "derived", "Derived, treated"),
    ("evaluable", "derived", "Derived, evaluable"),
    ("treated", "reported", "Reported, treated"),
    ("evaluable", "reported", "Reported, evaluable"),
)
RATES: Final = ("ORR", "CORR", "DCR", "CBR")
COUNTED_UNITS: Final = ("cycles", "doses", "days")
SURVIVAL: Final = (
    ("PFS", "Progression-free survival"),
    ("OS", "Overall survival"),
    ("DOR", "Duration of response"),
    ("TTR", "Time to response"),
)


def enrolment(rows: pl.DataFrame) -> Table:
    """Who entered, who is still treated, and why treatment ended."""
    body = [
        (
            str(r["PARAM"]) if not r["SUBTOPIC"] else f"   {r['SUBTOPIC']}: {r['PARAM']}".lower(),
            _unsaid(r["VALUE"], r["REASON"]) or share(r["VALUE"], r["N"]),
        )
        for r in rows.filter(pl.col("STAT") == "COUNT").iter_rows(named=True)
    ]
    return text_table("Enrolment and disposition", ("Subjects", "x/n (%)"), body)


def counts(title: str, rows: pl.DataFrame) -> Table:
    """Items down, one column a drug where there are several, x of n with its share or limits."""
    columns = rows["SUBTOPIC"].fill_null("").unique(maintain_order=True).to_list()
    cells: dict[tuple[str, str], str] = {}
    labels: dict[str, str] = {}
    for (subtopic, code), group in rows.group_by(
        pl.col("SUBTOPIC").fill_null(""), "PARAMCD", maintain_order=True
    ):
        labels.setdefault(str(code), str(group["PARAM"][0] or code))
        cells[str(code), str(subtopic)] = _count(group)
    body = [
        (label, *(cells.get((code, c), DASH) for c in columns)) for code, label in labels.items()
    ]
    plain = "x/n (%) (95 % CI)" if (rows["STAT"] == "LOWER").any() else "x/n (%)"
    header = ("Subjects", *(c or plain for c in columns))
    return text_table(title, header, body)


def _count(group: pl.DataFrame) -> str:
    values = dict(zip(group["STAT"].to_list(), group["VALUE"].to_list(), strict=True))
    text = next((t for t in group["VALUEC"].to_list() if t), None)
    if text is not None:
        return str(text)
    lost = _unsaid(next(iter(values.values()), None), group["REASON"][0])
    if lost is not None:
        return lost
    if "COUNT" not in values:
        return significant(next(iter(values.values())))
    size = next((n for n in group["N"].to_list() if n), None)
    shown = share(values["COUNT"], size) if size else "0 of 0"
    return f"{shown} {limits(values['LOWER'], values['UPPER'])}" if "LOWER" in values else shown


def _unsaid(value: float | None, reason: str | None) -> str | None:
    """Why there is no number, where what it rests on was not collected."""
    lost = value is None and reason is not None and reason.startswith(NOT_COLLECTED)
    return reason if lost else None


def exposure(rows: pl.DataFrame) -> Table:
    """Cycles, dose and intensity: median with range, one column a drug and one line a unit."""
    drugs = rows["SUBTOPIC"].unique(maintain_order=True).to_list()
    cells: dict[tuple[str, str], str] = {}
    labels: list[str] = []
    for (drug, _code, unit), group in rows.group_by(
        "SUBTOPIC", "PARAMCD", "UNIT", maintain_order=True
    ):
        first = group.row(0, named=True)
        label = f"{first['PARAM']} ({unit})"
        if label not in labels:
            labels.append(label)
        text = _counted if unit in COUNTED_UNITS else significant
        values = _statistics(group, "VALUE")
        lost = _unsaid(values.get("MEDIAN"), first["REASON"])
        cells[label, str(drug)] = lost or _median(values, text)
    body = [(label, *(cells.get((label, str(d)), DASH) for d in drugs)) for label in labels]
    return text_table("Exposure: median (min, max)", ("Parameter", *map(str, drugs)), body)


def parameters(pkstat: pl.DataFrame, cohort: str, study: Study) -> list[Table]:
    """Key parameters by cycle, one table an analyte and dose level."""
    mine = pkstat.filter((pl.col("COHORT") == cohort) & pl.col("PARAMCD").is_in(PK_SHOWN))
    tables = []
    for analyte in study.analytes:
        of = mine.filter(pl.col("PARCAT1") == analyte.code)
        levels = of["LEVEL"].unique(maintain_order=True).to_list()
        for level in levels:
            words = f"Pharmacokinetics of {analyte.code}" + (
                f", profiles at level {level}" if len(levels) > 1 else ""
            )
            tables.append(_by_cycle(words, of.filter(pl.col("LEVEL").eq_missing(level))))
    return tables


def _by_cycle(title: str, rows: pl.DataFrame) -> Table:
    cycles = rows["CYCLE"].drop_nulls().unique().sort().to_list()
    shown, left_out = cycles[:MOST_CYCLES], cycles[MOST_CYCLES:]
    cells: dict[tuple[str, int], str] = {}
    labels: dict[str, str] = {}
    ordered = rows.sort(
        pl.col("PARAMCD").replace_strict(
            {c: i for i, c in enumerate(PK_SHOWN)}, return_dtype=pl.Int32
        ),
        "CYCLE",
        maintain_order=True,
    )
    for (code, cycle), group in ordered.group_by("PARAMCD", "CYCLE", maintain_order=True):
        unit = next((u for u in group.filter(pl.col("STAT") == "MEDIAN")["AVALU"] if u), "")
        labels.setdefault(
            str(code), f"{group['PARAM'][0]} ({unit})" if unit else str(group["PARAM"][0])
        )
        if cycle is not None:
            cells[str(code), int(str(cycle))] = _central(group)
    body = [(label, *(cells.get((code, c), "") for c in shown)) for code, label in labels.items()]
    note = "Geometric mean (geometric CV %); of few values and of times, median (min, max). [n]."
    if left_out:
        note += f" Cycles {', '.join(map(str, left_out))} are in PKSTAT."
    return text_table(title, ("Parameter", *(f"Cycle {c}" for c in shown)), body, note)


def _central(group: pl.DataFrame) -> str:
    values = _statistics(group, "AVAL")
    n = whole(values.get("N"))
    if not values.get("N"):
        return DASH
    if values.get("GMEAN") is not None:
        spread = percent(values.get("GCV"))
        return f"{significant(values['GMEAN'])} ({spread}) [{n}]"
    return f"{_median(values)} [{n}]"


def _median(
    values: Mapping[str, float | None], text: Callable[[float | None], str] = significant
) -> str:
    middle, low, high = (text(values.get(s)) for s in ("MEDIAN", "MIN", "MAX"))
    return middle if low == high else f"{middle} ({low}, {high})"


def _counted(value: float | None) -> str:
    """A count as a count; the median of an even number of them may end in a half."""
    return whole(value) if value is None or value.is_integer() else fixed(value, 1)


def _statistics(group: pl.DataFrame, column: str) -> dict[str, float | None]:
    return dict(zip(group["STAT"].to_list(), group[column].to_list(), strict=True))


def response(rspsum: pl.DataFrame, cohort: str) -> list[Table]:
    """Rates with exact limits and best responses; derived beside reported, treated beside evaluable."""
    mine = _of_cohort(rspsum, cohort).filter(pl.col("CRIT") == "RECIST 1.1")
    present = [
        (words, mine.filter((pl.col("DENOM") == denominator) & (pl.col("SRC") == source)))
        for denominator, source, words in READINGS
    ]
    present = [(words, rows) for words, rows in present if rows.height]
    if not present:
        return []
    labels = dict(mine.select("PARAMCD", "PARAM").unique(maintain_order=True).iter_rows())
    rates = [c for c in labels if c in RATES]
    best = [
        c
        for c in labels
        if c not in RATES
        and any(rows.filter(pl.col("PARAMCD") == c)["X"].sum() for _, rows in present)
    ]
    header = ("Subjects", *(words for words, _ in present))
    return [
        text_table(
            "Tumour response: rates with exact 95 % intervals",
            header,
            [
                (labels[c], *(_rate(rows, c, with_limits=True) for _, rows in present))
                for c in rates
            ],
        ),
        text_table(
            "Best overall response",
            header,
            [
                (labels[c], *(_rate(rows, c, with_limits=False) for _, rows in present))
                for c in best
            ],
            "Categories that occurred; the rest are 0.",
        ),
    ]


def _rate(rows: pl.DataFrame, code: str, *, with_limits: bool) -> str:
    hit = rows.filter(pl.col("PARAMCD") == code)
    if hit.is_empty():
        return DASH
    r = hit.row(0, named=True)
    lost = _unsaid(r["X"], r["REASON"])
    if lost is not None:
        return lost
    if not r["N"]:
        return "0 of 0"
    shown = share(r["X"], r["N"])
    return f"{shown} {limits(r['LOWER'], r['UPPER'])}" if with_limits else shown


def time_to_event(kmsum: pl.DataFrame, cohort: str, month_days: float) -> Table:
    """One line an endpoint: events, median, landmarks and follow-up with their intervals."""
    endpoints = pl.col("PARAMCD").is_in([code for code, _ in SURVIVAL])
    mine = _of_cohort(kmsum, cohort).filter(endpoints)
    marks = mine.filter(pl.col("STAT") == "SURV")["AT"].unique().sort().to_list()
    body = [
        _endpoint(mine.filter(pl.col("PARAMCD") == code), title, marks, month_days)
        for code, title in SURVIVAL
        if mine.filter(pl.col("PARAMCD") == code).height
    ]
    header = (
        *("Endpoint", "Events/subjects", "Median, months (95 % CI)"),
        *(f"At {fixed(m / month_days, 0)} months, %" for m in marks),
        "Median follow-up, months",
    )
    own = mine.filter(~pl.col("NOTE").str.contains(NOT_COLLECTED) | pl.col("ESTIMATE").is_null())
    notes = [n for n in own["NOTE"].unique(maintain_order=True).to_list() if n]
    note = "NE: not estimable." + "".join(f" {n[0].upper()}{n[1:]}." for n in notes)
    return text_table("Time to event (Kaplan–Meier)", header, body, note)


def _endpoint(
    rows: pl.DataFrame, title: str, marks: Iterable[float], month_days: float
) -> tuple[str, ...]:
    def at(stat: str, mark: float | None = None) -> Row:
        hit = rows.filter((pl.col("STAT") == stat) & pl.col("AT").eq_missing(mark))
        return hit.row(0, named=True) if hit.height else {}

    def months(row: Row) -> str:
        return _estimate(row, 1 / month_days)

    size = f"{whole(at('EVENTS').get('ESTIMATE'))}/{whole(at('N').get('ESTIMATE'))}"
    landmarks = (_estimate(at("SURV", mark), 100.0) for mark in marks)
    return (title, size, months(at("MEDIAN")), *landmarks, months(at("FOLLOWUP")))


def _estimate(row: Row, scale: float) -> str:
    value, low, high = (row.get(c) for c in ("ESTIMATE", "LOWER", "UPPER"))
    if value is None and low is None:
        return "NE"
    lower, upper = (None if v is None else v * scale for v in (low, high))
    middle = "NE" if value is None else fixed(value * scale, 1)
    return f"{middle} {limits(lower, upper)}"


def _of_cohort(frame: pl.DataFrame, cohort: str) -> pl.DataFrame:
    if cohort == ALL:
        return frame.filter(pl.col("GROUP") == ALL)
    return frame.filter((pl.col("GROUP") == "COHORT") & (pl.col("GROUPVAL") == cohort))
