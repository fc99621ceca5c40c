"""What a recommended dose also rests on, level by level, kept apart from what the decision counts."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.displays.number_text import DASH, limits, percent, share, significant, whole
from pkpipe.report.page_blocks import Block, Paragraph, Table, remarks_of, text_table

RESPONSE: Final = ("RESPONSE", "TUMOUR")
# Shown with the median, not in columns of their own.
SPREAD: Final = ("BESTMIN", "BESTMAX")
HEADS: Final = {"BESTMED": "Best change in tumour size (%), median (min, max)"}
WHAT_IT_IS_FOR: Final = (
    "For the choice of a recommended dose. None of it enters the decision above, "
    "which counts DLTs in the window only."
)


def context(rows: pl.DataFrame) -> tuple[Block, ...]:
    """Toxicity and response a line a level; exposure a column a level, geometric mean with n."""
    if rows.is_empty():
        return (Paragraph("Nobody has been treated at a level of the design."),)
    exposure = pl.col("TOPIC") == "EXPOSURE"
    return (
        Paragraph(WHAT_IT_IS_FOR),
        _toxicity(rows.filter(~pl.col("TOPIC").is_in([*RESPONSE, "EXPOSURE"]))),
        _response(rows.filter(pl.col("TOPIC").is_in(RESPONSE))),
        _exposure(rows.filter(exposure)),
    )


def _toxicity(rows: pl.DataFrame) -> Table:
    return _by_level(
        rows,
        {},
        "Toxicity by level",
        "Escalation and expansion together." + remarks_of(rows, "VALUE"),
    )


def _response(rows: pl.DataFrame) -> Table:
    note = (
        "Escalation and expansion together; rates with exact 95 % limits. Tumour size: best change of the "
        "sum of target lesions from baseline, of the subjects measured again [n]."
    ) + remarks_of(rows, "VALUE")
    size = pl.col("TOPIC") == "TUMOUR"
    shown = rows.filter(~size | ~pl.col("PARAMCD").is_in(SPREAD))
    return _by_level(shown, _changes(rows.filter(size)), "Response and tumour size by level", note)


def _by_level(
    rows: pl.DataFrame, special: dict[tuple[str, str], str], title: str, note: str
) -> Table:
    """A line a level, a column an item; special: cells that are made of several rows."""
    items = rows.select("TOPIC", "PARAMCD", "PARAM").unique(maintain_order=True)
    items = items.sort(pl.col("TOPIC") == "TUMOUR", maintain_order=True)
    cells = {(r["LEVEL"], r["PARAMCD"]): _cell(r) for r in rows.iter_rows(named=True)} | special
    body = [
        (level, *(cells.get((level, code), DASH) for code in items["PARAMCD"]))
        for level in rows["LEVEL"].unique(maintain_order=True)
    ]
    header = ("Level", *(HEADS.get(code, word) for _, code, word in items.rows()))
    return text_table(title, header, body, note)


def _changes(rows: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Median with the smallest and largest change, by level; or why there is none."""
    found: dict[tuple[str, str], str] = {}
    for (level,), of in rows.group_by("LEVEL", maintain_order=True):
        values = {r["PARAMCD"]: r for r in of.iter_rows(named=True)}
        middle = values.get("BESTMED")
        if middle is None:
            continue
        low, high = (values[code]["VALUE"] for code in SPREAD)
        found[str(level), "BESTMED"] = (
            str(middle["REASON"] or DASH)
            if middle["VALUE"] is None
            else f"{percent(middle['VALUE'])} {limits(low, high)} [{whole(middle['N'])}]"
        )
    return found


def _exposure(rows: pl.DataFrame) -> Table:
    levels = rows["LEVEL"].unique(maintain_order=True).to_list()
    cells: dict[str, dict[str, str]] = {}
    for row in rows.iter_rows(named=True):
        item = f"{row['SUBTOPIC']} {row['PARAMCD']}, cycle {row['CYCLE']} ({row['UNIT']})"
        cells.setdefault(item, {})[row["LEVEL"]] = _cell(row)
    body = [(item, *(of.get(level, DASH) for level in levels)) for item, of in cells.items()]
    reasons = rows["REASON"].drop_nulls().unique(maintain_order=True).to_list()
    note = "Geometric mean [n], of the first cycle that has the parameter." + (
        f" NC, not calculated: {'; '.join(reasons)}." if reasons else ""
    )
    return text_table("Exposure by level", ("Parameter", *levels), body, note)


def _cell(row: dict[str, object]) -> str:
    value, n, lower, upper = (row[c] for c in ("VALUE", "N", "LOWER", "UPPER"))
    size = n if isinstance(n, int) else None
    if not isinstance(value, float):
        return f"NC [{whole(size)}]" if row["TOPIC"] == "EXPOSURE" else str(row["REASON"] or DASH)
    if row["TOPIC"] == "EXPOSURE":
        return f"{significant(value)} [{whole(size)}]"
    if size is None or row["PARAMCD"] == "TREATED":
        return whole(value)
    if isinstance(lower, float) and isinstance(upper, float):
        return f"{share(value, size)} {limits(lower, upper)}"
    return share(value, size)
