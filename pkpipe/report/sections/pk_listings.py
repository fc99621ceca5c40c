"""Concentrations by time, parameters of full profiles, and what the exclusion ledger changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pkpipe.displays.number_text import DASH, fixed, percent, significant, whole
from pkpipe.displays.pharmacokinetics.listings import STATUS_SIGNS
from pkpipe.report.page_blocks import Block, Paragraph, Table, text_table

MOST_ROWS: Final = 400
CONC: Final = {
    "N": "n",
    "NBLQ": "n BLQ",
    "MEAN": "Mean",
    "SD": "SD",
    "CV": "CV %",
    "GMEAN": "Geo. mean",
    "GCV": "Geo. CV %",
    "MEDIAN": "Median",
    "MIN": "Min",
    "MAX": "Max",
}
LISTED: Final = (
    *("CMAX", "TMAX", "CTROUGH", "AUCLST", "AUCTAU", "AUCIFO", "AUCPEO"),
    *("LAMZHL", "R2ADJ", "CLO", "CLSS", "VZO", "VZSS", "VSSO"),
)
WHERE: Final = ("Entry", "Subject", "Analyte", "Dose no.")
UNITLESS: Final = frozenset({"N", "NBLQ", "CV", "GCV"})


def concentrations(pkconc: pl.DataFrame, analyte: str) -> Table:
    """Statistics by nominal time, level and cycle over all cohorts (methods 4)."""
    rows = pkconc.filter((pl.col("PARAMCD") == analyte) & (pl.col("COHORT") == "ALL"))
    keys = ["LEVEL", "CYCLE", "ATPTN", "ATPT"]
    unit = rows.filter(pl.col("STAT") == "MEDIAN")["AVALU"].drop_nulls()
    wide = rows.pivot(on="STAT", index=keys, values="AVAL", aggregate_function="first").sort(
        "CYCLE", "LEVEL", "ATPTN", nulls_last=True
    )
    present = [s for s in CONC if s in wide.columns]
    body = [
        (
            whole(r["CYCLE"]),
            str(r["LEVEL"] or DASH),
            str(r["ATPT"] or DASH),
            fixed(r["ATPTN"], 2).rstrip("0").rstrip("."),
            *(_concentration(s, r[s]) for s in present),
        )
        for r in wide.head(MOST_ROWS).iter_rows(named=True)
    ]
    more = wide.height - len(body)
    left_out = f" {more} more rows are in PKCONC." if more > 0 else ""
    note = (
        "Samples within their window of profiles dosed as planned. BLQ counts as 0 in mean and SD, which "
        "are not given when more than half are BLQ; the geometric mean is of quantifiable values, if at "
        f"most a third are BLQ. SD and CV need 3 values. Why a cell is empty is in PKCONC, single values "
        f"in ADPC.{left_out}"
    )
    title = f"Concentrations by nominal time ({unit[0] if unit.len() else 'no unit'})"
    header = ("Cycle", "Level", "Planned", "Time (h)", *(CONC[s] for s in present))
    return text_table(title, header, body, note, text_columns=3)


def _concentration(code: str, value: float | None) -> str:
    """As a statistic, and a value below the limit in words."""
    return "BLQ" if code in {"MEDIAN", "MIN", "MAX"} and value == 0 else statistic(code, value)


def statistic(code: str, value: float | None) -> str:
    """A statistic as text: counts whole, coefficients of variation with one decimal."""
    if code in UNITLESS:
        return percent(value) if code in {"CV", "GCV"} else whole(value)
    return significant(value)


def profiles(adpp: pl.DataFrame, profile: pl.DataFrame, analyte: str) -> Table:
    """The main parameters of every full profile, one row each; what is doubted is marked."""
    rich = profile.filter((pl.col("PRFLFL") == "RICH") & (pl.col("PARAMCD") == analyte))
    rows = adpp.filter((pl.col("PARCAT1") == analyte) & pl.col("PARAMCD").is_in(LISTED)).join(
        rich.select("PROFILE", "DOSE"), on="PROFILE", how="inner", maintain_order="left"
    )
    codes = [
        c
        for c in LISTED
        if rows.filter((pl.col("PARAMCD") == c) & pl.col("AVAL").is_not_null()).height
    ]
    units = dict(
        rows.drop_nulls("AVALU").select("PARAMCD", "AVALU").unique().sort("AVALU").iter_rows()
    )
    cells: dict[tuple[Any, ...], dict[str, str]] = {}
    ordered = rows.sort("CYCLE", "LEVEL", "USUBJID", "DOSENO", nulls_last=True)
    shown = ordered.select(
        "CYCLE", "LEVEL", "USUBJID", "DOSE", "DOSENO", "PARAMCD", "AVAL", "STATUS"
    )
    for *key, code, value, status in shown.iter_rows():
        text = parameter(code, value)
        mark = STATUS_SIGNS.get(status, "") if value is not None else ""
        cells.setdefault(tuple(key), {})[code] = f"{text}{mark}"
    body = [
        (
            whole(cycle),
            str(level or DASH),
            str(subject),
            significant(dose),
            *(of.get(c, DASH) for c in codes),
        )
        for (cycle, level, subject, dose, _), of in list(cells.items())[:MOST_ROWS]
    ]
    more = len(cells) - len(body)
    left_out = f" {more} more profiles are in ADPP." if more > 0 else ""
    header = (
        *("Cycle", "Level", "Subject", "Dose (mg)"),
        *(c if units.get(c, "1") == "1" else f"{c} ({units[c]})" for c in codes),
    )
    note = (
        "* flagged: kept, with a reason. † not reported: kept here, in no summary. The reasons, and every "
        f"other parameter, are in ADPP.{left_out}"
    )
    return text_table("Parameters of each full profile", header, body, note, text_columns=3)


def parameter(code: str, value: float | None) -> str:
    """A parameter as text: times read off samples with two decimals, others three figures."""
    if code in {"TMAX", "TLST", "TMIN"}:
        return fixed(value, 2)
    return fixed(value, 3) if code in {"R2", "R2ADJ"} else significant(value)


def ledger(effects: pl.DataFrame, profile: pl.DataFrame) -> tuple[Block, ...]:
    """Who left out what and why, and every parameter this changed, before and after."""
    if effects.is_empty():
        return (Paragraph("Exclusion ledger: no entry; nothing was left out or picked by hand."),)
    return _entries(effects), *_changes(effects, profile)


def _entries(effects: pl.DataFrame) -> Table:
    counted = effects.group_by("ENTRY", maintain_order=True).agg(
        *(pl.col(c).first() for c in ("ACTION", "TARGET", "STATE", "USUBJID", "REASON")),
        *(pl.col(c).first() for c in ("RECBY", "RECDT", "APPRBY")),
        MOVED=pl.col("BEFORE").ne_missing(pl.col("AFTER")).sum(),
        JUDGED=pl.col("PARAMCD").is_not_null().sum(),
    )
    body = [
        (
            str(r["ENTRY"]),
            f"{r['ACTION']} {r['TARGET']}".lower().replace("_", " "),
            str(r["STATE"]).lower(),
            str(r["USUBJID"]),
            str(r["REASON"]),
            f"{r['RECBY']}, {r['RECDT']}",
            str(r["APPRBY"]),
            whole(r["MOVED"]),
            whole(r["JUDGED"] - r["MOVED"]),
        )
        for r in counted.iter_rows(named=True)
    ]
    header = (
        *("Entry", "What", "State", "Subject", "Why", "Recorded by", "Approved by"),
        *("Values changed", "Judged otherwise"),
    )
    note = (
        "confirmed: the record has changed since and the entry was confirmed. gone: confirmed, and there "
        "is no such record any more. later: about a sample after the data cutoff."
    )
    return text_table("The exclusion ledger", header, body, note, text_columns=7)


def _changes(effects: pl.DataFrame, profile: pl.DataFrame) -> tuple[Table, ...]:
    """The values that changed, then what kept its value and is judged otherwise."""
    named = effects.filter(pl.col("PARAMCD").is_not_null()).join(
        profile.select("PROFILE", ANALYTE="PARAMCD", DOSENO="DOSENO"),
        on="PROFILE",
        how="left",
        maintain_order="left",
    )
    differs = pl.col("BEFORE").ne_missing(pl.col("AFTER"))
    return _values(named.filter(differs)), _judgements(named.filter(~differs))


def _where(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(row["ENTRY"]),
        str(row["USUBJID"]),
        str(row["ANALYTE"] or DASH),
        whole(row["DOSENO"]),
    )


def _status(row: Mapping[str, Any]) -> str:
    was, now = row["STATUSB"] or DASH, row["STATUSA"] or DASH
    return str(now) if was == now else f"{was} → {now}"


def _values(rows: pl.DataFrame) -> Table:
    body = []
    for r in rows.head(MOST_ROWS).iter_rows(named=True):
        was, now = r["BEFORE"], r["AFTER"]
        change = None if was is None or now is None or was == 0 else 100 * (now / was - 1)
        numbers = (parameter(r["PARAMCD"], was), parameter(r["PARAMCD"], now), fixed(change, 1))
        body.append((*_where(r), str(r["PARAMCD"]), str(r["AVALU"] or ""), _status(r), *numbers))
    more = rows.height - len(body)
    note = "Entries of one profile show what all of them change there together." + (
        f" {more} more rows are in LEDGEFF." if more > 0 else ""
    )
    header = (*WHERE, "Parameter", "Unit", "Status", "Before", "After", "Change (%)")
    return text_table("Values the exclusion ledger changed", header, body, note, text_columns=7)


def _judgements(rows: pl.DataFrame) -> Table:
    keys = ["ENTRY", "USUBJID", "ANALYTE", "DOSENO", "STATUSB", "STATUSA"]
    together = rows.group_by(keys, maintain_order=True).agg(
        pl.col("PARAMCD").unique().sort().str.join(", ")
    )
    body = [(*_where(r), _status(r), str(r["PARAMCD"])) for r in together.iter_rows(named=True)]
    header = (*WHERE, "Status", "Parameters")
    title = "Values it left as they are and judges otherwise"
    return text_table(title, header, body, text_columns=len(header))
