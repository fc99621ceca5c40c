"""The characteristics of a population as one page that opens from disk: a figure and the tables."""

from __future__ import annotations

from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.figures.plot import colour, svg
from pkpipe.report.html_page import PageHead, page
from pkpipe.report.page_blocks import Figure, Paragraph, Section, Table, table_of, text_table
from pkpipe.simulation.population.design_quantities import BY_NAME
from pkpipe.simulation.population.summary import MOST_PATHS

NONE: Final = "none"
SHOWN: Final = {"quantity": "Quantity", "of": "Of", "level": "Level", "cohort": "Cohort"}
PANELS: Final = (
    ("ADA_incidence", "with treatment-emergent ADA (%)"),
    ("ORR", "with CR or PR (%)"),
)
GROUPS: Final = (
    ("ends", "Where trials end", ("P_", "E_")),
    ("subjects", "Why treatment ended", ("stopped",)),
    ("exposure", "Exposure after the first dose", ("GMEAN",)),
    ("antibodies", "Antibodies", ("ADA_", "NAb_")),
    ("response", "Response", ("ORR", "CORR", "DCR", "best_")),
)


def drawing(rows: pl.DataFrame) -> str:
    """SVG: where trials end, subjects and DLTs by level, then antibodies and response by level."""

    def draw(figure: Canvas) -> None:
        panels = figure.subplots(2, 2).ravel()
        _ends(panels[0], rows)
        _subjects(panels[1], rows)
        for axis, (name, words) in zip(panels[2:], PANELS, strict=True):
            _shares(axis, rows, name, words)

    return svg("population", (9.0, 6.4), draw)


def _ends(axis: Axes, rows: pl.DataFrame) -> None:
    levels = _levels(rows)
    found = rows.filter(pl.col("quantity").is_in(["P_MTD", "P_MAD_reached"]))
    low = dict(_places(found.filter(pl.col("quantity") == "P_MTD")))
    top = dict(_places(found.filter(pl.col("quantity") == "P_MAD_reached")))
    others = rows.filter(
        pl.col("quantity").is_in(["P_no_tolerable_dose", "P_no_level_declared", "P_not_decided"])
    )
    places = range(len(levels) + 1)
    heights = [*(100 * low.get(code, 0.0) for code in levels), 100 * float(others["value"].sum())]
    axis.bar(places, heights, color=colour(0), label="MTD")
    axis.bar(
        places,
        [*(100 * top.get(code, 0.0) for code in levels), 0.0],
        bottom=heights,
        color=colour(2),
        label="MAD, no MTD",
    )
    _words(axis, [*levels, NONE], "level at which the escalation ends", "trials (%)")
    axis.legend(loc="upper left")


def _subjects(axis: Axes, rows: pl.DataFrame) -> None:
    levels = _levels(rows)
    for i, (name, words) in enumerate((("E_dosed", "dosed"), ("E_dlt", "with a DLT"))):
        own = rows.filter(pl.col("quantity") == name)
        means, low, high = (
            dict(own.select("level", c).iter_rows()) for c in ("value", "q10", "q90")
        )
        values = [means.get(code, 0.0) for code in levels]
        spread = [
            [max(v - low[c], 0.0) for v, c in zip(values, levels, strict=True)],
            [max(high[c] - v, 0.0) for v, c in zip(values, levels, strict=True)],
        ]
        places = [j + (i - 0.5) * 0.4 for j in range(len(levels))]
        axis.bar(places, values, width=0.4, yerr=spread, color=colour(i), capsize=2, label=words)
    _words(axis, levels, "level", "subjects a trial: mean, 10 to 90 %")
    axis.legend(loc="best")


