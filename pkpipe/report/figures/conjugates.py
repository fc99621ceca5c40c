"""A conjugate and its parts on one molar scale, and their ratios over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.figures.plot import Margins, colour, finite, logarithmic, placed, svg
from pkpipe.protocol.drugs import Analyte
from pkpipe.report.blocks import Figure, slug
from pkpipe.units import molar_factor

MOLAR: Final = "nmol/L"
SIZE: Final = (9.0, 6.2)
LEAST_TIMES: Final = 3
WIDE: Final = (
    10  # ratios that span more than this are drawn on a log axis: the payload's, not a fraction
)
MARKS: Final = "os^Dvx*"


def molar_figure(
    pkconc: pl.DataFrame,
    adcsum: pl.DataFrame,
    drug: str,
    analytes: Sequence[Analyte],
    levels: Mapping[str, str],
) -> Figure | None:
    """The cycle with the most times: geometric means in nmol/L, a panel a level; below, ratios by level."""
    curves = _molar(pkconc, analytes, levels)
    if curves.is_empty():
        return None
    times = curves.group_by("CYCLE").agg(pl.col("ATPTN").n_unique()).sort("ATPTN", "CYCLE")
    cycle, most = times.row(-1)
    if most < LEAST_TIMES:
        return None
    curves = curves.filter(pl.col("CYCLE") == cycle)
    ratios = adcsum.filter(
        (pl.col("DRUG") == drug) & (pl.col("CYCLE") == cycle) & (pl.col("GMEAN") > 0)
    ).sort("RATIO", "NUMCD", "NRRLT")
    shown = [x for x in levels if x in set(curves["LEVEL"])]
    kinds = ratios.select("RATIO", "NUMCD", "DENCD").unique(maintain_order=True).rows()

    def draw(figure: Canvas) -> None:
        panels: list[Axes] = []
        wide = (SIZE[0] - 0.85 - 0.15 * (len(shown) - 1)) / len(shown)
        for place, level in enumerate(shown):
            corner = (0.75 + (wide + 0.15) * place, 3.65)
            panels.append(placed(figure, corner, (wide, 1.9), panels[0] if panels else None))
            _curves(panels[-1], curves.filter(pl.col("LEVEL") == level), analytes)
            panels[-1].set_title(levels[level])
        panels[0].set_ylabel(f"geometric mean ({MOLAR})")
        logarithmic(panels[0], "y")
        handles = {h.get_label(): h for p in panels for h in p.get_lines()}
        figure.legend(handles=list(handles.values()), loc="upper center", ncols=len(analytes))
        _ratio_panels(figure, ratios, kinds, levels)

    name = slug(f"molar-{drug}")
    title = f"{drug}: molar concentrations of its parts and their ratios, cycle {cycle}"
    caption = (
        "Geometric means by nominal time in nmol/L (logarithmic) and of the subjects' molar ratios "
        f"(logarithmic where they span a factor of {WIDE}). A time with a single result, or "
        "at which more than the planned share is BLQ, is not drawn; counts are in the tables."
    )
    return Figure(name, title, svg(name, SIZE, draw, Margins()), caption)


def _molar(
    pkconc: pl.DataFrame, analytes: Sequence[Analyte], levels: Mapping[str, str]
) -> pl.DataFrame:
    """Geometric means of the analytes that have a weight, in nmol/L."""
    factors = {
        a.code: molar_factor(a.unit, MOLAR, a.molecular_weight)
        for a in analytes
        if a.molecular_weight
    }
    return (
        pkconc.filter(
            pl.col("PARAMCD").is_in(list(factors))
            & (pl.col("COHORT") == "ALL")
            & (pl.col("STAT") == "GMEAN")
            & (pl.col("AVAL") > 0)
            & pl.col("LEVEL").is_in(list(levels))
        )
        .with_columns(
            MOLAR=pl.col("AVAL")
            * pl.col("PARAMCD").replace_strict(factors, return_dtype=pl.Float64)
        )
        .sort("PARAMCD", "LEVEL", "CYCLE", "ATPTN")
    )


def _curves(axis: Axes, frame: pl.DataFrame, analytes: Sequence[Analyte]) -> None:
    for place, analyte in enumerate(analytes):
        rows = frame.filter(pl.col("PARAMCD") == analyte.code)
        axis.plot(
            rows["ATPTN"].to_list(),
            rows["MOLAR"].to_list(),
            "-" + MARKS[place % len(MARKS)],
            ms=3.5,
            color=colour(place),
            label=analyte.name,
        )
    axis.set_xlabel("nominal time (h)")


def _ratio_panels(
    figure: Canvas,
    ratios: pl.DataFrame,
    kinds: Sequence[tuple[str, str, str]],
    levels: Mapping[str, str],
) -> None:
    """A panel a ratio, side by side under the curves, with the levels told at the right."""
    wide = (SIZE[0] - 2.3) / max(len(kinds), 1)
    for place, (ratio, above, under) in enumerate(kinds):
        own = ratios.filter((pl.col("RATIO") == ratio) & (pl.col("NUMCD") == above))
        axis = placed(figure, (0.75 + wide * place, 0.48), (wide - 0.8, 2.2))
        _ratios(axis, own, levels)
        axis.set_ylabel(f"{above} : {under}")
        axis.set_title(own["LABEL"][0].lower())
        if place == len(kinds) - 1:
            axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _ratios(axis: Axes, frame: pl.DataFrame, levels: Mapping[str, str]) -> None:
    for place, level in enumerate(levels):
        rows = frame.filter(pl.col("LEVEL") == level)
        if rows.is_empty():
            continue
        axis.plot(
            rows["NRRLT"].to_list(),
            rows["GMEAN"].to_list(),
            "-" + MARKS[place % len(MARKS)],
            ms=3.5,
            color=colour(place),
            label=f"level {levels[level]}",
        )
    means = finite(frame["GMEAN"].drop_nulls().to_list())
    if max(means) >= WIDE * min(means):
        logarithmic(axis, "y")
    else:
        axis.set_ylim(bottom=0)
    axis.set_xlabel("nominal time (h)")
