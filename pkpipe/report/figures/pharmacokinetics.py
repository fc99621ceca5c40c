"""Concentration-time curves, parameters against dose, troughs by cycle."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from pkpipe.displays.figures.plot import Margins, colour, finite, logarithmic, room, svg
from pkpipe.report.blocks import Figure, slug

WIDE = (9.0, 3.4)
UNTITLED = Margins(top=0.1)


def individual(
    adpc: pl.DataFrame, analyte: str, label: str, levels: Mapping[str, str]
) -> list[Figure]:
    """One figure a level: every profile of an analyte against time after its dose, linear and log."""
    shown = adpc.filter(
        (pl.col("PARAMCD") == analyte)
        & pl.col("AVAL").is_not_null()
        & pl.col("PROFILE").is_not_null()
    ).sort("LEVEL", "CYCLE", "USUBJID", "PROFILE", "ARRLT", nulls_last=True)
    groups = {str(k[0]): g for k, g in shown.group_by("LEVEL", maintain_order=True)}
    figures = []
    for level in [x for x in levels if x in groups]:
        frame = groups[level]
        name = slug(f"conc-{analyte}-{level}")

        def draw(figure: Canvas, frame: pl.DataFrame = frame) -> None:
            axes = figure.subplots(1, 2)
            _curves(axes[0], frame)
            _curves(axes[1], frame)
            logarithmic(axes[1], "y")
            if axes[0].get_legend_handles_labels()[0]:
                axes[0].legend(loc="upper right", ncols=2)
            for axis, scale in zip(axes, ("linear", "logarithmic"), strict=True):
                axis.set_title(scale)
                axis.set_xlabel("time after dose (h)")
                axis.set_ylabel(_unit(frame, label))

        n = frame["USUBJID"].n_unique()
        profiles = frame["PROFILE"].n_unique()
        caption = f"Subjects: {n}, profiles: {profiles}; actual times; BLQ and missing results are not drawn."
        title = f"{label}: individual profiles, level {levels[level]}"
        figures.append(Figure(name, title, svg(name, WIDE, draw, Margins()), caption))
    return figures


def _curves(axis: Axes, frame: pl.DataFrame) -> None:
    """A line a cycle: its profiles one after the other, each ended by a gap."""
    gap = frame.unique("PROFILE", keep="first", maintain_order=True).with_columns(
        ARRLT=pl.lit(None, pl.Float64), AVAL=pl.lit(None, pl.Float64)
    )
    gapped = pl.concat([frame, gap]).sort("PROFILE", maintain_order=True)
    cycles = gapped.sort("CYCLE", nulls_last=True, maintain_order=True)
    for place, ((cycle,), rows) in enumerate(cycles.group_by("CYCLE", maintain_order=True)):
        axis.plot(
            finite(rows["ARRLT"].to_list()),
            finite(rows["AVAL"].to_list()),
            color=colour(place),
            marker="o",
            markersize=2.5,
            linewidth=0.8,
            label=None if cycle is None else f"cycle {cycle}",
        )


def mean_curves(
    pkconc: pl.DataFrame, adpc: pl.DataFrame, analyte: str, label: str, levels: Mapping[str, str]
) -> list[Figure]:
    """One figure a cycle with at least three times: mean by nominal time and level, linear and log."""
    means = pkconc.filter(
        (pl.col("PARAMCD") == analyte)
        & (pl.col("COHORT") == "ALL")
        & pl.col("STAT").is_in(["MEAN", "SD"])
    ).pivot(on="STAT", index=["LEVEL", "CYCLE", "ATPTN"], values="AVAL", aggregate_function="first")
    if means.is_empty() or "MEAN" not in means.columns:
        return []
    means = means.filter(pl.col("MEAN").is_not_null()).sort("CYCLE", "LEVEL", "ATPTN")
    unit = _unit(adpc.filter(pl.col("PARAMCD") == analyte), label)
    figures = []
    for (cycle,), frame in means.group_by("CYCLE", maintain_order=True):
        if frame["ATPTN"].n_unique() < 3:
            continue
        name = slug(f"mean-{analyte}-{cycle}")

        def draw(figure: Canvas, frame: pl.DataFrame = frame) -> None:
            axes = figure.subplots(1, 2)
            for axis, scale in zip(axes, ("linear", "logarithmic"), strict=True):
                _means(axis, frame, levels, bars=scale == "linear")
                axis.set_title(scale)
                axis.set_xlabel("nominal time after dose (h)")
                axis.set_ylabel(unit)
            logarithmic(axes[1], "y")
            axes[0].legend(loc="upper right")

        caption = (
            "Arithmetic mean by nominal time; upper bars are the standard deviation. "
            "BLQ counts as 0 (not drawn on the log axis); a single subject makes no mean."
        )
        figures.append(
            Figure(
                name,
                f"{label}, mean by level, cycle {cycle}",
                svg(name, WIDE, draw, Margins()),
                caption,
            )
        )
    return figures


def _means(axis: Axes, frame: pl.DataFrame, levels: Mapping[str, str], *, bars: bool) -> None:
    for place, level in enumerate(levels):
        rows = frame.filter((pl.col("LEVEL") == level) & ((pl.col("MEAN") > 0) | bars))
        if rows.is_empty():
            continue
        axis.plot(
            rows["ATPTN"].to_list(),
            rows["MEAN"].to_list(),
            "o-",
            ms=3,
            color=colour(place),
            label=f"level {levels[level]}",
        )
        if bars and "SD" in rows.columns:
            sd = [x or 0.0 for x in rows["SD"].to_list()]
            axis.errorbar(
                rows["ATPTN"].to_list(),
                rows["MEAN"].to_list(),
                yerr=[[0.0] * len(sd), sd],
                fmt="none",
                ecolor=colour(place),
                elinewidth=0.7,
                capsize=2,
            )


def dose_figure(
    tables: Mapping[str, pl.DataFrame], analyte: str, label: str, codes: tuple[str, ...]
) -> Figure | None:
    """Parameters of an analyte's rich profiles against the dose given, with the line of the power model."""
    rich = tables["PROFILE"].filter(pl.col("PRFLFL") == "RICH").select("PROFILE", "DOSEG", "DOSEGU")
    rows = (
        tables["ADPP"]
        .filter(
            (pl.col("PARCAT1") == analyte) & pl.col("PARAMCD").is_in(codes) & (pl.col("AVAL") > 0)
        )
        .join(rich, on="PROFILE", how="inner", maintain_order="left")
        .filter(pl.col("DOSEG") > 0)
    )
    shown = [c for c in codes if rows.filter(pl.col("PARAMCD") == c).height >= 2]
    if not shown:
        return None
    lines = tables["DOSEPROP"].filter(
        (pl.col("PARCAT1") == analyte)
        & (pl.col("MODEL") == "FIRST")
        & (pl.col("SCOPE") == "ALL")
        & pl.col("BETA").is_not_null()
    )
    name = slug(f"dose-{analyte}")

    def draw(figure: Canvas) -> None:
        axes = figure.subplots(1, len(shown), squeeze=False)[0]
        for axis, code in zip(axes, shown, strict=True):
            of = rows.filter(pl.col("PARAMCD") == code).sort("CYCLE", "USUBJID", nulls_last=True)
            _against_dose(axis, of, lines.filter(pl.col("PARAMCD") == code))
            axis.set_ylabel(f"{code} ({_first(of, 'AVALU')})")

    caption = (
        "One point a profile; line: power model of that cycle over all doses. "
        "Values that are not reported (NR) are drawn; their reasons are in ADPP."
    )
    size = (3.4 * len(shown) + 0.6, 3.3)
    title = f"{label}: parameters against dose"
    return Figure(name, title, svg(name, size, draw, UNTITLED), caption)


