"""Convention sensitivity: per parameter and cohort only what moves, in percent of the planned value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.number_text import DASH, fixed, whole
from pkpipe.report.page_blocks import Block, Paragraph, text_table
from pkpipe.sentences import sentence

MOST_ROWS: Final = 300
CONVENTIONS_IN_WORDS: Final = {
    "BLQRULE": "BLQ",
    "AUCRULE": "AUC",
    "SLOPERUL": "slope",
    "TIMEBAS": "time",
}
PLANNED: Final = "as planned"
GROUP: Final = ["PARAMCD", "LEVEL", "COHORT", "CYCLE"]


def blocks(rows: pl.DataFrame, analyte: str) -> tuple[Block, ...]:
    """One row a parameter, cohort and cycle that moves; one column a convention changed alone."""
    own = _without_repeats(rows.filter(pl.col("PARCAT1") == analyte))
    if own.is_empty():
        said = "Convention sensitivity: no other declared convention moves a parameter."
        return (Paragraph(said),)
    own = own.with_columns(
        CHANGE=100 * (pl.col("GMRATIO") - 1),
        FURTHEST=100
        * pl.max_horizontal((pl.col("MAXRATIO") - 1).abs(), (pl.col("MINRATIO") - 1).abs()),
    )
    single = own.filter(pl.col("NCHANGE") == 1).with_columns(NAME=_name())
    columns = single["NAME"].unique().sort().to_list()
    cells: dict[tuple[object, ...], dict[str, str]] = {}
    for row in single.iter_rows(named=True):
        cells.setdefault(tuple(row[c] for c in GROUP), {})[row["NAME"]] = _cell(row)
    ranked = own.group_by(GROUP, maintain_order=True).agg(
        LARGEST=pl.col("CHANGE").abs().max(),
        FURTHEST=pl.col("FURTHEST").max(),
        COMBINED=pl.len(),
    )
    ranked = ranked.sort("LARGEST", *GROUP, descending=[True, *[False] * 4], nulls_last=True)
    body = [
        (
            str(r["PARAMCD"]),
            str(r["LEVEL"] or DASH),
            "all" if r["COHORT"] == "ALL" else str(r["COHORT"] or DASH),
            whole(r["CYCLE"]),
            *(cells.get(tuple(r[c] for c in GROUP), {}).get(name, DASH) for name in columns),
            _percent(r["LARGEST"]),
            _percent(r["FURTHEST"]),
        )
        for r in ranked.head(MOST_ROWS).iter_rows(named=True)
    ]
    header = (
        *("Parameter", "Level", "Cohort", "Cycle", *columns),
        *("Largest |change| (%)", "of one profile (%)"),
    )
    return (text_table("Convention sensitivity", header, body, _note(ranked), text_columns=4),)


def _note(ranked: pl.DataFrame) -> str:
    more = ranked.height - MOST_ROWS
    left_out = f" {more} more rows that move less are in CONVSENS." if more > 0 else ""
    return (
        "Change of the geometric mean in % of its value under the plan when that one convention is "
        "changed, and in brackets in how many of the profiles with a planned value it moves; +n: values "
        "that come, −n: values that are lost. A dash: nothing moves. The last two columns look at every "
        f"combination of the declared conventions: the largest change of a geometric mean, and of a single "
        f"profile.{left_out}"
    )


def _without_repeats(rows: pl.DataFrame) -> pl.DataFrame:
    """A level of one cohort is not told twice, as that cohort and as all of them."""
    cohorts = pl.col("COHORT").filter(pl.col("COHORT") != "ALL").n_unique()
    counted = rows.with_columns(_COHORTS=cohorts.over("LEVEL", "CYCLE", "PARAMCD"))
    return counted.filter((pl.col("COHORT") != "ALL") | (pl.col("_COHORTS") != 1)).drop("_COHORTS")


def _name() -> pl.Expr:
    parts = [
        pl.when(pl.col(c) != PLANNED).then(sentence("{} {}", pl.lit(n), pl.col(c)))
        for c, n in CONVENTIONS_IN_WORDS.items()
    ]
    return pl.coalesce(parts).str.replace_all("_", " ")


def _cell(row: Mapping[str, object]) -> str:
    counts = [f"{row['NMOVED']}/{row['N']}"]
    counts += [f"+{row['NGAINED']}"] * bool(row["NGAINED"])
    counts += [f"−{row['NLOST']}"] * bool(row["NLOST"])
    change = row["CHANGE"]
    if not isinstance(change, float) or not row["NMOVED"]:
        return f"{DASH} ({', '.join(counts)})"
    sign = "+" if change >= 0 else "−"
    return f"{sign}{fixed(abs(change), 1)} ({', '.join(counts)})"


def _percent(value: float | None) -> str:
    return fixed(value, 1)