def _shares(axis: Axes, rows: pl.DataFrame, name: str, words: str) -> None:
    levels = _levels(rows)
    own = rows.filter((pl.col("quantity") == name) & pl.col("level").is_not_null())
    of = own["of"].unique(maintain_order=True).to_list()
    for i, code in enumerate(of):
        mine = own.filter(pl.col("of").eq_missing(pl.lit(code, dtype=pl.String)))
        value, low, high = (
            dict(mine.select("level", c).iter_rows()) for c in ("value", "lower", "upper")
        )
        there = [c for c in levels if c in value]
        shift = (i - (len(of) - 1) / 2) * 0.15
        axis.errorbar(
            [levels.index(c) + shift for c in there],
            [100 * value[c] for c in there],
            yerr=[
                [100 * (value[c] - (low[c] or value[c])) for c in there],
                [100 * ((high[c] or value[c]) - value[c]) for c in there],
            ],
            fmt="o",
            markersize=3,
            capsize=2,
            color=colour(i),
            label=code,
        )
    if any(of):
        axis.legend(loc="best")
    axis.set_ylim(bottom=0)
    _words(axis, levels, "level", words)


def _words(axis: Axes, ticks: list[str], below: str, beside: str) -> None:
    axis.set_xticks(range(len(ticks)), ticks)
    axis.set_xlabel(below)
    axis.set_ylabel(beside)
    axis.grid(visible=False, axis="x")


def _levels(rows: pl.DataFrame) -> list[str]:
    found: list[str] = rows.filter(pl.col("quantity") == "P_reached")["level"].to_list()
    return found


def _places(rows: pl.DataFrame) -> list[tuple[str, float]]:
    return list(rows.select("level", "value").iter_rows())


def population_page(rows: pl.DataFrame, ways: pl.DataFrame, facts: dict[str, str]) -> str:
    """The page. rows: `characteristics`; ways: `paths`; facts: what the head says, in order."""
    study = facts["Study"]
    title = f"{study}: operating characteristics of the design"
    lead = (
        "What this protocol does in virtual trials, under the assumed truths of its simulation section. "
        "Limits are those of the simulation (95 %), not of a trial."
    )
    caption = (
        "Bars and points are means over trials; the bars of the first panel add up to all trials. "
        "In the second panel lines span the 10 and 90 % quantiles between trials, in the others the Monte "
        "Carlo limits of the mean."
    )
    picture = Figure("population", "The design over all trials", drawing(rows), caption)
    sections = [Section("figure", "At a glance", (picture,))]
    sections += [Section(i, words, _tables(rows, names)) for i, words, names in GROUPS]
    sections.append(Section("paths", "The ways the escalation went", (_ways(ways),)))
    sections.append(Section("words", "Quantities", (_meanings(rows),)))
    shown = [s for s in sections if s.blocks]
    return page(PageHead(title, title, lead), list(facts.items()), shown)


def _tables(rows: pl.DataFrame, names: tuple[str, ...]) -> tuple[Table, ...]:
    mine = pl.any_horizontal(pl.col("quantity").str.starts_with(n) for n in names)
    own = rows.filter(mine)
    if own.is_empty():
        return ()
    numbers = ("value", "lower", "upper", "q10", "median", "q90")
    shown = own.with_columns(pl.col(numbers).round_sig_figs(4))
    columns = {
        **{n: w for n, w in SHOWN.items() if own[n].null_count() < own.height},
        "unit": "Unit",
        "trials": "Trials",
        "value": "Share or mean",
        "lower": "Lower",
        "upper": "Upper",
        "q10": "10 %",
        "median": "Median",
        "q90": "90 %",
    }
    return (table_of("Over all trials", shown, columns, most=2000),)


def _ways(ways: pl.DataFrame) -> Table:
    note = (
        f"At most the {MOST_PATHS} most frequent. B 1/3: of three subjects in a row one had a DLT. "
        "Example: the first replicate that went this way; pkpipe simulate --replicate draws its raw tables."
    )
    rows = ways.with_columns(pl.col("share").round(4))
    columns = {"path": "Levels", "trials": "Trials", "share": "Share", "example": "Example"}
    return table_of("Levels in the order they were dosed", rows, columns, note)


def _meanings(rows: pl.DataFrame) -> Table | Paragraph:
    names = rows["quantity"].unique(maintain_order=True).to_list()
    found = [(n, BY_NAME[n].words, BY_NAME[n].source) for n in names]
    return text_table("Where each number comes from", ("Quantity", "Meaning", "From"), found, "", 3)