def _against_dose(axis: Axes, points: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Points by cycle and the fitted line of each cycle that has one, on log axes."""
    for place, ((cycle,), of) in enumerate(points.group_by("CYCLE", maintain_order=True)):
        doses = of["DOSEG"].to_list()
        axis.plot(
            doses,
            of["AVAL"].to_list(),
            "o",
            ms=3.5,
            alpha=0.6,
            color=colour(place),
            label=f"cycle {cycle}",
        )
        fit = lines.filter(pl.col("CYCLE") == cycle)
        if fit.height:
            ends = [min(doses), max(doses)]
            level, slope = fit["ALPHA"][0], fit["BETA"][0]
            axis.plot(
                ends,
                [math.exp(level) * d**slope for d in ends],
                "-",
                color=colour(place),
                linewidth=1.0,
            )
    logarithmic(axis, "x")
    logarithmic(axis, "y")
    axis.set_xlabel(f"dose given ({_first(points, 'DOSEGU')})")
    axis.legend(loc="upper left")


def trough_figure(
    adpp: pl.DataFrame, analyte: str, label: str, levels: Mapping[str, str]
) -> Figure | None:
    """Trough by cycle, geometric mean of each level over single values."""
    rows = adpp.filter(
        (pl.col("PARCAT1") == analyte) & (pl.col("PARAMCD") == "CTROUGH") & (pl.col("AVAL") > 0)
    )
    if rows["CYCLE"].n_unique() < 2:
        return None
    name = slug(f"trough-{analyte}")
    means = (
        rows.group_by("LEVEL", "CYCLE")
        .agg(pl.col("AVAL").log().mean().exp())
        .sort("LEVEL", "CYCLE")
    )

    def draw(figure: Canvas) -> None:
        axis = figure.subplots()
        for place, level in enumerate(levels):
            points, line = (f.filter(pl.col("LEVEL") == level) for f in (rows, means))
            if points.is_empty():
                continue
            axis.plot(
                points["CYCLE"].to_list(),
                points["AVAL"].to_list(),
                ".",
                ms=4,
                alpha=0.45,
                color=colour(place),
            )
            axis.plot(
                line["CYCLE"].to_list(),
                finite(line["AVAL"].to_list()),
                "-",
                color=colour(place),
                label=f"level {levels[level]}",
            )
        logarithmic(axis, "y")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_xlabel("cycle (dose that the trough follows)")
        axis.set_ylabel(f"trough ({_first(rows, 'AVALU', '')})")
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))

    told = [f"level {words}" for words in levels.values()]
    around = Margins(right=0.5 + room(told, 8), top=0.1)
    return Figure(
        name,
        f"{label}: trough by cycle",
        svg(name, (7.2, 3.2), draw, around),
        "Points: subjects; lines: geometric means of quantifiable troughs. BLQ is not drawn.",
    )


def _first(frame: pl.DataFrame, column: str, otherwise: str = "") -> str:
    values = frame[column].drop_nulls()
    return str(values[0]) if values.len() else otherwise


def _unit(frame: pl.DataFrame, label: str) -> str:
    return f"{label} ({_first(frame, 'AVALU', '')})"
