"""One figure for a planning meeting: where a design's trials end by scenario, and their size."""

from __future__ import annotations

from typing import Final

import polars as pl
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.figures.plot import colour, svg

NO_LEVEL: Final = "none"
BAR: Final = 0.8  # width all bars of a level share


def selection_by_level(rows: pl.DataFrame) -> str:
    """SVG of P(level is declared MTD or MAD) by level, one colour a scenario, expected n in the legend.

    rows: `scenario`, `quantity`, `level`, `value` of the operating characteristics.
    """
    chosen = rows.filter(pl.col("quantity").is_in(["P_MTD", "P_MAD_reached"]))
    chances = chosen.group_by("scenario", "level", maintain_order=True).agg(pl.col("value").sum())
    none = rows.filter(pl.col("quantity").str.starts_with("P_no_"))
    nowhere = none.group_by("scenario", maintain_order=True).agg(
        pl.lit(NO_LEVEL).alias("level"), pl.col("value").sum()
    )
    drawn = pl.concat([chances, nowhere.select(chances.columns)])
    levels = [*chances["level"].unique(maintain_order=True).to_list(), NO_LEVEL]
    expected = dict(
        rows.filter(pl.col("quantity") == "E_n_total").select("scenario", "value").iter_rows()
    )

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        scenarios = list(expected)
        width = BAR / len(scenarios)
        for i, name in enumerate(scenarios):
            own = dict(
                drawn.filter(pl.col("scenario").eq_missing(pl.lit(name, dtype=pl.String)))
                .select("level", "value")
                .iter_rows()
            )
            places = [j + (i - (len(scenarios) - 1) / 2) * width for j in range(len(levels))]
            axis.bar(
                places,
                [100 * own.get(level, 0.0) for level in levels],
                width=width,
                color=colour(i),
                label=f"{name or 'scenario'}: expected n {expected[name]:.1f}",
            )
        axis.set_xticks(range(len(levels)), levels)
        axis.set_xlabel("level declared MTD, or reached as MAD")
        axis.set_ylabel("trials (%)")
        axis.grid(visible=False, axis="x")
        axis.legend(loc="best")

    return svg("designs", (7.0, 3.8), draw)
